/**
 * The union filesystem of a container: read-only image layers below, one writable directory above,
 * whiteouts for what was deleted and copy-up before the first change. Models Linux overlayfs as
 * Docker's overlay2 driver mounts it (no index, no redirect_dir, no metacopy): renaming a directory
 * that has lower parts fails with EXDEV, and a copied-up hard link comes apart.
 */
import { assert } from '../../base';
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
import { NO_BYTES } from '../../base';
import type { LayerNode } from '../content/layer';
import { LowerInode, UnionInode, UpperNode } from './union-inode';

/** Called when a file is copied up, for the X-ray. Class instance, no closure. */
export interface CopyUpWatcher {
  copiedUp(fs: UnionFs, path: string, bytes: number): void;
}

export class UnionFs implements FileSystem {
  readonly type = 'overlay';
  readonly root: UnionInode;
  private nextIno = 1;

  constructor(
    readonly dev: number,
    /** Topmost first. */
    layers: readonly LayerNode[],
    private clock: WallClock,
    private disk: Disk,
    private readonly watcher?: CopyUpWatcher,
  ) {
    const now = clock.now();
    const upper = upperFrom(layers[0], 'dir', now);
    this.root = new UnionInode(this, 'dir', this.nextIno++, undefined, '', upper, layers);
  }

  /** The machine was started anew: its clock and disk are other objects now. */
  rebind(clock: WallClock, disk: Disk): void {
    this.clock = clock;
    this.disk = disk;
  }

  stat(inode: Inode): FileStat {
    const own = inode instanceof LowerInode ? inode.of : asUnion(inode);
    const node = inode instanceof LowerInode ? inode.node : (own.upper ?? own.lowers[0]!);
    const times = { atimeUs: node.mtimeUs, ctimeUs: node.mtimeUs };
    if (node instanceof UpperNode) {
      times.atimeUs = node.atimeUs;
      times.ctimeUs = node.ctimeUs;
    }
    return {
      type: own.type,
      dev: this.dev,
      ino: own.ino,
      mode: node.mode,
      nlink: node instanceof UpperNode ? node.nlink : 1,
      uid: node.uid,
      gid: node.gid,
      size: sizeOf(node, own.type),
      mtimeUs: node.mtimeUs,
      rdev: node.rdev ?? 0,
      ...times,
    };
  }

  lookup(dir: Inode, name: string): UnionInode | undefined {
    const at = asUnion(dir);
    const known = at.known.get(name);
    if (known) return known;
    const upper = at.upper?.children?.get(name);
    if (upper?.whiteout) return undefined;
    const lowers = upper && (upper.type !== 'dir' || upper.opaque) ? [] : lowersOf(at, name, upper);
    if (!upper && lowers.length === 0) return undefined;
    const type = upper?.type ?? lowers[0]!.type;
    const inode = new UnionInode(this, type, this.nextIno++, at, name, upper, lowers);
    at.known.set(name, inode);
    return inode;
  }

  entries(dir: Inode): readonly DirEntry[] {
    const at = asUnion(dir);
    const seen = new Set<string>();
    const out: DirEntry[] = [];
    for (const [name, node] of at.upper?.children ?? []) {
      seen.add(name);
      if (!node.whiteout) out.push({ name, type: node.type });
    }
    for (const lower of at.lowers) {
      for (const [name, node] of lower.children ?? []) {
        if (seen.has(name)) continue;
        seen.add(name);
        if (!node.whiteout) out.push({ name, type: node.type });
      }
    }
    return out;
  }

  parentOf(dir: Inode): UnionInode | undefined {
    const at = asUnion(dir);
    return at === this.root ? at : at.parent;
  }

  readlink(inode: Inode): string {
    const at = asUnion(inode);
    return (at.upper ?? at.lowers[0]!).target ?? '';
  }

  create(dir: Inode, name: string, made: NewInode): UnionInode {
    const at = asUnion(dir);
    if (this.lookup(at, name)) throw new SysError('EEXIST');
    const now = this.clock.now();
    const parent = this.copyUp(at);
    const over = lowersOf(at, name, undefined, true);
    const node = new UpperNode(
      made.type,
      made.mode,
      made.uid,
      made.gid,
      now,
      now,
      now,
      made.type === 'file' ? new FileContent() : undefined,
      made.target,
      made.rdev ?? 0,
      false,
    );
    // A new directory over a deleted one must not show what lies below.
    if (made.type === 'dir') node.opaque = over.length > 0;
    parent.children!.set(name, node);
    touch(parent, now);
    const inode = new UnionInode(this, made.type, this.nextIno++, at, name, node, []);
    at.known.set(name, inode);
    return inode;
  }

  link(inode: Inode, dir: Inode, name: string): void {
    const at = asUnion(dir);
    if (this.lookup(at, name)) throw new SysError('EEXIST');
    const node = this.copyUp(asUnion(inode));
    const parent = this.copyUp(at);
    parent.children!.set(name, node);
    node.nlink++;
    touch(parent, this.clock.now());
    at.known.set(name, asUnion(inode));
  }

  unlink(dir: Inode, name: string): void {
    const inode = this.lookup(dir, name);
    if (!inode) throw new SysError('ENOENT');
    if (inode.type === 'dir') throw new SysError('EISDIR');
    this.remove(asUnion(dir), name, inode);
  }

  rmdir(dir: Inode, name: string): void {
    const inode = this.lookup(dir, name);
    if (!inode) throw new SysError('ENOENT');
    if (inode.type !== 'dir') throw new SysError('ENOTDIR');
    if (this.entries(inode).length > 0) throw new SysError('ENOTEMPTY');
    this.remove(asUnion(dir), name, inode);
    inode.parent = undefined;
  }

  rename(fromDir: Inode, fromName: string, toDir: Inode, toName: string): void {
    const from = asUnion(fromDir);
    const to = asUnion(toDir);
    const inode = this.lookup(from, fromName);
    if (!inode) throw new SysError('ENOENT');
    const target = this.lookup(to, toName);
    if (target === inode) return;
    if (inode.type === 'dir' && inode.lowers.length > 0) throw new SysError('EXDEV');
    if (target) this.clearTarget(inode, to, toName, target);
    const node = this.copyUp(inode);
    const source = this.copyUp(from);
    const parent = this.copyUp(to);
    source.children!.delete(fromName);
    from.known.delete(fromName);
    this.whiteOut(from, fromName);
    if (inode.type === 'dir' && lowersOf(to, toName, undefined, true).length > 0)
      node.opaque = true;
    parent.children!.set(toName, node);
    to.known.set(toName, inode);
    inode.parent = to;
    inode.name = toName;
    const now = this.clock.now();
    touch(source, now);
    touch(parent, now);
    node.ctimeUs = now;
  }

  private clearTarget(inode: UnionInode, to: UnionInode, name: string, target: UnionInode): void {
    if (target.type === 'dir' && inode.type !== 'dir') throw new SysError('EISDIR');
    if (target.type !== 'dir' && inode.type === 'dir') throw new SysError('ENOTDIR');
    if (target.type === 'dir') this.rmdir(to, name);
    else this.unlink(to, name);
  }

  setAttributes(inode: Inode, attributes: Attributes): void {
    const node = this.copyUp(asUnion(inode));
    node.mode = attributes.mode ?? node.mode;
    node.uid = attributes.uid ?? node.uid;
    node.gid = attributes.gid ?? node.gid;
    node.atimeUs = attributes.atimeUs ?? node.atimeUs;
    node.mtimeUs = attributes.mtimeUs ?? node.mtimeUs;
    node.ctimeUs = this.clock.now();
  }

  openInode(inode: Inode, write: boolean): Inode {
    const at = asUnion(inode);
    if (write) {
      this.copyUp(at);
      return at;
    }
    if (at.upper || at.type !== 'file') return at;
    return new LowerInode(this, at.type, at.lowers[0]!, at);
  }

  read(inode: Inode, offset: number, max: number): Uint8Array {
    if (inode instanceof LowerInode) return slice(inode.node.data, offset, max);
    const at = asUnion(inode);
    if (at.upper) return at.upper.content?.read(offset, max) ?? NO_BYTES;
    return slice(at.lowers[0]!.data, offset, max);
  }

  write(inode: Inode, offset: number, data: Uint8Array): void {
    const node = this.copyUp(asUnion(inode));
    const grown = Math.max(0, offset + data.length - node.content!.size);
    this.disk.take(grown);
    node.content!.write(offset, data);
    touch(node, this.clock.now());
  }

  truncate(inode: Inode, size: number): void {
    const node = this.copyUp(asUnion(inode));
    this.disk.take(size - node.content!.size);
    node.content!.truncate(size);
    touch(node, this.clock.now());
  }

  usage(): { readonly totalBytes: number; readonly freeBytes: number } {
    return { totalBytes: this.disk.totalBytes, freeBytes: this.disk.freeBytes };
  }

  /** Bytes of all regular files of the upper layer: `SizeRw`. */
  upperBytes(): number {
    return this.root.upper ? bytesBelow(this.root.upper) : 0;
  }

  /** Gives the disk back what the upper layer holds; the filesystem is not used again. */
  release(): void {
    this.disk.take(-this.upperBytes());
  }

  /** The node of the upper layer that stands for this inode, copied up if it was not there. */
  private copyUp(inode: UnionInode): UpperNode {
    if (inode.upper) return inode.upper;
    const parent = inode.parent;
    assert(parent !== undefined, 'the root is always in the upper layer');
    const above = this.copyUp(parent);
    const lower = inode.lowers[0]!;
    const node = upperFrom(lower, inode.type, this.clock.now());
    this.disk.take(lower.data?.length ?? 0);
    above.children!.set(inode.name, node);
    inode.upper = node;
    if (inode.type !== 'dir') {
      this.watcher?.copiedUp(this, this.pathOf(inode), lower.data?.length ?? 0);
      inode.lowers = [];
    }
    return node;
  }

  /** Path within this filesystem. */
  pathOf(inode: UnionInode): string {
    const names: string[] = [];
    for (let at: UnionInode | undefined = inode; at && at !== this.root; at = at.parent)
      names.unshift(at.name);
    return `/${names.join('/')}`;
  }

  private remove(dir: UnionInode, name: string, inode: UnionInode): void {
    const parent = this.copyUp(dir);
    const upper = parent.children!.get(name);
    if (upper) {
      parent.children!.delete(name);
      upper.nlink--;
      if (upper.nlink === 0 && upper.content) this.disk.take(-upper.content.size);
      upper.ctimeUs = this.clock.now();
    } else {
      // It lives on while it is open, and no change of it may reach the directory again.
      inode.upper = upperFrom(inode.lowers[0], inode.type, this.clock.now());
      inode.upper.nlink = 0;
    }
    dir.known.delete(name);
    this.whiteOut(dir, name);
    touch(parent, this.clock.now());
  }

  /** Hides what lower layers have under this name. */
  private whiteOut(dir: UnionInode, name: string): void {
    if (lowersOf(dir, name, undefined).length === 0) return;
    const now = this.clock.now();
    const mark = new UpperNode('char', 0, 0, 0, now, now, now, undefined, undefined, 0, true);
    dir.upper!.children!.set(name, mark);
  }
}

function asUnion(inode: Inode): UnionInode {
  if (inode instanceof LowerInode) return inode.of;
  assert(inode instanceof UnionInode, 'an inode of this filesystem');
  return inode;
}

/** Lower nodes that show under a name; `whole`: also what a whiteout of the upper layer hides. */
function lowersOf(
  dir: UnionInode,
  name: string,
  upper: UpperNode | undefined,
  whole = false,
): readonly LayerNode[] {
  if (!whole && upper && upper.type !== 'dir') return [];
  const out: LayerNode[] = [];
  for (const layer of dir.lowers) {
    const node = layer.children?.get(name);
    if (!node) continue;
    if (node.whiteout) break;
    if (node.type !== 'dir') {
      if (out.length === 0 && !upper) out.push(node);
      break;
    }
    out.push(node);
    if (node.opaque) break;
  }
  return out;
}

function upperFrom(lower: LayerNode | undefined, type: UnionInode['type'], now: number): UpperNode {
  const mtimeUs = lower?.mtimeUs ?? now;
  return new UpperNode(
    type,
    lower?.mode ?? 0o755,
    lower?.uid ?? 0,
    lower?.gid ?? 0,
    mtimeUs,
    now,
    mtimeUs,
    type === 'file' ? new FileContent(lower?.data) : undefined,
    lower?.target,
    lower?.rdev ?? 0,
    false,
  );
}

/** As ext4 shows directories. */
const DIRECTORY_BYTES = 4096;

function sizeOf(node: UpperNode | LayerNode, type: UnionInode['type']): number {
  if (type === 'dir') return DIRECTORY_BYTES;
  if (node.target !== undefined) return node.target.length;
  return node instanceof UpperNode ? (node.content?.size ?? 0) : (node.data?.length ?? 0);
}

function slice(data: Uint8Array | undefined, offset: number, max: number): Uint8Array {
  if (!data || offset >= data.length) return NO_BYTES;
  return data.subarray(offset, offset + max);
}

function touch(node: UpperNode, now: number): void {
  node.mtimeUs = now;
  node.ctimeUs = now;
}

function bytesBelow(node: UpperNode): number {
  let bytes = node.content?.size ?? 0;
  for (const child of node.children?.values() ?? []) bytes += bytesBelow(child);
  return bytes;
}
