/**
 * A filesystem whose files are made when they are read: what procfs and cgroupfs have in common.
 * The tree behind it is a `TreeSource`; nothing in it can be made, removed or renamed.
 */
import { NO_BYTES, encodeUtf8 } from '../../base';
import type { FileSystem, Inode, MagicTarget } from '../files/filesystem';
import { GeneratedFile } from '../files/regular-file';
import type { OpenFile } from '../open-file';
import { SysError } from '../syscalls';
import type { DirEntry, FileStat, FileType } from '../syscalls';
import type { WallClock } from '../wall-clock';

/**
 * One file or directory of the tree. Sources subclass nothing: they put their own data in `data`.
 */
export class TreeNode<D> implements Inode {
  constructor(
    readonly fs: GeneratedTree<D>,
    readonly type: FileType,
    readonly name: string,
    readonly parent: TreeNode<D> | undefined,
    readonly ino: number,
    readonly data: D,
  ) {}

  /** "sys/kernel/hostname" */
  get path(): string {
    if (!this.parent) return '';
    return this.parent.parent ? `${this.parent.path}/${this.name}` : this.name;
  }
}

export interface TreeSource<D> {
  readonly type: string;
  /** The node of that name; the same object each time for the same thing. */
  child(dir: TreeNode<D>, name: string): TreeNode<D> | undefined;
  children(dir: TreeNode<D>): readonly DirEntry[];
  /** Content of a file. */
  text(node: TreeNode<D>): string;
  /** Target of a link; '' where it leads nowhere. */
  target(node: TreeNode<D>): string;
  magic(node: TreeNode<D>): MagicTarget | undefined;
  /** Permission bits and owner. */
  owner(node: TreeNode<D>): { readonly mode: number; readonly uid: number; readonly gid: number };
  /** A write to a control file; throws EACCES or EINVAL. */
  write(node: TreeNode<D>, text: string): void;
}

function refuse(): never {
  throw new SysError('EPERM');
}

export class GeneratedTree<D> implements FileSystem {
  readonly type: string;
  readonly root: TreeNode<D>;
  private lastIno = 1;

  constructor(
    readonly source: TreeSource<D>,
    readonly dev: number,
    private readonly clock: WallClock,
    rootData: D,
  ) {
    this.type = source.type;
    this.root = new TreeNode(this, 'dir', '', undefined, 1, rootData);
  }

  node(parent: TreeNode<D>, type: FileType, name: string, data: D): TreeNode<D> {
    this.lastIno++;
    return new TreeNode(this, type, name, parent, this.lastIno, data);
  }

  stat(inode: Inode): FileStat {
    const node = inode as TreeNode<D>;
    const us = this.clock.now();
    return {
      type: node.type,
      dev: this.dev,
      ino: node.ino,
      nlink: node.type === 'dir' ? 2 : 1,
      size: 0,
      mtimeUs: us,
      atimeUs: us,
      ctimeUs: us,
      rdev: 0,
      ...this.source.owner(node),
    };
  }

  lookup(dir: Inode, name: string): TreeNode<D> | undefined {
    return this.source.child(dir as TreeNode<D>, name);
  }

  entries(dir: Inode): readonly DirEntry[] {
    return this.source.children(dir as TreeNode<D>);
  }

  parentOf(dir: Inode): Inode {
    return (dir as TreeNode<D>).parent ?? this.root;
  }

  readlink(inode: Inode): string {
    const target = this.source.target(inode as TreeNode<D>);
    if (target === '') throw new SysError('ENOENT');
    return target;
  }

  magicTarget(inode: Inode): MagicTarget | undefined {
    return this.source.magic(inode as TreeNode<D>);
  }

  openSpecial(inode: Inode): OpenFile | undefined {
    if (inode.type !== 'file') return undefined;
    const node = inode as TreeNode<D>;
    return new GeneratedFile(encodeUtf8(this.source.text(node)), node, `/${node.path}`);
  }

  create = refuse;
  link = refuse;
  unlink = refuse;
  rmdir = refuse;
  rename = refuse;

  setAttributes(): void {
    // Nothing is kept.
  }

  openInode(inode: Inode): Inode {
    return inode;
  }

  read(inode: Inode, offset: number, max: number): Uint8Array {
    if (inode.type !== 'file') return NO_BYTES;
    const bytes = encodeUtf8(this.source.text(inode as TreeNode<D>));
    return bytes.subarray(offset, offset + max);
  }

  write(inode: Inode, _offset: number, data: Uint8Array): void {
    this.source.write(inode as TreeNode<D>, String.fromCharCode(...data));
  }

  truncate(): void {
    // Control files have no length of their own.
  }

  usage(): { readonly totalBytes: number; readonly freeBytes: number } {
    return { totalBytes: 0, freeBytes: 0 };
  }
}
