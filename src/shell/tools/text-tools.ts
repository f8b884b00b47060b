/** wc, uniq, cut, tr, tee, seq, rev, tac, nl, paste. Models coreutils and BusyBox. */
import { decodeUtf8 } from '../../base';
import { sys, SysError, type Sys } from '../../kernel';
import { formatPrintf } from '../builtins/printf-format';
import { statOrNone } from './files';
import { errnoText } from '../errno';
import { sort } from './sort';
import { linesOf, type Context, type Tool } from './tool';

function* runWc(tool: Context): Sys<number> {
  const { flags, operands } = yield* tool.options({
    short: 'clmwL',
    long: { bytes: 'c', lines: 'l', words: 'w', chars: 'm', 'max-line-length': 'L' },
  });
  const order = tool.busybox ? ['l', 'w', 'm', 'c', 'L'] : ['l', 'w', 'm', 'c', 'L'];
  let chosen = order.filter((f) => flags.has(f));
  if (chosen.length === 0) chosen = ['l', 'w', 'c'];
  const rows: { counts: number[]; name: string }[] = [];
  for (const path of operands.length > 0 ? operands : ['-']) {
    const bytes = yield* wcInput(tool, path);
    if (bytes === undefined) continue;
    rows.push({
      counts: chosen.map((f) => countOf(bytes, f)),
      name: operands.length === 0 ? '' : path,
    });
  }
  if (rows.length > 1 || operands.length > 1) {
    const total = chosen.map((f, i) =>
      rows.reduce((n, r) => (f === 'L' ? Math.max(n, r.counts[i]!) : n + r.counts[i]!), 0),
    );
    rows.push({ counts: total, name: 'total' });
  }
  const widest = Math.max(1, ...rows.flatMap((r) => r.counts.map((c) => String(c).length)));
  const single = chosen.length === 1 && rows.length <= 1;
  const width = tool.busybox
    ? single
      ? 0
      : 9
    : single
      ? 0
      : operands.length === 0 || operands.includes('-')
        ? 7
        : yield* wcWidth(operands, widest);
  for (const { counts, name } of rows) {
    const cells = counts.map((c, i) =>
      String(c).padStart(tool.busybox && i > 0 && width > 0 ? 9 : width),
    );
    yield* tool.print(`${cells.join(' ')}${name === '' ? '' : ` ${name}`}\n`);
  }
  return tool.status;
}

/** A directory counts as empty, after the complaint. */
function* wcInput(tool: Context, path: string): Sys<Uint8Array | undefined> {
  if (path === '-') return yield* tool.input(path);
  try {
    return yield* sys.readFile(path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    yield* tool.warn(`${path}: ${errnoText(error.errno)}`);
    return error.errno === 'EISDIR' ? new Uint8Array(0) : undefined;
  }
}

/** GNU takes the width of the total size of the files; what is no file makes it 7. */
function* wcWidth(paths: readonly string[], widest: number): Sys<number> {
  let total = 0;
  let least = 1;
  for (const path of paths) {
    const stat = yield* statOrNone(path);
    if (stat?.type === 'file') total += stat.size;
    else if (stat) least = 7;
  }
  return Math.max(least, widest, String(total).length);
}

function countOf(bytes: Uint8Array, what: string): number {
  if (what === 'c') return bytes.length;
  if (what === 'm') return bytes.length;
  if (what === 'l') return bytes.reduce((n, b) => n + (b === 10 ? 1 : 0), 0);
  const text = decodeUtf8(bytes);
  if (what === 'w') return text.split(/[ \t\n\v\f\r]+/).filter((w) => w !== '').length;
  return Math.max(0, ...text.split('\n').map((l) => l.replace(/\t/g, '        ').length));
}

function* runUniq(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({
    short: 'cduif:s:w:Dz',
    long: {
      count: 'c',
      repeated: 'd',
      unique: 'u',
      'ignore-case': 'i',
      'skip-fields': '=f',
      'skip-chars': '=s',
      'check-chars': '=w',
      'all-repeated': '?D',
    },
  });
  const text = yield* tool.inputText(operands[0] ?? '-');
  if (text === undefined) return 1;
  const key = (line: string) => {
    let t = line;
    for (let n = Number(values.get('f') ?? 0); n > 0; n--) t = t.replace(/^[ \t]*[^ \t]*/, '');
    t = t.slice(Number(values.get('s') ?? 0));
    if (values.has('w')) t = t.slice(0, Number(values.get('w')));
    return flags.has('i') ? t.toLowerCase() : t;
  };
  const groups: { line: string; all: string[] }[] = [];
  for (const line of linesOf(text)) {
    const last = groups.at(-1);
    if (last && key(last.line) === key(line)) last.all.push(line);
    else groups.push({ line, all: [line] });
  }
  let out = '';
  for (const { line, all } of groups) {
    if (flags.has('D')) {
      if (all.length > 1) out += all.map((l) => `${l}\n`).join('');
      continue;
    }
    if (flags.has('d') && all.length < 2) continue;
    if (flags.has('u') && all.length > 1) continue;
    out += flags.has('c') ? `${String(all.length).padStart(7)} ${line}\n` : `${line}\n`;
  }
  if (operands[1] === undefined) yield* tool.print(out);
  else yield* sys.writeFile(operands[1], out);
  return 0;
}

type Range = readonly [number, number];

function parseRanges(text: string): Range[] | undefined {
  const out: Range[] = [];
  for (const piece of text.split(/[, ]/)) {
    const match = /^(\d+)?(-)?(\d+)?$/.exec(piece);
    if (!match || piece === '' || piece === '-') return undefined;
    const from = Number(match[1] ?? 1);
    const to = match[2] === undefined ? from : Number(match[3] ?? Infinity);
    if (from < 1 || to < from) return undefined;
    out.push([from, to]);
  }
  return out;
}

function* runCut(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({
    short: tool.busybox ? 'b:c:f:d:sn' : 'b:c:f:d:snz',
    long: {
      bytes: '=b',
      characters: '=c',
      fields: '=f',
      delimiter: '=d',
      'only-delimited': 's',
      ...(tool.busybox
        ? {}
        : { complement: 'complement', 'output-delimiter': '=output-delimiter' }),
    },
  });
  const kind = ['b', 'c', 'f'].find((k) => values.has(k));
  if (kind === undefined) {
    if (tool.busybox) return yield* tool.fail('expected a list of bytes, characters, or fields');
    yield* tool.usage('you must specify a list of bytes, characters, or fields');
  }
  const list = values.get(kind!)!;
  const ranges = parseRanges(list);
  if (!ranges) {
    if (tool.busybox)
      return yield* tool.fail(
        /^[\d,-]*$/.test(list)
          ? `invalid range ${list}`.replace('invalid range', 'invalid range')
          : `invalid number '${list}'`,
      );
    const noun = kind === 'f' ? 'field' : 'byte/character';
    if (/(^|,)0/.test(list))
      yield* tool.usage(
        kind === 'f'
          ? 'fields are numbered from 1'
          : 'byte/character positions are numbered from 1',
      );
    yield* tool.usage(
      /^[\d,-]*$/.test(list) ? 'invalid decreasing range' : `invalid ${noun} value '${list}'`,
    );
  }
  const delimiter = values.get('d') ?? '\t';
  if (delimiter.length > 1) {
    if (tool.busybox) return yield* tool.fail('the delimiter must be a single character');
    yield* tool.usage('the delimiter must be a single character');
  }
  if (values.has('d') && kind !== 'f') {
    if (tool.busybox)
      return yield* tool.fail('a delimiter may be specified only when operating on fields');
    yield* tool.usage('an input delimiter may be specified only when operating on fields');
  }
  const has = (n: number) => ranges!.some(([a, b]) => n >= a && n <= b) !== flags.has('complement');
  const joiner = values.get('output-delimiter') ?? delimiter;
  for (const path of operands.length > 0 ? operands : ['-']) {
    const text = yield* tool.inputText(path);
    if (text === undefined) continue;
    for (const line of linesOf(text)) {
      if (kind !== 'f') {
        yield* tool.print(`${[...line].filter((_, i) => has(i + 1)).join('')}\n`);
        continue;
      }
      const fields = line.split(delimiter);
      if (fields.length === 1) {
        if (!flags.has('s')) yield* tool.print(`${line}\n`);
        continue;
      }
      yield* tool.print(`${fields.filter((_, i) => has(i + 1)).join(joiner)}\n`);
    }
  }
  return tool.status;
}

const TR_CLASSES: Readonly<Record<string, (c: string) => boolean>> = {
  alpha: (c) => /[A-Za-z]/.test(c),
  digit: (c) => /[0-9]/.test(c),
  alnum: (c) => /[A-Za-z0-9]/.test(c),
  upper: (c) => /[A-Z]/.test(c),
  lower: (c) => /[a-z]/.test(c),
  space: (c) => /[ \t\n\v\f\r]/.test(c),
  blank: (c) => /[ \t]/.test(c),
  punct: (c) => /[!-/:-@[-`{-~]/.test(c),
  print: (c) => /[ -~]/.test(c),
  graph: (c) => /[!-~]/.test(c),
  xdigit: (c) => /[0-9A-Fa-f]/.test(c),
  cntrl: (c) => c < ' ' || c === '\x7f',
};

function trSet(text: string): string[] {
  const out: string[] = [];
  const escapes: Record<string, string> = {
    n: '\n',
    t: '\t',
    r: '\r',
    a: '\x07',
    b: '\b',
    f: '\f',
    v: '\v',
    '\\': '\\',
  };
  const one = (i: number): [string, number] => {
    if (text[i] !== '\\' || i + 1 >= text.length) return [text[i]!, i + 1];
    const octal = /^[0-7]{1,3}/.exec(text.slice(i + 1));
    if (octal) return [String.fromCharCode(parseInt(octal[0], 8)), i + 1 + octal[0].length];
    return [escapes[text[i + 1]!] ?? text[i + 1]!, i + 2];
  };
  for (let i = 0; i < text.length;) {
    const cls = /^\[:(\w+):\]/.exec(text.slice(i));
    if (cls && TR_CLASSES[cls[1]!]) {
      for (let c = 0; c < 256; c++)
        if (TR_CLASSES[cls[1]!]!(String.fromCharCode(c))) out.push(String.fromCharCode(c));
      i += cls[0].length;
      continue;
    }
    const repeat = /^\[(.)\*(\d*)\]/.exec(text.slice(i));
    if (repeat) {
      for (let n = Number(repeat[2] || 256); n > 0; n--) out.push(repeat[1]!);
      i += repeat[0].length;
      continue;
    }
    const [ch, next] = one(i);
    if (text[next] === '-' && next + 1 < text.length) {
      const [end, after] = one(next + 1);
      for (let c = ch.charCodeAt(0); c <= end.charCodeAt(0); c++) out.push(String.fromCharCode(c));
      i = after;
      continue;
    }
    out.push(ch);
    i = next;
  }
  return out;
}

function* runTr(tool: Context): Sys<number> {
  const { flags, operands } = yield* tool.options({
    short: 'cCdst',
    long: { delete: 'd', 'squeeze-repeats': 's', complement: 'c', 'truncate-set1': 't' },
    posix: true,
  });
  if (operands.length === 0) yield* tool.usage(tool.busybox ? undefined : 'missing operand');
  if (operands.length === 1 && !flags.has('d') && !flags.has('s')) {
    if (tool.busybox) yield* tool.usage();
    yield* sys.write(
      2,
      `tr: missing operand after '${operands[0]!}'\nTwo strings must be given when translating.\nTry 'tr --help' for more information.\n`,
    );
    return 1;
  }
  const first = trSet(operands[0]!);
  const second = operands[1] === undefined ? [] : trSet(operands[1]);
  const complement = flags.has('c') || flags.has('C');
  const inFirst = new Set(first);
  const member = (ch: string) => inFirst.has(ch) !== complement;
  const squeeze = flags.has('s')
    ? second.length > 0
      ? new Set(second)
      : undefined
    : new Set<string>();
  const map = new Map<string, string>();
  if (!flags.has('d') && second.length > 0)
    first.forEach((ch, i) => map.set(ch, second[Math.min(i, second.length - 1)]!));
  let last = '';
  for (;;) {
    const bytes = yield* sys.read(0);
    if (bytes.length === 0) break;
    let out = '';
    for (const ch of decodeUtf8(bytes)) {
      if (flags.has('d') && member(ch)) continue;
      let to = ch;
      if (!flags.has('d') && second.length > 0)
        to = complement ? (member(ch) ? second.at(-1)! : ch) : (map.get(ch) ?? ch);
      const squeezes = squeeze === undefined ? member(to) : squeeze.has(to);
      if (squeezes && to === last) continue;
      last = to;
      out += to;
    }
    yield* tool.print(out);
    yield* tool.flush();
  }
  return 0;
}

function* runTee(tool: Context): Sys<number> {
  const { flags, operands } = yield* tool.options({ short: 'aip', long: { append: 'a' } });
  const files: number[] = [];
  for (const path of operands) {
    try {
      files.push(
        yield* sys.open(path, {
          write: true,
          create: true,
          ...(flags.has('a') ? { append: true } : { truncate: true }),
        }),
      );
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* tool.warn(`${path}: ${errnoText(error.errno)}`);
    }
  }
  for (;;) {
    yield* sys.turn('tee', undefined);
    const bytes = yield* sys.read(0);
    if (bytes.length === 0) break;
    yield* sys.write(1, bytes);
    for (const fd of files) yield* sys.write(fd, bytes);
  }
  return tool.status;
}

function* runSeq(tool: Context): Sys<number> {
  let args = [...tool.args];
  let separator = '\n';
  let format: string | undefined;
  let equal = false;
  while (args[0] !== undefined && /^-[^\d.]/.test(args[0])) {
    const arg = args.shift()!;
    if (arg === '-w' || arg === '--equal-width') equal = true;
    else if (arg.startsWith('-s')) separator = arg.length > 2 ? arg.slice(2) : args.shift()!;
    else if (arg.startsWith('-f') && !tool.busybox)
      format = arg.length > 2 ? arg.slice(2) : args.shift()!;
    else if (arg === '--') break;
    else
      yield* tool.usage(
        tool.busybox ? `unrecognized option: ${arg[1]!}` : `invalid option -- '${arg[1]!}'`,
      );
  }
  if (args.length === 0) yield* tool.usage(tool.busybox ? undefined : 'missing operand');
  if (args.length > 3) yield* tool.usage(tool.busybox ? undefined : `extra operand '${args[3]!}'`);
  const bad = args.find((a) => !/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(a));
  if (bad !== undefined) {
    if (tool.busybox) yield* tool.usage();
    yield* tool.usage(`invalid floating point argument: '${bad}'`);
  }
  const places = Math.max(
    0,
    ...args.slice(0, args.length === 3 ? 2 : 1).map((a) => (a.split('.')[1] ?? '').length),
    args.length === 2 ? (args[0]!.split('.')[1] ?? '').length : 0,
  );
  args = args.map((a) => a.replace(/^\+/, ''));
  const [from, step, to] =
    args.length === 1
      ? [1, 1, Number(args[0])]
      : args.length === 2
        ? [Number(args[0]), 1, Number(args[1])]
        : [Number(args[0]), Number(args[1]), Number(args[2])];
  if (step === 0) {
    if (!tool.busybox) yield* tool.usage(`invalid Zero increment value: '${args[1]!}'`);
  }
  const width = equal ? Math.max(from.toFixed(places).length, to.toFixed(places).length) : 0;
  let first = true;
  for (let i = 0; ; i++) {
    const value = from + i * step;
    if (step > 0 ? value > to + 1e-12 : value < to - 1e-12) break;
    let text =
      format === undefined
        ? value.toFixed(places)
        : formatPrintf(format, [value.toFixed(Math.max(places, 0))], 'gnu').text;
    if (equal)
      text = text.startsWith('-')
        ? `-${text.slice(1).padStart(width - 1, '0')}`
        : text.padStart(width, '0');
    yield* tool.print((first ? '' : separator) + text);
    first = false;
  }
  if (!first) yield* tool.print('\n');
  return 0;
}

function* eachText(
  tool: Context,
  operands: readonly string[],
  change: (text: string) => string,
): Sys<number> {
  for (const path of operands.length > 0 ? operands : ['-']) {
    const text = yield* tool.inputText(path);
    if (text !== undefined) yield* tool.print(change(text));
  }
  return tool.status;
}

function* runRev(tool: Context): Sys<number> {
  return yield* eachText(tool, tool.args, (t) =>
    linesOf(t)
      .map((l) => `${[...l].reverse().join('')}\n`)
      .join(''),
  );
}

function* runTac(tool: Context): Sys<number> {
  return yield* eachText(tool, tool.args, (t) =>
    linesOf(t)
      .reverse()
      .map((l) => `${l}\n`)
      .join(''),
  );
}

function* runNl(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({ short: 'b:w:s:v:i:n:' });
  let n = Number(values.get('v') ?? 1);
  const width = Number(values.get('w') ?? 6);
  const separator = values.get('s') ?? '\t';
  const all = values.get('b') === 'a';
  return yield* eachText(
    tool,
    operands,
    (t) =>
      linesOf(t)
        .map((l) =>
          l === '' && !all
            ? `${' '.repeat(width + separator.length)}\n`
            : `${String(n++).padStart(width, values.get('n') === 'rz' ? '0' : ' ')}${separator}${l}\n`,
        )
        .join('') + (flags.size < 0 ? '' : ''),
  );
}

function* runPaste(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({
    short: 'sd:',
    long: { serial: 's', delimiters: '=d' },
  });
  const marks = (values.get('d') ?? '\t')
    .replace(/\\n/g, '\n')
    .replace(/\\t/g, '\t')
    .replace(/\\0/g, '\0');
  const mark = (i: number) => (marks === '' ? '' : marks[i % marks.length]!.replace('\0', ''));
  const join = (cells: readonly string[]) =>
    cells.map((c, i) => (i < cells.length - 1 ? c + mark(i) : c)).join('');
  const tables: string[][] = [];
  let input: string[] | undefined;
  const paths = operands.length > 0 ? operands : ['-'];
  for (const path of paths) {
    if (path === '-') {
      input ??= linesOf(decodeUtf8(yield* sys.readAll(0)));
      tables.push(input);
      continue;
    }
    const text = yield* tool.inputText(path);
    if (text === undefined) return 1;
    tables.push(linesOf(text));
  }
  if (flags.has('s')) {
    for (const lines of tables) yield* tool.print(`${join(lines)}\n`);
    return 0;
  }
  const shared = paths.filter((p) => p === '-').length;
  const queue = input ? [...input] : [];
  const rows = Math.max(
    ...tables.map((t, i) => (paths[i] === '-' ? Math.ceil(t.length / shared) : t.length)),
  );
  for (let r = 0; r < rows; r++) {
    const cells = tables.map((t, i) => (paths[i] === '-' ? (queue.shift() ?? '') : (t[r] ?? '')));
    yield* tool.print(`${join(cells)}\n`);
  }
  return 0;
}

export const TEXT_TOOLS: readonly Tool[] = [
  {
    name: 'wc',
    run: runWc,
    usage:
      'wc [-cmlwL] [FILE]...\n\nCount lines, words, and bytes for FILEs (or stdin)\n\n\t-c\tCount bytes\n\t-m\tCount characters\n\t-l\tCount newlines\n\t-w\tCount words\n\t-L\tPrint longest line length',
  },
  sort,
  { name: 'uniq', run: runUniq },
  { name: 'cut', run: runCut },
  { name: 'tr', run: runTr },
  { name: 'tee', run: runTee },
  { name: 'seq', run: runSeq },
  { name: 'rev', run: runRev },
  { name: 'tac', run: runTac },
  { name: 'nl', run: runNl },
  { name: 'paste', run: runPaste },
];
