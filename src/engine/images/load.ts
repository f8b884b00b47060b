/**
 * `docker load` (moby image/tarexport/load.go): reads the whole archive and checks all of it before the
 * first image or name is added, so that a bad one changes nothing.
 */
import { decodeUtf8, deepFreeze } from '../../base';
import { isReferenceError, parseReference, type ImageReference } from '../../api';
import { chainIdOf, digestOf } from '../content/digest';
import { plainArchive } from '../content/gunzip';
import type { Image, Layer } from '../content/image';
import { readConfig } from '../content/image-config';
import { layerFromTar } from '../content/seal';
import { ArchiveError, readTar } from '../content/tar-reader';
import { unpackLayer } from '../content/unpack';
import { ArchiveFiles, processing, readJson, type ManifestItem } from './archive-files';
import { ociIndex } from './load-oci';

/** An image of the archive, checked. */
export interface LoadedImage {
  readonly image: Image;
  readonly names: readonly ImageReference[];
  /** Id of its parent, where the archive says so. */
  readonly parent: string;
}

/** Layers that are here already, by chain id: their archives need not be unpacked. */
export type KnownLayers = ReadonlyMap<string, Layer>;

/** Throws ArchiveError. */
export function readImages(bytes: Uint8Array, place: string, known: KnownLayers): LoadedImage[] {
  const files = new ArchiveFiles(bytes, place);
  const items = manifestOf(files);
  const layers = new Map(known);
  return items.map((item) => readImage(files, item, layers));
}

function manifestOf(files: ArchiveFiles): readonly ManifestItem[] {
  const file = files.find('manifest.json');
  if (!file) {
    const index = ociIndex(files);
    if (index) return index;
    // An archive of the time before manifests: only `repositories` would tell its names.
    files.get('repositories');
    throw new ArchiveError('not simulated: archives of images without a manifest.json');
  }
  const value = readJson(file);
  if (value === null) return [];
  if (!Array.isArray(value))
    throw new ArchiveError(
      'json: cannot unmarshal object into Go value of type []tarexport.manifestItem',
    );
  return value.map((item: unknown) => itemOf(item));
}

function itemOf(value: unknown): ManifestItem {
  if (typeof value !== 'object' || value === null)
    throw new ArchiveError('json: cannot unmarshal into Go value of type tarexport.manifestItem');
  const given = value as Readonly<Record<string, unknown>>;
  const texts = (key: string) =>
    Array.isArray(given[key]) ? (given[key] as unknown[]).map(String) : [];
  const text = (key: string) => (typeof given[key] === 'string' ? given[key] : '');
  return {
    config: text('Config'),
    repoTags: texts('RepoTags'),
    layers: texts('Layers'),
    parent: text('Parent'),
  };
}

function readImage(
  files: ArchiveFiles,
  item: ManifestItem,
  layers: Map<string, Layer>,
): LoadedImage {
  const configText = decodeUtf8(files.get(item.config));
  const { image, diffIds } = readConfig(configText);
  const id = digestOf(configText);
  const promised = /^(?:blobs\/sha256\/)?([0-9a-f]{64})(?:\.json)?$/.exec(item.config)?.[1];
  if (promised !== undefined && `sha256:${promised}` !== id)
    throw new ArchiveError(`invalid config digest: expected "sha256:${promised}", got "${id}"`);
  if (image.os !== 'linux') throw new ArchiveError(`cannot load ${image.os} image on linux`);
  if (item.layers.length !== diffIds.length) {
    const text = `expected ${item.layers.length}, got ${diffIds.length}`;
    throw new ArchiveError(`invalid manifest, layers length mismatch: ${text}`);
  }
  let chain: string | undefined;
  const read = item.layers.map((path, i) => {
    const layer = readLayer(files, path, diffIds[i]!, chain, layers, i);
    chain = chainIdOf(chain, layer.diffId);
    layers.set(chain, layer);
    return layer;
  });
  const whole: Image = deepFreeze({ ...image, id, layers: read, configText });
  return { image: whole, names: item.repoTags.map(nameOf), parent: item.parent };
}

function readLayer(
  files: ArchiveFiles,
  path: string,
  expected: string,
  parent: string | undefined,
  layers: ReadonlyMap<string, Layer>,
  index: number,
): Layer {
  const raw = files.get(path);
  const tar = processing(() => plainArchive(raw));
  const diffId = digestOf(tar);
  if (diffId !== expected) {
    const text = `expected "${expected}", got "${diffId}"`;
    throw new ArchiveError(`invalid diffID for layer ${index}: ${text}`);
  }
  const known = layers.get(chainIdOf(parent, diffId));
  if (known) return known;
  return layerFromTar(
    tar,
    processing(() => unpackLayer(readTar(tar))),
  );
}

function nameOf(text: string): ImageReference {
  const reference = parseReference(text);
  if (isReferenceError(reference)) throw new ArchiveError(reference.referenceError);
  if (reference.tag === undefined) throw new ArchiveError(`invalid tag "${text}"`);
  return reference;
}
