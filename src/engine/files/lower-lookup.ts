/** How a name shows through a stack of lower directories (overlayfs `ovl_lookup_layer`). */
import type { LayerNode } from '../content/layer';

/**
 * Nodes that show under a name, topmost first: one that is no directory, or all directories down to
 * an opaque one, a whiteout or something that is no directory. `underDir`: a directory of the upper
 * layer lies above, so that only directories can show.
 */
export function lowersUnder(
  stack: readonly LayerNode[],
  name: string,
  underDir: boolean,
): readonly LayerNode[] {
  const out: LayerNode[] = [];
  for (const layer of stack) {
    const node = layer.children?.get(name);
    if (!node) continue;
    if (node.whiteout) break;
    if (node.type !== 'dir') {
      if (out.length === 0 && !underDir) out.push(node);
      break;
    }
    out.push(node);
    if (node.opaque) break;
  }
  return out;
}
