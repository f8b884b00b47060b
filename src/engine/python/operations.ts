/** What each instruction does. A handler answers nothing, work that makes calls, or `DONE`. */
import type { Sys } from '../../kernel';
import { negate } from './arithmetic';
import {
  deleteAttribute,
  getAttribute,
  isWork,
  setAttribute,
  special,
  methodOf,
} from './attributes';
import { instanceOf, invoke } from './calling';
import { CLASS_OPERATIONS } from './class-operations';
import { OPS, type CallShape, type OpName } from './code';
import { Frame } from './frame';
import { format } from './format';
import {
  collect,
  iterate,
  next,
  resume,
  simpleIterator,
  simpleNext,
  simpleTruth,
  truth,
  wake,
} from './iteration';
import { keyOf, setItem, setOf } from './keys';
import {
  binary,
  compare,
  deleteItem,
  item,
  quickBinary,
  quickCompare,
  quickItem,
  quickSetItem,
  setItemOf,
} from './operators';
import { repr, str } from './text';
import { BASE_EXCEPTION, raised, typeError, typeOf, valueError } from './classes';
import {
  PyClass,
  PyDict,
  PyGenerator,
  PyIterator,
  PyList,
  PyObject,
  PySet,
  PySlice,
  PyTuple,
  Raised,
  isSubclass,
  type Keywords,
  type Scope,
  type Value,
} from './values';
import type { Vm } from './vm';

/** The run is over. */
export const DONE: unique symbol = Symbol('done');
type Done = typeof DONE;
export type Handler = (vm: Vm, f: Frame, arg: unknown) => Sys<Value> | Done | undefined;
const NO_VALUE = undefined as unknown as Value;
const NO_NAMES: Keywords = new Map();

function scopeAt(f: Frame, hops: number): Scope {
  let scope = f.scope!;
  for (let i = 0; i < hops; i++) scope = scope.outer!;
  return scope;
}

function global(vm: Vm, f: Frame, name: string): Value {
  const found = f.globals.get(name) ?? vm.builtins.get(name);
  if (found === undefined) throw raised('NameError', `name '${name}' is not defined`);
  return found;
}

/** Jumps where the top is true (or false); may have to ask it. */
function branch(vm: Vm, f: Frame, on: boolean, target: number, keep: boolean) {
  const value = keep ? f.top() : f.pop();
  const simple = simpleTruth(value);
  if (simple === undefined) return slowBranch(vm, f, value, on, target, keep);
  if (simple === on) f.at = target;
  else if (keep) f.pop();
  return undefined;
}

function* slowBranch(
  vm: Vm,
  f: Frame,
  v: Value,
  on: boolean,
  target: number,
  keep: boolean,
): Sys<Value> {
  if ((yield* truth(vm, v)) === on) f.at = target;
  else if (keep) f.pop();
  return NO_VALUE;
}

const NAMES: Partial<Record<OpName, Handler>> = {
  CONST: (_vm, f, arg) => void f.stack.push(arg as Value),
  POP: (_vm, f) => void f.stack.pop(),
  DUP: (_vm, f) => void f.stack.push(f.top()),
  DUP2: (_vm, f) => void f.stack.push(...f.stack.slice(-2)),
  SWAP: (_vm, f) => {
    const [a, b] = f.take(2);
    f.stack.push(b!, a!);
    return undefined;
  },
  /** a b c -> c a b */
  ROT3: (_vm, f) => {
    const [a, b, c] = f.take(3);
    f.stack.push(c!, a!, b!);
    return undefined;
  },
  LOCAL: (_vm, f, arg) => {
    const value = f.names.get(arg as string);
    if (value === undefined)
      throw raised(
        'UnboundLocalError',
        `local variable '${arg as string}' referenced before assignment`,
      );
    f.stack.push(value);
    return undefined;
  },
  OUTER: (_vm, f, arg) => {
    const [name, hops] = arg as [string, number];
    const value = scopeAt(f, hops).names.get(name);
    if (value === undefined)
      throw raised(
        'NameError',
        `free variable '${name}' referenced before assignment in enclosing scope`,
      );
    f.stack.push(value);
    return undefined;
  },
  GLOBAL: (vm, f, arg) => void f.stack.push(global(vm, f, arg as string)),
  NAME: (vm, f, arg) =>
    void f.stack.push(f.names.get(arg as string) ?? global(vm, f, arg as string)),
  SET_LOCAL: (_vm, f, arg) => void f.names.set(arg as string, f.pop()),
  SET_OUTER: (_vm, f, arg) => {
    const [name, hops] = arg as [string, number];
    scopeAt(f, hops).names.set(name, f.pop());
    return undefined;
  },
  SET_GLOBAL: (_vm, f, arg) => void f.globals.set(arg as string, f.pop()),
  SET_NAME: (_vm, f, arg) => void f.names.set(arg as string, f.pop()),
  DEL_LOCAL: (_vm, f, arg) => remove(f.names, arg as string),
  DEL_NAME: (_vm, f, arg) => remove(f.names, arg as string),
  DEL_GLOBAL: (_vm, f, arg) => remove(f.globals, arg as string),
  DEL_OUTER: (_vm, f, arg) => {
    const [name, hops] = arg as [string, number];
    return remove(scopeAt(f, hops).names, name);
  },
};

function remove(names: Map<string, Value>, name: string): undefined {
  if (!names.delete(name)) throw raised('NameError', `name '${name}' is not defined`);
  return undefined;
}

const VALUES: Partial<Record<OpName, Handler>> = {
  ATTR: (vm, f, arg) => {
    const found = getAttribute(vm, f.pop(), arg as string);
    if (isWork(found)) return found;
    f.stack.push(found);
    return undefined;
  },
  SET_ATTR: (vm, f, arg) => {
    const self = f.pop();
    return setAttribute(vm, self, arg as string, f.pop());
  },
  DEL_ATTR: (_vm, f, arg) => void deleteAttribute(f.pop(), arg as string),
  ITEM: (vm, f) => {
    const [self, index] = f.take(2) as [Value, Value];
    const quick = quickItem(self, index);
    if (quick === undefined) return item(vm, self, index);
    f.stack.push(quick);
    return undefined;
  },
  SET_ITEM: (vm, f) => {
    const [value, self, index] = f.take(3) as [Value, Value, Value];
    return quickSetItem(self, index, value) ? undefined : setItemOf(vm, self, index, value);
  },
  DEL_ITEM: (vm, f) => {
    const [self, index] = f.take(2) as [Value, Value];
    return deleteItem(vm, self, index);
  },
  BINARY: (vm, f, arg) => {
    const b = f.pop();
    const a = f.pop();
    const quick = quickBinary(arg as string, a, b);
    if (quick === undefined) return binary(vm, arg as string, a, b);
    f.stack.push(quick);
    return undefined;
  },
  INPLACE: (vm, f, arg) => {
    const [a, b] = f.take(2) as [Value, Value];
    if (arg === '+' && a instanceof PyList) return extendList(vm, a, b, true);
    const quick = quickBinary(arg as string, a, b);
    if (quick === undefined) return binary(vm, arg as string, a, b, true);
    if (a instanceof PySet && quick instanceof PySet && !a.frozen) {
      a.entries.clear();
      for (const [key, value] of quick.entries) a.entries.set(key, value);
      f.stack.push(a);
    } else f.stack.push(quick);
    return undefined;
  },
  UNARY: (vm, f, arg) => {
    const value = f.pop();
    if (arg === 'not') {
      const simple = simpleTruth(value);
      if (simple === undefined) return not(vm, value);
      f.stack.push(!simple);
      return undefined;
    }
    const result = negate(arg as string, value);
    if (result === undefined) return unary(vm, arg as string, value);
    f.stack.push(result);
    return undefined;
  },
  COMPARE: (vm, f, arg) => {
    const b = f.pop();
    const a = f.pop();
    const quick = quickCompare(arg as string, a, b);
    if (quick === undefined) return compare(vm, arg as string, a, b);
    f.stack.push(quick);
    return undefined;
  },
  FORMAT: (vm, f, arg) => {
    const [change, hasSpec] = arg as [string | undefined, boolean];
    const spec = hasSpec ? (f.pop() as string) : '';
    const value = f.pop();
    if (typeof value === 'string' && spec === '' && change === undefined) {
      f.stack.push(value);
      return undefined;
    }
    return formatted(vm, value, change, spec);
  },
  JOIN: (_vm, f, arg) => void f.stack.push((f.take(arg as number) as string[]).join('')),
};

function* formatted(vm: Vm, value: Value, change: string | undefined, spec: string): Sys<Value> {
  if (change === undefined) return yield* format(vm, value, spec);
  const text = change === 's' ? yield* str(vm, value) : yield* repr(vm, value);
  return yield* format(vm, text, spec);
}

function* not(vm: Vm, value: Value): Sys<Value> {
  return !(yield* truth(vm, value));
}

function* unary(vm: Vm, op: string, value: Value): Sys<Value> {
  const name = op === '-' ? '__neg__' : op === '+' ? '__pos__' : '__invert__';
  const fn = special(value, name);
  if (fn === undefined)
    throw typeError(`bad operand type for unary ${op}: '${typeOf(value).name}'`);
  return yield* vm.call(fn, []);
}

function* extendList(vm: Vm, list: PyList, more: Value, answer: boolean): Sys<Value> {
  const items = yield* collect(vm, more);
  vm.count(items.length / 4);
  for (const each of items) list.items.push(each);
  return answer ? list : NO_VALUE;
}

const JUMPS: Partial<Record<OpName, Handler>> = {
  JUMP: (_vm, f, arg) => {
    f.at = arg as number;
    return undefined;
  },
  JUMP_FALSE: (vm, f, arg) => branch(vm, f, false, arg as number, false),
  JUMP_TRUE: (vm, f, arg) => branch(vm, f, true, arg as number, false),
  KEEP_FALSE: (vm, f, arg) => branch(vm, f, false, arg as number, true),
  KEEP_TRUE: (vm, f, arg) => branch(vm, f, true, arg as number, true),
  ITER: (vm, f) => {
    const simple = simpleIterator(f.top());
    if (simple) {
      f.pop();
      f.stack.push(simple);
      return undefined;
    }
    return iterate(vm, f.pop());
  },
  FOR: (vm, f, arg) => {
    const it = f.top();
    if (it instanceof PyGenerator) {
      if (wake(vm, it, null)) return undefined;
      f.pop();
      f.at = arg as number;
      return undefined;
    }
    const simple = it instanceof PyIterator ? simpleNext(it) : false;
    if (simple === false) return step(vm, f, it, arg as number);
    if (simple) f.stack.push(simple.value);
    else {
      f.pop();
      f.at = arg as number;
    }
    return undefined;
  },
  SETUP: (_vm, f, arg) =>
    void f.blocks.push({
      target: arg as number,
      height: f.stack.length,
      handled: f.handled.length,
    }),
  POP_BLOCK: (_vm, f) => void f.blocks.pop(),
  HANDLED: (_vm, f) => void f.handled.pop(),
};

function* step(vm: Vm, f: Frame, it: Value, end: number): Sys<Value> {
  const value = yield* next(vm, it);
  if (value !== undefined) return value;
  f.pop();
  f.at = end;
  return NO_VALUE;
}

const DISPLAYS: Partial<Record<OpName, Handler>> = {
  LIST: (vm, f, arg) => {
    vm.count(1);
    f.stack.push(new PyList(f.take(arg as number)));
    return undefined;
  },
  TUPLE: (_vm, f, arg) => void f.stack.push(new PyTuple(f.take(arg as number))),
  SET: (_vm, f, arg) => void f.stack.push(setOf(f.take(arg as number))),
  DICT: (vm, f) => {
    vm.count(2);
    f.stack.push(new PyDict());
    return undefined;
  },
  APPEND: (vm, f, arg) => {
    const value = f.pop();
    vm.count(0.25);
    (f.stack[f.stack.length - (arg as number)] as PyList).items.push(value);
    return undefined;
  },
  ADD: (_vm, f, arg) => {
    const value = f.pop();
    (f.stack[f.stack.length - (arg as number)] as PySet).entries.set(keyOf(value), value);
    return undefined;
  },
  PUT: (vm, f, arg) => {
    const [key, value] = f.take(2) as [Value, Value];
    vm.count(1);
    setItem(f.stack[f.stack.length - (arg as number)] as PyDict, key, value);
    return undefined;
  },
  EXTEND: (vm, f) => {
    const more = f.pop();
    return extendList(vm, f.top() as PyList, more, false);
  },
  UPDATE: (_vm, f) => {
    const more = f.pop();
    if (!(more instanceof PyDict))
      throw typeError(`'${typeOf(more).name}' object is not a mapping`);
    for (const [key, entry] of more.entries) (f.top() as PyDict).entries.set(key, entry);
    return undefined;
  },
  /** list set -> set with the list's items */
  MERGE: (_vm, f) => {
    const items = f.pop() as PyList;
    f.pop();
    f.stack.push(setOf(items.items));
    return undefined;
  },
  TO_TUPLE: (_vm, f) => void f.stack.push(new PyTuple((f.pop() as PyList).items)),
  SLICE: (_vm, f) => {
    const [start, stop, stride] = f.take(3) as [Value, Value, Value];
    f.stack.push(new PySlice(start, stop, stride));
    return undefined;
  },
  UNPACK: (vm, f, arg) => unpack(vm, f, f.pop(), arg as number),
  UNPACK_STAR: (vm, f, arg) => unpackStar(vm, f, f.pop(), arg as [number, number]),
};

function* unpack(vm: Vm, f: Frame, value: Value, count: number): Sys<Value> {
  if (simpleIterator(value) === undefined && special(value, '__iter__') === undefined)
    throw typeError(`cannot unpack non-iterable ${typeOf(value).name} object`);
  const items = yield* collect(vm, value);
  if (items.length > count) throw valueError(`too many values to unpack (expected ${count})`);
  if (items.length < count)
    throw valueError(`not enough values to unpack (expected ${count}, got ${items.length})`);
  f.stack.push(...items.reverse());
  return NO_VALUE;
}

function* unpackStar(
  vm: Vm,
  f: Frame,
  value: Value,
  [before, after]: [number, number],
): Sys<Value> {
  const items = yield* collect(vm, value);
  const least = before + after;
  if (items.length < least)
    throw valueError(
      `not enough values to unpack (expected at least ${least}, got ${items.length})`,
    );
  const middle = new PyList(items.slice(before, items.length - after));
  const all = [...items.slice(0, before), middle, ...items.slice(items.length - after)];
  f.stack.push(...all.reverse());
  return NO_VALUE;
}

const CALLS: Partial<Record<OpName, Handler>> = {
  CALL: (vm, f, arg) => {
    const { count, names } = arg as CallShape;
    const args = f.take(count);
    const fn = f.pop();
    if (names.length === 0) return invoke(vm, fn, args, NO_NAMES);
    const cut = count - names.length;
    return invoke(
      vm,
      fn,
      args.slice(0, cut),
      new Map(names.map((name, i) => [name, args[cut + i]!])),
    );
  },
  CALL_EX: (vm, f) => {
    const [fn, args, named] = f.take(3) as [Value, PyList, PyDict];
    const names = new Map<string, Value>();
    for (const [key, value] of named.entries.values()) names.set(key as string, value);
    return invoke(vm, fn, args.items, names);
  },
  RETURN: (vm, f) => {
    const value = f.pop();
    const { generator } = f;
    if (!generator) return vm.leave(value) ? DONE : undefined;
    generator.state = 'over';
    generator.result = value;
    f.silent = true;
    if (vm.leave(value)) return DONE;
    // It fed a `for`, which ends.
    const caller = vm.frame;
    caller.pop();
    caller.at = caller.code.args[caller.at - 1] as number;
    return undefined;
  },
  YIELD: (vm, f) => yielded(vm, f, f.pop()),
  DELEGATE: (vm, f) => delegate(vm, f),
};

function yielded(vm: Vm, f: Frame, value: Value): Done | undefined {
  const generator = f.generator!;
  generator.state = 'waiting';
  generator.frame = f;
  return vm.leave(value) ? DONE : undefined;
}

/** `yield from`: iterator and what was sent are on the stack. */
function* delegate(vm: Vm, f: Frame): Sys<Value> {
  const sent = f.pop();
  const it = f.top();
  const value = it instanceof PyGenerator ? yield* resume(vm, it, sent) : yield* next(vm, it);
  if (value === undefined) {
    f.pop();
    return it instanceof PyGenerator ? it.result : null;
  }
  f.at--;
  return (yielded(vm, f, value) ?? NO_VALUE) as unknown as Value;
}

const ERRORS: Partial<Record<OpName, Handler>> = {
  RAISE: (vm, f, arg) => {
    const value = f.pop();
    if (arg === true) return raise(vm, value);
    const handled = vm.handledNow();
    if (!handled) throw raised('RuntimeError', 'No active exception to reraise');
    throw new Raised(handled, true);
  },
  RAISE_FROM: (vm, f) => {
    const [value, cause] = f.take(2) as [Value, Value];
    return raise(vm, value, cause);
  },
  RERAISE: (_vm, f) => {
    const value = f.pop() as PyObject;
    f.handled.pop();
    throw new Raised(value, true);
  },
  /** exception type -> exception bool */
  MATCHES: (_vm, f) => {
    const type = f.pop();
    const { type: actual } = f.top() as PyObject;
    const types = type instanceof PyTuple ? type.items : [type];
    if (!types.every((each) => each instanceof PyClass && isSubclass(each, BASE_EXCEPTION)))
      throw typeError('catching classes that do not inherit from BaseException is not allowed');
    f.stack.push(types.some((each) => isSubclass(actual, each as PyClass)));
    return undefined;
  },
  ENTER: (vm, f) => enter(vm, f, f.pop()),
  LEAVE: (vm, f) => leave(vm, f.pop()),
  CATCH: (vm, f) => caught(vm, f),
};

function* raise(vm: Vm, value: Value, cause?: Value): Sys<Value> {
  const error = yield* instanceOf(vm, value);
  if (cause !== undefined) {
    error.names.set('__cause__', cause === null ? null : yield* instanceOf(vm, cause));
    error.names.set('__suppress_context__', true);
  }
  throw new Raised(error);
}

function* enter(vm: Vm, f: Frame, manager: Value): Sys<Value> {
  const [open, exit] = [methodOf(manager, '__enter__'), methodOf(manager, '__exit__')];
  if (open === undefined) throw raised('AttributeError', '__enter__');
  if (exit === undefined) throw raised('AttributeError', '__exit__');
  f.stack.push(exit);
  return yield* vm.call(open, []);
}

function* leave(vm: Vm, exit: Value): Sys<Value> {
  yield* vm.call(exit, [null, null, null]);
  return NO_VALUE;
}

/** exit, entered, exception -> the same and whether the manager swallowed it */
function* caught(vm: Vm, f: Frame): Sys<Value> {
  const error = f.top() as PyObject;
  const exit = f.stack[f.stack.length - 3]!;
  return yield* truth(vm, yield* vm.call(exit, [error.type, error, null]));
}

const ALL: Partial<Record<OpName, Handler>> = {
  ...NAMES,
  ...VALUES,
  ...JUMPS,
  ...DISPLAYS,
  ...CALLS,
  ...ERRORS,
  ...CLASS_OPERATIONS,
};
/** By number of the instruction. */
export const HANDLERS: readonly Handler[] = OPS.map((name) => ALL[name]!);
