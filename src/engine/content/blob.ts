/**
 * Layers as registries keep them: gzip of the tar, named by its own SHA-256. Layers of the Hub's images
 * state sizes that their few files do not have; a field of the gzip header carries them, so that they
 * outlive a way through any registry. In the manifest stands the stated compressed size.
 */
import { gzipSync } from 'fflate';
import { concatBytes, decodeUtf8, encodeUtf8 } from '../../base';
import { digestOf } from './digest';
import { plainArchive } from './gunzip';
import type { Layer } from './image';
import { layerTar, treeBytes } from './seal';
import { ArchiveError, readTar } from './tar-reader';
import { unpackLayer } from './unpack';

/** Above that, speed counts for more than size. */
const THOROUGH_BYTES_MAX = 4 << 20;
const FEXTRA = 4;

export interface Blob {
  readonly digest: string;
  /** As the manifest states it. */
  readonly size: number;
  readonly bytes: Uint8Array;
}

/** Blobs by their layer: frozen values, the same on all machines. */
const BLOBS = new WeakMap<Layer, Blob>();

export function blobOf(layer: Layer): Blob {
  let blob = BLOBS.get(layer);
  if (!blob) {
    const bytes = layer.blob ?? compress(layerTar(layer), layer.statement);
    const stated = layer.blobSize > 0 ? layer.blobSize : bytes.length;
    blob = Object.freeze({ digest: digestOf(bytes), size: stated, bytes });
    BLOBS.set(layer, blob);
  }
  return blob;
}

/** What the header says of a layer's size; `by` keeps apart layers whose few files are alike. */
export function statementOf(size: number, by: string): string {
  return `size=${size} by=${digestOf(by).slice(7, 15)}`;
}

export function compress(tar: Uint8Array, statement: string | undefined): Uint8Array {
  const level = tar.length > THOROUGH_BYTES_MAX ? 1 : 6;
  const plain = gzipSync(tar, { level, mtime: 0 });
  if (statement === undefined) return plain;
  const text = encodeUtf8(statement);
  const head = plain.slice(0, 10);
  head[3] = head[3]! | FEXTRA;
  const extra = Uint8Array.of(text.length + 4, 0, 0x44, 0x44, text.length, 0);
  return concatBytes([head, extra, text, plain.subarray(10)]);
}

function statementIn(bytes: Uint8Array): string | undefined {
  if ((bytes[3] ?? 0) !== FEXTRA || bytes[12] !== 0x44 || bytes[13] !== 0x44) return undefined;
  return decodeUtf8(bytes.subarray(16, 16 + (bytes[14] ?? 0)));
}

/** A layer out of its blob; throws ArchiveError. `size` is what the manifest says. */
export function layerFromBlob(bytes: Uint8Array, size: number, diffId: string): Layer {
  const tar = plainArchive(bytes);
  if (digestOf(tar) !== diffId)
    throw new ArchiveError("layers from manifest don't match image configuration");
  const tree = unpackLayer(readTar(tar));
  const statement = statementIn(bytes);
  const stated = /^size=(\d+)/.exec(statement ?? '')?.[1];
  return Object.freeze({
    diffId,
    size: stated === undefined ? treeBytes(tree) : Number(stated),
    blobDigest: digestOf(bytes),
    blobSize: size,
    tree,
    tar,
    blob: bytes,
    ...(statement === undefined ? {} : { statement }),
  });
}
