/** What jq does with values: arithmetic, indexes, paths, formats. */
import { toBase64, encodeUtf8, fromBase64, decodeUtf8 } from '../../../base';
import { compareJson, isArray, isObject, JqError, toText, typeName, type Json } from './json';

const describe = (v: Json) => {
  const text = toText(v);
  return `${typeName(v)} (${text.length > 11 ? `${text.slice(0, 10)}...` : text})`;
};

export function binary(op: string, a: Json, b: Json): Json {
  switch (op) {
    case '+':
      return add(a, b);
    case '-':
      if (typeof a === 'number' && typeof b === 'number') return a - b;
      if (isArray(a) && isArray(b)) return a.filter((x) => !b.some((y) => compareJson(x, y) === 0));
      throw new JqError(`${describe(a)} and ${describe(b)} cannot be subtracted`);
    case '*':
      return multiply(a, b);
    case '/':
      return divide(a, b);
    case '%': {
      if (typeof a !== 'number' || typeof b !== 'number')
        throw new JqError(`${describe(a)} and ${describe(b)} cannot be divided`);
      if (Math.trunc(b) === 0)
        throw new JqError(
          `${describe(a)} and ${describe(b)} cannot be divided because the divisor is zero`,
        );
      return (Math.trunc(a) % Math.trunc(b)) + 0;
    }
  }
  const order = compareJson(a, b);
  switch (op) {
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    default:
      return order >= 0;
  }
}

function add(a: Json, b: Json): Json {
  if (a === null) return b;
  if (b === null) return a;
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  if (isArray(a) && isArray(b)) return [...a, ...b];
  if (isObject(a) && isObject(b)) return new Map([...a, ...b]);
  throw new JqError(`${describe(a)} and ${describe(b)} cannot be added`);
}

function multiply(a: Json, b: Json): Json {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  if (typeof a === 'string' && typeof b === 'number')
    return b > 0 ? a.repeat(Math.max(1, Math.trunc(b))) : null;
  if (isObject(a) && isObject(b)) return merge(a, b);
  throw new JqError(`${describe(a)} and ${describe(b)} cannot be multiplied`);
}

function merge(a: ReadonlyMap<string, Json>, b: ReadonlyMap<string, Json>): Json {
  const out = new Map(a);
  for (const [key, value] of b) {
    const old = out.get(key);
    out.set(key, isObject(old) && isObject(value) ? merge(old, value) : value);
  }
  return out;
}

function divide(a: Json, b: Json): Json {
  if (typeof a === 'number' && typeof b === 'number') {
    if (b === 0)
      throw new JqError(
        `${describe(a)} and ${describe(b)} cannot be divided because the divisor is zero`,
      );
    return a / b;
  }
  if (typeof a === 'string' && typeof b === 'string') return a === '' ? [] : a.split(b);
  throw new JqError(`${describe(a)} and ${describe(b)} cannot be divided`);
}

export function indexValue(of: Json, key: Json): Json {
  if (of === null && (typeof key === 'string' || typeof key === 'number' || key === null))
    return null;
  if (isObject(of) && typeof key === 'string') return of.get(key) ?? null;
  if (isArray(of) && typeof key === 'number') {
    const at = Math.floor(key);
    return of[at < 0 ? at + of.length : at] ?? null;
  }
  if (isObject(key)) return sliceValue(of, key.get('start') ?? null, key.get('end') ?? null);
  if (typeof key === 'string') {
    // jq 1.6 names the type of the key as well where the input is a string or an array.
    const kind = isArray(of) || typeof of === 'string' ? 'string ' : '';
    throw new JqError(`Cannot index ${typeName(of)} with ${kind}"${key}"`);
  }
  throw new JqError(`Cannot index ${typeName(of)} with ${typeName(key)}`);
}

function bounds(length: number, from: Json, to: Json): [number, number] {
  const at = (v: Json, otherwise: number, round: (n: number) => number) => {
    if (v === null) return otherwise;
    if (typeof v !== 'number')
      throw new JqError('Start and end indices of an array slice must be numbers');
    return round(v < 0 ? Math.max(0, v + length) : Math.min(length, v));
  };
  const start = at(from, 0, Math.floor);
  return [start, Math.max(start, at(to, length, Math.ceil))];
}

export function sliceValue(of: Json, from: Json, to: Json): Json {
  if (of === null) return null;
  if (!isArray(of) && typeof of !== 'string')
    throw new JqError(`Cannot index ${typeName(of)} with object`);
  const runes = typeof of === 'string' ? [...of] : undefined;
  const [start, end] = bounds((runes ?? of).length, from, to);
  return runes ? runes.slice(start, end).join('') : of.slice(start, end);
}

export function getPath(value: Json, path: readonly Json[]): Json {
  let at = value;
  for (const key of path) at = at === null ? null : indexValue(at, key);
  return at;
}

export function setPath(value: Json, path: readonly Json[], to: Json): Json {
  if (path.length === 0) return to;
  const [key, ...rest] = path;
  if (typeof key === 'string') {
    if (value !== null && !isObject(value))
      throw new JqError(`Cannot index ${typeName(value)} with "${key}"`);
    const out = new Map(value ?? []);
    out.set(key, setPath(out.get(key) ?? null, rest, to));
    return out;
  }
  if (typeof key === 'number') {
    if (value !== null && !isArray(value))
      throw new JqError(`Cannot index ${typeName(value)} with number`);
    const out = [...(value ?? [])];
    const at = key < 0 ? key + out.length : key;
    if (at < 0) throw new JqError('Out of bounds negative array index');
    while (out.length < at) out.push(null);
    out[at] = setPath(out[at] ?? null, rest, to);
    return out;
  }
  if (isObject(key) && (isArray(value) || value === null)) {
    const list = value ?? [];
    const [from, end] = bounds(list.length, key.get('start') ?? null, key.get('end') ?? null);
    const made = setPath(list.slice(from, end), rest, to);
    if (!isArray(made)) throw new JqError('A slice of an array can only be assigned another array');
    return [...list.slice(0, from), ...made, ...list.slice(end)];
  }
  throw new JqError(`Invalid path component`);
}

export function deletePaths(value: Json, paths: readonly (readonly Json[])[]): Json {
  const sorted = [...paths].sort((a, b) => compareJson(b, a));
  let out = value;
  for (const path of sorted) out = deletePath(out, path);
  return out;
}

function deletePath(value: Json, path: readonly Json[]): Json {
  if (path.length === 0 || value === null) return null;
  const [key, ...rest] = path;
  if (rest.length > 0) {
    const inner = indexValue(value, key!);
    return inner === null ? value : setPath(value, [key!], deletePath(inner, rest));
  }
  if (isObject(value) && typeof key === 'string') {
    const out = new Map(value);
    out.delete(key);
    return out;
  }
  if (isArray(value) && typeof key === 'number') {
    const at = key < 0 ? key + value.length : key;
    return value.filter((_, i) => i !== at);
  }
  if (isArray(value) && isObject(key)) {
    const [from, to] = bounds(value.length, key.get('start') ?? null, key.get('end') ?? null);
    return [...value.slice(0, from), ...value.slice(to)];
  }
  throw new JqError(
    `Cannot delete field at ${isArray(value) ? 'array' : 'object'} index of ${typeName(value)}`,
  );
}

export const textOf = (v: Json) => (typeof v === 'string' ? v : toText(v));

/** `@csv` and its like. */
export function formatValue(name: string, v: Json): string {
  const row = (cell: (s: string) => string, what: string, glue: string) => {
    if (!isArray(v))
      throw new JqError(`${describe(v)} cannot be ${what}-formatted, only an array can be`);
    return v
      .map((x) => {
        if (isArray(x) || isObject(x))
          throw new JqError(`${describe(x)} is not valid in a ${what} row`);
        return typeof x === 'string' ? cell(x) : x === null ? '' : toText(x);
      })
      .join(glue);
  };
  switch (name) {
    case '@text':
      return textOf(v);
    case '@json':
      return toText(v);
    case '@csv':
      return row((s) => `"${s.replaceAll('"', '""')}"`, 'csv', ',');
    case '@tsv':
      return row(
        (s) =>
          s
            .replaceAll('\\', '\\\\')
            .replaceAll('\t', '\\t')
            .replaceAll('\n', '\\n')
            .replaceAll('\r', '\\r'),
        'tsv',
        '\t',
      );
    case '@html':
      return textOf(v)
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll("'", '&#39;')
        .replaceAll('"', '&quot;');
    case '@uri':
      return Array.from(encodeUtf8(textOf(v)), (b) => {
        const ch = String.fromCharCode(b);
        return /[A-Za-z0-9\-_.~]/.test(ch)
          ? ch
          : `%${b.toString(16).toUpperCase().padStart(2, '0')}`;
      }).join('');
    case '@sh':
      return (isArray(v) ? v : [v])
        .map((x) => {
          if (isArray(x) || isObject(x))
            throw new JqError(`${describe(x)} can not be escaped for shell`);
          return typeof x === 'string' ? `'${x.replaceAll("'", "'\\''")}'` : toText(x);
        })
        .join(' ');
    case '@base64':
      return toBase64(encodeUtf8(textOf(v)));
    case '@base64d':
      return decodeUtf8(fromBase64(textOf(v)) ?? new Uint8Array(0));
    default:
      throw new JqError(`${name.slice(1)} is not a valid format`);
  }
}
