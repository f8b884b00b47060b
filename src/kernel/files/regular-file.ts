/** Descriptors of regular files and directories: an inode and an offset. */
import { NO_BYTES } from '../../base';
import type { OpenFile, Readiness } from '../open-file';
import { SysError } from '../syscalls';
import type { FileStat } from '../syscalls';
import { WaitQueue } from '../wait-queue';
import type { Inode } from './filesystem';
import type { MountNamespace, Place } from './mounts';
import { pathOf } from './walk';

/** Where a file was opened, to tell its path when somebody asks. */
export interface OpenedAt {
  readonly namespace: MountNamespace;
  readonly root: Place;
  readonly parent: Place;
  readonly name: string;
}

/** Files are always ready, so nobody ever waits here; one queue serves all. */
export class RegularFile implements OpenFile {
  readonly waitQueue = new WaitQueue();
  private offset = 0;

  constructor(
    readonly place: Place,
    /** What is read and written: a layer's inode, where the filesystem is a union. */
    private readonly data: Inode,
    private readonly appends: boolean,
    private readonly openedAt: OpenedAt,
  ) {}

  private get isDirectory(): boolean {
    return this.place.inode.type === 'dir';
  }

  read(max: number): Uint8Array {
    if (this.isDirectory) throw new SysError('EISDIR');
    const bytes = this.data.fs.read(this.data, this.offset, max);
    this.offset += bytes.length;
    return bytes;
  }

  write(bytes: Uint8Array): number {
    if (bytes.length === 0) return 0;
    if (this.appends) this.offset = this.stat().size;
    this.data.fs.write(this.data, this.offset, bytes);
    this.offset += bytes.length;
    return bytes.length;
  }

  readiness(): Readiness {
    return { read: true, write: true };
  }

  stat(): FileStat {
    const { inode } = this.place;
    const stat = inode.fs.stat(inode);
    if (this.data === inode) return stat;
    return { ...stat, size: this.data.fs.stat(this.data).size };
  }

  describe(): string {
    const { namespace, root, parent, name } = this.openedAt;
    const folder = this.isDirectory ? this.place : parent;
    let path = pathOf(namespace, root, folder) ?? '/';
    if (!this.isDirectory) path = path === '/' ? `/${name}` : `${path}/${name}`;
    return this.stat().nlink === 0 ? `${path} (deleted)` : path;
  }

  seek(offset: number, whence: 'set' | 'cur' | 'end'): number {
    const base = whence === 'set' ? 0 : whence === 'cur' ? this.offset : this.stat().size;
    if (base + offset < 0) throw new SysError('EINVAL');
    this.offset = base + offset;
    return this.offset;
  }

  truncate(size: number): void {
    if (this.isDirectory) throw new SysError('EINVAL');
    this.data.fs.truncate(this.data, size);
  }

  close(): void {
    // Inodes without names are freed when nothing refers to them.
  }
}

/** A file whose bytes were made when it was opened (procfs). */
export class GeneratedFile implements OpenFile {
  readonly waitQueue = new WaitQueue();
  private offset = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly inode: Inode,
    private readonly path: string,
  ) {}

  read(max: number): Uint8Array {
    const part = this.bytes.subarray(this.offset, this.offset + max);
    this.offset += part.length;
    return part.length === 0 ? NO_BYTES : part;
  }

  write(data: Uint8Array): number {
    this.inode.fs.write(this.inode, 0, data);
    return data.length;
  }

  readiness(): Readiness {
    return { read: true, write: true };
  }

  stat(): FileStat {
    return this.inode.fs.stat(this.inode);
  }

  describe(): string {
    return this.path;
  }

  seek(offset: number, whence: 'set' | 'cur' | 'end'): number {
    const base = whence === 'set' ? 0 : whence === 'cur' ? this.offset : this.bytes.length;
    if (base + offset < 0) throw new SysError('EINVAL');
    this.offset = base + offset;
    return this.offset;
  }

  close(): void {
    // Nothing is held.
  }
}
