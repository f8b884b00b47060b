/** Awk's values: numbers, strings, and input that is a number only if it looks like one. */
import { formatFloat } from '../../builtins/printf-format';

/** Text from the input that looks like a number (POSIX: a numeric string). */
export class LooksNumeric {
  constructor(
    readonly text: string,
    readonly value: number,
  ) {}
}

/** Undefined is a variable that has never been set. */
export type Value = number | string | LooksNumeric | undefined;

/** A variable: a value, or an array from its first use as one. */
export class Cell {
  value: Value;
  array: Map<string, Value> | undefined;
  /** A parameter whose argument was not set yet: it may still become an array. */
  origin: Cell | undefined;

  elements(): Map<string, Value> {
    if (!this.array) this.array = this.origin ? this.origin.elements() : new Map<string, Value>();
    return this.array;
  }
}

const NUMBER =
  /^\s*[-+]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|inf(?:inity)?\b|nan\b)/i;
const DECIMAL = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/;

export function leadingNumber(text: string): number {
  const match = DECIMAL.exec(text);
  return match ? Number(match[0]) : 0;
}

export function fromInput(text: string): Value {
  const match = DECIMAL.exec(text);
  if (match && text.slice(match[0].length).trim() === '') {
    return new LooksNumeric(text, Number(match[0]));
  }
  return text;
}

export function toNumber(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return NUMBER.test(value) ? leadingNumber(value) : 0;
  return value === undefined ? 0 : value.value;
}

export function toText(value: Value, format: string, wide: boolean): string {
  if (typeof value === 'string') return value;
  if (value === undefined) return '';
  if (typeof value !== 'number') return value.text;
  if (Number.isInteger(value)) {
    // mawk takes %d within 32 bits and the format beyond; BusyBox takes %lld.
    if (Math.abs(value) < (wide ? 2 ** 63 : 2 ** 31))
      return wide ? BigInt(value).toString() : String(value);
  }
  return formatAwk(format, [value], wide);
}

export function isTrue(value: Value): boolean {
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'string') return value !== '';
  return value !== undefined && value.value !== 0;
}

export function compareValues(a: Value, b: Value, format: string, wide: boolean): number {
  if (typeof a !== 'string' && typeof b !== 'string') {
    const x = toNumber(a);
    const y = toNumber(b);
    return x < y ? -1 : x > y ? 1 : 0;
  }
  const x = toText(a, format, wide);
  const y = toText(b, format, wide);
  return x < y ? -1 : x > y ? 1 : 0;
}

const SPECIFICATION = /%([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?[hlLqjzt]*([\s\S])?/g;

/** printf and sprintf. */
export function formatAwk(format: string, args: readonly Value[], wide: boolean): string {
  let next = 0;
  return format.replace(
    SPECIFICATION,
    (whole, flagText: string, widthText?: string, precisionText?: string, letter?: string) => {
      if (letter === '%') return '%';
      if (letter === undefined) return whole;
      let flags = flagText;
      let width = widthText === '*' ? toNumber(args[next++]) : Number(widthText ?? 0);
      if (width < 0) {
        flags += '-';
        width = -width;
      }
      const dot = /\.(\*|\d*)[hlLqjzt]*[\s\S]?$/.test(whole);
      const precision = !dot
        ? undefined
        : precisionText === '*'
          ? toNumber(args[next++])
          : Number(precisionText ?? 0);
      const text = convert(letter, args[next++], flags, precision, wide);
      return text === undefined ? whole : padded(text, flags, width, letter, precision);
    },
  );
}

function convert(
  letter: string,
  value: Value,
  flags: string,
  precision: number | undefined,
  wide: boolean,
): string | undefined {
  switch (letter) {
    case 's':
      return toText(value, '%.6g', wide).slice(0, precision);
    case 'c':
      return typeof value === 'number'
        ? String.fromCharCode(Math.trunc(value) & 255)
        : toText(value, '%.6g', wide).slice(0, 1);
    case 'd':
    case 'i':
      return integer(toNumber(value), flags, precision);
    case 'u':
    case 'o':
    case 'x':
    case 'X': {
      const number = toNumber(value);
      const whole = Number.isFinite(number) ? BigInt(Math.trunc(number)) : 0n;
      const radix = letter === 'o' ? 8 : letter === 'u' ? 10 : 16;
      let text = BigInt.asUintN(64, whole)
        .toString(radix)
        .padStart(precision ?? 0, '0');
      if (flags.includes('#') && whole !== 0n) text = (radix === 8 ? '0' : '0x') + text;
      return letter === 'X' ? text.toUpperCase() : text;
    }
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      return formatFloat(toNumber(value), letter, flags, precision ?? 6);
    default:
      return undefined;
  }
}

function integer(value: number, flags: string, precision: number | undefined): string {
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? 'nan' : value > 0 ? '9223372036854775807' : '-9223372036854775808';
  }
  const whole = BigInt(Math.trunc(value));
  const body = (whole < 0n ? -whole : whole).toString().padStart(precision ?? 0, '0');
  return (whole < 0n ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '') + body;
}

function padded(
  text: string,
  flags: string,
  width: number,
  letter: string,
  precision: number | undefined,
): string {
  if (text.length >= width) return text;
  if (flags.includes('-')) return text.padEnd(width);
  const zeros = flags.includes('0') && !'sc'.includes(letter);
  if (!zeros || (precision !== undefined && 'diuoxX'.includes(letter))) return text.padStart(width);
  const sign = /^[-+ ]?(?:0[xX])?/.exec(text)![0];
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}
