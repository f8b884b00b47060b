/**
 * What a union filesystem is made of: nodes of the writable upper layer, and the merged inodes that
 * processes see. Models `struct ovl_inode` and the upper directory's files.
 */
import type { FileContent, FileType, Inode } from '../../kernel';
import type { LayerNode } from '../content/layer';
import type { UnionFs } from './union-fs';

/** What a node of the upper directory is made with. */
export interface UpperSpec {
  readonly type: FileType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeUs: number;
  readonly nowUs: number;
  readonly content?: FileContent | undefined;
  readonly target?: string | undefined;
  readonly rdev?: number | undefined;
  readonly xattrs?: ReadonlyMap<string, string> | undefined;
}

/** A node of the upper directory; names that are hard links of each other hold the same node. */
export class UpperNode {
  readonly type: FileType;
  mode: number;
  uid: number;
  gid: number;
  mtimeUs: number;
  ctimeUs: number;
  atimeUs: number;
  /** `trusted.overlay.opaque`: no lower directory shows through. */
  opaque = false;
  /** Names that it has; of a directory always 1. */
  nlink = 1;
  readonly content: FileContent | undefined;
  readonly target: string | undefined;
  readonly rdev: number;
  xattrs: ReadonlyMap<string, string> | undefined;
  readonly children: Map<string, UpperNode> | undefined;

  constructor(
    spec: UpperSpec,
    /** A name that is deleted; the other fields say nothing then. */
    readonly whiteout = false,
  ) {
    this.type = spec.type;
    this.mode = spec.mode;
    this.uid = spec.uid;
    this.gid = spec.gid;
    this.mtimeUs = spec.mtimeUs;
    this.atimeUs = spec.mtimeUs;
    this.ctimeUs = spec.nowUs;
    this.content = spec.content;
    this.target = spec.target;
    this.rdev = spec.rdev ?? 0;
    this.xattrs = spec.xattrs;
    this.children = spec.type === 'dir' ? new Map() : undefined;
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
  /** Stays over copy-up, unless the lower file had several names. */
  ino: number;
  /** Inodes of names that were looked up: the same file is the same object. */
  readonly known = new Map<string, UnionInode>();

  constructor(
    readonly fs: UnionFs,
    readonly type: FileType,
    ino: number,
    parent: UnionInode | undefined,
    name: string,
    upper: UpperNode | undefined,
    lowers: readonly LayerNode[],
  ) {
    this.ino = ino;
    this.parent = parent;
    this.name = name;
    this.upper = upper;
    this.lowers = lowers;
  }

  /** The node that its attributes come from: the topmost one. */
  get top(): UpperNode | LayerNode {
    return this.upper ?? this.lowers[0]!;
  }

  /** More than one directory makes it up (`OVL_TYPE_MERGE`). */
  get isMerged(): boolean {
    return this.upper ? this.lowers.length > 0 : this.lowers.length > 1;
  }
}
