/** jq's functions of values. */
import { encodeUtf8, exponential, logarithm, power, squareRoot } from '../../../base';
import { formatTime } from '../../time-format';
import {
  compareJson,
  isArray,
  isObject,
  JqError,
  JsonReader,
  sortedKeys,
  toText,
  typeName,
  type Json,
} from './json';
import { deletePaths, setPath, textOf } from './operations';

type Native = (input: Json, args: readonly Json[]) => Json;

const shown = (v: Json) => {
  const text = toText(v);
  return `${typeName(v)} (${text.length > 11 ? `${text.slice(0, 10)}...` : text})`;
};

function list(v: Json): readonly Json[] {
  if (isArray(v)) return v;
  if (isObject(v)) return [...v.values()];
  throw new JqError(`Cannot iterate over ${typeName(v)}${v === null ? '' : ` (${toText(v)})`}`);
}

function arrayOnly(v: Json, doing: string): readonly Json[] {
  if (!isArray(v)) throw new JqError(`${shown(v)} cannot be ${doing}, as it is not an array`);
  return v;
}

function number(v: Json, what = 'number'): number {
  if (typeof v !== 'number') throw new JqError(`${shown(v)} ${what} required`);
  return v;
}

function text(v: Json | undefined, what: string): string {
  if (typeof v !== 'string') throw new JqError(what);
  return v;
}

function keys(v: Json, sorted: boolean): Json {
  if (isArray(v)) return v.map((_, i) => i);
  if (isObject(v)) return sorted ? sortedKeys(v) : [...v.keys()];
  throw new JqError(`${shown(v)} has no keys`);
}

function length(v: Json): Json {
  if (v === null) return 0;
  if (typeof v === 'string') return [...v].length;
  if (typeof v === 'number') return Math.abs(v);
  if (isArray(v)) return v.length;
  if (isObject(v)) return v.size;
  throw new JqError(`${shown(v)} has no length`);
}

function has(v: Json, key: Json): boolean {
  if (isObject(v) && typeof key === 'string') return v.has(key);
  if (isArray(v) && typeof key === 'number') return key >= 0 && key < v.length;
  throw new JqError(
    `Cannot check whether ${typeName(v)} has a ${typeof key === 'string' ? 'string' : typeName(key)} key`,
  );
}

function contains(a: Json, b: Json): boolean {
  if (isObject(a) && isObject(b))
    return [...b].every(([k, v]) => a.has(k) && contains(a.get(k)!, v));
  if (isArray(a) && isArray(b)) return b.every((y) => a.some((x) => contains(x, y)));
  if (typeof a === 'string' && typeof b === 'string') return a.includes(b);
  if (typeName(a) === typeName(b)) return compareJson(a, b) === 0;
  throw new JqError(`${shown(a)} and ${shown(b)} cannot have their containment checked`);
}

function flatten(v: readonly Json[], depth: number): Json[] {
  return v.flatMap((x) => (isArray(x) && depth !== 0 ? flatten(x, depth - 1) : [x]));
}

/** Positions in the order of the keys that go with them. */
function order(v: readonly Json[], by: Json): number[] {
  const given = list(by);
  return v.map((_, i) => i).sort((a, b) => compareJson(given[a]!, given[b]!) || a - b);
}

function group(v: readonly Json[], by: Json): Json {
  const given = list(by);
  const groups: { key: Json; items: Json[] }[] = [];
  for (const i of order(v, by)) {
    const last = groups.at(-1);
    if (last && compareJson(last.key, given[i]!) === 0) last.items.push(v[i]!);
    else groups.push({ key: given[i]!, items: [v[i]!] });
  }
  return groups.map((g) => g.items);
}

function match(v: Json, source: Json, flags: Json): Json {
  const pattern = isArray(source) ? source[0]! : source;
  const given = isArray(source) ? source[1] : flags;
  const letters = typeof given === 'string' ? given : '';
  if (typeof v !== 'string')
    throw new JqError(`${shown(v)} cannot be matched, as it is not a string`);
  let regex: RegExp;
  try {
    const own = `g${letters.includes('i') ? 'i' : ''}${letters.includes('s') ? 's' : ''}u`;
    regex = new RegExp(
      text(pattern!, `${shown(pattern!)} cannot be matched, as it is not a string`),
      own,
    );
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new JqError(`${text(pattern, 'no pattern')} (at offset 0) is not a valid regex`);
  }
  const names = [...regex.source.matchAll(/\((?!\?)|\(\?<([A-Za-z_]\w*)>/g)].map(
    (m) => m[1] ?? null,
  );
  const out: Json[] = [];
  for (const found of v.matchAll(regex)) {
    const captures = found.slice(1).map((s: string | undefined, i): Json => {
      const at = s === undefined ? -1 : [...v.slice(0, found.index + found[0].indexOf(s))].length;
      return new Map<string, Json>([
        ['offset', at],
        ['length', s === undefined ? 0 : [...s].length],
        ['string', s ?? null],
        ['name', names[i] ?? null],
      ]);
    });
    out.push(
      new Map<string, Json>([
        ['offset', [...v.slice(0, found.index)].length],
        ['length', [...found[0]].length],
        ['string', found[0]],
        ['captures', captures],
      ]),
    );
    if (!letters.includes('g')) break;
  }
  return out;
}

function indices(v: Json, of: Json): Json {
  if (v === null) return null;
  const out: number[] = [];
  if (typeof v === 'string' && typeof of === 'string') {
    for (let at = v.indexOf(of); at >= 0 && of !== ''; at = v.indexOf(of, at + 1)) out.push(at);
    return out;
  }
  if (!isArray(v)) throw new JqError(`Cannot determine indices of ${typeName(v)}`);
  const part = isArray(of) ? of : [of];
  for (let i = 0; part.length > 0 && i + part.length <= v.length; i++)
    if (part.every((p, k) => compareJson(p, v[i + k]!) === 0)) out.push(i);
  return out;
}

function toNumber(v: Json): Json {
  if (typeof v === 'number') return v;
  if (typeof v !== 'string') throw new JqError(`${shown(v)} cannot be parsed as a number`);
  const value = Number(v.trim() === '' ? 'x' : v);
  if (Number.isNaN(value))
    throw new JqError(
      `Invalid numeric literal at EOF at line 1, column ${v.length} (while parsing '${v}')`,
    );
  return value;
}

function fromJson(v: Json): Json {
  const source = text(v, `${shown(v)} cannot be parsed as JSON`);
  try {
    return new JsonReader(source).next() ?? null;
  } catch (error) {
    if (!(error instanceof JqError)) throw error;
    throw new JqError(`${error.message} (while parsing '${source}')`);
  }
}

function parseIso(v: Json): Json {
  const source = text(v, `strptime/1 requires string inputs and arguments`);
  const m = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?Z$/.exec(source);
  if (!m) throw new JqError(`date "${source}" does not match format "%Y-%m-%dT%H:%M:%SZ"`);
  const [year, month, day, hour, minute, second] = m.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
}

function range(from: Json, to: Json, step: Json): Json {
  const [a, b, s] = [number(from), number(to), number(step)];
  const out: number[] = [];
  if (s === 0) return out;
  for (let n = a; s > 0 ? n < b : n > b; n += s) out.push(n);
  return out;
}

const strip = (v: Json, part: Json, front: boolean): Json => {
  if (typeof v !== 'string' || typeof part !== 'string') return v;
  if (front) return v.startsWith(part) ? v.slice(part.length) : v;
  return part !== '' && v.endsWith(part) ? v.slice(0, -part.length) : v;
};

function best(v: readonly Json[], by: Json, last: boolean): Json {
  const places = order(v, by);
  const place = last ? places.at(-1) : places[0];
  return place === undefined ? null : v[place]!;
}

const TABLE: Readonly<Record<string, Native>> = {
  'not/0': (v) => v === null || v === false,
  'length/0': length,
  'utf8bytelength/0': (v) =>
    encodeUtf8(text(v, `${shown(v)} only strings have UTF-8 byte length`)).length,
  'keys/0': (v) => keys(v, true),
  'keys_unsorted/0': (v) => keys(v, false),
  'has/1': (v, [k]) => has(v, k!),
  'contains/1': (v, [o]) => contains(v, o!),
  'type/0': typeName,
  'tostring/0': textOf,
  'tojson/0': (v) => toText(v),
  'fromjson/0': fromJson,
  'tonumber/0': toNumber,
  'ascii_downcase/0': (v) =>
    text(v, 'ascii_downcase input must be a string').replace(/[A-Z]/g, (c) => c.toLowerCase()),
  '_downcase/0': (v) =>
    text(v, 'ascii_downcase input must be a string').replace(/[A-Z]/g, (c) => c.toLowerCase()),
  '_upcase/0': (v) =>
    text(v, 'ascii_upcase input must be a string').replace(/[a-z]/g, (c) => c.toUpperCase()),
  'reverse/0': (v) =>
    typeof v === 'string' ? [...v].reverse().join('') : v === null ? [] : [...list(v)].reverse(),
  'sort/0': (v) => [...arrayOnly(v, 'sorted')].sort(compareJson),
  '_sort_by/1': (v, [by]) => order(arrayOnly(v, 'sorted'), by!).map((i) => list(v)[i]!),
  '_group_by/1': (v, [by]) => group(arrayOnly(v, 'grouped'), by!),
  '_min_by/1': (v, [by]) => best(list(v), by!, false),
  '_max_by/1': (v, [by]) => best(list(v), by!, true),
  'min/0': (v) => best(list(v), v, false),
  'max/0': (v) => best(list(v), v, true),
  'flatten/1': (v, [depth]) => flatten(list(v), Number(depth)),
  '_range/3': (_, [a, b, s]) => range(a!, b!, s!),
  'floor/0': (v) => Math.floor(number(v)),
  'ceil/0': (v) => Math.ceil(number(v)),
  'round/0': (v) => Math.round(number(v)),
  'fabs/0': (v) => Math.abs(number(v)),
  'sqrt/0': (v) => squareRoot(number(v)),
  'exp/0': (v) => exponential(number(v)),
  'log/0': (v) => logarithm(number(v)),
  'pow/2': (_, [a, b]) => power(number(a!), number(b!)),
  'infinite/0': () => Infinity,
  'nan/0': () => NaN,
  'isnan/0': (v) => Number.isNaN(v),
  'startswith/1': (v, [s]) =>
    text(v, 'startswith() requires string inputs').startsWith(
      text(s, 'startswith() requires string inputs'),
    ),
  'endswith/1': (v, [s]) =>
    text(v, 'endswith() requires string inputs').endsWith(
      text(s, 'endswith() requires string inputs'),
    ),
  'ltrimstr/1': (v, [s]) => strip(v, s!, true),
  'rtrimstr/1': (v, [s]) => strip(v, s!, false),
  'split/1': (v, [s]) => {
    const source = text(v, 'split input and separator must be strings');
    const by = text(s, 'split input and separator must be strings');
    return source === '' ? [] : by === '' ? [...source] : source.split(by);
  },
  'split/2': (v, [re]) =>
    text(v, 'split input must be a string').split(
      new RegExp(text(re, `${shown(re!)} cannot be matched, as it is not a string`), 'u'),
    ),
  '_match/2': (v, [re, flags]) => match(v, re!, flags!),
  'explode/0': (v) => [...text(v, 'explode input must be a string')].map((c) => c.codePointAt(0)!),
  'implode/0': (v) =>
    list(v)
      .map((c) => String.fromCodePoint(Number(c)))
      .join(''),
  'indices/1': (v, [s]) => indices(v, s!),
  'setpath/2': (v, [p, to]) => setPath(v, p as Json[], to!),
  'delpaths/1': (v, [p]) => deletePaths(v, p as Json[][]),
  'fromdateiso8601/0': parseIso,
  'strftime/1': (v, [f]) =>
    formatTime(
      text(f, 'strftime/1 requires a string format'),
      number(v, 'parsed datetime inputs') * 1e6,
    ),
};

export const NATIVE: ReadonlySet<string> = new Set(Object.keys(TABLE));

export function callNative(key: string, input: Json, args: readonly Json[]): Json {
  return TABLE[key]!(input, args);
}
