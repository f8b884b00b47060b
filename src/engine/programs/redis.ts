/**
 * redis-server and redis-cli, as far as first steps go: strings, counters, keys and expiry by hand over
 * the real protocol (RESP). Other commands answer that they are unknown, as redis does.
 */
import { concatBytes, decodeUtf8, encodeUtf8 } from '../../base';
import { SysError, sys, type ProcessStart, type Sys } from '../../kernel';
import { MONTHS, catchSignals } from './http-server';

const PORT = 6379;

interface Client {
  readonly fd: number;
  readonly text: string;
}
interface RedisState {
  readonly listener: number;
  readonly clients: readonly Client[];
  readonly values: Readonly<Record<string, string>>;
}

function* say(role: 'C' | 'M', mark: string, text: string): Sys<void> {
  const { unixUs } = yield* sys.clock();
  const pid = yield* sys.getpid();
  const at = new Date(Math.floor(unixUs / 1000));
  const iso = at.toISOString();
  const stamp = `${iso.slice(8, 10)} ${MONTHS[at.getUTCMonth()]!} ${iso.slice(0, 4)} ${iso.slice(11, 23)}`;
  yield* sys.write(1, `${pid}:${role} ${stamp} ${mark} ${text}\n`);
}

export function* redisServer(start: ProcessStart): Sys<number> {
  const version = start.env['REDIS_VERSION'] ?? '7.2.3';
  if (start.argv.includes('--version') || start.argv.includes('-v')) {
    const text = `Redis server v=${version} sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=0\n`;
    yield* sys.write(1, text);
    return 0;
  }
  let state = start.resume as RedisState | undefined;
  if (!state) {
    yield* catchSignals(['TERM', 'INT']);
    yield* say('C', '*', 'oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo');
    yield* say(
      'C',
      '*',
      `Redis version=${version}, bits=64, commit=00000000, modified=0, pid=1, just started`,
    );
    const listener = yield* sys.listen('0.0.0.0', PORT);
    yield* say('M', '*', `Running mode=standalone, port=${PORT}.`);
    yield* say('M', '*', 'Server initialized');
    yield* say('M', '*', 'Ready to accept connections tcp');
    state = { listener, clients: [], values: {} };
  }
  yield* serveRedis(state, start.resume !== undefined);
  yield* say('M', '*', 'Received SIGTERM scheduling shutdown...');
  yield* say('M', '*', 'User requested shutdown...');
  yield* say('M', '#', 'Redis is now ready to exit, bye bye...');
  return 0;
}

function* serveRedis(begin: RedisState, resumed: boolean): Sys<void> {
  let state = begin;
  for (let first = resumed; ; first = false) {
    if (!first) yield* sys.checkpoint(state);
    try {
      const fds = [state.listener, ...state.clients.map((client) => client.fd)];
      const ready = yield* sys.poll(fds.map((fd) => ({ fd, read: true })));
      for (const { fd } of ready) state = yield* turn(state, fd);
    } catch (error) {
      if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
      if ((yield* sys.sigpending()).length > 0) return;
    }
  }
}

function* turn(state: RedisState, fd: number): Sys<RedisState> {
  if (fd === state.listener) {
    const accepted = yield* sys.accept(fd);
    return { ...state, clients: [...state.clients, { fd: accepted.fd, text: '' }] };
  }
  const client = state.clients.find((entry) => entry.fd === fd);
  if (!client) return state;
  const clients = state.clients.filter((entry) => entry !== client);
  const bytes = yield* sys.read(fd);
  if (bytes.length === 0) {
    yield* sys.close(fd);
    return { ...state, clients };
  }
  let text = client.text + decodeUtf8(bytes);
  let values = state.values;
  for (;;) {
    const parsed = parseCommand(text);
    if (!parsed) break;
    text = text.slice(parsed.length);
    const result = execute(values, parsed.words);
    values = result.values;
    yield* sys.write(fd, result.reply);
  }
  return { ...state, values, clients: [...clients, { fd, text }] };
}

/** A RESP array of bulk strings, or an inline command. */
function parseCommand(text: string): { words: string[]; length: number } | undefined {
  if (!text.startsWith('*')) {
    const end = text.indexOf('\n');
    if (end < 0) return undefined;
    return { words: text.slice(0, end).trim().split(/\s+/), length: end + 1 };
  }
  let at = text.indexOf('\r\n');
  if (at < 0) return undefined;
  const count = Number(text.slice(1, at));
  at += 2;
  const words: string[] = [];
  for (let i = 0; i < count; i++) {
    const end = text.indexOf('\r\n', at);
    if (end < 0) return undefined;
    const size = Number(text.slice(at + 1, end));
    if (text.length < end + 2 + size + 2) return undefined;
    words.push(text.slice(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return { words, length: at };
}

interface Executed {
  readonly values: Readonly<Record<string, string>>;
  readonly reply: string;
}

const bulk = (text: string | undefined) =>
  text === undefined ? '$-1\r\n' : `$${encodeUtf8(text).length}\r\n${text}\r\n`;
const list = (items: readonly string[]) => `*${items.length}\r\n${items.map(bulk).join('')}`;

function execute(values: Readonly<Record<string, string>>, words: readonly string[]): Executed {
  const [name = '', key = '', value = ''] = words;
  const keep = (reply: string): Executed => ({ values, reply });
  switch (name.toUpperCase()) {
    case 'PING':
      return keep(words.length > 1 ? bulk(key) : '+PONG\r\n');
    case 'ECHO':
      return keep(bulk(key));
    case 'COMMAND':
      return keep('*0\r\n');
    case 'GET':
      return keep(bulk(values[key]));
    case 'SET':
      return { values: { ...values, [key]: value }, reply: '+OK\r\n' };
    case 'DEL': {
      const next = { ...values };
      for (const word of words.slice(1)) delete next[word];
      const gone = words.slice(1).filter((word) => word in values).length;
      return { values: next, reply: `:${gone}\r\n` };
    }
    case 'EXISTS':
      return keep(`:${words.slice(1).filter((word) => word in values).length}\r\n`);
    case 'KEYS':
      return keep(list(Object.keys(values).filter((word) => globMatches(key, word))));
    case 'DBSIZE':
      return keep(`:${Object.keys(values).length}\r\n`);
    case 'FLUSHALL':
    case 'FLUSHDB':
      return { values: {}, reply: '+OK\r\n' };
    case 'INCR':
    case 'DECR':
      return count(values, key, name.toUpperCase() === 'INCR' ? 1 : -1);
    default: {
      const args = words
        .slice(1)
        .map((word) => `'${word}' `)
        .join('');
      return keep(`-ERR unknown command '${name}', with args beginning with: ${args}\r\n`);
    }
  }
}

function count(values: Readonly<Record<string, string>>, key: string, by: number): Executed {
  const before = values[key] ?? '0';
  if (!/^-?\d+$/.test(before))
    return { values, reply: '-ERR value is not an integer or out of range\r\n' };
  const after = String(Number(before) + by);
  return { values: { ...values, [key]: after }, reply: `:${after}\r\n` };
}

function globMatches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`).test(text);
}

/** The program `redis-cli`: one command, or a prompt. */
export function* redisCli(start: ProcessStart): Sys<number> {
  const args = start.argv.slice(1);
  let host = '127.0.0.1';
  let port = PORT;
  while (args[0]?.startsWith('-') === true) {
    const flag = args.shift();
    if (flag === '-h') host = args.shift() ?? host;
    else if (flag === '-p') port = Number(args.shift());
    else if (flag === '--version' || flag === '-v') {
      yield* sys.write(1, `redis-cli ${start.env['REDIS_VERSION'] ?? '7.2.3'}\n`);
      return 0;
    } else {
      yield* sys.write(2, `not simulated: redis-cli ${flag}\n`);
      return 125;
    }
  }
  let fd: number;
  try {
    const { addresses } = yield* sys.resolve(host);
    fd = yield* sys.connect(addresses[0] ?? host, port);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const reason = error.errno === 'ENOTFOUND' ? 'Name or service not known' : 'Connection refused';
    yield* sys.write(2, `Could not connect to Redis at ${host}:${port}: ${reason}\n`);
    return 1;
  }
  if (args.length > 0) {
    yield* sys.write(1, `${yield* ask(fd, args)}\n`);
    return 0;
  }
  return yield* prompt(fd, `${host}:${port}> `);
}

function* prompt(fd: number, text: string): Sys<number> {
  const interactive = yield* sys.isatty(0);
  let held = '';
  for (;;) {
    if (interactive) yield* sys.write(1, text);
    while (!held.includes('\n')) {
      const bytes = yield* sys.read(0);
      if (bytes.length === 0) return 0;
      held += decodeUtf8(bytes);
    }
    const line = held.slice(0, held.indexOf('\n')).trim();
    held = held.slice(held.indexOf('\n') + 1);
    if (line === 'quit' || line === 'exit') return 0;
    if (line !== '') yield* sys.write(1, `${yield* ask(fd, line.split(/\s+/))}\n`);
  }
}

function* ask(fd: number, words: readonly string[]): Sys<string> {
  yield* sys.write(fd, list(words));
  const tty = yield* sys.isatty(1);
  const parts: Uint8Array[] = [];
  for (;;) {
    const bytes = yield* sys.read(fd);
    if (bytes.length === 0) return 'Error: Server closed the connection';
    parts.push(bytes);
    const shown = showReply(decodeUtf8(concatBytes(parts)), tty);
    if (shown) return shown.text;
  }
}

/** A reply as redis-cli prints it: quoted and numbered on a terminal. */
function showReply(reply: string, tty: boolean): { text: string; length: number } | undefined {
  const end = reply.indexOf('\r\n');
  if (end < 0) return undefined;
  const body = reply.slice(1, end);
  const length = end + 2;
  if (reply[0] === '+') return { text: body, length };
  if (reply[0] === '-') return { text: tty ? `(error) ${body}` : body, length };
  if (reply[0] === ':') return { text: tty ? `(integer) ${body}` : body, length };
  const size = Number(body);
  if (reply[0] === '$') {
    if (size < 0) return { text: tty ? '(nil)' : '', length };
    if (reply.length < length + size + 2) return undefined;
    const text = reply.slice(length, length + size);
    return { text: tty ? JSON.stringify(text) : text, length: length + size + 2 };
  }
  const lines: string[] = [];
  let at = length;
  for (let i = 0; i < size; i++) {
    const item = showReply(reply.slice(at), tty);
    if (!item) return undefined;
    lines.push(tty ? `${i + 1}) ${item.text}` : item.text);
    at += item.length;
  }
  return { text: lines.length === 0 ? '(empty array)' : lines.join('\n'), length: at };
}
