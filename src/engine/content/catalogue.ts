/**
 * How the catalogues of the simulated Hub are written down, and how an image comes of it: each step is
 * one line of `docker history`, with a layer where the instruction made one. Ids and digests are true
 * SHA-256 over the layers, config and manifest that we make.
 */
import { deepFreeze, encodeUtf8 } from '../../base';
import { blobOf, statementOf } from './blob';
import { digestOf } from './digest';
import {
  MANIFEST_TYPE,
  emptyConfig,
  type ContainerConfig,
  type HistoryEntry,
  type Image,
  type Layer,
  type Manifest,
} from './image';
import type { LayerNode } from './layer';
import { sealImage, sealLayer } from './seal';

export interface CatalogueStep {
  readonly createdBy: string;
  readonly comment?: string;
  /** RFC 3339, where it differs from the image's. */
  readonly created?: string;
  readonly layer?: {
    /** Unpacked, as `docker history` shows it. */
    readonly size: number;
    /** Compressed. */
    readonly blobSize: number;
    readonly tree: () => LayerNode;
  };
}

export interface CatalogueImage {
  /** `library/nginx` */
  readonly repository: string;
  readonly tags: readonly string[];
  readonly created: string;
  readonly config: Partial<ContainerConfig>;
  /** Oldest first. */
  readonly steps: readonly CatalogueStep[];
  readonly dockerVersion?: string;
  /** Of its last step, where a legacy build made it. */
  readonly container?: string;
}

export type Catalogue = readonly CatalogueImage[];

/** The image and its manifest, frozen. Costs hashing: callers keep the result. */
export function buildManifest(entry: CatalogueImage): Manifest {
  const layers = buildLayers(entry);
  const history: HistoryEntry[] = entry.steps.map((step) => ({
    created: step.created ?? entry.created,
    createdBy: step.createdBy,
    comment: step.comment ?? '',
    emptyLayer: step.layer === undefined,
  }));
  const config: ContainerConfig = { ...emptyConfig(), ...entry.config };
  const image = sealImage({
    created: entry.created,
    author: '',
    architecture: 'amd64',
    os: 'linux',
    dockerVersion: entry.dockerVersion ?? '20.10.23',
    comment: history.at(-1)?.comment ?? '',
    container: entry.container ?? '',
    config,
    containerConfig: containerConfigOf(entry, config, history),
    history,
    layers,
    parent: '',
  });
  const manifest = manifestText(image);
  return deepFreeze({
    digest: digestOf(manifest),
    size: manifest.length,
    mediaType: MANIFEST_TYPE,
    image,
  });
}

function buildLayers(entry: CatalogueImage): Layer[] {
  const layers: Layer[] = [];
  for (const { layer, createdBy } of entry.steps) {
    if (!layer) continue;
    const { size, blobSize } = layer;
    const sealed = sealLayer(layer.tree());
    // Steps whose files are not shown are still blobs of their own in the registry.
    const statement = statementOf(size, createdBy);
    const { digest } = blobOf({ ...sealed, size, blobSize, statement });
    layers.push({ ...sealed, size, blobDigest: digest, blobSize, statement });
  }
  return layers;
}

/** The image of a legacy build keeps the container of its last step; BuildKit's has none. */
function containerConfigOf(
  entry: CatalogueImage,
  config: ContainerConfig,
  history: readonly HistoryEntry[],
): ContainerConfig {
  const last = history.at(-1);
  if (!last || last.comment !== '') return emptyConfig();
  const nop = /^\/bin\/sh -c #\(nop\) +(.*)$/.exec(last.createdBy);
  return {
    ...config,
    Hostname: entry.container?.slice(0, 12) ?? '',
    Cmd: nop ? ['/bin/sh', '-c', '#(nop) ', nop[1]!] : config.Cmd,
    Labels: config.Labels ?? {},
  };
}

/** The text of a manifest (schema 2), as the daemon writes it. */
export function manifestText(image: Image): string {
  const layers = image.layers.map(blobOf).map((layer) => ({
    mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
    size: layer.size,
    digest: layer.digest,
  }));
  const value = {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      size: encodeUtf8(image.configText ?? '').length,
      digest: image.id,
    },
    layers,
  };
  return JSON.stringify(value, undefined, 3);
}
