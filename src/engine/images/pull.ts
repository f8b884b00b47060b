/**
 * `docker pull` (moby distribution/pull_v2.go): from the simulated Hub, which is data, or from a registry
 * on the network, which is asked. The manifest first, then its layers (pulling.ts).
 */
import { MILLISECOND_US, deepFreeze, type Wakeable } from '../../base';
import {
  familiarName,
  familiarString,
  isApiError,
  type ApiError,
  type ImageReference,
} from '../../api';
import { findManifest, hubTags, type HubName } from '../content/hub';
import type { Image, Layer, Manifest } from '../content/image';
import type { Events } from '../events';
import type { BasicAuth, RegistryHost } from '../registry/conversation';
import { RegistryReader, type ManifestReader, type ReadManifest } from '../registry/reader';
import type { HubContents } from '../registry/hub-contents';
import { TagReader, type TagListener } from '../registry/tag-reader';
import { Pull, SMALLEST_STEP_US, type PullPlan, type PullWatcher } from './pulling';
import { isHubName, type ImageStore } from './store';

/**
 * Round trips to the Hub and its token server before the first line. The stand-in catalogue answers
 * as the recorded swarms had it, from beside them.
 */
const RESOLVE_US: Readonly<Record<HubName, number>> = {
  real: 220 * MILLISECOND_US,
  'stand-in': 120 * MILLISECOND_US,
};

export interface RegistryState {
  /** The registry-down fault. */
  down: boolean;
}

export class Puller implements Wakeable {
  private readonly running = new Map<string, Pull>();

  constructor(
    private readonly host: RegistryHost,
    private readonly hub: HubName,
    private readonly disk: { readonly images: ImageStore; readonly hub: HubContents },
    private readonly events: Events,
    private readonly registry: RegistryState,
  ) {}

  private get store(): ImageStore {
    return this.disk.images;
  }

  private get runtime() {
    return this.host.kernel.runtime;
  }

  get now(): number {
    return this.runtime.now;
  }

  /** Ends in `pullDone`, never before this returns. */
  pull(
    reference: ImageReference,
    watcher: PullWatcher,
    auth: BasicAuth = '',
    isPart = false,
  ): void {
    const key = `${familiarString(reference)}${isPart ? ' of all' : ''}`;
    let pull = this.running.get(key);
    if (!pull) {
      pull = new Pull(this, reference, key, isPart);
      this.running.set(key, pull);
      if (isHubName(reference)) this.runtime.setTimer(RESOLVE_US[this.hub], this, 'resolve', pull);
      else {
        pull.reader = new RegistryReader(this.host, reference, auth, new ReaderOf(this, pull));
        pull.reader.begin();
      }
    } else {
      for (const line of pull.lines) watcher.pullLine(line);
    }
    pull.watchers.add(watcher);
  }

  /** Every tag of a repository, one after the other. */
  pullAll(repository: ImageReference, watcher: PullWatcher, auth: BasicAuth): void {
    const all = new AllTags(this, repository, watcher, auth);
    if (!isHubName(repository)) return new TagReader(this.host, repository, auth, all).begin();
    this.runtime.setTimer(RESOLVE_US[this.hub], this, 'tags', all);
  }

  private hubTagsOf(repository: ImageReference): readonly string[] | ApiError {
    const found = this.lookUp({ ...repository, tag: 'latest' });
    if (isApiError(found) && !found.message.endsWith(': manifest unknown')) return found;
    return [...hubTags(this.hub, repository), ...this.disk.hub.tagsOf(repository)].sort();
  }

  /** What the Hub says of a reference, in the words of its errors. */
  lookUp(reference: ImageReference): Manifest | ApiError {
    if (!isHubName(reference)) return unreachableRegistry(reference.domain);
    if (this.registry.down) return { status: 500, message: HUB_UNREACHABLE };
    const found = this.disk.hub.find(reference) ?? findManifest(this.hub, reference);
    if (typeof found === 'object') return found;
    if (found === 'denied') {
      const reason = 'denied: requested access to the resource is denied';
      const hint = `repository does not exist or may require 'docker login': ${reason}`;
      return { status: 404, message: `pull access denied for ${familiarName(reference)}, ${hint}` };
    }
    const message = `manifest for ${familiarString(reference)} not found: manifest unknown: manifest unknown`;
    return { status: 404, message };
  }

  wake(tag: string, data: unknown): void {
    if (tag === 'tags') {
      const all = data as AllTags;
      return all.tagsRead(this.hubTagsOf(all.repository));
    }
    const pull = data as Pull;
    if (this.running.get(pull.key) !== pull) return;
    if (tag === 'resolve') this.resolve(pull);
    else pull.advance();
  }

  private resolve(pull: Pull): void {
    const manifest = this.lookUp(pull.reference);
    if (isApiError(manifest)) return this.fail(pull, manifest);
    const { image, digest } = manifest;
    const layers = image.layers.map(({ diffId, blobDigest, blobSize }) => ({
      diffId,
      digest: blobDigest,
      size: blobSize,
    }));
    this.begin(pull, { digest, imageId: image.id, layers, source: { manifest } });
  }

  /** A registry on the network has answered. */
  found(pull: Pull, read: ReadManifest): void {
    const { diffIds } = read.image;
    const layers = read.layers.map((layer, i) => ({ ...layer, diffId: diffIds[i]! }));
    const { digest } = read;
    this.begin(pull, { digest, imageId: read.config.digest, layers, source: { read } });
  }

  private begin(pull: Pull, plan: PullPlan): void {
    pull.begin(plan, this.store);
    this.step(pull, SMALLEST_STEP_US);
  }

  step(pull: Pull, delayUs: number): void {
    this.runtime.setTimer(Math.max(1, delayUs), this, 'step', pull);
  }

  /** All layers are here: the image gets its names. */
  complete(pull: Pull, plan: PullPlan, layers: readonly Layer[]): void {
    const { reference } = pull;
    const image = this.store.images.get(plan.imageId) ?? imageOf(plan, layers);
    const byDigest: ImageReference = { ...reference, tag: undefined, digest: plan.digest };
    const name = reference.digest === undefined ? reference : byDigest;
    const fresh = this.store.resolveName(name) !== image.id;
    this.store.add(image);
    this.store.setName(byDigest, image.id);
    if (reference.digest === undefined) this.store.setName(reference, image.id);
    for (const { digest } of plan.layers) this.store.noteSource(digest, reference);
    pull.emit({ status: `Digest: ${plan.digest}` });
    const shown = familiarString(reference);
    const text = fresh ? 'Downloaded newer image for' : 'Image is up to date for';
    if (!pull.isPart) pull.emit({ status: `Status: ${text} ${shown}` });
    const attributes = { ...image.config.Labels, name: familiarName(reference) };
    this.events.publish('image', 'pull', shown, attributes);
    this.finish(pull, image);
  }

  fail(pull: Pull, error: ApiError): void {
    this.finish(pull, error);
  }

  private finish(pull: Pull, result: Image | ApiError): void {
    if (this.running.get(pull.key) !== pull) return;
    this.running.delete(pull.key);
    pull.reader?.abandon();
    for (const watcher of pull.watchers) watcher.pullDone(result);
  }
}

/** One pull after the other, until one fails. */
class AllTags implements PullWatcher, TagListener {
  private pending: string[] = [];
  private fresh = false;

  constructor(
    private readonly puller: Puller,
    readonly repository: ImageReference,
    private readonly watcher: PullWatcher,
    private readonly auth: BasicAuth,
  ) {}

  tagsRead(tags: readonly string[] | ApiError): void {
    if (isApiError(tags)) return this.watcher.pullDone(tags);
    this.pending = [...tags];
    this.next(undefined);
  }

  private next(last: Image | undefined): void {
    const tag = this.pending.shift();
    if (tag !== undefined)
      return this.puller.pull({ ...this.repository, tag }, this, this.auth, true);
    const text = this.fresh ? 'Downloaded newer image for' : 'Image is up to date for';
    this.watcher.pullLine({ status: `Status: ${text} ${familiarName(this.repository)}` });
    if (last) this.watcher.pullDone(last);
    else this.watcher.pullDone({ status: 404, message: 'no tags' });
  }

  pullLine(line: Readonly<Record<string, unknown>>): void {
    this.fresh ||= line['status'] === 'Pull complete';
    this.watcher.pullLine(line);
  }

  pullDone(result: Image | ApiError): void {
    if (isApiError(result)) this.watcher.pullDone(result);
    else this.next(result);
  }
}

/** Brings what a registry answers to its pull. */
class ReaderOf implements ManifestReader {
  constructor(
    private readonly puller: Puller,
    private readonly pull: Pull,
  ) {}

  manifestRead(result: ReadManifest | ApiError): void {
    if (isApiError(result)) this.puller.fail(this.pull, result);
    else this.puller.found(this.pull, result);
  }

  blobRead(digest: string, result: Uint8Array | ApiError): void {
    if (isApiError(result)) this.puller.fail(this.pull, result);
    else this.pull.arrived(digest, result);
  }
}

function imageOf({ source }: PullPlan, layers: readonly Layer[]): Image {
  if ('manifest' in source) return source.manifest.image;
  const { read } = source;
  const { digest: id } = read.config;
  return deepFreeze({ ...read.image.image, id, layers: [...layers], configText: read.configText });
}

export const HUB_UNREACHABLE =
  'Get "https://registry-1.docker.io/v2/": net/http: request canceled while waiting for ' +
  'connection (Client.Timeout exceeded while awaiting headers)';

/** The LAN's name server, as the host's /etc/resolv.conf has it. */
const NAME_SERVER = '192.168.0.100:53';

/** Nobody answers at the address of a registry that this LAN does not have. */
export function unreachableRegistry(domain: string): ApiError {
  const insecure = /^(127\.|192\.168\.0\.|localhost(:|$))/.test(domain);
  const url = `${insecure ? 'http' : 'https'}://${domain}/v2/`;
  const host = domain.replace(/:\d+$/, '');
  const port = /:(\d+)$/.exec(domain)?.[1] ?? (insecure ? '80' : '443');
  const numeric = /^[\d.]+$/.test(host);
  const reason =
    host === 'localhost'
      ? `dial tcp [::1]:${port}: connect: connection refused`
      : numeric
        ? `dial tcp ${host}:${port}: connect: connection refused`
        : `dial tcp: lookup ${host} on ${NAME_SERVER}: no such host`;
  return { status: 500, message: `Get "${url}": ${reason}` };
}
