/** Texts of values: `repr`, `str`, and how CPython writes numbers and quotes (`Objects/*object.c`). */
import type { Sys } from '../../kernel';
import { special } from './attributes';
import { argsOf } from './calling';
import { BASE_EXCEPTION, plain, typeError, typeOf } from './classes';
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
  PyTuple,
  isSubclass,
  type Value,
} from './values';
import type { Vm } from './vm';

/** Values within values, before it is given up as CPython does. */
const DEPTH_MAX = 150;

export function floatText(x: number): string {
  if (Number.isNaN(x)) return 'nan';
  if (!Number.isFinite(x)) return x > 0 ? 'inf' : '-inf';
  if (Object.is(x, -0)) return '-0.0';
  const [digits, power] = x.toExponential().split('e') as [string, string];
  const exponent = Number(power);
  if (exponent >= 16 || exponent < -4) {
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${digits}e${exponent < 0 ? '-' : '+'}${size}`;
  }
  const text =
    exponent < 0
      ? x.toFixed(Math.min(100, digits.replace(/^-?\d\.?/, '').length - exponent))
      : String(x);
  return text.includes('.') ? text : `${text}.0`;
}

export function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  // oxlint-disable-next-line no-control-regex -- these are what must be escaped
  const body = text.replace(/[\\'"\x00-\x1f\x7f-\xa0\xad]/g, (c) => {
    if (c === '\\') return '\\\\';
    if (c === quote) return `\\${c}`;
    if (c === "'" || c === '"') return c;
    if (c === '\n') return '\\n';
    if (c === '\r') return '\\r';
    if (c === '\t') return '\\t';
    return `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return quote + body + quote;
}

export function bytesText(bytes: Uint8Array): string {
  const text = [...bytes].map((b) => String.fromCharCode(b)).join('');
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = '';
  for (const c of text) {
    const code = c.charCodeAt(0);
    if (c === '\\' || c === quote) out += `\\${c}`;
    else if (c === '\n') out += '\\n';
    else if (c === '\r') out += '\\r';
    else if (c === '\t') out += '\\t';
    else if (code < 32 || code > 126) out += `\\x${code.toString(16).padStart(2, '0')}`;
    else out += c;
  }
  return `b${quote}${out}${quote}`;
}

const ADDRESSES = 'ids';
/** A number that stays the same for an object: `id()`, and what `repr` shows. */
export function idOf(vm: Vm, v: Value): number {
  if (typeof v === 'number') return 139_900_000_000_000 + v * 32;
  let ids = vm.held.get(ADDRESSES) as Map<Value, number> | undefined;
  if (!ids) vm.held.set(ADDRESSES, (ids = new Map()));
  let id = ids.get(v);
  if (id === undefined) ids.set(v, (id = vm.nextId += 48));
  return id;
}
const address = (vm: Vm, v: Value) => `0x${idOf(vm, v).toString(16)}`;

export function* repr(vm: Vm, v: Value, depth = 0): Sys<string> {
  switch (typeof v) {
    case 'string':
      return quoted(v);
    case 'number':
    case 'bigint':
      return String(v);
    case 'boolean':
      return v ? 'True' : 'False';
  }
  if (v === null) return 'None';
  if (v instanceof PyFloat) return floatText(v.value);
  if (v instanceof Uint8Array) return bytesText(v);
  if (depth > DEPTH_MAX) return '...';
  if (v instanceof PyList) return `[${yield* reprs(vm, v.items, depth)}]`;
  if (v instanceof PyTuple)
    return `(${yield* reprs(vm, v.items, depth)}${v.items.length === 1 ? ',' : ''})`;
  if (v instanceof PyDict) return yield* reprDict(vm, v, depth);
  if (v instanceof PySet) {
    const text = v.entries.size > 0 ? `{${yield* reprs(vm, [...v.entries.values()], depth)}}` : '';
    return v.frozen ? `frozenset(${text})` : text || 'set()';
  }
  if (v instanceof PySlice) return `slice(${yield* reprs(vm, [v.start, v.stop, v.step], depth)})`;
  if (v instanceof PyObject) return yield* reprObject(vm, v, depth);
  return reprOther(vm, v);
}

function* reprs(vm: Vm, items: readonly Value[], depth: number): Sys<string> {
  const texts: string[] = [];
  for (const item of items) texts.push(yield* repr(vm, item, depth + 1));
  return texts.join(', ');
}

function* reprDict(vm: Vm, dict: PyDict, depth: number): Sys<string> {
  const texts: string[] = [];
  for (const [key, value] of dict.entries.values()) {
    const name = yield* repr(vm, key, depth + 1);
    texts.push(`${name}: ${yield* repr(vm, value, depth + 1)}`);
  }
  return `{${texts.join(', ')}}`;
}

function* reprObject(vm: Vm, v: PyObject, depth: number): Sys<string> {
  const method = special(v, '__repr__');
  if (method !== undefined) {
    const text = yield* vm.call(method, []);
    if (typeof text !== 'string')
      throw typeError(`__repr__ returned non-string (type ${typeOf(text).name})`);
    return text;
  }
  if (v.inner !== undefined) return yield* repr(vm, v.inner, depth);
  if (isSubclass(v.type, BASE_EXCEPTION)) {
    const args = argsOf(v);
    return `${v.type.name}(${yield* reprs(vm, args, depth)})`;
  }
  const module = v.type.module === 'builtins' ? '' : `${v.type.module}.`;
  return `<${module}${v.type.name} object at ${address(vm, v)}>`;
}

function reprOther(vm: Vm, v: Value): string {
  if (v instanceof PyClass)
    return `<class '${v.module === 'builtins' ? '' : `${v.module}.`}${v.name}'>`;
  if (v instanceof PyFunction) return `<function ${v.name} at ${address(vm, v)}>`;
  if (v instanceof PyBuiltin) return `<built-in function ${v.name.replace(/^@/, '')}>`;
  if (v instanceof PyMethod) {
    const name = v.fn instanceof PyFunction || v.fn instanceof PyBuiltin ? v.fn.name : '?';
    const type = typeOf(v.self).name;
    if (v.fn instanceof PyFunction)
      return `<bound method ${type}.${name} of ${reprOther(vm, v.self)}>`;
    return `<built-in method ${name} of ${type} object at ${address(vm, v.self)}>`;
  }
  if (v instanceof PyModule) {
    const file = v.names.get('__file__');
    return `<module '${v.name}' ${typeof file === 'string' ? `from '${file}'` : '(built-in)'}>`;
  }
  if (v instanceof PyRange)
    return `range(${v.start}, ${v.stop}${v.step === 1 ? '' : `, ${v.step}`})`;
  if (v instanceof PySingleton) return v.name;
  if (v instanceof PyGenerator) return `<generator object ${v.name} at ${address(vm, v)}>`;
  if (v instanceof PyIterator) return `<${typeOf(v).name} object at ${address(vm, v)}>`;
  return `<${typeOf(v).name} object at ${address(vm, v)}>`;
}

export function* str(vm: Vm, v: Value): Sys<string> {
  if (typeof v === 'string') return v;
  if (!(v instanceof PyObject)) return yield* repr(vm, v);
  const method = special(v, '__str__');
  if (method !== undefined) {
    const text = yield* vm.call(method, []);
    if (typeof text === 'string') return text;
    throw typeError(`__str__ returned non-string (type ${typeOf(text).name})`);
  }
  if (typeof v.inner === 'string' && special(v, '__repr__') === undefined) return v.inner;
  if (isSubclass(v.type, BASE_EXCEPTION) && special(v, '__repr__') === undefined)
    return yield* errorText(vm, v);
  return yield* repr(vm, v);
}

/** What stands behind the colon of a traceback's last line. */
function* errorText(vm: Vm, v: PyObject): Sys<string> {
  const args = argsOf(v);
  if (v.names.has('strerror') && args.length >= 2) {
    const file = v.names.get('filename');
    const tail = file === null || file === undefined ? '' : `: ${yield* repr(vm, file)}`;
    return `[Errno ${yield* str(vm, args[0]!)}] ${yield* str(vm, args[1]!)}${tail}`;
  }
  if (args.length === 0) return '';
  if (args.length > 1) return yield* repr(vm, new PyTuple(args));
  return v.type.name === 'KeyError' ? yield* repr(vm, args[0]!) : yield* str(vm, args[0]!);
}

/** An int of any size, or undefined: what can be an index. */
export function asIndex(value: Value): number | undefined {
  const v = plain(value);
  if (typeof v === 'number') return v;
  if (typeof v === 'boolean') return v ? 1 : 0;
  return typeof v === 'bigint' ? Number(v) : undefined;
}
