/**
 * gRPC over an HTTP/2 connection: calls with messages both ways, and the status at their end. Both sides
 * of BuildKit's session are made of it: the daemon calls, the client's program answers.
 */
import { NO_BYTES, concatBytes, encodeUtf8 } from '../../base';
import type { Header } from './hpack';
import { Http2Connection, type Http2Event } from './http2';

const PREFIX = 5;
const CONTENT_TYPE: Header = ['content-type', 'application/grpc'];

/** `google.golang.org/grpc/codes` as far as they are used. */
export const GRPC_OK = 0;
export const GRPC_UNKNOWN = 2;
export const GRPC_NOT_FOUND = 5;
export const GRPC_UNIMPLEMENTED = 12;
export const GRPC_UNAVAILABLE = 14;

export interface GrpcStatus {
  readonly code: number;
  readonly message: string;
}

export type GrpcEvent =
  /** On the answering side: someone calls. */
  | {
      readonly kind: 'call';
      readonly stream: number;
      readonly method: string;
      readonly metadata: readonly Header[];
    }
  | { readonly kind: 'message'; readonly stream: number; readonly data: Uint8Array }
  /** On the answering side: the caller has said all. */
  | { readonly kind: 'half-closed'; readonly stream: number }
  /** On the calling side: the answer is over. */
  | { readonly kind: 'status'; readonly stream: number; readonly status: GrpcStatus }
  | { readonly kind: 'canceled'; readonly stream: number }
  | { readonly kind: 'lost' };

export class GrpcConnection {
  private readonly http: Http2Connection;
  /** Bytes of a message that is not whole yet, by stream. */
  private readonly partial = new Map<number, Uint8Array>();
  /** Streams whose answer has begun. */
  private readonly answered = new Set<number>();

  constructor(role: 'client' | 'server') {
    this.http = new Http2Connection(role);
  }

  takeOutput(): Uint8Array {
    return this.http.takeOutput();
  }

  // --- the caller

  call(method: string, metadata: readonly Header[]): number {
    return this.http.openStream([
      [':method', 'POST'],
      [':scheme', 'http'],
      [':path', method],
      [':authority', 'localhost'],
      CONTENT_TYPE,
      ['user-agent', 'grpc-go/1.27.1'],
      ['te', 'trailers'],
      ...metadata,
    ]);
  }

  message(stream: number, data: Uint8Array): void {
    if (this.http.role === 'server') this.beginAnswer(stream);
    this.http.data(stream, concatBytes([prefixOf(data.length), data]), false);
  }

  /** The caller has said all. */
  halfClose(stream: number): void {
    this.http.data(stream, NO_BYTES, true);
  }

  cancel(stream: number): void {
    this.partial.delete(stream);
    this.http.reset(stream, 8);
  }

  // --- the one who answers

  private beginAnswer(stream: number): void {
    if (this.answered.has(stream)) return;
    this.answered.add(stream);
    this.http.headers(stream, [[':status', '200'], CONTENT_TYPE], false);
  }

  status(stream: number, { code, message }: GrpcStatus): void {
    this.beginAnswer(stream);
    this.answered.delete(stream);
    const trailers: Header[] = [['grpc-status', String(code)]];
    if (message !== '') trailers.push(['grpc-message', percentEncode(message)]);
    this.http.trailers(stream, trailers);
  }

  // --- receiving

  receive(bytes: Uint8Array): GrpcEvent[] {
    return this.http.receive(bytes).flatMap((event) => this.translate(event));
  }

  private translate(event: Http2Event): GrpcEvent[] {
    switch (event.kind) {
      case 'lost':
        return [{ kind: 'lost' }];
      case 'reset':
        this.partial.delete(event.stream);
        return [{ kind: 'canceled', stream: event.stream }];
      case 'data': {
        const { stream, end } = event;
        const out: GrpcEvent[] = this.messages(stream, event.data);
        if (end) out.push({ kind: 'half-closed', stream });
        return out;
      }
      case 'headers':
        return this.http.role === 'server' ? called(event) : this.answerHeaders(event);
    }
  }

  private messages(stream: number, data: Uint8Array): GrpcEvent[] {
    const out: GrpcEvent[] = [];
    const old = this.partial.get(stream);
    let rest = old ? concatBytes([old, data]) : data;
    while (rest.length >= PREFIX) {
      const length = rest[1]! * 0x100_0000 + rest[2]! * 0x1_0000 + rest[3]! * 0x100 + rest[4]!;
      if (rest.length < PREFIX + length) break;
      out.push({ kind: 'message', stream, data: rest.slice(PREFIX, PREFIX + length) });
      rest = rest.subarray(PREFIX + length);
    }
    if (rest.length > 0) this.partial.set(stream, rest.slice());
    else this.partial.delete(stream);
    return out;
  }

  private answerHeaders(event: Extract<Http2Event, { kind: 'headers' }>): GrpcEvent[] {
    if (!event.end) return [];
    const find = (name: string) => event.headers.find(([key]) => key === name)?.[1];
    const code = Number(find('grpc-status') ?? GRPC_UNKNOWN);
    const message = percentDecode(find('grpc-message') ?? '');
    return [{ kind: 'status', stream: event.stream, status: { code, message } }];
  }
}

function called(event: Extract<Http2Event, { kind: 'headers' }>): GrpcEvent[] {
  const { stream, headers, end } = event;
  const method = headers.find(([name]) => name === ':path')?.[1] ?? '';
  const out: GrpcEvent[] = [{ kind: 'call', stream, method, metadata: headers }];
  if (end) out.push({ kind: 'half-closed', stream });
  return out;
}

function prefixOf(length: number): Uint8Array {
  return Uint8Array.of(0, length >>> 24, length >>> 16, length >>> 8, length);
}

function percentEncode(text: string): string {
  let out = '';
  for (const byte of encodeUtf8(text)) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    if (plain) out += String.fromCharCode(byte);
    else out += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}

function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
