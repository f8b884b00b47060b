/**
 * Python's objects as plain data, so that a machine with running programs can be cloned. None is null;
 * bool, str and small int are JavaScript's own; int beyond 2^53 is a bigint; a float is wrapped to tell
 * it from an int. Built-in types and functions are frozen and shared by all clones.
 * Differs from CPython: text is indexed by UTF-16 unit, and objects with an `__eq__` of their own hash
 * by identity.
 */
import type { Sys } from '../../kernel';
import type { Code } from './code';
import type { Vm } from './vm';

export class PyFloat {
  constructor(readonly value: number) {}
}
export class PyList {
  constructor(public items: Value[]) {}
}
export class PyTuple {
  constructor(readonly items: readonly Value[]) {}
}
/** What two equal keys have in common; see `keyOf`. */
export type Key = unknown;
export class PyDict {
  readonly entries = new Map<Key, readonly [Value, Value]>();
}
export class PySet {
  readonly entries = new Map<Key, Value>();
  constructor(readonly frozen = false) {}
}
export class PyRange {
  constructor(
    readonly start: number,
    readonly stop: number,
    readonly step: number,
  ) {}
}
export class PySlice {
  constructor(
    readonly start: Value,
    readonly stop: Value,
    readonly step: Value,
  ) {}
}
export type Names = Map<string, Value>;
export class PyModule {
  constructor(
    readonly name: string,
    readonly names: Names,
  ) {}
}
export class PyClass {
  readonly names: Names = new Map();
  /** Itself first, `object` last. */
  readonly order: readonly PyClass[];
  module = 'builtins';
  constructor(
    readonly name: string,
    readonly bases: readonly PyClass[],
  ) {
    this.order = linearize(this, bases);
  }
}
/** An instance of a class written in Python, or of an exception. */
export class PyObject {
  readonly names: Names = new Map();
  /** What a class that derives from a built-in one wraps. */
  inner: Value | undefined;
  /** Of an exception: where it passed, outermost first. */
  trace: TraceLine[] | undefined;
  constructor(readonly type: PyClass) {}
}
export interface TraceLine {
  readonly file: string;
  readonly line: number;
  readonly name: string;
}
/** A function's variables, and those around it. */
export class Scope {
  readonly names: Names = new Map();
  constructor(readonly outer: Scope | undefined) {}
}
export class PyFunction {
  readonly names: Names = new Map();
  constructor(
    public name: string,
    readonly code: Code,
    readonly globals: Names,
    readonly scope: Scope | undefined,
    /** Defaults by parameter. */
    readonly fallbacks: ReadonlyMap<string, Value>,
  ) {}
}
export class PyMethod {
  constructor(
    readonly fn: Value,
    readonly self: Value,
  ) {}
}
export type Keywords = ReadonlyMap<string, Value>;
export type Native = (vm: Vm, args: readonly Value[], named: Keywords) => Value | Sys<Value>;
/** A function written in TypeScript. Module level only, frozen. */
export class PyBuiltin {
  constructor(
    readonly name: string,
    readonly run: Native,
    /** Answers a generator, because it makes system calls or runs Python code. */
    readonly works: boolean,
  ) {
    Object.freeze(this);
  }
}
/** property, staticmethod, classmethod */
export class PyWrapper {
  constructor(
    readonly kind: 'property' | 'staticmethod' | 'classmethod',
    readonly fn: Value,
    readonly setter: Value = null,
  ) {}
}
export class PySuper {
  constructor(
    readonly after: PyClass,
    readonly self: Value,
  ) {}
}
/** Iterators of built-in types. `items` grows no more, or is looked at live (a list). */
export class PyIterator {
  at = 0;
  constructor(
    readonly kind: 'items' | 'list' | 'range' | 'zip' | 'enumerate' | 'map' | 'filter' | 'callable',
    readonly source: Value | readonly Value[],
    readonly fn: Value = null,
  ) {}
}
export class PyGenerator {
  state: 'new' | 'waiting' | 'running' | 'over' = 'new';
  /** Kept while it does not run. */
  frame: unknown;
  /** What it returned. */
  result: Value = null;
  constructor(readonly name: string) {}
}
/** NotImplemented, Ellipsis. */
export class PySingleton {
  constructor(readonly name: string) {
    Object.freeze(this);
  }
}
export const NOT_IMPLEMENTED = new PySingleton('NotImplemented');
export const ELLIPSIS = new PySingleton('Ellipsis');

export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PyFloat
  | PyList
  | PyTuple
  | PyDict
  | PySet
  | PyRange
  | PySlice
  | PyModule
  | PyClass
  | PyObject
  | PyFunction
  | PyMethod
  | PyBuiltin
  | PyWrapper
  | PySuper
  | PyIterator
  | PyGenerator
  | PySingleton;

/** A Python exception on its way through our own code. */
export class Raised extends Error {
  override readonly name = 'Raised';
  /** `again`: it is raised anew, so this frame already stands in its trace. */
  constructor(
    readonly value: PyObject,
    readonly again = false,
  ) {
    super(value.type.name);
  }
}

/** C3 linearization, as `Objects/typeobject.c`. */
function linearize(own: PyClass, bases: readonly PyClass[]): readonly PyClass[] {
  const lists = [...bases.map((base) => [...base.order]), [...bases]];
  const order: PyClass[] = [own];
  for (;;) {
    const left = lists.filter((list) => list.length > 0);
    if (left.length === 0) return order;
    const head = left.find(([first]) => !left.some((list) => list.indexOf(first!) > 0))?.[0];
    const next = head ?? left[0]![0]!;
    order.push(next);
    for (const list of left) {
      const at = list.indexOf(next);
      if (at >= 0) list.splice(at, 1);
    }
  }
}

export const float = (value: number): PyFloat => new PyFloat(value);
export const list = (items: Value[]): PyList => new PyList(items);
export const tuple = (...items: Value[]): PyTuple => new PyTuple(items);

/** An int of any size in its smallest form. */
export function int(value: bigint): number | bigint {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

export function isInt(value: Value): value is number | bigint | boolean {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';
}

export function isSubclass(type: PyClass, of: PyClass): boolean {
  return type.order.includes(of);
}

export function lookup(type: PyClass, name: string): Value | undefined {
  for (const each of type.order) {
    const found = each.names.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}
