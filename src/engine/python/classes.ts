/** The built-in types and exceptions as classes, and which of them a value belongs to. */
import {
  PyBuiltin,
  PyClass,
  PyDict,
  PyFloat,
  PyFunction,
  PyGenerator,
  PyIterator,
  PyList,
  PyMethod,
  PyModule,
  PyObject,
  PyRange,
  PySet,
  PySingleton,
  PySlice,
  PySuper,
  PyTuple,
  PyWrapper,
  Raised,
  tuple,
  type Native,
  type Value,
} from './values';

export const OBJECT = new PyClass('object', []);
const BUILT_IN = new Map<string, PyClass>([['object', OBJECT]]);

export function builtInType(name: string, base: PyClass = OBJECT): PyClass {
  const type = new PyClass(name, [base]);
  BUILT_IN.set(name, type);
  return type;
}

export const TYPE = builtInType('type');
export const INT = builtInType('int');
export const BOOL = builtInType('bool', INT);
export const FLOAT = builtInType('float');
export const STR = builtInType('str');
export const BYTES = builtInType('bytes');
export const LIST = builtInType('list');
export const TUPLE = builtInType('tuple');
export const DICT = builtInType('dict');
export const SET = builtInType('set');
export const FROZENSET = builtInType('frozenset');
export const RANGE = builtInType('range');
export const SLICE = builtInType('slice');
export const NONE = builtInType('NoneType');
export const MODULE = builtInType('module');
export const FUNCTION = builtInType('function');
export const METHOD = builtInType('method');
export const BUILTIN = builtInType('builtin_function_or_method');
export const GENERATOR = builtInType('generator');
export const PROPERTY = builtInType('property');
export const STATICMETHOD = builtInType('staticmethod');
export const CLASSMETHOD = builtInType('classmethod');
export const SUPER = builtInType('super');
const SINGLETONS = new Map([
  ['NotImplemented', builtInType('NotImplementedType')],
  ['Ellipsis', builtInType('ellipsis')],
]);
const ITERATORS = new Map(
  ['list', 'range', 'items', 'callable'].map((kind) => [
    kind,
    new PyClass(kind === 'items' ? 'iterator' : `${kind}_iterator`, [OBJECT]),
  ]),
);
for (const kind of ['zip', 'enumerate', 'map', 'filter']) ITERATORS.set(kind, builtInType(kind));

/** Exceptions by their base, a line each; an alias follows a colon. */
const EXCEPTIONS = `
BaseException > Exception KeyboardInterrupt SystemExit GeneratorExit
Exception > ArithmeticError AssertionError AttributeError BufferError EOFError
Exception > ImportError LookupError
Exception > MemoryError NameError OSError ReferenceError RuntimeError
Exception > StopIteration StopAsyncIteration
Exception > SyntaxError SystemError TypeError ValueError Warning
ArithmeticError > FloatingPointError OverflowError ZeroDivisionError
ImportError > ModuleNotFoundError
LookupError > IndexError KeyError
NameError > UnboundLocalError
OSError > BlockingIOError ChildProcessError ConnectionError FileExistsError FileNotFoundError
OSError > InterruptedError IsADirectoryError NotADirectoryError PermissionError ProcessLookupError
OSError > TimeoutError
ConnectionError > BrokenPipeError ConnectionAbortedError ConnectionRefusedError ConnectionResetError
RuntimeError > NotImplementedError RecursionError
SyntaxError > IndentationError
IndentationError > TabError
ValueError > UnicodeError
UnicodeError > UnicodeDecodeError UnicodeEncodeError
Warning > DeprecationWarning RuntimeWarning UserWarning FutureWarning ResourceWarning
`;
export const BASE_EXCEPTION = builtInType('BaseException');
for (const line of EXCEPTIONS.trim().split('\n')) {
  const [base, names] = line.split(' > ');
  for (const name of names!.split(' ')) builtInType(name, BUILT_IN.get(base!));
}
export const EXCEPTION = exceptionType('Exception');

export function exceptionType(name: string): PyClass {
  return BUILT_IN.get(name) ?? BASE_EXCEPTION;
}

/** Names of the module `builtins` that are types. */
export function builtInTypes(): readonly (readonly [string, PyClass])[] {
  return [...BUILT_IN].filter(([name]) => !HIDDEN.has(name));
}
const HIDDEN = new Set([
  ...['NoneType', 'module', 'function', 'method', 'builtin_function_or_method', 'generator'],
  ...['NotImplementedType', 'ellipsis'],
]);

/** Adds methods to a built-in type. Those in `works` answer generators. */
export function define(
  type: PyClass,
  plain: Readonly<Record<string, Native>>,
  works: Readonly<Record<string, Native>> = {},
): void {
  for (const [name, run] of Object.entries(plain))
    type.names.set(name, new PyBuiltin(name, run, false));
  for (const [name, run] of Object.entries(works))
    type.names.set(name, new PyBuiltin(name, run, true));
}

/** After all methods are known: they are shared from here on. */
export function freezeTypes(): void {
  for (const type of [...BUILT_IN.values(), ...ITERATORS.values()]) Object.freeze(type);
}

export function typeOf(v: Value): PyClass {
  switch (typeof v) {
    case 'string':
      return STR;
    case 'number':
    case 'bigint':
      return INT;
    case 'boolean':
      return BOOL;
    default:
      return typeOfObject(v);
  }
}

function typeOfObject(v: Value): PyClass {
  if (v === null) return NONE;
  if (v instanceof PyObject) return v.type;
  if (v instanceof PyFloat) return FLOAT;
  if (v instanceof PyList) return LIST;
  if (v instanceof PyTuple) return TUPLE;
  if (v instanceof PyDict) return DICT;
  if (v instanceof PySet) return v.frozen ? FROZENSET : SET;
  if (v instanceof Uint8Array) return BYTES;
  if (v instanceof PyFunction) return FUNCTION;
  if (v instanceof PyMethod) return METHOD;
  if (v instanceof PyBuiltin) return BUILTIN;
  if (v instanceof PyClass) return TYPE;
  if (v instanceof PyModule) return MODULE;
  if (v instanceof PyRange) return RANGE;
  if (v instanceof PySlice) return SLICE;
  if (v instanceof PyGenerator) return GENERATOR;
  if (v instanceof PyIterator) return ITERATORS.get(v.kind)!;
  if (v instanceof PySuper) return SUPER;
  if (v instanceof PySingleton) return SINGLETONS.get(v.name) ?? OBJECT;
  if (v instanceof PyWrapper)
    return v.kind === 'property'
      ? PROPERTY
      : v.kind === 'staticmethod'
        ? STATICMETHOD
        : CLASSMETHOD;
  return OBJECT;
}

export function makeException(type: PyClass, ...args: Value[]): PyObject {
  const made = new PyObject(type);
  made.names.set('args', tuple(...args));
  return made;
}

/** An exception of a built-in type with one message. To be thrown. */
export function raised(name: string, message?: string): Raised {
  const type = exceptionType(name);
  return new Raised(message === undefined ? makeException(type) : makeException(type, message));
}
export const typeError = (message: string): Raised => raised('TypeError', message);
export const valueError = (message: string): Raised => raised('ValueError', message);

/** What a class that derives from a built-in one wraps, or the value itself. */
export function plain(v: Value): Value {
  return v instanceof PyObject && v.inner !== undefined ? v.inner : v;
}
