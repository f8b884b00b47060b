/** Operators on numbers (`Objects/longobject.c`, `floatobject.c`). */
import { power as raise, squareRoot } from '../../base';
import { raised, typeError, valueError } from './classes';
import { PyFloat, float, int, isInt, type Value } from './values';

/** Largest results, in bits: beyond, the memory would be gone. */
const BITS_MAX = 8_000_000;
type Number_ = number | bigint;

/** Undefined where the operands are not both numbers. */
export function arithmetic(op: string, a: Value, b: Value): Value | undefined {
  if (typeof a === 'number' && typeof b === 'number') {
    const quick = small(op, a, b);
    if (quick !== undefined && Number.isSafeInteger(quick)) return quick === 0 ? 0 : quick;
  }
  if (a instanceof PyFloat || b instanceof PyFloat) {
    const x = toFloat(a);
    const y = toFloat(b);
    return x === undefined || y === undefined ? undefined : floats(op, x, y);
  }
  if (!isInt(a) || !isInt(b)) return undefined;
  if (typeof a === 'boolean' && typeof b === 'boolean' && '&|^'.includes(op)) {
    if (op === '&') return a && b;
    return op === '|' ? a || b : a !== b;
  }
  return integers(
    op,
    typeof a === 'boolean' ? Number(a) : a,
    typeof b === 'boolean' ? Number(b) : b,
  );
}

export function toFloat(v: Value): number | undefined {
  if (v instanceof PyFloat) return v.value;
  return isInt(v) ? Number(v) : undefined;
}

function small(op: string, a: number, b: number): number | undefined {
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '//':
      return b === 0 ? undefined : Math.floor(a / b);
    case '%':
      return b === 0 ? undefined : ((a % b) + b) % b;
    default:
      return undefined;
  }
}

function integers(op: string, a: Number_, b: Number_): Value | undefined {
  const x = BigInt(a);
  const y = BigInt(b);
  switch (op) {
    case '+':
      return int(x + y);
    case '-':
      return int(x - y);
    case '*':
      checkBits(bits(x) + bits(y));
      return int(x * y);
    case '/':
      if (y === 0n) throw raised('ZeroDivisionError', 'division by zero');
      return float(Number(a) / Number(b));
    case '//':
      if (y === 0n) throw raised('ZeroDivisionError', 'integer division or modulo by zero');
      return int(floorDivide(x, y));
    case '%':
      if (y === 0n) throw raised('ZeroDivisionError', 'integer division or modulo by zero');
      return int(x - floorDivide(x, y) * y);
    case '**':
      if (y < 0n) return floats('**', Number(a), Number(b));
      checkBits(bits(x) * Number(y));
      return int(x ** y);
    case '&':
      return int(x & y);
    case '|':
      return int(x | y);
    case '^':
      return int(x ^ y);
    case '<<':
      if (y < 0n) throw valueError('negative shift count');
      checkBits(bits(x) + Number(y));
      return int(x << y);
    case '>>':
      if (y < 0n) throw valueError('negative shift count');
      return int(x >> y);
    default:
      return undefined;
  }
}

const bits = (x: bigint) => x.toString(16).length * 4;
function checkBits(count: number): void {
  if (count > BITS_MAX) throw raised('MemoryError');
}

function floorDivide(x: bigint, y: bigint): bigint {
  const quotient = x / y;
  return quotient * y !== x && x < 0n !== y < 0n ? quotient - 1n : quotient;
}

function floats(op: string, x: number, y: number): Value | undefined {
  switch (op) {
    case '+':
      return float(x + y);
    case '-':
      return float(x - y);
    case '*':
      return float(x * y);
    case '/':
      if (y === 0) throw raised('ZeroDivisionError', 'float division by zero');
      return float(x / y);
    case '//':
      if (y === 0) throw raised('ZeroDivisionError', 'float divmod()');
      return float(Math.floor(x / y));
    case '%': {
      if (y === 0) throw raised('ZeroDivisionError', 'float modulo');
      const rest = x % y;
      return float(rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest);
    }
    case '**':
      return float(power(x, y));
    default:
      return undefined;
  }
}

/** By squaring where the exponent is whole: the same in every browser. */
function power(x: number, y: number): number {
  if (x === 0 && y < 0)
    throw raised('ZeroDivisionError', '0.0 cannot be raised to a negative power');
  if (y === 0.5) return root(x);
  if (x < 0 && !Number.isInteger(y)) throw typeError('not simulated: complex numbers');
  return raise(x, y);
}

/** `math.sqrt` */
export function root(x: number): number {
  if (x < 0) throw valueError('math domain error');
  return squareRoot(x);
}

export function negate(op: string, v: Value): Value | undefined {
  if (v instanceof PyFloat) return op === '-' ? float(-v.value) : op === '+' ? v : undefined;
  if (!isInt(v)) return undefined;
  const x = typeof v === 'boolean' ? Number(v) : v;
  if (op === '+') return x;
  if (typeof x === 'number') {
    if (op === '-') return x === 0 ? 0 : -x;
    return -x - 1;
  }
  return int(op === '-' ? -x : ~x);
}
