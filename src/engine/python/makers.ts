/** What built-in types make when they are called: `int('3')`, `list(x)`, `type(x)`, `super()`. */
import { superParts } from './builtins';
import { fill } from './container-methods';
import { encodeUtf8 } from './bytes-text';
import { MAKERS } from './calling';
import type { Sys } from '../../kernel';
import { special } from './attributes';
import { toFloat } from './arithmetic';
import { collect, iterate, truth } from './iteration';
import { setOf } from './keys';
import { asIndex, quoted, str } from './text';
import * as T from './classes';
import {
  PyClass,
  PyDict,
  PyFloat,
  PyIterator,
  PyList,
  PyObject,
  PyRange,
  PySlice,
  PySuper,
  PyTuple,
  PyWrapper,
  int,
  type Keywords,
  type Native,
  type Value,
} from './values';
import type { Vm } from './vm';

const { plain, raised, typeError, typeOf, valueError } = T;

function* makeInt(vm: Vm, [value = 0, base]: readonly Value[]): Sys<Value> {
  const v = plain(value);
  if (typeof v === 'boolean') return v ? 1 : 0;
  if (typeof v === 'number' || typeof v === 'bigint') return v;
  if (v instanceof PyFloat) {
    if (!Number.isFinite(v.value))
      throw Number.isNaN(v.value)
        ? valueError('cannot convert float NaN to integer')
        : raised('OverflowError', 'cannot convert float infinity to integer');
    return int(BigInt(Math.trunc(v.value)));
  }
  const text = v instanceof Uint8Array ? String.fromCharCode(...v) : v;
  if (typeof text === 'string') return parseInteger(text, base === undefined ? 10 : asIndex(base)!);
  const method = special(value, '__int__') ?? special(value, '__index__');
  if (method !== undefined) return yield* vm.call(method, []);
  throw typeError(
    `int() argument must be a string, a bytes-like object or a real number, not '${typeOf(value).name}'`,
  );
}

function parseInteger(text: string, base: number): Value {
  const bare = text
    .trim()
    .replace(/(?<=[\da-zA-Z])_(?=[\da-zA-Z])/g, '')
    .toLowerCase();
  const found = /^([-+]?)(0[xob])?([\da-z]+)$/.exec(bare);
  const prefix = found?.[2];
  const prefixed = prefix === undefined ? 0 : { '0x': 16, '0o': 8, '0b': 2 }[prefix]!;
  const usePrefix = prefixed !== 0 && (base === 0 || base === prefixed);
  const radix = base === 0 ? prefixed || 10 : base;
  const digits = found ? (usePrefix ? found[3]! : (prefix ?? '') + found[3]!) : '';
  let value = 0n;
  for (const c of digits) {
    const digit = parseInt(c, 36);
    if (!(digit < radix)) return badInteger(text, base);
    value = value * BigInt(radix) + BigInt(digit);
  }
  if (digits === '') return badInteger(text, base);
  return int(found![1] === '-' ? -value : value);
}

function badInteger(text: string, base: number): never {
  throw valueError(`invalid literal for int() with base ${base}: ${quoted(text)}`);
}

function* makeFloat(vm: Vm, [value = 0]: readonly Value[]): Sys<Value> {
  const v = plain(value);
  const number = toFloat(v);
  if (number !== undefined) return new PyFloat(number);
  if (typeof v === 'string') {
    const text = v
      .trim()
      .replace(/(?<=\d)_(?=\d)/g, '')
      .toLowerCase();
    const named = /^([-+]?)(inf|infinity|nan)$/.exec(text);
    if (named)
      return new PyFloat(named[2] === 'nan' ? NaN : named[1] === '-' ? -Infinity : Infinity);
    if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/.test(text)) return new PyFloat(Number(text));
    throw valueError(`could not convert string to float: ${quoted(v)}`);
  }
  const method = special(value, '__float__');
  if (method !== undefined) return yield* vm.call(method, []);
  throw typeError(
    `float() argument must be a string or a real number, not '${typeOf(value).name}'`,
  );
}

function* makeBytes(vm: Vm, [value]: readonly Value[]): Sys<Value> {
  if (value === undefined) return new Uint8Array(0);
  if (typeof value === 'string') return encodeUtf8(value);
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'number') {
    if (value > 1e9) throw raised('MemoryError');
    return new Uint8Array(value);
  }
  return Uint8Array.from((yield* collect(vm, value)) as number[]);
}

function makeRange(args: readonly Value[]): Value {
  const numbers = args.map((arg) => {
    const n = asIndex(arg);
    if (n === undefined)
      throw typeError(`'${typeOf(arg).name}' object cannot be interpreted as an integer`);
    return n;
  });
  if (numbers.length === 0) throw typeError('range expected at least 1 argument, got 0');
  if (numbers[2] === 0) throw valueError('range() arg 3 must not be zero');
  if (numbers.length === 1) return new PyRange(0, numbers[0]!, 1);
  return new PyRange(numbers[0]!, numbers[1]!, numbers[2] ?? 1);
}

function makeType(args: readonly Value[]): Value {
  if (args.length === 1) return typeOf(args[0]!);
  const [name, bases, names] = args as [string, PyTuple, PyDict];
  const list = bases.items.length === 0 ? [T.OBJECT] : (bases.items as PyClass[]);
  const made = new PyClass(name, list);
  for (const [key, value] of names.entries.values()) made.names.set(key as string, value);
  return made;
}

function* iterators(vm: Vm, kind: 'zip' | 'map' | 'filter', args: readonly Value[]): Sys<Value> {
  const fn = kind === 'zip' ? null : args[0]!;
  const sources: Value[] = [];
  for (const source of kind === 'zip' ? args : args.slice(1))
    sources.push(yield* iterate(vm, source));
  return new PyIterator(kind, sources, fn);
}

function* makeStr(vm: Vm, [value, encoding]: readonly Value[]): Sys<Value> {
  if (value === undefined) return '';
  if (value instanceof Uint8Array && encoding !== undefined)
    return yield* vm.call(T.BYTES.names.get('decode')!, [value]);
  return yield* str(vm, value);
}

const QUICK = new Map<PyClass, Native>([
  [T.RANGE, (_vm, args) => makeRange(args)],
  [T.TYPE, (_vm, args) => makeType(args)],
  [
    T.SLICE,
    (_vm, [a, b, c]) =>
      b === undefined ? new PySlice(null, a ?? null, null) : new PySlice(a!, b, c ?? null),
  ],
  [T.PROPERTY, (_vm, [get, set]) => new PyWrapper('property', get!, set ?? null)],
  [T.STATICMETHOD, (_vm, [fn]) => new PyWrapper('staticmethod', fn!)],
  [T.CLASSMETHOD, (_vm, [fn]) => new PyWrapper('classmethod', fn!)],
  [
    T.SUPER,
    (vm, [type, self]) => {
      if (type instanceof PyClass) return new PySuper(type, self ?? null);
      return new PySuper(...superParts(vm));
    },
  ],
]);

const WORKS = new Map<PyClass, (vm: Vm, args: readonly Value[], named: Keywords) => Sys<Value>>([
  [T.INT, makeInt],
  [T.FLOAT, makeFloat],
  [T.STR, makeStr],
  [T.BYTES, makeBytes],
  [T.BOOL, (vm, [v]) => truth(vm, v ?? false)],
  [
    T.LIST,
    function* (vm, [v]) {
      return new PyList(v === undefined ? [] : yield* collect(vm, v));
    },
  ],
  [
    T.TUPLE,
    function* (vm, [v]) {
      return new PyTuple(v === undefined ? [] : yield* collect(vm, v));
    },
  ],
  [
    T.SET,
    function* (vm, [v]) {
      return setOf(v === undefined ? [] : yield* collect(vm, v));
    },
  ],
  [
    T.FROZENSET,
    function* (vm, [v]) {
      return setOf(v === undefined ? [] : yield* collect(vm, v), true);
    },
  ],
  [
    T.DICT,
    function* (vm, args, named) {
      const made = new PyDict();
      yield* fill(vm, made, args.map(plain), named);
      return made;
    },
  ],
]);

export function installMakers(): void {
  for (const [type, run] of QUICK) MAKERS.set(type, { run, works: false });
  for (const [type, run] of WORKS) MAKERS.set(type, { run, works: true });
  for (const [name, type] of T.builtInTypes()) {
    if (name === 'zip' || name === 'map' || name === 'filter')
      MAKERS.set(type, { run: (vm, args) => iterators(vm, name, args), works: true });
    if (name === 'enumerate')
      MAKERS.set(type, {
        *run(vm, [source, start], named): Sys<Value> {
          const first = start ?? named.get('start') ?? 0;
          return new PyIterator('enumerate', [yield* iterate(vm, source!), first]);
        },
        works: true,
      });
  }
  T.define(T.OBJECT, { __init__: () => null });
  T.define(T.BASE_EXCEPTION, {
    __init__: (_vm, [self, ...args]) => {
      (self as PyObject).names.set('args', new PyTuple(args));
      return null;
    },
    with_traceback: (_vm, [self]) => self!,
  });
  T.define(T.INT, {
    bit_length: (_vm, [v]) => (v as number).toString(2).replace('-', '').length,
    '@from_bytes': (_vm, [, bytes]) =>
      int([...(bytes as Uint8Array)].reduce((n, b) => n * 256n + BigInt(b), 0n)),
  });
  T.define(T.FLOAT, { is_integer: (_vm, [v]) => Number.isInteger((v as PyFloat).value) });
  T.INT.names.set('from_bytes', T.INT.names.get('@from_bytes')!);
  T.define(T.exceptionType('SystemExit'), {
    __init__: (_vm, [self, ...args]) => {
      (self as PyObject).names.set('args', new PyTuple(args));
      (self as PyObject).names.set('code', args[0] ?? null);
      return null;
    },
  });
  T.define(T.exceptionType('StopIteration'), {
    __init__: (_vm, [self, ...args]) => {
      (self as PyObject).names.set('value', args[0] ?? null);
      return null;
    },
  });
  T.define(T.exceptionType('OSError'), {
    __init__: (_vm, [self, ...args]) => {
      const { names } = self as PyObject;
      names.set('args', new PyTuple(args));
      names.set('errno', args.length > 1 ? args[0]! : null);
      names.set('strerror', args[1] ?? null);
      names.set('filename', args[2] ?? null);
      return null;
    },
  });
  T.freezeTypes();
}
