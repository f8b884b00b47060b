/** Bytes that layers carry and nobody sees: overwritten, deleted, or written again unchanged. */
import { hiddenBy, nodesBelow, versionAt, type FileNode } from './file-tree';

export interface WastedFile {
  readonly node: FileNode;
  readonly bytes: number;
  /** How many layers carry it. */
  readonly times: number;
  /** It does not show at all. */
  readonly deleted: boolean;
}

export interface Waste {
  /** Bytes of files in all layers. */
  readonly carried: number;
  readonly wasted: number;
  /** The worst first. */
  readonly files: readonly WastedFile[];
}

const SHOWN = 50;

/** `layers` is the number of read-only layers. */
export function wasteOf(root: FileNode, layers: number): Waste {
  const top = layers - 1;
  let carried = 0;
  let wasted = 0;
  const files: WastedFile[] = [];
  for (const node of nodesBelow(root)) {
    if (node.versions.length === 0) continue;
    let bytes = 0;
    let times = 0;
    for (const version of node.versions) {
      if (version.layer > top || version.whiteout) continue;
      bytes += version.size;
      if (version.type === 'file') times++;
    }
    if (bytes === 0) continue;
    carried += bytes;
    const shown = versionAt(node, top);
    const deleted = hiddenBy(node, top) !== undefined;
    const lost = bytes - (deleted || !shown ? 0 : shown.size);
    if (lost === 0) continue;
    wasted += lost;
    files.push({ node, bytes: lost, times, deleted });
  }
  files.sort((a, b) => b.bytes - a.bytes);
  return { carried, wasted, files: files.slice(0, SHOWN) };
}

/** 0 to 100: how much of what the layers carry is seen. */
export function scoreOf({ carried, wasted }: Waste): number {
  return carried === 0 ? 100 : Math.round((100 * (carried - wasted)) / carried);
}
