/** Texts as Go's `fmt` and `strconv` write them, where the builder's messages need it. */
import { formatDuration, type HealthConfig } from '../../api';

const SHORT: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};

/** `%q` of a string. */
export function goQuote(text: string): string {
  let out = '"';
  for (const ch of text) out += ch === '"' ? '\\"' : escapeRune(ch);
  return `${out}"`;
}

function escapeRune(ch: string): string {
  const known = SHORT[ch];
  if (known !== undefined) return known;
  const code = ch.codePointAt(0)!;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code === 0xfeff || (code >= 0x80 && code < 0xa1) || code === 0xad)
    return `\\u${code.toString(16).padStart(4, '0')}`;
  return ch;
}

/** `%q` of a slice of strings. */
export function goQuoteList(words: readonly string[] | null): string {
  return `[${(words ?? []).map(goQuote).join(' ')}]`;
}

/** `%v` of a slice of strings. */
export function goList(words: readonly string[]): string {
  return `[${words.join(' ')}]`;
}

/** `%q` of a number: the character of that code. */
function goQuoteRune(code: number): string {
  const ch = String.fromCodePoint(code);
  return ch === "'" ? "'\\''" : `'${escapeRune(ch)}'`;
}

/** `%q` of a `*HealthConfig`. */
export function goQuoteHealth(health: HealthConfig): string {
  const time = (value: number | undefined) => goQuote(formatDuration(value ?? 0));
  const times = [health.Interval, health.Timeout, health.StartPeriod].map(time).join(' ');
  return `&{${goQuoteList(health.Test ?? [])} ${times} ${goQuoteRune(health.Retries ?? 0)}}`;
}

/** `unicode.IsSpace`. */
export function isSpace(ch: string): boolean {
  return /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/.test(ch);
}

const SPACE =
  '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const LEADING = new RegExp(`^${SPACE}+`);
const TRAILING = new RegExp(`${SPACE}+$`);

/** `strings.TrimLeftFunc(text, unicode.IsSpace)` */
export function trimLeft(text: string): string {
  return text.replace(LEADING, '');
}

/** `strings.TrimSpace` */
export function trimSpace(text: string): string {
  return trimLeft(text).replace(TRAILING, '');
}

/** `path.Clean`. */
export function cleanPath(path: string): string {
  const rooted = path.startsWith('/');
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') out.push(part);
    else if (out.length > 0 && out.at(-1) !== '..') out.pop();
    else if (!rooted) out.push('..');
  }
  const text = out.join('/');
  return rooted ? `/${text}` : text === '' ? '.' : text;
}

/** `path.Join`. */
export function joinPath(...parts: readonly string[]): string {
  const filled = parts.filter((part) => part !== '');
  return filled.length === 0 ? '' : cleanPath(filled.join('/'));
}
