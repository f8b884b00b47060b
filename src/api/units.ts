/**
 * Sizes and durations as Docker's client writes and reads them: docker/go-units for sizes and
 * human durations, Go's `time` package for durations like `1m30s`. A duration is a number of
 * nanoseconds, as in the API; above 2^53 ns (104 days) the last digits are lost, which Docker's
 * own values never need.
 */

const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB'];

/** Go's `%.<precision>g` for numbers of ordinary size. */
export function formatSignificant(value: number, precision: number): string {
  if (value === 0) return '0';
  const text = value.toPrecision(precision);
  const mark = text.indexOf('e');
  if (mark < 0) return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  const mantissa = text.slice(0, mark).replace(/\.?0+$/, '');
  const exponent = text.slice(mark + 1);
  const digits = exponent.slice(1).padStart(2, '0');
  return `${mantissa}e${exponent[0]!}${digits}`;
}

function scaled(size: number, base: number, units: readonly string[], precision: number): string {
  let unit = 0;
  while (size >= base && unit < units.length - 1) {
    size /= base;
    unit++;
  }
  return formatSignificant(size, precision) + units[unit]!;
}

/** Decimal units, four significant digits: `1.984MB`. */
export function humanSize(bytes: number, precision = 4): string {
  return scaled(bytes, 1000, DECIMAL, precision);
}

/** Binary units: `23.54GiB`. */
export function bytesSize(bytes: number): string {
  return scaled(bytes, 1024, BINARY, 4);
}

function sizeOf(text: string, base: number): number | undefined {
  const match = /^(\d+(?:\.\d+)*) ?([kKmMgGtTpP])?[iI]?[bB]?$/.exec(text);
  if (!match) return undefined;
  const value = Number(match[1]);
  if (!Number.isFinite(value)) return undefined;
  const power = match[2] === undefined ? 0 : 'kmgtp'.indexOf(match[2].toLowerCase()) + 1;
  let size = value;
  for (let i = 0; i < power; i++) size *= base;
  return Math.trunc(size);
}

/** `64m`, `1.5GiB`, `1024` with binary units; undefined where go-units says "invalid size". */
export function parseRamSize(text: string): number | undefined {
  return sizeOf(text, 1024);
}

/** The same with decimal units (`docker run --storage-opt`, build cache sizes). */
export function parseHumanSize(text: string): number | undefined {
  return sizeOf(text, 1000);
}

/** "About a minute", "3 weeks": go-units' HumanDuration of a number of seconds. */
export function humanDuration(seconds: number): string {
  const whole = Math.trunc(seconds);
  if (whole < 1) return 'Less than a second';
  if (whole === 1) return '1 second';
  if (whole < 60) return `${whole} seconds`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.trunc(seconds / 3600 + 0.5);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 7 * 2) return `${Math.trunc(hours / 24)} days`;
  if (hours < 24 * 30 * 2) return `${Math.trunc(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24 / 30)} months`;
  return `${Math.trunc(Math.trunc(seconds / 3600) / 24 / 365)} years`;
}

/** Go's `time.Duration.String()`. */
export function formatDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return '0s';
  const sign = nanoseconds < 0 ? '-' : '';
  const ns = Math.abs(nanoseconds);
  const fraction = (value: number, digits: number) => {
    const text = value.toFixed(digits);
    return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  };
  if (ns < 1e3) return `${sign}${ns}ns`;
  if (ns < 1e6) return `${sign}${fraction(ns / 1e3, 3)}µs`;
  if (ns < 1e9) return `${sign}${fraction(ns / 1e6, 6)}ms`;
  const whole = Math.trunc(ns / 1e9);
  const rest = ns - whole * 1e9;
  const seconds =
    String(whole % 60) + (rest === 0 ? '' : '.' + String(rest).padStart(9, '0').replace(/0+$/, ''));
  const minutes = Math.trunc(whole / 60);
  if (minutes === 0) return `${sign}${seconds}s`;
  const hours = Math.trunc(minutes / 60);
  if (hours === 0) return `${sign}${minutes}m${seconds}s`;
  return `${sign}${hours}h${minutes % 60}m${seconds}s`;
}

const UNIT_NS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Nanoseconds of a Go duration text, or the words of Go's error. */
export function parseDuration(text: string): number | { readonly error: string } {
  const invalid = { error: `time: invalid duration ${JSON.stringify(text)}` };
  let rest = text;
  let sign = 1;
  if (rest[0] === '+' || rest[0] === '-') {
    if (rest[0] === '-') sign = -1;
    rest = rest.slice(1);
  }
  if (rest === '0') return 0;
  if (rest === '') return invalid;
  let total = 0;
  while (rest !== '') {
    const number = /^(?:\d+\.?\d*|\.\d+)/.exec(rest);
    if (!number) return invalid;
    rest = rest.slice(number[0].length);
    const unit = /^[^.\d]+/.exec(rest);
    if (!unit) return { error: `time: missing unit in duration ${JSON.stringify(text)}` };
    const factor = UNIT_NS[unit[0]];
    if (factor === undefined) {
      const shown = JSON.stringify(unit[0]);
      return { error: `time: unknown unit ${shown} in duration ${JSON.stringify(text)}` };
    }
    total += Math.trunc(Number(number[0]) * factor);
    rest = rest.slice(unit[0].length);
  }
  return sign * total;
}
