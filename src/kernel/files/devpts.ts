/** The filesystem of pseudo-terminals, /dev/pts (`fs/devpts/inode.c`). */
import { NO_BYTES } from '../../base';
import { SysError } from '../syscalls';
import type { DirEntry, FileStat, FileType } from '../syscalls';
import { PTS_MAJOR, type TerminalRegistry, terminalStat } from '../terminal/terminal';
import type { FileSystem, Inode } from './filesystem';

class DevPtsInode implements Inode {
  constructor(
    readonly fs: DevPts,
    readonly type: FileType,
    /** Number of the terminal; -1 for the directory. */
    readonly index: number,
  ) {}
}

function refuse(): never {
  throw new SysError('EPERM');
}

export class DevPts implements FileSystem {
  readonly type = 'devpts';
  readonly root: DevPtsInode;
  private readonly inodes = new Map<number, DevPtsInode>();

  constructor(
    readonly dev: number,
    readonly registry: TerminalRegistry,
    private readonly createdUs: number,
  ) {
    this.root = new DevPtsInode(this, 'dir', -1);
  }

  stat(inode: Inode): FileStat {
    const { index } = inode as DevPtsInode;
    const terminal = this.registry.terminals.get(index);
    if (terminal) return { ...terminalStat(terminal), dev: this.dev };
    const us = this.createdUs;
    const times = { mtimeUs: us, atimeUs: us, ctimeUs: us };
    const owner = { uid: 0, gid: 0, size: 0, nlink: 2 };
    if (index < 0)
      return { type: 'dir', dev: this.dev, ino: 1, mode: 0o755, rdev: 0, ...owner, ...times };
    const rdev = (PTS_MAJOR << 8) | index;
    return { type: 'char', dev: this.dev, ino: index + 3, mode: 0o620, rdev, ...owner, ...times };
  }

  lookup(_dir: Inode, name: string): DevPtsInode | undefined {
    const index = /^[0-9]+$/.test(name) ? Number(name) : -1;
    if (!this.registry.terminals.has(index)) return undefined;
    let inode = this.inodes.get(index);
    if (!inode) {
      inode = new DevPtsInode(this, 'char', index);
      this.inodes.set(index, inode);
    }
    return inode;
  }

  entries(): readonly DirEntry[] {
    const numbers = [...this.registry.terminals.keys()].sort((a, b) => a - b);
    return numbers.map((index) => ({ name: String(index), type: 'char' }));
  }

  parentOf(): Inode {
    return this.root;
  }

  readlink = refuse;
  create = refuse;
  link = refuse;
  unlink = refuse;
  rmdir = refuse;
  rename = refuse;
  write = refuse;

  setAttributes(): void {
    // Owner and mode of a terminal are not kept.
  }

  openInode(inode: Inode): Inode {
    return inode;
  }

  read(): Uint8Array {
    return NO_BYTES;
  }

  truncate(): void {
    // As for all devices, nothing to cut.
  }

  usage(): { readonly totalBytes: number; readonly freeBytes: number } {
    return { totalBytes: 0, freeBytes: 0 };
  }
}
