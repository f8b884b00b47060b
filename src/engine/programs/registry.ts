/**
 * `registry`, the program of the image registry:2 (distribution 2.8): its HTTP API over the simulated
 * network, its data in its volume, its log. Not modelled: authentication, TLS, other storage than files,
 * notifications, being a mirror of the Hub; those answer that they are not simulated.
 */
import { decodeUtf8 } from '../../base';
import { SysError, sys, type ProcessStart, type Sys } from '../../kernel';
import {
  catchSignals,
  httpDate,
  keepsAlive,
  logTime,
  serve,
  type HttpRequest,
  type HttpResponse,
  type ServerState,
} from './http-server';
import { registryRoute, uuidOf, type RegistryAnswer, type RegistryConfig } from './registry-routes';

const VERSION = '2.8.3';
const GO = 'go1.20.8';
const USAGE = `\`registry\`

Usage:
  registry [flags]
  registry [command]

Available Commands:
  serve           \`serve\` stores and distributes Docker images
  garbage-collect \`garbage-collect\` deletes layers not referenced by any manifests
  help            Help about any command

Flags:
  -h, --help=false: help for registry
  -v, --version=false: show the version and exit


Use "registry help [command]" for more information about a command.
`;
const NO_SECRET =
  'No HTTP secret provided - generated random secret. This may cause problems with uploads if ' +
  'multiple registries are behind a load-balancer. To provide a shared secret, fill in ' +
  'http.secret in the configuration file or set the REGISTRY_HTTP_SECRET environment variable.';

interface State {
  readonly server: ServerState;
  readonly config: RegistryConfig;
}

export function* registry(start: ProcessStart): Sys<number> {
  const [, command = '', path = ''] = start.argv;
  if (command === '--version' || command === '-v') {
    yield* sys.write(1, `registry github.com/docker/distribution ${VERSION}\n`);
    return 0;
  }
  if (command === 'garbage-collect') {
    yield* sys.write(2, 'registry: not simulated: garbage-collect\n');
    return 125;
  }
  if (command !== 'serve') {
    yield* sys.write(2, USAGE);
    return command === '' || command === 'help' ? 0 : 1;
  }
  const resumed = start.resume as State | undefined;
  const state = resumed ?? (yield* begin(start, path));
  if (typeof state === 'number') return state;
  yield* serve(state.server, state.config, respond, resumed !== undefined);
  // The Go program has no handler: the signal ends it.
  return 2;
}

function* begin(start: ProcessStart, path: string): Sys<State | number> {
  const { env } = start;
  let text = '';
  try {
    text = yield* sys.readText(path === '' ? (env['REGISTRY_CONFIGURATION_PATH'] ?? '') : path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const reason = path === '' ? 'configuration path unspecified' : noSuch(path);
    yield* sys.write(2, `configuration error: ${reason}\n${SERVE_USAGE}`);
    return 1;
  }
  const missing = unsupported(env, text);
  if (missing !== undefined) {
    yield* sys.write(2, `registry: not simulated: ${missing}\n`);
    return 125;
  }
  const value = (name: string, pattern: RegExp) => env[name] ?? pattern.exec(text)?.[1];
  const address = value('REGISTRY_HTTP_ADDR', /\baddr: *"?([^"}\s]+)/) ?? ':5000';
  const config: RegistryConfig = {
    root:
      value('REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY', /rootdirectory: *"?([^"}\s]+)/) ??
      '/var/lib/registry',
    deletes:
      value('REGISTRY_STORAGE_DELETE_ENABLED', /delete: *\{? *\n? *enabled: *(true)/) === 'true',
    readOnly: false,
    instance: uuidOf(yield* sys.random(16)),
  };
  yield* catchSignals(['TERM', 'INT']);
  if (env['REGISTRY_HTTP_SECRET'] === undefined) yield* log(config, 'warning', NO_SECRET);
  yield* log(config, 'info', 'redis not configured');
  const minutes = (yield* sys.random(1))[0]! % 60;
  yield* log(config, 'info', `Starting upload purge in ${minutes}m0s`);
  yield* log(config, 'info', 'using inmemory blob descriptor cache');
  const [, host = '', port = '5000'] = /^(.*):(\d+)$/.exec(address) ?? [];
  const bound = host === '' || host === '[::]' ? '0.0.0.0' : host;
  try {
    const listener = yield* sys.listen(bound, Number(port));
    const shown = bound === '0.0.0.0' ? '[::]' : bound;
    yield* log(config, 'info', `listening on ${shown}:${port}`);
    return { server: { listener, connections: [], accepted: 0 }, config };
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const reason = `listen tcp ${address}: bind: address already in use`;
    yield* log(config, 'fatal', reason);
    return 1;
  }
}

const SERVE_USAGE =
  'Usage:\n  registry serve <config> [flags]\nFlags:\n  -h, --help=false: help for serve\n\n\n' +
  'Additional help topics:\n\n';

const noSuch = (path: string) => `open ${path}: no such file or directory`;

/** Settings that would make it another registry than is modelled. */
function unsupported(env: Readonly<Record<string, string>>, text: string): string | undefined {
  const set = (prefix: string, section: RegExp) =>
    Object.keys(env).some((name) => name.startsWith(prefix)) || section.test(text);
  if (set('REGISTRY_AUTH', /^auth:/m)) return 'authentication of a registry';
  if (set('REGISTRY_HTTP_TLS_CERTIFICATE', /^ {2}tls:/m)) return 'TLS of a registry';
  if (set('REGISTRY_PROXY_REMOTEURL', /^proxy:/m)) return 'a registry that is a mirror';
  if (set('REGISTRY_STORAGE_S3', /^ {2}(s3|azure|gcs|swift|oss):/m)) return 'storage in a cloud';
  return undefined;
}

function fieldsOf(config: RegistryConfig): string {
  return `go.version=${GO} instance.id=${config.instance} service=registry version=${VERSION}`;
}

function* log(config: RegistryConfig, level: string, message: string): Sys<void> {
  const { unixUs } = yield* sys.clock();
  const text = `level=${level} msg=${quoted(message)} ${fieldsOf(config)}`;
  yield* sys.write(2, `time="${stamp(unixUs)}" ${text} \n`);
}

/** RFC 3339 with nanoseconds, as Go writes it. */
function stamp(unixUs: number): string {
  const whole = new Date(Math.floor(unixUs / 1_000_000) * 1000).toISOString().slice(0, 19);
  const rest = String(unixUs % 1_000_000)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return `${whole}${rest === '' ? '' : `.${rest}`}Z`;
}

/** logrus quotes what is not a plain word. */
function quoted(text: string): string {
  return /^[\w./@^+-]+$/.test(text) ? text : JSON.stringify(text);
}

function* respond(request: HttpRequest, config: RegistryConfig): Sys<HttpResponse> {
  const before = yield* sys.clock();
  const answer = yield* registryRoute(request, config);
  const { unixUs } = yield* sys.clock();
  yield* writeLog(request, answer, config, unixUs, unixUs - before.unixUs);
  const body = request.method === 'HEAD' ? new Uint8Array(0) : answer.body;
  return { head: headOf(request, answer, unixUs), body, close: !keepsAlive(request) };
}

/** Headers of the handler in order, then those that Go's server adds. */
function headOf(request: HttpRequest, answer: RegistryAnswer, unixUs: number): string {
  const own: Record<string, string> = {
    ...answer.headers,
    'Docker-Distribution-Api-Version': 'registry/2.0',
    'X-Content-Type-Options': 'nosniff',
  };
  if (answer.status !== 204) own['Content-Length'] = String(answer.body.length);
  const lines = Object.keys(own)
    .sort()
    .map((name) => `${name}: ${own[name]!}`);
  const close = keepsAlive(request) ? [] : ['Connection: close'];
  const status = `HTTP/1.1 ${answer.status} ${REASONS[answer.status] ?? ''}`;
  return [status, ...lines, `Date: ${httpDate(unixUs)}`, ...close].join('\r\n');
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  301: 'Moved Permanently',
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
};

function* writeLog(
  request: HttpRequest,
  answer: RegistryAnswer,
  config: RegistryConfig,
  unixUs: number,
  durationUs: number,
): Sys<void> {
  const { method, target, version, headers, peer } = request;
  const agent = headers['user-agent'] ?? '';
  const written = method === 'HEAD' ? 0 : answer.body.length;
  const id = uuidOf(yield* sys.random(16));
  const http = [
    `http.request.host=${quoted(headers['host'] ?? '')}`,
    `http.request.id=${id}`,
    `http.request.method=${method}`,
    `http.request.remoteaddr=${quoted(`${peer.address}:${peer.port}`)}`,
    `http.request.uri=${quoted(target)}`,
    `http.request.useragent=${quoted(agent)}`,
  ].join(' ');
  const type = answer.headers['Content-Type'];
  const response = [
    ...(type === undefined ? [] : [`http.response.contenttype=${quoted(type)}`]),
    `http.response.duration=${durationUs / 1000}ms`,
    `http.response.status=${answer.status}`,
    `http.response.written=${written}`,
  ].join(' ');
  if (answer.status >= 400) {
    const [error] = errorsIn(answer.body);
    const text = `err.code=${quoted((error?.code ?? 'unknown').toLowerCase().replaceAll('_', ' '))} `;
    const message = `err.message=${quoted(error?.message ?? '')}`;
    yield* logLine(
      unixUs,
      'error',
      `response completed with error" ${text}${message}`,
      config,
      http,
      response,
    );
  } else yield* logLine(unixUs, 'info', 'response completed"', config, http, response);
  const access = `${peer.address} - - [${logTime(unixUs)}] "${method} ${target} ${version}"`;
  yield* sys.write(1, `${access} ${answer.status} ${written} "" "${agent}"\n`);
}

function* logLine(
  unixUs: number,
  level: string,
  message: string,
  config: RegistryConfig,
  http: string,
  response: string,
): Sys<void> {
  const [own, version] = [
    `go.version=${GO}`,
    `instance.id=${config.instance} service=registry version=${VERSION}`,
  ];
  const text = `level=${level} msg="${message} ${own} ${http} ${response} ${version}`;
  yield* sys.write(2, `time="${stamp(unixUs)}" ${text} \n`);
}

function errorsIn(body: Uint8Array): readonly { code: string; message: string }[] {
  try {
    const { errors } = JSON.parse(decodeUtf8(body)) as {
      errors: { code: string; message: string }[];
    };
    return errors;
  } catch {
    return [];
  }
}
