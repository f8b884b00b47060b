/**
 * nginx as the images run it: a master that minds signals and a worker that serves files of the
 * document root, with nginx's own headers, error pages and logs. The configuration is read as far as
 * `listen` and `root` go; other directives are accepted and not simulated.
 */
import { encodeUtf8, NO_BYTES } from '../../base';
import { SysError, sys, type ProcessStart, type Sys } from '../../kernel';
import {
  catchSignals,
  findFile,
  httpDate,
  keepsAlive,
  logTime,
  mediaType,
  serve,
  targetPath,
  type FoundFile,
  type HttpRequest,
  type HttpResponse,
  type ServerState,
} from './http-server';

const ACCESS_LOG = '/var/log/nginx/access.log';
const ERROR_LOG = '/var/log/nginx/error.log';

interface NginxConfig {
  /** "1.12.2" */
  readonly version: string;
  readonly root: string;
  readonly accessLog: number;
  readonly errorLog: number;
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  301: 'Moved Permanently',
  304: 'Not Modified',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
};
/** What nginx's own pages say. */
const PAGE_TITLES: Readonly<Record<number, string>> = { ...REASONS, 405: 'Not Allowed' };

function versionOf(start: ProcessStart): string {
  return (start.env['NGINX_VERSION'] ?? '1.25.3').replace(/-.*$/, '');
}

/** The program `nginx`. */
export function* nginx(start: ProcessStart): Sys<number> {
  const args = start.argv.slice(1);
  const version = versionOf(start);
  if (args.includes('-v') || args.includes('-V')) {
    yield* sys.write(2, `nginx version: nginx/${version}\n`);
    return 0;
  }
  if (args.includes('-t') || args.includes('-T')) {
    const file = 'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n';
    const test = 'nginx: configuration file /etc/nginx/nginx.conf test is successful\n';
    yield* sys.write(2, file + test);
    return 0;
  }
  const bad = args.find(
    (arg, i) => arg.startsWith('-') && !['-g', '-c', '-p'].includes(arg) && i >= 0,
  );
  if (bad !== undefined) {
    yield* sys.write(2, `nginx: invalid option: "${bad.slice(1)}"\n`);
    return 1;
  }
  return yield* master(start, version);
}

interface MasterState {
  readonly worker: number;
}

function* master(start: ProcessStart, version: string): Sys<number> {
  let state = start.resume as MasterState | undefined;
  if (!state) {
    const { port, root } = yield* readConfig();
    let listener: number;
    try {
      listener = yield* sys.listen('0.0.0.0', port);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const reason = error.errno === 'EADDRINUSE' ? '98: Address already in use' : error.errno;
      yield* sys.write(2, `nginx: [emerg] bind() to 0.0.0.0:${port} failed (${reason})\n`);
      return 1;
    }
    yield* catchSignals(['TERM', 'QUIT', 'INT', 'HUP']);
    const errorLog = yield* openLog(ERROR_LOG, 2);
    if (version.startsWith('1.2')) yield* announce(version, errorLog);
    const worker = yield* sys.spawn({
      program: 'nginx-worker',
      image: { root, version },
      argv: ['nginx: worker process'],
      env: start.env,
      fds: [
        [0, 0],
        [1, 1],
        [2, 2],
        [3, listener],
      ],
    });
    state = { worker };
  }
  for (let first = start.resume !== undefined; ; first = false) {
    if (!first) yield* sys.checkpoint(state);
    try {
      yield* sys.waitpid(state.worker);
      return 0;
    } catch (error) {
      if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
      for (const signal of yield* sys.sigpending())
        if (signal !== 'HUP') yield* sys.kill(state.worker, signal);
    }
  }
}

/** What newer images say at level notice. */
function* announce(version: string, errorLog: number): Sys<void> {
  const pid = yield* sys.getpid();
  const { unixUs } = yield* sys.clock();
  const { release } = yield* sys.uname();
  const lines = [
    'using the "epoll" event method',
    `nginx/${version}`,
    'built by gcc 12.2.0 (Debian 12.2.0-14) ',
    `OS: Linux ${release}`,
    'getrlimit(RLIMIT_NOFILE): 1048576:1048576',
    'start worker processes',
    `start worker process ${pid + 28}`,
  ];
  for (const line of lines)
    yield* sys.write(errorLog, `${errorTime(unixUs)} [notice] ${pid}#${pid}: ${line}\n`);
}

function* readConfig(): Sys<{ readonly port: number; readonly root: string }> {
  let text = '';
  try {
    text = yield* sys.readText('/etc/nginx/conf.d/default.conf');
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
  const active = text.replace(/#.*$/gm, '');
  const port = Number(/listen\s+(?:[\d.]+:)?(\d+)/.exec(active)?.[1] ?? '80');
  const root = /root\s+([^\s;]+)/.exec(active)?.[1] ?? '/usr/share/nginx/html';
  return { port, root };
}

/** Opens a log for appending; its fallback is a standard stream. */
function* openLog(path: string, fallback: number): Sys<number> {
  try {
    return yield* sys.open(path, { write: true, append: true, create: true }, 0o644);
  } catch (error) {
    if (error instanceof SysError) return fallback;
    throw error;
  }
}

interface WorkerState {
  readonly config: NginxConfig;
}

/** The program `nginx-worker`: descriptor 3 is the listening socket. */
export function* nginxWorker(start: ProcessStart): Sys<number> {
  const image = start.image as { root: string; version: string };
  const resumed = start.resume as (ServerState & WorkerState) | undefined;
  if (!resumed) yield* catchSignals(['TERM', 'QUIT', 'INT']);
  const config: NginxConfig = resumed?.config ?? {
    version: image.version,
    root: image.root,
    accessLog: yield* openLog(ACCESS_LOG, 1),
    errorLog: yield* openLog(ERROR_LOG, 2),
  };
  // The checkpoint keeps the server's state; the configuration rides along in it.
  const state = resumed ?? { listener: 3, connections: [], accepted: 0, config };
  yield* serve(state, config, answer, resumed !== undefined);
  return 0;
}

function* answer(request: HttpRequest, config: NginxConfig): Sys<HttpResponse> {
  const { unixUs } = yield* sys.clock();
  const response = yield* respond(request, config, unixUs);
  const sent = request.method === 'HEAD' ? 0 : response.body.length;
  const status = response.head.split(' ')[1];
  const quote = (name: string) => request.headers[name] ?? '-';
  const line =
    `${request.peer.address} - - [${logTime(unixUs)}] ` +
    `"${request.method} ${request.target} ${request.version}" ${status} ${sent} ` +
    `"${quote('referer')}" "${quote('user-agent')}" "${quote('x-forwarded-for')}"\n`;
  yield* sys.write(config.accessLog, line);
  return request.method === 'HEAD' ? { ...response, body: NO_BYTES } : response;
}

function* respond(request: HttpRequest, config: NginxConfig, unixUs: number): Sys<HttpResponse> {
  const path = targetPath(request.target);
  if (path === undefined) return errorPage(request, config, unixUs, 400);
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return errorPage(request, config, unixUs, 405);
  const full = config.root + path;
  let found = yield* findFile(full);
  let name = full;
  if (found.kind === 'dir') {
    if (!path.endsWith('/')) return movedTo(request, config, unixUs, `${path}/`);
    name = `${full}index.html`;
    found = yield* findFile(name);
    if (found.kind !== 'file') {
      const text = `directory index of "${full}" is forbidden`;
      yield* logError(request, config, unixUs, text);
      return errorPage(request, config, unixUs, 403);
    }
  }
  if (found.kind === 'file') return filePage(request, config, unixUs, name, found);
  const reason = found.kind === 'denied' ? '13: Permission denied' : '2: No such file or directory';
  yield* logError(request, config, unixUs, `open() "${name}" failed (${reason})`);
  return errorPage(request, config, unixUs, found.kind === 'denied' ? 403 : 404);
}

function errorTime(unixUs: number): string {
  const iso = new Date(Math.floor(unixUs / 1000)).toISOString();
  return `${iso.slice(0, 10).replace(/-/g, '/')} ${iso.slice(11, 19)}`;
}

function* logError(
  request: HttpRequest,
  config: NginxConfig,
  unixUs: number,
  text: string,
): Sys<void> {
  const pid = yield* sys.getpid();
  const line = `"${request.method} ${request.target} ${request.version}"`;
  const host = request.headers['host'];
  const where =
    `client: ${request.peer.address}, server: localhost, request: ${line}` +
    (host === undefined ? '' : `, host: "${host}"`);
  const head = `${errorTime(unixUs)} [error] ${pid}#${pid}: *${request.connection}`;
  yield* sys.write(config.errorLog, `${head} ${text}, ${where}\n`);
}

function head(
  request: HttpRequest,
  config: NginxConfig,
  unixUs: number,
  status: number,
  headers: readonly string[],
): string {
  const connection = keepsAlive(request) ? 'keep-alive' : 'close';
  const [first = [], last = []] = splitHeaders(headers);
  return [
    `HTTP/1.1 ${status} ${REASONS[status] ?? 'Unknown'}`,
    `Server: nginx/${config.version}`,
    `Date: ${httpDate(unixUs)}`,
    ...first,
    `Connection: ${connection}`,
    ...last,
  ].join('\r\n');
}

/** nginx writes Connection after Last-Modified and Location, before ETag. */
function splitHeaders(headers: readonly string[]): readonly string[][] {
  const late = (line: string) => /^(ETag|Accept-Ranges):/.test(line);
  return [headers.filter((line) => !late(line)), headers.filter(late)];
}

function filePage(
  request: HttpRequest,
  config: NginxConfig,
  unixUs: number,
  name: string,
  found: Extract<FoundFile, { kind: 'file' }>,
): HttpResponse {
  const seconds = Math.floor(found.mtimeUs / 1_000_000);
  const modified = httpDate(found.mtimeUs);
  const etag = `"${seconds.toString(16)}-${found.data.length.toString(16)}"`;
  const close = !keepsAlive(request);
  if (
    request.headers['if-modified-since'] === modified ||
    request.headers['if-none-match'] === etag
  ) {
    const lines = [`Last-Modified: ${modified}`, `ETag: ${etag}`];
    return { head: head(request, config, unixUs, 304, lines), body: NO_BYTES, close };
  }
  const lines = [
    `Content-Type: ${mediaType(name, 'application/octet-stream')}`,
    `Content-Length: ${found.data.length}`,
    `Last-Modified: ${modified}`,
    `ETag: ${etag}`,
    'Accept-Ranges: bytes',
  ];
  return { head: head(request, config, unixUs, 200, lines), body: found.data, close };
}

function page(config: NginxConfig, status: number): Uint8Array {
  const title = `${status} ${PAGE_TITLES[status] ?? ''}`;
  // From 1.15 on the body has no bgcolor any more.
  const old = /^1\.(\d+)/.exec(config.version);
  const body = Number(old?.[1] ?? '25') < 15 ? '<body bgcolor="white">' : '<body>';
  return encodeUtf8(
    `<html>\r\n<head><title>${title}</title></head>\r\n${body}\r\n<center><h1>${title}</h1></center>\r\n` +
      `<hr><center>nginx/${config.version}</center>\r\n</body>\r\n</html>\r\n`,
  );
}

function errorPage(
  request: HttpRequest,
  config: NginxConfig,
  unixUs: number,
  status: number,
): HttpResponse {
  const body = page(config, status);
  const lines = ['Content-Type: text/html', `Content-Length: ${body.length}`];
  const close = status === 400 || !keepsAlive(request);
  return { head: head(request, config, unixUs, status, lines), body, close };
}

function movedTo(
  request: HttpRequest,
  config: NginxConfig,
  unixUs: number,
  path: string,
): HttpResponse {
  const body = page(config, 301);
  const host = request.headers['host'] ?? 'localhost';
  const lines = [
    'Content-Type: text/html',
    `Content-Length: ${body.length}`,
    `Location: http://${host}${path}`,
  ];
  const close = !keepsAlive(request);
  return { head: head(request, config, unixUs, 301, lines), body, close };
}
