/** Archives and digests as plain functions, for who checks them against recordings or looks into them. */
import { chainIdOf, digestOf } from '../content/digest';
import { withNames } from '../content/host-names';
import { imageSize } from '../content/image';
import { configTextOf, readConfig } from '../content/image-config';
import { readTar, type ReadEntry } from '../content/tar-reader';
import { writeTar, type TarEntry } from '../content/tar-writer';
import { readImages } from './load';
import { saveArchive } from './save';
import { chainsOf } from './store';

export const layersLab = {
  digest: digestOf,
  readTar: (bytes: Uint8Array): ReadEntry[] => readTar(bytes),
  /** With the names of owners that the engine's machine knows. */
  writeTar: (entries: readonly TarEntry[]): Uint8Array => writeTar(entries.map(withNames)),
  chainIds(diffIds: readonly string[]): string[] {
    const chains: string[] = [];
    for (const diffId of diffIds) chains.push(chainIdOf(chains.at(-1), diffId));
    return chains;
  },
  /** A configuration read and written again. */
  rewriteConfig(text: string): string {
    const { image, diffIds } = readConfig(text);
    const blank = { size: 0, blobDigest: '', blobSize: 0 };
    const tree = { type: 'dir', mode: 0o755, uid: 0, gid: 0, mtimeUs: 0 } as const;
    const layers = diffIds.map((diffId) => ({ diffId, ...blank, tree }));
    return configTextOf({ ...image, layers });
  },
  /** The first image of an archive, and the archive that it is saved as. */
  load(bytes: Uint8Array) {
    const loaded = readImages(bytes, '0', new Map());
    const { image } = loaded[0]!;
    return {
      id: image.id,
      diffIds: image.layers.map((layer) => layer.diffId),
      chainIds: chainsOf(image),
      size: imageSize(image),
      saved: saveArchive(loaded),
    };
  },
};
