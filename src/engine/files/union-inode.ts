/**
 * What a union filesystem is made of: nodes of the writable upper layer, and the merged inodes that
 * processes see. Models `struct ovl_inode` and the upper directory's files.
 */
import type { FileContent, FileType, Inode } from '../../kernel';
import type { LayerNode } from '../content/layer';
import type { UnionFs } from './union-fs';

/** A node of the upper directory. */
export class UpperNode {
  /** Set where it came to be by copy-up or by creation of a directory over a whiteout. */
  opaque = false;
  nlink = 1;
  readonly children: Map<string, UpperNode> | undefined;

  constructor(
    readonly type: FileType,
    public mode: number,
    public uid: number,
    public gid: number,
    public mtimeUs: number,
    public ctimeUs: number,
    public atimeUs: number,
    readonly content: FileContent | undefined,
    readonly target: string | undefined,
    readonly rdev: number,
    /** A name that is deleted; the other fields say nothing then. */
    readonly whiteout: boolean,
  ) {
    this.children = type === 'dir' ? new Map() : undefined;
  }
}

/** A file as it shows: from the upper layer, from the first lower layer that has it, or merged. */
export class UnionInode implements Inode {
  upper: UpperNode | undefined;
  /** Lower nodes that show, topmost first; more than one only for directories. */
  lowers: readonly LayerNode[];
  /** Undefined once it is removed. */
  parent: UnionInode | undefined;
  name: string;
  /** Inodes of names that were looked up: the same file is the same object. */
  readonly known = new Map<string, UnionInode>();

  constructor(
    readonly fs: UnionFs,
    readonly type: FileType,
    readonly ino: number,
    parent: UnionInode | undefined,
    name: string,
    upper: UpperNode | undefined,
    lowers: readonly LayerNode[],
  ) {
    this.parent = parent;
    this.name = name;
    this.upper = upper;
    this.lowers = lowers;
  }
}

/** What a descriptor that was opened for reading before a copy-up goes on reading: the lower file. */
export class LowerInode implements Inode {
  constructor(
    readonly fs: UnionFs,
    readonly type: FileType,
    readonly node: LayerNode,
    readonly of: UnionInode,
  ) {}
}
