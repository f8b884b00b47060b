/** printf(1). Models bash `printf.def`, dash `bltin/printf.c`, coreutils and BusyBox `printf.c`. */
import { exponentDigits, fixedDigits, fractionOf, longDouble, type Fraction } from './decimal';
import { backslashQuote } from '../exec/quoting';
import { formatTime } from '../time-format';
import { echoEscapes } from './echo';
import { rawByte } from './raw-bytes';

export type PrintfStyle = 'bash' | 'dash' | 'ash' | 'gnu';

export interface Printed {
  readonly text: string;
  readonly errors: readonly string[];
  readonly status: number;
}

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

/** In dash and ash `\\"` stays as it is. */
const knowsEscape = (next: string, style: PrintfStyle): boolean => {
  if (SIMPLE[next] === undefined) return false;
  if (next === "'") return style === 'bash';
  return next !== '"' || style === 'bash' || style === 'gnu';
};

class Formatter {
  out = '';
  readonly errors: string[] = [];
  private at = 0;
  /** The number read last, in the shells that keep more digits than a double. */
  private exact: Fraction | undefined;
  /** `\c` was met. */
  stopped = false;
  used = false;
  status = 0;

  constructor(
    private readonly format: string,
    private readonly args: readonly string[],
    private readonly style: PrintfStyle,
    private readonly nowUs: number,
  ) {}

  private take(): string | undefined {
    this.used = true;
    return this.args[this.at++];
  }

  get left(): boolean {
    return this.at < this.args.length;
  }

  once(): boolean {
    const { format } = this;
    for (let i = 0; i < format.length && !this.stopped;) {
      const ch = format[i]!;
      if (ch === '\\') i = this.escape(i);
      else if (ch === '%') {
        const next = this.directive(i);
        if (next < 0) return false;
        i = next;
      } else {
        this.out += ch;
        i++;
      }
    }
    return true;
  }

  private escape(at: number): number {
    const { format } = this;
    const next = format[at + 1];
    if (next === undefined) {
      this.out += '\\';
      return at + 1;
    }
    if (knowsEscape(next, this.style)) {
      this.out += SIMPLE[next];
      return at + 2;
    }
    if (next === 'c' && (this.style === 'ash' || this.style === 'gnu')) {
      this.stopped = true;
      return at + 2;
    }
    const octal = /^[0-7]{1,3}/.exec(format.slice(at + 1));
    if (octal) {
      this.out += rawByte(parseInt(octal[0], 8) & 255);
      return at + 1 + octal[0].length;
    }
    if (next === 'e' && this.style === 'dash') {
      this.out += '\x1b';
      return at + 2;
    }
    if (this.style !== 'dash') {
      const hex = /^x([0-9a-fA-F]{1,2})/.exec(format.slice(at + 1));
      const unicode = /^u([0-9a-fA-F]{1,4})/.exec(format.slice(at + 1));
      if (hex || (unicode && this.style !== 'ash')) {
        const found = (hex ?? unicode)!;
        const code = parseInt(found[1]!, 16);
        this.out += hex ? rawByte(code) : String.fromCharCode(code);
        return at + 1 + found[0].length;
      }
      if (next === 'e' || (next === 'E' && this.style === 'bash')) {
        this.out += '\x1b';
        return at + 2;
      }
    }
    this.out += `\\${next}`;
    return at + 2;
  }

  /** One `%` directive; answers where it ends, or -1 when the format is wrong. */
  private directive(at: number): number {
    const { format } = this;
    if (format[at + 1] === '%') {
      this.out += '%';
      return at + 2;
    }
    const match =
      /^%([-+ #0']*)(\*|-?\d+)?(?:\.(\*|-?\d*))?(hh|h|ll|l|L|q|j|z|t|)(\([^)]*\)T|[\s\S])?/.exec(
        format.slice(at),
      )!;
    let flags = match[1]!;
    let width =
      match[2] === '*'
        ? this.integerArgument()
        : match[2] === undefined
          ? undefined
          : Number(match[2]);
    const precisionText = match[3] === '*' ? String(this.integerArgument()) : match[3];
    const precision =
      precisionText === undefined || Number(precisionText) < 0 ? undefined : Number(precisionText);
    if (width !== undefined && width < 0) {
      flags += '-';
      width = -width;
    }
    let letter = match[5];
    let end = at + match[0].length;
    // `%q` looks like the length modifier q.
    const isQuote =
      this.style === 'bash' &&
      /^%[-+ #0']*(?:\*|-?\d+)?(?:\.(?:\*|-?\d*))?q/.exec(format.slice(at));
    if (isQuote) {
      letter = 'q';
      end = at + isQuote[0].length;
    }
    const modifier = match[4]!;
    if (modifier === 'q' && this.style === 'ash')
      return this.wrongDirective(`${format.slice(at)}: invalid format`);
    if (this.style === 'dash' && (modifier !== '' || flags.includes("'"))) {
      const cut = modifier === '' ? format.indexOf("'", at) + 1 : at + match[0].length;
      const shown =
        modifier === '' ? format.slice(at, cut) : `${beforeModifier(match)}${modifier[0]!}`;
      return this.wrongDirective(`${shown}: invalid directive`);
    }
    if (this.style === 'ash' && flags.includes("'"))
      return this.wrongDirective(`${format.slice(at)}: invalid format`);
    if (letter === undefined) {
      if (this.style === 'bash')
        return this.wrongDirective(`\`${match[0]}': missing format character`);
      if (this.style === 'dash') return this.wrongDirective('missing format character');
      return this.wrongDirective(`${match[0]}: invalid format`);
    }
    const text = this.convert(letter, flags, precision);
    if (text === undefined) return this.unknownLetter(letter, match, at, end);
    this.out += pad(text, 'sbcq'.includes(letter) ? flags.replace(/0/g, '') : flags, width);
    return end;
  }

  private unknownLetter(letter: string, match: RegExpExecArray, at: number, end: number): number {
    const { format } = this;
    switch (this.style) {
      case 'bash':
        return this.wrongDirective(`\`${letter}': invalid format character`);
      case 'dash': {
        const to = letter.startsWith('(') ? at + match[0].length - letter.length + 1 : end;
        return this.wrongDirective(`${format.slice(at, to)}: invalid directive`);
      }
      case 'gnu':
        return this.wrongDirective(`${format.slice(at, end)}: invalid conversion specification`);
      default: {
        // BusyBox cuts the length modifiers out and shows the rest of the format.
        const from = at + match[0].length - letter.length;
        return this.wrongDirective(`${beforeModifier(match)}${format.slice(from)}: invalid format`);
      }
    }
  }

  private wrongDirective(text: string): number {
    this.errors.push(text);
    this.status = this.style === 'dash' ? 2 : 1;
    return -1;
  }

  private convert(
    letter: string,
    flags: string,
    precision: number | undefined,
  ): string | undefined {
    switch (letter) {
      case 's':
        return (this.take() ?? '').slice(0, precision);
      case 'b': {
        const result = echoEscapes(
          this.take() ?? '',
          this.style === 'dash' ? 'dash' : this.style === 'ash' ? 'ash' : 'printf',
        );
        if (result.stop) this.stopped = true;
        return result.text.slice(0, precision);
      }
      case 'q':
        return this.style === 'bash' ? backslashQuote(this.take() ?? '') : undefined;
      case 'c':
        return (this.take() ?? '').slice(0, 1);
      case 'd':
      case 'i':
        return signed(this.number(), flags, precision);
      case 'u':
        return digits(BigInt.asUintN(64, this.number()).toString(10), precision);
      case 'o': {
        const text = digits(BigInt.asUintN(64, this.number()).toString(8), precision);
        return flags.includes('#') && !text.startsWith('0') ? `0${text}` : text;
      }
      case 'x':
      case 'X': {
        const value = BigInt.asUintN(64, this.number());
        const text = digits(value.toString(16), precision);
        const whole = flags.includes('#') && value !== 0n ? `0x${text}` : text;
        return letter === 'X' ? whole.toUpperCase() : whole;
      }
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
        return formatFloat(this.float(), letter, flags, precision ?? 6, this.exact);
      default:
        if (letter.startsWith('(') && this.style === 'bash') return this.time(letter.slice(1, -2));
        return undefined;
    }
  }

  private time(format: string): string {
    const arg = this.take();
    const seconds =
      arg === undefined || arg === '-1' || arg === '-2'
        ? Math.floor(this.nowUs / 1e6)
        : Number(arg);
    return formatTime(format === '' ? '%H:%M:%S' : format, seconds * 1e6);
  }

  private integerArgument(): number {
    return Number(this.number());
  }

  private number(): bigint {
    const text = this.take();
    if (text === undefined || (text === '' && this.style !== 'gnu')) {
      if (this.style === 'ash') this.wrongNumber("invalid number ''");
      return 0n;
    }
    if (/^["']/.test(text)) return BigInt(text.codePointAt(1) ?? 0);
    const match = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)/.exec(text);
    if (!match || match[0] !== text) {
      if (this.style === 'bash')
        this.wrongNumber(
          `${text}: invalid ${/^0[0-9]*[89]/.test(text.trim()) ? 'octal ' : ''}number`,
        );
      else if (this.style === 'ash') this.wrongNumber(`invalid number '${text}'`);
      else if (this.style === 'gnu')
        this.wrongNumber(
          match
            ? `'${text}': value not completely converted`
            : `'${text}': expected a numeric value`,
        );
      else
        this.wrongNumber(
          match ? `${text}: not completely converted` : `${text}: expected numeric value`,
        );
      if (this.style === 'ash') return 0n;
    }
    if (!match) return 0n;
    const body = match[2]!;
    let value = /^0[0-7]+$/.test(body) ? BigInt(`0o${body.slice(1)}`) : BigInt(body);
    if (match[1] === '-') value = -value;
    const max = (1n << 63n) - 1n;
    if (value > max || value < -max - 1n) {
      if (this.style === 'ash') {
        this.wrongNumber(`invalid number '${text}'`);
        return 0n;
      }
      const said = `${text}: Numerical result out of range`;
      if (this.style === 'bash') this.errors.push(`warning: ${said}`);
      else this.wrongNumber(said);
      return value > 0n ? max : -max - 1n;
    }
    return value;
  }

  private wrongNumber(text: string): void {
    this.errors.push(text);
    this.status = 1;
  }

  private float(): number {
    this.exact = undefined;
    const text = this.take();
    if (text === undefined || text === '') return 0;
    if (/^["']/.test(text)) return text.codePointAt(1) ?? 0;
    const match =
      /^\s*[-+]?(?:0[xX][0-9a-fA-F]+|[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?|[0-9]+\.|inf(?:inity)?|nan)/i.exec(
        text,
      );
    if (!match || match[0] !== text) {
      if (this.style === 'ash') this.wrongNumber(`invalid number '${text}'`);
      else
        this.wrongNumber(
          this.style === 'bash' ? `${text}: invalid number` : `${text}: expected numeric value`,
        );
    }
    if (!match) return 0;
    if (this.style === 'bash' || this.style === 'gnu') this.exact = longDouble(match[0].trim());
    if (/inf/i.test(match[0])) return match[0].trim().startsWith('-') ? -Infinity : Infinity;
    return /nan/i.test(match[0]) ? NaN : Number(match[0]);
  }
}

/** A directive up to its length modifier. */
function beforeModifier(match: RegExpExecArray): string {
  return match[0].slice(0, match[0].length - match[4]!.length - (match[5]?.length ?? 0));
}

function pad(text: string, flags: string, width: number | undefined): string {
  if (width === undefined || text.length >= width) return text;
  if (flags.includes('-')) return text.padEnd(width);
  if (flags.includes('0') && /^[-+ ]?(0[xX])?[0-9a-fA-F.]+(e[-+]\d+)?$/.test(text)) {
    const sign = /^[-+ ]?(?:0[xX])?/.exec(text)![0];
    return sign + text.slice(sign.length).padStart(width - sign.length, '0');
  }
  return text.padStart(width);
}

function digits(text: string, precision: number | undefined): string {
  return precision === undefined ? text : text.padStart(precision, '0');
}

function signed(value: bigint, flags: string, precision: number | undefined): string {
  const body = digits((value < 0n ? -value : value).toString(), precision);
  if (value < 0n) return `-${body}`;
  return flags.includes('+') ? `+${body}` : flags.includes(' ') ? ` ${body}` : body;
}

/** %e, %f, %g as in C. */
export function formatFloat(
  value: number,
  letter: string,
  flags: string,
  precision: number,
  exact?: Fraction,
): string {
  const lower = letter.toLowerCase();
  let text: string;
  const size = Math.abs(value);
  if (!Number.isFinite(size)) text = Number.isNaN(size) ? 'nan' : 'inf';
  else if (lower === 'f') text = fixedDigits(exact ?? fractionOf(size), precision);
  else if (lower === 'e') text = exponent(exponentDigits(exact ?? fractionOf(size), precision));
  else {
    const from = exact ?? fractionOf(size);
    const wanted = precision === 0 ? 1 : precision;
    const power = Number(exponentDigits(from, wanted - 1).split('e')[1]);
    if (power < -4 || power >= wanted) {
      text = exponentDigits(from, wanted - 1);
      if (!flags.includes('#')) text = text.replace(/\.?0+e/, 'e');
      text = exponent(text);
    } else {
      text = fixedDigits(from, Math.max(0, wanted - 1 - power));
      if (!flags.includes('#') && text.includes('.')) text = text.replace(/\.?0+$/, '');
    }
  }
  const negative = value < 0 || Object.is(value, -0);
  const sign = negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const whole = sign + text;
  return letter === lower ? whole : whole.toUpperCase();
}

function exponent(text: string): string {
  return text.replace(/e([-+])(\d)$/, 'e$10$2');
}

export function formatPrintf(
  format: string,
  args: readonly string[],
  style: PrintfStyle,
  nowUs = 0,
): Printed {
  const formatter = new Formatter(format, args, style, nowUs);
  do {
    formatter.used = false;
    if (!formatter.once() || formatter.stopped) break;
  } while (formatter.left && formatter.used);
  return { text: formatter.out, errors: formatter.errors, status: formatter.status };
}
