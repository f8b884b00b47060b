/** sort. Models coreutils `sort.c` and BusyBox `sort.c`: keys, kinds of comparison, -u, -c, -s. */
import { decodeUtf8 } from '../../base';
import { sys, SysError, type Sys } from '../../kernel';
import { compareText } from '../exec/variables';
import { errnoText } from '../errno';
import { compareVersions } from './ls';
import { linesOf, type Context, type Options, type Tool } from './tool';

interface SortKey {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number] | undefined;
  readonly flags: string;
}

function parseKey(text: string): SortKey | undefined {
  const match = /^(\d+)(?:\.(\d+))?([bdfgiMhnRrV]*)(?:,(\d+)(?:\.(\d+))?([bdfgiMhnRrV]*))?$/.exec(
    text,
  );
  if (!match) return undefined;
  return {
    from: [Number(match[1]), Number(match[2] ?? 1)],
    to: match[4] === undefined ? undefined : [Number(match[4]), Number(match[5] ?? 0)],
    flags: match[3]! + (match[6] ?? ''),
  };
}

/** Fields of a line with where they begin; without a separator the blanks before belong to a field. */
function fieldStarts(line: string, separator: string | undefined): number[] {
  const starts = [0];
  if (separator !== undefined) {
    for (let i = 0; i < line.length; i++) if (line[i] === separator) starts.push(i + 1);
    return starts;
  }
  for (let i = 1; i < line.length; i++)
    if (/[ \t]/.test(line[i]!) && !/[ \t]/.test(line[i - 1]!)) starts.push(i);
  return starts;
}

function keyText(line: string, key: SortKey, separator: string | undefined): string {
  const starts = fieldStarts(line, separator);
  const begin = starts[key.from[0] - 1];
  if (begin === undefined) return '';
  let from = begin;
  if (key.flags.includes('b') && separator === undefined)
    while (/[ \t]/.test(line[from] ?? '')) from++;
  from += key.from[1] - 1;
  let to = line.length;
  if (key.to) {
    const next = starts[key.to[0]];
    const end = next === undefined ? line.length : separator === undefined ? next : next - 1;
    to = key.to[1] === 0 ? end : Math.min(end, (starts[key.to[0] - 1] ?? line.length) + key.to[1]);
  }
  return line.slice(from, to);
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

function compareBy(a: string, b: string, flags: string): number {
  if (flags.includes('n')) {
    const value = (t: string) => Number(/^\s*(-?\d*\.?\d*)/.exec(t)?.[1] || 0) || 0;
    return value(a) - value(b);
  }
  if (flags.includes('g')) {
    const value = (t: string) => {
      const n = parseFloat(t);
      return Number.isNaN(n) ? -Infinity : n;
    };
    const [x, y] = [value(a), value(b)];
    return x === y ? 0 : x < y ? -1 : 1;
  }
  if (flags.includes('h')) {
    const value = (t: string) => {
      const match = /^\s*(-?\d*\.?\d+)\s*([kKMGTPE]?)/.exec(t);
      return match
        ? Number(match[1]) * 1024 ** ' KMGTPE'.indexOf(match[2]!.toUpperCase() || ' ')
        : 0;
    };
    return value(a) - value(b);
  }
  if (flags.includes('M')) {
    const value = (t: string) => MONTHS.indexOf(t.trim().slice(0, 3).toUpperCase());
    return value(a) - value(b);
  }
  if (flags.includes('V')) return compareVersions(a, b);
  let x = a;
  let y = b;
  if (flags.includes('d'))
    [x, y] = [x, y].map((t) => t.replace(/[^\w\s]|_/g, '')) as [string, string];
  if (flags.includes('f')) [x, y] = [x.toUpperCase(), y.toUpperCase()];
  return compareText(x, y);
}

function comparer(
  options: Options,
  keys: readonly SortKey[],
): { compare: (a: string, b: string) => number; same: (a: string, b: string) => boolean } {
  const letters = ['b', 'd', 'f', 'g', 'h', 'i', 'M', 'n', 'r', 'R', 'V'];
  const global = letters.filter((f) => options.flags.has(f)).join('');
  const separator = options.values.get('t');
  const byKeys = (a: string, b: string): number => {
    for (const key of keys) {
      const flags = key.flags.replace('b', '') === '' ? global + key.flags : key.flags;
      const order = compareBy(
        keyText(a, { ...key, flags }, separator),
        keyText(b, { ...key, flags }, separator),
        flags,
      );
      if (order !== 0) return flags.includes('r') ? -order : order;
    }
    if (keys.length === 0) {
      const order = compareBy(
        global.includes('b') ? a.trimStart() : a,
        global.includes('b') ? b.trimStart() : b,
        global,
      );
      return global.includes('r') ? -order : order;
    }
    return 0;
  };
  const compare = (a: string, b: string): number => {
    const order = byKeys(a, b);
    if (order !== 0 || options.flags.has('s') || options.flags.has('u')) return order;
    return global.includes('r') ? compareText(b, a) : compareText(a, b);
  };
  return { compare, same: (a, b) => byKeys(a, b) === 0 };
}

function* readKeys(tool: Context, options: Options): Sys<SortKey[]> {
  const keys: SortKey[] = [];
  for (const [name, value] of options.all) {
    if (name !== 'k') continue;
    const key = parseKey(value!);
    if (!key || key.from[0] === 0) {
      if (tool.busybox) return yield* tool.fail(`bad field specification`, 2);
      return yield* tool.fail(
        key
          ? `-: invalid field specification '${value!}'`.replace('-: ', 'field number is zero: ')
          : `invalid number at field start: invalid count at start of '${value!}'`,
        2,
      );
    }
    keys.push(key);
  }
  return keys;
}

/** `-c`: says where the order breaks. */
function* checkOrder(
  tool: Context,
  path: string,
  lines: readonly string[],
  options: Options,
  compare: (a: string, b: string) => number,
): Sys<number> {
  for (let i = 1; i < lines.length; i++) {
    const order = compare(lines[i - 1]!, lines[i]!);
    if (order < 0 || (order === 0 && !options.flags.has('u'))) continue;
    if (options.flags.has('c')) {
      const busybox = `Check line ${i}\n`;
      const gnu = `sort: ${path}:${i + 1}: disorder: ${lines[i]!}\n`;
      yield* tool.say(tool.busybox ? busybox : gnu);
    }
    return 1;
  }
  return 0;
}

function* runSort(tool: Context): Sys<number> {
  const options = yield* tool.options({
    short: tool.busybox ? 'bcdfgik:Mno:rst:T:uVz' : 'bcCdfghik:Mmno:rRsS:t:T:uVz',
    long: {
      reverse: 'r',
      unique: 'u',
      'numeric-sort': 'n',
      key: '=k',
      'field-separator': '=t',
      output: '=o',
      'ignore-case': 'f',
      check: '?c',
      stable: 's',
      'human-numeric-sort': 'h',
      'version-sort': 'V',
      'general-numeric-sort': 'g',
      'month-sort': 'M',
      'ignore-leading-blanks': 'b',
      'zero-terminated': 'z',
      parallel: '=p',
      merge: 'm',
    },
  });
  const keys = yield* readKeys(tool, options);
  const { compare, same } = comparer(options, keys);
  const end = options.flags.has('z') ? '\0' : '\n';
  let lines: string[] = [];
  const paths = options.operands.length > 0 ? options.operands : ['-'];
  for (const path of paths) {
    let bytes;
    try {
      bytes = path === '-' ? yield* sys.readAll(0) : yield* sys.readFile(path);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const reason = errnoText(error.errno);
      return yield* tool.fail(
        tool.busybox
          ? `${path}: ${reason}`
          : error.errno === 'EISDIR'
            ? `read failed: ${path}: ${reason}`
            : `cannot read: ${path}: ${reason}`,
        2,
      );
    }
    const text = decodeUtf8(bytes);
    lines = lines.concat(
      end === '\n'
        ? linesOf(text)
        : text.split('\0').filter((l, i, all) => i < all.length - 1 || l !== ''),
    );
  }
  if (options.flags.has('c') || options.flags.has('C')) {
    return yield* checkOrder(tool, paths[0]!, lines, options, compare);
  }
  lines.sort(compare);
  if (options.flags.has('u'))
    lines = lines.filter((line, i) => i === 0 || !same(lines[i - 1]!, line));
  const text = lines.map((l) => l + end).join('');
  const target = options.values.get('o');
  if (target === undefined) yield* tool.print(text);
  else yield* sys.writeFile(target, text);
  return 0;
}

export const sort: Tool = { name: 'sort', run: runSort, usageStatus: 2, busyboxStatus: 2 };
