/**
 * The waist: one Engine API exchange (v1.41) as data. Clients (command line, views, checks, a real
 * docker client through `serve`) make an `ApiRequest`; the machine answers through an `ApiCall`.
 * Models the unix socket of dockerd: head, then any number of body pieces, then the end; a hijacked
 * call also receives bytes after its head.
 */
import { NO_BYTES, decodeUtf8, encodeUtf8 } from '../base';

/** API version that is spoken and shown (Docker 20.10). */
export const API_VERSION = '1.41';

export interface ApiRequest {
  readonly method: string;
  /** Path and query exactly as sent, with or without `/v1.41`. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface ApiHead {
  readonly status: number;
  /** Names as dockerd writes them (`Content-Type`, `Api-Version`, ...). */
  readonly headers: Readonly<Record<string, string>>;
  /** True when the connection became a raw stream (attach, exec start). */
  readonly hijacked: boolean;
}

/** Where an answer goes: a local client process or the world outside the machine. */
export interface ApiSink {
  head(head: ApiHead): void;
  data(bytes: Uint8Array): void;
  end(): void;
}

/** What a handler that reads from a hijacked or a streaming call provides. */
export interface ApiReceiver {
  /** Bytes from the client. */
  receive(bytes: Uint8Array): void;
  /** The client closed its sending side. */
  closeInput(): void;
  /** The client is gone: stop working for it. */
  hangUp(): void;
}

/** Headers that every answer of a handler carries, apart from Content-Type. */
export const ENGINE_HEADERS: Readonly<Record<string, string>> = Object.freeze({
  'Api-Version': API_VERSION,
  'Docker-Experimental': 'false',
  Ostype: 'linux',
  Server: 'Docker/20.10.24 (linux)',
});

/** An error that the API answers: status and the real system's sentence. */
export interface ApiError {
  readonly status: number;
  readonly message: string;
}

export function isApiError(value: unknown): value is ApiError {
  return typeof value === 'object' && value !== null && 'status' in value && 'message' in value;
}

/**
 * One exchange under way, as the handlers see it. Handlers may keep it and answer later; they are
 * told of bytes and of a hang-up through `receiver`.
 */
export class ApiCall {
  readonly method: string;
  /** Version prefix of the request ('1.41' where none was given). */
  readonly version: string;
  /** Path and query as sent. */
  readonly target: string;
  /** Length of the version prefix (`/v1.41`) in `target`; 0 without one. */
  readonly prefixLength: number;
  /** Path without version prefix and query, percent-decoded by segment only where handlers do so. */
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Set by a handler that wants bytes, end of input and hang-up. */
  receiver: ApiReceiver | undefined;
  private state: 'open' | 'begun' | 'ended' = 'open';

  constructor(
    request: ApiRequest,
    private readonly sink: ApiSink,
  ) {
    this.method = request.method;
    this.headers = request.headers;
    this.body = request.body;
    const mark = request.path.indexOf('?');
    const whole = mark < 0 ? request.path : request.path.slice(0, mark);
    const prefix = /^\/v([0-9][0-9.]*)(?=\/)/.exec(whole);
    this.target = request.path;
    this.prefixLength = prefix ? prefix[0].length : 0;
    this.version = prefix ? prefix[1]! : API_VERSION;
    this.path = prefix ? whole.slice(prefix[0].length) : whole;
    this.query = parseQuery(mark < 0 ? '' : request.path.slice(mark + 1));
  }

  get ended(): boolean {
    return this.state === 'ended';
  }

  /** The body as JSON, or undefined where it is none. */
  bodyText(): string {
    return decodeUtf8(this.body);
  }

  /** A whole JSON answer, closed by a line feed as Go's encoder does. */
  json(status: number, value: unknown): void {
    this.begin(status, { 'Content-Type': 'application/json' });
    this.write(`${JSON.stringify(value)}\n`);
    this.end();
  }

  /** An error answer of a handler. */
  fail(error: ApiError): void {
    this.json(error.status, { message: error.message });
  }

  /** Status without a body (204, 304, or 200 and empty). */
  empty(status: number): void {
    this.begin(status, {});
    this.end();
  }

  /** Starts an answer whose body follows in pieces. */
  begin(status: number, headers: Readonly<Record<string, string>>): void {
    if (this.state !== 'open') return;
    this.state = 'begun';
    this.sink.head({ status, headers: { ...ENGINE_HEADERS, ...headers }, hijacked: false });
  }

  /** Starts an answer with exactly these headers (page not found, ping). */
  beginRaw(status: number, headers: Readonly<Record<string, string>>): void {
    if (this.state !== 'open') return;
    this.state = 'begun';
    this.sink.head({ status, headers, hijacked: false });
  }

  /** Turns the connection into a raw stream; `receiver` is told what comes in. */
  hijack(receiver: ApiReceiver, engineHeaders: boolean): void {
    if (this.state !== 'open') return;
    this.state = 'begun';
    this.receiver = receiver;
    const headers = {
      ...(engineHeaders ? ENGINE_HEADERS : {}),
      'Content-Type': 'application/vnd.docker.raw-stream',
    };
    const status = this.headers['upgrade'] === undefined ? 200 : 101;
    this.sink.head({ status, headers, hijacked: true });
  }

  /** Hands the connection over to another protocol. */
  switchTo(protocol: string, receiver: ApiReceiver): void {
    if (this.state !== 'open') return;
    this.state = 'begun';
    this.receiver = receiver;
    const headers = { Connection: 'Upgrade', Upgrade: protocol };
    this.sink.head({ status: 101, headers, hijacked: true });
  }

  write(data: string | Uint8Array): void {
    if (this.state === 'begun') this.sink.data(typeof data === 'string' ? encodeUtf8(data) : data);
  }

  end(): void {
    if (this.state === 'ended') return;
    this.state = 'ended';
    this.sink.end();
  }

  /** Bytes that the client sent after the head. */
  receive(bytes: Uint8Array): void {
    this.receiver?.receive(bytes);
  }

  closeInput(): void {
    this.receiver?.closeInput();
  }

  /** The client went away. */
  hangUp(): void {
    if (this.state === 'ended') return;
    this.state = 'ended';
    this.receiver?.hangUp();
  }
}

/** Query parameters; of a repeated one the first counts, as in Go's `FormValue`. */
export function parseQuery(text: string): Map<string, string> {
  const query = new Map<string, string>();
  for (const part of text.split('&')) {
    if (part === '') continue;
    const mark = part.indexOf('=');
    const key = decodeComponent(mark < 0 ? part : part.slice(0, mark));
    if (!query.has(key)) query.set(key, mark < 0 ? '' : decodeComponent(part.slice(mark + 1)));
  }
  return query;
}

function decodeComponent(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    return text;
  }
}

/** Go's reading of a boolean parameter in dockerd: anything but these is true. */
export function queryBool(call: ApiCall, name: string): boolean {
  const value = (call.query.get(name) ?? '').trim().toLowerCase();
  return !['', '0', 'no', 'false', 'none'].includes(value);
}

/** A request with a JSON body. */
export function jsonRequest(method: string, path: string, body?: unknown): ApiRequest {
  if (body === undefined) return { method, path, headers: {}, body: NO_BYTES };
  const headers = { 'content-type': 'application/json' };
  return { method, path, headers, body: encodeUtf8(JSON.stringify(body)) };
}

/** One frame of a multiplexed stream (8 byte header): stream 1 is stdout, 2 is stderr. */
export function streamFrame(stream: 1 | 2, data: Uint8Array): Uint8Array {
  const frame = new Uint8Array(8 + data.length);
  frame[0] = stream;
  frame[4] = (data.length >>> 24) & 255;
  frame[5] = (data.length >>> 16) & 255;
  frame[6] = (data.length >>> 8) & 255;
  frame[7] = data.length & 255;
  frame.set(data, 8);
  return frame;
}
