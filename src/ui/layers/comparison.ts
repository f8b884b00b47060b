/** Two images file by file, as they show. */
import { hiddenBy, nodesBelow, versionAt, type FileNode, type Version } from './file-tree';
import type { ImageModel } from './image-model';

export interface Difference {
  readonly path: string;
  readonly kind: 'only here' | 'only there' | 'differs';
  readonly here: Version | undefined;
  readonly there: Version | undefined;
}

export interface Comparison {
  /** Layers at the bottom that both have. */
  readonly common: number;
  readonly differences: readonly Difference[];
  readonly same: number;
}

export function compareImages(here: ImageModel, there: ImageModel): Comparison {
  const chains = new Set(there.layers.map((layer) => layer.chain));
  const common = here.layers.filter((layer) => chains.has(layer.chain)).length;
  const left = shownFiles(here);
  const right = shownFiles(there);
  const differences: Difference[] = [];
  let same = 0;
  for (const [path, version] of left) {
    const other = right.get(path);
    if (!other) differences.push({ path, kind: 'only here', here: version, there: undefined });
    else if (equal(version, other)) same++;
    else differences.push({ path, kind: 'differs', here: version, there: other });
  }
  for (const [path, version] of right) {
    if (left.has(path)) continue;
    differences.push({ path, kind: 'only there', here: undefined, there: version });
  }
  differences.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { common, differences, same };
}

function shownFiles({ root, layers }: ImageModel): Map<string, Version> {
  const top = layers.length - 1;
  const files = new Map<string, Version>();
  for (const node of nodesBelow(root)) {
    const version = shown(node, top);
    if (version && version.type !== 'dir') files.set(node.path, version);
  }
  return files;
}

function shown(node: FileNode, top: number): Version | undefined {
  const version = versionAt(node, top);
  return version && hiddenBy(node, top) === undefined ? version : undefined;
}

function equal(a: Version, b: Version): boolean {
  if (a === b) return true;
  if (a.type !== b.type || a.size !== b.size || a.target !== b.target) return false;
  if (a.mode !== b.mode || a.owner !== b.owner) return false;
  return a.data === b.data || (a.data ?? []).every((byte, i) => byte === b.data?.[i]);
}
