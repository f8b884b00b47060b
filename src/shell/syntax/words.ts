/**
 * Reads one word with its quoting and expansions. Models the quoting rules of POSIX.1 2.2 and the
 * readers `parse.y: read_token_word` (bash) and `parser.c: readtoken1` (ash family). Process
 * substitution, `$'...'` and arrays are read only in the dialects that have them.
 */
import type { Assign, Word, WordPart } from './ast';
import { unclosed } from './faults';
import type { Lexer } from './lexer';
import { findBracketEnd, readBraceParameter, readSpecialParameter } from './parameters';

/**
 * Where a word stands: what ends it and which quotes live in it. `command`: an ordinary word;
 * `param`, `replace`, `slice`: in `${ }`; `param-dq`: there within double quotes; `heredoc`, `arith`,
 * `subscript`: to the end of the text; `regex`: right of `=~`.
 */
export type WordMode =
  | 'command'
  | 'param'
  | 'param-dq'
  | 'replace'
  | 'slice'
  | 'heredoc'
  | 'arith'
  | 'subscript'
  | 'regex';

export interface ReadWord {
  readonly word: Word;
  readonly end: number;
  readonly assign?: Assign;
}

const META = new Set([' ', '\t', '\n', ';', '&', '|', '<', '>', '(', ')']);
const NAME = /^[A-Za-z_]\w*/;

/** Collects parts; joins neighbours of the same kind. */
class Parts {
  readonly list: WordPart[] = [];
  private literal = '';
  lit(s: string): void {
    this.literal += s;
  }
  flush(): void {
    if (this.literal !== '') this.list.push({ t: 'lit', s: this.literal });
    this.literal = '';
  }
  push(part: WordPart): void {
    this.flush();
    this.list.push(part);
  }
  get pendingLiteral(): string {
    return this.literal;
  }
}

function endsWord(lexer: Lexer, at: number, mode: WordMode, depth: number): boolean {
  const ch = lexer.src[at]!;
  switch (mode) {
    case 'command':
      return META.has(ch);
    case 'param':
    case 'param-dq':
      return ch === '}';
    case 'replace':
      return ch === '}' || ch === '/';
    case 'slice':
      return ch === '}' || (ch === ':' && depth === 0);
    case 'regex':
      return (depth === 0 && (ch === ' ' || ch === '\t')) || ch === '\n';
    default:
      return false;
  }
}

/** In these modes text is as in double quotes. */
function isQuotedMode(mode: WordMode): boolean {
  return mode === 'param-dq' || mode === 'heredoc' || mode === 'arith';
}

export function readWord(lexer: Lexer, start: number, mode: WordMode): ReadWord {
  const { src } = lexer;
  const parts = new Parts();
  const quotedMode = isQuotedMode(mode);
  let at = start;
  let depth = 0;
  while (at < src.length) {
    const ch = src[at]!;
    if (at === start && mode === 'command' && lexer.dialect !== 'dash') {
      if ((ch === '<' || ch === '>') && src[at + 1] === '(') {
        const nested = nestedList(lexer, at + 2, ')');
        parts.push({ t: 'proc', write: ch === '>', body: nested.body });
        at = nested.end;
        continue;
      }
    }
    if (endsWord(lexer, at, mode, depth)) {
      const extended =
        mode === 'command' &&
        ch === '(' &&
        lexer.extGlob &&
        /[?*+@!]/.test(src[at - 1] ?? '') &&
        at > start;
      if (!extended) break;
      at = readExtGlob(lexer, at, parts);
      continue;
    }
    if (mode === 'regex' || mode === 'slice') {
      if (ch === '(') depth++;
      else if (ch === ')' && depth > 0) depth--;
      else if (mode === 'slice' && ch === '?') depth++;
      else if (mode === 'slice' && ch === ':' && depth > 0) depth--;
    }
    if (ch === '[' && mode === 'command' && lexer.dialect === 'bash') {
      const element = readElementAssign(lexer, start, at, parts);
      if (element) return element;
    }
    if (ch === '=' && mode === 'command' && src[at + 1] === '(' && lexer.dialect === 'bash') {
      const array = readArrayAssign(lexer, start, at);
      if (array) return array;
    }
    at = readPiece(lexer, at, mode, quotedMode, parts);
  }
  parts.flush();
  const word: Word = { parts: parts.list, text: src.slice(start, at) };
  if (mode === 'command') {
    const assign = asAssign(word, lexer.dialect === 'bash');
    if (assign) return { word, end: at, assign };
  }
  return { word, end: at };
}

/** One quote, expansion or character at `at`; answers where it ends. */
function readPiece(
  lexer: Lexer,
  at: number,
  mode: WordMode,
  quotedMode: boolean,
  parts: Parts,
): number {
  const { src } = lexer;
  const ch = src[at]!;
  const plain = (s: string) => (quotedMode ? parts.push({ t: 'quoted', s }) : parts.lit(s));
  if (ch === '\\') return readBackslash(lexer, at, mode, parts);
  if (ch === "'" && !quotedMode) {
    const end = src.indexOf("'", at + 1);
    if (end < 0) throw unclosed(lexer.dialect, "'", lexer.lineAt(at), lexer.lineAt(src.length));
    parts.push({ t: 'quoted', s: src.slice(at + 1, end) });
    return end + 1;
  }
  if (ch === '"') {
    if (mode === 'heredoc' || (mode === 'arith' && lexer.dialect !== 'bash')) {
      plain(ch);
      return at + 1;
    }
    // In `"${x-"a"}"` and `$(("1"))` the inner quotes vanish and change nothing.
    if (quotedMode) return at + 1;
    const { inner, end } = readDoubleQuoted(lexer, at + 1);
    parts.push({ t: 'dq', parts: inner });
    return end;
  }
  if (ch === '`') {
    const { part, end } = readBackquote(lexer, at, quotedMode);
    parts.push(part);
    return end;
  }
  if (ch === '$') return readDollar(lexer, at, quotedMode, parts);
  // Runs of plain text in one go.
  let end = at + 1;
  if (quotedMode)
    while (end < src.length && !'\\"`$'.includes(src[end]!) && !endsWord(lexer, end, mode, 0))
      end++;
  plain(src.slice(at, end));
  return end;
}

function readBackslash(lexer: Lexer, at: number, mode: WordMode, parts: Parts): number {
  const { src } = lexer;
  const next = src[at + 1];
  if (next === undefined) {
    if (!lexer.final) throw unclosed(lexer.dialect, '"', lexer.lineAt(at), lexer.lineAt(at));
    parts.push({ t: 'quoted', s: '\\' });
    return at + 1;
  }
  if (next === '\n') return at + 2;
  if (isQuotedMode(mode)) {
    const special = mode === 'heredoc' ? '$`\\' : mode === 'param-dq' ? '$`"\\}' : '$`"\\';
    parts.push({ t: 'quoted', s: special.includes(next) ? next : `\\${next}` });
    return at + 2;
  }
  parts.push({ t: 'quoted', s: next });
  return at + 2;
}

/** The inside of double quotes from `at`; `end` is behind the closing one. */
export function readDoubleQuoted(
  lexer: Lexer,
  at: number,
): { inner: readonly WordPart[]; end: number } {
  const { src } = lexer;
  const open = at - 1;
  const parts = new Parts();
  let i = at;
  for (;;) {
    if (i >= src.length) {
      throw unclosed(lexer.dialect, '"', lexer.lineAt(open), lexer.lineAt(src.length));
    }
    const ch = src[i]!;
    if (ch === '"') break;
    if (ch === '\\') {
      const next = src[i + 1];
      if (next === undefined) {
        throw unclosed(lexer.dialect, '"', lexer.lineAt(open), lexer.lineAt(src.length));
      }
      if (next !== '\n') {
        parts.push({ t: 'quoted', s: '$`"\\'.includes(next) ? next : `\\${next}` });
      }
      i += 2;
    } else if (ch === '`') {
      const { part, end } = readBackquote(lexer, i, true);
      parts.push(part);
      i = end;
    } else if (ch === '$') {
      i = readDollar(lexer, i, true, parts);
    } else {
      let end = i + 1;
      while (end < src.length && !'\\"`$'.includes(src[end]!)) end++;
      parts.push({ t: 'quoted', s: src.slice(i, end) });
      i = end;
    }
  }
  parts.flush();
  return { inner: parts.list, end: i + 1 };
}

function readDollar(lexer: Lexer, at: number, inQuotes: boolean, parts: Parts): number {
  const { src, dialect } = lexer;
  const next = src[at + 1];
  if (next === '(') {
    if (src[at + 2] === '(') {
      const end = findArithmeticEnd(src, at + 3);
      if (end !== undefined) {
        parts.push({ t: 'arith', inner: lexer.subWord(at + 3, end, 'arith') });
        return end + 2;
      }
      if (dialect !== 'bash' || src.indexOf('))', at) < 0) {
        throw unclosed(dialect, '$((', lexer.lineAt(at), lexer.lineAt(src.length));
      }
    }
    const nested = nestedList(lexer, at + 2, ')');
    const source = src.slice(at + 2, nested.end - 1);
    parts.push({ t: 'cmd', body: nested.body, source });
    return nested.end;
  }
  if (next === '[' && dialect === 'bash') {
    const close = findBracketEnd(src, at + 2);
    if (close !== undefined) {
      parts.push({ t: 'arith', inner: lexer.subWord(at + 2, close, 'arith') });
      return close + 1;
    }
  }
  if (next === '{') {
    const { part, end } = readBraceParameter(lexer, at, inQuotes);
    parts.push(part);
    return end;
  }
  if (next === "'" && !inQuotes && dialect !== 'dash') {
    const { text, end } = readAnsiC(lexer, at + 2);
    parts.push({ t: 'quoted', s: text });
    return end;
  }
  if (next === '"' && !inQuotes && dialect === 'bash') {
    const { inner, end } = readDoubleQuoted(lexer, at + 2);
    parts.push({ t: 'dq', parts: inner });
    return end;
  }
  const simple = readSpecialParameter(src, at + 1);
  if (simple !== undefined) {
    parts.push({ t: 'param', name: simple, text: `$${simple}` });
    return at + 1 + simple.length;
  }
  if (inQuotes) parts.push({ t: 'quoted', s: '$' });
  else parts.lit('$');
  return at + 1;
}

/** Position of the `))` that closes `$((`; undefined if the brackets say it is none. */
export function findArithmeticEnd(src: string, at: number): number | undefined {
  let depth = 0;
  for (let i = at; i < src.length; i++) {
    const ch = src[i];
    if (ch === '\\') i++;
    else if (ch === "'" || ch === '"') {
      const end = src.indexOf(ch, i + 1);
      if (end < 0) return undefined;
      i = end;
    } else if (ch === '(') depth++;
    else if (ch === ')') {
      if (depth === 0) return src[i + 1] === ')' ? i : undefined;
      depth--;
    }
  }
  return undefined;
}

export function wordOf(lexer: Lexer, text: string, mode: WordMode, line: number): Word {
  return lexer.over(text, line).readWord(0, mode).word;
}

function nestedList(lexer: Lexer, at: number, close: ')') {
  const inner = lexer.from(at);
  inner.openLine = lexer.lineAt(at);
  const body = lexer.parseNested(inner, close);
  return { body, end: inner.pos };
}

function readBackquote(
  lexer: Lexer,
  at: number,
  inQuotes: boolean,
): { part: WordPart; end: number } {
  const { src } = lexer;
  let text = '';
  let i = at + 1;
  for (;;) {
    if (i >= src.length) {
      throw unclosed(lexer.dialect, '`', lexer.lineAt(at), lexer.lineAt(src.length));
    }
    const ch = src[i]!;
    if (ch === '`') break;
    if (ch === '\\' && i + 1 < src.length) {
      const next = src[i + 1]!;
      text += '$`\\'.includes(next) || (inQuotes && next === '"') ? next : `\\${next}`;
      i += 2;
    } else {
      text += ch;
      i++;
    }
  }
  const inner = lexer.over(text, lexer.lineAt(at));
  const body = lexer.parseNested(inner, undefined);
  return { part: { t: 'cmd', body, source: text }, end: i + 1 };
}

const ANSI_C: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '?': '?',
};

function readAnsiC(lexer: Lexer, at: number): { text: string; end: number } {
  const { src, dialect } = lexer;
  let text = '';
  let i = at;
  for (;;) {
    if (i >= src.length) {
      throw unclosed(dialect, "'", lexer.lineAt(at), lexer.lineAt(src.length));
    }
    const ch = src[i]!;
    if (ch === "'") break;
    if (ch !== '\\') {
      text += ch;
      i++;
      continue;
    }
    const rest = src.slice(i + 1, i + 12);
    const octal = /^[0-7]{1,3}/.exec(rest);
    const hex = /^x([0-9a-fA-F]{1,2})/.exec(rest);
    const unicode =
      dialect === 'bash' ? /^(?:u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8}))/.exec(rest) : null;
    const control = dialect === 'bash' ? /^c(.)/.exec(rest) : null;
    if (octal) text += String.fromCharCode(parseInt(octal[0], 8) & 255);
    else if (hex) text += String.fromCharCode(parseInt(hex[1]!, 16));
    else if (unicode) text += String.fromCodePoint(parseInt(unicode[1] ?? unicode[2]!, 16));
    else if (control) text += String.fromCharCode(control[1]!.charCodeAt(0) & 31);
    else if (dialect === 'bash' && /^[eE]/.test(rest)) text += '\x1b';
    else if (ANSI_C[rest[0] ?? ''] !== undefined) text += ANSI_C[rest[0]!]!;
    else text += `\\${rest[0] ?? ''}`;
    i += 1 + (octal ?? hex ?? unicode ?? control ?? [' '])[0].length;
  }
  return { text, end: i + 1 };
}

function readExtGlob(lexer: Lexer, at: number, parts: Parts): number {
  let depth = 0;
  let i = at;
  for (; i < lexer.src.length; i++) {
    const ch = lexer.src[i];
    if (ch === '\\') i++;
    else if (ch === '(') depth++;
    else if (ch === ')' && --depth === 0) break;
  }
  const inner = wordOf(lexer, lexer.src.slice(at + 1, i), 'subscript', lexer.lineAt(at));
  parts.lit('(');
  for (const part of inner.parts) {
    if (part.t === 'lit') parts.lit(part.s);
    else parts.push(part);
  }
  parts.lit(')');
  return i + 1;
}

/** `name=`, `name+=` in front of a word: what it assigns. */
function asAssign(word: Word, appends: boolean): Assign | undefined {
  const first = word.parts[0];
  if (!first || first.t !== 'lit') return undefined;
  const match = /^([A-Za-z_]\w*)(\+?)=/.exec(first.s);
  if (!match || (match[2] === '+' && !appends)) return undefined;
  const rest = first.s.slice(match[0].length);
  const parts = word.parts.slice(1);
  const value: Word = {
    parts: rest === '' ? parts : [{ t: 'lit', s: rest }, ...parts],
    text: word.text.slice(match[0].length),
  };
  return { name: match[1]!, append: match[2] === '+', value, text: word.text };
}

/** `name[subscript]=value` at the start of a word. */
function readElementAssign(
  lexer: Lexer,
  start: number,
  at: number,
  parts: Parts,
): ReadWord | undefined {
  const name = lexer.src.slice(start, at);
  if (at === start || parts.list.length > 0 || NAME.exec(name)?.[0] !== name) return undefined;
  const close = findBracketEnd(lexer.src, at + 1);
  if (close === undefined) return undefined;
  const sign = /^(\+?)=/.exec(lexer.src.slice(close + 1, close + 3));
  if (!sign) return undefined;
  const index = lexer.subWord(at + 1, close, 'subscript');
  const valueStart = close + 1 + sign[0].length;
  const read = readWord(lexer, valueStart, 'command');
  const text = lexer.src.slice(start, read.end);
  const word: Word = {
    parts: [{ t: 'lit', s: lexer.src.slice(start, valueStart) }, ...read.word.parts],
    text,
  };
  const assign: Assign = { name, index, append: sign[1] === '+', value: read.word, text };
  return { word, end: read.end, assign };
}

/** `name=(...)`; `at` is at the equals sign. */
function readArrayAssign(lexer: Lexer, start: number, at: number): ReadWord | undefined {
  const match = /^([A-Za-z_]\w*)(\+?)$/.exec(lexer.src.slice(start, at));
  if (!match) return undefined;
  const elements: Word[] = [];
  let i = at + 2;
  for (;;) {
    while (/[ \t\n]/.test(lexer.src[i] ?? '')) i++;
    if (lexer.src[i] === '#') {
      while (i < lexer.src.length && lexer.src[i] !== '\n') i++;
      continue;
    }
    if (i >= lexer.src.length) {
      const line = lexer.lineAt(start);
      const fault = unclosed('bash', '(', line, line);
      throw fault;
    }
    if (lexer.src[i] === ')') break;
    const element = lexer.src[i] === '[' ? readKeyed(lexer, i) : undefined;
    const read = element ?? readWord(lexer, i, 'command');
    if (read.end === i) {
      i++;
      continue;
    }
    elements.push(read.word);
    i = read.end;
  }
  const text = lexer.src.slice(start, i + 1);
  const assign: Assign = { name: match[1]!, append: match[2] === '+', array: elements, text };
  return { word: { parts: [{ t: 'lit', s: text }], text }, end: i + 1, assign };
}

/** `[key]=value` in an array's list: kept as a word whose text begins with the bracket. */
function readKeyed(lexer: Lexer, at: number): ReadWord | undefined {
  const close = findBracketEnd(lexer.src, at + 1);
  if (close === undefined || lexer.src[close + 1] !== '=') return undefined;
  const key = lexer.subWord(at + 1, close, 'subscript');
  const read = readWord(lexer, close + 2, 'command');
  const text = lexer.src.slice(at, read.end);
  const parts: WordPart[] = [
    { t: 'lit', s: '\0[' },
    ...key.parts,
    { t: 'lit', s: '\0]' },
    ...read.word.parts,
  ];
  return { word: { parts, text }, end: read.end };
}
