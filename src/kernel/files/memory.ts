/**
 * A filesystem held in memory: the machine's ext4 root, tmpfs, devtmpfs, volumes, and the writable
 * layer below the engine's union filesystem. Directories list in the order in which names were
 * made; reading does not touch the time of access (noatime).
 */
import { NO_BYTES } from '../../base';
import { SysError } from '../syscalls';
import type { DirEntry, FileStat, FileType } from '../syscalls';
import type { WallClock } from '../wall-clock';
import { FileContent } from './content';
import type { Disk } from './disk';
import type { Attributes, FileSystem, Inode, NewInode } from './filesystem';

/** Size that a directory shows (one block of ext4). */
const DIRECTORY_BYTES = 4096;
/** ext4's limit of hard links. */
const LINKS_MAX = 65000;

export class MemoryInode implements Inode {
  nlink = 1;
  content: FileContent | undefined;
  entries: Map<string, MemoryInode> | undefined;
  /** Of a directory: the one that holds it; undefined when it was removed. */
  parent: MemoryInode | undefined;
  atimeUs: number;
  mtimeUs: number;
  ctimeUs: number;

  constructor(
    readonly fs: MemoryFileSystem,
    readonly ino: number,
    readonly type: FileType,
    public mode: number,
    public uid: number,
    public gid: number,
    readonly target: string,
    readonly rdev: number,
    nowUs: number,
  ) {
    this.atimeUs = nowUs;
    this.mtimeUs = nowUs;
    this.ctimeUs = nowUs;
    if (type === 'file') this.content = new FileContent();
    if (type === 'dir') {
      this.entries = new Map();
      this.nlink = 2;
    }
  }
}

export interface MemoryFileSystemOptions {
  readonly type: string;
  readonly dev: number;
  readonly clock: WallClock;
  /** Room is taken from here; none is counted without it. */
  readonly disk?: Disk;
  /** Permission bits of the root directory. */
  readonly rootMode?: number;
}

export class MemoryFileSystem implements FileSystem {
  readonly type: string;
  readonly dev: number;
  readonly root: MemoryInode;
  private clock: WallClock;
  private disk: Disk | undefined;
  /** Room that it takes of its disk. */
  private usedBytes = 0;
  private lastIno = 1;

  constructor(options: MemoryFileSystemOptions) {
    this.type = options.type;
    this.dev = options.dev;
    this.clock = options.clock;
    this.disk = options.disk;
    this.root = this.make({ type: 'dir', mode: options.rootMode ?? 0o755, uid: 0, gid: 0 });
    this.root.parent = this.root;
  }

  /** Its machine has booted anew: another clock, another count of the disk. */
  rebind(clock: WallClock, disk: Disk | undefined): void {
    this.clock = clock;
    this.disk = disk;
    if (disk) disk.usedBytes += this.usedBytes;
  }

  private take(bytes: number): void {
    if (!this.disk) return;
    this.disk.take(bytes);
    this.usedBytes += bytes;
  }

  private make(made: NewInode): MemoryInode {
    this.lastIno++;
    return new MemoryInode(
      this,
      this.lastIno,
      made.type,
      made.mode,
      made.uid,
      made.gid,
      made.target ?? '',
      made.rdev ?? 0,
      this.clock.now(),
    );
  }

  stat(inode: Inode): FileStat {
    const node = inode as MemoryInode;
    let size = 0;
    if (node.type === 'file') size = node.content!.size;
    else if (node.type === 'dir') size = DIRECTORY_BYTES;
    else if (node.type === 'symlink') size = node.target.length;
    return {
      type: node.type,
      dev: this.dev,
      ino: node.ino,
      mode: node.mode,
      nlink: node.nlink,
      uid: node.uid,
      gid: node.gid,
      size,
      mtimeUs: node.mtimeUs,
      atimeUs: node.atimeUs,
      ctimeUs: node.ctimeUs,
      rdev: node.rdev,
    };
  }

  lookup(dir: Inode, name: string): MemoryInode | undefined {
    return (dir as MemoryInode).entries!.get(name);
  }

  entries(dir: Inode): readonly DirEntry[] {
    const list: DirEntry[] = [];
    for (const [name, node] of (dir as MemoryInode).entries!) list.push({ name, type: node.type });
    return list;
  }

  parentOf(dir: Inode): MemoryInode | undefined {
    return (dir as MemoryInode).parent;
  }

  readlink(inode: Inode): string {
    return (inode as MemoryInode).target;
  }

  create(dir: Inode, name: string, made: NewInode): MemoryInode {
    const parent = this.writableDirectory(dir);
    if (parent.entries!.has(name)) throw new SysError('EEXIST');
    if (this.disk?.full) throw new SysError('ENOSPC');
    const node = this.make(made);
    parent.entries!.set(name, node);
    if (node.type === 'dir') {
      node.parent = parent;
      parent.nlink++;
    }
    this.touch(parent);
    return node;
  }

  /** A removed directory takes no new names. */
  private writableDirectory(dir: Inode): MemoryInode {
    const node = dir as MemoryInode;
    if (!node.parent) throw new SysError('ENOENT');
    return node;
  }

  link(inode: Inode, dir: Inode, name: string): void {
    const node = inode as MemoryInode;
    const parent = this.writableDirectory(dir);
    if (node.fs !== this) throw new SysError('EXDEV');
    if (node.type === 'dir') throw new SysError('EPERM');
    if (parent.entries!.has(name)) throw new SysError('EEXIST');
    if (node.nlink === 0) throw new SysError('ENOENT');
    if (node.nlink >= LINKS_MAX) throw new SysError('EMLINK');
    node.nlink++;
    node.ctimeUs = this.clock.now();
    parent.entries!.set(name, node);
    this.touch(parent);
  }

  unlink(dir: Inode, name: string): void {
    const parent = dir as MemoryInode;
    const node = parent.entries!.get(name);
    if (!node) throw new SysError('ENOENT');
    if (node.type === 'dir') throw new SysError('EISDIR');
    parent.entries!.delete(name);
    this.dropName(node);
    this.touch(parent);
  }

  private dropName(node: MemoryInode): void {
    node.nlink--;
    node.ctimeUs = this.clock.now();
    if (node.nlink === 0 && node.content) this.take(-node.content.size);
  }

  rmdir(dir: Inode, name: string): void {
    const parent = dir as MemoryInode;
    const node = parent.entries!.get(name);
    if (!node) throw new SysError('ENOENT');
    if (node.type !== 'dir') throw new SysError('ENOTDIR');
    if (node.entries!.size > 0) throw new SysError('ENOTEMPTY');
    parent.entries!.delete(name);
    node.parent = undefined;
    node.nlink = 0;
    parent.nlink--;
    this.touch(parent);
  }

  rename(fromDir: Inode, fromName: string, toDir: Inode, toName: string): void {
    const from = fromDir as MemoryInode;
    const to = this.writableDirectory(toDir);
    if (to.fs !== this) throw new SysError('EXDEV');
    const node = from.entries!.get(fromName);
    if (!node) throw new SysError('ENOENT');
    const there = to.entries!.get(toName);
    if (there === node) return;
    if (node.type === 'dir') {
      for (let up: MemoryInode | undefined = to; up && up !== this.root; up = up.parent)
        if (up === node) throw new SysError('EINVAL');
    }
    if (there) this.replace(to, toName, there, node);
    from.entries!.delete(fromName);
    to.entries!.set(toName, node);
    if (node.type === 'dir') {
      node.parent = to;
      from.nlink--;
      to.nlink++;
    }
    node.ctimeUs = this.clock.now();
    this.touch(from);
    this.touch(to);
  }

  private replace(dir: MemoryInode, name: string, there: MemoryInode, node: MemoryInode): void {
    if (there.type === 'dir') {
      if (node.type !== 'dir') throw new SysError('EISDIR');
      this.rmdir(dir, name);
    } else {
      if (node.type === 'dir') throw new SysError('ENOTDIR');
      this.unlink(dir, name);
    }
  }

  setAttributes(inode: Inode, attributes: Attributes): void {
    const node = inode as MemoryInode;
    node.mode = attributes.mode ?? node.mode;
    node.uid = attributes.uid ?? node.uid;
    node.gid = attributes.gid ?? node.gid;
    node.atimeUs = attributes.atimeUs ?? node.atimeUs;
    node.mtimeUs = attributes.mtimeUs ?? node.mtimeUs;
    node.ctimeUs = this.clock.now();
  }

  openInode(inode: Inode, _write: boolean): Inode {
    return inode;
  }

  read(inode: Inode, offset: number, max: number): Uint8Array {
    return (inode as MemoryInode).content?.read(offset, max) ?? NO_BYTES;
  }

  write(inode: Inode, offset: number, data: Uint8Array): void {
    const node = inode as MemoryInode;
    const content = node.content!;
    this.resize(node, Math.max(content.size, offset + data.length));
    content.write(offset, data);
    this.touch(node);
  }

  truncate(inode: Inode, size: number): void {
    const node = inode as MemoryInode;
    this.resize(node, size);
    node.content!.truncate(size);
    this.touch(node);
  }

  private resize(node: MemoryInode, size: number): void {
    if (node.nlink > 0) this.take(size - node.content!.size);
  }

  private touch(node: MemoryInode): void {
    node.mtimeUs = this.clock.now();
    node.ctimeUs = node.mtimeUs;
  }

  usage(): { readonly totalBytes: number; readonly freeBytes: number } {
    if (!this.disk) return { totalBytes: 0, freeBytes: 0 };
    return { totalBytes: this.disk.totalBytes, freeBytes: this.disk.freeBytes };
  }
}
