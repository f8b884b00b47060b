/**
 * `docker pull` in virtual time: manifest, then layers, three at a time downloading and one after the
 * other unpacking, with the progress lines of the real one (moby `distribution/pull_v2.go`, `xfer`).
 * Pulls of the same reference at the same time share one download.
 */
import { MILLISECOND_US, type Runtime, type Wakeable } from '../../base';
import {
  familiarName,
  familiarString,
  humanSize,
  type ApiError,
  type ImageReference,
} from '../../api';
import { findManifest, type HubName } from '../content/hub';
import type { Image, Layer, Manifest } from '../content/image';
import type { Events } from '../events';
import { shortId } from '../ids';
import { chainsOf, isHubName, type ImageStore } from './store';

/**
 * Round trips to the registry and its token server before the first line. The stand-in catalogue answers
 * as the recorded swarms had it, from beside them.
 */
const RESOLVE_US: Readonly<Record<HubName, number>> = {
  real: 220 * MILLISECOND_US,
  'stand-in': 120 * MILLISECOND_US,
};
/** What a class room's line gives to one layer; three at a time share 300 Mbit/s. */
const DOWNLOAD_BYTES_PER_SECOND = 12_500_000;
/** Unpacking onto the disk. */
const EXTRACT_BYTES_PER_SECOND = 80_000_000;
const SMALLEST_STEP_US = 8 * MILLISECOND_US;
/** Time between two progress lines of a layer (moby `pkg/progress`, 100 ms). */
const PROGRESS_US = 100 * MILLISECOND_US;
/** `maxConcurrentDownloads` */
const DOWNLOADS_MAX = 3;

/** Told of a pull. `line` values are JSON objects of the stream. */
export interface PullWatcher {
  pullLine(line: Readonly<Record<string, unknown>>): void;
  pullDone(result: Image | ApiError): void;
}

interface LayerPull {
  readonly layer: Layer;
  readonly id: string;
  state: 'exists' | 'waiting' | 'downloading' | 'downloaded' | 'extracting' | 'done';
  startedAt: number;
  endsAt: number;
}

export interface RegistryState {
  /** The registry-down fault. */
  down: boolean;
}

export class Puller implements Wakeable {
  private readonly running = new Map<string, Pull>();

  constructor(
    readonly runtime: Runtime,
    private readonly hub: HubName,
    private readonly store: ImageStore,
    private readonly events: Events,
    private readonly registry: RegistryState,
  ) {}

  /** Ends in `pullDone`, never before this returns. */
  pull(reference: ImageReference, watcher: PullWatcher): void {
    const key = familiarString(reference);
    let pull = this.running.get(key);
    if (!pull) {
      pull = new Pull(this, reference, key);
      this.running.set(key, pull);
      this.runtime.setTimer(RESOLVE_US[this.hub], this, 'resolve', pull);
    } else {
      for (const line of pull.lines) watcher.pullLine(line);
    }
    pull.watchers.add(watcher);
  }

  /** What the registry says of a reference, in the words of its errors. */
  lookUp(reference: ImageReference): Manifest | ApiError {
    if (!isHubName(reference)) return unreachableRegistry(reference.domain);
    if (this.registry.down) {
      const host = 'registry-1.docker.io';
      const reason = 'net/http: request canceled while waiting for connection';
      const message = `Get "https://${host}/v2/": ${reason} (Client.Timeout exceeded while awaiting headers)`;
      return { status: 500, message };
    }
    const found = findManifest(this.hub, reference);
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
    const pull = data as Pull;
    if (tag === 'resolve') this.resolve(pull);
    else if (this.running.get(pull.key) === pull) pull.advance(this.runtime.now);
  }

  private resolve(pull: Pull): void {
    const manifest = this.lookUp(pull.reference);
    if ('status' in manifest) return this.finish(pull, manifest);
    pull.begin(manifest, this.store, this.runtime.now);
    this.runtime.setTimer(SMALLEST_STEP_US, this, 'step', pull);
  }

  /** All layers are here: the image gets its names. */
  complete(pull: Pull, manifest: Manifest): void {
    const { reference } = pull;
    const { image } = manifest;
    const byDigest: ImageReference = { ...reference, tag: undefined, digest: manifest.digest };
    const name = reference.digest === undefined ? reference : byDigest;
    const fresh = this.store.resolveName(name) !== image.id;
    this.store.add(image);
    this.store.setName(byDigest, image.id);
    if (reference.digest === undefined) this.store.setName(reference, image.id);
    pull.emit({ status: `Digest: ${manifest.digest}` });
    const text = fresh ? 'Downloaded newer image for' : 'Image is up to date for';
    pull.emit({ status: `Status: ${text} ${pull.key}` });
    const attributes = { ...image.config.Labels, name: familiarName(reference) };
    this.events.publish('image', 'pull', pull.key, attributes);
    this.finish(pull, image);
  }

  private finish(pull: Pull, result: Image | ApiError): void {
    this.running.delete(pull.key);
    for (const watcher of pull.watchers) watcher.pullDone(result);
  }
}

class Pull {
  readonly watchers = new Set<PullWatcher>();
  readonly lines: Readonly<Record<string, unknown>>[] = [];
  private manifest: Manifest | undefined;
  private layers: LayerPull[] = [];

  constructor(
    private readonly puller: Puller,
    readonly reference: ImageReference,
    readonly key: string,
  ) {}

  emit(line: Readonly<Record<string, unknown>>): void {
    this.lines.push(line);
    for (const watcher of [...this.watchers]) watcher.pullLine(line);
  }

  begin(manifest: Manifest, store: ImageStore, now: number): void {
    this.manifest = manifest;
    const { tag, digest, path } = this.reference;
    this.emit({ status: `Pulling from ${path}`, id: digest ?? tag });
    const { image } = manifest;
    // An image that is here is not looked at layer by layer.
    if (store.images.has(image.id)) return;
    const present = store.chainIds();
    const chains = chainsOf(image);
    this.layers = image.layers.map((layer, i) => {
      const exists = present.has(chains[i]!);
      const id = shortId(layer.blobDigest);
      return { layer, id, state: exists ? 'exists' : 'waiting', startedAt: now, endsAt: now };
    });
    for (const { state, id } of this.layers)
      this.layerLine(state === 'exists' ? 'Already exists' : 'Pulling fs layer', id);
    const waiting = this.layers.filter((layer) => layer.state === 'waiting');
    for (const layer of waiting.slice(DOWNLOADS_MAX)) this.layerLine('Waiting', layer.id);
    this.startDownloads(now);
  }

  /** One tick: what is over by now goes on, what is under way says how far it is. */
  advance(now: number): void {
    for (const layer of this.layers) {
      if (layer.state !== 'downloading') continue;
      if (now < layer.endsAt) this.progressLine('Downloading', layer, now);
      else {
        layer.state = 'downloaded';
        this.layerLine('Verifying Checksum', layer.id);
        this.layerLine('Download complete', layer.id);
      }
    }
    this.startDownloads(now);
    this.extract(now);
    if (this.layers.every((layer) => layer.state === 'done' || layer.state === 'exists'))
      this.puller.complete(this, this.manifest!);
    else this.puller.runtime.setTimer(this.nextTick(now), this.puller, 'step', this);
  }

  /** In order, one at a time. */
  private extract(now: number): void {
    for (const layer of this.layers) {
      if (layer.state === 'exists' || layer.state === 'done') continue;
      if (layer.state === 'downloaded') {
        layer.state = 'extracting';
        layer.startedAt = now;
        layer.endsAt = now + duration(layer.layer.size, EXTRACT_BYTES_PER_SECOND);
        this.progressLine('Extracting', layer, now);
      }
      if (layer.state !== 'extracting') return;
      if (now < layer.endsAt) {
        this.progressLine('Extracting', layer, now);
        return;
      }
      this.progressLine('Extracting', layer, layer.endsAt);
      layer.state = 'done';
      this.layerLine('Pull complete', layer.id);
    }
  }

  private startDownloads(now: number): void {
    let active = this.layers.filter((layer) => layer.state === 'downloading').length;
    for (const layer of this.layers) {
      if (active >= DOWNLOADS_MAX) return;
      if (layer.state !== 'waiting') continue;
      layer.state = 'downloading';
      layer.startedAt = now;
      layer.endsAt = now + duration(layer.layer.blobSize, DOWNLOAD_BYTES_PER_SECOND);
      active++;
    }
  }

  private nextTick(now: number): number {
    let next = PROGRESS_US;
    for (const layer of this.layers)
      if (layer.state === 'downloading' || layer.state === 'extracting')
        next = Math.min(next, Math.max(1, layer.endsAt - now));
    return next;
  }

  private layerLine(status: string, id: string): void {
    this.emit({ status, progressDetail: {}, id });
  }

  private progressLine(status: string, pull: LayerPull, now: number): void {
    const total = pull.layer.blobSize;
    const share = (now - pull.startedAt) / Math.max(1, pull.endsAt - pull.startedAt);
    const current = Math.min(total, Math.max(Math.min(total, 512), Math.floor(total * share)));
    const progressDetail = { current, total };
    this.emit({ status, progressDetail, progress: progressBar(current, total), id: pull.id });
  }
}

function duration(bytes: number, perSecond: number): number {
  return SMALLEST_STEP_US + Math.round((bytes / perSecond) * 1_000_000);
}

/** `JSONProgress.String()` at a width of 200: the bar is 50 wide. */
export function progressBar(current: number, total: number): string {
  const filled = Math.min(50, Math.floor(Math.floor((current / total) * 100) / 2));
  const bar = `[${'='.repeat(filled)}>${' '.repeat(50 - filled)}]`;
  return `${bar} ${humanSize(current).padStart(8)}/${humanSize(total)}`;
}

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
