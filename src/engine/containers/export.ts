/** What shows in a directory of any filesystem as a frozen tree: for `docker export` and `docker cp`. */
import type { Inode } from '../../kernel';
import { withNames } from '../content/host-names';
import type { LayerNode } from '../content/layer';
import { layerEntries } from '../content/layer-tar';
import { writeTar } from '../content/tar-writer';
import type { UnionFs } from '../files/union-fs';

/** `docker export`: without mounts, as the daemon sees the container's directory. */
export function exportArchive(fs: UnionFs): Uint8Array {
  return writeTar(layerEntries(treeOf(fs.root)).map(withNames));
}

/** What is mounted on a name of a directory, or what is there. */
export type Cover = (dir: Inode, name: string, inode: Inode) => Inode;

/** Hard links within the tree are one node. */
export function treeOf(top: Inode, cover: Cover = (_dir, _name, inode) => inode): LayerNode {
  const linked = new Map<number, LayerNode>();
  function visit(inode: Inode): LayerNode {
    const { fs } = inode;
    const { type, mode, uid, gid, mtimeUs, rdev, size, nlink, ino } = fs.stat(inode);
    const known = nlink > 1 && type !== 'dir' ? linked.get(ino) : undefined;
    if (known) return known;
    const node: LayerNode = Object.freeze({
      ...{ type, mode, uid, gid, mtimeUs },
      ...(type === 'file' ? { data: fs.read(inode, 0, size) } : {}),
      ...(type === 'symlink' ? { target: fs.readlink(inode) } : {}),
      ...(rdev === 0 ? {} : { rdev }),
      ...(type === 'dir' ? { children: childrenOf(inode) } : {}),
      ...(type !== 'dir' && nlink > 1 ? { nlink } : {}),
    });
    if (nlink > 1 && type !== 'dir') linked.set(ino, node);
    return node;
  }
  function childrenOf(dir: Inode): ReadonlyMap<string, LayerNode> {
    const children = new Map<string, LayerNode>();
    const names = dir.fs.entries(dir).map((entry) => entry.name);
    for (const name of names.sort()) {
      const child = dir.fs.lookup(dir, name);
      if (child) children.set(name, visit(cover(dir, name, child)));
    }
    return Object.freeze(children);
  }
  return visit(top);
}
