/** `format()`, f-strings and `%`: the format language of `Python/formatter_unicode.c`. */
import type { Sys } from '../../kernel';
import { special } from './attributes';
import { getItem, numeric } from './keys';
import { floatText, repr, str } from './text';
import { plain, raised, typeError, typeOf, valueError } from './classes';
import { PyDict, PyFloat, PyTuple, isInt, type Value } from './values';
import type { Vm } from './vm';

interface Spec {
  readonly fill: string;
  readonly align: string;
  readonly sign: string;
  readonly alternate: boolean;
  readonly width: number;
  readonly group: string;
  readonly precision: number | undefined;
  readonly kind: string;
}

const SPEC = /^(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/su;
/** The longest text that padding makes. */
const WIDTH_MAX = 1_000_000;

function parseSpec(text: string): Spec {
  const found = SPEC.exec(text);
  if (!found) throw valueError('Invalid format specifier');
  const [, fill, align, sign = '-', hash, zero, width, group = '', precision, kind = ''] = found;
  return {
    fill: fill ?? (zero === undefined ? ' ' : '0'),
    align: align ?? (zero === undefined ? '' : '='),
    sign,
    alternate: hash !== undefined,
    width: Math.min(WIDTH_MAX, Number(width ?? '0')),
    group,
    precision: precision === undefined ? undefined : Number(precision),
    kind,
  };
}

function pad(text: string, spec: Spec, natural: string): string {
  const lack = spec.width - [...text].length;
  if (lack <= 0) return text;
  const align = spec.align || natural;
  if (align === '<') return text + spec.fill.repeat(lack);
  if (align === '^') {
    const left = Math.floor(lack / 2);
    return spec.fill.repeat(left) + text + spec.fill.repeat(lack - left);
  }
  if (align === '=') {
    const sign = /^[-+ ]?(?:0[xob])?/i.exec(text)![0];
    return sign + spec.fill.repeat(lack) + text.slice(sign.length);
  }
  return spec.fill.repeat(lack) + text;
}

function grouped(digits: string, mark: string, size = 3): string {
  if (mark === '') return digits;
  return digits.replace(new RegExp(`\\B(?=(.{${size}})+$)`, 'g'), mark);
}

function signed(negative: boolean, spec: Spec): string {
  if (negative) return '-';
  return spec.sign === '-' ? '' : spec.sign;
}

function formatInt(value: number | bigint, spec: Spec): string {
  const negative = value < 0;
  const size = negative ? -BigInt(value) : BigInt(value);
  const radix = { x: 16, X: 16, o: 8, b: 2 }[spec.kind] ?? 10;
  let digits = grouped(size.toString(radix), spec.group, radix === 10 ? 3 : 4);
  if (spec.kind === 'X') digits = digits.toUpperCase();
  const prefix = spec.alternate && radix !== 10 ? `0${spec.kind}` : '';
  return signed(negative, spec) + prefix + digits;
}

function formatFloat(value: number, spec: Spec): string {
  const negative = value < 0 || Object.is(value, -0);
  const size = Math.abs(value);
  let text: string;
  if (!Number.isFinite(size)) text = Number.isNaN(size) ? 'nan' : 'inf';
  else text = digitsOf(size, spec);
  const point = text.search(/[.e%]/);
  const whole = point < 0 ? text : text.slice(0, point);
  const tail = point < 0 ? '' : text.slice(point);
  return signed(negative, spec) + grouped(whole, spec.group) + tail;
}

function exponentText(text: string): string {
  return text.replace(/e([-+])(\d)$/, 'e$10$2');
}

function digitsOf(size: number, spec: Spec): string {
  const precision = Math.min(100, spec.precision ?? 6);
  switch (spec.kind) {
    case 'f':
    case 'F':
      return size.toFixed(precision);
    case '%':
      return `${(size * 100).toFixed(precision)}%`;
    case 'e':
    case 'E': {
      const text = exponentText(size.toExponential(precision));
      return spec.kind === 'E' ? text.toUpperCase() : text;
    }
    case 'g':
    case 'G':
      return general(size, precision || 1);
    default:
      return spec.precision === undefined
        ? floatText(size)
        : withPoint(general(size, precision || 1));
  }
}

const withPoint = (text: string) => (/[.e]/.test(text) ? text : `${text}.0`);

function general(size: number, precision: number): string {
  if (size === 0) return '0';
  const exponent = Number(size.toExponential(precision - 1).split('e')[1]);
  const text =
    exponent < -4 || exponent >= precision
      ? exponentText(size.toExponential(precision - 1))
      : size.toFixed(Math.max(0, precision - 1 - exponent));
  return text.replace(/(\.\d*?)0+(?=e|$)/, '$1').replace(/\.(?=e|$)/, '');
}

export function* format(vm: Vm, value: Value, specText: string): Sys<string> {
  const method = special(value, '__format__');
  if (method !== undefined) return (yield* vm.call(method, [specText])) as string;
  if (specText === '') return yield* str(vm, value);
  const v = plain(value);
  const spec = parseSpec(specText);
  if (typeof v === 'string') {
    if (spec.kind !== '' && spec.kind !== 's') throw unknownCode(spec.kind, 'str');
    return pad([...v].slice(0, spec.precision).join(''), spec, '<');
  }
  if (isInt(v) && /^[dxXobcn]?$/.test(spec.kind)) {
    if (spec.kind === 'c') return pad(String.fromCodePoint(Number(v)), spec, '<');
    if (typeof v === 'boolean' && spec.kind === '') return pad(v ? 'True' : 'False', spec, '<');
    return pad(formatInt(typeof v === 'boolean' ? Number(v) : v, spec), spec, '>');
  }
  const number = numeric(v);
  if (number !== undefined) {
    if (!/^[eEfFgGn%]?$/.test(spec.kind)) throw unknownCode(spec.kind, typeOf(v).name);
    return pad(formatFloat(Number(number), spec), spec, '>');
  }
  throw typeError(`unsupported format string passed to ${typeOf(value).name}.__format__`);
}

function unknownCode(kind: string, type: string): Error {
  return valueError(`Unknown format code '${kind}' for object of type '${type}'`);
}

const PERCENT = /%(?:\(([^)]*)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+))?[hlL]?(.)/gs;

/** `'%s' % values` */
export function* percent(vm: Vm, text: string, values: Value): Sys<string> {
  const list = values instanceof PyTuple ? values.items : [values];
  let used = 0;
  let out = '';
  let at = 0;
  const next = () => {
    if (used >= list.length) throw typeError('not enough arguments for format string');
    return list[used++]!;
  };
  for (const found of text.matchAll(PERCENT)) {
    const [whole, name, flags = '', width, precision, kind = ''] = found;
    out += text.slice(at, found.index);
    at = found.index + whole.length;
    if (kind === '%') {
      out += '%';
      continue;
    }
    const wide = width === '*' ? String(next() as number) : (width ?? '');
    let value: Value;
    if (name === undefined) value = next();
    else {
      const v = plain(values);
      if (!(v instanceof PyDict)) throw typeError('format requires a mapping');
      const item = getItem(v, name);
      if (item === undefined) throw raised('KeyError', name);
      value = item;
    }
    out += yield* conversion(vm, value, kind, flags, wide, precision);
  }
  if (used < list.length && !(plain(values) instanceof PyDict))
    throw typeError('not all arguments converted during string formatting');
  return out + text.slice(at);
}

function* conversion(
  vm: Vm,
  value: Value,
  kind: string,
  flags: string,
  width: string,
  precision: string | undefined,
): Sys<string> {
  const dot = precision === undefined ? '' : `.${precision}`;
  const sign = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const left = flags.includes('-');
  const zero = flags.includes('0') && !left ? '0' : '';
  const hash = flags.includes('#') ? '#' : '';
  if (kind === 's' || kind === 'r' || kind === 'a') {
    const text = kind === 's' ? yield* str(vm, value) : yield* repr(vm, value);
    return yield* format(vm, text, `${left ? '<' : '>'}${width}${dot}`);
  }
  if (kind === 'c')
    return yield* format(
      vm,
      typeof value === 'string' ? value : String.fromCodePoint(Number(value)),
      `>${width}`,
    );
  const number = numeric(plain(value));
  if (number === undefined)
    throw typeError(`%${kind} format: a number is required, not ${typeOf(value).name}`);
  const spec = `${left ? '<' : ''}${sign}${hash}${zero}${width}`;
  if ('di'.includes(kind) || kind === 'u') {
    const whole = value instanceof PyFloat ? Math.trunc(value.value) : number;
    return yield* format(vm, whole, `${spec}d`);
  }
  if ('xXo'.includes(kind)) return yield* format(vm, number, spec + kind);
  if ('eEfFgG'.includes(kind))
    return yield* format(vm, new PyFloat(Number(number)), spec + dot + kind);
  throw valueError(
    `unsupported format character '${kind}' (0x${kind.charCodeAt(0).toString(16)}) at index 0`,
  );
}

/** Which argument a field means: by its name, its number, or the next one. */
class Numbering {
  private next = 0;
  private style: 'automatic field numbering' | 'manual field specification' | undefined;

  constructor(
    private readonly args: readonly Value[],
    private readonly named: ReadonlyMap<string, Value>,
  ) {}

  value(name: string): Value {
    if (name !== '' && !/^\d+$/.test(name)) {
      const found = this.named.get(name);
      if (found === undefined) throw raised('KeyError', name);
      return found;
    }
    const style = name === '' ? 'automatic field numbering' : 'manual field specification';
    if (this.style !== undefined && this.style !== style)
      throw valueError(`cannot switch from ${this.style} to ${style}`);
    this.style = style;
    const at = name === '' ? this.next++ : Number(name);
    const found = this.args[at];
    if (found === undefined) {
      throw raised('IndexError', `Replacement index ${at} out of range for positional args tuple`);
    }
    return found;
  }
}

/** `'{}'.format(...)` */
export function* formatText(
  vm: Vm,
  text: string,
  args: readonly Value[],
  named: ReadonlyMap<string, Value>,
  reach: (value: Value, path: string) => Sys<Value>,
): Sys<string> {
  let out = '';
  const numbering = new Numbering(args, named);
  for (let at = 0; at < text.length;) {
    const c = text[at]!;
    if ((c === '{' || c === '}') && text[at + 1] === c) {
      out += c;
      at += 2;
      continue;
    }
    if (c === '}') throw valueError("Single '}' encountered in format string");
    if (c !== '{') {
      out += c;
      at++;
      continue;
    }
    const end = closingBrace(text, at + 1);
    if (end < 0) throw valueError("expected '}' before end of string");
    const [, name = '', path = '', change, spec = ''] =
      /^([^.[!:]*)([^!:]*)(?:!(.))?(?::([^]*))?$/.exec(text.slice(at + 1, end)) ?? [];
    const reached = yield* reach(numbering.value(name), path);
    const shown =
      change === 'r'
        ? yield* repr(vm, reached)
        : change === 's'
          ? yield* str(vm, reached)
          : reached;
    const inner = spec.replace(/\{(\w*)\}/g, (_all, key: string) =>
      String(numbering.value(key) as number),
    );
    out += yield* format(vm, shown, inner);
    at = end + 1;
  }
  return out;
}

function closingBrace(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && depth-- === 0) return at;
  }
  return -1;
}
