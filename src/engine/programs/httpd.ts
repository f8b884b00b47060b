/** Apache httpd as its image runs it, and the web server of busybox, which the stand-in nginx uses. */
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
  type HttpRequest,
  type HttpResponse,
  type ServerState,
} from './http-server';

interface SiteConfig {
  readonly root: string;
  readonly apache: string;
}

/** The program `httpd` (apache; also behind `httpd-foreground`). */
export function* httpd(start: ProcessStart): Sys<number> {
  const version = start.env['HTTPD_VERSION'] ?? '2.4.58';
  if (start.argv.includes('-v')) {
    yield* sys.write(1, `Server version: Apache/${version} (Unix)\nServer built:   Oct 19 2023\n`);
    return 0;
  }
  const prefix = start.env['HTTPD_PREFIX'] ?? '/usr/local/apache2';
  const config: SiteConfig = { root: `${prefix}/htdocs`, apache: version };
  let state = start.resume as ServerState | undefined;
  if (!state) {
    yield* catchSignals(['TERM', 'WINCH', 'INT', 'USR1']);
    const listener = yield* sys.listen('0.0.0.0', 80);
    yield* apacheNotice(
      `AH00489: Apache/${version} (Unix) configured -- resuming normal operations`,
    );
    yield* apacheNotice("AH00094: Command line: 'httpd -D FOREGROUND'", 'core');
    state = { listener, connections: [], accepted: 0 };
  }
  const signal = yield* serve(state, config, answerApache, start.resume !== undefined);
  const text =
    signal === 'WINCH'
      ? 'AH00492: caught SIGWINCH, shutting down gracefully'
      : 'AH00491: caught SIGTERM, shutting down';
  yield* apacheNotice(text);
  return 0;
}

function* apacheNotice(text: string, module = 'mpm_event'): Sys<void> {
  const { unixUs } = yield* sys.clock();
  const pid = yield* sys.getpid();
  const at = new Date(Math.floor(unixUs / 1000));
  const [day = '', date = '', month = ''] = httpDate(unixUs).replace(',', '').split(' ');
  const time = `${at.toISOString().slice(11, 19)}.${String(unixUs % 1_000_000).padStart(6, '0')}`;
  const stamp = `${day} ${month} ${date} ${time} ${at.getUTCFullYear()}`;
  yield* sys.write(2, `[${stamp}] [${module}:notice] [pid ${pid}:tid 1] ${text}\n`);
}

function* answerApache(request: HttpRequest, config: SiteConfig): Sys<HttpResponse> {
  const { unixUs } = yield* sys.clock();
  const path = targetPath(request.target) ?? '/..';
  let found = yield* findFile(config.root + path);
  let name = path;
  if (found.kind === 'dir') {
    name = `${path}index.html`;
    found = yield* findFile(config.root + name);
  }
  const close = !keepsAlive(request);
  const isHead = request.method === 'HEAD';
  const status = found.kind === 'file' ? '200 OK' : '404 Not Found';
  const body = found.kind === 'file' ? found.data : encodeUtf8(apachePage());
  const etag =
    found.kind === 'file'
      ? [
          `Last-Modified: ${httpDate(found.mtimeUs)}`,
          `ETag: "${body.length.toString(16)}-${found.mtimeUs.toString(16)}"`,
          'Accept-Ranges: bytes',
        ]
      : [];
  const type =
    found.kind === 'file' ? mediaType(name, 'text/plain') : 'text/html; charset=iso-8859-1';
  const head = [
    `HTTP/1.1 ${status}`,
    `Date: ${httpDate(unixUs)}`,
    `Server: Apache/${config.apache} (Unix)`,
    ...etag,
    `Content-Length: ${body.length}`,
    ...(close ? ['Connection: close'] : []),
    `Content-Type: ${type}`,
  ].join('\r\n');
  const line = `"${request.method} ${request.target} ${request.version}"`;
  const code = status.slice(0, 3);
  yield* sys.write(
    1,
    `${request.peer.address} - - [${logTime(unixUs)}] ${line} ${code} ${isHead ? '-' : body.length}\n`,
  );
  return { head, body: isHead ? NO_BYTES : body, close };
}

function apachePage(): string {
  return (
    '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>404 Not Found</title>\n' +
    '</head><body>\n<h1>Not Found</h1>\n<p>The requested URL was not found on this server.</p>\n' +
    '</body></html>\n'
  );
}

/** The program `busybox-httpd`: `httpd [-f] [-p PORT] [-h HOME]`, silent without -v. */
export function* busyboxHttpd(start: ProcessStart): Sys<number> {
  const option = (name: string) => {
    const at = start.argv.indexOf(name);
    return at < 0 ? undefined : start.argv[at + 1];
  };
  const port = Number((option('-p') ?? '80').replace(/^.*:/, ''));
  let state = start.resume as (ServerState & { readonly root: string }) | undefined;
  if (!state) {
    const root = (option('-h') ?? (yield* sys.getcwd())).replace(/\/$/, '');
    try {
      const listener = yield* sys.listen('0.0.0.0', port);
      state = { listener, connections: [], accepted: 0, root };
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* sys.write(2, 'httpd: bind: Address already in use\n');
      return 1;
    }
  }
  const config = { root: state.root, apache: '' };
  yield* serve(state, config, answerBusybox, start.resume !== undefined);
  return 0;
}

function* answerBusybox(request: HttpRequest, config: SiteConfig): Sys<HttpResponse> {
  const { unixUs } = yield* sys.clock();
  const path = targetPath(request.target) ?? '/';
  const name = path.endsWith('/') ? `${path}index.html` : path;
  const found = yield* findFile(config.root + name);
  const isHead = request.method === 'HEAD';
  const date = `Date: ${httpDate(unixUs)}`;
  if (found.kind !== 'file') {
    const title = '404 Not Found';
    const text = `<HTML><HEAD><TITLE>${title}</TITLE></HEAD>\n<BODY><H1>${title}</H1>\nThe requested URL was not found\n</BODY></HTML>\n`;
    const head = [`HTTP/1.1 ${title}`, date, 'Connection: close', 'Content-type: text/html'];
    return { head: head.join('\r\n'), body: encodeUtf8(text), close: true };
  }
  const head = [
    'HTTP/1.1 200 OK',
    date,
    'Connection: close',
    `Content-type: ${mediaType(name, 'application/octet-stream')}`,
    'Accept-Ranges: bytes',
    `Last-Modified: ${httpDate(found.mtimeUs)}`,
    `Content-length: ${found.data.length}`,
  ];
  return { head: head.join('\r\n'), body: isHead ? NO_BYTES : found.data, close: true };
}
