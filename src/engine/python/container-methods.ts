/** Methods of list, tuple, dict, set and generators (`Objects/listobject.c` and its neighbours). */
import type { Sys } from '../../kernel';
import { instanceOf } from './calling';
import { collect, itemsOf, resume } from './iteration';
import { keyOf, setItem, setOf } from './keys';
import { deleteItem, equal, keyError, sets } from './operators';
import { sorted } from './sorting';
import { asIndex } from './text';
import {
  DICT,
  FROZENSET,
  GENERATOR,
  LIST,
  SET,
  TUPLE,
  define,
  raised,
  typeError,
  typeOf,
  valueError,
} from './classes';
import {
  PyDict,
  PyGenerator,
  PyList,
  PySet,
  PyTuple,
  Raised,
  tuple,
  type Keywords,
  type Native,
  type Value,
} from './values';
import type { Vm } from './vm';

const list = (v: Value | undefined) => (v as PyList).items;
const dict = (v: Value | undefined) => v as PyDict;

function* position(vm: Vm, [self, value]: readonly Value[]): Sys<number> {
  const { items } = self as PyList | PyTuple;
  for (const [i, each] of items.entries()) if (yield* equal(vm, each, value!)) return i;
  return -1;
}

function* index(vm: Vm, args: readonly Value[]): Sys<Value> {
  const at = yield* position(vm, args);
  if (at >= 0) return at;
  if (args[0] instanceof PyTuple) throw valueError('tuple.index(x): x not in tuple');
  throw valueError(`${String(args[1] as string)} is not in list`);
}

function* count(vm: Vm, [self, value]: readonly Value[]): Sys<Value> {
  let found = 0;
  for (const each of (self as PyList).items) if (yield* equal(vm, each, value!)) found++;
  return found;
}

define(TUPLE, {}, { index, count });
define(
  LIST,
  {
    append: (vm, [self, value]) => {
      list(self).push(value!);
      vm.count(0.25);
      return null;
    },
    insert: (_vm, [self, at, value]) => {
      list(self).splice(asIndex(at!)!, 0, value!);
      return null;
    },
    pop: (_vm, [self, at]) => {
      const items = list(self);
      if (items.length === 0) throw raised('IndexError', 'pop from empty list');
      const i = at === undefined ? items.length - 1 : asIndex(at)!;
      const real = i < 0 ? i + items.length : i;
      if (real < 0 || real >= items.length) throw raised('IndexError', 'pop index out of range');
      return items.splice(real, 1)[0]!;
    },
    clear: (_vm, [self]) => {
      list(self).length = 0;
      return null;
    },
    copy: (_vm, [self]) => new PyList([...list(self)]),
    reverse: (_vm, [self]) => {
      list(self).reverse();
      return null;
    },
  },
  {
    index,
    count,
    *extend(vm, [self, more]): Sys<Value> {
      for (const each of yield* collect(vm, more!)) list(self).push(each);
      return null;
    },
    *remove(vm, args): Sys<Value> {
      const at = yield* position(vm, args);
      if (at < 0) throw valueError('list.remove(x): x not in list');
      list(args[0]).splice(at, 1);
      return null;
    },
    *sort(vm, [self], named): Sys<Value> {
      const target = self as PyList;
      target.items = yield* sorted(
        vm,
        target.items,
        named.get('key') ?? null,
        named.get('reverse') === true,
      );
      return null;
    },
  },
);

/** Arguments of `dict(...)` and `update(...)`. */
export function* fill(vm: Vm, target: PyDict, args: readonly Value[], named: Keywords): Sys<void> {
  const [source] = args;
  if (source instanceof PyDict)
    for (const [key, entry] of source.entries) target.entries.set(key, entry);
  else if (source !== undefined) {
    for (const [i, pair] of (yield* collect(vm, source)).entries()) {
      const items = itemsOf(pair);
      if (!items)
        throw typeError(`cannot convert dictionary update sequence element #${i} to a sequence`);
      if (items.length !== 2)
        throw valueError(
          `dictionary update sequence element #${i} has length ${items.length}; 2 is required`,
        );
      setItem(target, items[0]!, items[1]!);
    }
  }
  for (const [name, value] of named) setItem(target, name, value);
}

const entriesOf = (v: Value | undefined) => [...dict(v).entries.values()];

define(
  DICT,
  {
    get: (_vm, [self, key, fallback]) =>
      dict(self).entries.get(keyOf(key!))?.[1] ?? fallback ?? null,
    // Lists, where CPython has views: they do not follow later changes.
    keys: (_vm, [self]) => new PyList(entriesOf(self).map(([key]) => key)),
    values: (_vm, [self]) => new PyList(entriesOf(self).map(([, value]) => value)),
    items: (_vm, [self]) => new PyList(entriesOf(self).map((entry) => tuple(...entry))),
    pop: (_vm, [self, key, fallback]) => {
      const k = keyOf(key!);
      const found = dict(self).entries.get(k);
      if (found === undefined) {
        if (fallback !== undefined) return fallback;
        throw keyError(key!);
      }
      dict(self).entries.delete(k);
      return found[1];
    },
    popitem: (_vm, [self]) => {
      const last = [...dict(self).entries].at(-1);
      if (!last) throw raised('KeyError', 'popitem(): dictionary is empty');
      dict(self).entries.delete(last[0]);
      return tuple(...last[1]);
    },
    setdefault: (_vm, [self, key, fallback]) => {
      const k = keyOf(key!);
      const found = dict(self).entries.get(k);
      if (found !== undefined) return found[1];
      dict(self).entries.set(k, [key!, fallback ?? null]);
      return fallback ?? null;
    },
    clear: (_vm, [self]) => {
      dict(self).entries.clear();
      return null;
    },
    copy: (_vm, [self]) => {
      const made = new PyDict();
      for (const [key, entry] of dict(self).entries) made.entries.set(key, entry);
      return made;
    },
  },
  {
    *update(vm, [self, ...args], named): Sys<Value> {
      yield* fill(vm, dict(self), args, named);
      return null;
    },
    *'@fromkeys'(vm, [, keys, value]): Sys<Value> {
      const made = new PyDict();
      for (const key of yield* collect(vm, keys!)) setItem(made, key, value ?? null);
      return made;
    },
    *__delitem__(vm, [self, key]): Sys<Value> {
      yield* deleteItem(vm, self!, key!);
      return null;
    },
  },
);
DICT.names.set('fromkeys', DICT.names.get('@fromkeys')!);

function combining(op: string): Native {
  return function* (vm, [self, ...others]): Sys<Value> {
    let made = self as PySet;
    for (const other of others) made = sets(op, made, setOf(yield* collect(vm, other)))!;
    return made === self ? setOf(made.entries.values(), made.frozen) : made;
  };
}
function comparing(test: (a: PySet, b: PySet) => boolean): Native {
  return function* (vm, [self, other]): Sys<Value> {
    return test(self as PySet, setOf(yield* collect(vm, other!)));
  };
}
const within = (a: PySet, b: PySet) => [...a.entries.keys()].every((key) => b.entries.has(key));
const SET_WORKS: Record<string, Native> = {
  union: combining('|'),
  intersection: combining('&'),
  difference: combining('-'),
  symmetric_difference: combining('^'),
  issubset: comparing(within),
  issuperset: comparing((a, b) => within(b, a)),
  isdisjoint: comparing((a, b) => ![...a.entries.keys()].some((key) => b.entries.has(key))),
};
define(FROZENSET, {}, SET_WORKS);
define(
  SET,
  {
    add: (_vm, [self, value]) => {
      (self as PySet).entries.set(keyOf(value!), value!);
      return null;
    },
    discard: (_vm, [self, value]) => {
      (self as PySet).entries.delete(keyOf(value!));
      return null;
    },
    remove: (_vm, [self, value]) => {
      if (!(self as PySet).entries.delete(keyOf(value!))) throw keyError(value!);
      return null;
    },
    pop: (_vm, [self]) => {
      const first = [...(self as PySet).entries][0];
      if (!first) throw raised('KeyError', 'pop from an empty set');
      (self as PySet).entries.delete(first[0]);
      return first[1];
    },
    clear: (_vm, [self]) => {
      (self as PySet).entries.clear();
      return null;
    },
    copy: (_vm, [self]) => setOf((self as PySet).entries.values()),
  },
  {
    ...SET_WORKS,
    *update(vm, [self, ...others]): Sys<Value> {
      for (const other of others)
        for (const each of yield* collect(vm, other))
          (self as PySet).entries.set(keyOf(each), each);
      return null;
    },
  },
);

function* advanced(vm: Vm, self: Value, sent: Value, error?: Raised): Sys<Value> {
  const generator = self as PyGenerator;
  const value = yield* resume(vm, generator, sent, error);
  if (value !== undefined) return value;
  throw vm.exception('StopIteration', ...(generator.result === null ? [] : [generator.result]));
}
define(
  GENERATOR,
  {},
  {
    __next__: (vm, [self]) => advanced(vm, self!, null),
    send: (vm, [self, value]) => advanced(vm, self!, value!),
    *throw(vm, [self, error]): Sys<Value> {
      return yield* advanced(vm, self!, null, new Raised(yield* instanceOf(vm, error!)));
    },
    *close(vm, [self]): Sys<Value> {
      const generator = self as PyGenerator;
      if (generator.state === 'waiting') {
        try {
          yield* resume(vm, generator, null, raised('GeneratorExit'));
        } catch (thrown) {
          if (!(thrown instanceof Raised) || typeOf(thrown.value).name !== 'GeneratorExit')
            throw thrown;
        }
      }
      generator.state = 'over';
      return null;
    },
  },
);
