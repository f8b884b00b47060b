/**
 * Quotes text so that a shell reads it back. Models bash `lib/sh/shquote.c` and ash `var.c:
 * single_quote`.
 */
import { encodeUtf8 } from '../../base';

/** `'a b'`, always with quotes (`${x@Q}`, `printf %q` differs). */
export function singleQuote(text: string): string {
  return `'${text.replace(/'/g, "'\\''")}'`;
}

function ansiC(text: string): string {
  let out = '';
  for (const ch of text) {
    const code = ch.charCodeAt(0);
    const known = '\x07\b\t\n\v\f\r\x1b'.indexOf(ch);
    if (known >= 0) out += `\\${'abtnvfrE'[known]!}`;
    else if (ch === "'" || ch === '\\') out += `\\${ch}`;
    else if (code < 32 || code >= 127) {
      for (const byte of encodeUtf8(ch)) out += `\\${byte.toString(8).padStart(3, '0')}`;
    } else out += ch;
  }
  return `$'${out}'`;
}

/** Controls, and what is no ASCII: there is no locale. */
function hasControls(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- that is what is looked for
  return /[^\x20-\x7e]/.test(text);
}

export function quoteForReuse(text: string): string {
  return hasControls(text) ? ansiC(text) : singleQuote(text);
}

/** As bash's `set` and `declare -p` list a value: quotes only where needed. */
export function quoteIfNeeded(text: string): string {
  if (text === '') return text;
  if (hasControls(text)) return ansiC(text);
  if (/[^\w%+,./:=@-]/.test(text) && /[\s|&;()<>{}!*?[\]'"\\$`~#^]/.test(text))
    return singleQuote(text);
  return text;
}

/** As `set -x` of bash shows a word. */
export function quoteForTrace(text: string): string {
  if (text === '') return "''";
  return quoteIfNeeded(text);
}

/** `"..."` as in `declare -p`. */
export function doubleQuote(text: string): string {
  if (hasControls(text)) return ansiC(text);
  return `"${text.replace(/[\\"$`]/g, '\\$&')}"`;
}

/** As ash quotes: `'a'"'"'b'`. */
export function quoteAsh(text: string): string {
  let out = '';
  let rest = text;
  do {
    const cut = rest.indexOf("'");
    const plain = cut < 0 ? rest : rest.slice(0, cut);
    if (plain !== '' || cut < 0) out += `'${plain}'`;
    rest = rest.slice(plain.length);
    const quotes = /^'+/.exec(rest);
    if (quotes) {
      out += `"${quotes[0]}"`;
      rest = rest.slice(quotes[0].length);
    }
  } while (rest !== '');
  return out;
}

/** `printf %q` of bash. */
export function backslashQuote(text: string): string {
  if (text === '') return "''";
  if (hasControls(text)) return ansiC(text);
  return text.replace(/[^\w%+,./:=@~#-]/g, '\\$&').replace(/^[~#]/, '\\$&');
}
