/**
 * How the catalogues of the simulated Hub are written down, and how an image comes of it: each step is
 * one line of `docker history`, with a layer where the instruction made one. Ids and digests are true
 * SHA-256 over the config and manifest that we make; where an image of a recording is imitated they
 * are the recorded ones.
 */
import { assert, deepFreeze } from '../../base';
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
import { layerDigest, type LayerNode } from './layer';

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
  /** Recorded values. */
  readonly fixed?: {
    readonly id: string;
    readonly digest: string;
    readonly diffIds: readonly string[];
    readonly container?: string;
    readonly manifestSize?: number;
  };
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
  const text = configText(entry, config, history, layers);
  const image: Image = {
    id: entry.fixed?.id ?? digestOf(text),
    created: entry.created,
    author: '',
    architecture: 'amd64',
    os: 'linux',
    dockerVersion: entry.dockerVersion ?? '20.10.23',
    comment: history.at(-1)?.comment ?? '',
    container: entry.fixed?.container ?? '',
    config,
    containerConfig: containerConfigOf(entry, config, history),
    history,
    layers,
    parent: '',
  };
  const manifest = manifestText(text, image);
  return deepFreeze({
    digest: entry.fixed?.digest ?? digestOf(manifest),
    size: entry.fixed?.manifestSize ?? manifest.length,
    mediaType: MANIFEST_TYPE,
    image,
  });
}

function buildLayers(entry: CatalogueImage): Layer[] {
  const layers: Layer[] = [];
  for (const step of entry.steps) {
    if (!step.layer) continue;
    const tree = step.layer.tree();
    const diffId = entry.fixed?.diffIds[layers.length] ?? layerDigest(tree, step.createdBy);
    layers.push({
      diffId,
      size: step.layer.size,
      blobDigest: digestOf(`gzip of ${diffId}`),
      blobSize: step.layer.blobSize,
      tree,
    });
  }
  const { fixed } = entry;
  assert(!fixed || fixed.diffIds.length === layers.length, `layers of ${entry.repository}`);
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
    Hostname: entry.fixed?.container?.slice(0, 12) ?? '',
    Cmd: nop ? ['/bin/sh', '-c', '#(nop) ', nop[1]!] : config.Cmd,
    Labels: config.Labels ?? {},
  };
}

function configText(
  entry: CatalogueImage,
  config: ContainerConfig,
  history: readonly HistoryEntry[],
  layers: readonly Layer[],
): string {
  return JSON.stringify({
    architecture: 'amd64',
    config,
    created: entry.created,
    history: history.map((line) => ({
      created: line.created,
      created_by: line.createdBy,
      ...(line.comment === '' ? {} : { comment: line.comment }),
      ...(line.emptyLayer ? { empty_layer: true } : {}),
    })),
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
  });
}

function manifestText(config: string, image: Image): string {
  const layers = image.layers.map((layer) => ({
    mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
    size: layer.blobSize,
    digest: layer.blobDigest,
  }));
  const value = {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      size: config.length,
      digest: image.id,
    },
    layers,
  };
  return JSON.stringify(value, undefined, 3);
}
