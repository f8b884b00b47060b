/**
 * An image as the store keeps it: config, history and layers (image-spec `Image`, moby
 * `image.Image`). Frozen data.
 */
import type { HealthConfig, Labels } from '../../api';
import type { LayerNode } from './layer';

/** `container.Config` of the API, for images and containers. Keys in Go's order. */
export interface ContainerConfig {
  Hostname: string;
  Domainname: string;
  User: string;
  AttachStdin: boolean;
  AttachStdout: boolean;
  AttachStderr: boolean;
  ExposedPorts?: Record<string, Record<string, never>>;
  Tty: boolean;
  OpenStdin: boolean;
  StdinOnce: boolean;
  Env: string[] | null;
  Cmd: string[] | null;
  Healthcheck?: HealthConfig;
  ArgsEscaped?: boolean;
  Image: string;
  Volumes: Record<string, Record<string, never>> | null;
  WorkingDir: string;
  Entrypoint: string[] | null;
  NetworkDisabled?: boolean;
  MacAddress?: string;
  OnBuild: string[] | null;
  Labels: Labels | null;
  StopSignal?: string;
  StopTimeout?: number;
  Shell?: string[];
}

export interface HistoryEntry {
  /** RFC 3339. */
  readonly created: string;
  readonly createdBy: string;
  readonly comment: string;
  readonly emptyLayer: boolean;
  /** By MAINTAINER or `docker commit --author`. */
  readonly author?: string;
}

export interface Layer {
  readonly diffId: string;
  /** Bytes that it takes unpacked, as `docker history` shows. */
  readonly size: number;
  /** Digest and size of the compressed blob in the registry. */
  readonly blobDigest: string;
  readonly blobSize: number;
  readonly tree: LayerNode;
  /** The archive that it came as, byte for byte; others are made of the tree when they are needed. */
  readonly tar?: Uint8Array;
  /** The compressed archive that it came as. */
  readonly blob?: Uint8Array;
  /** What its compressed archive says of sizes that its few files do not have. */
  readonly statement?: string;
}

export interface Image {
  /** `sha256:...`: digest of the config. */
  readonly id: string;
  readonly created: string;
  readonly author: string;
  readonly architecture: string;
  readonly os: string;
  readonly dockerVersion: string;
  readonly comment: string;
  readonly container: string;
  readonly config: ContainerConfig;
  readonly containerConfig: ContainerConfig;
  /** Oldest first. */
  readonly history: readonly HistoryEntry[];
  /** Lowest first. */
  readonly layers: readonly Layer[];
  /** Image that it was built from here ('' for pulled ones). */
  readonly parent: string;
  /** The configuration's JSON, whose SHA-256 is the id. */
  readonly configText?: string;
}

/** What a registry has under a tag or a digest. */
export interface Manifest {
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string;
  readonly image: Image;
}

export const MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json';

export function emptyConfig(): ContainerConfig {
  return {
    Hostname: '',
    Domainname: '',
    User: '',
    AttachStdin: false,
    AttachStdout: false,
    AttachStderr: false,
    Tty: false,
    OpenStdin: false,
    StdinOnce: false,
    Env: null,
    Cmd: null,
    Image: '',
    Volumes: null,
    WorkingDir: '',
    Entrypoint: null,
    OnBuild: null,
    Labels: null,
  };
}

/** Bytes of all layers. */
export function imageSize(image: Image): number {
  return image.layers.reduce((sum, layer) => sum + layer.size, 0);
}
