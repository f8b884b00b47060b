/**
 * Go's fmt verbs, as far as templates on a command line use them: %v %s %d %q %t %x %X %o %b %c
 * %f %e %g %T %U with flags, width and precision. Mistakes print as Go prints them
 * (`%!d(string=x)`).
 */
import { isGoObject, isMap, printValue, typeName, GoDuration } from './values';

interface Verb {
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  readonly letter: string;
}

/** `fmt.Sprintf`. */
export function sprintf(format: string, args: readonly unknown[]): string {
  let used = 0;
  const text = format.replace(
    /%([-+# 0]*)(\*|\d+)?(?:\.(\*|\d*))?([a-zA-Z%])|%$/g,
    (_all: string, flags = '', width?: string, precision?: string, letter?: string) => {
      if (letter === undefined) return '%!(NOVERB)';
      if (letter === '%') return '%';
      const size = width === '*' ? Number(args[used++]) : width && Number(width);
      const digits = precision === '*' ? Number(args[used++]) : precision;
      if (used >= args.length) return `%!${letter}(MISSING)`;
      return formatVerb(
        {
          flags,
          width: typeof size === 'number' ? size : undefined,
          precision: digits === undefined ? undefined : Number(digits),
          letter,
        },
        args[used++],
      );
    },
  );
  if (used >= args.length) return text;
  const extra = args.slice(used).map((arg) => `${typeName(arg)}=${printValue(arg)}`);
  return `${text}%!(EXTRA ${extra.join(', ')})`;
}

function formatVerb(verb: Verb, value: unknown): string {
  const body = verbBody(verb, value);
  if (body === undefined) return `%!${verb.letter}(${typeName(value)}=${printValue(value)})`;
  const width = verb.width ?? 0;
  const length = [...body].length;
  if (length >= width) return body;
  const fill = width - length;
  if (verb.flags.includes('-')) return body + ' '.repeat(fill);
  if (verb.flags.includes('0') && typeof value === 'number') {
    const sign = /^[+-]/.test(body) ? body[0]! : '';
    return sign + '0'.repeat(fill) + body.slice(sign.length);
  }
  return ' '.repeat(fill) + body;
}

function verbBody(verb: Verb, value: unknown): string | undefined {
  switch (verb.letter) {
    case 'v':
      return verb.precision !== undefined && typeof value === 'string'
        ? [...value].slice(0, verb.precision).join('')
        : printValue(value);
    case 'T':
      return typeName(value);
    case 's':
    case 'q':
      return textVerb(verb, value);
    case 't':
      return typeof value === 'boolean' ? String(value) : undefined;
    case 'd':
    case 'b':
    case 'o':
    case 'c':
    case 'U':
      return integerVerb(verb, value);
    case 'x':
    case 'X':
      return hexVerb(verb, value);
    case 'e':
    case 'f':
    case 'F':
    case 'g':
      return floatVerb(verb, value);
    default:
      return undefined;
  }
}

function textVerb(verb: Verb, value: unknown): string | undefined {
  if (Array.isArray(value)) {
    return `[${value.map((item) => formatVerb({ ...verb, width: undefined }, item)).join(' ')}]`;
  }
  if (typeof value === 'number' && verb.letter === 's') return undefined;
  if (typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return `'${String.fromCodePoint(value)}'`;
  let text = typeof value === 'string' ? value : printValue(value);
  if (value === null || value === undefined) return `%!${verb.letter}(<nil>)`;
  if (verb.precision !== undefined) text = [...text].slice(0, verb.precision).join('');
  return verb.letter === 'q' ? JSON.stringify(text) : text;
}

function integerVerb(verb: Verb, value: unknown): string | undefined {
  if (Array.isArray(value))
    return `[${value.map((item) => formatVerb({ ...verb, width: undefined }, item)).join(' ')}]`;
  const number = value instanceof GoDuration ? value.nanoseconds : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) return undefined;
  if (verb.letter === 'c') return String.fromCodePoint(number);
  if (verb.letter === 'U') return `U+${number.toString(16).toUpperCase().padStart(4, '0')}`;
  const base = verb.letter === 'd' ? 10 : verb.letter === 'b' ? 2 : 8;
  const sign =
    number >= 0 ? (verb.flags.includes('+') ? '+' : verb.flags.includes(' ') ? ' ' : '') : '';
  return sign + number.toString(base);
}

function hexVerb(verb: Verb, value: unknown): string | undefined {
  let text: string;
  if (typeof value === 'number') text = value.toString(16);
  else if (typeof value === 'string')
    text = [...value].map((ch) => ch.codePointAt(0)!.toString(16).padStart(2, '0')).join('');
  else if (isGoObject(value) || isMap(value)) return undefined;
  else return undefined;
  if (verb.flags.includes('#')) text = `0x${text}`;
  return verb.letter === 'X' ? text.toUpperCase() : text;
}

function floatVerb(verb: Verb, value: unknown): string | undefined {
  if (typeof value !== 'number') return undefined;
  const plus = value >= 0 && verb.flags.includes('+') ? '+' : '';
  if (verb.letter === 'g')
    return (
      plus +
      (verb.precision === undefined
        ? String(value)
        : String(Number(value.toPrecision(verb.precision || 1))))
    );
  const digits = verb.precision ?? 6;
  if (verb.letter !== 'e') return plus + value.toFixed(digits);
  const [mantissa, exponent] = value.toExponential(digits).split('e') as [string, string];
  return `${plus}${mantissa}e${exponent[0]!}${exponent.slice(1).padStart(2, '0')}`;
}
