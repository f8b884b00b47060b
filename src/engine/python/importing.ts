/** Finds and runs modules (`Lib/importlib/_bootstrap.py`): built-in, of the library, on `sys.path`. */
import { SysError, sys, type Sys } from '../../kernel';
import { compilePython } from './compiler';
import { Frame } from './frame';
import { setItem } from './keys';
import { PySyntaxError } from './lexer';
import { parsePython } from './parser';
import { exceptionType, makeException, raised } from './classes';
import {
  PyDict,
  PyList,
  PyModule,
  PyObject,
  Raised,
  tuple,
  type Names,
  type Value,
} from './values';
import type { Vm } from './vm';
import { LIBRARY_PATH, UNKNOWN_MODULES } from './library-names';

/** Makers of modules that are written in TypeScript; filled by those. */
export const NATIVE_MODULES = new Map<string, (vm: Vm) => Names>();
/** Sources of modules of the standard library that are written in Python, by dotted name. */
export const SOURCE_MODULES = new Map<string, string>();

export function* importModule(vm: Vm, name: string): Sys<PyModule> {
  let found: PyModule | undefined;
  const parts = name.split('.');
  for (let i = 1; i <= parts.length; i++) {
    const full = parts.slice(0, i).join('.');
    found = yield* loadModule(vm, full);
    if (!found) {
      if (UNKNOWN_MODULES.has(parts[0]!)) throw notSimulated(full);
      const parent = parts.slice(0, i - 1).join('.');
      const reason = parent === '' ? '' : `; '${parent}' is not a package`;
      const error = makeException(
        exceptionType('ModuleNotFoundError'),
        `No module named '${full}'${vm.modules.get(parent)?.names.has('__path__') === true ? '' : reason}`,
      );
      error.names.set('name', full);
      throw new Raised(error);
    }
  }
  return found!;
}

/** Ends the program: a module of the real library that we do not have. */
export class NotSimulated extends Error {}
function notSimulated(name: string): Error {
  return new NotSimulated(`the module ${name}`);
}

/** Makes a module known, in `sys.modules` too. */
function register(vm: Vm, name: string, module: PyModule): void {
  vm.modules.set(name, module);
  const listed = vm.modules.get('sys')?.names.get('modules');
  if (listed instanceof PyDict) setItem(listed, name, module);
}

/** The source that `python -m name` runs, and its file; undefined where there is none. */
export function* sourceToRun(vm: Vm, name: string): Sys<readonly [string, string] | undefined> {
  const own = SOURCE_MODULES.get(name);
  if (own !== undefined) return [own, `${LIBRARY_PATH}/${name.replace(/\./g, '/')}.py`];
  const dot = name.lastIndexOf('.');
  const parent = dot < 0 ? '' : name.slice(0, dot);
  if (parent !== '') yield* importModule(vm, parent);
  for (const folder of searchPath(vm, parent)) {
    const base = `${folder === '' ? '.' : folder.replace(/\/$/, '')}/${name.slice(dot + 1)}`;
    for (const file of [`${base}/__main__.py`, `${base}.py`]) {
      const text = yield* readIfThere(file);
      if (text !== undefined) return [text, file];
    }
  }
  if (UNKNOWN_MODULES.has(name.split('.')[0]!)) throw notSimulated(name);
  return undefined;
}

/** Undefined where there is none of that name. */
export function* loadModule(vm: Vm, name: string): Sys<PyModule | undefined> {
  const known = vm.modules.get(name);
  if (known) return known;
  const native = NATIVE_MODULES.get(name);
  let module: PyModule | undefined;
  if (native) {
    module = new PyModule(name, native(vm));
    module.names.set('__name__', name);
    register(vm, name, module);
  } else {
    const text = SOURCE_MODULES.get(name);
    if (text === undefined) module = yield* fromPath(vm, name);
    else {
      const file = `${LIBRARY_PATH}/${name.replace(/\./g, '/')}.py`;
      module = yield* runModule(vm, name, file, text, name.split('.').slice(0, -1).join('.'));
    }
  }
  const dot = name.lastIndexOf('.');
  if (module && dot > 0) vm.modules.get(name.slice(0, dot))?.names.set(name.slice(dot + 1), module);
  return module;
}

function searchPath(vm: Vm, parent: string): readonly string[] {
  const path =
    parent === ''
      ? vm.modules.get('sys')?.names.get('path')
      : vm.modules.get(parent)?.names.get('__path__');
  return path instanceof PyList ? path.items.map((item) => String(item as string)) : [];
}

function* fromPath(vm: Vm, name: string): Sys<PyModule | undefined> {
  const dot = name.lastIndexOf('.');
  const parent = dot < 0 ? '' : name.slice(0, dot);
  const last = name.slice(dot + 1);
  for (const folder of searchPath(vm, parent)) {
    const base = `${folder === '' ? '.' : folder.replace(/\/$/, '')}/${last}`;
    const init = yield* readIfThere(`${base}/__init__.py`);
    if (init !== undefined)
      return yield* runModule(vm, name, `${base}/__init__.py`, init, name, base);
    const text = yield* readIfThere(`${base}.py`);
    if (text !== undefined) return yield* runModule(vm, name, `${base}.py`, text, parent);
    if (yield* isFolder(base)) {
      const module = new PyModule(name, new Map<string, Value>([['__name__', name]]));
      module.names.set('__path__', new PyList([base]));
      register(vm, name, module);
      return module;
    }
  }
  return undefined;
}

function* isFolder(path: string): Sys<boolean> {
  try {
    return (yield* sys.stat(path)).type === 'dir';
  } catch (error) {
    if (error instanceof SysError) return false;
    throw error;
  }
}

function* readIfThere(path: string): Sys<string | undefined> {
  try {
    return yield* sys.readText(path);
  } catch (error) {
    if (error instanceof SysError && error.errno !== 'EINTR') return undefined;
    throw error;
  }
}

function* runModule(
  vm: Vm,
  name: string,
  file: string,
  text: string,
  home: string,
  path?: string,
): Sys<PyModule> {
  const module = new PyModule(name, new Map<string, Value>());
  const { names } = module;
  names.set('__name__', name);
  names.set('__file__', file);
  names.set('__package__', home);
  if (path !== undefined) names.set('__path__', new PyList([path]));
  register(vm, name, module);
  try {
    const depth = vm.frames.length;
    vm.push(new Frame(compileFile(text, file), names, names, undefined));
    yield* vm.nest(depth);
  } catch (error) {
    vm.modules.delete(name);
    throw error;
  }
  return module;
}

/** Compiles, and makes a Python exception of a syntax error. */
export function compileFile(text: string, file: string, show = false) {
  try {
    return compilePython(parsePython(text), file, show);
  } catch (error) {
    if (error instanceof PySyntaxError) throw new Raised(syntaxError(error, file, text));
    if (error instanceof RangeError)
      throw raised('RecursionError', 'maximum recursion depth exceeded during compilation');
    throw error;
  }
}

export function syntaxError(error: PySyntaxError, file: string, text: string): PyObject {
  const made = makeException(exceptionType(error.kind), error.message);
  const line = text.split('\n')[error.line - 1] ?? '';
  made.names.set('msg', error.message);
  made.names.set('$at', tuple(file, error.line, error.column, line));
  made.names.set('filename', file);
  made.names.set('lineno', error.line);
  return made;
}
