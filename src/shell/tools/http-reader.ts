/** Reads one HTTP answer from bytes as they come: head, then a body by length, in chunks, or to the end. */
import { concatBytes, decodeUtf8, NO_BYTES } from '../../base';

export interface HttpHead {
  readonly status: number;
  /** As received, with its empty line. */
  readonly text: string;
  readonly length: number | undefined;
  readonly location: string | undefined;
  readonly type: string | undefined;
}

function findEnd(bytes: Uint8Array): number {
  for (let i = 3; i < bytes.length; i++) {
    if (bytes[i] === 10 && bytes[i - 1] === 13 && bytes[i - 2] === 10 && bytes[i - 3] === 13)
      return i + 1;
  }
  return -1;
}

export class HttpReader {
  head: HttpHead | undefined;
  done = false;
  private pending: Uint8Array = NO_BYTES;
  private left = 0;
  private mode: 'length' | 'chunks' | 'close' = 'close';
  /** Of the present chunk; -1: its size line comes next. */
  private chunkLeft = -1;

  constructor(private readonly noBody: boolean) {}

  /** Body bytes that this piece brought. */
  feed(bytes: Uint8Array): Uint8Array {
    this.pending = concatBytes([this.pending, bytes]);
    if (!this.head && !this.readHead()) return NO_BYTES;
    if (this.done) return NO_BYTES;
    if (this.mode === 'chunks') return this.readChunks();
    const taken = this.mode === 'length' ? this.pending.slice(0, this.left) : this.pending;
    this.pending = NO_BYTES;
    this.left -= taken.length;
    if (this.mode === 'length' && this.left <= 0) this.done = true;
    return taken;
  }

  /** The connection was closed. */
  end(): Uint8Array {
    if (this.head && this.mode === 'close') this.done = true;
    return NO_BYTES;
  }

  private readHead(): boolean {
    for (;;) {
      const end = findEnd(this.pending);
      if (end < 0) return false;
      const text = decodeUtf8(this.pending.slice(0, end));
      this.pending = this.pending.slice(end);
      const status = Number(/^HTTP\/[0-9.]+ (\d{3})/.exec(text)?.[1] ?? 0);
      if (status >= 100 && status < 200) continue;
      const header = (name: string) =>
        new RegExp(`^${name}:[ \\t]*(.*?)\\r?$`, 'im').exec(text)?.[1];
      const length = header('content-length');
      this.head = {
        status,
        text,
        length: length === undefined ? undefined : Number(length),
        location: header('location'),
        type: header('content-type'),
      };
      if (this.noBody || status === 204 || status === 304) this.done = true;
      else if (/chunked/i.test(header('transfer-encoding') ?? '')) this.mode = 'chunks';
      else if (length !== undefined) {
        this.mode = 'length';
        this.left = Number(length);
        if (this.left === 0) this.done = true;
      }
      return true;
    }
  }

  private readChunks(): Uint8Array {
    const parts: Uint8Array[] = [];
    for (;;) {
      if (this.chunkLeft < 0) {
        const end = this.pending.indexOf(10);
        if (end < 0) break;
        const line = decodeUtf8(this.pending.slice(0, end)).trim();
        this.pending = this.pending.slice(end + 1);
        if (line === '') continue;
        this.chunkLeft = parseInt(line, 16) || 0;
        if (this.chunkLeft === 0) {
          this.done = true;
          break;
        }
      }
      if (this.pending.length === 0) break;
      const taken = this.pending.slice(0, this.chunkLeft);
      this.pending = this.pending.slice(taken.length);
      this.chunkLeft -= taken.length;
      parts.push(taken);
      if (this.chunkLeft === 0) this.chunkLeft = -1;
    }
    return parts.length === 0 ? NO_BYTES : concatBytes(parts);
  }
}
