/** grep, egrep, fgrep. Models GNU grep 3.8 and BusyBox `grep.c`. */
import { decodeUtf8 } from '../../base';
import { sys, SysError, type Sys } from '../../kernel';
import { errnoText } from '../errno';
import { escapeRegExp, compilePattern } from '../exec/pattern';
import { joinPath, statOrNone } from './files';
import { compileRegex } from './regex';
import { linesOf, ToolExit, type Context, type Options, type Tool } from './tool';

interface Search {
  readonly tool: Context;
  readonly expressions: readonly RegExp[];
  readonly flags: ReadonlySet<string>;
  readonly before: number;
  readonly after: number;
  readonly max: number;
  readonly options: Options;
  titled: boolean;
  found: boolean;
  readonly color: boolean;
}

const LONG = {
  'ignore-case': 'i',
  'invert-match': 'v',
  count: 'c',
  'line-number': 'n',
  'files-with-matches': 'l',
  'files-without-match': 'L',
  'only-matching': 'o',
  quiet: 'q',
  silent: 'q',
  recursive: 'r',
  'word-regexp': 'w',
  'line-regexp': 'x',
  'extended-regexp': 'E',
  'fixed-strings': 'F',
  'basic-regexp': 'G',
  'perl-regexp': 'P',
  'no-messages': 's',
  'no-filename': 'h',
  'with-filename': 'H',
  regexp: '=e',
  file: '=f',
  'max-count': '=m',
  'after-context': '=A',
  'before-context': '=B',
  context: '=C',
  include: '=include',
  exclude: '=exclude',
  'exclude-dir': '=exclude-dir',
  color: '?color',
  colour: '?color',
  text: 'a',
  'line-buffered': 'u',
};

// eslint-disable-next-line require-yield -- thrown where generators are awaited
function* stop(status: number): Sys<never> {
  throw new ToolExit(status);
}

function* patterns(tool: Context, options: Options, operands: string[]): Sys<string[]> {
  const list: string[] = [];
  for (const [name, value] of options.all) {
    if (name === 'e') list.push(...value!.split('\n'));
    if (name === 'f') {
      const text = yield* tool.inputText(value!);
      if (text === undefined) return yield* stop(2);
      list.push(...linesOf(text));
    }
  }
  if (!options.flags.has('e') && !options.flags.has('f')) {
    const first = operands.shift();
    if (first === undefined) {
      if (tool.busybox) yield* tool.usage();
      yield* sys.write(
        2,
        "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n",
      );
      return yield* stop(2);
    }
    list.push(...first.split('\n'));
  }
  return list;
}

function* compile(
  tool: Context,
  list: readonly string[],
  flags: ReadonlySet<string>,
): Sys<RegExp[]> {
  const out: RegExp[] = [];
  for (const text of list) {
    try {
      const fixed = flags.has('F') || tool.name === 'fgrep';
      const extended = flags.has('E') || tool.name === 'egrep' || flags.has('P');
      let source = fixed
        ? escapeRegExp(text)
        : flags.has('P')
          ? text
          : compileRegex(text, extended, '').source;
      if (text === '') source = '(?:)';
      if (flags.has('x')) source = `^(?:${source})$`;
      else if (flags.has('w')) source = `(?<![\\w])(?:${source})(?![\\w])`;
      out.push(new RegExp(source, flags.has('i') || flags.has('y') ? 'gi' : 'g'));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      const reason =
        /\[/.test(text) && !/\]/.test(text)
          ? tool.busybox
            ? "Missing ']'"
            : 'Invalid regular expression'
          : /\(/.test(text)
            ? tool.busybox
              ? "Missing ')'"
              : 'Unmatched ( or \\('
            : tool.busybox
              ? 'Invalid regexp'
              : 'Invalid regular expression';
      yield* sys.write(
        2,
        tool.busybox ? `grep: bad regex '${text}': ${reason}\n` : `grep: ${reason}\n`,
      );
      return yield* stop(2);
    }
  }
  return out;
}

function test(search: Search, line: string): boolean {
  const hit = search.expressions.some((e) => {
    e.lastIndex = 0;
    return e.test(line);
  });
  return hit !== search.flags.has('v');
}

function spans(search: Search, line: string): [number, number][] {
  const all: [number, number][] = [];
  for (const e of search.expressions) {
    e.lastIndex = 0;
    for (const match of line.matchAll(e))
      if (match[0] !== '') all.push([match.index, match.index + match[0].length]);
  }
  all.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  const out: [number, number][] = [];
  for (const span of all) if (out.length === 0 || span[0] >= out.at(-1)![1]) out.push(span);
  return out;
}

/** Characters of one line; more of it (all of /dev/zero) is more than the machine would hold. */
const LINE_MAX = 1 << 24;

/** What to do with `pending`, of which `text` was just read. */
function* begun(
  search: Search,
  name: string,
  text: string,
  pending: string,
): Sys<'lines' | 'read on' | 'stop'> {
  const { tool, flags } = search;
  if (text.includes('\0') && !tool.busybox && !flags.has('a')) {
    yield* searchBinary(search, name, pending);
    return 'stop';
  }
  if (text.includes('\n')) return 'lines';
  if (pending.length <= LINE_MAX) return 'read on';
  yield* tool.flush();
  yield* sys.write(2, tool.busybox ? 'grep: out of memory\n' : 'grep: memory exhausted\n');
  tool.status = 2;
  return 'stop';
}

function* searchText(search: Search, name: string, fd: number): Sys<void> {
  const { tool, flags } = search;
  let count = 0;
  let number = 0;
  let pending = '';
  let lastShown = 0;
  let afterLeft = 0;
  const recent: string[] = [];
  const head = (mark: string, n: number) =>
    (search.titled ? `${paint(search, name, '35')}${paint(search, mark, '36')}` : '') +
    (flags.has('n') ? `${paint(search, String(n), '32')}${paint(search, mark, '36')}` : '');
  const context =
    search.before > 0 || search.after > 0 || (!tool.busybox && /[ABC]/.test([...flags].join('')));
  const handle = function* (line: string): Sys<boolean> {
    number++;
    if (!test(search, line)) {
      if (afterLeft > 0) {
        afterLeft--;
        lastShown = number;
        yield* tool.print(`${head('-', number)}${line}\n`);
      }
      recent.push(line);
      if (recent.length > search.before) recent.shift();
      return true;
    }
    count++;
    search.found = true;
    if (flags.has('q')) return false;
    if (flags.has('l') || flags.has('L')) return false;
    if (!flags.has('c')) {
      const from = number - recent.length;
      if (context && lastShown > 0 && from > lastShown + 1) yield* tool.print('--\n');
      for (let i = 0; i < recent.length; i++) {
        if (from + i > lastShown) yield* tool.print(`${head('-', from + i)}${recent[i]!}\n`);
      }
      if (flags.has('o')) {
        if (!flags.has('v'))
          for (const [a, b] of spans(search, line))
            yield* tool.print(`${head(':', number)}${paint(search, line.slice(a, b), '1;31')}\n`);
      } else yield* tool.print(`${head(':', number)}${highlight(search, line)}\n`);
      lastShown = number;
      afterLeft = search.after;
    }
    recent.length = 0;
    return count < search.max || afterLeft > 0;
  };
  let go = search.max > 0;
  while (go) {
    const bytes = yield* sys.read(fd);
    if (bytes.length === 0) break;
    const text = decodeUtf8(bytes);
    pending += text;
    const next = yield* begun(search, name, text, pending);
    if (next === 'stop') return;
    if (next === 'read on') continue;
    const lines = pending.split('\n');
    pending = lines.pop()!;
    for (const whole of lines) {
      go = yield* handle(tool.busybox && !flags.has('z') ? beforeNul(whole) : whole);
      if (!go || (count >= search.max && afterLeft <= 0)) {
        go = false;
        break;
      }
    }
    yield* tool.flush();
  }
  if (go && pending !== '') yield* handle(pending);
  yield* finishFile(search, name, count);
}

/** BusyBox takes a line for what stands before a NUL. */
const beforeNul = (line: string): string => line.replace(/\0[\s\S]*/, '');

function* searchBinary(search: Search, name: string, text: string): Sys<void> {
  if (!linesOf(text).some((line) => test(search, line))) return;
  search.found = true;
  if (search.flags.has('q')) return;
  yield* search.tool.flush();
  yield* sys.write(2, `grep: ${name}: binary file matches\n`);
}

function* finishFile(search: Search, name: string, count: number): Sys<void> {
  const { tool, flags } = search;
  if (flags.has('q')) return;
  if (flags.has('l') && count > 0) yield* tool.print(`${name}\n`);
  else if (flags.has('L') && count === 0) yield* tool.print(`${name}\n`);
  else if (flags.has('c') && !flags.has('l') && !flags.has('L'))
    yield* tool.print(`${search.titled ? `${name}:` : ''}${count}\n`);
}

const paint = (search: Search, text: string, code: string) =>
  search.color ? `\x1b[${code}m\x1b[K${text}\x1b[m\x1b[K` : text;

function highlight(search: Search, line: string): string {
  if (!search.color || search.flags.has('v')) return line;
  let out = '';
  let at = 0;
  for (const [a, b] of spans(search, line)) {
    out += line.slice(at, a) + paint(search, line.slice(a, b), '01;31');
    at = b;
  }
  return out + line.slice(at);
}

function* searchPath(search: Search, path: string, named: boolean): Sys<void> {
  const { tool, flags, options } = search;
  if (path === '-' && named) {
    yield* searchText(search, '(standard input)', 0);
    return;
  }
  const stat = yield* statOrNone(path);
  if (stat?.type === 'dir') {
    if (!flags.has('r') && !flags.has('R')) {
      if (!flags.has('s') && !tool.busybox) yield* sys.write(2, `grep: ${path}: Is a directory\n`);
      tool.status = tool.busybox ? tool.status : 2;
      return;
    }
    const entries = [...(yield* sys.readdir(path))].filter(
      (e) => e.name !== '.' && e.name !== '..',
    );
    for (const entry of entries) {
      if (entry.type === 'dir' && matchesAny(options, 'exclude-dir', entry.name)) continue;
      if (entry.type === 'symlink' && !flags.has('R')) continue;
      yield* searchPath(search, joinPath(path, entry.name), false);
    }
    return;
  }
  const base = path.replace(/^.*\//, '');
  if (!named && options.values.has('include') && !matchesAny(options, 'include', base)) return;
  if (matchesAny(options, 'exclude', base)) return;
  let fd: number;
  try {
    fd = yield* sys.open(path, { read: true });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (!flags.has('s')) {
      yield* tool.flush();
      yield* sys.write(2, `grep: ${path}: ${errnoText(error.errno)}\n`);
    }
    tool.status = 2;
    return;
  }
  yield* searchText(
    search,
    path.replace(/^\.\/(?=.)/, path.startsWith('./') && named ? './' : ''),
    fd,
  );
  yield* sys.close(fd);
}

function matchesAny(options: Options, name: string, text: string): boolean {
  return options.all.some(([n, v]) => n === name && compilePattern(v!, false).test(text));
}

function* run(tool: Context): Sys<number> {
  const options = yield* tool.options({
    short: tool.busybox
      ? 'HhnlLoqvsrRiwFEe:f:xcm:A:B:C:zaIy'
      : 'EFGPe:f:iyvwxcLlm:oqsbHhnTuzZA:B:C:aIrRDd:U0123456789',
    long: LONG,
  });
  const operands = [...options.operands];
  const list = yield* patterns(tool, options, operands);
  const expressions = yield* compile(tool, list, options.flags);
  const context = options.all
    .filter(([n]) => /^[0-9]$/.test(n))
    .map(([n]) => n)
    .join('');
  const number = (name: string) =>
    Number(options.values.get(name) ?? options.values.get('C') ?? (context || '0'));
  const recursive = options.flags.has('r') || options.flags.has('R');
  const paths = operands.length > 0 ? operands : recursive ? ['.'] : ['-'];
  const wanted = options.values.get('color');
  const search: Search = {
    tool,
    expressions,
    flags: options.flags,
    before: number('B'),
    after: number('A'),
    max: options.values.has('m') ? Number(options.values.get('m')) : Infinity,
    options,
    titled: options.flags.has('H') || (!options.flags.has('h') && (paths.length > 1 || recursive)),
    found: false,
    color: wanted === 'always' || ((wanted === 'auto' || wanted === '') && (yield* sys.isatty(1))),
  };
  for (const path of paths) {
    yield* searchPath(search, path, true);
    if (search.found && search.flags.has('q')) return 0;
  }
  if (tool.status === 2) return 2;
  return search.found ? 0 : 1;
}

const usage = `grep [-HhnlLoqvsrRiwFE] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...

Search for PATTERN in FILEs (or stdin)

	-H	Add 'filename:' prefix
	-h	Do not add 'filename:' prefix
	-n	Add 'line_no:' prefix
	-l	Show only names of files that match
	-L	Show only names of files that don't match
	-c	Show only count of matching lines
	-o	Show only the matching part of line
	-q	Quiet. Return 0 if PATTERN is found, 1 otherwise
	-v	Select non-matching lines
	-s	Suppress open and read errors
	-r	Recurse
	-R	Recurse and dereference symlinks
	-i	Ignore case
	-w	Match whole words only
	-x	Match whole lines only
	-F	PATTERN is a literal (not regexp)
	-E	PATTERN is an extended regexp
	-m N	Match up to N times per file
	-A N	Print N lines of trailing context
	-B N	Print N lines of leading context
	-C N	Same as '-A N -B N'
	-e PTRN	Pattern to match
	-f FILE	Read pattern from file`;

export const GREP_TOOLS: readonly Tool[] = ['grep', 'egrep', 'fgrep'].map((name) => ({
  name,
  run,
  usage,
  usageLine: 'Usage: grep [OPTION]... PATTERNS [FILE]...',
  usageStatus: 2,
  busyboxStatus: 2,
}));
