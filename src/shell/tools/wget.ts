/** wget for plain HTTP: GNU 1.21's and BusyBox's way of saving and talking. Models `wget.c` of both. */
import { sys, SysError, type Sys } from '../../kernel';
import { errnoText } from '../errno';
import { formatTime } from '../time-format';
import { HttpReader } from './http-reader';
import { type Context, type Tool } from './tool';

interface Got {
  readonly status: number;
  readonly text: string;
  readonly body: Uint8Array;
  readonly length: number | undefined;
  readonly type: string | undefined;
  readonly location: string | undefined;
}

function* fetchUrl(
  tool: Context,
  host: string,
  port: number,
  path: string,
  timeoutUs: number | undefined,
  post?: string,
): Sys<Got> {
  const found = /^\d+\.\d+\.\d+\.\d+$/.test(host) ? [host] : (yield* sys.resolve(host)).addresses;
  const quiet = tool.status < 0;
  if (tool.busybox && !quiet)
    yield* sys.write(
      2,
      `Connecting to ${host}${port === 80 ? '' : `:${port}`} (${found[0]!}:${port})\n`,
    );
  const fd = yield* sys.connect(found[0]!, port, timeoutUs);
  const agent = tool.busybox ? 'Wget' : 'Wget/1.21.3';
  const name = port === 80 ? host : `${host}:${port}`;
  const body = post ?? '';
  const head = post === undefined ? `GET ${path} HTTP/1.1` : `POST ${path} HTTP/1.1`;
  const more =
    post === undefined
      ? ''
      : `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n`;
  yield* sys.write(
    fd,
    `${head}\r\nHost: ${name}\r\nUser-Agent: ${agent}\r\n${tool.busybox ? '' : 'Accept: */*\r\n'}${more}Connection: close\r\n\r\n${body}`,
  );
  const reader = new HttpReader(false);
  const parts: Uint8Array[] = [];
  for (;;) {
    const bytes = yield* sys.read(fd);
    parts.push(bytes.length === 0 ? reader.end() : reader.feed(bytes));
    if (reader.done || bytes.length === 0) break;
  }
  yield* sys.close(fd);
  const total = parts.reduce((n, p) => n + p.length, 0);
  const all = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  const { head: got } = reader;
  return {
    status: got?.status ?? 0,
    text: got?.text ?? '',
    body: all,
    length: got?.length,
    type: got?.type,
    location: got?.location,
  };
}

function* run(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({
    short: tool.busybox ? 'cqO:P:ST:U:Y:' : 'qO:P:ST:U:ct:',
    long: {
      quiet: 'q',
      'output-document': '=O',
      spider: 'spider',
      timeout: '=T',
      tries: '=t',
      'server-response': 'S',
      'post-data': '=post',
      header: '=header',
      'no-check-certificate': 'k',
      'no-verbose': 'q',
    },
  });
  const target = operands[0];
  if (target === undefined) {
    if (tool.busybox) yield* tool.usage();
    yield* sys.write(
      2,
      "wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n",
    );
    return 1;
  }
  const match = /^(?:(https?):\/\/)?([^:/]+)(?::(\d+))?(\/.*)?$/.exec(target);
  if (!match || match[1] === 'https') return yield* tool.notSimulated(target);
  const [host, port, path] = [match[2]!, Number(match[3] ?? 80), match[4] ?? '/'];
  const quiet = flags.has('q');
  const seconds = values.get('T');
  const say = (text: string) => (quiet ? sys.write(2, '') : sys.write(2, text));
  const url = `http://${host}${match[3] ? `:${port}` : ''}${path}`;
  const when = formatTime('%Y-%m-%d %H:%M:%S', (yield* sys.clock()).unixUs);
  if (!tool.busybox) yield* say(`--${when}--  ${url}\n`);
  if (quiet) tool.status = -1;
  let got: Got;
  try {
    got = yield* fetchUrl(
      tool,
      host,
      port,
      path,
      seconds === undefined ? undefined : Number(seconds) * 1e6,
      values.get('post'),
    );
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return yield* failed(tool, error, host, port);
  }
  tool.status = 0;
  if (got.status >= 400) {
    const line = got.text.split('\r\n')[0]!;
    if (tool.busybox) yield* sys.write(2, `wget: server returned error: ${line}\n`);
    else
      yield* say(
        `HTTP request sent, awaiting response... ${line.slice(9)}\n${when} ERROR ${got.status}: ${line.slice(13)}.\n\n`,
      );
    return tool.busybox ? 1 : 8;
  }
  if (flags.has('spider')) {
    if (tool.busybox) yield* say('remote file exists\n');
    return 0;
  }
  const name = values.get('O') ?? (path.replace(/\?.*$/, '').replace(/^.*\//, '') || 'index.html');
  if (name === '-') yield* sys.write(1, got.body);
  else yield* sys.writeFile(name, got.body);
  yield* report(tool, name, got, say, when);
  return 0;
}

function* failed(tool: Context, error: SysError, host: string, port: number): Sys<number> {
  const reason = errnoText(error.errno);
  if (error.errno === 'ENOTFOUND') {
    yield* sys.write(
      2,
      tool.busybox
        ? `wget: bad address '${host}'\n`
        : `wget: unable to resolve host address '${host}'\n`,
    );
    return tool.busybox ? 1 : 4;
  }
  if (tool.busybox)
    yield* sys.write(
      2,
      error.errno === 'ETIMEDOUT'
        ? 'wget: download timed out\n'
        : `wget: can't connect to remote host: ${reason}\n`,
    );
  else yield* sys.write(2, `Connecting to ${host}:${port}... failed: ${reason}.\n`);
  return tool.busybox ? 1 : 4;
}

function* report(
  tool: Context,
  name: string,
  got: Got,
  say: (text: string) => Sys<number>,
  when: string,
): Sys<void> {
  const size = got.body.length;
  if (tool.busybox) {
    const shown = name === '-' ? 'writing to stdout' : `saving to '${name}'`;
    const bar = `${name.padEnd(20).slice(0, 20)} 100% |${'*'.repeat(32)}| ${String(size).padStart(5)}  0:00:00 ETA\n`;
    yield* say(`${shown}\n${bar}${name === '-' ? 'written to stdout' : `'${name}' saved`}\n`);
    return;
  }
  yield* say(
    `HTTP request sent, awaiting response... ${got.text.split('\r\n')[0]!.slice(9)}\nLength: ${got.length ?? 'unspecified'} [${got.type ?? 'text/html'}]\nSaving to: '${name}'\n\n${when} - '${name}' saved [${size}/${got.length ?? size}]\n\n`,
  );
}

export const wget: Tool = { name: 'wget', run };
