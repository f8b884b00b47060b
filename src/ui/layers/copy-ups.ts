/** Copy-ups of a container, the newest first, and the layer that each came from. */
import type { XrayEvent } from '../../host';
import { findNode, type FileNode } from './file-tree';

export interface CopyUp {
  readonly at: number;
  readonly path: string;
  readonly type: 'file' | 'dir' | 'other';
  readonly bytes: number;
  readonly us: number;
}

export function copyUpsOf(
  events: readonly XrayEvent[],
  node: string,
  container: string,
): readonly CopyUp[] {
  const found: CopyUp[] = [];
  for (const { at, node: on, record } of events) {
    if (record.kind !== 'copy-up' || on !== node || record.container !== container) continue;
    const { path, type, bytes, us } = record;
    found.push({ at, path, type, bytes, us });
  }
  return found.reverse();
}

/** The highest read-only layer that has the file. */
export function sourceOf(root: FileNode, path: string, layers: number): number | undefined {
  return findNode(root, path)?.versions.findLast((v) => v.layer < layers && !v.whiteout)?.layer;
}
