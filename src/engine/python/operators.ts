/** Binary operators, comparisons and subscripts (`Objects/abstract.c`). */
import { concatBytes } from '../../base';
import type { Sys } from '../../kernel';
import { arithmetic } from './arithmetic';
import { special } from './attributes';
import { percent } from './format';
import { iterate, itemsOf, next, rangeLength, truth } from './iteration';
import { getItem, keyOf, numeric, same, setItem, setOf } from './keys';
import { asIndex } from './text';
import { plain, raised, typeError, typeOf, valueError } from './classes';
import {
  NOT_IMPLEMENTED,
  PyClass,
  PyDict,
  PyList,
  PyObject,
  PyRange,
  PySet,
  PySlice,
  PyTuple,
  type Value,
} from './values';
import type { Vm } from './vm';

const METHODS: Readonly<Record<string, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'truediv',
  '//': 'floordiv',
  '%': 'mod',
  '**': 'pow',
  '@': 'matmul',
  '&': 'and',
  '|': 'or',
  '^': 'xor',
  '<<': 'lshift',
  '>>': 'rshift',
};
const COMPARE: Readonly<Record<string, readonly [string, string]>> = {
  '==': ['__eq__', '__eq__'],
  '!=': ['__ne__', '__ne__'],
  '<': ['__lt__', '__gt__'],
  '>': ['__gt__', '__lt__'],
  '<=': ['__le__', '__ge__'],
  '>=': ['__ge__', '__le__'],
};
/** Longest sequence that `*` makes at once. */
const LENGTH_MAX = 200_000_000;
const ITEMS_MAX = 20_000_000;

/** Without Python code; undefined where that is needed. */
export function quickBinary(op: string, a: Value, b: Value): Value | undefined {
  const number = arithmetic(op, a, b);
  if (number !== undefined) return number;
  if (a instanceof PyObject || b instanceof PyObject) return undefined;
  return sequences(op, a, b);
}

function sequences(op: string, a: Value, b: Value): Value | undefined {
  if (op === '+') {
    if (typeof a === 'string' && typeof b === 'string') {
      if (a.length + b.length > LENGTH_MAX) throw raised('MemoryError');
      return a + b;
    }
    if (a instanceof PyList && b instanceof PyList) return new PyList([...a.items, ...b.items]);
    if (a instanceof PyTuple && b instanceof PyTuple) return new PyTuple([...a.items, ...b.items]);
    if (a instanceof Uint8Array && b instanceof Uint8Array) return concatBytes([a, b]);
  }
  if (op === '*') {
    const count = asIndex(b);
    if (count !== undefined) return repeated(a, Math.max(0, count));
    const before = asIndex(a);
    if (before !== undefined) return repeated(b, Math.max(0, before));
  }
  if (a instanceof PySet && b instanceof PySet) return sets(op, a, b);
  if (op === '|' && a instanceof PyDict && b instanceof PyDict) {
    const made = new PyDict();
    for (const [key, entry] of [...a.entries, ...b.entries]) made.entries.set(key, entry);
    return made;
  }
  return undefined;
}

function repeated(v: Value, count: number): Value | undefined {
  if (typeof v === 'string') {
    if (v.length * count > LENGTH_MAX) throw raised('MemoryError');
    return v.repeat(count);
  }
  if (v instanceof Uint8Array) {
    if (v.length * count > LENGTH_MAX) throw raised('MemoryError');
    const made = new Uint8Array(v.length * count);
    for (let i = 0; i < count; i++) made.set(v, i * v.length);
    return made;
  }
  if (!(v instanceof PyList) && !(v instanceof PyTuple)) return undefined;
  if (v.items.length * count > ITEMS_MAX) throw raised('MemoryError');
  const items: Value[] = [];
  for (let i = 0; i < count; i++) for (const item of v.items) items.push(item);
  return v instanceof PyList ? new PyList(items) : new PyTuple(items);
}

export function sets(op: string, a: PySet, b: PySet): PySet | undefined {
  const [x, y] = [[...a.entries.values()], [...b.entries.values()]];
  const inB = (item: Value) => b.entries.has(keyOf(item));
  const inA = (item: Value) => a.entries.has(keyOf(item));
  switch (op) {
    case '|':
      return setOf([...x, ...y], a.frozen);
    case '&':
      return setOf(x.filter(inB), a.frozen);
    case '-':
      return setOf(
        x.filter((item) => !inB(item)),
        a.frozen,
      );
    case '^':
      return setOf([...x.filter((i) => !inB(i)), ...y.filter((i) => !inA(i))], a.frozen);
    default:
      return undefined;
  }
}

export function* binary(vm: Vm, op: string, a: Value, b: Value, inPlace = false): Sys<Value> {
  const name = METHODS[op]!;
  const tries: [Value, string, Value][] = [
    [a, `__${name}__`, b],
    [b, `__r${name}__`, a],
  ];
  if (inPlace) tries.unshift([a, `__i${name}__`, b]);
  for (const [self, method, other] of tries) {
    const fn = special(self, method);
    if (fn === undefined) continue;
    const result = yield* vm.call(fn, [other]);
    if (result !== NOT_IMPLEMENTED) return result;
  }
  const [x, y] = [plain(a), plain(b)];
  if (op === '%' && typeof x === 'string') return yield* percent(vm, x, b);
  const quick = x === a && y === b ? undefined : quickBinary(op, x, y);
  if (quick !== undefined) return quick;
  throw unsupported(op, a, b, inPlace);
}

function unsupported(op: string, a: Value, b: Value, inPlace: boolean): Error {
  const [left, right] = [typeOf(a).name, typeOf(b).name];
  if (op === '+' && !inPlace) {
    if (typeof a === 'string') return typeError(`can only concatenate str (not "${right}") to str`);
    if (a instanceof PyList) return typeError(`can only concatenate list (not "${right}") to list`);
    if (a instanceof PyTuple)
      return typeError(`can only concatenate tuple (not "${right}") to tuple`);
    if (a instanceof Uint8Array) return typeError(`can't concat ${right} to bytes`);
  }
  if (op === '*' && (typeof a === 'string' || a instanceof PyList))
    return typeError(`can't multiply sequence by non-int of type '${right}'`);
  const shown = inPlace ? `${op}=` : op === '**' ? '** or pow()' : op;
  return typeError(`unsupported operand type(s) for ${shown}: '${left}' and '${right}'`);
}

/** Undefined where Python code has to say. */
export function quickCompare(op: string, a: Value, b: Value): boolean | undefined {
  if (op === 'is') return identical(a, b);
  if (op === 'is not') return !identical(a, b);
  if (typeof a === 'number' && typeof b === 'number') return ordered(op, a, b);
  if (typeof a === 'string' && typeof b === 'string') return ordered(op, a, b);
  return undefined;
}

/** Small numbers and texts are one object in CPython as well. */
function identical(a: Value, b: Value): boolean {
  return a === b;
}

function ordered(
  op: string,
  x: number | string | bigint,
  y: number | string | bigint,
): boolean | undefined {
  switch (op) {
    case '==':
      return x == y; // oxlint-disable-line eqeqeq -- a bigint equals a number
    case '!=':
      return x != y; // oxlint-disable-line eqeqeq
    case '<':
      return x < y;
    case '>':
      return x > y;
    case '<=':
      return x <= y;
    case '>=':
      return x >= y;
    default:
      return undefined;
  }
}

export function* compare(vm: Vm, op: string, a: Value, b: Value): Sys<Value> {
  if (op === 'in' || op === 'not in') return (yield* contains(vm, b, a)) === (op === 'in');
  const [name, mirrored] = COMPARE[op]!;
  for (const [self, method, other] of [
    [a, name, b],
    [b, mirrored, a],
  ] as const) {
    const fn = special(self, method);
    if (fn === undefined) continue;
    const result = yield* vm.call(fn, [other]);
    if (result !== NOT_IMPLEMENTED) return result;
  }
  if (op === '!=' && (special(a, '__eq__') ?? special(b, '__eq__')) !== undefined)
    return !(yield* truth(vm, yield* compare(vm, '==', a, b)));
  if (op === '==' || op === '!=') return (yield* equal(vm, a, b)) === (op === '==');
  return yield* ordering(vm, op, a, b);
}

/** `==` that also asks the items of sequences. */
export function* equal(vm: Vm, a: Value, b: Value): Sys<boolean> {
  if (a === b) return true;
  const fn = special(a, '__eq__') ?? special(b, '__eq__');
  if (fn !== undefined) {
    const other = special(a, '__eq__') === undefined ? a : b;
    const result = yield* vm.call(fn, [other]);
    return result === NOT_IMPLEMENTED ? false : yield* truth(vm, result);
  }
  if (a instanceof PyList && b instanceof PyList) return yield* equalItems(vm, a.items, b.items);
  if (a instanceof PyTuple && b instanceof PyTuple) return yield* equalItems(vm, a.items, b.items);
  return same(a, b);
}

function* equalItems(vm: Vm, a: readonly Value[], b: readonly Value[]): Sys<boolean> {
  if (a.length !== b.length) return false;
  for (const [i, item] of a.entries()) if (!(yield* equal(vm, item, b[i]!))) return false;
  return true;
}

function* ordering(vm: Vm, op: string, a: Value, b: Value): Sys<Value> {
  const [x, y] = [plain(a), plain(b)];
  const [m, n] = [numeric(x), numeric(y)];
  if (m !== undefined && n !== undefined) return ordered(op, m, n)!;
  if (typeof x === 'string' && typeof y === 'string') return ordered(op, x, y)!;
  const lists =
    (x instanceof PyList && y instanceof PyList) || (x instanceof PyTuple && y instanceof PyTuple);
  if (lists) {
    for (const [i, item] of x.items.entries()) {
      if (i >= y.items.length) break;
      if (!(yield* equal(vm, item, y.items[i]!))) return yield* compare(vm, op, item, y.items[i]!);
    }
    return ordered(op, x.items.length, y.items.length)!;
  }
  if (x instanceof Uint8Array && y instanceof Uint8Array)
    return yield* ordering(vm, op, new PyTuple([...x]), new PyTuple([...y]));
  if (x instanceof PySet && y instanceof PySet) {
    const sizes = ordered(op, x.entries.size, y.entries.size)!;
    const [less, more] = op.startsWith('<') ? [x, y] : [y, x];
    return sizes && [...less.entries.keys()].every((key) => more.entries.has(key));
  }
  throw typeError(
    `'${op}' not supported between instances of '${typeOf(a).name}' and '${typeOf(b).name}'`,
  );
}

function* contains(vm: Vm, container: Value, item: Value): Sys<boolean> {
  const fn = special(container, '__contains__');
  if (fn !== undefined) return yield* truth(vm, yield* vm.call(fn, [item]));
  const c = plain(container);
  if (typeof c === 'string') {
    if (typeof item === 'string') return c.includes(item);
    throw typeError(`'in <string>' requires string as left operand, not ${typeOf(item).name}`);
  }
  if (c instanceof PyDict || c instanceof PySet) return c.entries.has(keyOf(item));
  if (c instanceof PyRange) {
    const at = asIndex(item);
    const steps = at === undefined ? -1 : (at - c.start) / c.step;
    return Number.isInteger(steps) && steps >= 0 && steps < rangeLength(c);
  }
  if (c instanceof Uint8Array && item instanceof Uint8Array)
    return String.fromCharCode(...c).includes(String.fromCharCode(...item));
  const items = itemsOf(c);
  if (items) {
    for (const each of items) if (yield* equal(vm, each, item)) return true;
    return false;
  }
  if (special(container, '__iter__') === undefined && !isIterable(c))
    throw typeError(`argument of type '${typeOf(container).name}' is not iterable`);
  const it = yield* iterate(vm, container);
  for (;;) {
    const each = yield* next(vm, it);
    if (each === undefined) return false;
    if (yield* equal(vm, each, item)) return true;
  }
}

const isIterable = (v: Value) =>
  /^(generator|.*iterator|zip|map|filter|enumerate)$/.test(typeOf(v).name);

// --- subscripts

/** Start, stop and step of a slice in a sequence of that length. */
export function sliceBounds(slice: PySlice, length: number): readonly [number, number, number] {
  const step = slice.step === null ? 1 : (asIndex(slice.step) ?? 1);
  if (step === 0) throw valueError('slice step cannot be zero');
  const clamp = (v: Value, fallback: number) => {
    if (v === null) return fallback;
    const at = asIndex(v);
    if (at === undefined)
      throw typeError('slice indices must be integers or None or have an __index__ method');
    const real = at < 0 ? at + length : at;
    return step > 0
      ? Math.min(length, Math.max(0, real))
      : Math.min(length - 1, Math.max(-1, real));
  };
  const [first, last] = step > 0 ? [0, length] : [length - 1, -1];
  return [clamp(slice.start, first), clamp(slice.stop, last), step];
}

export function sliced<T>(items: ArrayLike<T>, slice: PySlice): T[] {
  const [start, stop, step] = sliceBounds(slice, items.length);
  const out: T[] = [];
  if (step > 0) for (let i = start; i < stop; i += step) out.push(items[i]!);
  else for (let i = start; i > stop; i += step) out.push(items[i]!);
  return out;
}

function position(index: Value, length: number, what: string): number {
  const at = asIndex(index);
  if (at === undefined)
    throw typeError(
      `${what === 'string' ? 'string' : what} indices must be integers${what === 'string' ? '' : ' or slices'}${what === 'string' ? '' : `, not ${typeOf(index).name}`}`,
    );
  const real = at < 0 ? at + length : at;
  if (real < 0 || real >= length) throw raised('IndexError', `${what} index out of range`);
  return real;
}

/** Undefined where Python code has to say. */
export function quickItem(self: Value, index: Value): Value | undefined {
  const v = plain(self);
  if (self instanceof PyObject && special(self, '__getitem__') instanceof Object && v === self)
    return undefined;
  if (v instanceof PyList)
    return index instanceof PySlice
      ? new PyList(sliced(v.items, index))
      : v.items[position(index, v.items.length, 'list')]!;
  if (v instanceof PyDict) {
    const found = getItem(v, index);
    if (found === undefined && self === v) throw keyError(index);
    return found;
  }
  if (v instanceof PyTuple)
    return index instanceof PySlice
      ? new PyTuple(sliced(v.items, index))
      : v.items[position(index, v.items.length, 'tuple')]!;
  if (typeof v === 'string')
    return index instanceof PySlice
      ? sliced(v, index).join('')
      : v[position(index, v.length, 'string')]!;
  if (v instanceof Uint8Array)
    return index instanceof PySlice
      ? Uint8Array.from(sliced(v, index))
      : v[position(index, v.length, 'index')]!;
  if (v instanceof PyRange && !(index instanceof PySlice))
    return v.start + position(index, rangeLength(v), 'range object') * v.step;
  return undefined;
}

export function keyError(key: Value): Error {
  const error = raised('KeyError');
  error.value.names.set('args', new PyTuple([key]));
  return error;
}

export function* item(vm: Vm, self: Value, index: Value): Sys<Value> {
  const fn = special(self, '__getitem__');
  if (fn !== undefined) return yield* vm.call(fn, [index]);
  const v = plain(self);
  if (v instanceof PyDict) {
    const found = getItem(v, index);
    if (found !== undefined) return found;
    const missing = special(self, '__missing__');
    if (missing !== undefined) return yield* vm.call(missing, [index]);
    throw keyError(index);
  }
  if (v instanceof PyRange && index instanceof PySlice) {
    const items: number[] = [];
    for (let i = 0; i < rangeLength(v); i++) items.push(v.start + i * v.step);
    return new PyList(sliced(items, index));
  }
  // `list[int]` in a note.
  if (self instanceof PyClass) return self;
  throw typeError(`'${typeOf(self).name}' object is not subscriptable`);
}

export function quickSetItem(self: Value, index: Value, value: Value): boolean {
  if (special(self, '__setitem__') !== undefined) return false;
  const v = plain(self);
  if (v instanceof PyDict) {
    setItem(v, index, value);
    return true;
  }
  if (v instanceof PyList && !(index instanceof PySlice)) {
    v.items[position(index, v.items.length, 'list assignment')] = value;
    return true;
  }
  return false;
}

export function* setItemOf(vm: Vm, self: Value, index: Value, value: Value): Sys<Value> {
  const fn = special(self, '__setitem__');
  const v = plain(self);
  if (fn !== undefined) yield* vm.call(fn, [index, value]);
  else if (v instanceof PyList && index instanceof PySlice) {
    const [start, stop, step] = sliceBounds(index, v.items.length);
    const items = itemsOf(value);
    if (!items || step !== 1) throw typeError('can only assign an iterable');
    v.items = [...v.items.slice(0, start), ...items, ...v.items.slice(Math.max(start, stop))];
  } else throw typeError(`'${typeOf(self).name}' object does not support item assignment`);
  return undefined as unknown as Value;
}

export function* deleteItem(vm: Vm, self: Value, index: Value): Sys<Value> {
  const fn = special(self, '__delitem__');
  const v = plain(self);
  if (fn !== undefined) yield* vm.call(fn, [index]);
  else if (v instanceof PyDict) {
    if (!v.entries.delete(keyOf(index))) throw keyError(index);
  } else if (v instanceof PyList) {
    if (index instanceof PySlice) {
      const gone = new Set(sliced([...v.items.keys()], index));
      v.items = v.items.filter((_item, i) => !gone.has(i));
    } else v.items.splice(position(index, v.items.length, 'list assignment'), 1);
  } else throw typeError(`'${typeOf(self).name}' object doesn't support item deletion`);
  return undefined as unknown as Value;
}
