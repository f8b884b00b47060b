/** Calls: arguments to parameters (`Python/ceval.c`), new objects, what can be called. */
import type { Sys } from '../../kernel';
import { special } from './attributes';
import { Frame } from './frame';
import { dictOf } from './keys';
import { BASE_EXCEPTION, OBJECT, makeException, typeError, typeOf } from './classes';
import {
  PyBuiltin,
  PyClass,
  PyFunction,
  PyGenerator,
  PyMethod,
  PyObject,
  PyTuple,
  PyWrapper,
  Scope,
  isSubclass,
  lookup,
  tuple,
  type Keywords,
  type Native,
  type Value,
} from './values';
import type { Vm } from './vm';

const NOBODY: Keywords = new Map();
/** Makers of built-in types: `int(...)`, `list(...)`. Filled by the modules that know them. */
export const MAKERS = new Map<PyClass, { readonly run: Native; readonly works: boolean }>();

/**
 * Calls a value: a frame is pushed, or the result is, or the work that gives it is answered.
 */
export function invoke(
  vm: Vm,
  fn: Value,
  args: readonly Value[],
  named: Keywords = NOBODY,
): Sys<Value> | undefined {
  if (fn instanceof PyFunction) return enter(vm, fn, args, named);
  if (fn instanceof PyMethod) return invoke(vm, fn.fn, [fn.self, ...args], named);
  if (fn instanceof PyBuiltin) {
    const result = fn.run(vm, args, named);
    if (fn.works) return result as Sys<Value>;
    vm.frame.stack.push(result as Value);
    return undefined;
  }
  if (fn instanceof PyClass) return construct(vm, fn, args, named);
  if (fn instanceof PyWrapper) return invoke(vm, fn.fn, args, named);
  const method = special(fn, '__call__');
  if (method !== undefined) return invoke(vm, method, args, named);
  throw typeError(`'${typeOf(fn).name}' object is not callable`);
}

function enter(
  vm: Vm,
  fn: PyFunction,
  args: readonly Value[],
  named: Keywords,
): Sys<Value> | undefined {
  const scope = new Scope(fn.scope);
  fillParameters(fn, args, named, scope);
  const frame = new Frame(fn.code, fn.globals, scope.names, scope, fn);
  vm.count(2);
  if (!fn.code.generates) {
    vm.push(frame);
    return undefined;
  }
  const generator = new PyGenerator(fn.name);
  generator.frame = frame;
  frame.generator = generator;
  vm.frame.stack.push(generator);
  return undefined;
}

function fillParameters(
  fn: PyFunction,
  args: readonly Value[],
  named: Keywords,
  { names }: Scope,
): void {
  const { params } = fn.code;
  const plain = params.filter((param) => param.kind === 'plain');
  plain.slice(0, args.length).forEach((param, i) => names.set(param.name, args[i]!));
  const rest = params.find((param) => param.kind === 'args');
  if (rest) names.set(rest.name, new PyTuple(args.slice(plain.length)));
  const others = params.find((param) => param.kind === 'kwargs');
  const more: [Value, Value][] = [];
  for (const [name, value] of named) {
    const known = params.some(
      (param) => param.name === name && (param.kind === 'plain' || param.kind === 'named'),
    );
    if (known) {
      if (names.has(name))
        throw typeError(`${fn.name}() got multiple values for argument '${name}'`);
      names.set(name, value);
    } else if (others) more.push([name, value]);
    else throw typeError(`${fn.name}() got an unexpected keyword argument '${name}'`);
  }
  if (others) names.set(others.name, dictOf(more));
  if (args.length > plain.length && !rest) tooMany(fn, plain.length, args.length);
  fillRest(fn, names);
}

function fillRest(fn: PyFunction, names: Map<string, Value>): void {
  const lacking: Record<'plain' | 'named', string[]> = { plain: [], named: [] };
  for (const { name, kind } of fn.code.params) {
    if (names.has(name) || (kind !== 'plain' && kind !== 'named')) continue;
    const fallback = fn.fallbacks.get(name);
    if (fallback === undefined) lacking[kind].push(`'${name}'`);
    else names.set(name, fallback);
  }
  const kind = lacking.plain.length > 0 ? 'plain' : 'named';
  const list = lacking[kind];
  if (list.length === 0) return;
  const what = kind === 'plain' ? 'positional' : 'keyword-only';
  const last = list.at(-1)!;
  const text =
    list.length === 1
      ? last
      : list.length === 2
        ? `${list[0]!} and ${last}`
        : `${list.slice(0, -1).join(', ')}, and ${last}`;
  throw typeError(
    `${fn.name}() missing ${list.length} required ${what} argument${list.length > 1 ? 's' : ''}: ${text}`,
  );
}

function tooMany(fn: PyFunction, most: number, given: number): never {
  const optional = fn.code.params.filter((p) => p.kind === 'plain' && fn.fallbacks.has(p.name));
  const least = most - optional.length;
  const takes = least === most ? `${most}` : `from ${least} to ${most}`;
  const were = given === 1 ? 'was' : 'were';
  const s = most === 1 && least === most ? '' : 's';
  throw typeError(`${fn.name}() takes ${takes} positional argument${s} but ${given} ${were} given`);
}

function construct(
  vm: Vm,
  type: PyClass,
  args: readonly Value[],
  named: Keywords,
): Sys<Value> | undefined {
  const maker = MAKERS.get(type);
  if (maker) {
    const result = maker.run(vm, args, named);
    if (maker.works) return result as Sys<Value>;
    vm.frame.stack.push(result as Value);
    return undefined;
  }
  vm.count(3);
  const isError = isSubclass(type, BASE_EXCEPTION);
  const made = isError ? makeException(type, ...args) : new PyObject(type);
  const found = lookup(type, '__init__');
  const init = found === OBJECT.names.get('__init__') ? undefined : found;
  if (init instanceof PyFunction) {
    const wrapped = wrappedType(type);
    if (!isError && wrapped && wrapped !== type)
      return wrapping(vm, made, wrapped, [], init, args, named);
    enter(vm, init, [made, ...args], named);
    vm.frame.result = made;
    return undefined;
  }
  const wrapped = isError ? undefined : wrappedType(type);
  if (wrapped) return wrapping(vm, made, wrapped, args, undefined, args, named);
  if (init instanceof PyBuiltin) return initialized(vm, made, init, args, named);
  if (!isError && (args.length > 0 || named.size > 0))
    throw typeError(`${type.name}() takes no arguments`);
  vm.frame.stack.push(made);
  return undefined;
}

function* initialized(
  vm: Vm,
  made: PyObject,
  init: Value,
  args: readonly Value[],
  named: Keywords,
): Sys<Value> {
  yield* vm.call(init, [made, ...args], named);
  return made;
}

/** The built-in type that a class derives from, if its objects hold a value of it. */
function wrappedType(type: PyClass): PyClass | undefined {
  return type.order.find((each) => MAKERS.has(each));
}

function* wrapping(
  vm: Vm,
  made: PyObject,
  wrapped: PyClass,
  inner: readonly Value[],
  init: Value | undefined,
  args: readonly Value[],
  named: Keywords,
): Sys<Value> {
  made.inner = yield* vm.call(wrapped, inner, init === undefined ? named : NOBODY);
  if (init !== undefined) yield* vm.call(init, [made, ...args], named);
  return made;
}

/** `raise X`: an instance of it. */
export function* instanceOf(vm: Vm, value: Value): Sys<PyObject> {
  const made =
    value instanceof PyClass && isSubclass(value, BASE_EXCEPTION)
      ? yield* vm.call(value, [])
      : value;
  if (made instanceof PyObject && isSubclass(made.type, BASE_EXCEPTION)) return made;
  throw typeError('exceptions must derive from BaseException');
}

export const argsOf = (error: PyObject): readonly Value[] => {
  const args = error.names.get('args');
  return args instanceof PyTuple ? args.items : tuple().items;
};
