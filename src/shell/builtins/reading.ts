/** read and mapfile. Models bash `read.def`, `mapfile.def` and ash `shell_common.c: shell_builtin_read`. */
import { decodeUtf8 } from '../../base';
import { sys, SysError, type Sys, type Termios } from '../../kernel';
import type { Shell } from '../exec/shell';
import { takeSignals } from '../exec/waiting';
import { invalidOption, NAME, type Builtin } from './builtin';

interface ReadOptions {
  raw: boolean;
  silent: boolean;
  array?: string;
  delimiter: number;
  count?: number;
  exact: boolean;
  prompt?: string;
  timeoutUs?: number;
  fd: number;
}

const READ_USAGE =
  'read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]';

/** Letters with and without argument, as each dialect has them. */
function letters(sh: Shell): { plain: string; valued: string } {
  if (sh.isBash) return { plain: 'ers', valued: 'adinNptu' };
  return sh.dialect === 'dash' ? { plain: 'r', valued: 'p' } : { plain: 'rs', valued: 'dnptu' };
}

function* parseRead(
  sh: Shell,
  argv: readonly string[],
): Sys<{ options: ReadOptions; names: readonly string[] } | number> {
  const options: ReadOptions = { raw: false, silent: false, delimiter: 10, exact: false, fd: 0 };
  const { plain, valued } = letters(sh);
  let i = 1;
  for (; i < argv.length; i++) {
    const arg = argv[i]!;
    if (arg === '--') {
      i++;
      break;
    }
    if (!/^-./.test(arg)) break;
    for (let k = 1; k < arg.length; k++) {
      const letter = arg[k]!;
      if (plain.includes(letter)) {
        if (letter === 'r') options.raw = true;
        if (letter === 's') options.silent = true;
        continue;
      }
      if (!valued.includes(letter)) return yield* invalidOption(sh, `-${letter}`, READ_USAGE);
      const value = k + 1 < arg.length ? arg.slice(k + 1) : argv[++i];
      if (value === undefined) {
        if (sh.isBash) {
          yield* sh.complain(`-${letter}: option requires an argument`);
          yield* sh.stderr(`read: usage: ${READ_USAGE}\n`);
        } else
          yield* sh.complain(`${sh.dialect === 'dash' ? 'No' : 'no'} arg for -${letter} option`);
        return 2;
      }
      const status = yield* readValue(sh, options, letter, value);
      if (status !== undefined) return status;
      break;
    }
  }
  return { options, names: argv.slice(i) };
}

function* readValue(
  sh: Shell,
  options: ReadOptions,
  letter: string,
  value: string,
): Sys<number | undefined> {
  switch (letter) {
    case 'a':
      options.array = value;
      return undefined;
    case 'd':
      options.delimiter = value === '' ? 0 : value.charCodeAt(0);
      return undefined;
    case 'p':
      options.prompt = value;
      return undefined;
    case 'n':
    case 'N':
      if (!/^[0-9]+$/.test(value)) {
        yield* sh.complain(sh.isBash ? `${value}: invalid number` : 'invalid count');
        return sh.isBash ? 1 : 2;
      }
      options.count = Number(value);
      options.exact = letter === 'N';
      return undefined;
    case 't':
      if (!/^[0-9]*\.?[0-9]*$/.test(value) || value === '') {
        yield* sh.complain(
          sh.isBash ? `${value}: invalid timeout specification` : 'invalid timeout',
        );
        return sh.isBash ? 1 : 2;
      }
      options.timeoutUs = Math.round(Number(value) * 1e6);
      return undefined;
    case 'u':
      options.fd = Number(value);
      return undefined;
    default:
      return undefined;
  }
}

/** One character read: its bytes, or why there is none. */
type Got = number | 'end' | 'timeout' | 'interrupted';

function* readByte(sh: Shell, options: ReadOptions, deadlineUs: number | undefined): Sys<Got> {
  for (;;) {
    try {
      if (deadlineUs !== undefined) {
        const left = deadlineUs - (yield* sys.clock()).monotonicUs;
        const ready = yield* sys.poll([{ fd: options.fd, read: true }], Math.max(0, left));
        if (ready.length === 0) return 'timeout';
      }
      const got = yield* sys.read(options.fd, 1);
      return got.length === 0 ? 'end' : got[0]!;
    } catch (error) {
      if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
      yield* takeSignals(sh);
      if (sh.pendingSignals.some((s) => sh.traps.get(s) || (s === 'INT' && sh.interactive))) {
        return 'interrupted';
      }
    }
  }
}

interface Line {
  /** Characters; `quoted` ones came after a backslash and do not split. */
  readonly text: string;
  readonly quoted: ReadonlySet<number>;
  readonly ended: Got;
}

function* readLine(sh: Shell, options: ReadOptions): Sys<Line> {
  const deadline =
    options.timeoutUs === undefined
      ? undefined
      : (yield* sys.clock()).monotonicUs + options.timeoutUs;
  let text = '';
  const quoted = new Set<number>();
  let bytes: number[] = [];
  let escaped = false;
  let ended: Got = 10;
  while (options.count === undefined || text.length < options.count) {
    const got = yield* readByte(sh, options, deadline);
    if (typeof got !== 'number') {
      ended = got;
      break;
    }
    if (!options.exact && got === options.delimiter && !escaped) break;
    if (escaped) {
      escaped = false;
      if (got === 10) continue;
      quoted.add(text.length);
    } else if (got === 92 && !options.raw) {
      escaped = true;
      continue;
    }
    if (got === 0) continue;
    bytes.push(got);
    if (got >= 0x80) {
      const need = bytes[0]! >= 0xf0 ? 4 : bytes[0]! >= 0xe0 ? 3 : 2;
      if (bytes.length < need && bytes[0]! >= 0xc0) continue;
    }
    text += decodeUtf8(Uint8Array.from(bytes));
    bytes = [];
  }
  return { text, quoted, ended };
}

/** Splits a line over names as field splitting does; the last takes the rest. */
function splitLine(line: Line, ifs: string, count: number): string[] {
  const { text, quoted } = line;
  const isIfs = (i: number) => i < text.length && !quoted.has(i) && ifs.includes(text[i]!);
  const isSpace = (i: number) => isIfs(i) && ' \t\n'.includes(text[i]!);
  const out: string[] = [];
  let i = 0;
  while (isSpace(i)) i++;
  while (out.length < count - 1 && i < text.length) {
    let end = i;
    while (end < text.length && !isIfs(end)) end++;
    out.push(text.slice(i, end));
    i = end;
    while (isSpace(i)) i++;
    if (isIfs(i) && !isSpace(i)) {
      i++;
      while (isSpace(i)) i++;
    }
  }
  if (out.length < count && i <= text.length) out.push(lastField(text, i, isIfs, isSpace));
  return out;
}

function lastField(
  text: string,
  from: number,
  isIfs: (i: number) => boolean,
  isSpace: (i: number) => boolean,
): string {
  let end = text.length;
  while (end > from && isSpace(end - 1)) end--;
  // One closing delimiter belongs to a lone last field.
  if (end > from && isIfs(end - 1) && !isSpace(end - 1)) {
    let inner = false;
    for (let i = from; i < end - 1; i++) if (isIfs(i) && !isSpace(i)) inner = true;
    let spaced = false;
    for (let i = from; i < end - 1; i++) if (isSpace(i)) spaced = true;
    if (!inner && !spaced) {
      end--;
      while (end > from && isSpace(end - 1)) end--;
    }
  }
  return text.slice(from, end);
}

function* withEcho(options: ReadOptions, work: Sys<Line>): Sys<Line> {
  let before: Termios | undefined;
  const special = options.silent || options.count !== undefined;
  if (special && (yield* sys.isatty(options.fd))) {
    before = yield* sys.tcgetattr(options.fd);
    yield* sys.tcsetattr(options.fd, {
      ...before,
      echo: !options.silent && before.echo,
      icanon: options.count === undefined && before.icanon,
    });
  }
  try {
    return yield* work;
  } finally {
    if (before) yield* sys.tcsetattr(options.fd, before);
  }
}

function* readBuiltin(sh: Shell, argv: readonly string[]): Sys<number> {
  const parsed = yield* parseRead(sh, argv);
  if (typeof parsed === 'number') return parsed;
  const { options } = parsed;
  let { names } = parsed;
  if (names.length === 0 && options.array === undefined) {
    if (sh.dialect === 'dash') {
      yield* sh.complain('arg count');
      return 2;
    }
    names = ['REPLY'];
  }
  const bad = names.find((n) => !NAME.test(n.replace(/\[.*\]$/, '')));
  if (bad !== undefined) {
    yield* sh.complain(
      sh.isBash ? `\`${bad}': not a valid identifier` : `${bad}: bad variable name`,
    );
    return sh.isBash ? 1 : 2;
  }
  if (options.prompt !== undefined && (yield* sys.isatty(options.fd)))
    yield* sh.stderr(options.prompt);
  if (options.timeoutUs === 0) {
    return (yield* sys.poll([{ fd: options.fd, read: true }], 0)).length > 0 ? 0 : 1;
  }
  const line = yield* withEcho(options, readLine(sh, options));
  if (line.ended === 'interrupted') return 130;
  const whole = parsed.names.length === 0 && options.array === undefined;
  const status = yield* assignLine(sh, options, names, line, whole || options.exact);
  if (status !== 0) return status;
  if (line.ended === 'timeout') return sh.isBash ? 142 : 1;
  return line.ended === 'end' ? 1 : 0;
}

function* assignLine(
  sh: Shell,
  options: ReadOptions,
  names: readonly string[],
  line: Line,
  whole: boolean,
): Sys<number> {
  const ifs = sh.vars.get('IFS') ?? ' \t\n';
  if (options.array !== undefined) {
    const fields = splitLine(line, ifs, Infinity).filter(
      (f, i, all) => f !== '' || i < all.length - 1,
    );
    sh.vars.replace(options.array, { array: new Map(fields.map((f, i) => [i, f])) });
    return 0;
  }
  const fields = whole ? [line.text] : splitLine(line, ifs, names.length);
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    if (sh.vars.lookup(name)?.readonly) {
      yield* sh.complain(
        sh.isBash ? `${name}: readonly variable` : `${name}: is read only`,
        sh.isBash ? undefined : sh.builtin,
      );
      return sh.isBash ? 1 : 2;
    }
    const element = /^([A-Za-z_]\w*)\[(.*)\]$/.exec(name);
    if (element) {
      const assoc = sh.vars.lookup(element[1]!)?.assoc !== undefined;
      sh.vars.setElement(element[1]!, assoc ? element[2]! : Number(element[2]), fields[i] ?? '');
    } else sh.vars.set(name, fields[i] ?? '');
  }
  return 0;
}

function* mapfile(sh: Shell, argv: readonly string[]): Sys<number> {
  let trim = false;
  let max = Infinity;
  let skip = 0;
  let origin = 0;
  let delimiter = '\n';
  let i = 1;
  for (; i < argv.length && /^-./.test(argv[i]!); i++) {
    const arg = argv[i]!;
    if (arg === '-t') trim = true;
    else if (arg === '-n') max = Number(argv[++i]) || Infinity;
    else if (arg === '-s') skip = Number(argv[++i]);
    else if (arg === '-O') origin = Number(argv[++i]);
    else if (arg === '-d') delimiter = argv[++i]?.charAt(0) || '\0';
    else if (arg !== '-u')
      return yield* invalidOption(
        sh,
        arg,
        'mapfile [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]',
      );
    else i++;
  }
  const text = decodeUtf8(yield* sys.readAll(0));
  const lines: string[] = [];
  for (let at = 0; at < text.length;) {
    const end = text.indexOf(delimiter, at);
    const next = end < 0 ? text.length : end + 1;
    lines.push(text.slice(at, trim && end >= 0 ? end : next));
    at = next;
  }
  const array = new Map(lines.slice(skip, skip + max).map((l, k) => [k + origin, l] as const));
  sh.vars.replace(argv[i] ?? 'MAPFILE', { array });
  return 0;
}

export const READ_BUILTINS: readonly Builtin[] = [
  { name: 'read', run: readBuiltin },
  { name: 'mapfile', only: ['bash'], run: mapfile },
  { name: 'readarray', only: ['bash'], run: mapfile },
];
