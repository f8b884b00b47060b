/**
 * `docker push` (moby distribution/push_v2.go): layers five at a time, each looked for in the repository,
 * mounted from another one or uploaded; then the configuration and the manifest.
 */
import { MILLISECOND_US, encodeUtf8, type Wakeable } from '../../base';
import type { ApiError, ImageReference } from '../../api';
import { blobOf } from '../content/blob';
import { manifestText } from '../content/catalogue';
import { digestOf } from '../content/digest';
import type { Image, Layer } from '../content/image';
import { duration, progressLine } from '../images/pulling';
import type { ImageStore } from '../images/store';

/** `maxConcurrentUploads` */
const UPLOADS_MAX = 5;
const UPLOAD_BYTES_PER_SECOND = 12_500_000;
const PROGRESS_US = 100 * MILLISECOND_US;

/** What happened to a layer that was offered. */
export type Offered = 'exists' | 'uploaded' | { readonly mountedFrom: string };

/** Where a push goes: a registry on the network, or the simulated Hub. Answers come later. */
export interface PushTarget {
  open(sink: PushSink): void;
  /** `sources` are repositories of the same registry that are known to have the blob. */
  offer(digest: string, bytes: Uint8Array, mayExist: boolean, sources: readonly string[]): void;
  putManifest(text: string, tag: string, image: Image): void;
  abandon(): void;
}

export interface PushSink {
  pushReached(): void;
  pushOffered(digest: string, offered: Offered): void;
  pushStored(): void;
  pushFailed(error: ApiError): void;
}

/** Told of a push. */
export interface PushWatcher {
  pushLine(line: Readonly<Record<string, unknown>>): void;
  pushDone(error: ApiError | undefined): void;
}

interface LayerPush {
  readonly layer: Layer;
  readonly id: string;
  state: 'waiting' | 'offered' | 'uploading' | 'done';
  /** What came of it, told when its time is over. */
  outcome: Offered | undefined;
  startedAt: number;
  endsAt: number;
}

export class Push implements PushSink, Wakeable {
  private readonly layers: LayerPush[];
  private configSent = false;
  private over = false;

  constructor(
    private readonly host: { readonly kernel: { readonly runtime: PushRuntime } },
    private readonly store: ImageStore,
    private readonly image: Image,
    private readonly reference: ImageReference,
    private readonly target: PushTarget,
    private readonly watcher: PushWatcher,
  ) {
    this.layers = image.layers.toReversed().map((layer) => ({
      layer,
      id: layer.diffId.slice(7, 19),
      state: 'waiting',
      outcome: undefined,
      startedAt: 0,
      endsAt: 0,
    }));
  }

  private get runtime(): PushRuntime {
    return this.host.kernel.runtime;
  }

  begin(): void {
    this.target.open(this);
  }

  pushReached(): void {
    for (const { id } of this.layers) this.line('Preparing', id);
    for (const { id } of this.layers.slice(UPLOADS_MAX)) this.line('Waiting', id);
    this.offerMore();
  }

  private offerMore(): void {
    let active = this.layers.filter((l) => l.state === 'offered' || l.state === 'uploading').length;
    for (const push of this.layers) {
      if (active >= UPLOADS_MAX) return;
      if (push.state !== 'waiting') continue;
      push.state = 'offered';
      active++;
      push.startedAt = this.runtime.now;
      const { digest, bytes } = blobOf(push.layer);
      const { here, others } = this.sourcesOf(digest);
      this.target.offer(digest, bytes, here, others);
    }
    if (active === 0) this.sendConfig();
  }

  /** Whether this repository has had the blob, and which others of the registry have. */
  private sourcesOf(digest: string): { here: boolean; others: string[] } {
    const { domain, path } = this.reference;
    const all = this.store.sourcesOf(digest).filter((entry) => entry.startsWith(`${domain}/`));
    const paths = all.map((entry) => entry.slice(domain.length + 1));
    return { here: paths.includes(path), others: paths.filter((entry) => entry !== path) };
  }

  pushOffered(digest: string, outcome: Offered): void {
    if (this.over) return;
    if (this.configSent) return this.sendManifest();
    const { now } = this.runtime;
    for (const push of this.layers) {
      if (push.state !== 'offered' || blobOf(push.layer).digest !== digest) continue;
      push.outcome = outcome;
      if (outcome !== 'uploaded') this.finishLayer(push);
      else {
        push.state = 'uploading';
        push.endsAt = push.startedAt + duration(blobOf(push.layer).size, UPLOAD_BYTES_PER_SECOND);
        const left = Math.min(PROGRESS_US, push.endsAt - now);
        this.runtime.setTimer(Math.max(1, left), this, 'progress', push);
      }
    }
  }

  wake(_tag: string, data: unknown): void {
    const push = data as LayerPush;
    if (this.over) return;
    const { now } = this.runtime;
    this.watcher.pushLine(progressLine('Pushing', push.id, push.layer.size, push, now));
    if (now >= push.endsAt) return this.finishLayer(push);
    const left = Math.min(PROGRESS_US, push.endsAt - now);
    this.runtime.setTimer(left, this, 'progress', push);
  }

  private finishLayer(push: LayerPush): void {
    push.state = 'done';
    const { outcome } = push;
    if (outcome === 'exists') this.line('Layer already exists', push.id);
    else if (outcome === 'uploaded') this.line('Pushed', push.id);
    else this.line(`Mounted from ${outcome!.mountedFrom}`, push.id);
    this.store.noteSource(blobOf(push.layer).digest, this.reference);
    this.offerMore();
  }

  private sendConfig(): void {
    if (this.configSent) return;
    this.configSent = true;
    this.target.offer(this.image.id, encodeUtf8(this.image.configText ?? ''), true, []);
  }

  private sendManifest(): void {
    this.target.putManifest(manifestText(this.image), this.reference.tag ?? 'latest', this.image);
  }

  pushStored(): void {
    if (this.over) return;
    this.over = true;
    const text = manifestText(this.image);
    const digest = digestOf(text);
    const tag = this.reference.tag ?? 'latest';
    this.store.setName({ ...this.reference, tag: undefined, digest }, this.image.id);
    this.watcher.pushLine({ status: `${tag}: digest: ${digest} size: ${text.length}` });
    const aux = { Tag: tag, Digest: digest, Size: text.length };
    this.watcher.pushLine({ progressDetail: {}, aux });
    this.watcher.pushDone(undefined);
  }

  pushFailed(error: ApiError): void {
    if (this.over) return;
    this.over = true;
    this.target.abandon();
    this.watcher.pushDone(error);
  }

  private line(status: string, id: string): void {
    this.watcher.pushLine({ status, progressDetail: {}, id });
  }
}

interface PushRuntime {
  readonly now: number;
  setTimer(delayUs: number, owner: Wakeable, tag: string, data?: unknown): unknown;
}
