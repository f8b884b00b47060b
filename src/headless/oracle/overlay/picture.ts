/** The merged view and the upper directory of a union, as a trace lists them. */
import type { UnionFs, UnionInode, UpperNode } from '../../../engine';
import { octal, shownBytes } from './notation';
import type { TraceEntry } from './trace';

interface Node {
  readonly path: string;
  readonly type: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeUs: number;
  readonly nlink: number;
  readonly rdev: number;
  readonly target: string;
  readonly bytes: () => Uint8Array;
  readonly xattrs: ReadonlyMap<string, string> | undefined;
  readonly identity: unknown;
  readonly opaque: boolean;
}

export function mergedView(fs: UnionFs): TraceEntry[] {
  const nodes: (Node | TraceEntry)[] = [];
  function visit(inode: UnionInode, path: string): void {
    const stat = fs.stat(inode);
    const { type, uid, gid, mode, mtimeUs, nlink, rdev } = stat;
    nodes.push({
      ...{ path: path || '/', type, mode, uid, gid, mtimeUs, nlink, rdev },
      target: type === 'symlink' ? fs.readlink(inode) : '',
      bytes: () => fs.read(inode, 0, stat.size),
      xattrs: fs.xattrs(inode),
      identity: stat.ino,
      opaque: false,
    });
    if (type !== 'dir') return;
    for (const { name } of fs.entries(inode)) {
      const child = fs.lookup(inode, name);
      if (child) visit(child, `${path}/${name}`);
      else nodes.push({ path: `${path}/${name}`, type: 'ghost' });
    }
  }
  visit(fs.root, '');
  return shown(nodes);
}

export function upperView(fs: UnionFs): TraceEntry[] {
  const nodes: Node[] = [];
  function visit(node: UpperNode, path: string): void {
    const { mode, uid, gid, mtimeUs, nlink, rdev, target = '', xattrs, opaque } = node;
    nodes.push({
      ...{ mode, uid, gid, mtimeUs, nlink, rdev, target, xattrs, opaque },
      path: path || '/',
      type: node.whiteout ? 'whiteout' : node.type,
      bytes: () => node.content!.read(0, node.content!.size),
      identity: node,
    });
    for (const [name, child] of node.children ?? []) visit(child, `${path}/${name}`);
  }
  visit(fs.root.upper!, '');
  return shown(nodes);
}

function shown(nodes: readonly (Node | TraceEntry)[]): TraceEntry[] {
  const sorted = [...nodes].sort((a, b) => (a.path < b.path ? -1 : 1));
  const first = new Map<unknown, string>();
  return sorted.map((node) => {
    if (!('identity' in node)) return node;
    const { path, type, uid, gid, target, rdev } = node;
    if (type === 'whiteout') return { path, type };
    if (!first.has(node.identity)) first.set(node.identity, path);
    return {
      ...{ path, type, uid, gid, mtime: Math.floor(node.mtimeUs / 1e6) },
      ...(type === 'symlink' ? { target } : { mode: octal(node.mode) }),
      ...(type === 'file' ? shownBytes(node.bytes()) : {}),
      ...(type === 'symlink' ? { size: target.length } : {}),
      ...(type === 'char' ? { rdev: [rdev >> 8, rdev & 255] as const } : {}),
      ...(type === 'dir' ? {} : { nlink: node.nlink }),
      ...(node.opaque ? { opaque: true } : {}),
      ...(node.xattrs && node.xattrs.size > 0 ? { xattrs: Object.fromEntries(node.xattrs) } : {}),
      ...(type !== 'dir' && node.nlink > 1 ? { inode: first.get(node.identity)! } : {}),
    };
  });
}
