/** A registry on the network as the target of a push: HEAD, mount, POST, PATCH and PUT of its API. */
import { encodeUtf8 } from '../../base';
import type { ApiError } from '../../api';
import { MANIFEST_TYPE } from '../content/image';
import { Conversation, errorText, type BasicAuth, type RegistryHost } from './conversation';
import type { HttpAnswer } from './http-exchange';
import type { Offered, PushSink, PushTarget } from './pusher';

interface Offer {
  readonly bytes: Uint8Array;
  /** Repositories that are still to be tried. */
  readonly sources: string[];
  mounting: string | undefined;
}

/** Attempts at mounting a blob (moby: maxMountAttempts of small layers). */
const MOUNTS_MAX = 4;

export class NetworkTarget extends Conversation implements PushTarget {
  private sink: PushSink | undefined;
  private readonly offers = new Map<string, Offer>();

  constructor(
    host: RegistryHost,
    domain: string,
    private readonly path: string,
    auth: BasicAuth,
  ) {
    super(host, domain, auth);
  }

  open(sink: PushSink): void {
    this.sink = sink;
    this.begin();
  }

  offer(digest: string, bytes: Uint8Array, mayExist: boolean, sources: readonly string[]): void {
    const tried = sources.toReversed().slice(0, MOUNTS_MAX);
    this.offers.set(digest, { bytes, sources: tried, mounting: undefined });
    if (mayExist) this.askBlob('first', digest);
    else this.mountNext(digest);
  }

  putManifest(text: string, tag: string): void {
    this.ask('manifest', {
      method: 'PUT',
      path: `/v2/${this.path}/manifests/${tag}`,
      headers: { 'Content-Type': MANIFEST_TYPE },
      body: encodeUtf8(text),
    });
  }

  protected reached(): void {
    this.sink!.pushReached();
  }

  protected failed(error: ApiError): void {
    this.sink!.pushFailed(error);
  }

  protected answered(tag: string, answer: HttpAnswer): void {
    const [kind = '', digest = ''] = tag.split(' ');
    if (kind === 'manifest') {
      if (answer.status === 201) this.sink!.pushStored();
      else this.refused(answer);
    } else if (kind === 'first' || kind === 'last') this.looked(kind, digest, answer);
    else if (kind === 'mount') this.mounted(digest, answer);
    else if (kind === 'post') this.uploadTo(digest, answer);
    else if (kind === 'patch') this.finishUpload(digest, answer);
    else if (answer.status === 201) this.done(digest, 'uploaded');
    else this.refused(answer);
  }

  private askBlob(kind: 'first' | 'last', digest: string): void {
    const path = `/v2/${this.path}/blobs/${digest}`;
    this.ask(`${kind} ${digest}`, { method: 'HEAD', path });
  }

  private looked(kind: 'first' | 'last', digest: string, answer: HttpAnswer): void {
    if (answer.status === 200) this.done(digest, 'exists');
    else if (kind === 'first') this.mountNext(digest);
    else this.startUpload(digest);
  }

  private mountNext(digest: string): void {
    const offer = this.offers.get(digest)!;
    const from = offer.sources.shift();
    if (from === undefined) return this.askBlob('last', digest);
    offer.mounting = from;
    const query = `from=${encodeURIComponent(from)}&mount=${encodeURIComponent(digest)}`;
    const path = `/v2/${this.path}/blobs/uploads/?${query}`;
    this.ask(`mount ${digest}`, { method: 'POST', path });
  }

  /** A registry that cannot mount has begun an upload instead. */
  private mounted(digest: string, answer: HttpAnswer): void {
    const { mounting = '' } = this.offers.get(digest)!;
    if (answer.status === 201) this.done(digest, { mountedFrom: mounting });
    else if (answer.status === 202) this.uploadTo(digest, answer);
    else this.refused(answer);
  }

  private startUpload(digest: string): void {
    this.ask(`post ${digest}`, { method: 'POST', path: `/v2/${this.path}/blobs/uploads/` });
  }

  private uploadTo(digest: string, answer: HttpAnswer): void {
    const path = locationPath(answer);
    if (answer.status !== 202 || path === undefined) return this.refused(answer);
    const { bytes: body } = this.offers.get(digest)!;
    const headers = { 'Content-Type': 'application/octet-stream' };
    this.ask(`patch ${digest}`, { method: 'PATCH', path, headers, body });
  }

  private finishUpload(digest: string, answer: HttpAnswer): void {
    const path = locationPath(answer);
    if (answer.status !== 202 || path === undefined) return this.refused(answer);
    const mark = path.includes('?') ? '&' : '?';
    const full = `${path}${mark}digest=${encodeURIComponent(digest)}`;
    this.ask(`put ${digest}`, { method: 'PUT', path: full, body: new Uint8Array(0) });
  }

  private done(digest: string, offered: Offered): void {
    this.offers.delete(digest);
    this.sink!.pushOffered(digest, offered);
  }

  private refused(answer: HttpAnswer): void {
    this.failed({ status: 500, message: errorText(answer) });
  }
}

function locationPath(answer: HttpAnswer): string | undefined {
  return answer.headers['location']?.replace(/^https?:\/\/[^/]*/, '');
}
