/**
 * Deep copies of a running machine. Everything a machine holds is plain data or instances of classes
 * without closures, so one generic walk can copy it all, keeping identity and prototypes.
 *
 * What is shared instead of copied: functions and symbols (they must be free of state, that is, of
 * module level), frozen objects, and Uint8Arrays (values by rule of the house, see bytes.ts).
 * What cannot be walked (a generator) lives in a class with its own `[CLONE]`.
 */
import { assert } from './assert';

/** A class with this method copies itself; `copy` clones what it holds. */
export const CLONE: unique symbol = Symbol('clone');

/** Clones one value within the copy that is under way. */
export type CopyValue = <T>(value: T) => T;

interface Cloneable {
  /** Must call `remember(copy)` before it copies what may point back to itself. */
  [CLONE](copy: CopyValue, remember: (copy: unknown) => void): unknown;
}

function hasOwnClone(value: object): value is Cloneable {
  return typeof (value as Partial<Cloneable>)[CLONE] === 'function';
}

/** A copy of the graph below `root` that shares nothing that can change. */
export function deepClone<T>(root: T): T {
  const seen = new Map<object, unknown>();
  // Objects found but not yet filled: an explicit stack, so that long lists cannot overflow ours.
  const pending: (() => void)[] = [];

  function copyValue<V>(value: V): V {
    if (typeof value !== 'object' || value === null) return value;
    const known = seen.get(value);
    if (known !== undefined) return known as V;
    if (value instanceof Uint8Array || Object.isFrozen(value)) return value;
    return copyObject(value) as V;
  }

  function copyObject(value: object): unknown {
    if (hasOwnClone(value)) {
      const copy = value[CLONE](copyValue, (made) => seen.set(value, made));
      seen.set(value, copy);
      return copy;
    }
    if (Array.isArray(value)) return copyArray(value);
    if (value instanceof Map) return copyMap(value);
    if (value instanceof Set) return copySet(value);
    // oxlint-disable-next-line no-restricted-globals -- only to refuse one
    assert(!(value instanceof Promise), 'a machine holds no promises');
    assert(!('next' in value && 'throw' in value), 'a generator needs a class with [CLONE]');
    const copy = Object.create(Object.getPrototypeOf(value) as object | null) as Record<
      string,
      unknown
    >;
    seen.set(value, copy);
    pending.push(() => {
      for (const key of Object.keys(value))
        copy[key] = copyValue((value as Record<string, unknown>)[key]);
    });
    return copy;
  }

  function copyArray(value: unknown[]): unknown[] {
    const copy: unknown[] = [];
    seen.set(value, copy);
    pending.push(() => {
      for (const item of value) copy.push(copyValue(item));
    });
    return copy;
  }

  function copyMap(value: Map<unknown, unknown>): Map<unknown, unknown> {
    const copy = new Map<unknown, unknown>();
    seen.set(value, copy);
    pending.push(() => {
      for (const [key, item] of value) copy.set(copyValue(key), copyValue(item));
    });
    return copy;
  }

  function copySet(value: Set<unknown>): Set<unknown> {
    const copy = new Set<unknown>();
    seen.set(value, copy);
    pending.push(() => {
      for (const item of value) copy.add(copyValue(item));
    });
    return copy;
  }

  const result = copyValue(root);
  for (let next = pending.pop(); next; next = pending.pop()) next();
  return result;
}

/** Freezes plain data all the way down, which marks it as shared between clones. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const item of Object.values(value)) deepFreeze(item);
  return value;
}
