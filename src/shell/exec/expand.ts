/**
 * Word expansion: tilde, parameters, commands, arithmetic, field splitting, pathnames, quote removal.
 * Models POSIX.1 2.6, bash `subst.c` and ash `expand.c`.
 */
import { decodeUtf8 } from '../../base';
import { sys, SysError, type Sys } from '../../kernel';
import { isAssign, type Assign, type ParamPart, type Word, type WordPart } from '../syntax';
import { ArithmeticFault, evaluate, UnboundInArithmetic } from './arithmetic';
import { expandBraces } from './braces';
import { Fields, type Field } from './fields';
import { glob } from './glob';
import { abandonLine, mournProcess } from './jobs';
import { expandParameter, isListParameter } from './parameter';
import { matches, unescapePattern } from './pattern';
import type { Shell } from './shell';
import { spawnSubshell } from './spawning';
import { statusOf, takeSignals, waitResult } from './waiting';

/** How expansion results are taken. */
export interface Mode {
  /** Split unquoted results at IFS. */
  readonly split: boolean;
  /** Within double quotes. */
  readonly quoted: boolean;
  readonly tilde: 'word' | 'assign' | 'none';
  /** Literal text is split too (the operand of an unquoted `${x:-a b}`). */
  readonly splitLiterals?: boolean;
}

const WORD: Mode = { split: true, quoted: false, tilde: 'word' };
const ASSIGN: Mode = { split: false, quoted: false, tilde: 'assign' };
const PLAIN: Mode = { split: false, quoted: false, tilde: 'word' };
const QUOTED: Mode = { split: false, quoted: true, tilde: 'none' };

export function ifsOf(sh: Shell): string {
  return sh.vars.get('IFS') ?? ' \t\n';
}

/** The words of a command: all expansions, with globs. */
export function* expandWords(sh: Shell, words: readonly (Word | Assign)[]): Sys<string[]> {
  const out: string[] = [];
  for (const word of words) {
    if (isAssign(word)) {
      // Arguments of declaration builtins that hold arrays are handled by those.
      out.push(word.text);
      continue;
    }
    const list = sh.isBash && sh.has('braceexpand') ? expandBraces(word) : [word];
    for (const one of list) for (const text of yield* expandFields(sh, one)) out.push(text);
  }
  return out;
}

function* expandFields(sh: Shell, word: Word): Sys<string[]> {
  const only = word.parts[0];
  if (word.parts.length === 1 && only?.t === 'lit' && !/[~*?[\\(]/.test(only.s)) return [only.s];
  const fields = new Fields();
  yield* expandParts(sh, word.parts, fields, WORD);
  const out: string[] = [];
  for (const field of fields.finish()) {
    for (const text of yield* expandPath(sh, field)) out.push(text);
  }
  return out;
}

function* expandPath(sh: Shell, field: Field): Sys<string[]> {
  if (!field.magic || sh.has('noglob')) return [field.text];
  const extended = sh.shopt.has('extglob');
  const ignore = sh.isBash ? sh.vars.get('GLOBIGNORE') : undefined;
  let found = yield* glob(dialectPattern(sh, field.pattern), {
    extended,
    dotGlob: sh.shopt.has('dotglob') || (sh.isBash && !!ignore),
    globStar: sh.shopt.has('globstar'),
    ignoreCase: sh.shopt.has('nocaseglob'),
    dotEntries: !sh.isBash,
  });
  if (ignore) {
    const patterns = ignore.split(':');
    found = found.filter((path) => !patterns.some((p) => matches(p, path, extended)));
  }
  if (found.length > 0) return found;
  if (sh.shopt.has('failglob')) {
    yield* sh.complain(`no match: ${field.text}`, undefined);
    throw sh.fatal(1);
  }
  return sh.shopt.has('nullglob') ? [] : [field.text];
}

/** One text without splitting or globs: assignments, redirections, subjects of `case`. */
export function* expandText(sh: Shell, word: Word, assign = false): Sys<string> {
  const only = word.parts[0];
  if (word.parts.length === 0) return '';
  if (
    word.parts.length === 1 &&
    only &&
    (only.t === 'quoted' || (only.t === 'lit' && !only.s.includes('~')))
  ) {
    return only.s;
  }
  const fields = new Fields();
  yield* expandParts(sh, word.parts, fields, assign ? ASSIGN : PLAIN);
  return fields
    .finish()
    .map((f) => f.text)
    .join(' ');
}

/** A pattern in which quoted characters are escaped. */
export function* expandPattern(sh: Shell, word: Word): Sys<string> {
  const fields = new Fields();
  yield* expandParts(sh, word.parts, fields, PLAIN);
  const pattern = fields
    .finish()
    .map((f) => f.pattern)
    .join(' ');
  return dialectPattern(sh, pattern);
}

/** In dash only `!` negates brackets. */
function dialectPattern(sh: Shell, pattern: string): string {
  return sh.dialect === 'dash' ? pattern.replaceAll('[^', '[\\^') : pattern;
}

/** Text as within double quotes: here-documents, arithmetic, prompts. */
export function* expandQuoted(sh: Shell, word: Word): Sys<string> {
  const fields = new Fields();
  yield* expandParts(sh, word.parts, fields, QUOTED);
  return fields
    .finish()
    .map((f) => f.text)
    .join(' ');
}

/** Fields of a redirection's target in bash, which must be one. */
export function* expandToFields(sh: Shell, word: Word): Sys<string[]> {
  return yield* expandFields(sh, word);
}

export function* expandParts(
  sh: Shell,
  parts: readonly WordPart[],
  out: Fields,
  mode: Mode,
): Sys<void> {
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    switch (part.t) {
      case 'lit':
        yield* expandLiteral(sh, part.s, i === 0, i === parts.length - 1, out, mode);
        break;
      case 'quoted':
        out.quoted(part.s);
        break;
      case 'dq':
        yield* expandDoubleQuoted(sh, part.parts, out);
        break;
      case 'param':
        yield* expandParameter(sh, part, out, mode, expansion);
        break;
      case 'cmd':
        addResult(sh, yield* substitute(sh, part), out, mode);
        break;
      case 'arith':
        addResult(sh, (yield* arithmetic(sh, part.inner, '')).toString(), out, mode);
        break;
      case 'proc':
        out.quoted(yield* processSubstitution(sh, part));
        break;
    }
  }
}

/** What parameter expansion calls back for its operands. */
const expansion = { expandParts, expandPattern, expandText, arithmetic };
export type Expansion = typeof expansion;

export function addResult(sh: Shell, text: string, out: Fields, mode: Mode): void {
  if (mode.quoted) out.quoted(text);
  else if (mode.split) out.split(text, ifsOf(sh));
  else out.unsplit(text);
}

function* expandDoubleQuoted(sh: Shell, parts: readonly WordPart[], out: Fields): Sys<void> {
  const lists = parts.filter((p): p is ParamPart => p.t === 'param' && isListParameter(p));
  if (lists.length === 0) out.quoted('');
  else if (parts.length > lists.length) out.quoted('');
  yield* expandParts(sh, parts, out, QUOTED);
}

function* expandLiteral(
  sh: Shell,
  text: string,
  first: boolean,
  last: boolean,
  out: Fields,
  mode: Mode,
): Sys<void> {
  if (mode.quoted) {
    out.quoted(text);
    return;
  }
  let rest = text;
  if (mode.tilde !== 'none' && text.includes('~')) {
    if (mode.tilde === 'assign') {
      const pieces = text.split(':');
      for (let i = 0; i < pieces.length; i++) {
        if (i > 0) out.literal(':');
        const lone = i < pieces.length - 1 || last;
        const done = (i > 0 || first) && (yield* expandTilde(sh, pieces[i]!, lone, out));
        if (!done) out.literal(pieces[i]!);
      }
      return;
    }
    const assignment = sh.isBash && first ? /^[A-Za-z_]\w*=(?=~)/.exec(text) : null;
    if (assignment) {
      out.literal(assignment[0]);
      rest = text.slice(assignment[0].length);
    }
    if (first && (yield* expandTilde(sh, rest, last, out))) return;
  }
  if (mode.splitLiterals) out.split(rest, ' \t\n');
  else out.literal(rest);
}

/** `~`, `~user`, `~+`, `~-` at the start of `text`; false if there is none. */
function* expandTilde(sh: Shell, text: string, last: boolean, out: Fields): Sys<boolean> {
  const match = /^~([^/:]*)/.exec(text);
  if (!match || (match[0].length === text.length && !last)) return false;
  const home = yield* homeOf(sh, match[1]!);
  if (home === undefined) {
    // ash drops what follows the name of an unknown user.
    if (sh.dialect !== 'ash') return false;
    out.literal(match[0]);
    return true;
  }
  out.quoted(home);
  out.literal(text.slice(match[0].length));
  return true;
}

export function* homeOf(sh: Shell, user: string): Sys<string | undefined> {
  if (user === '') {
    const home = sh.vars.get('HOME');
    return home ?? (sh.isBash ? yield* passwdHome('root') : undefined);
  }
  if (sh.isBash && user === '+') return sh.vars.get('PWD');
  if (sh.isBash && user === '-') return sh.vars.get('OLDPWD');
  return yield* passwdHome(user);
}

function* passwdHome(user: string): Sys<string | undefined> {
  try {
    const text = yield* sys.readText('/etc/passwd');
    for (const line of text.split('\n')) {
      const fields = line.split(':');
      if (fields[0] === user) return fields[5];
    }
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
  return undefined;
}

/** Computes `$((...))` and its like; complains and leaves the line when it is wrong. */
export function* arithmetic(sh: Shell, inner: Word, command: string): Sys<bigint> {
  const text = yield* expandQuoted(sh, inner);
  return yield* arithmeticText(sh, text, command);
}

export function* arithmeticText(sh: Shell, text: string, command: string): Sys<bigint> {
  try {
    return evaluate(sh, text);
  } catch (error) {
    const status = sh.isBash ? 1 : 2;
    if (error instanceof UnboundInArithmetic) {
      yield* sh.complain(
        `${error.variable}: ${sh.isBash ? 'unbound variable' : 'parameter not set'}`,
      );
      throw sh.fatal(status);
    }
    if (!(error instanceof ArithmeticFault)) throw error;
    yield* sh.complain(command === '' ? error.message : `${command}: ${error.message}`);
    throw new ArithmeticAbort(status);
  }
}

/** A wrong expression: bash drops the line, the others the script. */
export class ArithmeticAbort extends Error {
  constructor(readonly status: number) {
    super('arithmetic');
  }
}

/** `$(...)`: the output of a subshell without its last line ends. */
function* substitute(sh: Shell, part: Extract<WordPart, { t: 'cmd' }>): Sys<string> {
  const quick = /^\s*<\s*([^\s;&|<>()`$"'*?[]+)\s*$/.exec(part.source);
  if (quick && sh.isBash) {
    try {
      return decodeUtf8(yield* sys.readFile(quick[1]!)).replace(/\n+$/, '');
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* sh.complain(`${quick[1]!}: ${sh.errorText(error)}`);
      sh.substitutionStatus = 1;
      return '';
    }
  }
  if (part.body.items.length === 0) {
    sh.substitutionStatus = 0;
    return '';
  }
  const [readEnd, writeEnd] = yield* sys.pipe();
  const high = yield* moveHigh(readEnd);
  const highWrite = yield* moveHigh(writeEnd);
  const pid = yield* spawnSubshell(sh, part.body, {
    fds: [[1, highWrite]],
    substitution: true,
  });
  yield* sys.close(highWrite);
  const bytes = yield* readInterruptibly(sh, high);
  yield* sys.close(high);
  const ended = yield* waitResult(sh, pid, false);
  // As if ^C had met the shell itself (bash `command_substitute` sends it on).
  if (ended.termSignal === 'INT' && sh.interactive && !sh.subshell) yield* abandonLine(sh);
  if (!sh.isBash) yield* mournProcess(sh, ended);
  const result = statusOf(ended);
  sh.substitutionStatus = result;
  sh.status = result;
  return decodeUtf8(bytes).replace(/\0/g, '').replace(/\n+$/, '');
}

/** Keeps the shell's own descriptors out of the way of the user's. */
export function* moveHigh(fd: number): Sys<number> {
  if (fd >= 10) return fd;
  const high = yield* sys.dup(fd, 10);
  yield* sys.close(fd);
  return high;
}

function* readInterruptibly(sh: Shell, fd: number): Sys<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    try {
      const part = yield* sys.read(fd);
      if (part.length === 0) break;
      parts.push(part);
      length += part.length;
    } catch (error) {
      if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
      yield* takeSignals(sh);
      const at = sh.pendingSignals.indexOf('INT');
      if (at < 0 || !sh.interactive || sh.subshell) continue;
      // Who was left in the background of the substitution may hold its pipe for ever.
      sh.pendingSignals.splice(at, 1);
      yield* sys.close(fd);
      yield* abandonLine(sh);
    }
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** `<(...)`: a pipe's end under /dev/fd. */
function* processSubstitution(sh: Shell, part: Extract<WordPart, { t: 'proc' }>): Sys<string> {
  const [readEnd, writeEnd] = yield* sys.pipe();
  const ours = yield* sys.dup(part.write ? writeEnd : readEnd, 60);
  const theirs = yield* sys.dup(part.write ? readEnd : writeEnd, 10);
  yield* sys.close(readEnd);
  yield* sys.close(writeEnd);
  const child = part.write ? 0 : 1;
  const pid = yield* spawnSubshell(sh, part.body, { fds: [[child, theirs]], asynchronous: true });
  yield* sys.close(theirs);
  sh.lastBackground = pid;
  sh.userFds.add(ours);
  sh.substitutedFds.push(ours);
  return `/dev/fd/${ours}`;
}

export { unescapePattern };
