/** Methods of str and bytes (`Objects/unicodeobject.c`, `bytesobject.c`). */
import { decodeUtf8, encodeUtf8, hexOf } from './bytes-text';
import type { Sys } from '../../kernel';
import { getAttribute, isWork } from './attributes';
import { formatText } from './format';
import { collect } from './iteration';
import { item } from './operators';
import { asIndex } from './text';
import { BYTES, STR, define, raised, typeError, typeOf, valueError } from './classes';
import { PyList, PyTuple, type Keywords, type Native, type Value } from './values';
import type { Vm } from './vm';

const text = (v: Value | undefined): string => v as string;
const optional = (v: Value | undefined, fallback: number) =>
  v === undefined || v === null ? fallback : asIndex(v)!;

function clip(self: string, args: readonly Value[]): readonly [string, number] {
  const from = bound(optional(args[2], 0), self.length);
  const to = bound(optional(args[3], self.length), self.length);
  return [self.slice(from, to), from];
}
const bound = (at: number, length: number) =>
  at < 0 ? Math.max(0, at + length) : Math.min(at, length);

function strip(self: string, chars: Value | undefined, left: boolean, right: boolean): string {
  const set = typeof chars === 'string' ? chars : undefined;
  const gone = (c: string) => (set === undefined ? /\s/.test(c) : set.includes(c));
  let [from, to] = [0, self.length];
  while (left && from < to && gone(self[from]!)) from++;
  while (right && to > from && gone(self[to - 1]!)) to--;
  return self.slice(from, to);
}

function split(self: string, args: readonly Value[], named: Keywords): Value[] {
  const separator = args[1] ?? named.get('sep') ?? null;
  const most = optional(args[2] ?? named.get('maxsplit'), -1);
  if (separator === null) {
    const words: string[] = [];
    let rest = self.trimStart();
    while (rest !== '') {
      if (most >= 0 && words.length === most) return [...words, rest.trimEnd()];
      const word = /^\S+/.exec(rest)![0];
      words.push(word);
      rest = rest.slice(word.length).trimStart();
    }
    return words;
  }
  if (separator === '') throw valueError('empty separator');
  const parts = self.split(separator as string);
  if (most < 0 || parts.length <= most + 1) return parts;
  return [...parts.slice(0, most), parts.slice(most).join(separator as string)];
}

function rsplit(self: string, args: readonly Value[], named: Keywords): Value[] {
  const separator = args[1] ?? named.get('sep') ?? null;
  const most = optional(args[2] ?? named.get('maxsplit'), -1);
  const parts = split(self, [self, separator], new Map()) as string[];
  if (most < 0 || parts.length <= most + 1) return parts;
  if (separator === null) {
    const tail = parts.slice(parts.length - most);
    const cut = self.trimEnd().lastIndexOf(tail[0] ?? '');
    return [self.slice(0, cut).trimEnd(), ...tail];
  }
  const head = parts.slice(0, parts.length - most).join(separator as string);
  return [head, ...parts.slice(parts.length - most)];
}

function starts(self: string, what: Value, end: boolean): boolean {
  if (what instanceof PyTuple) return what.items.some((each) => starts(self, each, end));
  if (typeof what !== 'string')
    throw typeError(
      `${end ? 'endswith' : 'startswith'} first arg must be str or a tuple of str, not ${typeOf(what).name}`,
    );
  return end ? self.endsWith(what) : self.startsWith(what);
}

function padded(self: string, args: readonly Value[], side: -1 | 0 | 1): string {
  const lack = asIndex(args[1]!)! - self.length;
  if (lack <= 0) return self;
  if (lack > 1e8) throw raised('MemoryError');
  const fill = args[2] === undefined ? ' ' : text(args[2]);
  const left = side < 0 ? lack : side > 0 ? 0 : Math.floor(lack / 2);
  return fill.repeat(left) + self + fill.repeat(lack - left);
}

const title = (s: string) =>
  s.replace(/\p{L}+/gu, (word) => word[0]!.toUpperCase() + word.slice(1).toLowerCase());

function parted(self: string, mark: string, last: boolean): PyTuple {
  const at = last ? self.lastIndexOf(mark) : self.indexOf(mark);
  if (at < 0) return new PyTuple(last ? ['', '', self] : [self, '', '']);
  return new PyTuple([self.slice(0, at), mark, self.slice(at + mark.length)]);
}

function found(args: readonly Value[], last: boolean): number {
  const [part, from] = clip(text(args[0]), args);
  const at = last ? part.lastIndexOf(text(args[1])) : part.indexOf(text(args[1]));
  return at < 0 ? -1 : at + from;
}

function indexed(args: readonly Value[], last: boolean): number {
  const at = found(args, last);
  if (at < 0) throw valueError('substring not found');
  return at;
}

const test =
  (pattern: RegExp): Native =>
  (_vm, [self]) =>
    pattern.test(text(self));

const CASES: Record<string, Native> = {
  upper: (_vm, [self]) => text(self).toUpperCase(),
  lower: (_vm, [self]) => text(self).toLowerCase(),
  casefold: (_vm, [self]) => text(self).toLowerCase(),
  capitalize: (_vm, [self]) =>
    text(self).slice(0, 1).toUpperCase() + text(self).slice(1).toLowerCase(),
  title: (_vm, [self]) => title(text(self)),
  swapcase: (_vm, [self]) =>
    [...text(self)]
      .map((c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase()))
      .join(''),
  isdigit: test(/^\p{Nd}+$/u),
  isdecimal: test(/^\p{Nd}+$/u),
  isnumeric: test(/^\p{N}+$/u),
  isalpha: test(/^\p{L}+$/u),
  isalnum: test(/^[\p{L}\p{N}]+$/u),
  isspace: test(/^\s+$/),
  isupper: (_vm, [self]) => text(self) === text(self).toUpperCase() && /\p{L}/u.test(text(self)),
  islower: (_vm, [self]) => text(self) === text(self).toLowerCase() && /\p{L}/u.test(text(self)),
  istitle: (_vm, [self]) => text(self) === title(text(self)) && /\p{L}/u.test(text(self)),
  isidentifier: test(/^[\p{L}_][\p{L}\p{N}_]*$/u),
  isascii: (_vm, [self]) => [...text(self)].every((c) => c.charCodeAt(0) < 128),
  isprintable: test(/^[^\p{C}]*$/u),
};

const PARTS: Record<string, Native> = {
  strip: (_vm, [self, chars]) => strip(text(self), chars, true, true),
  lstrip: (_vm, [self, chars]) => strip(text(self), chars, true, false),
  rstrip: (_vm, [self, chars]) => strip(text(self), chars, false, true),
  split: (_vm, args, named) => new PyList(split(text(args[0]), args, named)),
  rsplit: (_vm, args, named) => new PyList(rsplit(text(args[0]), args, named)),
  splitlines: (_vm, [self, keep]) => {
    const lines = text(self).match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+/g) ?? [];
    return new PyList(keep === true ? lines : lines.map((line) => line.replace(/[\r\n]+$/, '')));
  },
  partition: (_vm, [self, mark]) => parted(text(self), text(mark), false),
  rpartition: (_vm, [self, mark]) => parted(text(self), text(mark), true),
  startswith: (_vm, [self, what, from]) =>
    starts(text(self).slice(optional(from, 0)), what!, false),
  endswith: (_vm, [self, what]) => starts(text(self), what!, true),
  find: (_vm, args) => found(args, false),
  rfind: (_vm, args) => found(args, true),
  index: (_vm, args) => indexed(args, false),
  rindex: (_vm, args) => indexed(args, true),
  count: (_vm, args) => {
    const [part] = clip(text(args[0]), args);
    return text(args[1]) === '' ? part.length + 1 : part.split(text(args[1])).length - 1;
  },
  replace: (_vm, [self, from, to, most]) => {
    if (typeof from !== 'string' || typeof to !== 'string')
      throw typeError(
        `replace() argument ${typeof from === 'string' ? 2 : 1} must be str, not ${typeOf((typeof from === 'string' ? to : from) ?? null).name}`,
      );
    const parts = text(self).split(from);
    const count = optional(most, -1);
    if (count < 0 || parts.length <= count + 1) return parts.join(to);
    return [parts.slice(0, count + 1).join(to), ...parts.slice(count + 1)].join(from);
  },
  removeprefix: (_vm, [self, what]) =>
    text(self).startsWith(text(what)) ? text(self).slice(text(what).length) : text(self),
  removesuffix: (_vm, [self, what]) =>
    text(what) !== '' && text(self).endsWith(text(what))
      ? text(self).slice(0, -text(what).length)
      : text(self),
  ljust: (_vm, args) => padded(text(args[0]), args, 1),
  rjust: (_vm, args) => padded(text(args[0]), args, -1),
  center: (_vm, args) => padded(text(args[0]), args, 0),
  zfill: (_vm, [self, width]) => {
    const [, sign, digits] = /^([-+]?)([^]*)$/.exec(text(self))!;
    return sign! + digits!.padStart(asIndex(width!)! - sign!.length, '0');
  },
  expandtabs: (_vm, [self, size]) => text(self).replace(/\t/g, ' '.repeat(optional(size, 8))),
  encode: (_vm, [self]) => encodeUtf8(text(self)),
};

function* join(vm: Vm, [self, items]: readonly Value[]): Sys<Value> {
  const all = yield* collect(vm, items!);
  const parts = all.map((each, i) => {
    if (typeof each === 'string') return each;
    throw typeError(`sequence item ${i}: expected str instance, ${typeOf(each).name} found`);
  });
  return parts.join(text(self));
}

/** `.name[0]` behind a field of `'{}'.format`. */
function reach(vm: Vm) {
  return function* (value: Value, path: string): Sys<Value> {
    let at = value;
    for (const [, name, index] of path.matchAll(/\.(\w+)|\[([^\]]*)\]/g)) {
      if (name !== undefined) {
        const next = getAttribute(vm, at, name);
        at = isWork(next) ? yield* next : next;
      } else at = yield* anyItem(vm, at, /^\d+$/.test(index!) ? Number(index) : index!);
    }
    return at;
  };
}

function* anyItem(vm: Vm, self: Value, index: Value): Sys<Value> {
  if (self instanceof PyList || self instanceof PyTuple) return self.items[index as number] ?? null;
  return yield* item(vm, self, index);
}

define(
  STR,
  { ...CASES, ...PARTS },
  {
    join,
    format: (vm, [self, ...args], named) => formatText(vm, text(self), args, named, reach(vm)),
  },
);

const latin = (v: Value | undefined) =>
  v instanceof Uint8Array ? String.fromCharCode(...v) : (v ?? null);
const unlatin = (v: Value): Value => {
  if (typeof v === 'string') return Uint8Array.from(v, (c) => c.charCodeAt(0));
  if (v instanceof PyList) return new PyList(v.items.map(unlatin));
  return v instanceof PyTuple ? new PyTuple(v.items.map(unlatin)) : v;
};
const BOTH = (
  'strip lstrip rstrip split rsplit splitlines partition rpartition startswith endswith find rfind ' +
  'index rindex count replace removeprefix removesuffix upper lower ljust rjust center isdigit'
).split(' ');

define(
  BYTES,
  {
    ...Object.fromEntries(
      BOTH.map((name): [string, Native] => [
        name,
        (vm, args, named) =>
          unlatin({ ...CASES, ...PARTS }[name]!(vm, args.map(latin), named) as Value),
      ]),
    ),
    decode: (_vm, [self]) => decodeUtf8(self as Uint8Array),
    hex: (_vm, [self]) => hexOf(self as Uint8Array),
    '@fromhex': (_vm, [, hex]) =>
      Uint8Array.from(text(hex).match(/[\da-fA-F]{2}/g) ?? [], (pair) => parseInt(pair, 16)),
  },
  {
    *join(vm, [self, items]): Sys<Value> {
      const all = yield* collect(vm, items!);
      const bytes = all.flatMap((each, i) => [
        ...(i === 0 ? [] : (self as Uint8Array)),
        ...(each as Uint8Array),
      ]);
      return Uint8Array.from(bytes);
    },
  },
);
