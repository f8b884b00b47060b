/**
 * The image that a step leaves behind (moby `image.NewChildImage`): the parent's layers and history
 * and one line more. Its id is the digest of its own configuration, keys sorted as Go sorts them.
 */
import type { ContainerConfig, HistoryEntry, Image, Layer } from '../content/image';
import { sealImage, sealLayer } from '../content/seal';
import { freezeUpper } from '../files/upper-tree';
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
  return sealImage(image);
}

/** The upper directory as a layer; undefined if nothing is in it. */
export function layerOf(fs: UnionFs): Layer | undefined {
  const upper = fs.root.upper;
  if (!upper?.children || upper.children.size === 0) return undefined;
  return sealLayer(freezeUpper(upper));
}
