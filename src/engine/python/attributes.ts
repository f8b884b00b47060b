/** Attribute lookup (`Objects/object.c`, `typeobject.c`): instance, class, descriptors, `__getattr__`. */
import type { Sys } from '../../kernel';
import { raised, typeError, typeOf } from './classes';
import {
  PyBuiltin,
  PyClass,
  PyDict,
  PyFunction,
  PyMethod,
  PyModule,
  PyObject,
  PySuper,
  PyTuple,
  PyWrapper,
  lookup,
  type Value,
} from './values';
import type { Vm } from './vm';

export type Found = Value | Sys<Value>;

/** Tells the rest of the work from its result. */
export function isWork(found: unknown): found is Sys<Value> {
  return typeof (found as { next?: unknown } | null | undefined)?.next === 'function';
}

export function missing(self: Value, name: string): Error {
  if (self instanceof PyModule)
    return raised('AttributeError', `module '${self.name}' has no attribute '${name}'`);
  if (self instanceof PyClass)
    return raised('AttributeError', `type object '${self.name}' has no attribute '${name}'`);
  return raised('AttributeError', `'${typeOf(self).name}' object has no attribute '${name}'`);
}

/** Undefined where there is none. */
export function findAttribute(vm: Vm, self: Value, name: string): Found | undefined {
  if (self instanceof PyModule) return self.names.get(name) ?? moduleAttribute(self, name);
  if (self instanceof PyClass) return classAttribute(vm, self, name);
  if (self instanceof PySuper) return superAttribute(vm, self, name);
  const type = typeOf(self);
  const inClass = lookup(type, name);
  if (inClass instanceof PyWrapper && inClass.kind === 'property')
    return vm.call(inClass.fn, [self]);
  if (self instanceof PyObject || self instanceof PyFunction) {
    const own = self.names.get(name);
    if (own !== undefined) return own;
  }
  if (inClass !== undefined) return bind(inClass, self, type);
  const special = specialAttribute(self, name, type);
  if (special !== undefined) return special;
  const fallback = self instanceof PyObject ? lookup(type, '__getattr__') : undefined;
  return fallback === undefined ? undefined : vm.call(fallback, [self, name]);
}

export function getAttribute(vm: Vm, self: Value, name: string): Found {
  const found = findAttribute(vm, self, name);
  if (found === undefined) throw missing(self, name);
  return found;
}

export function bind(found: Value, self: Value, type: PyClass): Value {
  if (found instanceof PyFunction) return new PyMethod(found, self);
  if (found instanceof PyBuiltin) {
    const inner = self instanceof PyObject && self.inner !== undefined ? self.inner : self;
    return new PyMethod(found, inner);
  }
  if (found instanceof PyWrapper)
    return found.kind === 'classmethod' ? new PyMethod(found.fn, type) : found.fn;
  return found;
}

function moduleAttribute(self: PyModule, name: string): Value | undefined {
  return name === '__dict__' ? namesDict(self.names) : undefined;
}

export function namesDict(names: ReadonlyMap<string, Value>): PyDict {
  const dict = new PyDict();
  for (const [key, value] of names) if (!key.startsWith('$')) dict.entries.set(key, [key, value]);
  return dict;
}

function classAttribute(_vm: Vm, self: PyClass, name: string): Value | undefined {
  const found = lookup(self, name);
  if (found instanceof PyWrapper) {
    if (found.kind === 'classmethod') return new PyMethod(found.fn, self);
    return found.kind === 'staticmethod' ? found.fn : found;
  }
  if (found !== undefined) {
    // A class method of a built-in type, as in dict.fromkeys.
    return found instanceof PyBuiltin && found.name.startsWith('@')
      ? new PyMethod(found, self)
      : found;
  }
  switch (name) {
    case '__name__':
    case '__qualname__':
      return self.name;
    case '__module__':
      return self.module;
    case '__bases__':
      return new PyTuple(self.bases);
    case '__mro__':
      return new PyTuple(self.order);
    case '__dict__':
      return namesDict(self.names);
    case '__doc__':
      return null;
    default:
      return undefined;
  }
}

function superAttribute(vm: Vm, self: PySuper, name: string): Found | undefined {
  const type = self.self instanceof PyClass ? self.self : typeOf(self.self);
  const at = type.order.indexOf(self.after);
  for (const each of type.order.slice(at + 1)) {
    const found = each.names.get(name);
    if (found === undefined) continue;
    if (found instanceof PyWrapper && found.kind === 'property')
      return vm.call(found.fn, [self.self]);
    return found instanceof PyBuiltin && found.name === '__init__'
      ? new PyMethod(found, self.self)
      : bind(found, self.self, type);
  }
  return undefined;
}

function specialAttribute(self: Value, name: string, type: PyClass): Value | undefined {
  if (name === '__class__') return type;
  if (name === '__dict__' && (self instanceof PyObject || self instanceof PyFunction))
    return namesDict(self.names);
  if (name === '__doc__') return self instanceof PyFunction ? self.code.doc : null;
  if (self instanceof PyFunction || self instanceof PyBuiltin) {
    if (name === '__name__' || name === '__qualname__') return self.name.replace(/^@/, '');
    if (name === '__module__') {
      const module = self instanceof PyFunction ? self.globals.get('__name__') : 'builtins';
      return module ?? null;
    }
  }
  if (self instanceof PyMethod) {
    if (name === '__self__') return self.self;
    if (name === '__func__') return self.fn;
    return specialAttribute(self.fn, name, typeOf(self.fn));
  }
  if (self instanceof PyWrapper && name === 'setter') return new PyMethod(SETTER, self);
  if (self instanceof PyObject && self.trace !== undefined) {
    if (name === '__traceback__') return null;
    if (name === '__cause__' || name === '__context__') return null;
  }
  return undefined;
}

const SETTER = new PyBuiltin(
  'setter',
  (_vm, [self, fn]) => new PyWrapper('property', (self as PyWrapper).fn, fn ?? null),
  false,
);

export function setAttribute(
  vm: Vm,
  self: Value,
  name: string,
  value: Value,
): Sys<Value> | undefined {
  if (self instanceof PyObject) {
    const inClass = lookup(self.type, name);
    if (inClass instanceof PyWrapper && inClass.kind === 'property') {
      if (inClass.setter === null) throw raised('AttributeError', `can't set attribute '${name}'`);
      return silent(vm.call(inClass.setter, [self, value]));
    }
    const hook = lookup(self.type, '__setattr__');
    if (hook instanceof PyFunction) return silent(vm.call(hook, [self, name, value]));
    self.names.set(name, value);
    return undefined;
  }
  if (self instanceof PyModule || self instanceof PyFunction) {
    self.names.set(name, value);
    if (self instanceof PyFunction && name === '__name__') self.name = String(value as string);
    return undefined;
  }
  if (self instanceof PyClass) {
    if (Object.isFrozen(self))
      throw typeError(`cannot set '${name}' attribute of immutable type '${self.name}'`);
    self.names.set(name, value);
    return undefined;
  }
  if (findAttribute(vm, self, name) !== undefined)
    throw raised(
      'AttributeError',
      `'${typeOf(self).name}' object attribute '${name}' is read-only`,
    );
  throw missing(self, name);
}

/** Work whose result nobody wants. */
export function* silent(work: Sys<Value>): Sys<Value> {
  yield* work;
  return undefined as unknown as Value;
}

export function deleteAttribute(self: Value, name: string): void {
  const names =
    self instanceof PyObject || self instanceof PyModule || self instanceof PyFunction
      ? self.names
      : self instanceof PyClass && !Object.isFrozen(self)
        ? self.names
        : undefined;
  if (!names?.delete(name)) throw raised('AttributeError', name);
}

/** A method of a class (not of the instance), bound; undefined where the class has none. */
export function special(self: Value, name: string): Value | undefined {
  if (!(self instanceof PyObject)) return undefined;
  const found = lookup(self.type, name);
  return found === undefined ? undefined : bind(found, self, self.type);
}

/** A method of the class of any value, bound. */
export function methodOf(self: Value, name: string): Value | undefined {
  const type = typeOf(self);
  const found = lookup(type, name);
  return found === undefined ? undefined : bind(found, self, type);
}
