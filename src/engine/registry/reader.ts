/**
 * Reads an image's manifest and configuration from a registry, and blobs (moby distribution/pull_v2.go).
 * What does not have the digest that it is asked by is refused.
 */
import { decodeUtf8 } from '../../base';
import {
  decodeWholeJson,
  familiarString,
  isJsonFailure,
  type ApiError,
  type ImageReference,
} from '../../api';
import { digestOf } from '../content/digest';
import { MANIFEST_TYPE } from '../content/image';
import { readConfig, type ReadConfig } from '../content/image-config';
import { ArchiveError } from '../content/tar-reader';
import { Conversation, errorText, type BasicAuth, type RegistryHost } from './conversation';
import type { HttpAnswer } from './http-exchange';
import { recordOf } from './json';

export interface Descriptor {
  readonly digest: string;
  readonly size: number;
}

export interface ReadManifest {
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string;
  readonly text: string;
  readonly layers: readonly Descriptor[];
  readonly config: Descriptor;
  readonly configText: string;
  readonly image: ReadConfig;
}

export interface ManifestReader {
  manifestRead(result: ReadManifest | ApiError): void;
  /** `error` is the daemon's sentence. */
  blobRead(digest: string, result: Uint8Array | ApiError): void;
}

const ACCEPT = [
  MANIFEST_TYPE,
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
].join(', ');

/** Kinds of manifests that name others, one a platform. */
const LIST = /manifest\.list|image\.index/;

export class RegistryReader extends Conversation {
  private manifest: Omit<ReadManifest, 'configText' | 'image'> | undefined;

  constructor(
    host: RegistryHost,
    private readonly reference: ImageReference,
    auth: BasicAuth,
    private readonly reader: ManifestReader,
  ) {
    super(host, reference.domain, auth);
  }

  protected reached(): void {
    const { digest, tag = 'latest' } = this.reference;
    this.askManifest(digest ?? tag);
  }

  private askManifest(reference: string): void {
    const path = `/v2/${this.reference.path}/manifests/${reference}`;
    this.ask(`manifest ${reference}`, { method: 'GET', path, headers: { Accept: ACCEPT } });
  }

  fetchBlob(digest: string): void {
    const path = `/v2/${this.reference.path}/blobs/${digest}`;
    this.ask(`blob ${digest}`, { method: 'GET', path });
  }

  protected answered(tag: string, answer: HttpAnswer): void {
    const [kind, name = ''] = tag.split(' ');
    if (kind === 'manifest') this.takeManifest(name, answer);
    else if (kind === 'config') this.takeConfig(answer);
    else if (answer.status !== 200)
      this.reader.blobRead(name, { status: 500, message: errorText(answer) });
    else this.reader.blobRead(name, answer.body);
  }

  protected failed(error: ApiError): void {
    this.reader.manifestRead(error);
  }

  private takeManifest(name: string, answer: HttpAnswer): void {
    if (answer.status !== 200) return this.refuse(answer);
    const digest = digestOf(answer.body);
    if (name.startsWith('sha256:') && name !== digest) {
      const message = `manifest verification failed for digest ${name}`;
      return this.failed({ status: 500, message });
    }
    const text = decodeUtf8(answer.body);
    const parsed = decodeWholeJson(text);
    if (isJsonFailure(parsed)) return this.failed({ status: 500, message: parsed.message });
    const value = recordOf(parsed.value);
    const mediaType = textOf(value['mediaType']) ?? textOf(answer.headers['content-type']) ?? '';
    if (LIST.test(mediaType)) return this.choose(value);
    const config = descriptorOf(value['config']);
    if (!config) return this.failed({ status: 500, message: 'invalid manifest' });
    const layers = Array.isArray(value['layers']) ? (value['layers'] as unknown[]) : [];
    const found = layers.map(descriptorOf).filter((layer) => layer !== undefined);
    const size = answer.body.length;
    this.manifest = { digest, size, mediaType, text, layers: found, config };
    const path = `/v2/${this.reference.path}/blobs/${config.digest}`;
    this.ask('config', { method: 'GET', path });
  }

  /** The manifest for this machine out of a list. */
  private choose(value: Readonly<Record<string, unknown>>): void {
    const list = Array.isArray(value['manifests']) ? (value['manifests'] as unknown[]) : [];
    for (const entry of list) {
      const { os, architecture } = recordOf(recordOf(entry)['platform']);
      const digest = recordOf(entry)['digest'];
      if (os === 'linux' && architecture === 'amd64' && typeof digest === 'string')
        return this.askManifest(digest);
    }
    const message = 'no matching manifest for linux/amd64 in the manifest list entries';
    this.failed({ status: 404, message });
  }

  private refuse(answer: HttpAnswer): void {
    const text = errorText(answer);
    if (answer.status !== 404) return this.failed({ status: 500, message: text });
    this.failed({
      status: 404,
      message: `manifest for ${familiarString(this.reference)} not found: ${text}`,
    });
  }

  private takeConfig(answer: HttpAnswer): void {
    const manifest = this.manifest!;
    if (answer.status !== 200) return this.failed({ status: 500, message: errorText(answer) });
    const { digest } = manifest.config;
    if (digestOf(answer.body) !== digest) {
      const message = `image config verification failed for digest ${digest}`;
      return this.failed({ status: 500, message });
    }
    const configText = decodeUtf8(answer.body);
    try {
      const image = readConfig(configText);
      if (image.diffIds.length !== manifest.layers.length)
        throw new ArchiveError("layers from manifest don't match image configuration");
      this.reader.manifestRead({ ...manifest, configText, image });
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      this.failed({ status: 500, message: error.message });
    }
  }
}

function descriptorOf(value: unknown): Descriptor | undefined {
  const { digest, size } = recordOf(value);
  if (typeof digest !== 'string' || !/^sha256:[0-9a-f]{64}$/.test(digest)) return undefined;
  return { digest, size: typeof size === 'number' ? size : 0 };
}

/** Another registry's answer may hold anything under any name. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
