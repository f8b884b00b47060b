/**
 * `docker cp` on the daemon's side (moby daemon/archive.go): stat, read and write below a path of a
 * container. Paths are walked within the container, so that no link leads out of it. An archive is
 * read and checked as a whole before the first file is written.
 */
import { encodeUtf8, toBase64 } from '../../base';
import { goJson, type ApiError } from '../../api';
import {
  SysError,
  find,
  walk,
  type FileStat,
  type Inode,
  type MountNamespace,
  type Place,
  type Walker,
} from '../../kernel';
import type { EngineCore } from '../core';
import { plainArchive } from '../content/gunzip';
import { withNames } from '../content/host-names';
import { entryOf, layerEntries } from '../content/layer-tar';
import { ArchiveError, readTar, type ReadEntry } from '../content/tar-reader';
import { writeTar, type TarEntry } from '../content/tar-writer';
import { safePath } from '../content/unpack';
import { formatTime } from '../time';
import type { Container } from './container';
import { treeOf, type Cover } from './export';
import { bindOwnFiles, mountOne, mountsByDepth } from './rootfs';

/** Bits of Go's `os.FileMode`. */
const GO_TYPE: Readonly<Record<FileStat['type'], number>> = {
  file: 0,
  dir: 2 ** 31,
  symlink: 2 ** 27,
  block: 2 ** 26,
  fifo: 2 ** 25,
  socket: 2 ** 24,
  char: 2 ** 26 + 2 ** 21,
};

export interface FoundPath {
  readonly namespace: MountNamespace;
  readonly place: Place;
  readonly name: string;
  readonly stat: FileStat;
  /** `X-Docker-Container-Path-Stat` */
  readonly header: string;
}

function walkerIn(core: EngineCore, container: Container): Walker {
  return core.kernel.walker(copyNamespace(core, container));
}

/**
 * What the daemon sees of a container, running or not: its layers with volumes and the three files
 * of /etc mounted for the copying (moby `mountVolumes`); no tmpfs, no /proc.
 */
function copyNamespace(core: EngineCore, container: Container): MountNamespace {
  const { kernel } = core;
  const { hostConfig, fs } = container;
  const namespace = kernel.newMountNamespace(fs, {
    source: 'overlay',
    options: '',
    readOnly: hostConfig.ReadonlyRootfs,
  });
  if (container.hasBeenStarted) bindOwnFiles(kernel, namespace, container.id);
  for (const mount of mountsByDepth(container))
    if (mount.kind !== 'tmpfs' && isThere(container, mount.point.Destination))
      mountOne(kernel, container, namespace, { ...mount, copyUp: false });
  return namespace;
}

/** Only a start makes mount points in the container. */
function isThere(container: Container, path: string): boolean {
  let at: Inode | undefined = container.fs.root;
  for (const part of path.split('/').filter((text) => text !== ''))
    at = at?.type === 'dir' ? container.fs.lookup(at, part) : undefined;
  return at !== undefined;
}

function notFound(path: string, reference: string): ApiError {
  return { status: 404, message: `Could not find the file ${path} in container ${reference}` };
}

export function findPath(
  core: EngineCore,
  container: Container,
  path: string,
  reference: string,
): FoundPath | ApiError {
  const walker = walkerIn(core, container);
  const follow = /(^|\/)\.?$/.test(path);
  try {
    const place = find(walker, `/${path}`, follow);
    const { inode } = place;
    const stat = inode.fs.stat(inode);
    const base = path.replace(/\/+$/, '').split('/').at(-1) ?? '';
    const name = base === '' ? '/' : base;
    const linkTarget = stat.type === 'symlink' ? targetOf(walker, `/${path}`) : '';
    const mode = goMode(stat);
    const { size, mtimeUs } = stat;
    const text = goJson({ name, size, mode, mtime: formatTime(mtimeUs), linkTarget });
    return { namespace: walker.namespace, place, name, stat, header: toBase64(encodeUtf8(text)) };
  } catch (error) {
    if (error instanceof SysError) return notFound(path, reference);
    throw error;
  }
}

function goMode(stat: FileStat): number {
  const { mode } = stat;
  let bits = (mode & 0o777) + GO_TYPE[stat.type];
  if ((mode & 0o4000) !== 0) bits += 2 ** 23;
  if ((mode & 0o2000) !== 0) bits += 2 ** 22;
  if ((mode & 0o1000) !== 0) bits += 2 ** 20;
  return bits;
}

/** Where a link leads, as a path of the container; it cannot lead above its root. */
function targetOf(walker: Walker, path: string): string {
  const link = find(walker, path, false).inode;
  const target = link.fs.readlink(link);
  const folder = path.replace(/\/[^/]*$/, '');
  const parts: string[] = [];
  for (const part of (target.startsWith('/') ? target : `${folder}/${target}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** Follows the mounts of a namespace down a tree. */
function coverOf(namespace: MountNamespace, top: Place): Cover {
  const mounts = new Map([[top.inode, top.mount]]);
  return (dir, _name, inode) => {
    const mount = mounts.get(dir);
    if (!mount) return inode;
    const entered = namespace.enter({ mount, inode });
    mounts.set(entered.inode, entered.mount);
    return entered.inode;
  };
}

export function archiveOf(found: FoundPath): Uint8Array {
  const tree = treeOf(found.place.inode, coverOf(found.namespace, found.place));
  const name = found.name === '/' ? '' : found.name;
  const entries: TarEntry[] = [entryOf(tree, name)];
  for (const entry of layerEntries(tree)) {
    const link = entry.type === 'link' ? { linkname: `${name}/${entry.linkname ?? ''}` } : {};
    entries.push({ ...entry, ...link, name: `${name}/${entry.name}` });
  }
  return writeTar(entries.map(withNames));
}

export interface ExtractOptions {
  readonly noOverwriteDirNonDir: boolean;
  /** Everything belongs to this user then. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
}

export function extractArchive(
  core: EngineCore,
  container: Container,
  path: string,
  reference: string,
  archive: Uint8Array,
  options: ExtractOptions,
): ApiError | undefined {
  const walker = walkerIn(core, container);
  let target: Place;
  try {
    target = find(walker, `/${path}`);
  } catch (error) {
    if (error instanceof SysError) return notFound(path, reference);
    throw error;
  }
  if (target.inode.type !== 'dir')
    return { status: 500, message: 'extraction point is not a directory' };
  if (target.mount.readOnly) {
    const isRoot = target.inode.fs === container.fs;
    const message = `${isRoot ? 'container rootfs' : 'mounted volume'} is marked read-only`;
    return { status: 500, message };
  }
  try {
    const entries = archive.length === 0 ? [] : readTar(plainArchive(archive));
    entries.forEach(checkEntry);
    const extraction = new Extraction({ ...walker, cwd: target }, path, options);
    for (const entry of entries) extraction.put(entry);
    extraction.finish();
    return undefined;
  } catch (error) {
    if (!(error instanceof ArchiveError) && !(error instanceof SysError)) throw error;
    const text = error instanceof SysError ? errnoSentence(error) : error.message;
    return { status: 500, message: `Error processing tar file(exit status 1): ${text}` };
  }
}

function errnoSentence(error: SysError): string {
  if (error.errno === 'ENOSPC') return 'write: no space left on device';
  if (error.errno === 'EROFS') return 'read-only file system';
  return error.errno;
}

function checkEntry(entry: ReadEntry): void {
  safePath(entry.name);
  if (entry.type === 'link') safePath(entry.linkname);
  if (entry.type === 'char' || entry.type === 'block')
    throw new ArchiveError(`"${entry.name}" is a device: not allowed here`);
}

class Extraction {
  private readonly folders: { inode: Inode; mtimeUs: number }[] = [];
  constructor(
    private readonly walker: Walker,
    private readonly path: string,
    private readonly options: ExtractOptions,
  ) {}

  /** Times of directories, which what came into them has changed. */
  finish(): void {
    for (const { inode, mtimeUs } of this.folders) inode.fs.setAttributes(inode, { mtimeUs });
  }

  put(entry: ReadEntry): void {
    const parts = safePath(entry.name);
    const name = parts.pop();
    if (name === undefined) return;
    const dir = this.folder(parts);
    const there = dir.fs.lookup(dir, name);
    if (there) this.refuseOverwrite(there, entry);
    if (there?.type === 'dir' && entry.type === 'dir') {
      this.attributes(there, entry);
      return;
    }
    if (there) removeAll(dir, name, there);
    if (entry.type === 'link') {
      const target = find(this.walker, safePath(entry.linkname).join('/'), false).inode;
      dir.fs.link(target, dir, name);
      return;
    }
    const { uid, gid } = this.options.owner ?? entry;
    const type = entry.type === 'char' || entry.type === 'block' ? 'fifo' : entry.type;
    const link = type === 'symlink' ? { target: entry.linkname } : {};
    const mode = type === 'symlink' ? 0o777 : entry.mode & 0o7777;
    const made = dir.fs.create(dir, name, { type, mode, uid, gid, ...link });
    if (entry.data.length > 0) made.fs.write(made, 0, entry.data);
    if (type !== 'symlink') this.attributes(made, entry);
  }

  private refuseOverwrite(there: Inode, entry: ReadEntry): void {
    if (!this.options.noOverwriteDirNonDir) return;
    const full = `${this.path.replace(/\/$/, '')}/${entry.name.replace(/\/$/, '')}`;
    if (there.type === 'dir' && entry.type !== 'dir')
      throw new ArchiveError(
        `cannot overwrite directory "${full}" with non-directory "${this.path}"`,
      );
    if (there.type !== 'dir' && entry.type === 'dir')
      throw new ArchiveError(
        `cannot overwrite non-directory "${full}" with directory "${this.path}"`,
      );
  }

  private attributes(inode: Inode, entry: ReadEntry): void {
    const { uid, gid } = this.options.owner ?? entry;
    const mtimeUs = entry.mtimeSeconds * 1_000_000;
    inode.fs.setAttributes(inode, { mode: entry.mode & 0o7777, uid, gid, mtimeUs });
    if (entry.type === 'dir') this.folders.push({ inode, mtimeUs });
  }

  /** Makes what is missing; links lead where they lead in the container. */
  private folder(parts: readonly string[]): Inode {
    let at = this.walker.cwd;
    for (const part of parts) {
      const walked = walk({ ...this.walker, cwd: at }, part, true);
      if (!walked.place) {
        const { parent, name } = walked;
        const made = { type: 'dir', mode: 0o755, uid: 0, gid: 0 } as const;
        parent.inode.fs.create(parent.inode, name, made);
        at = find({ ...this.walker, cwd: parent }, name);
      } else at = walked.place;
      if (at.inode.type !== 'dir') throw new ArchiveError(`mkdir ${part}: not a directory`);
    }
    return at.inode;
  }
}

function removeAll(dir: Inode, name: string, inode: Inode): void {
  if (inode.type !== 'dir') {
    dir.fs.unlink(dir, name);
    return;
  }
  for (const entry of inode.fs.entries(inode)) {
    const child = inode.fs.lookup(inode, entry.name);
    if (child) removeAll(inode, entry.name, child);
  }
  dir.fs.rmdir(dir, name);
}
