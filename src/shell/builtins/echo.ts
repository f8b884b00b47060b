/** What `echo` prints. Models bash `echo.def`, coreutils `echo.c`, BusyBox `echo.c` and dash. */

import { rawByte } from './raw-bytes';

/** `bash`: -n -e -E, no escapes by default. `dash`: -n only, always escapes. `ash`: like bash. */
export type EchoStyle = 'bash' | 'xpg' | 'dash' | 'ash' | 'gnu';
/** Where escapes stand: also in the `%b` of bash's printf. */
type EscapeStyle = EchoStyle | 'printf';

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** Backslash escapes of echo; `stop` when `\c` was met. */
export function echoEscapes(text: string, style: EscapeStyle): { text: string; stop: boolean } {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '\\' || i + 1 >= text.length) {
      out += text[i];
      continue;
    }
    const next = text[++i]!;
    if (next === 'c') return { text: out, stop: true };
    if (SIMPLE[next] !== undefined) out += SIMPLE[next];
    else if (next === 'e' || (next === 'E' && style !== 'dash' && style !== 'ash')) out += '\x1b';
    else if (next === '0' || (/[1-7]/.test(next) && ['ash', 'dash', 'printf'].includes(style))) {
      let digits = /^[0-7]{0,3}/.exec(text.slice(next === '0' ? i + 1 : i))![0];
      // BusyBox stops before the number leaves a byte.
      if (style === 'ash' && parseInt(digits, 8) > 255) digits = digits.slice(0, 2);
      out += rawByte(parseInt(digits || '0', 8) & 255);
      i += next === '0' ? digits.length : digits.length - 1;
    } else if (next === 'x' && style !== 'dash') {
      const digits = /^[0-9a-fA-F]{1,2}/.exec(text.slice(i + 1));
      if (digits) {
        out += rawByte(parseInt(digits[0], 16));
        i += digits[0].length;
      } else out += '\\x';
    } else if ((next === 'u' || next === 'U') && (style === 'bash' || style === 'printf')) {
      const digits = new RegExp(`^[0-9a-fA-F]{1,${next === 'u' ? 4 : 8}}`).exec(text.slice(i + 1));
      if (digits) {
        out += String.fromCodePoint(parseInt(digits[0], 16));
        i += digits[0].length;
      } else out += `\\${next}`;
    } else out += `\\${next}`;
  }
  return { text: out, stop: false };
}

export function echoText(args: readonly string[], style: EchoStyle): string {
  let newline = true;
  let escapes = style === 'dash' || style === 'xpg';
  let i = 0;
  if (style === 'dash') {
    if (args[0] === '-n') {
      newline = false;
      i = 1;
    }
  } else {
    for (; i < args.length && /^-[neE]+$/.test(args[i]!); i++) {
      for (const letter of args[i]!.slice(1)) {
        if (letter === 'n') newline = false;
        else escapes = letter === 'e';
      }
    }
  }
  const text = args.slice(i).join(' ');
  if (!escapes) return newline ? `${text}\n` : text;
  const result = echoEscapes(text, style);
  return newline && !result.stop ? `${result.text}\n` : result.text;
}
