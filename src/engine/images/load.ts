/**
 * `docker load` (moby image/tarexport/load.go): reads the whole archive and checks all of it before the
 * first image or name is added, so that a bad one changes nothing.
 */
import { decodeUtf8, deepFreeze } from '../../base';
import {
  decodeWholeJson,
  isJsonFailure,
  isReferenceError,
  parseReference,
  type ImageReference,
} from '../../api';
import { chainIdOf, digestOf } from '../content/digest';
import { plainArchive } from '../content/gunzip';
import type { Image, Layer } from '../content/image';
import { readConfig } from '../content/image-config';
import { layerFromTar } from '../content/seal';
import { ArchiveError, readTar } from '../content/tar-reader';
import { safePath, unpackLayer } from '../content/unpack';
import { ociIndex } from './load-oci';

/** An image of the archive, checked. */
export interface LoadedImage {
  readonly image: Image;
  readonly names: readonly ImageReference[];
  /** Id of its parent, where the archive says so. */
  readonly parent: string;
}

export interface ManifestItem {
  readonly config: string;
  readonly repoTags: readonly string[];
  readonly layers: readonly string[];
  readonly parent: string;
}

/** Layers that are here already, by chain id: their archives need not be unpacked. */
export type KnownLayers = ReadonlyMap<string, Layer>;

const PLACE = '/var/lib/docker/tmp/docker-import-';

/** Files of the outer archive by clean path. */
export class ArchiveFiles {
  private readonly files = new Map<string, Uint8Array>();
  private readonly links = new Map<string, string>();

  constructor(
    bytes: Uint8Array,
    /** Nine digits, as the engine's temporary folder has. */
    private readonly place: string,
  ) {
    for (const entry of processing(() => readTar(plainArchive(bytes)))) {
      const parts = processing(() => safePath(entry.name));
      const path = parts.join('/');
      if (entry.type === 'file') this.files.set(path, entry.data);
      else if (entry.type === 'symlink' || entry.type === 'link') {
        const folder = entry.type === 'link' ? [] : parts.slice(0, -1);
        this.links.set(
          path,
          processing(() => resolveLink(entry.linkname, folder, entry.name)),
        );
      } else if (entry.type !== 'dir')
        throw processingError(`"${entry.name}" is a device or a pipe: not allowed here`);
    }
  }

  find(path: string): Uint8Array | undefined {
    let at = path;
    // A layer that several images share is a link to the first one's.
    for (let hops = 0; hops < 8; hops++) {
      const file = this.files.get(at);
      if (file) return file;
      const next = this.links.get(at);
      if (next === undefined) return undefined;
      at = next;
    }
    return undefined;
  }

  get(path: string): Uint8Array {
    const clean = safePath(path).join('/');
    const file = this.find(clean);
    if (file) return file;
    throw new ArchiveError(`open ${PLACE}${this.place}/${clean}: no such file or directory`);
  }
}

function resolveLink(target: string, folder: readonly string[], name: string): string {
  if (target.startsWith('/')) throw new ArchiveError(`invalid symlink "${name}" -> "${target}"`);
  try {
    return safePath([...folder, target].join('/')).join('/');
  } catch {
    throw new ArchiveError(`invalid symlink "${name}" -> "${target}"`);
  }
}

function processingError(message: string): ArchiveError {
  return new ArchiveError(`Error processing tar file(exit status 1): ${message}`);
}

/** What the unpacking process says is passed on with this in front. */
function processing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof ArchiveError ? processingError(error.message) : error;
  }
}

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

export function readJson(file: Uint8Array): unknown {
  const parsed = decodeWholeJson(decodeUtf8(file));
  if (isJsonFailure(parsed)) throw new ArchiveError(parsed.message);
  return parsed.value;
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
