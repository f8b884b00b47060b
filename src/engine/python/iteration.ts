/** Iterators (`Objects/iterobject.c`, generators of `genobject.c`). */
import type { Sys } from '../../kernel';
import { special } from './attributes';
import type { Frame } from './frame';
import { exceptionType, plain, raised, typeError, typeOf } from './classes';
import {
  PyDict,
  PyGenerator,
  PyIterator,
  PyList,
  PyObject,
  PyRange,
  PySet,
  PyTuple,
  Raised,
  isSubclass,
  tuple,
  type Value,
} from './values';
import type { Vm } from './vm';

/** Items of a built-in container at this moment; undefined for anything else. */
export function itemsOf(value: Value): readonly Value[] | undefined {
  const v = plain(value);
  if (v instanceof PyList || v instanceof PyTuple) return v.items;
  if (typeof v === 'string') return [...v];
  if (v instanceof PyDict) return [...v.entries.values()].map(([key]) => key);
  if (v instanceof PySet) return [...v.entries.values()];
  if (v instanceof Uint8Array) return [...v];
  return undefined;
}

/** `iter(value)` of what needs no Python code; undefined for the rest. */
export function simpleIterator(value: Value): PyIterator | PyGenerator | undefined {
  if (value instanceof PyIterator || value instanceof PyGenerator) return value;
  if (special(value, '__iter__') !== undefined) return undefined;
  const v = plain(value);
  if (v instanceof PyList) return new PyIterator('list', v);
  if (v instanceof PyRange) return new PyIterator('range', v);
  const items = itemsOf(v);
  return items && new PyIterator('items', items);
}

export function* iterate(vm: Vm, value: Value): Sys<Value> {
  const simple = simpleIterator(value);
  if (simple) return simple;
  const method = special(value, '__iter__');
  if (method !== undefined) return yield* vm.call(method, []);
  if (special(value, '__getitem__') !== undefined) {
    const items: Value[] = [];
    for (let i = 0; ; i++) {
      try {
        items.push(yield* vm.call(special(value, '__getitem__')!, [i]));
      } catch (error) {
        if (!isRaised(error, 'IndexError')) throw error;
        return new PyIterator('items', items);
      }
    }
  }
  throw typeError(`'${typeOf(value).name}' object is not iterable`);
}

export function isRaised(error: unknown, name: string): error is Raised {
  return error instanceof Raised && isSubclass(error.value.type, exceptionType(name));
}

export function rangeLength(range: PyRange): number {
  return Math.max(0, Math.ceil((range.stop - range.start) / range.step));
}

/** The next of an iterator that needs no Python code; undefined at the end, `false` if it does. */
export function simpleNext(it: PyIterator): { readonly value: Value } | undefined | false {
  const { source } = it;
  switch (it.kind) {
    case 'items': {
      const items = source as readonly Value[];
      return it.at < items.length ? { value: items[it.at++]! } : undefined;
    }
    case 'list': {
      const { items } = source as PyList;
      if (it.at < items.length) return { value: items[it.at++]! };
      it.at = Infinity;
      return undefined;
    }
    case 'range': {
      const range = source as PyRange;
      if (it.at >= rangeLength(range)) return undefined;
      return { value: range.start + it.at++ * range.step };
    }
    default:
      return false;
  }
}

/** The next item, or undefined at the end. */
export function* next(vm: Vm, it: Value): Sys<Value | undefined> {
  if (it instanceof PyGenerator) return yield* resume(vm, it, null);
  if (it instanceof PyIterator) {
    const simple = simpleNext(it);
    return simple === false ? yield* composed(vm, it) : simple?.value;
  }
  const method = special(it, '__next__');
  if (method === undefined) throw typeError(`'${typeOf(it).name}' object is not an iterator`);
  try {
    return yield* vm.call(method, []);
  } catch (error) {
    if (isRaised(error, 'StopIteration')) return undefined;
    throw error;
  }
}

function* composed(vm: Vm, it: PyIterator): Sys<Value | undefined> {
  const sources = it.source as readonly Value[];
  switch (it.kind) {
    case 'callable': {
      const value = yield* vm.call(it.fn, []);
      return value === sources[0] ? undefined : value;
    }
    case 'enumerate': {
      const value = yield* next(vm, sources[0]!);
      return value === undefined ? undefined : tuple((sources[1] as number) + it.at++, value);
    }
    case 'filter':
      for (;;) {
        const value = yield* next(vm, sources[0]!);
        if (value === undefined) return undefined;
        const kept = it.fn === null ? value : yield* vm.call(it.fn, [value]);
        if (yield* truth(vm, kept)) return value;
      }
    default: {
      const values: Value[] = [];
      if (sources.length === 0) return undefined;
      for (const source of sources) {
        const value = yield* next(vm, source);
        if (value === undefined) return undefined;
        values.push(value);
      }
      return it.kind === 'map' ? yield* vm.call(it.fn, values) : tuple(...values);
    }
  }
}

/** Runs a generator to its next `yield`; undefined at its end. */
export function* resume(
  vm: Vm,
  generator: PyGenerator,
  sent: Value,
  error?: Raised,
): Sys<Value | undefined> {
  if (!wake(vm, generator, sent)) {
    if (error) throw error;
    return undefined;
  }
  const depth = vm.frames.length - 1;
  if (error) yield* vm.throwInto(depth, error);
  const value = yield* vm.nest(depth);
  return (generator.state as string) === 'over' ? undefined : value;
}

/** Puts a generator's frame on the stack; false if it is over. */
export function wake(vm: Vm, generator: PyGenerator, sent: Value): boolean {
  if (generator.state === 'over') return false;
  if (generator.state === 'running') throw raised('ValueError', 'generator already executing');
  const frame = generator.frame as Frame;
  if (generator.state === 'waiting') frame.stack.push(sent);
  generator.state = 'running';
  generator.frame = undefined;
  vm.push(frame);
  return true;
}

/** All items of anything that can be iterated. */
export function* collect(vm: Vm, value: Value): Sys<Value[]> {
  const items = special(value, '__iter__') === undefined ? itemsOf(value) : undefined;
  if (items) return [...items];
  const it = yield* iterate(vm, value);
  const all: Value[] = [];
  for (;;) {
    const item = yield* next(vm, it);
    if (item === undefined) return all;
    all.push(item);
    if ((all.length & 4095) === 0) yield* vm.breathe(4096);
  }
}

export function* truth(vm: Vm, value: Value): Sys<boolean> {
  const simple = simpleTruth(value);
  if (simple !== undefined) return simple;
  const method = special(value, '__bool__');
  if (method !== undefined) return (yield* vm.call(method, [])) === true;
  const length = special(value, '__len__');
  return length === undefined || (yield* vm.call(length, [])) !== 0;
}

/** Undefined where Python code has to say. */
export function simpleTruth(value: Value): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === null) return false;
  if (
    value instanceof PyObject &&
    (special(value, '__bool__') ?? special(value, '__len__')) !== undefined
  )
    return undefined;
  const v = plain(value);
  if (typeof v === 'string' || v instanceof Uint8Array) return v.length > 0;
  if (typeof v === 'number' || typeof v === 'bigint') return v != 0; // oxlint-disable-line eqeqeq
  if (v instanceof PyList || v instanceof PyTuple) return v.items.length > 0;
  if (v instanceof PyDict || v instanceof PySet) return v.entries.size > 0;
  if (v instanceof PyRange) return rangeLength(v) > 0;
  if (typeof v === 'object' && v !== null && 'value' in v && typeof v.value === 'number')
    return v.value !== 0;
  return true;
}
