/**
 * The images that a machine has, and their names (moby `image/store.go`, `reference/store.go`). Part
 * of the machine's disk: it survives a loss of power.
 */
import {
  DEFAULT_DOMAIN,
  familiarString,
  fullName,
  isFullId,
  isReferenceError,
  parseReference,
  withDefaultTag,
  type ApiError,
  type ImageReference,
} from '../../api';
import { chainIdOf } from '../content/digest';
import type { Image, Layer } from '../content/image';

export class ImageStore {
  readonly images = new Map<string, Image>();
  /** `docker.io/library/nginx:1.12` or `...@sha256:...` to the image's id. */
  private readonly names = new Map<string, string>();
  private readonly tagTimes = new Map<string, number>();
  private readonly blobSources = new Map<string, readonly string[]>();

  /** `GetImage`: by name, digest, id or the unique beginning of one. */
  find(text: string): Image | ApiError {
    if (isFullId(text)) {
      const id = text.startsWith('sha256:') ? text : `sha256:${text}`;
      return this.images.get(id) ?? { status: 404, message: `No such image: ${id}` };
    }
    const reference = parseReference(text);
    if (isReferenceError(reference)) return { status: 400, message: reference.referenceError };
    const named = this.names.get(keyOf(withDefaultTag(reference)));
    if (named !== undefined) return this.images.get(named)!;
    const found = this.search(text);
    if (found) return found;
    const message = `No such image: ${familiarString(withDefaultTag(reference))}`;
    return { status: 404, message };
  }

  /** By the beginning of an id, if only one image has it. */
  private search(text: string): Image | undefined {
    const prefix = text.replace(/^sha256:/, '');
    if (!/^[a-f0-9]{1,64}$/.test(prefix)) return undefined;
    const found = [...this.images.values()].filter((image) => image.id.startsWith(prefix, 7));
    return found.length === 1 ? found[0] : undefined;
  }

  /** Id that a name stands for here. */
  resolveName(reference: ImageReference): string | undefined {
    return this.names.get(keyOf(withDefaultTag(reference)));
  }

  add(image: Image): void {
    if (!this.images.has(image.id)) this.images.set(image.id, image);
  }

  /** Gives a name (with tag or digest) to an image that is here. */
  setName(reference: ImageReference, id: string): void {
    this.names.set(keyOf(reference), id);
  }

  /** `docker tag` is remembered with its time, a pull is not. */
  noteTagged(id: string, atUs: number): void {
    this.tagTimes.set(id, atUs);
  }

  removeName(reference: ImageReference): void {
    this.names.delete(keyOf(withDefaultTag(reference)));
  }

  lastTagged(id: string): number | undefined {
    return this.tagTimes.get(id);
  }

  /** Names of an image, sorted as the API sorts them. */
  namesOf(id: string): ImageReference[] {
    const keys = [...this.names].filter(([, image]) => image === id).map(([key]) => key);
    return keys.sort().map((key) => parseReference(key) as ImageReference);
  }

  /** Tags that a repository has here. */
  tagsOf(reference: ImageReference): string[] {
    const prefix = `${fullName(reference)}:`;
    const keys = [...this.names.keys()].filter((key) => key.startsWith(prefix));
    return keys.map((key) => key.slice(prefix.length)).sort();
  }

  remove(id: string): void {
    this.images.delete(id);
    this.tagTimes.delete(id);
  }

  /** Chain ids of all layers that an image here has. */
  chainIds(): Set<string> {
    const chains = new Set<string>();
    for (const image of this.images.values()) for (const id of chainsOf(image)) chains.add(id);
    return chains;
  }

  /** Layers that an image here has, by chain id. */
  layersByChain(): Map<string, Layer> {
    const layers = new Map<string, Layer>();
    for (const image of this.images.values())
      chainsOf(image).forEach((chain, i) => layers.set(chain, image.layers[i]!));
    return layers;
  }

  /** The repository is known to have a blob (moby distribution/metadata). */
  noteSource(digest: string, { domain, path }: ImageReference): void {
    const before = this.blobSources.get(digest) ?? [];
    const entry = `${domain}/${path}`;
    this.blobSources.set(digest, [...before.filter((other) => other !== entry), entry]);
  }

  /** Repositories known to have a blob, the latest last. */
  sourcesOf(digest: string): readonly string[] {
    return this.blobSources.get(digest) ?? [];
  }

  /** True if a layer of that chain id is here. */
  hasChain(chain: string): boolean {
    return this.chainIds().has(chain);
  }

  /** Bytes of all layers, shared ones once. */
  layerBytes(): number {
    const sizes = new Map<string, number>();
    for (const image of this.images.values())
      chainsOf(image).forEach((chain, i) => sizes.set(chain, image.layers[i]!.size));
    return [...sizes.values()].reduce((sum, size) => sum + size, 0);
  }
}

/** Chain ids of an image's layers, lowest first. */
export function chainsOf(image: Image): string[] {
  return chainsOfDiffIds(image.layers.map(({ diffId }) => diffId));
}

export function chainsOfDiffIds(diffIds: readonly string[]): string[] {
  const chains: string[] = [];
  for (const diffId of diffIds) chains.push(chainIdOf(chains.at(-1), diffId));
  return chains;
}

function keyOf(reference: ImageReference): string {
  if (reference.digest !== undefined) return `${fullName(reference)}@${reference.digest}`;
  return `${fullName(reference)}:${reference.tag ?? 'latest'}`;
}

/** True for names of the Hub. */
export function isHubName(reference: ImageReference): boolean {
  return reference.domain === DEFAULT_DOMAIN;
}
