/**
 * What the web servers of the images have in common: a loop over a listening socket and its
 * connections by poll(2), requests parsed as they come, keep-alive, and a checkpoint each turn so that
 * a clone of the machine starts here again.
 */
import { decodeUtf8, encodeUtf8, concatBytes } from '../../base';
import { SysError, sys, type Signal, type SocketAddress, type Sys } from '../../kernel';

export interface HttpRequest {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Header lines as sent. */
  readonly lines: readonly string[];
  readonly peer: SocketAddress;
  readonly local: SocketAddress;
  /** Number of the connection. */
  readonly connection: number;
  readonly body: Uint8Array;
}

export interface HttpResponse {
  /** Status line and headers, without the final blank line. */
  readonly head: string;
  readonly body: Uint8Array;
  readonly close: boolean;
}

/** Answers one request. Module-level functions only. */
export type HttpHandler<Config> = (request: HttpRequest, config: Config) => Sys<HttpResponse>;

interface Connection {
  readonly fd: number;
  readonly number: number;
  readonly peer: SocketAddress;
  readonly local: SocketAddress;
  /** Bytes of a request that is not complete, and how many it has at least. */
  readonly parts: readonly Uint8Array[];
  readonly needed: number;
}

/** Plain data, kept by the checkpoint. */
export interface ServerState {
  readonly listener: number;
  readonly connections: readonly Connection[];
  readonly accepted: number;
}

/** Longest head of a request. */
const HEAD_BYTES_MAX = 32768;

/**
 * Serves until a signal that is caught arrives, which it answers. `resumed` is true in a clone, which
 * goes on right after the checkpoint.
 */
export function* serve<Config>(
  start: ServerState,
  config: Config,
  handler: HttpHandler<Config>,
  resumed: boolean,
): Sys<Signal> {
  let state = start;
  for (let first = resumed; ; first = false) {
    if (!first) yield* sys.checkpoint(state);
    const waiting = [
      { fd: state.listener, read: true },
      ...state.connections.map(({ fd }) => ({ fd, read: true })),
    ];
    let ready: readonly { readonly fd: number }[];
    try {
      ready = yield* sys.poll(waiting);
    } catch (error) {
      if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
      const [signal] = yield* sys.sigpending();
      if (signal !== undefined) return signal;
      continue;
    }
    for (const { fd } of ready) {
      if (fd === state.listener) state = yield* takeConnection(state);
      else state = yield* readConnection(state, fd, config, handler);
    }
  }
}

function* takeConnection(state: ServerState): Sys<ServerState> {
  const { fd, peer, local } = yield* sys.accept(state.listener);
  const number = state.accepted + 1;
  const connection: Connection = { fd, number, peer, local, parts: [], needed: 0 };
  return { ...state, accepted: number, connections: [...state.connections, connection] };
}

function* readConnection<Config>(
  state: ServerState,
  fd: number,
  config: Config,
  handler: HttpHandler<Config>,
): Sys<ServerState> {
  const connection = state.connections.find((entry) => entry.fd === fd);
  if (!connection) return state;
  const others = state.connections.filter((entry) => entry !== connection);
  const next = yield* advance(connection, config, handler);
  if (next) return { ...state, connections: [...others, next] };
  yield* sys.close(fd);
  return { ...state, connections: others };
}

/** Reads what there is and answers complete requests; undefined when the connection is over. */
function* advance<Config>(
  connection: Connection,
  config: Config,
  handler: HttpHandler<Config>,
): Sys<Connection | undefined> {
  try {
    const bytes = yield* sys.read(connection.fd);
    if (bytes.length === 0) return undefined;
    const parts = [...connection.parts, bytes];
    if (parts.reduce((sum, part) => sum + part.length, 0) >= connection.needed) {
      let rest = concatBytes(parts);
      for (;;) {
        const parsed = parseRequest(rest, connection);
        if (typeof parsed === 'number') {
          if (rest.length > HEAD_BYTES_MAX && parsed === 0) return undefined;
          return { ...connection, parts: [rest], needed: parsed };
        }
        rest = rest.subarray(parsed.length);
        const response = yield* handler(parsed.request, config);
        const head = encodeUtf8(`${response.head}\r\n\r\n`);
        yield* sys.write(connection.fd, concatBytes([head, response.body]));
        if (response.close) return undefined;
      }
    }
    return { ...connection, parts };
  } catch (error) {
    if (error instanceof SysError && error.errno !== 'EINTR') return undefined;
    throw error;
  }
}

/** A whole request; while it is not complete, how many bytes it has at least. */
function parseRequest(
  bytes: Uint8Array,
  connection: Connection,
): { readonly request: HttpRequest; readonly length: number } | number {
  const text = decodeUtf8(bytes.subarray(0, HEAD_BYTES_MAX));
  const end = /\r?\n\r?\n/.exec(text);
  if (!end) return 0;
  const [first = '', ...lines] = text.slice(0, end.index).split(/\r?\n/);
  const [method = '', target = '/', version = 'HTTP/1.0'] = first.split(' ');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const mark = line.indexOf(':');
    if (mark > 0) headers[line.slice(0, mark).toLowerCase()] = line.slice(mark + 1).trim();
  }
  const bodyLength = Number(headers['content-length'] ?? '0') || 0;
  const start = encodeUtf8(text.slice(0, end.index + end[0].length)).length;
  const length = start + bodyLength;
  if (bytes.length < length) return length;
  const { peer, local, number } = connection;
  const body = bytes.subarray(start, length);
  const request = {
    method,
    target,
    version,
    headers,
    lines,
    peer,
    local,
    connection: number,
    body,
  };
  return { request, length };
}

export function keepsAlive(request: HttpRequest): boolean {
  const wish = (request.headers['connection'] ?? '').toLowerCase();
  return request.version === 'HTTP/1.1' ? wish !== 'close' : wish === 'keep-alive';
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
export const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** "Wed, 25 Nov 2026 01:02:03 GMT" */
export function httpDate(unixUs: number): string {
  const at = new Date(Math.floor(unixUs / 1000));
  const iso = at.toISOString();
  const day = `${DAYS[at.getUTCDay()]!}, ${iso.slice(8, 10)} ${MONTHS[at.getUTCMonth()]!}`;
  return `${day} ${iso.slice(0, 4)} ${iso.slice(11, 19)} GMT`;
}

/** "25/Nov/2026:01:02:03 +0000" */
export function logTime(unixUs: number): string {
  const at = new Date(Math.floor(unixUs / 1000));
  const iso = at.toISOString();
  const day = `${iso.slice(8, 10)}/${MONTHS[at.getUTCMonth()]!}/${iso.slice(0, 4)}`;
  return `${day}:${iso.slice(11, 19)} +0000`;
}

/** Path of a target without its query; undefined where it climbs out or is not decodable. */
export function targetPath(target: string): string | undefined {
  const bare = target.replace(/[?#].*$/, '');
  try {
    const path = decodeURIComponent(bare);
    const parts: string[] = [];
    for (const part of path.split('/')) {
      if (part === '..') {
        if (parts.pop() === undefined) return undefined;
      } else if (part !== '' && part !== '.') parts.push(part);
    }
    return `/${parts.join('/')}${path.endsWith('/') && parts.length > 0 ? '/' : ''}`;
  } catch {
    return undefined;
  }
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  htm: 'text/html',
  css: 'text/css',
  js: 'application/javascript',
  json: 'application/json',
  txt: 'text/plain',
  xml: 'text/xml',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  gif: 'image/gif',
  ico: 'image/x-icon',
};

export function mediaType(path: string, fallback: string): string {
  const extension = /\.(\w+)$/.exec(path)?.[1] ?? '';
  return MEDIA_TYPES[extension] ?? fallback;
}

export type FoundFile =
  | { readonly kind: 'file'; readonly data: Uint8Array; readonly mtimeUs: number }
  | { readonly kind: 'dir' | 'missing' | 'denied' };

/** Reads a file of the document root. */
export function* findFile(path: string): Sys<FoundFile> {
  try {
    const stat = yield* sys.stat(path);
    if (stat.type === 'dir') return { kind: 'dir' };
    const data = yield* sys.readFile(path);
    return { kind: 'file', data, mtimeUs: stat.mtimeUs };
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return { kind: error.errno === 'EACCES' ? 'denied' : 'missing' };
  }
}

/** Catches the signals that end a server. */
export function* catchSignals(signals: readonly Signal[]): Sys<void> {
  for (const signal of signals) yield* sys.sigaction(signal, 'catch');
}
