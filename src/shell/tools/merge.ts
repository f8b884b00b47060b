/** comm, join, split: tools that put sorted files together or cut one up. Models coreutils. */
import { sys, type Sys } from '../../kernel';
import { linesOf, type Context, type Tool } from './tool';

function* runComm(tool: Context): Sys<number> {
  const { flags, operands } = yield* tool.options({
    short: '123z',
    long: { 'check-order': 'check', 'nocheck-order': 'nocheck' },
  });
  if (operands.length < 2) {
    if (tool.busybox) yield* tool.usage();
    yield* tool.usage(
      operands.length === 0 ? 'missing operand' : `missing operand after '${operands[0]!}'`,
    );
  }
  const left = yield* tool.inputText(operands[0]!);
  const right = left === undefined ? undefined : yield* tool.inputText(operands[1]!);
  if (left === undefined || right === undefined) return 1;
  const a = linesOf(left);
  const b = linesOf(right);
  const tabs = (column: number) =>
    ['1', '2']
      .slice(0, column - 1)
      .map((f) => (flags.has(f) ? '' : '\t'))
      .join('');
  const sides = [unsorted(a), unsorted(b)];
  const told = new Set<number>();
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (!tool.busybox && !flags.has('nocheck')) {
      for (const [n, at] of [i, j].entries()) {
        if (sides[n] !== at || told.has(n)) continue;
        told.add(n);
        yield* tool.warn(`file ${n + 1} is not in sorted order`);
      }
    }
    const x = a[i];
    const y = b[j];
    const column = y === undefined || (x !== undefined && x < y) ? 1 : x === y ? 3 : 2;
    if (column !== 2) i++;
    if (column !== 1) j++;
    if (!flags.has(String(column))) yield* tool.print(`${tabs(column)}${column === 2 ? y! : x!}\n`);
  }
  if (tool.status !== 0 && !tool.busybox) yield* tool.warn('input is not in sorted order');
  return tool.status;
}

/** Where a list goes backwards. */
function unsorted(lines: readonly string[]): number | undefined {
  const at = lines.findIndex((line, i) => i > 0 && line < lines[i - 1]!);
  return at < 0 ? undefined : at;
}

interface Joined {
  readonly key: string;
  readonly fields: readonly string[];
}

interface Pairing {
  readonly only: ReadonlySet<string>;
  readonly also: ReadonlySet<string>;
  readonly line: (x: Joined | undefined, y: Joined | undefined) => string;
}

function* pairUp(
  tool: Context,
  a: readonly Joined[],
  b: readonly Joined[],
  { only, also, line }: Pairing,
): Sys<void> {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const x = a[i];
    const y = b[j];
    if (y === undefined || (x !== undefined && x.key < y.key)) {
      if (also.has('1')) yield* tool.print(`${line(x, undefined)}\n`);
      i++;
    } else if (x === undefined || y.key < x.key) {
      if (also.has('2')) yield* tool.print(`${line(undefined, y)}\n`);
      j++;
    } else {
      let endI = i;
      let endJ = j;
      while (a[endI]?.key === x.key) endI++;
      while (b[endJ]?.key === x.key) endJ++;
      if (only.size === 0)
        for (const p of a.slice(i, endI))
          for (const q of b.slice(j, endJ)) yield* tool.print(`${line(p, q)}\n`);
      i = endI;
      j = endJ;
    }
  }
}

function* runJoin(tool: Context): Sys<number> {
  const { values, all, flags, operands } = yield* tool.options({
    short: '1:2:j:t:a:v:e:o:i',
    long: { 'ignore-case': 'i', header: 'header', 'nocheck-order': 'nocheck' },
  });
  if (operands.length < 2)
    yield* tool.usage(
      operands.length === 0 ? 'missing operand' : `missing operand after '${operands[0]!}'`,
    );
  const separator = values.get('t');
  const keyOf = [
    values.get('1') ?? values.get('j') ?? '1',
    values.get('2') ?? values.get('j') ?? '1',
  ].map(Number);
  const sides: Joined[][] = [];
  for (const [n, path] of operands.slice(0, 2).entries()) {
    const text = yield* tool.inputText(path);
    if (text === undefined) return 1;
    sides.push(
      linesOf(text).map((line) => {
        const fields =
          separator === undefined ? line.trim().split(/[ \t]+/) : line.split(separator);
        const key = fields[keyOf[n]! - 1] ?? '';
        return { key: flags.has('i') ? key.toLowerCase() : key, fields };
      }),
    );
  }
  const gap = separator ?? ' ';
  const rest = (row: Joined, n: number) => row.fields.filter((_, i) => i !== keyOf[n]! - 1);
  const only = new Set(all.filter(([k]) => k === 'v').map(([, v]) => v!));
  const also = new Set([...only, ...all.filter(([k]) => k === 'a').map(([, v]) => v!)]);
  const line = (x: Joined | undefined, y: Joined | undefined) => {
    const format = values.get('o');
    if (format === undefined || format === 'auto')
      return [
        (x ?? y)!.fields[keyOf[x ? 0 : 1]! - 1]!,
        ...(x ? rest(x, 0) : []),
        ...(y ? rest(y, 1) : []),
      ].join(gap);
    return format
      .split(/[ ,]/)
      .map((f) => {
        const [side, number] = f.split('.');
        const row = side === '1' ? x : side === '2' ? y : (x ?? y);
        const value =
          side === '0' ? (x ?? y)!.fields[keyOf[x ? 0 : 1]! - 1] : row?.fields[Number(number) - 1];
        return value ?? values.get('e') ?? '';
      })
      .join(gap);
  };
  const [a, b] = sides as [Joined[], Joined[]];
  yield* pairUp(tool, a, b, { only, also, line });
  return tool.status;
}

function suffix(index: number, length: number, numeric: boolean): string {
  if (numeric) return String(index).padStart(length, '0');
  let out = '';
  let left = index;
  for (let i = 0; i < length; i++) {
    out = String.fromCharCode(97 + (left % 26)) + out;
    left = Math.floor(left / 26);
  }
  return out;
}

function sizeOf(text: string): number {
  const match = /^(\d+)([bkKmMgG]?)B?$/.exec(text);
  if (!match) return 0;
  return (
    Number(match[1]) *
    ({ b: 512, k: 1024, K: 1024, m: 1 << 20, M: 1 << 20, g: 1 << 30, G: 1 << 30 }[match[2]!] ?? 1)
  );
}

function* runSplit(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({
    short: tool.busybox ? 'l:b:a:' : 'l:b:a:dn:',
    long: {
      lines: '=l',
      bytes: '=b',
      'suffix-length': '=a',
      'numeric-suffixes': 'd',
      number: '=n',
    },
  });
  const bytes = yield* tool.input(operands[0] ?? '-');
  if (!bytes) return 1;
  const prefix = operands[1] ?? 'x';
  const length = Number(values.get('a') ?? 2);
  const limit = values.has('n')
    ? Math.ceil(bytes.length / Number(values.get('n')))
    : sizeOf(values.get('b') ?? '0');
  const lines = Number(values.get('l') ?? 1000);
  let index = 0;
  for (let at = 0; at < bytes.length; index++) {
    let end = at + limit;
    if (limit === 0) {
      let left = lines;
      for (end = at; end < bytes.length && left > 0; end++) if (bytes[end] === 10) left--;
    }
    yield* sys.writeFile(`${prefix}${suffix(index, length, flags.has('d'))}`, bytes.slice(at, end));
    at = end;
  }
  return tool.status;
}

export const MERGE_TOOLS: readonly Tool[] = [
  { name: 'comm', run: runComm },
  { name: 'join', run: runJoin, only: 'gnu' },
  { name: 'split', run: runSplit },
];
