/**
 * The module re: Python's patterns as JavaScript's. What differs between the two and is not translated:
 * conditional groups and possessive matches, which are refused.
 */
import type { Sys } from '../../../kernel';
import { natives } from '../builtins';
import { NATIVE_MODULES } from '../importing';
import { dictOf } from '../keys';
import { builtInType, define, exceptionType, makeException, raised, typeError } from '../classes';
import { PyList, PyObject, PyTuple, Raised, tuple, type Names, type Value } from '../values';
import type { Vm } from '../vm';

const PATTERN = builtInType('Pattern');
const MATCH = builtInType('Match');
const ERROR = builtInType('error', exceptionType('Exception'));
for (const type of [PATTERN, MATCH, ERROR]) type.module = 're';
const FLAGS: Readonly<Record<string, number>> = { I: 2, M: 8, S: 16, X: 64 };

function translate(source: string, flags: number): RegExp {
  let text = source;
  let letters = 'du';
  const inline = /^\(\?([aimsxLu]+)\)/.exec(text);
  let bits = flags;
  if (inline) {
    text = text.slice(inline[0].length);
    for (const c of inline[1]!) bits |= FLAGS[c.toUpperCase()] ?? 0;
  }
  if (bits & 2) letters += 'i';
  if (bits & 8) letters += 'm';
  if (bits & 16) letters += 's';
  if (bits & 64) text = text.replace(/(\\.|\[(?:\\.|[^\]])*\])|\s+|#.*/g, '$1');
  text = text
    .replace(/\(\?P<(\w+)>/g, '(?<$1>')
    .replace(/\(\?P=(\w+)\)/g, '\\k<$1>')
    .replace(/\\A/g, '(?<![^])')
    .replace(/\\Z/g, '(?![^])')
    // What JavaScript's unicode mode does not let stand escaped.
    .replace(/\\([^\w\s^$\\.*+?()[\]{}|/-])/g, '$1')
    .replace(/\\_/g, '_');
  try {
    return new RegExp(text, letters);
  } catch {
    try {
      return new RegExp(text, letters.replace('u', ''));
    } catch {
      throw new Raised(makeException(ERROR, 'bad pattern at position 0'));
    }
  }
}

const patterns = (self: Value | undefined) => (self as PyObject).names;

function compiled(pattern: Value, flags: number): PyObject {
  if (pattern instanceof PyObject && pattern.type === PATTERN) return pattern;
  if (typeof pattern !== 'string')
    throw typeError('first argument must be string or compiled pattern');
  translate(pattern, flags);
  const made = new PyObject(PATTERN);
  made.names.set('pattern', pattern);
  made.names.set('flags', flags);
  return made;
}

function regexOf(self: Value | undefined, mode: 'search' | 'match' | 'fullmatch'): RegExp {
  const names = patterns(self);
  const source = names.get('pattern') as string;
  const base = translate(source, names.get('flags') as number);
  const flags = mode === 'search' ? `${base.flags}g` : `${base.flags}y`;
  return new RegExp(mode === 'fullmatch' ? `(?:${base.source})(?![^])` : base.source, flags);
}

/** Names of groups with their numbers. */
function groupNames(source: string): Record<string, number> {
  const names: Record<string, number> = {};
  let count = 0;
  for (const [, escape, name, open] of source.matchAll(
    /(\\.|\[(?:\\.|[^\]])*\])|\((?:\?P?<([A-Za-z_]\w*)>|(?!\?)())/g,
  )) {
    if (escape !== undefined) continue;
    count++;
    if (name !== undefined && open === undefined) names[name] = count;
  }
  return names;
}

function matchObject(self: Value, text: string, found: RegExpExecArray): PyObject {
  const made = new PyObject(MATCH);
  const spans = (found.indices ?? []).map((span) => span && ([span[0], span[1]] as const));
  made.names.set('string', text);
  made.names.set('re', self);
  made.names.set(
    '$groups',
    new PyList([...found].map((each) => (each as string | undefined) ?? null)),
  );
  made.names.set(
    '$spans',
    new PyList(spans.map((span) => (span ? tuple(...span) : tuple(-1, -1)))),
  );
  return made;
}

function textOf(v: Value | undefined): string {
  if (typeof v === 'string') return v;
  if (v instanceof PyObject && typeof v.inner === 'string') return v.inner;
  throw typeError(
    v instanceof Uint8Array ? 'not simulated: re on bytes' : `expected string or bytes-like object`,
  );
}

function once(self: Value, text: Value | undefined, mode: 'search' | 'match' | 'fullmatch'): Value {
  const subject = textOf(text);
  const found = regexOf(self, mode).exec(subject);
  return found ? matchObject(self, subject, found) : null;
}

function all(self: Value, text: Value | undefined): PyObject[] {
  const subject = textOf(text);
  return [...subject.matchAll(regexOf(self, 'search'))].map((found) =>
    matchObject(self, subject, found),
  );
}

const groupsOf = (match: Value | undefined) =>
  ((match as PyObject).names.get('$groups') as PyList).items;
const spansOf = (match: Value | undefined) =>
  ((match as PyObject).names.get('$spans') as PyList).items;

function groupAt(match: Value | undefined, at: Value | undefined): number {
  const groups = groupsOf(match);
  const pattern = ((match as PyObject).names.get('re') as PyObject).names.get('pattern') as string;
  const number = typeof at === 'string' ? groupNames(pattern)[at] : ((at ?? 0) as number);
  if (number === undefined || number >= groups.length) throw raised('IndexError', 'no such group');
  return number;
}

function found(self: Value, text: Value | undefined): PyList {
  return new PyList(
    all(self, text).map((match) => {
      const groups = groupsOf(match);
      if (groups.length === 1) return groups[0]!;
      if (groups.length === 2) return groups[1] ?? '';
      return new PyTuple(groups.slice(1).map((each) => each ?? ''));
    }),
  );
}

function cut(self: Value, text: Value | undefined, most: number): PyList {
  const subject = textOf(text);
  const parts: Value[] = [];
  let at = 0;
  for (const match of all(self, subject).slice(0, most || undefined)) {
    const [from, to] = (spansOf(match)[0] as PyTuple).items as [number, number];
    parts.push(subject.slice(at, from), ...groupsOf(match).slice(1));
    at = to;
  }
  return new PyList([...parts, subject.slice(at)]);
}

function* replaced(
  vm: Vm,
  self: Value,
  by: Value,
  text: Value | undefined,
  most: number,
): Sys<PyTuple> {
  const subject = textOf(text);
  let out = '';
  let at = 0;
  const matches = all(self, subject).slice(0, most || undefined);
  for (const match of matches) {
    const [from, to] = (spansOf(match)[0] as PyTuple).items as [number, number];
    const value =
      typeof by === 'string' ? expand(match, by) : ((yield* vm.call(by, [match])) as string);
    out += subject.slice(at, from) + value;
    at = to;
  }
  return tuple(out + subject.slice(at), matches.length);
}

function expand(match: PyObject, by: string): string {
  return by.replace(
    /\\(?:g<(\w+)>|(\d{1,2})|(.))/g,
    (_all, name?: string, digits?: string, c?: string) => {
      if (c !== undefined) return { n: '\n', t: '\t', r: '\r', '\\': '\\' }[c] ?? `\\${c}`;
      const key = digits ?? name!;
      return (groupsOf(match)[groupAt(match, /^\d+$/.test(key) ? Number(key) : key)] ??
        '') as string;
    },
  );
}

define(
  PATTERN,
  {
    search: (_vm, [self, text]) => once(self!, text, 'search'),
    match: (_vm, [self, text]) => once(self!, text, 'match'),
    fullmatch: (_vm, [self, text]) => once(self!, text, 'fullmatch'),
    findall: (_vm, [self, text]) => found(self!, text),
    finditer: (_vm, [self, text]) => new PyList(all(self!, text)),
    split: (_vm, [self, text, most]) => cut(self!, text, (most ?? 0) as number),
  },
  {
    *sub(vm, [self, by, text, most]) {
      return (yield* replaced(vm, self!, by!, text, (most ?? 0) as number)).items[0]!;
    },
  },
);
define(MATCH, {
  group: (_vm, [self, ...which]) => {
    const values = (which.length === 0 ? [0] : which).map(
      (at) => groupsOf(self)[groupAt(self, at)]!,
    );
    return values.length === 1 ? values[0]! : new PyTuple(values);
  },
  __getitem__: (_vm, [self, at]) => groupsOf(self)[groupAt(self, at)]!,
  groups: (_vm, [self]) => new PyTuple(groupsOf(self).slice(1)),
  groupdict: (_vm, [self]) => {
    const pattern = ((self as PyObject).names.get('re') as PyObject).names.get('pattern') as string;
    const entries = Object.entries(groupNames(pattern)).map(
      ([name, at]) => [name, groupsOf(self)[at]!] as const,
    );
    return dictOf(entries);
  },
  start: (_vm, [self, at]) => (spansOf(self)[groupAt(self, at)] as PyTuple).items[0]!,
  end: (_vm, [self, at]) => (spansOf(self)[groupAt(self, at)] as PyTuple).items[1]!,
  span: (_vm, [self, at]) => spansOf(self)[groupAt(self, at)]!,
});

const flag = (v: Value | undefined) => (typeof v === 'number' ? v : 0);
function reModule(): Names {
  return new Map<string, Value>([
    ['Pattern', PATTERN],
    ['Match', MATCH],
    ['error', ERROR],
    ...Object.entries(FLAGS),
    ['IGNORECASE', 2],
    ['MULTILINE', 8],
    ['DOTALL', 16],
    ['VERBOSE', 64],
    ['ASCII', 256],
    ...natives(
      {
        compile: (_vm, [p, flags]) => compiled(p!, flag(flags)),
        search: (_vm, [p, text, flags]) => once(compiled(p!, flag(flags)), text, 'search'),
        match: (_vm, [p, text, flags]) => once(compiled(p!, flag(flags)), text, 'match'),
        fullmatch: (_vm, [p, text, flags]) => once(compiled(p!, flag(flags)), text, 'fullmatch'),
        findall: (_vm, [p, text, flags]) => found(compiled(p!, flag(flags)), text),
        finditer: (_vm, [p, text, flags]) => new PyList(all(compiled(p!, flag(flags)), text)),
        split: (_vm, [p, text, most]) => cut(compiled(p!, 0), text, flag(most)),
        escape: (_vm, [text]) => textOf(text).replace(/[\\^$.|?*+()[\]{}\-&~#\s]/g, '\\$&'),
        purge: () => null,
      },
      {
        *sub(vm, [p, by, text, most], named) {
          const self = compiled(p!, flag(named.get('flags')));
          return (yield* replaced(vm, self, by!, text, flag(most ?? named.get('count')))).items[0]!;
        },
        *subn(vm, [p, by, text, most]) {
          return yield* replaced(vm, compiled(p!, 0), by!, text, flag(most));
        },
      },
    ),
  ]);
}
NATIVE_MODULES.set('re', reModule);
