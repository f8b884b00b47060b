/**
 * Paths to handlers, as dockerd's `api/server/server.go` sets up gorilla/mux: each route stands with
 * and without a version prefix; there is no 405; errors of the version come only where a route exists.
 * Routers are values of module level, so clones of a machine share them.
 */
import { API_VERSION, ENGINE_HEADERS, type ApiCall } from './http';

export type RouteParams = Readonly<Record<string, string>>;
export type Handler<Owner> = (owner: Owner, call: ApiCall, params: RouteParams) => void;

export interface Route<Owner> {
  readonly method: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly handler: Handler<Owner>;
}
/** Tried from the first to the last. */
export type Router<Owner> = readonly Route<Owner>[];

/** Oldest API that is answered (`api.MinVersion`). */
export const API_VERSION_MIN = '1.12';

/**
 * One route from `GET /images/{name:.*}/json`. `{x}` is one segment, `{x:.*}` may contain slashes.
 */
export function route<Owner>(line: string, handler: Handler<Owner>): Route<Owner> {
  const [method, path] = line.split(' ') as [string, string];
  const names: string[] = [];
  const source = path.replace(/\{(\w+)(:\.\*)?\}|[.$^()+|[\]]/g, (all, name, deep) => {
    if (name === undefined) return `\\${all}`;
    names.push(String(name));
    return deep === undefined ? '([^/]+)' : '(.*)';
  });
  return Object.freeze({ method, pattern: new RegExp(`^${source}$`), names, handler });
}

/** Hands the call to the handler of its path; false when this router has none. */
export function dispatch<Owner>(router: Router<Owner>, owner: Owner, call: ApiCall): boolean {
  const path = decodePath(call.path);
  for (const entry of router) {
    if (entry.method !== call.method) continue;
    const match = entry.pattern.exec(path);
    if (!match) continue;
    if (refuseVersion(call)) return true;
    const params: Record<string, string> = {};
    entry.names.forEach((name, i) => (params[name] = match[i + 1]!));
    entry.handler(owner, call, params);
    return true;
  }
  return false;
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/**
 * What comes before all routers: paths that mux cleans and redirects, OPTIONS, and the version prefix
 * of OPTIONS. True when the call was answered.
 */
export function answerBeforeRoutes(call: ApiCall): boolean {
  const path = decodePath(call.path);
  const clean = cleanPath(path);
  if (clean !== path) {
    call.beginRaw(301, { Location: call.target.slice(0, call.prefixLength) + clean });
    call.end();
    return true;
  }
  if (call.method !== 'OPTIONS') return false;
  if (!refuseVersion(call)) call.empty(200);
  return true;
}

/** mux's `cleanPath`: Go's `path.Clean` that keeps a final slash. */
function cleanPath(path: string): string {
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') out.pop();
    else out.push(part);
  }
  const clean = `/${out.join('/')}`;
  return path.endsWith('/') && clean !== '/' ? `${clean}/` : clean;
}

/** No route: 404, and none of the engine's headers. */
export function answerNotFound(call: ApiCall): void {
  call.beginRaw(404, { 'Content-Type': 'application/json' });
  if (call.method !== 'HEAD') call.write('{"message":"page not found"}\n');
  call.end();
}

/** The version middleware. True when it refused the call. */
function refuseVersion(call: ApiCall): boolean {
  const { 'Docker-Experimental': _experimental, ...headers } = ENGINE_HEADERS;
  if (compareVersions(call.version, API_VERSION_MIN) < 0) {
    call.beginRaw(400, {
      ...headers,
      'Content-Type': 'text/plain; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
    });
    call.write(
      `client version ${call.version} is too old. Minimum supported API version is ` +
        `${API_VERSION_MIN}, please upgrade your client to a newer version\n`,
    );
    call.end();
    return true;
  }
  if (compareVersions(call.version, API_VERSION) > 0) {
    call.beginRaw(400, { ...headers, 'Content-Type': 'application/json' });
    const message = `client version ${call.version} is too new. Maximum supported API version is ${API_VERSION}`;
    call.write(`${JSON.stringify({ message })}\n`);
    call.end();
    return true;
  }
  return false;
}

/** moby `api/types/versions.compare`. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.');
  const right = b.split('.');
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const x = Number.parseInt(left[i] ?? '0', 10) || 0;
    const y = Number.parseInt(right[i] ?? '0', 10) || 0;
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

/** `GET` and `HEAD /_ping`. */
export function answerPing(call: ApiCall): void {
  call.begin(200, {
    'Cache-Control': 'no-cache, no-store, must-revalidate',
    Pragma: 'no-cache',
    'Content-Type': 'text/plain; charset=utf-8',
  });
  if (call.method !== 'HEAD') call.write('OK');
  call.end();
}
