/** The upper directory of a container as a whole: what it takes, and frozen as a layer's tree. */
import type { LayerNode } from '../content/layer';
import type { UpperNode } from './union-inode';

/** Bytes of regular files, hard links once, and of symbolic links (moby `directory.Size`). */
export function bytesBelow(top: UpperNode): number {
  const seen = new Set<UpperNode>();
  let bytes = 0;
  const pending = [top];
  for (let node = pending.pop(); node; node = pending.pop()) {
    for (const child of node.children?.values() ?? []) pending.push(child);
    if (node.nlink > 1) {
      if (seen.has(node)) continue;
      seen.add(node);
    }
    bytes += (node.content?.size ?? 0) + (node.target?.length ?? 0);
  }
  return bytes;
}

/** The tree of a layer that has what this upper directory has now. Hard links stay one node. */
export function freezeUpper(top: UpperNode): LayerNode {
  const frozen = new Map<UpperNode, LayerNode>();
  function freeze(node: UpperNode): LayerNode {
    const known = frozen.get(node);
    if (known) return known;
    const made = freezeOne(node, freeze);
    frozen.set(node, made);
    return made;
  }
  return freeze(top);
}

function freezeOne(node: UpperNode, freeze: (node: UpperNode) => LayerNode): LayerNode {
  const { type, mode, uid, gid, mtimeUs, content, target, rdev, xattrs } = node;
  const children = new Map<string, LayerNode>();
  for (const name of [...(node.children?.keys() ?? [])].sort())
    children.set(name, freeze(node.children!.get(name)!));
  return Object.freeze({
    ...{ type, mode, uid, gid, mtimeUs },
    ...(content ? { data: content.read(0, content.size) } : {}),
    ...(target === undefined ? {} : { target }),
    ...(rdev === 0 ? {} : { rdev }),
    ...(node.nlink > 1 ? { nlink: node.nlink } : {}),
    ...(xattrs && xattrs.size > 0 ? { xattrs: Object.freeze(new Map(xattrs)) } : {}),
    ...(node.children ? { children: Object.freeze(children) } : {}),
    ...(node.whiteout ? ({ whiteout: true } as const) : {}),
    ...(node.opaque ? ({ opaque: true } as const) : {}),
  });
}
