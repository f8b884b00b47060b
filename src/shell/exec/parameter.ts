/**
 * Parameter expansion. Models bash `subst.c: param_expand, parameter_brace_expand` and ash `expand.c:
 * evalvar`: the special parameters, defaults, removal, replacement, slices, case, arrays.
 */
import { sys, type Sys } from '../../kernel';
import type { ParamPart, Word } from '../syntax';
import { dynamicValue } from './arithmetic';
import type { Expansion, Mode } from './expand';
import { Fields } from './fields';
import { matches, patternSource, trimMatch } from './pattern';
import { quoteForReuse } from './quoting';
import type { Shell } from './shell';

/** What a parameter stands for: one text, a list (`$@`), or nothing. */
interface Value {
  readonly text: string | undefined;
  readonly list?: readonly string[];
  /** `*` joins in quotes, `@` stays apart. */
  readonly kind?: '*' | '@';
}

/** `$@` and `${a[@]}`: may expand to no field at all, even in quotes. */
export function isListParameter(part: ParamPart): boolean {
  if (part.length || part.bad !== undefined) return false;
  if (part.prefix !== undefined) return part.prefix === '@';
  if (part.name === '@' && !part.indirect) return true;
  return part.index?.text === '@';
}

function optionLetters(sh: Shell): string {
  const letters: [string, boolean][] = [
    ['h', sh.isBash && sh.has('hashall')],
    ['e', sh.has('errexit')],
    ['f', sh.has('noglob')],
    ['i', sh.interactive],
    ['m', sh.has('monitor')],
    ['n', sh.has('noexec')],
    ['u', sh.has('nounset')],
    ['v', sh.has('verbose')],
    ['x', sh.has('xtrace')],
    ['B', sh.isBash && sh.has('braceexpand')],
    ['C', sh.has('noclobber')],
    ['E', sh.has('errtrace')],
    ['H', sh.isBash && sh.has('histexpand')],
    ['a', sh.has('allexport')],
    ['b', sh.has('notify')],
    ['c', sh.isBash && sh.commandString],
    ['s', sh.isBash && sh.interactive && !sh.commandString],
  ];
  const order = sh.isBash ? 'abefhimnuvxBCEHcs' : 'efimnsuvxabC';
  const on = letters.filter(([, set]) => set).map(([letter]) => letter);
  return order
    .split('')
    .filter((letter) => on.includes(letter))
    .join('');
}

function* special(sh: Shell, name: string): Sys<string | undefined> {
  switch (name) {
    case '?':
      return String(sh.status);
    case '$':
      return String(sh.shellPid);
    case '!':
      return sh.lastBackground === undefined
        ? sh.isBash
          ? undefined
          : ''
        : String(sh.lastBackground);
    case '#':
      return String(sh.positional.length);
    case '-':
      return optionLetters(sh);
    case '0':
      return sh.name;
    case 'PPID':
      return String(yield* sys.getppid());
    case 'SECONDS':
    case 'EPOCHSECONDS':
    case 'EPOCHREALTIME': {
      if (!sh.isBash && (sh.dialect === 'dash' || name === 'SECONDS')) return undefined;
      const clock = yield* sys.clock();
      if (name === 'EPOCHSECONDS') return String(Math.floor(clock.unixUs / 1e6));
      if (name === 'EPOCHREALTIME') {
        const us = clock.unixUs;
        return `${Math.floor(us / 1e6)}.${String(us % 1_000_000).padStart(6, '0')}`;
      }
      return String(Math.floor((clock.monotonicUs - sh.secondsBase) / 1e6));
    }
    default:
      return undefined;
  }
}

function arrayValues(sh: Shell, name: string): string[] {
  const variable = sh.vars.lookup(name);
  if (variable?.array) return [...variable.array.values()];
  if (variable?.assoc) return [...variable.assoc.values()];
  if (name === 'PIPESTATUS') return sh.pipeStatus.map(String);
  if (name === 'FUNCNAME') return [...sh.functionNames].reverse();
  if (name === 'DIRSTACK') return [sh.cwd, ...sh.dirStack];
  return variable?.value === undefined ? [] : [variable.value];
}

function arrayKeys(sh: Shell, name: string): string[] {
  const variable = sh.vars.lookup(name);
  if (variable?.array) return [...variable.array.keys()].map(String);
  if (variable?.assoc) return [...variable.assoc.keys()];
  return arrayValues(sh, name).map((_, i) => String(i));
}

/** Element of an array by its subscript. */
function* element(sh: Shell, name: string, index: Word, ex: Expansion): Sys<string | undefined> {
  const variable = sh.vars.lookup(name);
  if (variable?.assoc) return variable.assoc.get(yield* ex.expandText(sh, index));
  let at = Number(yield* ex.arithmetic(sh, index, ''));
  const values = variable?.array;
  if (at < 0) {
    const top = values ? Math.max(-1, ...values.keys()) : 0;
    at += top + 1;
    if (at < 0) {
      yield* sh.complain(`${name}: bad array subscript`);
      return undefined;
    }
  }
  if (values) return values.get(at);
  return arrayValues(sh, name)[at];
}

function* valueOf(sh: Shell, name: string, index: Word | undefined, ex: Expansion): Sys<Value> {
  if (name === '@' || name === '*') {
    return { text: undefined, list: sh.positional, kind: name };
  }
  if (index) {
    const all = index.text === '@' || index.text === '*' ? index.text : undefined;
    if (all) return { text: undefined, list: arrayValues(sh, name), kind: all };
    return { text: yield* element(sh, name, index, ex) };
  }
  if (/^[1-9]/.test(name)) return { text: sh.positional[Number(name) - 1] };
  const variable = sh.vars.get(name);
  const dynamic = (yield* special(sh, name)) ?? dynamicValue(sh, name);
  if (dynamic !== undefined) return { text: dynamic };
  if (name === 'PIPESTATUS' && sh.isBash) return { text: String(sh.pipeStatus[0] ?? 0) };
  return { text: variable };
}

/** Puts a value out, as the mode says. */
function emit(sh: Shell, value: Value, out: Fields, mode: Mode): void {
  const ifs = sh.vars.get('IFS') ?? ' \t\n';
  if (!value.list) {
    const text = value.text ?? '';
    if (mode.quoted) out.quoted(text);
    else if (mode.split) out.split(text, ifs);
    else out.unsplit(text);
    return;
  }
  const { list } = value;
  if (mode.quoted && value.kind === '*') {
    out.quoted(list.join(ifs === '' ? '' : ifs[0]!));
    return;
  }
  if (!mode.split && !mode.quoted) {
    out.unsplit(
      list.join(
        value.kind === '*' && ifs !== '' ? ifs[0]! : ifs === '' && value.kind === '*' ? '' : ' ',
      ),
    );
    return;
  }
  list.forEach((text, i) => {
    if (i > 0) out.close();
    if (mode.quoted) out.quoted(text);
    else out.split(text, ifs);
  });
}

function* unbound(sh: Shell, part: ParamPart): Sys<never> {
  const shown = part.index ? `${part.name}[${part.index.text}]` : part.name;
  const digit = /^[0-9]/.test(part.name) && sh.isBash ? '$' : '';
  yield* sh.complain(
    `${digit}${shown}: ${sh.isBash ? 'unbound variable' : 'parameter not set'}`,
    undefined,
  );
  throw sh.fatal(sh.isBash ? 1 : 2);
}

export function* expandParameter(
  sh: Shell,
  part: ParamPart,
  out: Fields,
  mode: Mode,
  ex: Expansion,
): Sys<void> {
  if (part.bad !== undefined) {
    if (sh.isBash) yield* sh.complain(`${part.bad}: bad substitution`, undefined);
    else if (sh.dialect === 'dash') yield* sh.complain('Bad substitution', undefined);
    else {
      sh.line = sh.readLine;
      yield* sh.complain('syntax error: bad substitution', undefined);
    }
    throw sh.isBash ? sh.fatal(1) : sh.fatal(2);
  }
  if (part.prefix !== undefined) {
    const list = sh.vars.names().filter((n) => n.startsWith(part.name));
    emit(sh, { text: undefined, list, kind: part.prefix }, out, mode);
    return;
  }
  if (part.indirect && part.index && /^[@*]$/.test(part.index.text)) {
    const kind = part.index.text as '@' | '*';
    emit(sh, { text: undefined, list: arrayKeys(sh, part.name), kind }, out, mode);
    return;
  }
  let { name, index } = part;
  if (part.indirect) {
    const target = (yield* valueOf(sh, name, index, ex)).text;
    const parsed = /^(\w+|[@*#?$!-])(?:\[(.*)\])?$/.exec(target ?? '');
    if (!parsed) {
      yield* sh.complain(
        target ? `${target}: invalid variable name` : `${name}: invalid indirect expansion`,
        undefined,
      );
      throw sh.fatal(1);
    }
    name = parsed[1]!;
    index =
      parsed[2] === undefined
        ? undefined
        : { parts: [{ t: 'lit', s: parsed[2] }], text: parsed[2] };
  }
  const value = yield* valueOf(sh, name, index, ex);
  if (part.length) {
    const n = value.list ? value.list.length : (value.text ?? '').length;
    if (!value.list && value.text === undefined && sh.has('nounset')) yield* unbound(sh, part);
    emit(sh, { text: String(n) }, out, mode);
    return;
  }
  if (part.op === undefined) {
    if (!value.list && value.text === undefined && sh.has('nounset')) yield* unbound(sh, part);
    emit(sh, value, out, mode);
    return;
  }
  yield* operate(sh, { ...part, name }, value, out, mode, ex);
}

function isSet(value: Value): boolean {
  return value.list ? value.list.length > 0 : value.text !== undefined;
}

function isEmpty(value: Value): boolean {
  return value.list
    ? value.list.join('') === '' && value.list.length <= 1
    : (value.text ?? '') === '';
}

function* operate(
  sh: Shell,
  part: ParamPart,
  value: Value,
  out: Fields,
  mode: Mode,
  ex: Expansion,
): Sys<void> {
  const op = part.op!;
  if (/^:?[-=?+]$/.test(op)) {
    yield* operateDefault(sh, part, value, out, mode, ex);
    return;
  }
  if (!isSet(value) && !value.list && sh.has('nounset')) yield* unbound(sh, part);
  if (op === ':') {
    emit(sh, yield* slice(sh, part, value, ex), out, mode);
    return;
  }
  if (op === '@') {
    emit(sh, yield* transform(sh, part, value, ex), out, mode);
    return;
  }
  const change = yield* textChange(sh, part, ex);
  if (value.list) emit(sh, { ...value, list: value.list.map(change) }, out, mode);
  else emit(sh, { text: change(value.text ?? '') }, out, mode);
}

function* operateDefault(
  sh: Shell,
  part: ParamPart,
  value: Value,
  out: Fields,
  mode: Mode,
  ex: Expansion,
): Sys<void> {
  const op = part.op!;
  const usable = isSet(value) && (!op.startsWith(':') || !isEmpty(value));
  const kind = op.at(-1)!;
  const operand: Word = part.arg ?? { parts: [], text: '' };
  if (kind === '+' ? !usable : usable) {
    if (kind !== '+') emit(sh, value, out, mode);
    else if (mode.quoted && !isListParameter(part)) out.quoted('');
    return;
  }
  if (kind === '-' || kind === '+') {
    if (mode.quoted && operand.parts.length === 0) out.quoted('');
    yield* ex.expandParts(sh, operand.parts, out, {
      ...mode,
      tilde: mode.quoted ? 'none' : 'word',
      splitLiterals: mode.split,
    });
    return;
  }
  if (kind === '?') {
    let text = yield* ex.expandText(sh, operand);
    if (text === '') {
      const orNull = op.startsWith(':');
      text = sh.isBash
        ? orNull
          ? 'parameter null or not set'
          : 'parameter not set'
        : orNull
          ? 'parameter not set or null'
          : 'parameter not set';
    }
    yield* sh.complain(`${part.name}: ${text}`, undefined);
    throw sh.fatal(sh.isBash ? (sh.interactive ? 1 : sh.subshell ? 1 : 1) : 2);
  }
  const assigned = new Fields();
  yield* ex.expandParts(sh, operand.parts, assigned, {
    split: false,
    quoted: mode.quoted,
    tilde: 'word',
  });
  const text = assigned
    .finish()
    .map((f) => f.text)
    .join(' ');
  if (!/^[A-Za-z_]\w*$/.test(part.name)) {
    yield* sh.complain(
      sh.isBash ? `$${part.name}: cannot assign in this way` : `${part.name}: bad variable name`,
      undefined,
    );
    throw sh.fatal(sh.isBash ? 1 : 2);
  }
  if (part.index) {
    const key = sh.vars.lookup(part.name)?.assoc
      ? yield* ex.expandText(sh, part.index)
      : Number(yield* ex.arithmetic(sh, part.index, ''));
    sh.vars.setElement(part.name, key, text);
  } else sh.vars.set(part.name, text);
  emit(sh, { text: sh.vars.get(part.name) ?? text }, out, mode);
}

/** Removal, replacement, change of case: what happens to each text. */
function* textChange(sh: Shell, part: ParamPart, ex: Expansion): Sys<(text: string) => string> {
  const op = part.op!;
  const pattern = part.arg ? yield* ex.expandPattern(sh, part.arg) : '';
  const extended = sh.shopt.has('extglob');
  if (op === '#' || op === '##') {
    return (text) => trimMatch(pattern, text, 'prefix', op === '##', extended);
  }
  if (op === '%' || op === '%%') {
    return (text) => trimMatch(pattern, text, 'suffix', op === '%%', extended);
  }
  if (op.startsWith('/')) {
    const replacement = part.arg2 ? yield* replacementOf(sh, part.arg2, ex) : [''];
    return replacer(op, pattern, replacement, extended);
  }
  return (text) => {
    const fits = (ch: string) => pattern === '' || matches(pattern, ch, extended);
    const change = (ch: string) => (op[0] === '^' ? ch.toUpperCase() : ch.toLowerCase());
    const all = op.length === 2;
    return [...text].map((ch, i) => ((all || i === 0) && fits(ch) ? change(ch) : ch)).join('');
  };
}

/** The replacement in pieces; between them stands what matched (`&` in bash 5.2). */
function* replacementOf(sh: Shell, word: Word, ex: Expansion): Sys<string[]> {
  if (!sh.isBash) return [yield* ex.expandText(sh, word)];
  const pattern = yield* ex.expandPattern(sh, word);
  const pieces = [''];
  const push = (s: string) => pieces.push(pieces.pop()! + s);
  for (let i = 0; i < pattern.length; i++) {
    const ch = pattern[i]!;
    if (ch === '\\' && i + 1 < pattern.length) push(pattern[++i]!);
    else if (ch === '&') pieces.push('');
    else push(ch);
  }
  return pieces;
}

function replacer(
  op: string,
  pattern: string,
  replacement: readonly string[],
  extended: boolean,
): (text: string) => string {
  if (pattern === '') {
    if (op === '/#') return (text) => replacement.join('') + text;
    if (op === '/%') return (text) => text + replacement.join('');
    return (text) => text;
  }
  const source = patternSource(pattern, extended);
  const anchored =
    op === '/#' ? `^(?:${source})` : op === '/%' ? `(?:${source})$` : `(?:${source})`;
  let expression: RegExp;
  try {
    expression = new RegExp(anchored, op === '//' ? 'g' : '');
  } catch {
    return (text) => text;
  }
  return (text) =>
    text.replace(expression, (found) =>
      found === '' && text !== '' ? found : replacement.join(found),
    );
}

function* slice(sh: Shell, part: ParamPart, value: Value, ex: Expansion): Sys<Value> {
  let offset = Number(yield* ex.arithmetic(sh, part.arg!, ''));
  const length = part.arg2 ? Number(yield* ex.arithmetic(sh, part.arg2, '')) : undefined;
  if (value.list && sh.isBash) {
    const positional = part.name === '@' || part.name === '*';
    const list = positional ? [sh.name, ...value.list] : value.list;
    if (offset < 0) offset += list.length;
    if (offset < 0) return { ...value, list: [] };
    if (length !== undefined && length < 0) {
      yield* sh.complain(`${part.arg2!.text.trim()}: substring expression < 0`, undefined);
      throw sh.fatal(1);
    }
    const end = length === undefined ? undefined : offset + length;
    return { ...value, list: list.slice(offset, end) };
  }
  // ash joins a list and cuts the text.
  const text = value.list?.join(' ') ?? value.text ?? '';
  if (offset < 0) offset += text.length;
  if (offset < 0 || offset > text.length) return { text: '' };
  if (length === undefined) return { text: text.slice(offset) };
  const end = length < 0 ? text.length + length : offset + length;
  if (end < offset) {
    if (!sh.isBash) return { text: '' };
    yield* sh.complain(`${part.arg2!.text.trim()}: substring expression < 0`, undefined);
    throw sh.fatal(1);
  }
  return { text: text.slice(offset, end) };
}

/** `${x@Q}` and the other letters. */
function* transform(sh: Shell, part: ParamPart, value: Value, ex: Expansion): Sys<Value> {
  const letter = yield* ex.expandText(sh, part.arg!);
  const variable = sh.vars.lookup(part.name);
  const change = (text: string): string => {
    switch (letter) {
      case 'Q':
        return quoteForReuse(text);
      case 'U':
        return text.toUpperCase();
      case 'u':
        return text.charAt(0).toUpperCase() + text.slice(1);
      case 'L':
        return text.toLowerCase();
      default:
        return text;
    }
  };
  const attributes =
    (variable?.array ? 'a' : '') +
    (variable?.assoc ? 'A' : '') +
    (variable?.integer ? 'i' : '') +
    (variable?.readonly ? 'r' : '') +
    (variable?.exported ? 'x' : '');
  if (letter === 'a') return { text: attributes };
  if (letter === 'A') {
    const flags = attributes === '' ? '' : `declare -${attributes} `;
    return { text: `${flags}${part.name}=${quoteForReuse(value.text ?? '')}` };
  }
  if (letter === 'P' || letter === 'E') return value;
  if (value.list) return { ...value, list: value.list.map(change) };
  return value.text === undefined ? value : { text: change(value.text) };
}
