/** Equality and hashing: what makes two keys of a dict, or members of a set, the same. */
import { plain, typeError, typeOf } from './classes';
import {
  PyDict,
  PyFloat,
  PyList,
  PyObject,
  PyRange,
  PySet,
  PyTuple,
  type Key,
  type Value,
} from './values';

export function keyOf(value: Value): Key {
  const v = plain(value);
  switch (typeof v) {
    case 'string':
    case 'number':
    case 'bigint':
      return v;
    case 'boolean':
      return v ? 1 : 0;
    default:
      break;
  }
  if (v instanceof PyFloat) return Number.isInteger(v.value) ? v.value : `\0float${v.value}`;
  if (v instanceof PyTuple)
    return `\0(${v.items.map((item) => textOf(keyOf(item))).join('\0,')}\0)`;
  if (v instanceof Uint8Array) return `\0b${v.join(',')}`;
  if (v instanceof PyList || v instanceof PyDict || (v instanceof PySet && !v.frozen))
    throw typeError(`unhashable type: '${typeOf(v).name}'`);
  if (v instanceof PySet) return `\0{${[...v.entries.keys()].map(textOf).sort().join('\0,')}\0}`;
  return v;
}

/** Part of a composite key. Objects are told apart by their class only: rare, and noted above. */
function textOf(key: Key): string {
  if (typeof key === 'string') return `s${key}`;
  if (typeof key === 'number' || typeof key === 'bigint') return `n${key}`;
  if (key === null) return 'N';
  return `o${typeOf(key as Value).name}`;
}

/** Without methods of classes; those are asked for before. */
export function same(a: Value, b: Value): boolean {
  if (a === b) return true;
  const x = plain(a);
  const y = plain(b);
  if (x === y) return true;
  if (x === null || y === null) return false;
  const m = numeric(x);
  const n = numeric(y);
  if (m !== undefined && n !== undefined) return m == n; // oxlint-disable-line eqeqeq -- bigint, number
  if (x instanceof PyObject || y instanceof PyObject) return false;
  if (x instanceof PyList && y instanceof PyList) return sameItems(x.items, y.items);
  if (x instanceof PyTuple && y instanceof PyTuple) return sameItems(x.items, y.items);
  if (x instanceof Uint8Array && y instanceof Uint8Array)
    return x.length === y.length && x.every((byte, i) => byte === y[i]);
  if (x instanceof PyDict && y instanceof PyDict) {
    if (x.entries.size !== y.entries.size) return false;
    return [...x.entries].every(([key, [, value]]) => {
      const other = y.entries.get(key);
      return other !== undefined && same(value, other[1]);
    });
  }
  if (x instanceof PySet && y instanceof PySet)
    return (
      x.entries.size === y.entries.size && [...x.entries.keys()].every((k) => y.entries.has(k))
    );
  if (x instanceof PyRange && y instanceof PyRange)
    return x.start === y.start && x.stop === y.stop && x.step === y.step;
  return false;
}

function sameItems(a: readonly Value[], b: readonly Value[]): boolean {
  return a.length === b.length && a.every((item, i) => same(item, b[i]!));
}

/** A number to compare by; undefined for what is none. */
export function numeric(v: Value): number | bigint | undefined {
  if (typeof v === 'number' || typeof v === 'bigint') return v;
  if (typeof v === 'boolean') return v ? 1 : 0;
  return v instanceof PyFloat ? v.value : undefined;
}

export function getItem(dict: PyDict, key: Value): Value | undefined {
  return dict.entries.get(keyOf(key))?.[1];
}
export function setItem(dict: PyDict, key: Value, value: Value): void {
  const k = keyOf(key);
  const before = dict.entries.get(k);
  dict.entries.set(k, [before ? before[0] : key, value]);
}
export function dictOf(entries: Iterable<readonly [Value, Value]>): PyDict {
  const dict = new PyDict();
  for (const [key, value] of entries) setItem(dict, key, value);
  return dict;
}
export function setOf(items: Iterable<Value>, frozen = false): PySet {
  const set = new PySet(frozen);
  for (const item of items) set.entries.set(keyOf(item), item);
  return set;
}
