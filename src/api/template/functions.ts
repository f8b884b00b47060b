/**
 * The functions a template may call: Go's own and the ones that Docker's client adds (docker/cli:
 * templates/templates.go). A function throws a plain Error with Go's words; exec.ts says where.
 */
import { sprintf } from './printf';
import {
  GoDuration,
  compareText,
  isGoObject,
  isMap,
  isTrue,
  printValue,
  sortedKeys,
  toJsonText,
  typeName,
} from './values';

export type TemplateFunction = (...args: readonly unknown[]) => unknown;

/** A function's own complaint; the executor adds place and name. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
}

const text = (value: unknown): string => {
  if (typeof value === 'string') return value;
  throw new FunctionError(`wrong type for value; expected string; got ${typeName(value)}`);
};
const whole = (value: unknown): number => {
  if (typeof value === 'number') return value;
  throw new FunctionError(`wrong type for value; expected int; got ${typeName(value)}`);
};

/** `fmt.Sprint`: blanks between operands where neither is a string. */
function sprint(args: readonly unknown[]): string {
  let out = '';
  args.forEach((arg, i) => {
    if (i > 0 && typeof arg !== 'string' && typeof args[i - 1] !== 'string') out += ' ';
    out += printValue(arg);
  });
  return out;
}

function length(value: unknown): number {
  if (typeof value === 'string') return [...value].length;
  if (Array.isArray(value)) return value.length;
  if (isMap(value)) return Object.keys(value).length;
  if (value === null || value === undefined) throw new FunctionError('len of nil pointer');
  throw new FunctionError(`len of type ${typeName(value)}`);
}

function index(item: unknown, ...keys: readonly unknown[]): unknown {
  let value = item;
  for (const key of keys) {
    if (Array.isArray(value)) {
      if (typeof key !== 'number')
        throw new FunctionError(`cannot index slice/array with type ${typeName(key)}`);
      if (key < 0 || key >= value.length)
        throw new FunctionError(`reflect: slice index out of range`);
      value = value[key];
    } else if (isMap(value)) {
      if (typeof key !== 'string')
        throw new FunctionError(`value has type ${typeName(key)}; should be string`);
      value = Object.hasOwn(value, key) ? value[key] : undefined;
    } else if (value === null || value === undefined) {
      throw new FunctionError('index of untyped nil');
    } else {
      throw new FunctionError(`can't index item of type ${typeName(value)}`);
    }
  }
  return value;
}

function slice(item: unknown, from?: unknown, to?: unknown): unknown {
  const start = from === undefined ? 0 : whole(from);
  if (typeof item !== 'string' && !Array.isArray(item))
    throw new FunctionError(`can't slice item of type ${typeName(item)}`);
  const end = to === undefined ? item.length : whole(to);
  if (start < 0 || start > item.length) throw new FunctionError(`index out of range: ${start}`);
  if (end < 0 || end > item.length) throw new FunctionError(`index out of range: ${end}`);
  return item.slice(start, end);
}

const scalar = (value: unknown): string | number | boolean | null => {
  if (value instanceof GoDuration) return value.nanoseconds;
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  throw new FunctionError('non-comparable type for comparison');
};

function equal(a: unknown, b: unknown): boolean {
  const left = scalar(a);
  const right = scalar(b);
  if (left !== null && right !== null && typeof left !== typeof right)
    throw new FunctionError('incompatible types for comparison');
  return left === right;
}

function less(a: unknown, b: unknown): boolean {
  const left = scalar(a);
  const right = scalar(b);
  if (typeof left !== typeof right) throw new FunctionError('incompatible types for comparison');
  if (typeof left === 'string') return compareText(left, right as string) < 0;
  if (typeof left === 'number') return left < (right as number);
  throw new FunctionError('invalid type for comparison');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

const GO_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  len: length,
  index,
  slice,
  not: (value) => !isTrue(value),
  print: (...args) => sprint(args),
  println: (...args) => `${args.map(printValue).join(' ')}\n`,
  printf: (format, ...args) => sprintf(text(format), args),
  html: (...args) => sprint(args).replace(/["'&<>]/g, (ch) => ESCAPES[ch]!),
  js: (...args) => JSON.stringify(sprint(args)).slice(1, -1).replace(/'/g, "\\'"),
  urlquery: (...args) => encodeURIComponent(sprint(args)).replace(/%20/g, '+'),
  eq: (first, ...others) => {
    if (others.length === 0) throw new FunctionError('missing argument for comparison');
    return others.some((other) => equal(first, other));
  },
  ne: (a, b) => !equal(a, b),
  lt: (a, b) => less(a, b),
  le: (a, b) => less(a, b) || equal(a, b),
  gt: (a, b) => !less(a, b) && !equal(a, b),
  ge: (a, b) => !less(a, b),
  call: () => {
    throw new FunctionError('non-function of type string');
  },
};

const DOCKER_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  json: (value) => toJsonText(value),
  split: (value, separator) => text(value).split(text(separator)),
  join: (list, separator) => {
    if (!Array.isArray(list))
      throw new FunctionError(`wrong type for value; expected []string; got ${typeName(list)}`);
    return list.map((item) => printValue(item)).join(text(separator));
  },
  title: (value) =>
    text(value).replace(
      /(^|[^\p{L}\p{Nd}_'])(\p{L})/gu,
      (_all, before: string, first: string) => before + first.toUpperCase(),
    ),
  lower: (value) => text(value).toLowerCase(),
  upper: (value) => text(value).toUpperCase(),
  pad: (value, before, after) => {
    const source = text(value);
    return source === '' ? '' : ' '.repeat(whole(before)) + source + ' '.repeat(whole(after));
  },
  truncate: (value, count) => text(value).slice(0, Math.max(0, whole(count))),
};

/** All functions for rows of data. */
export const FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map([
  ...Object.entries(GO_FUNCTIONS),
  ...Object.entries(DOCKER_FUNCTIONS),
]);

/** For the header of a table: Docker's functions leave the title as it is. */
export const HEADER_FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map([
  ...Object.entries(GO_FUNCTIONS),
  ...Object.keys(DOCKER_FUNCTIONS).map((name): [string, TemplateFunction] => [
    name,
    (value) => value,
  ]),
]);

/** Names that the parser accepts: the functions, and the two that evaluate lazily. */
export const FUNCTION_NAMES: ReadonlySet<string> = new Set([...FUNCTIONS.keys(), 'and', 'or']);

/** Items of a `range`, with their key; undefined for what cannot be ranged over. */
export function rangeItems(value: unknown): readonly (readonly [unknown, unknown])[] | undefined {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.map((item, i): [unknown, unknown] => [i, item]);
  if (isGoObject(value) || !isMap(value)) return undefined;
  const map = value;
  return sortedKeys(map).map((key): [unknown, unknown] => [key, map[key]]);
}
