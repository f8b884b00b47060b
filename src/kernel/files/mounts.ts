/**
 * Mounts and mount namespaces: which filesystem shows at which place. Models `struct mount` and
 * `mnt_namespace`; propagation is always private, as Docker sets it for containers.
 */
import { assert } from '../../base';
import { SysError } from '../syscalls';
import type { FileSystem, Inode } from './filesystem';

/** A node as seen through a mount (`struct path`). */
export interface Place {
  readonly mount: Mount;
  readonly inode: Inode;
}

export function samePlace(a: Place, b: Place): boolean {
  return a.mount === b.mount && a.inode === b.inode;
}

export interface MountOptions {
  readonly readOnly?: boolean;
  /** First column of /proc/mounts: a device, "overlay", "tmpfs". */
  readonly source: string;
  /** Further options as /proc/mounts shows them: "lowerdir=...,upperdir=...". */
  readonly options?: string;
  /** What of the filesystem shows; its root if not given. */
  readonly root?: Inode;
  /** Absolute path of the mount point in its namespace. */
  readonly path?: string;
}

export class Mount {
  readonly fs: FileSystem;
  /** What shows at the mount point: the filesystem's root or, of a bind mount, a part or a file. */
  readonly root: Inode;
  readOnly: boolean;
  readonly source: string;
  readonly options: string;
  readonly path: string;

  constructor(
    readonly id: number,
    /** Mount that holds the mount point; undefined at the root of a namespace. */
    readonly parent: Mount | undefined,
    readonly mountPoint: Inode | undefined,
    fs: FileSystem,
    options: MountOptions,
  ) {
    this.fs = fs;
    this.root = options.root ?? fs.root;
    this.readOnly = options.readOnly ?? false;
    this.source = options.source;
    this.options = options.options ?? '';
    this.path = options.path ?? '/';
  }

  get rootPlace(): Place {
    return { mount: this, inode: this.root };
  }
}

/** Ids as in /proc/PID/mountinfo, one sequence for a machine. */
export class MountIds {
  private last = 20;
  next(): number {
    this.last++;
    return this.last;
  }
}

export class MountNamespace {
  /** Oldest first. */
  private list: Mount[] = [];
  /** Mounts by the inode that they cover. */
  private readonly covering = new Map<Inode, Mount[]>();

  constructor(
    readonly id: number,
    private readonly ids: MountIds,
    rootFs: FileSystem | undefined,
    options: MountOptions,
  ) {
    if (rootFs) this.list.push(new Mount(ids.next(), undefined, undefined, rootFs, options));
  }

  get mounts(): readonly Mount[] {
    return this.list;
  }

  get root(): Mount {
    return this.list[0]!;
  }

  /** The place that shows when one steps onto `place`: the root of what is mounted there. */
  enter(place: Place): Place {
    let at = place;
    for (;;) {
      const mount = this.covering.get(at.inode)?.find((m) => m.parent === at.mount);
      if (!mount) return at;
      at = mount.rootPlace;
    }
  }

  isMountPoint(place: Place): boolean {
    return this.covering.get(place.inode)?.some((m) => m.parent === place.mount) ?? false;
  }

  /** Mounts on a place, which must be one that `enter` answered. */
  mount(at: Place, fs: FileSystem, options: MountOptions): Mount {
    const mount = new Mount(this.ids.next(), at.mount, at.inode, fs, options);
    assert(this.list.includes(at.mount), 'the place belongs to this namespace');
    this.add(mount);
    return mount;
  }

  private add(mount: Mount): void {
    this.list.push(mount);
    const point = mount.mountPoint;
    if (!point) return;
    const covers = this.covering.get(point);
    if (covers) covers.push(mount);
    else this.covering.set(point, [mount]);
  }

  /** EBUSY while something is mounted below; EINVAL for the root. */
  unmount(mount: Mount): void {
    const point = mount.mountPoint;
    if (!point) throw new SysError('EINVAL');
    if (this.list.some((other) => other.parent === mount)) throw new SysError('EBUSY');
    this.list = this.list.filter((other) => other !== mount);
    const covers = (this.covering.get(point) ?? []).filter((other) => other !== mount);
    if (covers.length === 0) this.covering.delete(point);
    else this.covering.set(point, covers);
  }

  /** A copy for a new namespace (`copy_mnt_ns`); `moved` tells which mount became which. */
  copy(id: number, moved: Map<Mount, Mount>): MountNamespace {
    const made = new MountNamespace(id, this.ids, undefined, { source: '' });
    for (const mount of this.list) {
      const parent = mount.parent && moved.get(mount.parent);
      const copy = new Mount(this.ids.next(), parent, mount.mountPoint, mount.fs, mount);
      moved.set(mount, copy);
      made.add(copy);
    }
    return made;
  }

  /** One step up, through mount points; the root of the namespace is its own parent. */
  parentOf(place: Place): Place | undefined {
    let at = place;
    while (at.inode === at.mount.root) {
      const { parent, mountPoint } = at.mount;
      if (!parent || !mountPoint) return at;
      at = { mount: parent, inode: mountPoint };
    }
    const inode = at.inode.fs.parentOf(at.inode);
    return inode && { mount: at.mount, inode };
  }
}
