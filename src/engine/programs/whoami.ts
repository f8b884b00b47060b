/** traefik/whoami: says who answers, over which addresses, and what was asked. */
import { encodeUtf8 } from '../../base';
import { sys, type ProcessStart, type Sys } from '../../kernel';
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

interface WhoamiConfig {
  readonly verbose: boolean;
  readonly name: string;
}

export function* whoami(start: ProcessStart): Sys<number> {
  const option = (names: readonly string[]) => {
    const at = start.argv.findIndex((arg) => names.includes(arg));
    return at < 0 ? undefined : start.argv[at + 1];
  };
  const port = Number(option(['-port', '--port']) ?? start.env['WHOAMI_PORT_NUMBER'] ?? '80');
  const name = option(['-name', '--name']) ?? start.env['WHOAMI_NAME'] ?? '';
  const verbose = start.argv.some((arg) => arg === '-verbose' || arg === '--verbose');
  let state = start.resume as ServerState | undefined;
  if (!state) {
    yield* catchSignals(['TERM', 'INT']);
    const listener = yield* sys.listen('0.0.0.0', port);
    const { unixUs } = yield* sys.clock();
    const iso = new Date(Math.floor(unixUs / 1000)).toISOString();
    const stamp = `${iso.slice(0, 10).replace(/-/g, '/')} ${iso.slice(11, 19)}`;
    yield* sys.write(2, `${stamp} Starting up on port ${port}\n`);
    state = { listener, connections: [], accepted: 0 };
  }
  yield* serve(state, { verbose, name }, answer, start.resume !== undefined);
  // The Go program has no handler: the signal ends it.
  return 2;
}

function* answer(request: HttpRequest, config: WhoamiConfig): Sys<HttpResponse> {
  const { unixUs } = yield* sys.clock();
  const { nodename } = yield* sys.uname();
  const { interfaces } = yield* sys.netinfo();
  const addresses = interfaces.flatMap((entry) => entry.addresses);
  const lines = [
    ...(config.name === '' ? [] : [`Name: ${config.name}`]),
    `Hostname: ${nodename}`,
    ...addresses.map((address) => `IP: ${address.replace(/\/\d+$/, '')}`),
    `RemoteAddr: ${request.peer.address}:${request.peer.port}`,
    `${request.method} ${request.target} ${request.version}`,
    ...request.lines,
    '',
  ];
  const body = encodeUtf8(`${lines.join('\n')}\n`);
  if (config.verbose) {
    const line = `"${request.method} ${request.target} ${request.version}"`;
    yield* sys.write(1, `${request.peer.address} - - [${logTime(unixUs)}] ${line} - -\n`);
  }
  const close = !keepsAlive(request);
  const head = [
    'HTTP/1.1 200 OK',
    `Date: ${httpDate(unixUs)}`,
    `Content-Length: ${body.length}`,
    'Content-Type: text/plain; charset=utf-8',
    ...(close ? ['Connection: close'] : []),
  ].join('\r\n');
  return { head, body, close };
}
