/**
 * The image that a step leaves behind (moby `image.NewChildImage`): the parent's layers and history
 * and one line more. Its id is the digest of its own configuration, keys sorted as Go sorts them.
 */
import { deepFreeze } from '../../base';
import { digestOf } from '../content/digest';
import type { ContainerConfig, HistoryEntry, Image, Layer } from '../content/image';
import { layerDigest, type LayerNode } from '../content/layer';
import { bytesBelow, freezeUpper } from '../files/upper-tree';
import type { UnionFs } from '../files/union-fs';
import { copyConfig } from './state';

export interface ChildImage {
  /** RFC 3339. */
  readonly created: string;
  readonly author: string;
  readonly containerId: string;
  readonly config: ContainerConfig;
  readonly containerConfig: ContainerConfig;
  /** Undefined where nothing changed. */
  readonly layer: Layer | undefined;
  readonly dockerVersion: string;
  /** Where the container's settings are not known. */
  readonly createdBy?: string;
}

export function childImage(parent: Image | undefined, child: ChildImage): Image {
  const entry: HistoryEntry = {
    created: child.created,
    createdBy: child.createdBy ?? (child.containerConfig.Cmd ?? []).join(' '),
    comment: '',
    emptyLayer: child.layer === undefined,
    ...(child.author === '' ? {} : { author: child.author }),
  };
  const image = {
    created: child.created,
    author: child.author,
    architecture: parent?.architecture ?? 'amd64',
    os: parent?.os ?? 'linux',
    dockerVersion: child.dockerVersion,
    comment: '',
    container: child.containerId,
    config: copyConfig(child.config),
    containerConfig: copyConfig(child.containerConfig),
    history: [...(parent?.history ?? []), entry],
    layers: [...(parent?.layers ?? []), ...(child.layer ? [child.layer] : [])],
    parent: parent?.id ?? '',
  };
  return deepFreeze({ id: digestOf(configText(image)), ...image });
}

/** The upper directory as a layer; undefined if nothing is in it. */
export function layerOf(fs: UnionFs): Layer | undefined {
  const upper = fs.root.upper;
  if (!upper?.children || upper.children.size === 0) return undefined;
  return layerOfTree(freezeUpper(upper), bytesBelow(upper));
}

export function layerOfTree(tree: LayerNode, size: number): Layer {
  const diffId = layerDigest(tree, '');
  return { diffId, size, blobDigest: digestOf(`gzip of ${diffId}`), blobSize: size, tree };
}

function configText(image: Omit<Image, 'id'>): string {
  return JSON.stringify({
    architecture: image.architecture,
    ...(image.author === '' ? {} : { author: image.author }),
    config: image.config,
    ...(image.container === '' ? {} : { container: image.container }),
    container_config: image.containerConfig,
    created: image.created,
    docker_version: image.dockerVersion,
    history: image.history.map((line) => ({
      created: line.created,
      ...(line.author === undefined ? {} : { author: line.author }),
      ...(line.createdBy === '' ? {} : { created_by: line.createdBy }),
      ...(line.comment === '' ? {} : { comment: line.comment }),
      ...(line.emptyLayer ? { empty_layer: true } : {}),
    })),
    os: image.os,
    rootfs: { type: 'layers', diff_ids: image.layers.map((layer) => layer.diffId) },
  });
}
