/**
 * Evaluates jq's filters: each is a stream of results. A result knows its path in the input as long as
 * the filter only points into it, which is what assignments, `del` and `path` need.
 */
import { callNative, NATIVE } from './functions';
import { isArray, isObject, JqError, toText, typeName, type Json } from './json';
import {
  binary,
  deletePaths,
  formatValue,
  getPath,
  indexValue,
  setPath,
  sliceValue,
} from './operations';
import { PRELUDE } from './prelude';
import { parseDefinitions, type Definition, type Filter, type Pattern } from './syntax';

export type Path = readonly Json[];
export interface Result {
  readonly value: Json;
  readonly path: Path | undefined;
}
export type Results = Generator<Result, void, undefined>;

interface Closure {
  readonly filter: Filter;
  readonly scope: Scope;
  readonly parameters: readonly string[];
  /** Undefined for a function's argument, which sees only its own scope. */
  readonly name: string;
}

/** What names mean; inner scopes hide outer ones. */
export class Scope {
  constructor(
    readonly outer: Scope | undefined,
    readonly variables: ReadonlyMap<string, Json>,
    readonly functions: ReadonlyMap<string, Closure>,
    /** Calls within calls. */
    readonly depth: number = outer?.depth ?? 0,
    /** Reads a further input. */
    readonly more: () => Json | undefined = outer?.more ?? (() => undefined),
  ) {}

  variable(name: string): Json {
    const value = this.variables.get(name);
    if (value !== undefined) return value;
    if (!this.outer) throw new JqError(`$${name} is not defined`);
    return this.outer.variable(name);
  }

  closure(name: string): Closure | undefined {
    return this.functions.get(name) ?? this.outer?.closure(name);
  }

  with(variables: ReadonlyMap<string, Json>): Scope {
    return new Scope(this, variables, NONE);
  }

  define(made: Definition): Scope {
    const functions = new Map<string, Closure>();
    const scope = new Scope(this, NO_VALUES, functions);
    functions.set(`${made.name}/${made.parameters.length}`, {
      filter: made.body,
      scope,
      parameters: made.parameters,
      name: made.name,
    });
    return scope;
  }
}

const NONE: ReadonlyMap<string, Closure> = new Map();
const NO_VALUES: ReadonlyMap<string, Json> = new Map();

const isTrue = (v: Json) => v !== null && v !== false;
const extend = (path: Path | undefined, key: Json): Path | undefined => path && [...path, key];

/** Recursion deeper than this is a program's mistake. */
const MAX_DEPTH = 1000;

export function* evaluate(f: Filter, scope: Scope, input: Result): Results {
  switch (f.kind) {
    case 'identity':
      yield input;
      return;
    case 'descend':
      yield* descend(input);
      return;
    case 'literal':
      yield plain(f.value);
      return;
    case 'variable':
      yield plain(scope.variable(f.name));
      return;
    case 'index':
    case 'slice':
    case 'each':
      yield* point(f, scope, input);
      return;
    case 'pipe':
      for (const left of evaluate(f.left, scope, input)) yield* evaluate(f.right, scope, left);
      return;
    case 'comma':
      yield* evaluate(f.left, scope, input);
      yield* evaluate(f.right, scope, input);
      return;
    case 'default':
      yield* alternative(f.left, f.right, scope, input);
      return;
    case 'if':
      for (const test of evaluate(f.test, scope, unpathed(input))) {
        if (isTrue(test.value)) yield* evaluate(f.yes, scope, input);
        else if (f.no) yield* evaluate(f.no, scope, input);
        else yield input;
      }
      return;
    case 'try':
      yield* attempt(f.body, f.handler, scope, input);
      return;
    case 'bind':
      for (const { value } of evaluate(f.source, scope, unpathed(input)))
        for (const bound of bind(f.pattern, value, scope))
          yield* evaluate(f.body, scope.with(bound), input);
      return;
    case 'define':
      yield* evaluate(f.rest, scope.define(f.made), input);
      return;
    case 'reduce':
    case 'foreach':
      yield* fold(f, scope, input);
      return;
    case 'call':
      yield* call(f.name, f.args, scope, input);
      return;
    default:
      for (const value of compute(f, scope, input.value)) yield plain(value);
  }
}

const plain = (value: Json): Result => ({ value, path: undefined });
const unpathed = (r: Result): Result => plain(r.value);

export function* values(f: Filter, scope: Scope, input: Json): Generator<Json, void, undefined> {
  for (const { value } of evaluate(f, scope, plain(input))) yield value;
}

function* descend(input: Result): Results {
  yield input;
  for (const [key, value] of entriesOf(input.value))
    yield* descend({ value, path: extend(input.path, key) });
}

function* entriesOf(value: Json): Generator<readonly [Json, Json], void, undefined> {
  if (isArray(value)) yield* value.entries();
  else if (isObject(value)) yield* value.entries();
}

function* point(
  f: Extract<Filter, { kind: 'index' | 'slice' | 'each' }>,
  scope: Scope,
  input: Result,
): Results {
  for (const of of evaluate(f.of, scope, input)) {
    if (f.kind === 'each') {
      if (!isArray(of.value) && !isObject(of.value)) {
        const shown = of.value === null ? '' : ` (${short(of.value)})`;
        throw new JqError(`Cannot iterate over ${typeName(of.value)}${shown}`);
      }
      for (const [key, value] of entriesOf(of.value)) yield { value, path: extend(of.path, key) };
    } else if (f.kind === 'index') {
      for (const key of values(f.key, scope, input.value))
        yield { value: indexValue(of.value, key), path: extend(of.path, key) };
    } else {
      for (const to of f.to ? values(f.to, scope, input.value) : [null])
        for (const from of f.from ? values(f.from, scope, input.value) : [null]) {
          const key = new Map<string, Json>([
            ['start', from],
            ['end', to],
          ]);
          yield { value: sliceValue(of.value, from, to), path: extend(of.path, key) };
        }
    }
  }
}

/** Values are cut in messages. */
export function short(value: Json): string {
  const text = toText(value);
  return text.length > 11 ? `${text.slice(0, 10)}...` : text;
}

function* alternative(left: Filter, right: Filter, scope: Scope, input: Result): Results {
  let any = false;
  try {
    for (const result of evaluate(left, scope, input)) {
      if (!isTrue(result.value)) continue;
      any = true;
      yield result;
    }
  } catch (error) {
    if (!(error instanceof JqError)) throw error;
  }
  if (!any) yield* evaluate(right, scope, input);
}

function* attempt(body: Filter, handler: Filter | undefined, scope: Scope, input: Result): Results {
  try {
    yield* evaluate(body, scope, input);
  } catch (error) {
    if (!(error instanceof JqError)) throw error;
    if (handler) yield* evaluate(handler, scope, plain(error.value));
  }
}

function* bind(
  pattern: Pattern,
  value: Json,
  scope: Scope,
): Generator<Map<string, Json>, void, undefined> {
  if (pattern.kind === 'name') {
    yield new Map([[pattern.name, value]]);
    return;
  }
  const parts: (readonly [Json, Pattern])[] =
    pattern.kind === 'list'
      ? pattern.items.map((p, i) => [i, p] as const)
      : pattern.entries.map(([key, p]) => [[...values(key, scope, value)][0] ?? null, p] as const);
  let all: Map<string, Json>[] = [new Map()];
  for (const [key, part] of parts) {
    const inner = value === null ? null : indexValue(value, key);
    const next: Map<string, Json>[] = [];
    for (const bound of bind(part, inner, scope))
      for (const one of all) next.push(new Map([...one, ...bound]));
    all = next;
  }
  yield* all;
}

function* fold(
  f: Extract<Filter, { kind: 'reduce' | 'foreach' }>,
  scope: Scope,
  input: Result,
): Results {
  for (const first of values(f.first, scope, input.value)) {
    let state: Json = first;
    for (const item of values(f.source, scope, input.value)) {
      for (const bound of bind(f.pattern, item, scope)) {
        const inner = scope.with(bound);
        let last: Json = null;
        for (const value of values(f.update, inner, state)) {
          last = value;
          if (f.kind === 'reduce') continue;
          if (f.extract) for (const shown of values(f.extract, inner, value)) yield plain(shown);
          else yield plain(value);
        }
        state = last;
      }
    }
    if (f.kind === 'reduce') yield plain(state);
  }
}

function* call(name: string, args: readonly Filter[], scope: Scope, input: Result): Results {
  const key = `${name}/${args.length}`;
  const closure = scope.closure(key);
  if (closure) {
    yield* apply(closure, args, scope, input);
    return;
  }
  yield* builtIn(key, args, scope, input);
}

function* apply(closure: Closure, args: readonly Filter[], scope: Scope, input: Result): Results {
  let bound: Map<string, Json>[] = [new Map()];
  const functions = new Map<string, Closure>();
  for (const [i, parameter] of closure.parameters.entries()) {
    const argument: Closure = { filter: args[i]!, scope, parameters: [], name: '' };
    const plainName = parameter.replace(/^\$/, '');
    functions.set(`${plainName}/0`, argument);
    if (plainName === parameter) continue;
    const next: Map<string, Json>[] = [];
    for (const value of values(args[i]!, scope, input.value))
      for (const one of bound) next.push(new Map([...one, [plainName, value]]));
    bound = next;
  }
  const depth = scope.depth + 1;
  if (depth > MAX_DEPTH) throw new JqError('Recursion too deep');
  for (const variables of bound)
    yield* evaluate(closure.filter, new Scope(closure.scope, variables, functions, depth), input);
}

/** Functions that need filters, not values, as arguments. */
function* builtIn(key: string, args: readonly Filter[], scope: Scope, input: Result): Results {
  switch (key) {
    case 'empty/0':
      return;
    case 'error/0':
      throw new JqError(input.value);
    case 'path/1':
      for (const { path } of evaluate(args[0]!, scope, { value: input.value, path: [] })) {
        if (!path) throw new JqError('Invalid path expression');
        yield plain(path);
      }
      return;
    case 'getpath/1':
      for (const path of values(args[0]!, scope, input.value))
        yield {
          value: getPath(input.value, path as Path),
          path: input.path && [...input.path, ...(path as Path)],
        };
      return;
    case 'limit/2':
      for (const count of values(args[0]!, scope, input.value)) {
        let left = Number(count);
        if (left <= 0) continue;
        for (const result of evaluate(args[1]!, scope, input)) {
          yield result;
          if (--left === 0) break;
        }
      }
      return;
    case 'first/1':
      for (const result of evaluate(args[0]!, scope, input)) {
        yield result;
        return;
      }
      return;
    case 'isempty/1':
      for (const _ of evaluate(args[0]!, scope, input)) {
        yield plain(false);
        return;
      }
      yield plain(true);
      return;
    case 'env/0':
      yield plain(scope.variable('ENV'));
      return;
    case 'input/0':
    case 'inputs/0':
      yield* readMore(key, scope);
      return;
  }
  if (!NATIVE.has(key)) throw new JqError(`${key} is not defined`);
  for (const given of product(args, scope, input.value))
    yield plain(callNative(key, input.value, given));
}

function* readMore(key: string, scope: Scope): Results {
  for (;;) {
    const value = scope.more();
    if (value === undefined) {
      if (key === 'input/0') throw new JqError('No more inputs');
      return;
    }
    yield plain(value);
    if (key === 'input/0') return;
  }
}

/** Every combination of the arguments' values. */
function* product(
  args: readonly Filter[],
  scope: Scope,
  input: Json,
): Generator<Json[], void, undefined> {
  if (args.length === 0) {
    yield [];
    return;
  }
  for (const last of values(args.at(-1)!, scope, input))
    for (const before of product(args.slice(0, -1), scope, input)) yield [...before, last];
}

type Computed = Extract<
  Filter,
  { kind: 'text' | 'format' | 'and' | 'or' | 'binary' | 'update' | 'negative' | 'array' | 'object' }
>;

function* compute(f: Computed, scope: Scope, input: Json): Generator<Json, void, undefined> {
  switch (f.kind) {
    case 'text':
      yield* interpolate(f.parts, f.format ?? '@text', scope, input);
      return;
    case 'format':
      yield formatValue(f.name, input);
      return;
    case 'negative':
      for (const value of values(f.of, scope, input)) {
        if (typeof value !== 'number')
          throw new JqError(`${typeName(value)} (${short(value)}) cannot be negated`);
        yield -value;
      }
      return;
    case 'array':
      yield f.of ? [...values(f.of, scope, input)] : [];
      return;
    case 'object':
      yield* construct(f.entries, scope, input);
      return;
    case 'and':
    case 'or':
      for (const left of values(f.left, scope, input)) {
        if (isTrue(left) === (f.kind === 'or')) yield f.kind === 'or';
        else for (const right of values(f.right, scope, input)) yield isTrue(right);
      }
      return;
    case 'binary':
      for (const right of values(f.right, scope, input))
        for (const left of values(f.left, scope, input)) yield binary(f.op, left, right);
      return;
    case 'update':
      yield* update(f.op, f.left, f.right, scope, input);
  }
}

function* interpolate(
  parts: readonly (string | Filter)[],
  format: string,
  scope: Scope,
  input: Json,
): Generator<string, void, undefined> {
  const [first, ...rest] = parts;
  if (first === undefined) {
    yield '';
    return;
  }
  for (const tail of interpolate(rest, format, scope, input)) {
    if (typeof first === 'string') yield first + tail;
    else for (const value of values(first, scope, input)) yield formatValue(format, value) + tail;
  }
}

function* construct(
  entries: readonly (readonly [Filter, Filter])[],
  scope: Scope,
  input: Json,
): Generator<Json, void, undefined> {
  let all: Map<string, Json>[] = [new Map()];
  for (const [keyFilter, valueFilter] of entries) {
    const next: Map<string, Json>[] = [];
    for (const one of all)
      for (const key of values(keyFilter, scope, input)) {
        if (typeof key !== 'string') throw new JqError(`Object keys must be strings`);
        for (const value of values(valueFilter, scope, input))
          next.push(new Map([...one, [key, value]]));
      }
    all = next;
  }
  yield* all;
}

function pathsOf(f: Filter, scope: Scope, input: Json): Path[] {
  return [...evaluate(f, scope, { value: input, path: [] })].map(({ path }) => {
    if (!path) throw new JqError('Invalid path expression');
    return path;
  });
}

function* update(
  op: string,
  left: Filter,
  right: Filter,
  scope: Scope,
  input: Json,
): Generator<Json, void, undefined> {
  if (op === '|=') {
    let result = input;
    const gone: Path[] = [];
    for (const path of pathsOf(left, scope, input)) {
      const [value] = values(right, scope, getPath(result, path));
      if (value === undefined) gone.push(path);
      else result = setPath(result, path, value);
    }
    yield deletePaths(result, gone);
    return;
  }
  for (const value of values(right, scope, input)) {
    let result = input;
    for (const path of pathsOf(left, scope, input)) {
      const before = getPath(result, path);
      const next =
        op === '='
          ? value
          : op === '//='
            ? isTrue(before)
              ? before
              : value
            : binary(op.slice(0, -1), before, value);
      result = setPath(result, path, next);
    }
    yield result;
  }
}

let prelude: Scope | undefined;

export function baseScope(
  variables: ReadonlyMap<string, Json>,
  more: () => Json | undefined,
): Scope {
  if (!prelude) {
    const functions = new Map<string, Closure>();
    prelude = new Scope(undefined, NO_VALUES, functions);
    for (const made of parseDefinitions(PRELUDE))
      functions.set(`${made.name}/${made.parameters.length}`, {
        filter: made.body,
        scope: prelude,
        parameters: made.parameters,
        name: made.name,
      });
  }
  return new Scope(prelude, variables, NONE, 0, more);
}

/** Names of functions that nothing defines, for the complaint before the run. */
export function knows(scope: Scope, key: string): boolean {
  return (
    scope.closure(key) !== undefined ||
    NATIVE.has(key) ||
    /^(empty|error|env|input|inputs)\/0$|^(path|getpath|first|isempty)\/1$|^limit\/2$/.test(key)
  );
}
