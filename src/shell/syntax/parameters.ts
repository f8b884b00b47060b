/**
 * Reads `$name` and `${...}`. Models `subst.c: parameter_brace_expand` (bash) and `parser.c: parsesub`
 * (ash family): what is no valid expansion is kept as `bad` and complained about when it is expanded.
 */
import type { ParamPart, Word } from './ast';
import { unclosed } from './faults';
import type { Lexer } from './lexer';
import type { WordMode } from './words';

const SPECIAL = '@*#?$!-';

/** The name behind a `$` without braces; undefined when there is none. */
export function readSpecialParameter(src: string, at: number): string | undefined {
  const ch = src[at];
  if (ch === undefined) return undefined;
  if (/[A-Za-z_]/.test(ch)) return /^\w+/.exec(src.slice(at))![0];
  if (/[0-9]/.test(ch) || SPECIAL.includes(ch)) return ch;
  return undefined;
}

function readName(src: string, at: number): string | undefined {
  const ch = src[at];
  if (ch === undefined) return undefined;
  if (/[A-Za-z_]/.test(ch)) return /^\w+/.exec(src.slice(at))![0];
  if (/[0-9]/.test(ch)) return /^[0-9]+/.exec(src.slice(at))![0];
  return SPECIAL.includes(ch) ? ch : undefined;
}

const OPS_POSIX = [':-', ':=', ':?', ':+', '##', '%%', '-', '=', '?', '+', '#', '%'];
const OPS_ASH = [...OPS_POSIX, '//', '/', ':'];
const OPS_BASH = [...OPS_POSIX, '//', '/#', '/%', '/', ':', '^^', '^', ',,', ',', '@'];

/** The `]` that closes a subscript on the same line. */
export function findBracketEnd(src: string, at: number): number | undefined {
  let depth = 0;
  for (let i = at; i < src.length; i++) {
    const ch = src[i];
    if (ch === '\\') i++;
    else if (ch === '\n') return undefined;
    else if (ch === '"' || ch === "'") {
      const end = src.indexOf(ch, i + 1);
      if (end < 0) return undefined;
      i = end;
    } else if (ch === '[') depth++;
    else if (ch === ']') {
      if (depth === 0) return i;
      depth--;
    }
  }
  return undefined;
}

type Draft = { -readonly [K in keyof ParamPart]: ParamPart[K] };

/** `${...}`; `at` is at the dollar sign. */
export function readBraceParameter(
  lexer: Lexer,
  at: number,
  inQuotes: boolean,
): { part: ParamPart; end: number } {
  const { src, dialect } = lexer;
  const part: Draft = { t: 'param', name: '', text: '' };
  let i = at + 2;
  i = readPrefix(lexer, i, part);
  const name = readName(src, i);
  if (name === undefined) return badParameter(lexer, at, i);
  part.name = name;
  i += name.length;
  if (src[i] === '[' && dialect === 'bash') {
    const close = findBracketEnd(src, i + 1);
    if (close === undefined) return badParameter(lexer, at, i);
    part.index = lexer.subWord(i + 1, close, 'subscript');
    i = close + 1;
  }
  if (part.indirect && !part.index && (src[i] === '*' || src[i] === '@') && src[i + 1] === '}') {
    part.prefix = src[i] as '*' | '@';
    i++;
  }
  if (i >= src.length) throw unclosed(dialect, '${', lexer.lineAt(at), lexer.lineAt(at));
  if (src[i] !== '}') {
    const ops = dialect === 'bash' ? OPS_BASH : dialect === 'ash' ? OPS_ASH : OPS_POSIX;
    const op = part.length ? undefined : ops.find((o) => src.startsWith(o, i));
    if (op === undefined) return badParameter(lexer, at, i);
    part.op = op;
    i = readOperands(lexer, i + op.length, op, inQuotes, part);
  }
  if (i >= src.length) throw unclosed(dialect, '${', lexer.lineAt(at), lexer.lineAt(at));
  if (src[i] !== '}') return badParameter(lexer, at, i);
  part.text = src.slice(at, i + 1);
  return { part, end: i + 1 };
}

/** `#` for the length and `!` for indirection, where they are not themselves the parameter. */
function readPrefix(lexer: Lexer, at: number, part: Draft): number {
  const { src, dialect } = lexer;
  const ch = src[at];
  const name = readName(src, at + 1);
  if (name === undefined) return at;
  const after = src[at + 1 + name.length];
  if (ch === '#' && (after === '}' || (after === '[' && dialect === 'bash') || /\w/.test(name))) {
    part.length = true;
    return at + 1;
  }
  if (ch === '!' && dialect === 'bash' && /^\w/.test(name)) {
    part.indirect = true;
    return at + 1;
  }
  return at;
}

function readOperands(
  lexer: Lexer,
  at: number,
  op: string,
  inQuotes: boolean,
  part: Draft,
): number {
  const read = (from: number, mode: WordMode): { word: Word; end: number } => {
    const result = lexer.readWord(from, mode);
    if (result.end >= lexer.src.length) {
      const line = lexer.lineAt(from);
      throw unclosed(lexer.dialect, '${', line, line);
    }
    return result;
  };
  if (op.startsWith('/')) {
    const pattern = read(at, 'replace');
    part.arg = pattern.word;
    if (lexer.src[pattern.end] !== '/') return pattern.end;
    const replacement = read(pattern.end + 1, 'param');
    part.arg2 = replacement.word;
    return replacement.end;
  }
  if (op === ':') {
    const offset = read(at, 'slice');
    part.arg = offset.word;
    if (lexer.src[offset.end] !== ':') return offset.end;
    const length = read(offset.end + 1, 'slice');
    part.arg2 = length.word;
    return length.end;
  }
  const isDefault = /^:?[-=?+]$/.test(op);
  const operand = read(at, isDefault && inQuotes ? 'param-dq' : 'param');
  part.arg = operand.word;
  return operand.end;
}

function badParameter(lexer: Lexer, at: number, from: number): { part: ParamPart; end: number } {
  const { src } = lexer;
  let depth = 0;
  for (let i = from; i < src.length; i++) {
    const ch = src[i];
    if (ch === '\\') i++;
    else if (ch === '{') depth++;
    else if (ch === '}') {
      if (depth === 0) {
        const text = src.slice(at, i + 1);
        return { part: { t: 'param', name: '', bad: text, text }, end: i + 1 };
      }
      depth--;
    }
  }
  throw unclosed(lexer.dialect, '${', lexer.lineAt(at), lexer.lineAt(at));
}
