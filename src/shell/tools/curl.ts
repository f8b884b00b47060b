/**
 * curl 7.88.1 for plain HTTP. Models `src/tool_operate.c`, `lib/http.c`, `lib/connect.c` as far as their
 * texts and codes go. TLS is not simulated. `--unix-socket` reaches the engine, as docker's own does.
 */
import { decodeUtf8, encodeUtf8, toBase64 } from '../../base';
import { sys, SysError, type Sys } from '../../kernel';
import { parseOptions, UsageFault } from './curl-options';
import { HttpReader, type HttpHead } from './http-reader';
import { type Context, type Options, type Tool } from './tool';

const AGENT = 'curl/7.88.1';
/** Linux gives up a connection attempt after about two minutes. */
const CONNECT_LIMIT_US = 300_000_000;

/** A transfer's failure: curl's code and sentence. */
class CurlFault extends Error {
  constructor(
    readonly code: number,
    text: string,
  ) {
    super(text);
  }
}

interface Url {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly text: string;
  readonly user?: string;
}

interface Transfer {
  readonly tool: Context;
  readonly options: Options;
  readonly silent: boolean;
  readonly verbose: boolean;
  readonly meter: boolean;
  readonly startUs: number;
  readonly deadlineUs: number | undefined;
  connectUs: number;
  firstByteUs: number;
  head: HttpHead | undefined;
  bytes: number;
  url: Url;
  redirects: number;
  remote: string;
}

function parseUrl(text: string): Url {
  const match =
    /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):\/\/)?(?:([^@/?#]*)@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d*))?([/?#].*)?$/.exec(
      text,
    );
  if (!match || match[3] === '')
    throw new CurlFault(3, 'URL using bad/illegal format or missing URL');
  const scheme = (match[1] ?? 'http').toLowerCase();
  if (scheme === 'https') throw new CurlFault(125, 'https');
  if (scheme !== 'http') {
    throw new CurlFault(1, `Protocol "${scheme}" not supported or disabled in libcurl`);
  }
  const port = match[4] ? Number(match[4]) : 80;
  if (port > 65535) throw new CurlFault(3, 'URL using bad/illegal format or missing URL');
  let path = (match[5] ?? '/').replace(/#.*$/, '');
  if (!path.startsWith('/')) path = `/${path}`;
  const url = {
    host: match[3]!,
    port,
    path: path.replace(/ /g, '%20'),
    text: match[1] ? text : `http://${text}`,
  };
  return match[2] === undefined ? url : { ...url, user: match[2] };
}

const now = function* (): Sys<number> {
  return (yield* sys.clock()).monotonicUs;
};

function* note(t: Transfer, text: string): Sys<void> {
  if (t.verbose) yield* sys.write(2, text);
}

/** Addresses of a host: itself, or what the resolver says. */
function* addressesOf(host: string): Sys<readonly string[]> {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return [host];
  try {
    return (yield* sys.resolve(host.replace(/^\[|\]$/g, ''))).addresses;
  } catch (error) {
    if (error instanceof SysError) throw new CurlFault(6, `Could not resolve host: ${host}`);
    throw error;
  }
}

function* connect(t: Transfer): Sys<number> {
  const { host, port } = t.url;
  const addresses = yield* addressesOf(host);
  const limit = t.options.values.get('connect-timeout');
  const limitUs = limit === undefined ? CONNECT_LIMIT_US : Math.round(Number(limit) * 1e6);
  const begin = yield* now();
  const until = Math.min(begin + limitUs, t.deadlineUs ?? Infinity);
  for (const address of addresses) {
    yield* note(t, `*   Trying ${address}:${port}...\n`);
    const left = Math.max(1, until - (yield* now()));
    try {
      const fd = yield* sys.connect(address, port, left);
      yield* note(t, `* Connected to ${host} (${address}) port ${port} (#0)\n`);
      t.connectUs = (yield* now()) - t.startUs;
      t.remote = address;
      return fd;
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const spent = (yield* now()) - begin;
      if (error.errno === 'ETIMEDOUT' && begin + spent >= until) {
        const text = `Connection timed out after ${Math.round(spent / 1000)} milliseconds`;
        yield* note(t, `* ${text}\n* Closing connection 0\n`);
        throw new CurlFault(28, text);
      }
      const reason =
        {
          ECONNREFUSED: 'Connection refused',
          EHOSTUNREACH: 'No route to host',
          ENETUNREACH: 'Network is unreachable',
          ETIMEDOUT: 'Connection timed out',
        }[error.errno as string] ?? error.errno;
      yield* note(t, `* connect to ${address} port ${port} failed: ${reason}\n`);
    }
  }
  const ms = Math.round(((yield* now()) - t.startUs) / 1000);
  const text = `Failed to connect to ${host} port ${port} after ${ms} ms: Couldn't connect to server`;
  yield* note(t, `* ${text}\n* Closing connection 0\n`);
  throw new CurlFault(7, text);
}

function bodyOf(options: Options): { text: string; type: string } | undefined {
  const parts: string[] = [];
  let type = 'application/x-www-form-urlencoded';
  for (const [name, value] of options.all) {
    if (name === 'd' || name === 'data-raw' || name === 'json') parts.push(value!);
    if (name === 'data-urlencode')
      parts.push(
        value!.replace(
          /^([^=]*=)?([\s\S]*)$/,
          (_, k: string | undefined, v: string) => `${k ?? ''}${encodeURIComponent(v)}`,
        ),
      );
    if (name === 'json') type = 'application/json';
  }
  return parts.length === 0 ? undefined : { text: parts.join('&'), type };
}

/** `-d @file` and `-d @-`. */
function* loadData(options: Options): Sys<Options> {
  const all: [string, string | undefined][] = [];
  for (const [name, value] of options.all) {
    if (name !== 'd' || !value?.startsWith('@')) {
      all.push([name, value]);
      continue;
    }
    const path = value.slice(1);
    try {
      const bytes = path === '-' ? yield* sys.readAll(0) : yield* sys.readFile(path);
      all.push([name, decodeUtf8(bytes).replace(/[\r\n]/g, '')]);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      throw new CurlFault(26, `Failed to open ${path}`);
    }
  }
  return { ...options, all };
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

function buildRequest(t: Transfer): Request {
  const { options, url } = t;
  const data = bodyOf(options);
  const asGet = options.flags.has('G');
  const head = options.flags.has('I');
  const method = options.values.get('X') ?? (head ? 'HEAD' : data && !asGet ? 'POST' : 'GET');
  const path =
    asGet && data ? `${url.path}${url.path.includes('?') ? '&' : '?'}${data.text}` : url.path;
  const headers: [string, string][] = [
    ['Host', url.port === 80 ? url.host : `${url.host}:${url.port}`],
  ];
  const user = options.values.get('u') ?? url.user;
  if (user !== undefined) headers.push(['Authorization', `Basic ${toBase64(encodeUtf8(user))}`]);
  headers.push(['User-Agent', options.values.get('A') ?? AGENT], ['Accept', '*/*']);
  if (options.values.has('e')) headers.push(['Referer', options.values.get('e')!]);
  for (const [name, value] of options.all) {
    if (name !== 'H') continue;
    const cut = value!.indexOf(':');
    if (cut < 0) continue;
    const key = value!.slice(0, cut);
    const at = headers.findIndex(([h]) => h.toLowerCase() === key.toLowerCase());
    const text = value!.slice(cut + 1).trim();
    if (at >= 0) headers.splice(at, 1);
    if (text !== '') headers.splice(at >= 0 ? at : headers.length, 0, [key, text]);
  }
  const body = data && !asGet ? data.text : '';
  if (data && !asGet) {
    headers.push(['Content-Length', String(encodeUtf8(body).length)]);
    if (!headers.some(([h]) => h.toLowerCase() === 'content-type'))
      headers.push(['Content-Type', data.type]);
  }
  return { method, path, headers, body };
}

/** Waits until there is something to read, or the time is over. */
function* awaitBytes(t: Transfer, fd: number): Sys<void> {
  if (t.deadlineUs === undefined) return;
  const left = t.deadlineUs - (yield* now());
  if (left > 0 && (yield* sys.poll([{ fd, read: true }], left)).length > 0) return;
  const ms = Math.round(((yield* now()) - t.startUs) / 1000);
  const sizes =
    t.head?.length === undefined
      ? `${t.bytes} bytes received`
      : `${t.bytes} out of ${t.head.length} bytes received`;
  throw new CurlFault(28, `Operation timed out after ${ms} milliseconds with ${sizes}`);
}

/** Where the body goes: the file of `-o`, or the standard output. */
function* openOutput(t: Transfer): Sys<number> {
  const named = t.options.values.get('o');
  const path =
    named ??
    (t.options.flags.has('O') ? t.url.path.replace(/\?.*$/, '').replace(/^.*\//, '') : undefined);
  if (path === undefined || path === '-') return 1;
  if (path === '') throw new CurlFault(23, 'Remote file name has no length!');
  try {
    return yield* sys.open(path, { write: true, create: true, truncate: true });
  } catch (error) {
    if (error instanceof SysError) throw new CurlFault(23, 'Failure writing output to destination');
    throw error;
  }
}

function* showHead(t: Transfer, head: HttpHead, out: number): Sys<void> {
  const lines = head.text.split('\r\n').filter((l) => l !== '');
  for (const line of lines) yield* note(t, `< ${line}\r\n`);
  yield* note(t, '< \r\n');
  const { flags } = t.options;
  if (flags.has('i') || flags.has('I')) yield* sys.write(out, `${lines.join('\r\n')}\r\n\r\n`);
}

function* exchange(t: Transfer, out: number): Sys<void> {
  const request = buildRequest(t);
  const { options } = t;
  const lines = [
    `${request.method} ${request.path} HTTP/1.1`,
    ...request.headers.map(([k, v]) => `${k}: ${v}`),
  ];
  if (options.values.has('unix-socket')) {
    yield* exchangeApi(t, request, out);
    return;
  }
  const fd = yield* connect(t);
  try {
    for (const line of lines) yield* note(t, `> ${line}\r\n`);
    yield* note(t, '> \r\n');
    yield* sys.write(fd, `${lines.join('\r\n')}\r\n\r\n${request.body}`);
    yield* receive(t, fd, request.method === 'HEAD', out);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (error.errno !== 'ECONNRESET' && error.errno !== 'EPIPE') throw error;
    throw new CurlFault(56, 'Recv failure: Connection reset by peer');
  } finally {
    yield* sys.close(fd);
  }
}

function* receive(t: Transfer, fd: number, noBody: boolean, out: number): Sys<void> {
  const reader = new HttpReader(noBody);
  let shown = false;
  for (;;) {
    yield* awaitBytes(t, fd);
    const bytes = yield* sys.read(fd);
    if (bytes.length > 0 && t.firstByteUs === 0) t.firstByteUs = (yield* now()) - t.startUs;
    const body = bytes.length === 0 ? reader.end() : reader.feed(bytes);
    if (reader.head && !shown) {
      shown = true;
      t.head = reader.head;
      yield* showHead(t, reader.head, out);
    }
    if (body.length > 0) yield* takeBody(t, body, out);
    if (reader.done || bytes.length === 0) break;
  }
  if (!reader.head) {
    yield* note(t, '* Empty reply from server\n* Closing connection 0\n');
    throw new CurlFault(52, 'Empty reply from server');
  }
  if (!reader.done) {
    const left = (t.head?.length ?? 0) - t.bytes;
    throw new CurlFault(18, `transfer closed with ${left} bytes remaining to read`);
  }
  yield* note(t, `* Connection #0 to host ${t.url.host} left intact\n`);
}

function* takeBody(t: Transfer, body: Uint8Array, out: number): Sys<void> {
  t.bytes += body.length;
  const failing = t.options.flags.has('f') && (t.head?.status ?? 0) >= 400;
  const following = t.options.flags.has('L') && t.head?.location !== undefined;
  if (failing || following) return;
  if (t.meter) yield* note(t, `{ [${body.length} bytes data]\n`);
  try {
    yield* sys.write(out, body);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    throw new CurlFault(23, 'Failure writing output to destination');
  }
}

/** The engine's socket: the kernel hands the request to the daemon. */
function* exchangeApi(t: Transfer, request: Request, out: number): Sys<void> {
  const headers = Object.fromEntries(request.headers.map(([k, v]) => [k.toLowerCase(), v]));
  let opened;
  try {
    opened = yield* sys.api({
      method: request.method,
      path: request.path,
      headers,
      body: encodeUtf8(request.body),
    });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    throw new CurlFault(7, "Couldn't connect to server");
  }
  const lines = Object.entries(opened.headers).map(([k, v]) => `${k}: ${v}`);
  const text = `HTTP/1.1 ${opened.status} ${opened.status === 200 ? 'OK' : ''}\r\n${lines.join('\r\n')}\r\n\r\n`;
  t.head = {
    status: opened.status,
    text,
    length: undefined,
    location: undefined,
    type: opened.headers['Content-Type'],
  };
  yield* showHead(t, t.head, out);
  for (;;) {
    const body = yield* sys.read(opened.fd);
    if (body.length === 0) break;
    yield* takeBody(t, body, out);
  }
  yield* sys.close(opened.fd);
}

const METER_HEAD =
  '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n' +
  '                                 Dload  Upload   Total   Spent    Left  Speed\n';

function meterLine(bytes: number, us: number): string {
  const speed = bytes === 0 ? 0 : Math.floor(bytes / (us / 1e6));
  const shown = (n: number, width: number) =>
    (n < 100_000 ? String(n) : `${Math.floor(n / 1024)}k`).padStart(width);
  const percent = bytes === 0 ? '  0' : '100';
  const time =
    us < 1e6
      ? '--:--:--'
      : ` 0:${String(Math.floor(us / 60e6) % 60).padStart(2, '0')}:${String(Math.floor(us / 1e6) % 60).padStart(2, '0')}`;
  return `\r${percent} ${shown(bytes, 5)} ${percent.padStart(4)} ${shown(bytes, 5)}    0     0 ${shown(speed, 6)}      0 --:--:-- ${time} --:--:-- ${shown(speed, 5)}`;
}

function writeOut(t: Transfer, format: string, us: number, code: number): string {
  const seconds = (value: number) => (value / 1e6).toFixed(6);
  const known: Record<string, string> = {
    http_code: String(t.head?.status ?? 0).padStart(3, '0'),
    response_code: String(t.head?.status ?? 0).padStart(3, '0'),
    time_total: seconds(us),
    time_connect: seconds(t.connectUs),
    time_namelookup: seconds(Math.min(t.connectUs, 20)),
    time_pretransfer: seconds(t.connectUs),
    time_starttransfer: seconds(t.firstByteUs),
    size_download: String(t.bytes),
    speed_download: String(us > 0 ? Math.floor(t.bytes / (us / 1e6)) : 0),
    content_type: t.head?.type ?? '',
    url_effective: t.url.text + (/^[a-z]+:\/\/[^/]*$/i.test(t.url.text) ? '/' : ''),
    url: t.url.text,
    num_redirects: String(t.redirects),
    num_connects: '1',
    redirect_url: t.head?.location ?? '',
    remote_ip: t.remote,
    remote_port: String(t.url.port),
    exitcode: String(code),
    method: t.options.values.get('X') ?? 'GET',
    scheme: 'HTTP',
    http_version: '1.1',
  };
  return format
    .replace(/%\{(\w+)\}/g, (whole, name: string) => known[name] ?? whole)
    .replace(/\\([nrt\\])/g, (_, c: string) => ({ n: '\n', r: '\r', t: '\t', '\\': '\\' })[c]!)
    .replace(/%%/g, '%');
}

function* follow(t: Transfer, out: number): Sys<void> {
  yield* exchange(t, out);
  while (
    t.options.flags.has('L') &&
    t.head?.location !== undefined &&
    t.head.status >= 300 &&
    t.head.status < 400
  ) {
    if (t.redirects >= 50) throw new CurlFault(47, 'Maximum (50) redirects followed');
    const place = t.head.location;
    t.redirects++;
    t.url = parseUrl(place.startsWith('/') ? `http://${t.url.host}:${t.url.port}${place}` : place);
    t.head = undefined;
    t.bytes = 0;
    yield* exchange(t, out);
  }
}

/** One URL; answers its code. */
function* transfer(tool: Context, options: Options, text: string): Sys<number> {
  const silent = options.flags.has('s');
  const toFile = options.values.has('o') || options.flags.has('O');
  const meter =
    !silent && !options.flags.has('no-progress-meter') && (toFile || !(yield* sys.isatty(1)));
  const startUs = yield* now();
  const max = options.values.get('m');
  const t: Transfer = {
    tool,
    options,
    silent,
    verbose: options.flags.has('v'),
    meter,
    startUs,
    deadlineUs: max === undefined ? undefined : startUs + Math.round(Number(max) * 1e6),
    connectUs: 0,
    firstByteUs: 0,
    head: undefined,
    bytes: 0,
    url: { host: '', port: 80, path: '/', text },
    redirects: 0,
    remote: '',
  };
  let code = 0;
  try {
    t.url = parseUrl(text);
    if (meter) yield* sys.write(2, METER_HEAD + meterLine(0, 0));
    const out = yield* openOutput(t);
    yield* follow(t, out);
    if (out !== 1) yield* sys.close(out);
    if (options.flags.has('f') && (t.head?.status ?? 0) >= 400) {
      throw new CurlFault(22, `The requested URL returned error: ${t.head!.status}`);
    }
    if (meter) yield* sys.write(2, `${meterLine(t.bytes, (yield* now()) - startUs)}\n`);
  } catch (error) {
    if (!(error instanceof CurlFault)) throw error;
    if (error.code === 125) return yield* tool.notSimulated(error.message);
    ({ code } = error);
    if (meter && code !== 3 && code !== 1)
      yield* sys.write(2, `${meterLine(t.bytes, (yield* now()) - startUs)}\n`);
    if (!silent || options.flags.has('S'))
      yield* sys.write(2, `curl: (${code}) ${error.message}\n`);
  }
  const format = options.values.get('w');
  if (format !== undefined)
    yield* sys.write(1, writeOut(t, format, (yield* now()) - startUs, code));
  return code;
}

function* withRetries(tool: Context, options: Options, url: string): Sys<number> {
  const retries = Number(options.values.get('retry') ?? 0);
  let wait = Number(options.values.get('retry-delay') ?? 1) || 1;
  for (let turn = 0; ; turn++) {
    const code = yield* transfer(tool, options, url);
    const again = code === 28 || (code === 7 && options.flags.has('retry-connrefused'));
    if (!again || turn >= retries) return code;
    const left = retries - turn;
    if (!options.flags.has('s')) {
      yield* sys.write(
        2,
        `Warning: Problem: ${code === 28 ? 'timeout' : 'connection refused'}. Will retry in ${wait} seconds. ${left} \nWarning: ${left === 1 ? 'retry' : 'retries'} left.\n`,
      );
    }
    yield* sys.sleep(wait * 1e6);
    wait *= 2;
  }
}

function* run(tool: Context): Sys<number> {
  let options: Options;
  try {
    options = yield* loadData(yield* parseOptions(tool));
  } catch (error) {
    if (error instanceof CurlFault) {
      yield* sys.write(2, `curl: (${error.code}) ${error.message}\n`);
      return error.code;
    }
    if (!(error instanceof UsageFault)) throw error;
    yield* sys.write(
      2,
      `curl: ${error.message}\ncurl: try 'curl --help' or 'curl --manual' for more information\n`,
    );
    return 2;
  }
  if (options.flags.has('version')) {
    yield* sys.write(1, `${AGENT.replace('/', ' ')} (x86_64-pc-linux-gnu) libcurl/7.88.1\n`);
    return 0;
  }
  if (options.flags.has('h')) return yield* tool.notSimulated('--help');
  const urls = [
    ...options.all.filter(([n]) => n === 'url').map(([, v]) => v!),
    ...options.operands,
  ];
  if (urls.length === 0) {
    yield* sys.write(
      2,
      "curl: no URL specified!\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
    );
    return 2;
  }
  let code = 0;
  for (const url of urls) code = yield* withRetries(tool, options, url);
  return code;
}

export const curl: Tool = { name: 'curl', run };
