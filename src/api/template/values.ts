/**
 * Go values as templates see them, and how fmt prints them. JSON data stands for Go's maps,
 * slices and scalars; a `GoObject` stands for a struct (or a formatter with methods), a
 * `GoDuration` and a `GoTime` for those types. undefined is a value that is not there (`<no
 * value>`), null a nil.
 */
import { formatDuration } from '../units';

/**
 * A struct or an object with methods. `get` answers NO_FIELD for a name that it does not have.
 */
export interface GoObject {
  readonly goType: string;
  get(name: string): unknown;
  /** What `json` prints. */
  toJson(): unknown;
  /** True where the object encodes itself, with Go's HTML escapes. */
  readonly escapesHtml?: true;
  /** Field values in order, for `{{.}}`. */
  values(): readonly unknown[];
  readonly isGoObject: true;
  /** A nil pointer: it prints as `<nil>` and has no fields. */
  readonly isNil?: true;
}

export const NO_FIELD: unique symbol = Symbol('no field');

export function isGoObject(value: unknown): value is GoObject {
  return typeof value === 'object' && value !== null && 'isGoObject' in value;
}

/** `time.Duration`. */
export class GoDuration {
  constructor(readonly nanoseconds: number) {}
}

/** `time.Time`, kept as RFC 3339 text in UTC. */
export class GoTime {
  constructor(readonly text: string) {}
  /** As `Time.String()` shows it. */
  toString(): string {
    return goTimeText(this.text);
  }
}

/** `2006-01-02T15:04:05.123Z` as Go's `Time.String()`: `2006-01-02 15:04:05.123 +0000 UTC`. */
export function goTimeText(rfc3339: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?Z$/.exec(rfc3339);
  if (!match) return rfc3339;
  const fraction = (match[3] ?? '').replace(/\.?0+$/, '');
  return `${match[1]!} ${match[2]!}${fraction} +0000 UTC`;
}

/** True for a map of Go: a plain JSON object. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !isGoObject(value) &&
    !(value instanceof GoDuration) &&
    !(value instanceof GoTime)
  );
}

/** Go sorts the keys of a map wherever it walks through one. */
export function sortedKeys(map: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(map).sort(compareText);
}

/** Byte order, which for well-formed text is the order of code points. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `%v`. */
export function printValue(value: unknown): string {
  if (value === undefined || value === null) return '<nil>';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return printNumber(value);
  if (typeof value === 'boolean') return String(value);
  if (value instanceof GoDuration) return formatDuration(value.nanoseconds);
  if (value instanceof GoTime) return value.toString();
  if (Array.isArray(value)) return `[${value.map(printValue).join(' ')}]`;
  if (isGoObject(value) && value.isNil) return '<nil>';
  if (isGoObject(value)) return `{${value.values().map(printValue).join(' ')}}`;
  if (isMap(value)) {
    const map = value;
    return `map[${sortedKeys(map)
      .map((key) => `${key}:${printValue(map[key])}`)
      .join(' ')}]`;
  }
  return '<nil>';
}

/** Numbers of JSON keep their digits; large floats switch to exponents as `%v` does. */
export function printNumber(value: number): string {
  if (Number.isInteger(value)) return Math.abs(value) < 1e21 ? String(value) : goExponent(value);
  const size = Math.abs(value);
  return size < 1e-4 || size >= 1e21 ? goExponent(value) : String(value);
}

function goExponent(value: number): string {
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string];
  return `${mantissa}e${exponent[0]!}${exponent.slice(1).padStart(2, '0')}`;
}

/** Go's notion of an empty value, for `if`, `and`, `or`. */
export function isTrue(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === 'string') return value !== '';
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'boolean') return value;
  if (value instanceof GoDuration) return value.nanoseconds !== 0;
  if (Array.isArray(value)) return value.length > 0;
  if (isMap(value)) return Object.keys(value).length > 0;
  return !(isGoObject(value) && value.isNil);
}

/** JSON as Go's encoder writes it without HTML escapes: maps sorted, structs in field order. */
export function toJsonText(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (value instanceof GoDuration) return String(value.nanoseconds);
  if (value instanceof GoTime) return JSON.stringify(value.text);
  if (Array.isArray(value)) return `[${value.map(toJsonText).join(',')}]`;
  if (isGoObject(value)) {
    const text = objectJson(value.toJson());
    return value.escapesHtml ? escapeHtml(text) : text;
  }
  if (typeof value === 'string') return goJsonString(value);
  if (isMap(value)) {
    const map = value;
    const parts = sortedKeys(map).map((key) => `${goJsonString(key)}:${toJsonText(map[key])}`);
    return `{${parts.join(',')}}`;
  }
  return JSON.stringify(value);
}

/** `<`, `>` and `&` as Go's encoder writes them unless told otherwise. */
export function escapeHtml(text: string): string {
  return text.replace(/[<>&]/g, (ch) => `\\u00${ch.charCodeAt(0).toString(16)}`);
}

/** Members in the order given: a struct. */
function objectJson(value: unknown): string {
  if (!isMap(value)) return toJsonText(value);
  const parts = Object.entries(value).map(
    ([key, item]) => `${goJsonString(key)}:${toJsonText(item)}`,
  );
  return `{${parts.join(',')}}`;
}

function goJsonString(text: string): string {
  return JSON.stringify(text)
    .replace(/\\b/g, '\\u0008')
    .replace(/\\f/g, '\\u000c')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
}

/** The name of a value's type as reflect prints it. */
export function typeName(value: unknown): string {
  if (isGoObject(value)) return value.goType;
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float64';
  if (typeof value === 'boolean') return 'bool';
  if (value instanceof GoDuration) return 'time.Duration';
  if (value instanceof GoTime) return 'time.Time';
  if (Array.isArray(value)) return '[]interface {}';
  if (isMap(value)) return 'map[string]interface {}';
  return '<nil>';
}
