/** fold, expand, unexpand, column, shuf: tools that lay lines out anew. Models coreutils, util-linux. */
import { sys, type Sys } from '../../kernel';
import { linesOf, type Context, type Tool } from './tool';

function* textOf(tool: Context, operands: readonly string[]): Sys<string> {
  let text = '';
  for (const path of operands.length > 0 ? operands : ['-'])
    text += (yield* tool.inputText(path)) ?? '';
  return text;
}

function foldLine(line: string, width: number, atSpaces: boolean): string[] {
  const out: string[] = [];
  let rest = line;
  while (rest.length > width) {
    let cut = width;
    if (atSpaces) {
      const space = rest.slice(0, width).lastIndexOf(' ');
      if (space >= 0) cut = space + 1;
    }
    out.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
  return [...out, rest];
}

function* runFold(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({
    short: 'bsw:',
    long: { bytes: 'b', spaces: 's', width: '=w' },
  });
  const width = Number(values.get('w') ?? 80);
  if (!(width > 0)) return yield* tool.fail(`invalid number of columns: '${values.get('w')!}'`);
  for (const path of operands.length > 0 ? operands : ['-']) {
    const text = yield* tool.inputText(path);
    if (text === undefined) continue;
    const lines = text.split('\n').map((l) => foldLine(l, width, flags.has('s')).join('\n'));
    yield* tool.print(lines.join('\n'));
  }
  return tool.status;
}

function expandLine(line: string, stop: number, initial: boolean): string {
  let out = '';
  let blank = true;
  for (const ch of line) {
    if (ch === '\t' && (blank || !initial)) out += ' '.repeat(stop - (out.length % stop));
    else out += ch;
    if (ch !== ' ' && ch !== '\t') blank = false;
  }
  return out;
}

function* runExpand(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({
    short: 'it:',
    long: { initial: 'i', tabs: '=t' },
  });
  const stop = Number(values.get('t') ?? 8);
  const text = yield* textOf(tool, operands);
  yield* tool.print(
    text
      .split('\n')
      .map((l) => expandLine(l, stop, flags.has('i')))
      .join('\n'),
  );
  return tool.status;
}

function unexpandLine(line: string, stop: number, all: boolean): string {
  const lead = /^[ \t]*/.exec(line)![0];
  const width = expandLine(lead, stop, false).length;
  const head = '\t'.repeat(Math.floor(width / stop)) + ' '.repeat(width % stop);
  if (!all) return head + line.slice(lead.length);
  const whole = expandLine(line, stop, false);
  let out = '';
  for (let at = 0; at < whole.length; at += stop) {
    const cell = whole.slice(at, at + stop);
    out += cell.length === stop ? cell.replace(/ {2,}$/, '\t') : cell;
  }
  return out;
}

function* runUnexpand(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({
    short: 'aft:',
    long: { all: 'a', 'first-only': 'f', tabs: '=t' },
  });
  const stop = Number(values.get('t') ?? 8);
  const all = (flags.has('a') || flags.has('t')) && !flags.has('f');
  const text = yield* textOf(tool, operands);
  yield* tool.print(
    text
      .split('\n')
      .map((l) => unexpandLine(l, stop, all))
      .join('\n'),
  );
  return tool.status;
}

function table(lines: readonly string[], separator: string | undefined, gap: string): string {
  const rows = lines.map((l) =>
    separator === undefined
      ? l.trim().split(/[ \t]+/)
      : l.split(new RegExp(`[${separator.replace(/[\\\]^-]/g, '\\$&')}]`)),
  );
  const width: number[] = [];
  for (const row of rows)
    for (const [i, cell] of row.entries()) width[i] = Math.max(width[i] ?? 0, cell.length);
  return rows
    .map(
      (row) => `${row.map((c, i) => (i === row.length - 1 ? c : c.padEnd(width[i]!))).join(gap)}\n`,
    )
    .join('');
}

/** Filled down the columns, eight characters a tab stop. */
function filled(cells: readonly string[], width: number, across: boolean): string {
  const wide = (Math.floor(Math.max(...cells.map((c) => c.length)) / 8) + 1) * 8;
  const columns = Math.max(1, Math.floor(width / wide));
  const rows = Math.ceil(cells.length / columns);
  let out = '';
  for (let r = 0; r < rows; r++) {
    const row: string[] = [];
    for (let c = 0; c < columns; c++) {
      const cell = cells[across ? r * columns + c : c * rows + r];
      if (cell !== undefined) row.push(cell);
    }
    out += row
      .map((c, i) => (i === row.length - 1 ? c : c + '\t'.repeat(Math.ceil((wide - c.length) / 8))))
      .join('');
    out += '\n';
  }
  return out;
}

function* runColumn(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({
    short: 'txs:o:c:N:',
    long: {
      table: 't',
      separator: '=s',
      'output-separator': '=o',
      fillrows: 'x',
      'output-width': '=c',
      'table-columns': '=N',
    },
  });
  const lines = linesOf(yield* textOf(tool, operands)).filter((l) => l.trim() !== '');
  if (lines.length === 0) return tool.status;
  if (flags.has('t')) {
    const separator = values.get('s');
    const names = values
      .get('N')
      ?.split(',')
      .join(separator?.[0] ?? ' ');
    const rows = names === undefined ? lines : [names, ...lines];
    yield* tool.print(table(rows, separator, values.get('o') ?? '  '));
    return tool.status;
  }
  const width = Number(values.get('c') ?? tool.env['COLUMNS'] ?? 80);
  yield* tool.print(filled(lines, width, flags.has('x')));
  return tool.status;
}

function* shuffled<T>(items: readonly T[]): Sys<T[]> {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const noise = yield* sys.random(4);
    const value = noise.reduce((n, b) => n * 256 + b, 0);
    const j = value % (i + 1);
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}

function* runShuf(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({
    short: 'ei:n:o:rz',
    long: { echo: 'e', 'input-range': '=i', 'head-count': '=n', output: '=o', repeat: 'r' },
  });
  let items: string[];
  const range = values.get('i');
  if (range !== undefined) {
    const match = /^(\d+)-(\d+)$/.exec(range);
    if (!match)
      return yield* tool.fail(
        tool.busybox ? `${range}: bad range` : `invalid input range: '${range}'`,
      );
    const [from, to] = [Number(match[1]), Number(match[2])];
    items = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => String(from + i));
  } else items = flags.has('e') ? [...operands] : linesOf(yield* textOf(tool, operands));
  const count = values.has('n') ? Number(values.get('n')) : Infinity;
  let chosen = yield* shuffled(items);
  if (flags.has('r') && items.length > 0) {
    chosen = [];
    while (chosen.length < Math.min(count, 100_000)) {
      const noise = yield* sys.random(4);
      chosen.push(items[noise.reduce((n, b) => n * 256 + b, 0) % items.length]!);
    }
  }
  const text = chosen
    .slice(0, count)
    .map((l) => `${l}\n`)
    .join('');
  if (values.has('o')) yield* sys.writeFile(values.get('o')!, text);
  else yield* tool.print(text);
  return tool.status;
}

export const LAYOUT_TOOLS: readonly Tool[] = [
  { name: 'fold', run: runFold },
  { name: 'expand', run: runExpand },
  { name: 'unexpand', run: runUnexpand },
  { name: 'column', run: runColumn, only: 'gnu' },
  { name: 'shuf', run: runShuf },
];
