/** diff. Models GNU diffutils 3.8 (normal, context, unified) and BusyBox `editors/diff.c` (unified). */
import { sys, SysError, type FileStat, type Sys } from '../../kernel';
import { errnoText } from '../errno';
import { formatTime } from '../time-format';
import { toByteText, fromByteText } from './byte-text';
import { joinPath, statOrNone } from './files';
import { differences, type Hunk } from './line-difference';
import { type Context, type Options, type Tool } from './tool';

interface Side {
  readonly path: string;
  readonly lines: readonly string[];
  /** The last line has no end. */
  readonly open: boolean;
  readonly stat: FileStat | undefined;
}

interface Comparison {
  readonly tool: Context;
  readonly options: Options;
  readonly style: 'normal' | 'unified' | 'context';
  readonly context: number;
  readonly labels: readonly string[];
}

function* readSide(path: string): Sys<{ bytes: Uint8Array; stat: FileStat | undefined }> {
  if (path === '-') return { bytes: yield* sys.readAll(0), stat: undefined };
  return { bytes: yield* sys.readFile(path), stat: yield* statOrNone(path) };
}

function sideOf(path: string, bytes: Uint8Array, stat: FileStat | undefined): Side {
  const text = toByteText(bytes);
  const lines = text.split('\n');
  const open = lines.at(-1) !== '';
  if (!open) lines.pop();
  return { path, lines, open: open && text !== '', stat };
}

/** The lines as they are compared. */
function keys(side: Side, flags: ReadonlySet<string>): string[] {
  return side.lines.map((line, i) => {
    let key = line;
    if (flags.has('w')) key = key.replace(/[ \t\r\v\f]+/g, '');
    else if (flags.has('b')) key = key.replace(/[ \t\r\v\f]+/g, ' ').replace(/ $/, '');
    if (flags.has('i')) key = key.toLowerCase();
    return side.open && i === side.lines.length - 1 && !flags.has('w') ? `${key}\0` : key;
  });
}

function span(from: number, to: number): string {
  if (to === from) return String(from);
  return to - from === 1 ? String(to) : `${from + 1},${to}`;
}

function marked(side: Side, from: number, to: number, mark: string): string {
  let out = '';
  for (let i = from; i < to; i++) {
    out += `${mark}${side.lines[i]!}\n`;
    if (side.open && i === side.lines.length - 1) out += '\\ No newline at end of file\n';
  }
  return out;
}

function normal(a: Side, b: Side, hunks: readonly Hunk[]): string {
  let out = '';
  for (const { fromA, toA, fromB, toB } of hunks) {
    const letter = fromA === toA ? 'a' : fromB === toB ? 'd' : 'c';
    out += `${span(fromA, toA)}${letter}${span(fromB, toB)}\n`;
    out += marked(a, fromA, toA, '< ');
    if (letter === 'c') out += '---\n';
    out += marked(b, fromB, toB, '> ');
  }
  return out;
}

/** Hunks whose contexts touch are shown as one. */
function grouped(hunks: readonly Hunk[], context: number): Hunk[][] {
  const groups: Hunk[][] = [];
  for (const hunk of hunks) {
    const last = groups.at(-1)?.at(-1);
    if (last && hunk.fromA - last.toA <= 2 * context) groups.at(-1)!.push(hunk);
    else groups.push([hunk]);
  }
  return groups;
}

const unifiedSpan = (from: number, to: number) =>
  to - from === 1 ? String(to) : `${to === from ? from : from + 1},${to - from}`;

interface Around {
  readonly fromA: number;
  readonly toA: number;
  readonly fromB: number;
  readonly toB: number;
}

function around(group: readonly Hunk[], a: Side, b: Side, context: number): Around {
  const first = group[0]!;
  const last = group.at(-1)!;
  return {
    fromA: Math.max(0, first.fromA - context),
    toA: Math.min(a.lines.length, last.toA + context),
    fromB: Math.max(0, first.fromB - context),
    toB: Math.min(b.lines.length, last.toB + context),
  };
}

function unified(a: Side, b: Side, hunks: readonly Hunk[], context: number): string {
  let out = '';
  for (const group of grouped(hunks, context)) {
    const all = around(group, a, b, context);
    out += `@@ -${unifiedSpan(all.fromA, all.toA)} +${unifiedSpan(all.fromB, all.toB)} @@\n`;
    let at = all.fromA;
    for (const { fromA, toA, fromB, toB } of group) {
      out += marked(a, at, fromA, ' ');
      out += marked(a, fromA, toA, '-') + marked(b, fromB, toB, '+');
      at = toA;
    }
    out += marked(a, at, all.toA, ' ');
  }
  return out;
}

function contextual(a: Side, b: Side, hunks: readonly Hunk[], context: number): string {
  let out = '';
  const range = (from: number, to: number) => (to - from <= 1 ? String(to) : `${from + 1},${to}`);
  for (const group of grouped(hunks, context)) {
    const all = around(group, a, b, context);
    out += `***************\n*** ${range(all.fromA, all.toA)} ****\n`;
    const half = (side: Side, key: 'A' | 'B', sign: string) => {
      let text = '';
      let at = key === 'A' ? all.fromA : all.fromB;
      for (const h of group) {
        const [from, to] = key === 'A' ? [h.fromA, h.toA] : [h.fromB, h.toB];
        const changed = h.fromA !== h.toA && h.fromB !== h.toB;
        text += marked(side, at, from, '  ') + marked(side, from, to, changed ? '! ' : sign);
        at = to;
      }
      return text + marked(side, at, key === 'A' ? all.toA : all.toB, '  ');
    };
    if (group.some((h) => h.fromA !== h.toA)) out += half(a, 'A', '- ');
    out += `--- ${range(all.fromB, all.toB)} ----\n`;
    if (group.some((h) => h.fromB !== h.toB)) out += half(b, 'B', '+ ');
  }
  return out;
}

function* header(c: Comparison, side: Side, mark: string, index: number): Sys<void> {
  const label = c.labels[index];
  if (label !== undefined || c.tool.busybox) {
    yield* c.tool.print(`${mark} ${label ?? side.path}\n`);
    return;
  }
  const us = side.stat?.mtimeUs ?? (yield* sys.clock()).unixUs;
  yield* c.tool.print(`${mark} ${side.path}\t${formatTime('%Y-%m-%d %H:%M:%S.%N %z', us)}\n`);
}

const isBinary = (bytes: Uint8Array) => bytes.subarray(0, 32_768).includes(0);

/** 0 alike, 1 different, 2 trouble. */
function* compareFiles(c: Comparison, left: string, right: string, title: string): Sys<number> {
  const { tool, options } = c;
  const { flags } = options;
  let x;
  let y;
  let at = left;
  try {
    x = yield* readSide(left);
    at = right;
    y = yield* readSide(right);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (error.errno === 'ENOENT' && flags.has('N')) {
      const empty = { bytes: new Uint8Array(0), stat: undefined };
      if (at === left) [x, y] = [empty, yield* readSide(right)];
      else y = empty;
    } else return yield* trouble(tool, at, error);
  }
  const same = x!.bytes.length === y!.bytes.length && x!.bytes.every((v, i) => v === y!.bytes[i]);
  if (!same && (flags.has('q') || isBinary(x!.bytes) || isBinary(y!.bytes)) && !flags.has('a')) {
    const kind = flags.has('q') || tool.busybox ? 'Files' : 'Binary files';
    yield* tool.print(`${kind} ${left} and ${right} differ\n`);
    return 1;
  }
  const a = sideOf(left, x!.bytes, x!.stat);
  const b = sideOf(right, y!.bytes, y!.stat);
  let hunks = same ? [] : differences(keys(a, flags), keys(b, flags));
  if (flags.has('B'))
    hunks = hunks.filter((h) => !blank(a, h.fromA, h.toA) || !blank(b, h.fromB, h.toB));
  if (hunks.length === 0) {
    if (flags.has('s') && !tool.busybox)
      yield* tool.print(`Files ${left} and ${right} are identical\n`);
    return 0;
  }
  if (!tool.busybox) yield* tool.print(title);
  if (c.style !== 'normal') {
    const marks = c.style === 'unified' ? ['---', '+++'] : ['***', '---'];
    yield* header(c, a, marks[0]!, 0);
    yield* header(c, b, marks[1]!, 1);
  }
  const text =
    c.style === 'normal'
      ? normal(a, b, hunks)
      : c.style === 'unified'
        ? unified(a, b, hunks, c.context)
        : contextual(a, b, hunks, c.context);
  yield* tool.print(fromByteText(text));
  return 1;
}

const blank = (side: Side, from: number, to: number) =>
  side.lines.slice(from, to).every((l) => l.trim() === '');

function* trouble(tool: Context, path: string, error: SysError): Sys<number> {
  const reason = errnoText(error.errno);
  yield* tool.warn(tool.busybox ? `can't stat '${path}': ${reason}` : `${path}: ${reason}`);
  return 2;
}

function* compareDirectories(c: Comparison, left: string, right: string): Sys<number> {
  const { tool, options } = c;
  const names = function* (path: string): Sys<string[]> {
    return (yield* sys.readdir(path)).map((e) => e.name);
  };
  const inLeft = new Set(yield* names(left));
  const inRight = new Set(yield* names(right));
  let status = 0;
  for (const name of [...new Set([...inLeft, ...inRight])].sort()) {
    const only = !inLeft.has(name) ? right : !inRight.has(name) ? left : undefined;
    const a = joinPath(left, name);
    const b = joinPath(right, name);
    if (only !== undefined && !options.flags.has('N')) {
      // With -r, BusyBox passes silently over directories that the other side has not.
      const stat = yield* statOrNone(joinPath(only, name));
      const silent = tool.busybox && options.flags.has('r') && stat?.type === 'dir';
      if (!silent) yield* tool.print(`Only in ${only}: ${name}\n`);
      status = Math.max(status, 1);
      continue;
    }
    const x = yield* statOrNone(a);
    const y = yield* statOrNone(b);
    if (x?.type === 'dir' && y?.type === 'dir') {
      if (options.flags.has('r')) status = Math.max(status, yield* compareDirectories(c, a, b));
      else yield* tool.print(`Common subdirectories: ${a} and ${b}\n`);
      continue;
    }
    const given = tool.args.filter((arg) => arg.startsWith('-') && arg !== '-').join(' ');
    const title = `diff ${given === '' ? '' : `${given} `}${a} ${b}\n`;
    status = Math.max(status, yield* compareFiles(c, a, b, title));
  }
  return status;
}

function* runDiff(tool: Context): Sys<number> {
  const options = yield* tool.options({
    short: tool.busybox ? 'abBdiL:NqrsS:tTU:uw' : 'abBdiL:NqrsS:tTU:uwcC:y',
    long: {
      unified: '?U',
      context: '?C',
      brief: 'q',
      recursive: 'r',
      'new-file': 'N',
      'report-identical-files': 's',
      'ignore-case': 'i',
      'ignore-all-space': 'w',
      'ignore-space-change': 'b',
      'ignore-blank-lines': 'B',
      text: 'a',
      label: '=L',
      color: '?color',
    },
  });
  const { flags, values, operands } = options;
  if (operands.length < 2) {
    if (tool.busybox) yield* tool.usage();
    const last = tool.args.at(-1);
    yield* tool.warn(`missing operand after '${last ?? 'diff'}'`);
    yield* sys.write(2, "diff: Try 'diff --help' for more information.\n");
    return 2;
  }
  if (flags.has('y')) yield* tool.notSimulated('-y');
  const style =
    tool.busybox || flags.has('u') || flags.has('U')
      ? 'unified'
      : flags.has('c') || flags.has('C')
        ? 'context'
        : 'normal';
  const context = Number(values.get('U') || values.get('C') || 3);
  const labels = options.all.filter(([n]) => n === 'L').map(([, v]) => v!);
  const c: Comparison = { tool, options, style, context, labels };
  let [left, right] = operands as [string, string];
  const x = left === '-' ? undefined : yield* statOrNone(left);
  const y = right === '-' ? undefined : yield* statOrNone(right);
  if (x?.type === 'dir' && y?.type === 'dir') return yield* compareDirectories(c, left, right);
  if (x?.type === 'dir') left = joinPath(left, right.replace(/^.*\//, ''));
  else if (y?.type === 'dir') right = joinPath(right, left.replace(/^.*\//, ''));
  const status = yield* compareFiles(c, left, right, '');
  // BusyBox counts what is missing in a directory as a difference.
  return tool.busybox && y?.type === 'dir' ? Math.min(status, 1) : status;
}

export const diff: Tool = { name: 'diff', run: runDiff, usageStatus: 2 };
