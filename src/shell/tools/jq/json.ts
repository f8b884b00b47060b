/** JSON values as jq has them: objects keep the order of their keys, whatever these look like. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = ReadonlyMap<string, Json>;

export class JqError extends Error {
  constructor(readonly value: Json) {
    super(typeof value === 'string' ? value : `${toText(value)} (not a string)`);
  }
}

export const isArray = (v: Json | undefined): v is readonly Json[] => Array.isArray(v);
export const isObject = (v: Json | undefined): v is JsonObject => v instanceof Map;

export function typeName(v: Json): string {
  if (v === null) return 'null';
  if (isArray(v)) return 'array';
  return isObject(v) ? 'object' : typeof v;
}

/** Reads value after value. */
export class JsonReader {
  at = 0;

  constructor(private readonly text: string) {}

  private blanks(): void {
    while (' \t\r\n\ufeff'.includes(this.text[this.at] ?? 'x')) this.at++;
  }

  /** Undefined at the end. */
  next(): Json | undefined {
    this.blanks();
    return this.at >= this.text.length ? undefined : this.value();
  }

  get line(): number {
    const end = this.text.indexOf('\n', this.at);
    return this.text.slice(0, end < 0 ? undefined : end + 1).split('\n').length - 1;
  }

  private fault(text: string): JqError {
    const before = this.text.slice(0, this.at);
    const line = before.split('\n').length;
    return new JqError(
      `${text} at line ${line}, column ${before.length - before.lastIndexOf('\n')}`,
    );
  }

  private value(): Json {
    this.blanks();
    const ch = this.text[this.at];
    if (ch === '{') return this.object();
    if (ch === '[') return this.array();
    if (ch === '"') return this.string();
    const word = /[^\s,\]}:[{"]+/y;
    word.lastIndex = this.at;
    const match = word.exec(this.text);
    if (!match) throw this.fault(ch === undefined ? 'Unfinished JSON term' : 'Invalid literal');
    this.at += match[0].length;
    if (match[0] === 'null') return null;
    if (match[0] === 'true') return true;
    if (match[0] === 'false') return false;
    if (/^-?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(match[0])) return Number(match[0]);
    if (match[0] === 'nan' || match[0] === 'NaN') return null;
    throw this.fault(/^[-\d.]/.test(match[0]) ? 'Invalid numeric literal' : 'Invalid literal');
  }

  private object(): Json {
    const out = new Map<string, Json>();
    this.at++;
    for (;;) {
      this.blanks();
      if (this.text[this.at] === '}' && out.size === 0) break;
      if (this.text[this.at] !== '"') throw this.fault('Object keys must be strings');
      const key = this.string();
      this.blanks();
      if (this.text[this.at++] !== ':') throw this.fault('Objects must consist of key:value pairs');
      out.set(key, this.value());
      this.blanks();
      if (this.text[this.at] === ',') {
        this.at++;
        continue;
      }
      if (this.text[this.at] === '}') break;
      throw this.fault(
        this.at >= this.text.length ? 'Unfinished JSON term' : 'Expected separator between values',
      );
    }
    this.at++;
    return out;
  }

  private array(): Json {
    const out: Json[] = [];
    this.at++;
    for (;;) {
      this.blanks();
      if (this.text[this.at] === ']' && out.length === 0) break;
      out.push(this.value());
      this.blanks();
      if (this.text[this.at] === ',') {
        this.at++;
        continue;
      }
      if (this.text[this.at] === ']') break;
      throw this.fault(
        this.at >= this.text.length ? 'Unfinished JSON term' : 'Expected separator between values',
      );
    }
    this.at++;
    return out;
  }

  private string(): string {
    const literal = /"(?:[^"\\]|\\[\s\S])*"/y;
    literal.lastIndex = this.at;
    const match = literal.exec(this.text);
    if (!match) throw this.fault('Unfinished string');
    this.at += match[0].length;
    return unescapeJson(match[0].slice(1, -1));
  }
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

export function unescapeJson(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g, (_, hex?: string, ch?: string) =>
    hex === undefined ? (ESCAPES[ch!] ?? ch!) : String.fromCharCode(parseInt(hex, 16)),
  );
}

/** Numbers with 17 significant digits, as jq 1.6 prints them. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return 'null';
  if (!Number.isFinite(value))
    return value > 0 ? '1.7976931348623157e+308' : '-1.7976931348623157e+308';
  if (Number.isInteger(value) && Math.abs(value) < 1e17) return String(value);
  return String(value).replace(/e([-+])(\d)$/, 'e$10$2');
}

function quote(text: string): string {
  return JSON.stringify(text).replace(/\x7f/g, '\\u007f');
}

export interface Style {
  /** Undefined: all on one line. */
  readonly indent: string | undefined;
  readonly sorted: boolean;
}

const COMPACT: Style = { indent: undefined, sorted: false };

export function toText(value: Json, style: Style = COMPACT, lead = ''): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'boolean') return String(value);
  const deeper = style.indent === undefined ? '' : lead + style.indent;
  const glue = style.indent === undefined ? ',' : `,\n${deeper}`;
  const wrap = (open: string, parts: string[], close: string) =>
    parts.length === 0
      ? open + close
      : style.indent === undefined
        ? open + parts.join(glue) + close
        : `${open}\n${deeper}${parts.join(glue)}\n${lead}${close}`;
  if (isArray(value))
    return wrap(
      '[',
      value.map((v) => toText(v, style, deeper)),
      ']',
    );
  const keys = style.sorted ? sortedKeys(value) : [...value.keys()];
  const colon = style.indent === undefined ? ':' : ': ';
  return wrap(
    '{',
    keys.map((k) => quote(k) + colon + toText(value.get(k)!, style, deeper)),
    '}',
  );
}

export function sortedKeys(value: JsonObject): string[] {
  return [...value.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

const ORDER = ['null', 'false', 'true', 'number', 'string', 'array', 'object'];
const rank = (v: Json) => ORDER.indexOf(typeof v === 'boolean' ? String(v) : typeName(v));

export function compareJson(a: Json, b: Json): number {
  const difference = rank(a) - rank(b);
  if (difference !== 0) return difference;
  if (typeof a === 'number' || typeof a === 'string') return a < b! ? -1 : a > b! ? 1 : 0;
  if (isArray(a) && isArray(b)) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const order = compareJson(a[i]!, b[i]!);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  }
  if (!isObject(a) || !isObject(b)) return 0;
  const keys = sortedKeys(a);
  const order = compareJson(keys, sortedKeys(b));
  if (order !== 0) return order;
  for (const key of keys) {
    const here = compareJson(a.get(key)!, b.get(key)!);
    if (here !== 0) return here;
  }
  return 0;
}
