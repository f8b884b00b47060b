/**
 * Volumes of the local driver: directories under /var/lib/docker/volumes of the machine's own disk
 * (moby `volume/local`, `volume/service`). Which containers use one is known from their mounts.
 */
import {
  filterExact,
  filterLabels,
  filterPattern,
  filterValues,
  hasFilter,
  type ApiError,
  type Filters,
  type Labels,
} from '../../api';
import type { RandomStream } from '../../base';
import { SysError, type Kernel } from '../../kernel';
import type { Events } from '../events';
import { newId } from '../ids';
import { formatTime } from '../time';

export interface Volume {
  readonly name: string;
  readonly labels: Labels | null;
  readonly options: Labels | null;
  /** Unix microseconds. */
  readonly createdAt: number;
}

const ROOT = '/var/lib/docker/volumes';
const OPTIONS = ['type', 'o', 'device', 'size'];

/** Volumes as they stand on the machine's disk. */
export class VolumeStore {
  readonly volumes = new Map<string, Volume>();
}

export function mountpointOf(name: string): string {
  return `${ROOT}/${name}/_data`;
}

/** The error for a name that the local driver does not take. */
export function refuseVolumeName(name: string): ApiError | undefined {
  if (name.length === 1) {
    const text = 'volume name is too short, names should be at least two alphanumeric characters';
    return { status: 400, message: `create ${name}: ${text}` };
  }
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name)) return undefined;
  const text =
    `"${name}" includes invalid characters for a local volume name, only ` +
    '"[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path';
  return { status: 400, message: `create ${name}: ${text}` };
}

export class Volumes {
  constructor(
    private readonly kernel: Kernel,
    private readonly store: VolumeStore,
    private readonly events: Events,
    private readonly random: RandomStream,
  ) {}

  get(name: string): Volume | undefined {
    return this.store.volumes.get(name);
  }

  /** An existing one of that name is answered as it is. */
  create(
    name: string,
    driver: string,
    options: Labels | null,
    labels: Labels | null,
  ): Volume | ApiError {
    const known = this.store.volumes.get(name);
    if (known && (driver === '' || driver === 'local')) return known;
    const chosen = name === '' ? newId(this.random) : name;
    if (driver !== '' && driver !== 'local') {
      const text = `error looking up volume plugin ${driver}: plugin "${driver}" not found`;
      return { status: 404, message: `create ${chosen}: ${text}` };
    }
    const refusal = refuseVolumeName(chosen);
    if (refusal) return refusal;
    const bad = Object.keys(options ?? {}).find((key) => !OPTIONS.includes(key));
    if (bad !== undefined)
      return { status: 400, message: `create ${chosen}: invalid option: "${bad}"` };
    const createdAt = this.kernel.wallClock.now();
    const volume: Volume = Object.freeze({
      name: chosen,
      labels,
      options,
      createdAt,
    });
    const full = this.makeFolder(chosen);
    if (full) return full;
    this.store.volumes.set(chosen, volume);
    this.events.publish('volume', 'create', chosen, { driver: 'local' });
    return volume;
  }

  private makeFolder(name: string): ApiError | undefined {
    const path = mountpointOf(name);
    try {
      this.kernel.makeDirectories(path);
      return undefined;
    } catch (error) {
      if (!(error instanceof SysError) || error.errno !== 'ENOSPC') throw error;
      const reason = `mkdir ${path}: no space left on device`;
      const message = `create ${name}: error while creating volume path '${path}': ${reason}`;
      return { status: 500, message };
    }
  }

  remove(name: string, users: readonly string[], force: boolean): ApiError | undefined {
    const volume = this.store.volumes.get(name);
    if (!volume) {
      if (force) return undefined;
      return { status: 404, message: `get ${name}: no such volume` };
    }
    if (users.length > 0) {
      const message = `remove ${name}: volume is in use - [${users.join(', ')}]`;
      return { status: 409, message };
    }
    this.removeFiles(name);
    this.store.volumes.delete(name);
    this.events.publish('volume', 'destroy', name, { driver: 'local' });
    return undefined;
  }

  private removeFiles(name: string): void {
    try {
      const root = this.kernel.find(ROOT);
      const folder = root.inode.fs.lookup(root.inode, name);
      if (folder) removeTree(root.inode.fs, root.inode, name);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
  }

  list(filters: Filters, inUse: ReadonlySet<string>): Volume[] | ApiError {
    const dangling = readDangling(filters);
    if (typeof dangling === 'object') return dangling;
    return [...this.store.volumes.values()].filter(
      (volume) =>
        filterPattern(filters, 'name', volume.name) &&
        filterExact(filters, 'driver', 'local') &&
        (!hasFilter(filters, 'label') || filterLabels(filters, 'label', volume.labels)) &&
        (dangling === undefined || inUse.has(volume.name) !== dangling),
    );
  }

  /** Volumes with options and those in use stay. */
  prune(filters: Filters, inUse: ReadonlySet<string>): { names: string[]; bytes: number } {
    const names: string[] = [];
    let bytes = 0;
    for (const volume of [...this.store.volumes.values()]) {
      if (inUse.has(volume.name) || optionCount(volume) > 0) continue;
      if (hasFilter(filters, 'label') && !filterLabels(filters, 'label', volume.labels)) continue;
      if (hasFilter(filters, 'label!') && filterLabels(filters, 'label!', volume.labels)) continue;
      bytes += this.bytes(volume.name);
      this.remove(volume.name, [], true);
      names.push(volume.name);
    }
    this.events.publish('volume', 'prune', '', { reclaimed: String(bytes) });
    return { names, bytes };
  }

  /** Bytes of all files below its mount point. */
  bytes(name: string): number {
    try {
      const { inode } = this.kernel.find(mountpointOf(name));
      return bytesBelow(inode);
    } catch (error) {
      if (error instanceof SysError) return 0;
      throw error;
    }
  }
}

type TreeInode = ReturnType<Kernel['find']>['inode'];

function bytesBelow(inode: TreeInode): number {
  if (inode.type !== 'dir') return inode.type === 'file' ? inode.fs.stat(inode).size : 0;
  let bytes = 0;
  for (const entry of inode.fs.entries(inode)) {
    const child = inode.fs.lookup(inode, entry.name);
    if (child) bytes += bytesBelow(child);
  }
  return bytes;
}

function removeTree(fs: TreeInode['fs'], parent: TreeInode, name: string): void {
  const inode = fs.lookup(parent, name);
  if (!inode) return;
  if (inode.type !== 'dir') return fs.unlink(parent, name);
  for (const entry of [...fs.entries(inode)]) removeTree(fs, inode, entry.name);
  fs.rmdir(parent, name);
}

/** `GetBoolOrDefault` of 20.10: more than one value, or another word, is refused. */
function readDangling(filters: Filters): boolean | undefined | ApiError {
  const values = filterValues(filters, 'dangling');
  if (values.length === 0) return undefined;
  if (values.every((value) => value === '1' || value === 'true')) return true;
  if (values.every((value) => value === '0' || value === 'false')) return false;
  return { status: 400, message: `Invalid filter 'dangling=[${values.join(' ')}]'` };
}

/** As the API shows it; whole seconds. */
export function describeVolume(volume: Volume): Record<string, unknown> {
  return {
    CreatedAt: formatTime(Math.floor(volume.createdAt / 1_000_000) * 1_000_000),
    Driver: 'local',
    Labels: volume.labels,
    Mountpoint: mountpointOf(volume.name),
    Name: volume.name,
    Options: volume.options,
    Scope: 'local',
  };
}

function optionCount(volume: Volume): number {
  return Object.keys(volume.options ?? {}).length;
}
