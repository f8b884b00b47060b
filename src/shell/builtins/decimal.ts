/**
 * Decimal digits of binary numbers as C's printf gives them: exact, ties to even. bash and coreutils
 * read numbers into 80-bit `long double`, the others into `double`; the difference shows in `%.2f` of
 * 2.005. Models glibc's `vfprintf` for %e, %f and %g.
 */

/** A number that is not negative, as a fraction. */
export interface Fraction {
  readonly num: bigint;
  readonly den: bigint;
}

const ten = (power: number): bigint => 10n ** BigInt(power);

function roundedQuotient(num: bigint, den: bigint): bigint {
  const whole = num / den;
  const twice = (num % den) * 2n;
  const up = twice > den || (twice === den && (whole & 1n) === 1n);
  return up ? whole + 1n : whole;
}

/** The exact value of a finite double's size. */
export function fractionOf(value: number): Fraction {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(value));
  const bits = view.getBigUint64(0);
  const field = Number(bits >> 52n) & 0x7ff;
  const low = bits & ((1n << 52n) - 1n);
  const mantissa = field === 0 ? low : low | (1n << 52n);
  const shift = (field === 0 ? 1 : field) - 1075;
  return shift >= 0
    ? { num: mantissa << BigInt(shift), den: 1n }
    : { num: mantissa, den: 1n << BigInt(-shift) };
}

/** A decimal text rounded to the 64 bits of a `long double`'s mantissa. */
export function longDouble(text: string): Fraction | undefined {
  const match = /^[-+]?(\d*)\.?(\d*)(?:[eE]([-+]?\d{1,4}))?$/.exec(text);
  if (!match) return undefined;
  const digits = BigInt(`${match[1]!}${match[2]!}` || '0');
  const power = Number(match[3] ?? '0') - match[2]!.length;
  if (digits === 0n) return { num: 0n, den: 1n };
  const num = power > 0 ? digits * ten(power) : digits;
  const den = power < 0 ? ten(-power) : 1n;
  let shift = num.toString(2).length - den.toString(2).length - 64;
  const scaled = (by: number) =>
    by >= 0 ? roundedQuotient(num, den << BigInt(by)) : roundedQuotient(num << BigInt(-by), den);
  if (scaled(shift) >= 1n << 64n) shift++;
  const mantissa = scaled(shift);
  return shift >= 0
    ? { num: mantissa << BigInt(shift), den: 1n }
    : { num: mantissa, den: 1n << BigInt(-shift) };
}

/** `%.Nf` */
export function fixedDigits({ num, den }: Fraction, precision: number): string {
  const text = roundedQuotient(num * ten(precision), den)
    .toString()
    .padStart(precision + 1, '0');
  if (precision === 0) return text;
  return `${text.slice(0, -precision)}.${text.slice(-precision)}`;
}

/** `%.Ne`, with the exponent written as JavaScript does (`1.5e+3`). */
export function exponentDigits({ num, den }: Fraction, precision: number): string {
  if (num === 0n) return `${precision === 0 ? '0' : `0.${'0'.repeat(precision)}`}e+0`;
  let power = num.toString().length - den.toString().length;
  const smaller = power >= 0 ? num < den * ten(power) : num * ten(-power) < den;
  if (smaller) power--;
  const shift = precision - power;
  let digits =
    shift >= 0 ? roundedQuotient(num * ten(shift), den) : roundedQuotient(num, den * ten(-shift));
  if (digits >= ten(precision + 1)) {
    digits /= 10n;
    power++;
  }
  const text = digits.toString();
  const point = precision === 0 ? '' : `.${text.slice(1)}`;
  return `${text[0]!}${point}e${power < 0 ? '-' : '+'}${Math.abs(power)}`;
}
