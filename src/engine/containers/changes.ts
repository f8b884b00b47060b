/**
 * `docker diff`: what a container's filesystem has and its image (with the init layer) has not (moby
 * pkg/archive `ChangesDirs`). Compares what shows, so a copied-up file without a visible change is none;
 * looks only where the upper directory has something.
 */
import type { LayerNode } from '../content/layer';
import { lowersUnder } from '../files/lower-lookup';
import type { UnionFs } from '../files/union-fs';
import type { UnionInode, UpperNode } from '../files/union-inode';

export interface Change {
  readonly Path: string;
  /** 0 changed, 1 added, 2 deleted. */
  readonly Kind: 0 | 1 | 2;
}

export function changesOf(fs: UnionFs): Change[] {
  const changes: Change[] = [];
  compareDirectory(fs, fs.root, fs.layers, '', changes);
  return changes;
}

function compareDirectory(
  fs: UnionFs,
  dir: UnionInode,
  old: readonly LayerNode[],
  path: string,
  changes: Change[],
): void {
  const names = new Set(dir.upper?.children!.keys());
  if (dir.upper?.opaque ?? false)
    for (const layer of old) for (const name of layer.children?.keys() ?? []) names.add(name);
  for (const name of [...names].sort()) {
    const was = lowersUnder(old, name, false);
    compareName(fs, fs.lookup(dir, name), was, `${path}/${name}`, changes);
  }
}

function compareName(
  fs: UnionFs,
  now: UnionInode | undefined,
  was: readonly LayerNode[],
  path: string,
  changes: Change[],
): void {
  const before = was[0];
  if (!now) {
    if (before) changes.push({ Path: path, Kind: 2 });
    return;
  }
  if (!now.upper) return;
  const at = changes.length;
  changes.push({ Path: path, Kind: before ? 0 : 1 });
  if (now.type === 'dir')
    compareDirectory(fs, now, before?.type === 'dir' ? was : [], path, changes);
  const nothingBelow = changes.length === at + 1;
  if (before && nothingBelow && !isDifferent(before, now.upper)) changes.pop();
}

function isDifferent(was: LayerNode, now: UpperNode): boolean {
  if (was.type !== now.type || was.uid !== now.uid || was.gid !== now.gid) return true;
  if (was.type !== 'symlink' && was.mode !== now.mode) return true;
  if (was.type === 'dir') return false;
  const sizeWas = was.target?.length ?? was.data?.length ?? 0;
  const sizeNow = now.target?.length ?? now.content?.size ?? 0;
  return was.mtimeUs !== now.mtimeUs || sizeWas !== sizeNow || (was.rdev ?? 0) !== now.rdev;
}
