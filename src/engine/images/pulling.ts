/**
 * One pull in virtual time: layers download three at a time and unpack one after the other, with the
 * progress lines of the real one (moby distribution/xfer). Pulls of the same reference at the same time
 * share it.
 */
import { MILLISECOND_US } from '../../base';
import { humanSize, type ApiError, type ImageReference } from '../../api';
import { layerFromBlob } from '../content/blob';
import { digestOf } from '../content/digest';
import type { Image, Layer, Manifest } from '../content/image';
import { ArchiveError } from '../content/tar-reader';
import type { Descriptor, ReadManifest, RegistryReader } from '../registry/reader';
import { shortId } from '../ids';
import { chainsOfDiffIds, type ImageStore } from './store';

/** What a class room's line gives to one layer; three at a time share 300 Mbit/s. */
const DOWNLOAD_BYTES_PER_SECOND = 12_500_000;
/** Unpacking onto the disk. */
const EXTRACT_BYTES_PER_SECOND = 80_000_000;
export const SMALLEST_STEP_US = 8 * MILLISECOND_US;
/** Time between two progress lines of a layer (moby `pkg/progress`, 100 ms). */
const PROGRESS_US = 100 * MILLISECOND_US;
/** `maxConcurrentDownloads` */
const DOWNLOADS_MAX = 3;

/** Told of a pull. `line` values are JSON objects of the stream. */
export interface PullWatcher {
  pullLine(line: Readonly<Record<string, unknown>>): void;
  pullDone(result: Image | ApiError): void;
}

export interface PlannedLayer extends Descriptor {
  readonly diffId: string;
}

/** What is to be pulled: of the Hub's images all is known, of others the layers are still to come. */
export interface PullPlan {
  readonly digest: string;
  readonly imageId: string;
  readonly layers: readonly PlannedLayer[];
  readonly source: { readonly manifest: Manifest } | { readonly read: ReadManifest };
}

interface LayerPull extends PlannedLayer {
  layer: Layer | undefined;
  readonly id: string;
  state: 'exists' | 'waiting' | 'downloading' | 'downloaded' | 'extracting' | 'done';
  startedAt: number;
  endsAt: number;
}

/** Who runs pulls, as a pull sees it. */
export interface PullHost {
  readonly now: number;
  /** Calls `advance` after so long. */
  step(pull: Pull, delayUs: number): void;
  complete(pull: Pull, plan: PullPlan, layers: readonly Layer[]): void;
  fail(pull: Pull, error: ApiError): void;
}

export class Pull {
  readonly watchers = new Set<PullWatcher>();
  readonly lines: Readonly<Record<string, unknown>>[] = [];
  /** Of a registry on the network. */
  reader: RegistryReader | undefined;
  private plan: PullPlan | undefined;
  private layers: LayerPull[] = [];

  constructor(
    private readonly host: PullHost,
    readonly reference: ImageReference,
    readonly key: string,
    /** It is one of all tags of its repository: the status is told of them together. */
    readonly isPart: boolean,
  ) {}

  emit(line: Readonly<Record<string, unknown>>): void {
    this.lines.push(line);
    for (const watcher of [...this.watchers]) watcher.pullLine(line);
  }

  begin(plan: PullPlan, store: ImageStore): void {
    this.plan = plan;
    const { now } = this.host;
    const { tag, digest, domain, path } = this.reference;
    const id = digest === undefined ? tag : `${domain}/${path}@${digest}`;
    this.emit({ status: `Pulling from ${path}`, id });
    // An image that is here is not looked at layer by layer.
    if (!store.images.has(plan.imageId)) this.layers = this.layersOf(plan, store, now);
    for (const { state, id } of this.layers)
      this.layerLine(state === 'exists' ? 'Already exists' : 'Pulling fs layer', id);
    const waiting = this.layers.filter((layer) => layer.state === 'waiting');
    for (const layer of waiting.slice(DOWNLOADS_MAX)) this.layerLine('Waiting', layer.id);
    this.startDownloads(now);
  }

  private layersOf(plan: PullPlan, store: ImageStore, now: number): LayerPull[] {
    const present = store.layersByChain();
    const chains = chainsOfDiffIds(plan.layers.map(({ diffId }) => diffId));
    return plan.layers.map((planned, i) => {
      const here = present.get(chains[i]!);
      const given = 'manifest' in plan.source ? plan.source.manifest.image.layers[i] : undefined;
      return {
        ...planned,
        layer: given ?? here,
        id: shortId(planned.digest),
        state: here ? 'exists' : 'waiting',
        startedAt: now,
        endsAt: now,
      };
    });
  }

  /** One tick: what is over by now goes on, what is under way says how far it is. */
  advance(): void {
    const { now } = this.host;
    for (const layer of this.layers) {
      if (layer.state !== 'downloading') continue;
      if (now < layer.endsAt || !layer.layer) this.progressLine('Downloading', layer, now);
      else {
        layer.state = 'downloaded';
        this.layerLine('Verifying Checksum', layer.id);
        this.layerLine('Download complete', layer.id);
      }
    }
    this.startDownloads(now);
    this.extract(now);
    if (!this.layers.every((layer) => layer.state === 'done' || layer.state === 'exists'))
      this.host.step(this, this.nextTick(now));
    else
      this.host.complete(
        this,
        this.plan!,
        this.layers.map((layer) => layer.layer!),
      );
  }

  /** A registry has given a layer. */
  arrived(digest: string, bytes: Uint8Array): void {
    for (const layer of this.layers) {
      if (layer.digest !== digest || layer.layer) continue;
      if (digestOf(bytes) !== digest) {
        this.layerLine('Verifying Checksum', layer.id);
        const message = `filesystem layer verification failed for digest ${digest}`;
        return this.host.fail(this, { status: 500, message });
      }
      try {
        layer.layer = layerFromBlob(bytes, layer.size, layer.diffId);
      } catch (error) {
        if (!(error instanceof ArchiveError)) throw error;
        const message = `failed to register layer: ${error.message}`;
        return this.host.fail(this, { status: 500, message });
      }
    }
  }

  /** In order, one at a time. */
  private extract(now: number): void {
    for (const pull of this.layers) {
      if (pull.state === 'exists' || pull.state === 'done') continue;
      if (pull.state === 'downloaded') {
        pull.state = 'extracting';
        pull.startedAt = now;
        pull.endsAt = now + duration(pull.layer!.size, EXTRACT_BYTES_PER_SECOND);
        this.progressLine('Extracting', pull, now);
      }
      if (pull.state !== 'extracting') return;
      if (now < pull.endsAt) {
        this.progressLine('Extracting', pull, now);
        return;
      }
      this.progressLine('Extracting', pull, pull.endsAt);
      pull.state = 'done';
      this.layerLine('Pull complete', pull.id);
    }
  }

  private startDownloads(now: number): void {
    let active = this.layers.filter((layer) => layer.state === 'downloading').length;
    for (const layer of this.layers) {
      if (active >= DOWNLOADS_MAX) return;
      if (layer.state !== 'waiting') continue;
      layer.state = 'downloading';
      layer.startedAt = now;
      layer.endsAt = now + duration(layer.size, DOWNLOAD_BYTES_PER_SECOND);
      if (!layer.layer) this.reader?.fetchBlob(layer.digest);
      active++;
    }
  }

  private nextTick(now: number): number {
    let next = PROGRESS_US;
    for (const layer of this.layers)
      if ((layer.state === 'downloading' || layer.state === 'extracting') && layer.endsAt > now)
        next = Math.min(next, layer.endsAt - now);
    return next;
  }

  private layerLine(status: string, id: string): void {
    this.emit({ status, progressDetail: {}, id });
  }

  private progressLine(status: string, pull: LayerPull, now: number): void {
    this.emit(progressLine(status, pull.id, pull.size, pull, now));
  }
}

/** How far something is that takes from `startedAt` to `endsAt`. */
export function progressLine(
  status: string,
  id: string,
  total: number,
  { startedAt, endsAt }: { readonly startedAt: number; readonly endsAt: number },
  now: number,
): Readonly<Record<string, unknown>> {
  const share = Math.min(1, (now - startedAt) / Math.max(1, endsAt - startedAt));
  const current = Math.min(total, Math.max(Math.min(total, 512), Math.floor(total * share)));
  const progressDetail = { current, total };
  return { status, progressDetail, progress: progressBar(current, total), id };
}

export function duration(bytes: number, perSecond: number): number {
  return SMALLEST_STEP_US + Math.round((bytes / perSecond) * 1_000_000);
}

/** `JSONProgress.String()` at a width of 200: the bar is 50 wide. */
export function progressBar(current: number, total: number): string {
  const filled =
    total === 0 ? 50 : Math.min(50, Math.floor(Math.floor((current / total) * 100) / 2));
  const bar = `[${'='.repeat(filled)}>${' '.repeat(50 - filled)}]`;
  return `${bar} ${humanSize(current).padStart(8)}/${humanSize(total)}`;
}
