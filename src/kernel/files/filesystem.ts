/**
 * The interface of a filesystem, as the path walk and the descriptors use it. Models the
 * `inode_operations` and `super_operations` of Linux. The engine's union filesystem, the memory
 * filesystem, procfs and devpts implement it.
 *
 * Permissions, mounts, symbolic links in paths and read-only mounts are the callers' matter
 * (walk.ts, calls); a filesystem only keeps its tree. Names are single components, never '.', '..'.
 * All errors are thrown as `SysError`.
 */
import type { Description } from '../descriptors';
import type { Process } from '../process';
import type { OpenFile } from '../open-file';
import type { DirEntry, FileStat, FileType, OpenFlags } from '../syscalls';

/**
 * A file, a directory or another node of a filesystem. The same file must always be answered as the
 * same object: mounts and working directories compare by identity.
 */
export interface Inode {
  readonly fs: FileSystem;
  readonly type: FileType;
}

/** What a new inode is made with. */
export interface NewInode {
  readonly type: FileType;
  /** Permission bits, umask already taken off. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of a symbolic link. */
  readonly target?: string;
  /** Of a device. */
  readonly rdev?: number;
}

export interface Attributes {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly atimeUs?: number;
  readonly mtimeUs?: number;
}

export interface FileSystem {
  /** "ext4", "overlay", "tmpfs", "proc": the third column of /proc/mounts. */
  readonly type: string;
  /** Device number that `stat` shows. */
  readonly dev: number;
  readonly root: Inode;
  stat(inode: Inode): FileStat;
  lookup(dir: Inode, name: string): Inode | undefined;
  /** Without '.' and '..', in the order in which readdir gives them. */
  entries(dir: Inode): readonly DirEntry[];
  /** Directory that holds a directory; the root's is itself; undefined for a removed one. */
  parentOf(dir: Inode): Inode | undefined;
  readlink(inode: Inode): string;
  /** EEXIST where the name is taken (the caller has looked, but symbolic links count too). */
  create(dir: Inode, name: string, made: NewInode): Inode;
  link(inode: Inode, dir: Inode, name: string): void;
  /** Anything but a directory. An inode without names lives on while it is open. */
  unlink(dir: Inode, name: string): void;
  /** ENOTEMPTY. */
  rmdir(dir: Inode, name: string): void;
  /** Replaces what is there, by the rules of rename(2): EISDIR, ENOTDIR, ENOTEMPTY, EXDEV. */
  rename(fromDir: Inode, fromName: string, toDir: Inode, toName: string): void;
  setAttributes(inode: Inode, attributes: Attributes): void;
  /**
   * The inode that a new descriptor reads and writes. A union filesystem copies up here when
   * `write`, without the data when it will be truncated; others only answer the same inode.
   */
  openInode(inode: Inode, write: boolean, truncate?: boolean): Inode;
  /** At most `max` bytes of a regular file; empty beyond its end. */
  read(inode: Inode, offset: number, max: number): Uint8Array;
  /** Writes all of it or throws (ENOSPC). A gap is filled with zeros. */
  write(inode: Inode, offset: number, data: Uint8Array): void;
  truncate(inode: Inode, size: number): void;
  usage(): { readonly totalBytes: number; readonly freeBytes: number };
  /** Files that are not plain bytes (procfs, devpts): what opening one gives. */
  openSpecial?(inode: Inode, flags: OpenFlags, caller: Process): OpenFile | undefined;
  /** A link of procfs that leads to an open thing rather than to a path (fd/N, root, cwd). */
  magicTarget?(inode: Inode): MagicTarget | undefined;
}

export interface MagicTarget {
  readonly description?: Description;
  readonly place?: { readonly mount: unknown; readonly inode: Inode };
}
