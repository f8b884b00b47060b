/** Instructions that make functions and classes, import, and show values at the prompt. */
import type { Sys } from '../../kernel';
import { findAttribute, isWork } from './attributes';
import type { Code } from './code';
import { Frame } from './frame';
import { importModule, loadModule } from './importing';
import type { Handler } from './operations';
import { repr } from './text';
import { OBJECT, raised, typeError } from './classes';
import { PyClass, PyFunction, PyModule, PyTuple, PyList, type Value } from './values';
import type { Vm } from './vm';
import { printTo } from './output';

const NO_VALUE = undefined as unknown as Value;

function makeFunction(vm: Vm, f: Frame, arg: unknown): undefined {
  const { code, optional } = arg as { readonly code: Code; readonly optional: readonly string[] };
  const values = f.take(optional.length);
  const fallbacks = new Map(optional.map((name, i) => [name, values[i]!]));
  vm.count(2);
  f.stack.push(new PyFunction(code.name, code, f.globals, f.scope, fallbacks));
  return undefined;
}

/** The body runs with the class's own names as its variables. */
function makeClass(vm: Vm, f: Frame, arg: unknown): undefined {
  const { code, bases: count } = arg as { readonly code: Code; readonly bases: number };
  const bases = f.take(count).map((base) => {
    if (base instanceof PyClass) return base;
    throw typeError('not simulated: a base that is not a class');
  });
  const type = new PyClass(code.name, bases.length === 0 ? [OBJECT] : bases);
  const module = f.globals.get('__name__');
  type.module = typeof module === 'string' ? module : 'builtins';
  if (code.doc !== null) type.names.set('__doc__', code.doc);
  const frame = new Frame(code, f.globals, type.names, f.scope);
  frame.result = type;
  vm.push(frame);
  return undefined;
}

function* imported(vm: Vm, f: Frame, arg: unknown): Sys<Value> {
  const [name, level, whole] = arg as [string, number, boolean];
  const full = level === 0 ? name : absolute(f, name, level);
  const module = yield* importModule(vm, full);
  return whole ? module : vm.modules.get(full.split('.')[0]!)!;
}

/** `from . import x` seen from a module of a package. */
function absolute(f: Frame, name: string, level: number): string {
  const home = f.globals.get('__package__');
  if (typeof home !== 'string' || home === '')
    throw raised('ImportError', 'attempted relative import with no known parent package');
  const parts = home.split('.');
  if (level > parts.length)
    throw raised('ImportError', 'attempted relative import beyond top-level package');
  const base = parts.slice(0, parts.length - level + 1).join('.');
  return name === '' ? base : `${base}.${name}`;
}

function* importFrom(vm: Vm, f: Frame, name: string): Sys<Value> {
  const module = f.top() as PyModule;
  const found = findAttribute(vm, module, name);
  if (found !== undefined) return isWork(found) ? yield* found : found;
  const inner = yield* loadModule(vm, `${module.name}.${name}`);
  if (inner) return inner;
  const file = module.names.get('__file__');
  const where = typeof file === 'string' ? file : 'unknown location';
  throw raised('ImportError', `cannot import name '${name}' from '${module.name}' (${where})`);
}

function importAll(f: Frame): undefined {
  const module = f.pop() as PyModule;
  const listed = module.names.get('__all__');
  const all =
    listed instanceof PyList || listed instanceof PyTuple
      ? listed.items.map(String)
      : [...module.names.keys()].filter((name) => !name.startsWith('_'));
  for (const name of all) {
    const value = module.names.get(name);
    if (value !== undefined) f.names.set(name, value);
  }
  return undefined;
}

function* show(vm: Vm, value: Value): Sys<Value> {
  if (value === null) return NO_VALUE;
  vm.builtins.set('_', value);
  yield* printTo(vm, 'stdout', `${yield* repr(vm, value)}\n`);
  return NO_VALUE;
}

export const CLASS_OPERATIONS: Readonly<Record<string, Handler>> = {
  FUNCTION: makeFunction,
  CLASS: makeClass,
  IMPORT: imported,
  IMPORT_FROM: (vm, f, arg) => importFrom(vm, f, arg as string),
  IMPORT_STAR: (_vm, f) => importAll(f),
  SHOW: (vm, f) => show(vm, f.pop()),
};

/** A frame for the code of a file. */
export function moduleFrame(code: Code, module: PyModule): Frame {
  return new Frame(code, module.names, module.names, undefined);
}
