/**
 * Makes layers and images whose ids are true: the diff id is the SHA-256 of the layer's tar, the image id
 * that of its configuration's JSON, as the image store computes them (moby layer, image/store.go).
 */
import { deepFreeze } from '../../base';
import { digestOf } from './digest';
import { withNames } from './host-names';
import type { Image, Layer } from './image';
import { configTextOf } from './image-config';
import type { LayerNode } from './layer';
import { layerEntries } from './layer-tar';
import { readTar } from './tar-reader';
import { writeTar } from './tar-writer';
import { unpackLayer } from './unpack';

/** Bytes of the layer's archive; those that it came with, if it came as one. */
export function layerTar(layer: Pick<Layer, 'tree' | 'tar'>): Uint8Array {
  return layer.tar ?? treeTar(layer.tree);
}

export function treeTar(tree: LayerNode): Uint8Array {
  return writeTar(layerEntries(tree).map(withNames));
}

/** A layer of a tree that was made here (commit, build). */
export function sealLayer(tree: LayerNode): Layer {
  if (looksHiding(tree)) {
    // A file that is named like a whiteout is one to whoever reads the layer, this engine too.
    const tar = treeTar(tree);
    return { ...layerFromTar(tar, unpackLayer(readTar(tar))), size: treeBytes(tree) };
  }
  const diffId = digestOf(treeTar(tree));
  return Object.freeze({ diffId, size: treeBytes(tree), ...blobOf(diffId), tree });
}

function looksHiding(tree: LayerNode): boolean {
  for (const [name, child] of tree.children ?? [])
    if (name.startsWith('.wh.') || looksHiding(child)) return true;
  return false;
}

/** A layer that came as an archive, whose bytes are kept. */
export function layerFromTar(tar: Uint8Array, tree: LayerNode): Layer {
  const diffId = digestOf(tar);
  return Object.freeze({ diffId, size: treeBytes(tree), ...blobOf(diffId), tree, tar });
}

/** A registry would have it compressed; what that makes of it is known only when it is pushed. */
function blobOf(diffId: string): Pick<Layer, 'blobDigest' | 'blobSize'> {
  return { blobDigest: digestOf(`gzip of ${diffId}`), blobSize: 0 };
}

/** Regular files, hard links once, and the length of symbolic links' targets. */
export function treeBytes(tree: LayerNode): number {
  const seen = new Set<LayerNode>();
  let bytes = 0;
  const pending = [tree];
  for (let node = pending.pop(); node; node = pending.pop()) {
    for (const child of node.children?.values() ?? []) pending.push(child);
    if ((node.nlink ?? 1) > 1) {
      if (seen.has(node)) continue;
      seen.add(node);
    }
    bytes += (node.data?.length ?? 0) + (node.target?.length ?? 0);
  }
  return bytes;
}

/** An image with its configuration's text and the id that follows from it. */
export function sealImage(image: Omit<Image, 'id' | 'configText'>): Image {
  const configText = configTextOf(image);
  return deepFreeze({ ...image, id: digestOf(configText), configText });
}
