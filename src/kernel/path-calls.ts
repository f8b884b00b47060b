/**
 * System calls on paths: names, links, attributes, mounts (`fs/namei.c`, `stat.c`, `namespace.c`).
 */
import { requireWritable } from './file-calls';
import { MemoryFileSystem } from './files/memory';
import type { FileSystem } from './files/filesystem';
import { type Place, samePlace } from './files/mounts';
import { EXECUTE, READ, WRITE, type Walked, find, requireAccess, walk } from './files/walk';
import type { Kernel } from './kernel';
import { walkerOf } from './lifecycle';
import type { Process } from './process';
import { SysError, type FileStat, type FileType, type Syscall } from './syscalls';

type Call<K extends Syscall['call']> = Extract<Syscall, { call: K }>;

export function stat(_kernel: Kernel, process: Process, call: Call<'stat'>): FileStat {
  const walked = walk(walkerOf(process), call.path, call.follow);
  if (walked.description) return walked.description.file.stat();
  if (!walked.place) throw new SysError('ENOENT');
  const { inode } = walked.place;
  return inode.fs.stat(inode);
}

export function statfs(_kernel: Kernel, process: Process, call: Call<'statfs'>): unknown {
  const { mount, inode } = find(walkerOf(process), call.path);
  const { totalBytes, freeBytes } = inode.fs.usage();
  const { source, path: mountPoint } = mount;
  return { type: inode.fs.type, source, mountPoint, totalBytes, freeBytes };
}

export function readdir(_kernel: Kernel, process: Process, call: Call<'readdir'>): unknown {
  const place = find(walkerOf(process), call.path);
  if (place.inode.type !== 'dir') throw new SysError('ENOTDIR');
  requireAccess(place, process.credentials, READ);
  return place.inode.fs.entries(place.inode);
}

/** Directory and name for something new; EEXIST if it is there. */
function newName(process: Process, path: string): Walked {
  const walked = walk(walkerOf(process), path, false);
  if (walked.place) throw new SysError('EEXIST');
  requireWritable(walked.parent);
  requireAccess(walked.parent, process.credentials, WRITE);
  return walked;
}

type Extra = { readonly target?: string; readonly rdev?: number };

function make(
  process: Process,
  path: string,
  type: FileType,
  mode: number,
  extra: Extra = {},
): void {
  const { parent, name, trailingSlash } = newName(process, path);
  if (trailingSlash && type !== 'dir') throw new SysError('ENOENT');
  const { uid, gid } = process.credentials;
  const made = { type, mode, uid, gid, ...extra };
  parent.inode.fs.create(parent.inode, name, made);
}

export function mkdir(_kernel: Kernel, process: Process, call: Call<'mkdir'>): void {
  make(process, call.path, 'dir', call.mode & 0o7777 & ~process.umask);
}

export function mknod(_kernel: Kernel, process: Process, call: Call<'mknod'>): void {
  const { type, rdev = 0 } = call;
  make(process, call.path, type, call.mode & 0o7777 & ~process.umask, { rdev });
}

export function symlink(_kernel: Kernel, process: Process, call: Call<'symlink'>): void {
  if (call.target === '') throw new SysError('ENOENT');
  make(process, call.path, 'symlink', 0o777, { target: call.target });
}

/** A name that is there and may be taken away. */
function oldName(process: Process, path: string): Walked & { readonly place: Place } {
  const walked = walk(walkerOf(process), path, false);
  const { place, parent } = walked;
  if (!place) throw new SysError('ENOENT');
  requireWritable(parent);
  requireAccess(parent, process.credentials, WRITE);
  requireNotSticky(process, parent, place);
  return { ...walked, place };
}

/** In a directory like /tmp only the owner may take a file's name away. */
function requireNotSticky(process: Process, parent: Place, place: Place): void {
  const { uid } = process.credentials;
  if (uid === 0) return;
  const dir = parent.inode.fs.stat(parent.inode);
  if ((dir.mode & 0o1000) === 0 || dir.uid === uid) return;
  if (place.inode.fs.stat(place.inode).uid !== uid) throw new SysError('EPERM');
}

/** EBUSY for what something is mounted on. */
function requireNoMount(process: Process, parent: Place, place: Place): void {
  if (place.mount !== parent.mount) throw new SysError('EBUSY');
  if (samePlace(place, process.root)) throw new SysError('EBUSY');
}

export function rmdir(_kernel: Kernel, process: Process, call: Call<'rmdir'>): void {
  const walked = oldName(process, call.path);
  const { place, parent, name } = walked;
  if (name === '.') throw new SysError('EINVAL');
  if (name === '..') throw new SysError('ENOTEMPTY');
  if (name === '') throw new SysError('EBUSY');
  if (place.inode.type !== 'dir') throw new SysError('ENOTDIR');
  requireNoMount(process, parent, place);
  parent.inode.fs.rmdir(parent.inode, name);
}

export function unlink(kernel: Kernel, process: Process, call: Call<'unlink'>): void {
  const { place, parent, name, trailingSlash } = oldName(process, call.path);
  if (place.inode.type === 'dir') throw new SysError('EISDIR');
  if (trailingSlash) throw new SysError('ENOTDIR');
  requireNoMount(process, parent, place);
  parent.inode.fs.unlink(parent.inode, name);
  const fifo = kernel.fifos.get(place.inode);
  if (fifo && fifo.readers + fifo.writers === 0) kernel.fifos.delete(place.inode);
}

export function rename(_kernel: Kernel, process: Process, call: Call<'rename'>): void {
  // Both parents are walked to before either name is looked up.
  walk(walkerOf(process), call.from, false);
  const to = walk(walkerOf(process), call.to, false);
  const from = oldName(process, call.from);
  if (from.parent.mount !== to.parent.mount) throw new SysError('EXDEV');
  for (const { name } of [from, to])
    if (name === '.' || name === '..' || name === '') throw new SysError('EBUSY');
  requireAccess(to.parent, process.credentials, WRITE);
  if (to.place) requireNotSticky(process, to.parent, to.place);
  requireNoMount(process, from.parent, from.place);
  if (to.place) requireNoMount(process, to.parent, to.place);
  if (to.trailingSlash && from.place.inode.type !== 'dir') throw new SysError('ENOTDIR');
  const { fs } = from.parent.inode;
  fs.rename(from.parent.inode, from.name, to.parent.inode, to.name);
}

export function link(_kernel: Kernel, process: Process, call: Call<'link'>): void {
  const source = find(walkerOf(process), call.from, false);
  const { parent, name } = newName(process, call.to);
  if (source.mount !== parent.mount) throw new SysError('EXDEV');
  if (source.inode.type === 'dir') throw new SysError('EPERM');
  parent.inode.fs.link(source.inode, parent.inode, name);
}

export function readlink(_kernel: Kernel, process: Process, call: Call<'readlink'>): string {
  const { inode } = find(walkerOf(process), call.path, false);
  if (inode.type !== 'symlink') throw new SysError('EINVAL');
  return inode.fs.readlink(inode);
}

/** Only the owner and root change attributes. */
function ownedPlace(process: Process, path: string, follow: boolean): Place {
  const place = find(walkerOf(process), path, follow);
  const { uid } = process.credentials;
  if (uid !== 0 && place.inode.fs.stat(place.inode).uid !== uid) throw new SysError('EPERM');
  requireWritable(place);
  return place;
}

export function chmod(_kernel: Kernel, process: Process, call: Call<'chmod'>): void {
  const { inode } = ownedPlace(process, call.path, true);
  inode.fs.setAttributes(inode, { mode: call.mode & 0o7777 });
}

export function chown(_kernel: Kernel, process: Process, call: Call<'chown'>): void {
  const { inode } = ownedPlace(process, call.path, call.follow);
  const { uid, gid } = call;
  const credentials = process.credentials;
  const changesOwner = uid >= 0 && uid !== inode.fs.stat(inode).uid;
  if (credentials.uid !== 0 && (changesOwner || (gid >= 0 && gid !== credentials.gid)))
    throw new SysError('EPERM');
  const { mode } = inode.fs.stat(inode);
  const kept = inode.type === 'dir' ? mode : withoutSetId(mode);
  inode.fs.setAttributes(inode, {
    ...(uid < 0 ? {} : { uid }),
    ...(gid < 0 ? {} : { gid }),
    ...(kept === mode ? {} : { mode: kept }),
  });
}

/** ATTR_KILL_SUID and ATTR_KILL_SGID: a new owner, even by root, ends set-id. */
function withoutSetId(mode: number): number {
  return (mode & 0o010) === 0 ? mode & ~0o4000 : mode & ~0o6000;
}

export function utimes(_kernel: Kernel, process: Process, call: Call<'utimes'>): void {
  const { inode } = ownedPlace(process, call.path, true);
  inode.fs.setAttributes(inode, { atimeUs: call.atimeUs, mtimeUs: call.mtimeUs });
}

export function access(_kernel: Kernel, process: Process, call: Call<'access'>): void {
  const walked = walk(walkerOf(process), call.path, true);
  if (walked.description) return;
  const { place } = walked;
  if (!place) throw new SysError('ENOENT');
  const want =
    (call.read === true ? READ : 0) |
    (call.write === true ? WRITE : 0) |
    (call.execute === true ? EXECUTE : 0);
  requireAccess(place, process.credentials, want);
  if (call.write === true && place.inode.type !== 'char') requireWritable(place);
}

export function chdir(_kernel: Kernel, process: Process, call: Call<'chdir'>): void {
  process.cwd = directoryAt(process, call.path);
}

export function chroot(_kernel: Kernel, process: Process, call: Call<'chroot'>): void {
  const place = directoryAt(process, call.path);
  if (process.credentials.uid !== 0) throw new SysError('EPERM');
  process.root = place;
}

function directoryAt(process: Process, path: string): Place {
  const place = find(walkerOf(process), path);
  if (place.inode.type !== 'dir') throw new SysError('ENOTDIR');
  requireAccess(place, process.credentials, EXECUTE);
  return place;
}

export function getcwd(kernel: Kernel, process: Process): string {
  const path = kernel.pathFor(process, process.cwd);
  if (path === '') throw new SysError('ENOENT');
  return path;
}

export function umask(_kernel: Kernel, process: Process, call: Call<'umask'>): number {
  const before = process.umask;
  process.umask = call.mask & 0o777;
  return before;
}

/** mount(2) for what a person would try: bind, remount, tmpfs, proc. */
export function mount(kernel: Kernel, process: Process, call: Call<'mount'>): void {
  if (process.credentials.uid !== 0) throw new SysError('EPERM');
  const options = call.options.split(',');
  const readOnly = options.includes('ro');
  const walked = walk(walkerOf(process), call.target, true);
  const { place } = walked;
  if (!place) throw new SysError('ENOENT');
  if (options.includes('remount')) {
    if (place.inode !== place.mount.root) throw new SysError('EINVAL');
    place.mount.readOnly = readOnly;
    return;
  }
  const { mnt } = process.namespaces;
  const path = kernel.pathIn(process, walked.parent, walked.name);
  const shown = options.filter(
    (word) => !['ro', 'rw', 'bind', 'rbind', 'defaults', ''].includes(word),
  );
  const given = { source: call.source, readOnly, options: ['relatime', ...shown].join(','), path };
  if (options.includes('bind') || options.includes('rbind')) {
    const from = find(walkerOf(process), call.source);
    if ((from.inode.type === 'dir') !== (place.inode.type === 'dir')) throw new SysError('ENOTDIR');
    const { source } = from.mount;
    mnt.mount(place, from.mount.fs, { ...given, source, root: from.inode });
    return;
  }
  if (place.inode.type !== 'dir') throw new SysError('ENOTDIR');
  mnt.mount(place, newFileSystem(kernel, process, call.type), given);
}

function newFileSystem(kernel: Kernel, process: Process, type: string): FileSystem {
  switch (type) {
    case 'tmpfs':
    case 'ramfs': {
      const { wallClock: clock } = kernel;
      return new MemoryFileSystem({ type, dev: kernel.nextDevice(), clock, rootMode: 0o1777 });
    }
    case 'proc':
      return kernel.newProcfs(process.pid.namespace);
    case 'cgroup2':
      return kernel.cgroupFs;
    default:
      // ENODEV in Linux: the kernel has no such filesystem.
      throw new SysError('ENXIO');
  }
}

export function umount(_kernel: Kernel, process: Process, call: Call<'umount'>): void {
  if (process.credentials.uid !== 0) throw new SysError('EPERM');
  const place = find(walkerOf(process), call.target);
  if (place.inode !== place.mount.root) throw new SysError('EINVAL');
  process.namespaces.mnt.unmount(place.mount);
}
