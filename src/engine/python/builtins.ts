/** The functions of the module `builtins` (`Python/bltinmodule.c`). */
import { decodeUtf8 } from '../../base';
import { sys, type Sys } from '../../kernel';
import { arithmetic, negate, toFloat } from './arithmetic';
import {
  findAttribute,
  getAttribute,
  isWork,
  namesDict,
  setAttribute,
  silent,
  special,
} from './attributes';
import { format } from './format';
import { Frame } from './frame';
import { compileFile, importModule } from './importing';
import { collect, isRaised, iterate, next, rangeLength, truth } from './iteration';
import { keyOf } from './keys';
import { binary, compare } from './operators';
import { flushOutput, printTo } from './output';
import { sorted } from './sorting';
import { asIndex, idOf, repr, str } from './text';
import { builtInTypes, plain, raised, typeError, typeOf, valueError } from './classes';
import {
  ELLIPSIS,
  NOT_IMPLEMENTED,
  PyBuiltin,
  PyClass,
  PyDict,
  PyFloat,
  PyFunction,
  PyIterator,
  PyList,
  PyMethod,
  PyModule,
  PyObject,
  PyRange,
  PySet,
  PyTuple,
  PyWrapper,
  int,
  isSubclass,
  tuple,
  type Keywords,
  type Names,
  type Native,
  type Value,
} from './values';
import type { Vm } from './vm';

/** Built-in functions from two tables; those of the second make calls. */
export function natives(
  quick: Readonly<Record<string, Native>>,
  works: Readonly<Record<string, Native>> = {},
): [string, Value][] {
  return [
    ...Object.entries(quick).map(([n, run]): [string, Value] => [n, new PyBuiltin(n, run, false)]),
    ...Object.entries(works).map(([n, run]): [string, Value] => [n, new PyBuiltin(n, run, true)]),
  ];
}

function* print(vm: Vm, args: readonly Value[], named: Keywords): Sys<Value> {
  const texts: string[] = [];
  for (const arg of args) texts.push(yield* str(vm, arg));
  const separator = named.get('sep') ?? ' ';
  const end = named.get('end') ?? '\n';
  const text = texts.join(separator as string) + (end as string);
  const file = named.get('file') ?? vm.modules.get('sys')?.names.get('stdout') ?? null;
  if (file instanceof PyObject && file.names.has('$stream'))
    yield* printTo(vm, file.names.get('$stream') as 'stdout', text);
  else {
    const write = getAttribute(vm, file, 'write');
    yield* vm.call(isWork(write) ? yield* write : write, [text]);
  }
  if (named.get('flush') === true) yield* flushOutput(vm);
  return null;
}

function* input(vm: Vm, [prompt]: readonly Value[]): Sys<Value> {
  if (prompt !== undefined) yield* printTo(vm, 'stdout', yield* str(vm, prompt));
  yield* flushOutput(vm);
  const line = yield* readLine(vm);
  if (line === '') throw raised('EOFError', 'EOF when reading a line');
  return line.replace(/\n$/, '');
}

/** A line of standard input; empty at its end. */
export function* readLine(vm: Vm): Sys<string> {
  let held = (vm.held.get('stdin') as string | undefined) ?? '';
  while (!held.includes('\n')) {
    const bytes = yield* vm.wait(() => sys.read(0));
    if (bytes.length === 0) break;
    held += decodeUtf8(bytes);
  }
  const end = held.indexOf('\n');
  const line = end < 0 ? held : held.slice(0, end + 1);
  vm.held.set('stdin', held.slice(line.length));
  return line;
}

function* length(vm: Vm, [value]: readonly Value[]): Sys<Value> {
  const method = special(value!, '__len__');
  if (method !== undefined) return yield* vm.call(method, []);
  const v = plain(value!);
  if (typeof v === 'string' || v instanceof Uint8Array) return v.length;
  if (v instanceof PyList || v instanceof PyTuple) return v.items.length;
  if (v instanceof PyDict || v instanceof PySet) return v.entries.size;
  if (v instanceof PyRange) return rangeLength(v);
  throw typeError(`object of type '${typeOf(value!).name}' has no len()`);
}

function* attribute(vm: Vm, args: readonly Value[]): Sys<Value> {
  const [self, name, fallback] = args as [Value, string, Value | undefined];
  try {
    const found = getAttribute(vm, self, name);
    return isWork(found) ? yield* found : found;
  } catch (error) {
    if (fallback !== undefined && isRaised(error, 'AttributeError')) return fallback;
    throw error;
  }
}

function* hasAttribute(vm: Vm, [self, name]: readonly Value[]): Sys<Value> {
  try {
    const found = findAttribute(vm, self!, name as string);
    if (isWork(found)) yield* found;
    return found !== undefined;
  } catch (error) {
    if (isRaised(error, 'AttributeError')) return false;
    throw error;
  }
}

function isInstance(value: Value, of: Value): boolean {
  if (of instanceof PyTuple) return of.items.some((each) => isInstance(value, each));
  if (of instanceof PyClass) return isSubclass(typeOf(value), of);
  throw typeError('isinstance() arg 2 must be a type, a tuple of types, or a union');
}

function* extreme(vm: Vm, name: string, args: readonly Value[], named: Keywords): Sys<Value> {
  const items = args.length === 1 ? yield* collect(vm, args[0]!) : [...args];
  const key = named.get('key') ?? null;
  if (items.length === 0) {
    const fallback = named.get('default');
    if (fallback !== undefined) return fallback;
    throw valueError(`${name}() arg is an empty sequence`);
  }
  let best: Value = items[0]!;
  let bestKey: Value = key === null ? best : yield* vm.call(key, [best]);
  for (const item of items.slice(1)) {
    const itemKey: Value = key === null ? item : yield* vm.call(key, [item]);
    if (yield* truth(vm, yield* compare(vm, name === 'max' ? '>' : '<', itemKey, bestKey))) {
      best = item;
      bestKey = itemKey;
    }
  }
  return best;
}

function* sum(vm: Vm, [items, start]: readonly Value[], named: Keywords): Sys<Value> {
  let total: Value = start ?? named.get('start') ?? 0;
  for (const item of yield* collect(vm, items!))
    total = arithmetic('+', total, item) ?? (yield* binary(vm, '+', total, item));
  return total;
}

function* every(vm: Vm, [items]: readonly Value[], until: boolean): Sys<Value> {
  const it = yield* iterate(vm, items!);
  for (;;) {
    const item = yield* next(vm, it);
    if (item === undefined) return !until;
    if ((yield* truth(vm, item)) === until) return until;
  }
}

function rounded(args: readonly Value[]): Value {
  const [value, digits] = args;
  const x = toFloat(value!);
  if (x === undefined)
    throw typeError(`type ${typeOf(value!).name} doesn't define __round__ method`);
  const places = digits === undefined || digits === null ? undefined : asIndex(digits)!;
  if (!(value instanceof PyFloat) && (places ?? 0) >= 0) return value!;
  if (places === undefined) {
    const low = Math.floor(x);
    const rest = x - low;
    const whole = rest > 0.5 || (rest === 0.5 && low % 2 !== 0) ? low + 1 : low;
    return int(BigInt(whole));
  }
  if (places >= 0) return new PyFloat(Number(x.toFixed(Math.min(places, 100))));
  const unit = Number(`1e${-places}`);
  return Math.round(x / unit) * unit;
}

const QUICK: Record<string, Native> = {
  id: (vm, [v]) => idOf(vm, v!),
  abs: (_vm, [v]) => {
    const x = toFloat(v!);
    const made = x !== undefined && x < 0 ? negate('-', v!) : negate('+', v!);
    if (made === undefined) throw typeError(`bad operand type for abs(): '${typeOf(v!).name}'`);
    return made;
  },
  exit: (vm, args) => {
    throw vm.exception('SystemExit', ...args);
  },
  callable: (_vm, [v = null]) =>
    [PyFunction, PyBuiltin, PyMethod, PyClass].some((kind) => v instanceof kind) ||
    special(v, '__call__') !== undefined,
  isinstance: (_vm, [v, of]) => isInstance(v!, of!),
  issubclass: (_vm, [type, of]) => {
    const all = of instanceof PyTuple ? of.items : [of!];
    return all.some((each) => isSubclass(type as PyClass, each as PyClass));
  },
  ord: (_vm, [v]) => {
    if (v instanceof Uint8Array) return v[0]!;
    if (typeof v === 'string' && [...v].length === 1) return v.codePointAt(0)!;
    const size = typeof v === 'string' ? `string of length ${v.length}` : typeOf(v!).name;
    throw typeError(`ord() expected a character, but ${size} found`);
  },
  chr: (_vm, [v]) => String.fromCodePoint(asIndex(v!)!),
  hex: (_vm, [v]) => based(v!, 16, '0x'),
  oct: (_vm, [v]) => based(v!, 8, '0o'),
  bin: (_vm, [v]) => based(v!, 2, '0b'),
  round: (_vm, args) => rounded(args),
  hash: (_vm, [v]) => hashOf(keyOf(v!)),
  globals: (vm) => namesDict(vm.frame.globals),
  locals: (vm) => namesDict(vm.frame.names),
  vars: (vm, [v]) => namesDict(v === undefined ? vm.frame.names : namesOf(v)),
  divmod: (_vm, [a, b]) => {
    const quotient = arithmetic('//', a!, b!);
    const rest = arithmetic('%', a!, b!);
    if (quotient === undefined || rest === undefined)
      throw typeError(
        `unsupported operand type(s) for divmod(): '${typeOf(a!).name}' and '${typeOf(b!).name}'`,
      );
    return tuple(quotient, rest);
  },
};

function namesOf(v: Value): Names {
  if (v instanceof PyObject || v instanceof PyModule || v instanceof PyClass) return v.names;
  throw typeError('vars() argument must have __dict__ attribute');
}

function based(v: Value, radix: number, prefix: string): string {
  const n = plain(v);
  if (typeof n !== 'number' && typeof n !== 'bigint')
    throw typeError(`'${typeOf(v).name}' object cannot be interpreted as an integer`);
  return n < 0 ? `-${prefix}${(-n).toString(radix)}` : prefix + n.toString(radix);
}

/** Not CPython's, whose hashes of texts differ from run to run. */
function hashOf(key: unknown): number {
  if (typeof key === 'number' && Number.isInteger(key)) return key;
  const text = String(key);
  let hash = 5381;
  for (let i = 0; i < text.length; i++) hash = (hash * 33 + text.charCodeAt(i)) % 2_147_483_647;
  return hash;
}

const WORKS: Record<string, Native> = {
  print,
  input,
  len: length,
  getattr: attribute,
  hasattr: hasAttribute,
  min: (vm, args, named) => extreme(vm, 'min', args, named),
  max: (vm, args, named) => extreme(vm, 'max', args, named),
  sum,
  any: (vm, args) => every(vm, args, true),
  all: (vm, args) => every(vm, args, false),
  repr: (vm, [v]) => repr(vm, v!),
  ascii: (vm, [v]) => repr(vm, v!),
  format: (vm, [v, spec]) => format(vm, v!, (spec ?? '') as string),
  iter: function* (vm, [v, stop]): Sys<Value> {
    if (stop !== undefined) return new PyIterator('callable', [stop], v!);
    return yield* iterate(vm, v!);
  },
  next: function* (vm, [it, fallback]): Sys<Value> {
    const value = yield* next(vm, it!);
    if (value !== undefined) return value;
    if (fallback !== undefined) return fallback;
    throw raised('StopIteration');
  },
  reversed: function* (vm, [items]): Sys<Value> {
    return new PyIterator('items', (yield* collect(vm, items!)).reverse());
  },
  sorted: function* (vm, [items], named): Sys<Value> {
    const all = yield* collect(vm, items!);
    return new PyList(
      yield* sorted(vm, all, named.get('key') ?? null, named.get('reverse') === true),
    );
  },
  setattr: function* (vm, [self, name, value]): Sys<Value> {
    const work = setAttribute(vm, self!, name as string, value!);
    if (work) yield* silent(work);
    return null;
  },
  delattr: function* (_vm, [self, name]): Sys<Value> {
    if (!namesOf(self!).delete(name as string)) throw raised('AttributeError', name as string);
    return null;
  },
  dir: function* (_vm, [v]): Sys<Value> {
    const names = new Set<string>();
    const value = v!;
    if (value instanceof PyObject || value instanceof PyModule)
      [...value.names.keys()].forEach((n) => names.add(n));
    const types = value instanceof PyClass ? value.order : typeOf(value).order;
    for (const type of types) for (const name of type.names.keys()) names.add(name);
    return new PyList([...names].filter((name) => !name.startsWith('$')).sort());
  },
  pow: function* (vm, [a, b, m]): Sys<Value> {
    if (m === undefined) return yield* binary(vm, '**', a!, b!);
    let [base, exponent] = [BigInt(a as number), BigInt(b as number)];
    const modulus = BigInt(m as number);
    let result = 1n;
    for (base %= modulus; exponent > 0n; exponent >>= 1n) {
      if (exponent & 1n) result = (result * base) % modulus;
      base = (base * base) % modulus;
    }
    return int(result);
  },
  __import__: (vm, [name]) => importModule(vm, name as string),
  eval: (vm, [text]) => evaluate(vm, `__value__ = (${String(text as string).trim()}\n)`, true),
  exec: (vm, [text]) => evaluate(vm, text as string, false),
};

function* evaluate(vm: Vm, text: string, valued: boolean): Sys<Value> {
  const { frame } = vm;
  const depth = vm.frames.length;
  vm.push(new Frame(compileFile(text, '<string>'), frame.globals, frame.globals, undefined));
  yield* vm.nest(depth);
  if (!valued) return null;
  const value = frame.globals.get('__value__') ?? null;
  frame.globals.delete('__value__');
  return value;
}

export function builtInNames(): Names {
  const names: Names = new Map<string, Value>([...builtInTypes(), ...natives(QUICK, WORKS)]);
  names.set('NotImplemented', NOT_IMPLEMENTED);
  names.set('Ellipsis', ELLIPSIS);
  for (const [alias, name] of [
    ['IOError', 'OSError'],
    ['EnvironmentError', 'OSError'],
    ['quit', 'exit'],
  ] as const)
    names.set(alias, names.get(name)!);
  names.set('__name__', 'builtins');
  return names;
}

/** `super()` with nothing: the class whose method runs, and its first argument. */
export function superParts(vm: Vm): readonly [PyClass, Value] {
  const { fn, names, code } = vm.frame;
  const self = names.get(code.params[0]?.name ?? '') ?? null;
  const type = self instanceof PyClass ? self : typeOf(self);
  const home = type.order.find((each) =>
    [...each.names.values()].some(
      (v) => v === fn || (v instanceof PyWrapper && (v.fn === fn || v.setter === fn)),
    ),
  );
  if (!home) throw raised('RuntimeError', 'super(): no arguments');
  return [home, self];
}
