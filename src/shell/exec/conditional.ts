/** `[[ ... ]]` of bash and the tests it shares with `test`. Models bash `test.c`. */
import { sys, SysError, type FileStat, type Sys } from '../../kernel';
import type { CondExpr, Word } from '../syntax';
import { arithmeticText, expandPattern, expandText } from './expand';
import { escapeRegExp, matches } from './pattern';
import type { OptionName, Shell } from './shell';

export function* evaluateCondition(sh: Shell, expr: CondExpr): Sys<boolean> {
  switch (expr.c) {
    case 'not':
      return !(yield* evaluateCondition(sh, expr.inner));
    case 'group':
      return yield* evaluateCondition(sh, expr.inner);
    case 'and':
      return (
        (yield* evaluateCondition(sh, expr.left)) && (yield* evaluateCondition(sh, expr.right))
      );
    case 'or':
      return (
        (yield* evaluateCondition(sh, expr.left)) || (yield* evaluateCondition(sh, expr.right))
      );
    case 'unary':
      return yield* testUnary(sh, expr.op, yield* expandText(sh, expr.arg));
    case 'binary':
      return yield* evaluateBinary(sh, expr.op, expr.left, expr.right);
  }
}

function* evaluateBinary(sh: Shell, op: string, left: Word, right: Word): Sys<boolean> {
  const value = yield* expandText(sh, left);
  if (op === '=' || op === '==' || op === '!=') {
    const pattern = yield* expandPattern(sh, right);
    const fits = matches(pattern, value, true, sh.shopt.has('nocasematch'));
    return fits === (op !== '!=');
  }
  if (op === '=~') return matchRegex(sh, value, yield* regexSource(sh, right));
  const other = yield* expandText(sh, right);
  if (/^-(eq|ne|lt|le|gt|ge)$/.test(op)) {
    const a = yield* arithmeticText(sh, value, '[[');
    const b = yield* arithmeticText(sh, other, '[[');
    return compareNumbers(op, a, b);
  }
  return yield* testFilesOrText(op, value, other);
}

/** Quoted parts of a regular expression match themselves. */
function* regexSource(sh: Shell, word: Word): Sys<string> {
  let source = '';
  for (const part of word.parts) {
    if (part.t === 'lit') source += part.s;
    else if (part.t === 'quoted') source += escapeRegExp(part.s);
    else {
      const text = yield* expandText(sh, { parts: [part], text: '' });
      source += part.t === 'dq' ? escapeRegExp(text) : text;
    }
  }
  return source;
}

/** Turns an extended regular expression of POSIX into one of JavaScript. */
export function posixRegex(source: string): string {
  return source.replace(/\[:(\w+):\]/g, (whole, name: string) => {
    const classes: Record<string, string> = {
      alpha: 'A-Za-z',
      digit: '0-9',
      alnum: 'A-Za-z0-9',
      upper: 'A-Z',
      lower: 'a-z',
      space: '\\s',
      blank: ' \\t',
      punct: '!-\\/:-@\\[-`{-~',
      xdigit: '0-9A-Fa-f',
    };
    return classes[name] ?? whole;
  });
}

/** A wrong regular expression: the status is 2. */
export class RegexFault extends Error {}

function matchRegex(sh: Shell, value: string, source: string): boolean {
  let found: RegExpExecArray | null;
  try {
    found = new RegExp(posixRegex(source), sh.shopt.has('nocasematch') ? 'i' : '').exec(value);
  } catch {
    throw new RegexFault();
  }
  const array = new Map<number, string>();
  found?.forEach((text, i) => array.set(i, text ?? ''));
  sh.vars.replace('BASH_REMATCH', { array });
  return found !== null;
}

export function compareNumbers(op: string, a: bigint, b: bigint): boolean {
  switch (op) {
    case '-eq':
      return a === b;
    case '-ne':
      return a !== b;
    case '-lt':
      return a < b;
    case '-le':
      return a <= b;
    case '-gt':
      return a > b;
    default:
      return a >= b;
  }
}

function* statOf(path: string, follow = true): Sys<FileStat | undefined> {
  try {
    return follow ? yield* sys.stat(path) : yield* sys.lstat(path);
  } catch (error) {
    if (error instanceof SysError) return undefined;
    throw error;
  }
}

/** `both`: a file that is not there is neither newer nor older (dash, ash). */
export function* testFilesOrText(
  op: string,
  left: string,
  right: string,
  both = false,
): Sys<boolean> {
  switch (op) {
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '-nt':
    case '-ot': {
      const a = yield* statOf(left);
      const b = yield* statOf(right);
      if (both && (!a || !b)) return false;
      if (op === '-nt') return a !== undefined && (b === undefined || a.mtimeUs > b.mtimeUs);
      return b !== undefined && (a === undefined || a.mtimeUs < b.mtimeUs);
    }
    default: {
      const a = yield* statOf(left);
      const b = yield* statOf(right);
      return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
    }
  }
}

function* canAccess(
  path: string,
  want: { read?: boolean; write?: boolean; execute?: boolean },
): Sys<boolean> {
  try {
    yield* sys.access(path, want);
    return true;
  } catch (error) {
    if (error instanceof SysError) return false;
    throw error;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  b: 'block',
  c: 'char',
  d: 'dir',
  f: 'file',
  p: 'fifo',
  S: 'socket',
};

/** File and text tests of one operand. `sh` is absent in the `test` program. */
export function* testUnary(sh: Shell | undefined, op: string, arg: string): Sys<boolean> {
  const letter = op[1]!;
  switch (letter) {
    case 'n':
      return arg !== '';
    case 'z':
      return arg === '';
    case 't':
      try {
        return yield* sys.isatty(Number(arg));
      } catch (error) {
        if (error instanceof SysError) return false;
        throw error;
      }
    case 'v':
      return sh !== undefined && isVariableSet(sh, arg);
    case 'R':
      return sh?.vars.raw(arg)?.nameref === true;
    case 'o':
      return sh?.has(arg as OptionName) ?? false;
    case 'r':
      return yield* canAccess(arg, { read: true });
    case 'w':
      return yield* canAccess(arg, { write: true });
    case 'x':
      return yield* canAccess(arg, { execute: true });
    case 'h':
    case 'L':
      return (yield* statOf(arg, false))?.type === 'symlink';
    default:
      return yield* testStat(letter, arg);
  }
}

function* testStat(letter: string, path: string): Sys<boolean> {
  const stat = yield* statOf(path);
  if (!stat) return false;
  const type = TYPES[letter];
  if (type !== undefined) return stat.type === type;
  switch (letter) {
    case 'a':
    case 'e':
      return true;
    case 's':
      return stat.size > 0;
    case 'g':
      return (stat.mode & 0o2000) !== 0;
    case 'u':
      return (stat.mode & 0o4000) !== 0;
    case 'k':
      return (stat.mode & 0o1000) !== 0;
    case 'N':
      return stat.mtimeUs > stat.atimeUs;
    case 'O':
      return stat.uid === (yield* sys.getuid()).uid;
    default:
      return stat.gid === (yield* sys.getuid()).gid;
  }
}

function isVariableSet(sh: Shell, name: string): boolean {
  const element = /^(\w+)\[(.*)\]$/.exec(name);
  if (!element) {
    return (
      sh.vars.get(name) !== undefined ||
      (/^[1-9]$/.test(name) && sh.positional.length >= Number(name))
    );
  }
  const variable = sh.vars.lookup(element[1]!);
  if (variable?.assoc) return variable.assoc.has(element[2]!);
  return variable?.array?.has(Number(element[2])) ?? false;
}
