/**
 * The Engine API client (moby: client/), over the kernel's `api` call: paths, queries, filters,
 * and the sentences in which the real client reports what the daemon refused.
 */
import { NO_BYTES, concatBytes, decodeUtf8, encodeUtf8 } from '../base';
import { API_VERSION } from '../api';
import { SysError, sys, type ApiOpened, type Sys } from '../kernel';
import { CliError } from './errors';

export type Query = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;

export interface RequestOptions {
  readonly query?: Query;
  /** JSON body; a Uint8Array goes as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Kind and name for "No such KIND: NAME" when the answer is 404. */
  readonly missing?: readonly [kind: string, name: string];
  /** Keep the sending side open (attach, exec). */
  readonly stream?: boolean;
}

const NO_DAEMON =
  'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. ' +
  'Is the docker daemon running?';

/** Escapes a path as Go's url package does: what may stand in a path stays. */
function escapePath(path: string): string {
  return encodeURI(path).replace(/[?#[\]]/g, (ch) => encodeURIComponent(ch));
}

function escapeQuery(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (ch) => `%${ch.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%20/g, '+');
}

/** Keys sorted, as `url.Values.Encode`; undefined leaves a key out. */
export function encodeQuery(query: Query = {}): string {
  const parts: string[] = [];
  for (const key of Object.keys(query).sort()) {
    const value = query[key];
    if (value === undefined) continue;
    const values = Array.isArray(value) ? (value as readonly string[]) : [String(value)];
    for (const item of values) parts.push(`${escapeQuery(key)}=${escapeQuery(item)}`);
  }
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** The `filters` parameter; undefined when there are none. */
export function encodeFilters(filters: readonly (readonly [string, string])[]): string | undefined {
  if (filters.length === 0) return undefined;
  const table: Record<string, Record<string, true>> = {};
  for (const [key, value] of [...filters].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0)))
    (table[key] ??= {})[value] = true;
  return JSON.stringify(table);
}

/** Opens an exchange; answers with status below 400 only. */
export function* open(method: string, path: string, options: RequestOptions = {}): Sys<ApiOpened> {
  const headers: Record<string, string> = { 'user-agent': 'Docker-Client/20.10.24 (linux)' };
  let body: Uint8Array = NO_BYTES;
  if (options.body instanceof Uint8Array) body = options.body;
  else if (options.body !== undefined) {
    body = encodeUtf8(`${JSON.stringify(options.body)}\n`);
    headers['content-type'] = 'application/json';
  }
  Object.assign(headers, options.headers);
  const full = `/v${API_VERSION}${escapePath(path)}${encodeQuery(options.query)}`;
  let opened: ApiOpened;
  try {
    opened = yield* sys.api({ method, path: full, headers, body }, options.stream ?? false);
  } catch (error) {
    if (error instanceof SysError && error.errno === 'ECONNREFUSED') throw new CliError(NO_DAEMON);
    throw error;
  }
  if (opened.status === 301) {
    // Go's mux cleans a path with empty parts; the client follows no redirect (its CheckRedirect).
    yield* sys.close(opened.fd);
    throw new CliError(redirected(method, full));
  }
  if (opened.status < 400) return opened;
  const text = decodeUtf8(yield* sys.readAll(opened.fd));
  yield* sys.close(opened.fd);
  throw refusal(opened, text, options.missing);
}

function redirected(method: string, path: string): string {
  if (method === 'GET') return "invalid character '<' looking for beginning of value";
  const verb = method[0] + method.slice(1).toLowerCase();
  const url = `http://%2Fvar%2Frun%2Fdocker.sock${path}`;
  return `error during connect: ${verb} "${url}": unexpected redirect in response`;
}

function refusal(
  opened: ApiOpened,
  text: string,
  missing: readonly [string, string] | undefined,
): CliError {
  const { status } = opened;
  if (status === 404 && missing)
    return new CliError(`Error: No such ${missing[0]}: ${missing[1]}`, 1, 404);
  let message = text.trim();
  if (/json/i.test(opened.headers['Content-Type'] ?? opened.headers['content-type'] ?? '')) {
    try {
      const parsed = JSON.parse(text) as { message?: string };
      message = (parsed.message ?? '').trim();
    } catch {
      // Not JSON after all: shown as it is.
    }
  }
  return new CliError(`Error response from daemon: ${message}`, 1, status);
}

/** The whole body of an answer. */
export function* fetchText(
  method: string,
  path: string,
  options: RequestOptions = {},
): Sys<string> {
  const opened = yield* open(method, path, options);
  const bytes = yield* sys.readAll(opened.fd);
  yield* sys.close(opened.fd);
  return decodeUtf8(bytes);
}

/** A JSON answer; undefined where the body is empty. */
export function* fetchJson<T>(method: string, path: string, options: RequestOptions = {}): Sys<T> {
  const text = yield* fetchText(method, path, options);
  if (text.trim() === '') return undefined as T;
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new CliError('invalid character in the answer of the daemon');
  }
}

export const get = <T>(path: string, options: RequestOptions = {}) =>
  fetchJson<T>('GET', path, options);
export const post = <T = undefined>(path: string, options: RequestOptions = {}) =>
  fetchJson<T>('POST', path, options);
export const remove = <T = undefined>(path: string, options: RequestOptions = {}) =>
  fetchJson<T>('DELETE', path, options);

/** Reads a stream of JSON objects, one at a time; undefined at its end. */
export class JsonStream {
  private buffer: Uint8Array = NO_BYTES;
  private ended = false;

  constructor(readonly fd: number) {}

  *next<T>(): Sys<T | undefined> {
    const text = yield* this.nextText();
    return text === undefined ? undefined : (JSON.parse(text) as T);
  }

  /** The text of the next object, for numbers that do not fit ours. */
  *nextText(): Sys<string | undefined> {
    for (;;) {
      const end = this.buffer.indexOf(10);
      if (end >= 0) {
        const text = decodeUtf8(this.buffer.subarray(0, end)).trim();
        this.buffer = this.buffer.slice(end + 1);
        if (text !== '') return text;
        continue;
      }
      if (this.ended) return this.rest();
      const piece = yield* sys.read(this.fd);
      if (piece.length === 0) this.ended = true;
      else this.buffer = concatBytes([this.buffer, piece]);
    }
  }

  private rest(): string | undefined {
    const text = decodeUtf8(this.buffer).trim();
    this.buffer = NO_BYTES;
    return text === '' ? undefined : text;
  }
}

/** Whole text of a not-so-small file given by name, or of stdin for "-". */
export function* readInput(name: string): Sys<Uint8Array> {
  return name === '-' ? yield* sys.readAll(0) : yield* sys.readFile(name);
}
