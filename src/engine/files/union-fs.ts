/**
 * The union filesystem of a container: read-only image layers below, one writable directory above,
 * whiteouts for what was deleted and copy-up before the first change. Models Linux overlayfs
 * (fs/overlayfs) as Docker's overlay2 driver mounts it (no index, redirect_dir, metacopy, xino):
 * renaming a directory that has lower parts fails with EXDEV, and a copied-up hard link comes apart.
 *
 * Differs: times of access stay as they were set; a mapping made before a copy-up is not modelled.
 */
import { NO_BYTES, assert, encodeUtf8 } from '../../base';
import {
  FileContent,
  SysError,
  type Attributes,
  type DirEntry,
  type Disk,
  type FileStat,
  type FileSystem,
  type Inode,
  type NewInode,
  type WallClock,
} from '../../kernel';
import type { LayerNode } from '../content/layer';
import { copyUpCostUs } from './copy-up-cost';
import { lowersUnder } from './lower-lookup';
import { UnionInode, UpperNode, type UpperSpec } from './union-inode';
import { bytesBelow } from './upper-tree';

/** Called when a file is copied up, for the X-ray. Class instance, no closure. */
export interface CopyUpWatcher {
  copiedUp(fs: UnionFs, path: string, type: UnionInode['type'], bytes: number, us: number): void;
}

export class UnionFs implements FileSystem {
  readonly type = 'overlay';
  readonly root: UnionInode;
  watcher: CopyUpWatcher | undefined;
  private nextIno = 1;
  /** Numbers of lower files that have several names: all show the same. */
  private readonly linkedInos = new Map<LayerNode, number>();
  /** All whiteouts of a mount are names of one node. */
  private whiteout: UpperNode | undefined;

  constructor(
    readonly dev: number,
    /** Topmost first. */
    readonly layers: readonly LayerNode[],
    private clock: WallClock,
    private disk: Disk,
  ) {
    // The driver makes the upper directory anew: the root shows its attributes, no lower root's.
    const upper = this.newNode({ type: 'dir', mode: 0o755, uid: 0, gid: 0 });
    this.root = new UnionInode(this, 'dir', this.nextIno++, undefined, '', upper, layers);
  }

  /** The machine was started anew: its clock and disk are other objects now. */
  rebind(clock: WallClock, disk: Disk, watcher: CopyUpWatcher | undefined): void {
    this.clock = clock;
    this.disk = disk;
    this.watcher = watcher;
  }

  private newNode(made: NewInode & { readonly mtimeUs?: number }): UpperNode {
    const nowUs = this.clock.now();
    const content = made.type === 'file' ? new FileContent() : undefined;
    return new UpperNode({ mtimeUs: nowUs, ...made, nowUs, content });
  }

  // --- reading

  stat(inode: Inode): FileStat {
    const at = inode as UnionInode;
    const { top } = at;
    return {
      type: at.type,
      dev: this.dev,
      ino: at.ino,
      mode: top.mode,
      nlink: linksOf(at),
      uid: top.uid,
      gid: top.gid,
      size: sizeOf(top, at.type),
      mtimeUs: top.mtimeUs,
      atimeUs: top instanceof UpperNode ? top.atimeUs : top.mtimeUs,
      ctimeUs: top instanceof UpperNode ? top.ctimeUs : top.mtimeUs,
      rdev: top.rdev ?? 0,
    };
  }

  lookup(dir: Inode, name: string): UnionInode | undefined {
    const at = dir as UnionInode;
    const known = at.known.get(name);
    if (known) return known;
    const upper = at.upper?.children!.get(name);
    if (upper?.whiteout) return undefined;
    const hides = upper !== undefined && (upper.type !== 'dir' || upper.opaque);
    const lowers = hides ? [] : lowersUnder(at.lowers, name, upper !== undefined);
    if (!upper && lowers.length === 0) return undefined;
    const type = upper?.type ?? lowers[0]!.type;
    const inode = new UnionInode(this, type, this.inoOf(lowers[0]), at, name, upper, lowers);
    at.known.set(name, inode);
    return inode;
  }

  private inoOf(lower: LayerNode | undefined): number {
    if (!lower || (lower.nlink ?? 1) < 2) return this.nextIno++;
    let ino = this.linkedInos.get(lower);
    if (ino === undefined) {
      ino = this.nextIno++;
      this.linkedInos.set(lower, ino);
    }
    return ino;
  }

  entries(dir: Inode): readonly DirEntry[] {
    const at = dir as UnionInode;
    // A directory of one layer only is listed as it is, whiteouts and all.
    return this.list(at, at.isMerged);
  }

  private list(at: UnionInode, filtered: boolean): DirEntry[] {
    const seen = new Set<string>();
    const out: DirEntry[] = [];
    for (const layer of [at.upper, ...at.lowers]) {
      for (const [name, node] of layer?.children ?? []) {
        if (seen.has(name)) continue;
        seen.add(name);
        if (!filtered || !node.whiteout) out.push({ name, type: node.type });
      }
    }
    return out;
  }

  parentOf(dir: Inode): UnionInode | undefined {
    const at = dir as UnionInode;
    return at === this.root ? at : at.parent;
  }

  readlink(inode: Inode): string {
    return (inode as UnionInode).top.target ?? '';
  }

  openInode(inode: Inode, write: boolean, truncate = false): Inode {
    if (write) this.copyUp(inode as UnionInode, !truncate);
    return inode;
  }

  read(inode: Inode, offset: number, max: number): Uint8Array {
    const { upper, lowers } = inode as UnionInode;
    if (upper) return upper.content?.read(offset, max) ?? NO_BYTES;
    const data = lowers[0]!.data ?? NO_BYTES;
    return offset >= data.length ? NO_BYTES : data.subarray(offset, offset + max);
  }

  xattrs(inode: Inode): ReadonlyMap<string, string> {
    return (inode as UnionInode).top.xattrs ?? NO_XATTRS;
  }

  // --- making and removing names

  create(dir: Inode, name: string, made: NewInode): UnionInode {
    const at = dir as UnionInode;
    this.requireLiving(at);
    if (this.lookup(at, name)) throw new SysError('EEXIST');
    // A whiteout is made by deleting, by nobody else.
    if (made.type === 'char' && made.rdev === 0) throw new SysError('EPERM');
    const parent = this.copyUp(at);
    const node = this.newNode(inherit(parent, made));
    // Over a whiteout: must not show what that hides.
    if (made.type === 'dir') node.opaque = parent.children!.get(name)?.whiteout ?? false;
    parent.children!.set(name, node);
    this.touch(parent);
    const inode = new UnionInode(this, made.type, this.nextIno++, at, name, node, []);
    at.known.set(name, inode);
    return inode;
  }

  /** A removed directory takes no new names. */
  private requireLiving(dir: UnionInode): void {
    if (dir !== this.root && !dir.parent) throw new SysError('ENOENT');
  }

  link(inode: Inode, dir: Inode, name: string): void {
    const at = dir as UnionInode;
    const from = inode as UnionInode;
    this.requireLiving(at);
    if (this.lookup(at, name)) throw new SysError('EEXIST');
    if (from.type === 'dir') throw new SysError('EPERM');
    if (linksOf(from) === 0) throw new SysError('ENOENT');
    const node = this.copyUp(from);
    const parent = this.copyUp(at);
    parent.children!.set(name, node);
    node.nlink++;
    node.ctimeUs = this.clock.now();
    this.touch(parent);
    at.known.set(name, from);
  }

  unlink(dir: Inode, name: string): void {
    const inode = this.lookup(dir, name);
    if (!inode) throw new SysError('ENOENT');
    if (inode.type === 'dir') throw new SysError('EISDIR');
    this.remove(dir as UnionInode, name, inode);
  }

  rmdir(dir: Inode, name: string): void {
    const inode = this.lookup(dir, name);
    if (!inode) throw new SysError('ENOENT');
    if (inode.type !== 'dir') throw new SysError('ENOTDIR');
    this.requireEmpty(inode);
    this.remove(dir as UnionInode, name, inode);
  }

  /** Whiteouts do not count. */
  private requireEmpty(dir: UnionInode): void {
    if (this.list(dir, true).length > 0) throw new SysError('ENOTEMPTY');
  }

  private remove(dir: UnionInode, name: string, inode: UnionInode): void {
    const parent = this.copyUp(dir);
    const upper = parent.children!.get(name);
    if (upper) {
      parent.children!.delete(name);
      upper.nlink--;
      upper.ctimeUs = this.clock.now();
      if (upper.nlink === 0 && upper.content) this.disk.take(-upper.content.size);
    }
    // A lower file lives on as it is for who has it open.
    if (inode.type === 'dir' || !upper) inode.parent = undefined;
    dir.known.delete(name);
    this.whiteOut(dir, name);
    this.touch(parent);
  }

  /** Hides what lower layers show under this name. */
  private whiteOut(dir: UnionInode, name: string): void {
    if (lowersUnder(dir.lowers, name, false).length === 0) return;
    const nowUs = this.clock.now();
    const spec: UpperSpec = { type: 'char', mode: 0, uid: 0, gid: 0, mtimeUs: nowUs, nowUs };
    this.whiteout ??= new UpperNode(spec, true);
    dir.upper!.children!.set(name, this.whiteout);
  }

  rename(fromDir: Inode, fromName: string, toDir: Inode, toName: string): void {
    const from = fromDir as UnionInode;
    const to = toDir as UnionInode;
    const inode = this.lookup(from, fromName);
    if (!inode) throw new SysError('ENOENT');
    this.requireLiving(to);
    const target = this.lookup(to, toName);
    if (isWithin(to, inode)) throw new SysError('EINVAL');
    if (target && isWithin(from, target)) throw new SysError('ENOTEMPTY');
    if (target === inode) return;
    if (target?.type === 'dir' && inode.type !== 'dir') throw new SysError('EISDIR');
    if (target && target.type !== 'dir' && inode.type === 'dir') throw new SysError('ENOTDIR');
    if (inode.type === 'dir' && inode.lowers.length > 0) throw new SysError('EXDEV');
    if (target?.type === 'dir' && target.lowers.length > 0) this.requireEmpty(target);
    const node = this.copyUp(inode);
    const source = this.copyUp(from);
    const parent = this.copyUp(to);
    // Stays even where the upper filesystem then refuses, because its directory is not empty.
    if (inode.type === 'dir' && to.lowers.length > 0) node.opaque = true;
    if (target?.type === 'dir') this.rmdir(to, toName);
    else if (target) this.unlink(to, toName);
    source.children!.delete(fromName);
    from.known.delete(fromName);
    this.whiteOut(from, fromName);
    parent.children!.set(toName, node);
    to.known.set(toName, inode);
    inode.parent = to;
    inode.name = toName;
    node.ctimeUs = this.clock.now();
    this.touch(source);
    this.touch(parent);
  }

  // --- changing

  setAttributes(inode: Inode, attributes: Attributes): void {
    const node = this.copyUp(inode as UnionInode);
    node.mode = attributes.mode ?? node.mode;
    node.uid = attributes.uid ?? node.uid;
    node.gid = attributes.gid ?? node.gid;
    node.atimeUs = attributes.atimeUs ?? node.atimeUs;
    node.mtimeUs = attributes.mtimeUs ?? node.mtimeUs;
    node.ctimeUs = this.clock.now();
  }

  /** setxattr(2) and, without a value, removexattr(2). */
  setXattr(inode: Inode, name: string, value: string | undefined): void {
    if (value === undefined && !this.xattrs(inode).has(name)) throw new SysError('ENODATA');
    const node = this.copyUp(inode as UnionInode);
    const changed = new Map(node.xattrs);
    if (value === undefined) changed.delete(name);
    else changed.set(name, value);
    node.xattrs = changed;
    node.ctimeUs = this.clock.now();
  }

  write(inode: Inode, offset: number, data: Uint8Array): void {
    const node = this.copyUp(inode as UnionInode);
    this.takeRoom(node, Math.max(0, offset + data.length - node.content!.size));
    node.content!.write(offset, data);
    this.touch(node);
  }

  truncate(inode: Inode, size: number): void {
    const node = this.copyUp(inode as UnionInode);
    this.takeRoom(node, size - node.content!.size);
    node.content!.truncate(size);
    this.touch(node);
  }

  /** A file without a name has given its room back. */
  private takeRoom(node: UpperNode, bytes: number): void {
    if (node.nlink > 0) this.disk.take(bytes);
  }

  private touch(node: UpperNode): void {
    node.mtimeUs = this.clock.now();
    node.ctimeUs = node.mtimeUs;
  }

  usage(): { readonly totalBytes: number; readonly freeBytes: number } {
    return { totalBytes: this.disk.totalBytes, freeBytes: this.disk.freeBytes };
  }

  /** What the upper layer takes: `SizeRw`. */
  upperBytes(): number {
    return bytesBelow(this.root.upper!);
  }

  /** Gives the disk back what the upper layer holds; the filesystem is not used again. */
  release(): void {
    this.disk.take(-this.upperBytes());
  }

  /** The node of the upper layer that stands for this inode, copied up if it was not there. */
  private copyUp(inode: UnionInode, withData = true): UpperNode {
    if (inode.upper) return inode.upper;
    const { parent } = inode;
    // Its place in the upper directory is another's now, or nobody's.
    if (!parent) throw new SysError(inode.type === 'dir' ? 'ENOENT' : 'EEXIST');
    const above = this.copyUp(parent);
    const lower = inode.lowers[0]!;
    const node = copyOf(lower, this.clock.now(), withData);
    const bytes = node.content?.size ?? 0;
    this.disk.take(bytes);
    assert(!above.children!.has(inode.name), 'a name is copied up once');
    above.children!.set(inode.name, node);
    inode.upper = node;
    const us = copyUpCostUs(bytes);
    this.disk.addWork(us);
    if (inode.type !== 'dir') inode.lowers = [];
    if (lower.type !== 'dir' && (lower.nlink ?? 1) > 1) inode.ino = this.nextIno++;
    this.watcher?.copiedUp(this, this.pathOf(inode), inode.type, bytes, us);
    return node;
  }

  /** Path within this filesystem. */
  pathOf(inode: UnionInode): string {
    const names: string[] = [];
    for (let at: UnionInode | undefined = inode; at && at !== this.root; at = at.parent)
      names.unshift(at.name);
    return `/${names.join('/')}`;
  }
}

const NO_XATTRS: ReadonlyMap<string, string> = Object.freeze(new Map<string, string>());

function isWithin(inside: UnionInode, outer: UnionInode): boolean {
  for (let at: UnionInode | undefined = inside; at; at = at.parent) if (at === outer) return true;
  return false;
}

/** A set-gid directory gives its group to what is made in it (`inode_init_owner`). */
function inherit(parent: UpperNode, made: NewInode): NewInode {
  if ((parent.mode & 0o2000) === 0) return made;
  const mode = made.type === 'dir' ? made.mode | 0o2000 : made.mode;
  return { ...made, gid: parent.gid, mode };
}

function copyOf(lower: LayerNode, nowUs: number, withData: boolean): UpperNode {
  const { type, mode, uid, gid, mtimeUs, target, rdev, xattrs } = lower;
  const data = withData ? lower.data : undefined;
  const content = type === 'file' ? new FileContent(data) : undefined;
  return new UpperNode({
    ...{ type, mode, uid, gid, mtimeUs, nowUs, content, target, rdev, xattrs },
  });
}

/** As ext4 shows directories. */
const DIRECTORY_BYTES = 4096;

function sizeOf(node: UpperNode | LayerNode, type: UnionInode['type']): number {
  if (type === 'dir') return DIRECTORY_BYTES;
  if (node.target !== undefined) return encodeUtf8(node.target).length;
  return node instanceof UpperNode ? (node.content?.size ?? 0) : (node.data?.length ?? 0);
}

function linksOf(inode: UnionInode): number {
  const { top } = inode;
  if (inode.type !== 'dir') return top.nlink ?? 1;
  if (inode.isMerged) return 1;
  let folders = 0;
  for (const child of top.children?.values() ?? []) if (child.type === 'dir') folders++;
  return 2 + folders;
}
