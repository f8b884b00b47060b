/** Values of number and string tokens (`Parser/string_parser.c`), and the cutting of f-strings. */
import { concatBytes, encodeUtf8 } from '../../base';
import { float, int, type Value } from './values';

export function numberValue(text: string): Value {
  const bare = text.replace(/_/g, '');
  if (/^0[xob]/i.test(bare)) return int(BigInt(bare.toLowerCase()));
  if (/[.eEjJ]/.test(bare)) return float(Number(bare.replace(/[jJ]$/, '')));
  return int(BigInt(bare));
}

export interface StringToken {
  readonly kind: 'text' | 'bytes' | 'format';
  readonly raw: boolean;
  readonly body: string;
}

export function cutString(text: string): StringToken {
  const prefix = /^[a-zA-Z]*/.exec(text)![0].toLowerCase();
  const rest = text.slice(prefix.length);
  const quote = /^("""|'''|.)/.exec(rest)![0].length;
  const kind = prefix.includes('b') ? 'bytes' : prefix.includes('f') ? 'format' : 'text';
  return { kind, raw: prefix.includes('r'), body: rest.slice(quote, rest.length - quote) };
}

const SIMPLE: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

export function unescape(body: string, bytes = false): string {
  const pattern = bytes
    ? /\\(\n|[0-7]{1,3}|x[\da-fA-F]{2}|[^])/g
    : /\\(\n|[0-7]{1,3}|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[^])/g;
  return body.replace(pattern, (whole, code: string) => {
    const simple = SIMPLE[code];
    if (simple !== undefined) return simple;
    if (/^[0-7]/.test(code)) return String.fromCharCode(parseInt(code, 8));
    if (/^[xuU]./.test(code)) return String.fromCodePoint(parseInt(code.slice(1), 16));
    return whole;
  });
}

export function bytesOf(body: string, raw: boolean): Uint8Array {
  const text = raw ? body : unescape(body, true);
  const parts = [...text].map((c) =>
    c.charCodeAt(0) < 256 ? new Uint8Array([c.charCodeAt(0)]) : encodeUtf8(c),
  );
  return concatBytes(parts);
}

/** A piece of an f-string: text, or the source of an expression. */
export interface FormatPiece {
  readonly text?: string;
  readonly source?: string;
  /** `{x=}`: what to print before it. */
  readonly label?: string;
  readonly conversion?: string;
  readonly format?: string;
}

/** Undefined where a brace is not closed. */
export function cutFormat(body: string): readonly FormatPiece[] | undefined {
  const pieces: FormatPiece[] = [];
  let text = '';
  for (let at = 0; at < body.length;) {
    const c = body[at]!;
    if ((c === '{' || c === '}') && body[at + 1] === c) {
      text += c;
      at += 2;
    } else if (c === '}') {
      return undefined;
    } else if (c === '{') {
      const end = closing(body, at + 1);
      if (end < 0) return undefined;
      if (text !== '') pieces.push({ text });
      text = '';
      pieces.push(field(body.slice(at + 1, end)));
      at = end + 1;
    } else {
      text += c;
      at++;
    }
  }
  if (text !== '') pieces.push({ text });
  return pieces;
}

function closing(body: string, from: number): number {
  let depth = 0;
  let quote = '';
  for (let at = from; at < body.length; at++) {
    const c = body[at]!;
    if (quote !== '') {
      if (c === quote) quote = '';
    } else if (c === '"' || c === "'") quote = c;
    else if (c === '{' || c === '[' || c === '(') depth++;
    else if (c === '}' && depth === 0) return at;
    else if (c === '}' || c === ']' || c === ')') depth--;
  }
  return -1;
}

function field(text: string): FormatPiece {
  let depth = 0;
  let quote = '';
  let cut = text.length;
  for (let at = 0; at < text.length && cut === text.length; at++) {
    const c = text[at]!;
    if (quote !== '') {
      if (c === quote) quote = '';
    } else if (c === '"' || c === "'") quote = c;
    else if ('{[('.includes(c)) depth++;
    else if ('}])'.includes(c)) depth--;
    else if (depth === 0 && c === ':' && text[at + 1] !== '=') cut = at;
    else if (depth === 0 && c === '!' && text[at + 1] !== '=') cut = at;
  }
  let source = text.slice(0, cut);
  let rest = text.slice(cut);
  let conversion: string | undefined;
  if (rest.startsWith('!')) {
    conversion = rest[1]!;
    rest = rest.slice(2);
  }
  const format = rest.startsWith(':') ? rest.slice(1) : undefined;
  const label = /^[^]*[^=!<>]=\s*$/.exec(source)?.[0];
  if (label !== undefined) {
    source = source.replace(/=\s*$/, '');
    if (format === undefined) conversion ??= 'r';
  }
  return {
    source,
    ...(label === undefined ? {} : { label }),
    ...(conversion === undefined ? {} : { conversion }),
    ...(format === undefined ? {} : { format }),
  };
}
