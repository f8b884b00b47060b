/** POSIX regular expressions, basic and extended, as regular expressions of JavaScript. */
import { posixRegex } from '../exec/conditional';

/** Translates; throws SyntaxError where the expression is wrong. Leftmost-longest is approximated. */
export function compileRegex(source: string, extended: boolean, flags: string): RegExp {
  return new RegExp(translate(source, extended), flags);
}

export function translate(source: string, extended: boolean): string {
  let out = '';
  let atStart = true;
  // Where the atom begins that a quantifier would repeat, and whether one stands behind it.
  let atom = 0;
  let repeated = false;
  const opened: number[] = [];
  for (let i = 0; i < source.length; i++) {
    const ch = source[i]!;
    const quantifier = extended && !atStart && /[*+?]|\{\d*,?\d*\}/y.test(source.slice(i, i + 12));
    if (quantifier && repeated) {
      // `a+?` repeats what `a+` matches; in JavaScript it would mean: as few as can be.
      out = `${out.slice(0, atom)}(?:${out.slice(atom)})`;
    } else if (!quantifier) {
      if (extended && ch === '(') opened.push(out.length);
      atom = extended && ch === ')' ? (opened.pop() ?? out.length) : out.length;
    }
    repeated = quantifier;
    if (quantifier && ch === '{') {
      const end = source.indexOf('}', i);
      out += source.slice(i, end + 1);
      i = end;
      continue;
    }
    if (ch === '[') {
      const end = bracketEnd(source, i);
      out += bracket(source.slice(i, end + 1));
      i = end;
      atStart = false;
      continue;
    }
    if (ch === '\\') {
      const next = source[++i];
      if (next === undefined) throw new SyntaxError('Trailing backslash');
      out += escaped(next, extended);
      atStart = !extended && (next === '(' || next === '|');
      continue;
    }
    const special = '.^$*+?(){}|'.includes(ch);
    if (!special) out += '/-]'.includes(ch) ? `\\${ch}` : ch;
    else if (extended)
      out +=
        ch === '*' && atStart
          ? '\\*'
          : ch === '{' && !/^\{\d*,?\d*\}/.test(source.slice(i))
            ? '\\{'
            : ch;
    else if (ch === '*') out += atStart ? '\\*' : '*';
    else if (ch === '^') out += atStart ? '^' : '\\^';
    else if (ch === '$') {
      const rest = source.slice(i + 1);
      out += rest === '' || rest.startsWith('\\)') || rest.startsWith('\\|') ? '$' : '\\$';
    } else if (ch === '.') out += '.';
    else out += `\\${ch}`;
    atStart = ch === '^' || (extended && (ch === '(' || ch === '|'));
  }
  return out;
}

function escaped(ch: string, extended: boolean): string {
  if (!extended && '(){}|+?'.includes(ch)) return ch;
  if (/[1-9]/.test(ch)) return `\\${ch}(?:)`;
  switch (ch) {
    case '<':
      return '\\b(?=\\w)';
    case '>':
      return '\\b(?<=\\w)';
    case '`':
      return '^';
    case "'":
      return '$';
    case 'n':
    case 't':
    case 'w':
    case 'W':
    case 's':
    case 'S':
    case 'b':
    case 'B':
      return `\\${ch}`;
    default:
      return /[A-Za-z]/.test(ch) ? ch : `\\${ch}`;
  }
}

function bracketEnd(source: string, at: number): number {
  let i = at + 1;
  if (source[i] === '^') i++;
  if (source[i] === ']') i++;
  for (; i < source.length; i++) {
    if (source[i] === '[' && /[:.=]/.test(source[i + 1] ?? '')) {
      const close = source.indexOf(`${source[i + 1]!}]`, i + 2);
      if (close > 0) i = close + 1;
    } else if (source[i] === ']') return i;
  }
  throw new SyntaxError('Unmatched [, [^, [:, [., or [=');
}

function bracket(text: string): string {
  let body = text.slice(1, -1);
  const negative = body.startsWith('^');
  if (negative) body = body.slice(1);
  const classes = posixRegex(`x${body}`).slice(1);
  // Backslashes are plain within brackets; the classes' own stay.
  const safe = body
    .replace(/\[:\w+:\]/g, '\0')
    .replace(/\\/g, '\\\\')
    .replace(/\]/g, '\\]')
    .replace(/\[/g, '\\[')
    .replace(/\^/g, '\\^');
  const found = body.match(/\[:\w+:\]/g) ?? [];
  let n = 0;
  const whole = safe.replace(/\0/g, () => posixRegex(found[n++]!));
  return `[${negative ? '^' : ''}${whole === '' ? classes : whole}]`;
}
