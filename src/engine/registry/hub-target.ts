/** The simulated Hub as the target of a push, with the time that the real one takes. */
import { MILLISECOND_US, type Wakeable } from '../../base';
import type { ImageReference } from '../../api';
import { blobOf } from '../content/blob';
import { digestOf } from '../content/digest';
import { isHubRepository } from '../content/hub';
import { MANIFEST_TYPE, type Image } from '../content/image';
import type { EngineCore } from '../core';
import { HUB_UNREACHABLE } from '../images/pull';
import type { Credentials } from './credentials';
import type { Offered, PushSink, PushTarget } from './pusher';

/** One question to the Hub. */
const ANSWER_US = 140 * MILLISECOND_US;

type Later =
  | { readonly kind: 'reached' }
  | { readonly kind: 'stored' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'offered'; readonly digest: string; readonly offered: Offered };

export class HubTarget implements PushTarget, Wakeable {
  private sink: PushSink | undefined;

  constructor(
    private readonly core: EngineCore,
    private readonly reference: ImageReference,
    private readonly credentials: Credentials,
  ) {}

  open(sink: PushSink): void {
    this.sink = sink;
    if (this.core.registry.down) this.later({ kind: 'failed', message: HUB_UNREACHABLE });
    else this.later({ kind: 'reached' });
  }

  offer(digest: string, _bytes: Uint8Array, _mayExist: boolean, sources: readonly string[]): void {
    const refusal = this.refusal();
    if (refusal !== undefined) return this.later({ kind: 'failed', message: refusal });
    const { hub } = this.core.disk;
    if (hub.hasBlob(this.reference.path, digest))
      return this.later({ kind: 'offered', digest, offered: 'exists' });
    const from = sources.findLast(
      // What is known to come from there does not go away.
      (path) => isHubRepository(this.core.hub, path) || hub.hasBlob(path, digest),
    );
    const offered = from === undefined ? 'uploaded' : { mountedFrom: from };
    this.later({ kind: 'offered', digest, offered });
  }

  /** Only an account's own repositories may be written. */
  private refusal(): string | undefined {
    const { username } = this.credentials;
    const denied = 'denied: requested access to the resource is denied';
    if (username === '') return denied;
    if (this.core.disk.hub.account(this.credentials) !== 'known')
      return 'unauthorized: incorrect username or password';
    return this.reference.path.startsWith(`${username}/`) ? undefined : denied;
  }

  putManifest(text: string, tag: string, image: Image): void {
    const layers = image.layers.map((layer) => {
      const { digest: blobDigest, size: blobSize } = blobOf(layer);
      return { ...layer, blobDigest, blobSize };
    });
    const manifest = {
      digest: digestOf(text),
      size: text.length,
      mediaType: MANIFEST_TYPE,
      image: { ...image, layers, parent: '' },
    };
    this.core.publish({ kind: 'image', path: this.reference.path, tag, manifest });
    this.later({ kind: 'stored' });
  }

  abandon(): void {}

  private later(data: Later): void {
    this.core.runtime.setTimer(ANSWER_US, this, 'answer', data);
  }

  wake(_tag: string, data: unknown): void {
    const later = data as Later;
    const sink = this.sink!;
    switch (later.kind) {
      case 'reached':
        return sink.pushReached();
      case 'stored':
        return sink.pushStored();
      case 'offered':
        return sink.pushOffered(later.digest, later.offered);
      case 'failed':
        return sink.pushFailed({ status: 403, message: later.message });
    }
  }
}
