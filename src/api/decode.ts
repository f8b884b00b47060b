/**
 * Request bodies: JSON against a declared Go type, with the errors of Go's `json.Unmarshal` and of
 * dockerd's `httputils.ReadJSON`. A decoded value has the exact field names of the shape (Go takes
 * keys in any letter case), unknown fields are dropped.
 *
 * The engine has two families: the old calls (container create and update, auth) answer 500 with Go's
 * bare error, the newer ones 400 and `got EOF while reading request body`.
 */
import type { ApiCall, ApiError } from './http';
import { decodeFirstJson, isJsonFailure } from './go-json';

/** A Go type. `strings` is `strslice.StrSlice`: a list of strings, or one string. */
export type Shape =
  | 'string'
  | 'bool'
  | 'int'
  | 'int64'
  | 'uint64'
  | 'uint32'
  | 'uint16'
  | 'float64'
  | 'strings'
  | 'any'
  | { readonly list: Shape }
  | { readonly map: Shape }
  | StructShape;

export interface StructShape {
  /** Go's name with its package: `container.HostConfig`. */
  readonly struct: string;
  readonly fields: Readonly<Record<string, Shape>>;
}

/** Old calls, or the ones that use `httputils.ReadJSON`. */
export type BodyFamily = 'bare' | 'read-json';

export function isStruct(shape: Shape): shape is StructShape {
  return typeof shape === 'object' && 'struct' in shape;
}

/** `Content-Type` as `httputils.CheckForJSON` wants it; undefined when it is fine. */
export function checkJsonType(call: ApiCall): ApiError | undefined {
  const type = call.headers['content-type'] ?? '';
  if (type === '' && call.body.length === 0) return undefined;
  const media = type.split(';')[0]!.trim().toLowerCase();
  if (media === 'application/json') return undefined;
  const message = `Content-Type specified (${type}) must be 'application/json'`;
  return { status: 400, message };
}

/** The body as a value of that shape (null where the client sent `null`), or the error to answer. */
export function decodeBody(
  call: ApiCall,
  shape: Shape,
  family: BodyFamily,
): { readonly value: unknown } | ApiError {
  const wrongType = checkJsonType(call);
  if (wrongType) return wrongType;
  const status = family === 'bare' ? 500 : 400;
  const parsed = decodeFirstJson(call.bodyText());
  if (isJsonFailure(parsed)) {
    const eof = family === 'read-json' && parsed.failure === 'eof';
    return { status, message: eof ? 'got EOF while reading request body' : parsed.message };
  }
  const decoded = shapeValue(parsed.value, shape);
  return 'mismatch' in decoded ? { status, message: decoded.mismatch } : decoded;
}

/** A parsed value in the given shape, or Go's sentence for the first field that does not fit. */
export function shapeValue(
  value: unknown,
  shape: Shape,
): { readonly value: unknown } | { readonly mismatch: string } {
  const walk: Walk = { mismatch: undefined, path: [], holder: '' };
  const shaped = fit(value, shape, walk);
  return walk.mismatch === undefined ? { value: shaped } : { mismatch: walk.mismatch };
}

interface Walk {
  /** The first one counts; Go goes on with the other fields. */
  mismatch: string | undefined;
  /** Field names from the outermost struct; map keys and list indexes are not in it. */
  readonly path: string[];
  /** Name of the innermost struct, without its package. */
  holder: string;
}

function goType(shape: Shape): string {
  if (shape === 'any') return 'interface {}';
  if (shape === 'strings') return 'string';
  if (typeof shape === 'string') return shape;
  if ('list' in shape) return `[]${goType(shape.list)}`;
  if ('map' in shape) return `map[string]${goType(shape.map)}`;
  return shape.struct;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value;
}

function mismatch(value: unknown, shape: Shape, walk: Walk, detail = ''): undefined {
  if (walk.mismatch !== undefined) return undefined;
  const field = walk.path.length === 0 ? '' : `${walk.holder}.${walk.path.join('.')}`;
  const place = field === '' ? 'Go value' : `Go struct field ${field}`;
  walk.mismatch = `json: cannot unmarshal ${kindOf(value)}${detail} into ${place} of type ${goType(shape)}`;
  return undefined;
}

const INTEGER_LIMITS: Readonly<Record<string, readonly [number, number]>> = Object.freeze({
  int: [-(2 ** 63), 2 ** 63],
  int64: [-(2 ** 63), 2 ** 63],
  uint64: [0, 2 ** 64],
  uint32: [0, 2 ** 32 - 1],
  uint16: [0, 65535],
});

function fit(value: unknown, shape: Shape, walk: Walk): unknown {
  if (value === null) return shape === 'any' ? null : isStruct(shape) ? null : undefined;
  if (shape === 'any') return value;
  if (typeof shape === 'string') return fitScalar(value, shape, walk);
  if ('list' in shape) {
    if (!Array.isArray(value)) return mismatch(value, shape, walk);
    return value.map((item) => {
      const fitted = fit(item, shape.list, walk);
      return fitted === undefined ? zeroOf(shape.list) : fitted;
    });
  }
  if (typeof value !== 'object' || Array.isArray(value)) return mismatch(value, shape, walk);
  if ('map' in shape) {
    const out: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) {
      const fitted = fit(item, shape.map, walk);
      out[key] = fitted === undefined ? zeroOf(shape.map) : fitted;
    }
    return out;
  }
  return fitStruct(value as Record<string, unknown>, shape, walk);
}

function fitStruct(
  value: Record<string, unknown>,
  shape: StructShape,
  walk: Walk,
): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  const outer = walk.holder;
  for (const [key, item] of Object.entries(value)) {
    const name = key in shape.fields ? key : findFolded(shape, key);
    if (name === undefined) continue;
    walk.holder = shape.struct.slice(shape.struct.lastIndexOf('.') + 1);
    walk.path.push(name);
    const fitted = fit(item, shape.fields[name]!, walk);
    walk.path.pop();
    if (fitted !== undefined) out[name] = fitted;
  }
  walk.holder = outer;
  return out;
}

function findFolded(shape: StructShape, key: string): string | undefined {
  const wanted = key.toLowerCase();
  return Object.keys(shape.fields).find((name) => name.toLowerCase() === wanted);
}

function fitScalar(value: unknown, shape: Shape & string, walk: Walk): unknown {
  if (shape === 'strings') {
    if (typeof value === 'string') return [value];
    if (!Array.isArray(value)) return mismatch(value, 'string', walk);
    return value.map((item) => fitScalar(item ?? '', 'string', walk));
  }
  if (shape === 'string') return typeof value === 'string' ? value : mismatch(value, shape, walk);
  if (shape === 'bool') return typeof value === 'boolean' ? value : mismatch(value, shape, walk);
  if (typeof value !== 'number') return mismatch(value, shape, walk);
  if (shape === 'float64') return value;
  const [low, high] = INTEGER_LIMITS[shape]!;
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  return mismatch(value, shape, walk, ` ${value}`);
}

function zeroOf(shape: Shape): unknown {
  if (shape === 'string') return '';
  if (shape === 'bool') return false;
  if (shape === 'any' || shape === 'strings' || typeof shape === 'object') return null;
  return 0;
}

/** Go's `strconv.Atoi` with its error. */
export function parseAtoi(text: string): number | { readonly message: string } {
  if (!/^[+-]?[0-9]+$/.test(text))
    return { message: `strconv.Atoi: parsing ${goQuote(text)}: invalid syntax` };
  const value = Number(text);
  // Go's int has 64 bits; a double cannot tell 2^63 from the few values below it.
  if (Math.abs(value) > 2 ** 63)
    return { message: `strconv.Atoi: parsing ${goQuote(text)}: value out of range` };
  return value;
}

/** A text as Go's `%q` prints it. */
export function goQuote(text: string): string {
  return JSON.stringify(text);
}
