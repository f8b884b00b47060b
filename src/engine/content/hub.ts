/**
 * The simulated Hub: what `docker.io` answers for a repository and a tag or digest. Data, chosen by the
 * catalogue of the machine; a manifest is made when it is first asked for and kept, as it never changes.
 */
import { DEFAULT_DOMAIN, type ImageReference } from '../../api';
import { buildManifest, type Catalogue, type CatalogueImage } from './catalogue';
import type { Manifest } from './image';
import { REAL_CATALOGUE } from './real-images';
import { STAND_IN_CATALOGUE } from './stand-in-images';

export type HubName = 'real' | 'stand-in';

/** Why a registry has nothing to give. */
export type HubRefusal = 'denied' | 'manifest-unknown';

const CATALOGUES: Readonly<Record<HubName, Catalogue>> = {
  real: REAL_CATALOGUE,
  'stand-in': STAND_IN_CATALOGUE,
};

/** Frozen values by their catalogue entry: the same on all machines. */
const MANIFESTS = new WeakMap<CatalogueImage, Manifest>();

function manifestOf(entry: CatalogueImage): Manifest {
  let manifest = MANIFESTS.get(entry);
  if (!manifest) {
    manifest = buildManifest(entry);
    MANIFESTS.set(entry, manifest);
  }
  return manifest;
}

/** What the Hub has under a reference (with a tag or a digest). */
export function findManifest(hub: HubName, reference: ImageReference): Manifest | HubRefusal {
  if (reference.domain !== DEFAULT_DOMAIN) return 'denied';
  const images = CATALOGUES[hub].filter((image) => image.repository === reference.path);
  if (images.length === 0) return 'denied';
  for (const image of images) {
    if (reference.digest !== undefined) {
      const manifest = manifestOf(image);
      if (manifest.digest === reference.digest) return manifest;
    } else if (image.tags.includes(reference.tag ?? 'latest')) {
      return manifestOf(image);
    }
  }
  return 'manifest-unknown';
}

/** True for a repository of the Hub's own. */
export function isHubRepository(hub: HubName, path: string): boolean {
  return CATALOGUES[hub].some((entry) => entry.repository === path);
}

/** Tags of a repository of the Hub, sorted. */
export function hubTags(hub: HubName, { path }: ImageReference): readonly string[] {
  const images = CATALOGUES[hub].filter((image) => image.repository === path);
  return images.flatMap((image) => image.tags).sort();
}

/** Repositories of a Hub, for completion and search. */
export function hubRepositories(hub: HubName): readonly string[] {
  return [...new Set(CATALOGUES[hub].map((image) => image.repository))];
}
