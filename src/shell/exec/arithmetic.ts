/**
 * Shell arithmetic in 64 bits. Models bash `expr.c`, ash `math.c` and dash `arith_yacc.c`, each with
 * its complaints. The text comes with its expansions done; names are looked up here.
 */
import type { Shell } from './shell';

export class ArithmeticFault extends Error {}

const MAX_DEPTH = 1024;
const wrap = (value: bigint) => BigInt.asIntN(64, value);

/** Operators of two operands by binding strength, weakest first. */
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const ASSIGNS = ['=', '+=', '-=', '*=', '/=', '%=', '<<=', '>>=', '&=', '^=', '|='];
const TOKENS = [
  ...['<<=', '>>=', '**', '<<', '>>', '<=', '>=', '==', '!=', '&&', '||', '++', '--'],
  ...['+=', '-=', '*=', '/=', '%=', '&=', '^=', '|='],
  ...['+', '-', '*', '/', '%', '<', '>', '=', '&', '|', '^', '!', '~', '?', ':', ',', '(', ')'],
];

interface Token {
  readonly type: 'number' | 'name' | 'op' | 'end';
  readonly text: string;
  readonly at: number;
}

export function evaluate(sh: Shell, text: string, depth = 0): bigint {
  return new Evaluator(sh, text, depth).whole();
}

class Evaluator {
  private at = 0;
  private token: Token;
  private previous: Token | undefined;
  /** Above zero in a branch that is only read over. */
  private skipping = 0;

  constructor(
    private readonly sh: Shell,
    private readonly text: string,
    private readonly depth: number,
  ) {
    this.token = this.scan();
    this.previous = this.token;
  }

  whole(): bigint {
    if (this.depth > MAX_DEPTH) {
      throw new ArithmeticFault(
        `${this.text}: expression recursion level exceeded (error token is "${this.text}")`,
      );
    }
    if (this.token.type === 'end' && this.sh.dialect !== 'dash') return 0n;
    const value = this.comma();
    if (!this.ended()) this.fail('trailing');
    return value;
  }

  private ended(): boolean {
    return this.token.type === 'end';
  }

  private scan(): Token {
    const { text } = this;
    while (/\s/.test(text[this.at] ?? '')) this.at++;
    const at = this.at;
    if (at >= text.length) return { type: 'end', text: '', at };
    const rest = text.slice(at);
    const number = /^[0-9][0-9A-Za-z@_#]*/.exec(rest);
    if (number) {
      this.at += number[0].length;
      return { type: 'number', text: number[0], at };
    }
    const name = /^[A-Za-z_]\w*/.exec(rest);
    if (name) {
      this.at += name[0].length;
      if (text[this.at] === '[' && this.sh.isBash) this.at = this.subscriptEnd();
      return { type: 'name', text: text.slice(at, this.at), at };
    }
    const op = this.operatorAt(rest);
    if (op === undefined) {
      const before = this.previous;
      this.token = { type: 'op', text: rest[0]!, at };
      this.fail(before === undefined || before.type === 'op' ? 'operand' : 'operator');
    }
    this.at += op.length;
    return { type: 'op', text: op, at };
  }

  /** dash has no `++`, `--` and `**`; elsewhere `++` needs a name beside it, or is two signs. */
  private operatorAt(rest: string): string | undefined {
    const op = TOKENS.find((t) => rest.startsWith(t));
    if (op !== '++' && op !== '--' && op !== '**') return op;
    if (this.sh.dialect === 'dash') return op[0];
    if (op === '**' || this.previous?.type === 'name') return op;
    return /^[A-Za-z_]/.test(rest.slice(2).trimStart()) ? op : op[0];
  }

  private subscriptEnd(): number {
    let depth = 0;
    for (let i = this.at; i < this.text.length; i++) {
      if (this.text[i] === '[') depth++;
      else if (this.text[i] === ']' && --depth === 0) return i + 1;
    }
    throw new ArithmeticFault(`${this.text}: bad array subscript`);
  }

  private next(): Token {
    const token = this.token;
    this.previous = token;
    this.token = this.scan();
    return token;
  }

  private isOp(text: string): boolean {
    return this.token.type === 'op' && this.token.text === text;
  }

  private fail(
    what:
      | 'operand'
      | 'operator'
      | 'trailing'
      | 'division'
      | 'assign'
      | 'exponent'
      | 'paren'
      | 'colon',
  ): never {
    const { text, sh } = this;
    if (sh.dialect === 'ash') {
      const malformed = what === 'colon' || (what === 'trailing' && this.isOp(':'));
      throw new ArithmeticFault(
        what === 'division'
          ? 'divide by zero'
          : malformed
            ? 'malformed ?: operator'
            : 'arithmetic syntax error',
      );
    }
    if (sh.dialect === 'dash') {
      const shown =
        what === 'division'
          ? 'division by zero'
          : ['trailing', 'assign', 'operator'].includes(what)
            ? 'expecting EOF'
            : what === 'paren'
              ? "expecting ')'"
              : what === 'colon'
                ? "expecting ':'"
                : 'expecting primary';
      throw new ArithmeticFault(`arithmetic expression: ${shown}: "${text}"`);
    }
    const trimmed = text.trimStart();
    const before = this.previous?.at ?? 0;
    const from = this.token.type === 'end' ? before : this.token.at;
    const rest = text.slice(from);
    switch (what) {
      case 'operand':
        throw new ArithmeticFault(
          `${trimmed}: syntax error: operand expected (error token is "${rest}")`,
        );
      case 'division':
        throw new ArithmeticFault(
          `${trimmed}: division by 0 (error token is "${text.slice(before)}")`,
        );
      case 'assign':
        throw new ArithmeticFault(
          `${trimmed}: attempted assignment to non-variable (error token is "${rest}")`,
        );
      case 'exponent':
        throw new ArithmeticFault(`${trimmed}: exponent less than 0 (error token is "${rest}")`);
      case 'paren':
        throw new ArithmeticFault(`${trimmed}: missing \`)' (error token is "${rest}")`);
      case 'colon':
        throw new ArithmeticFault(
          `${trimmed}: \`:' expected for conditional expression (error token is "${rest}")`,
        );
      case 'operator':
        throw new ArithmeticFault(
          `${trimmed}: syntax error: invalid arithmetic operator (error token is "${rest}")`,
        );
      default:
        throw new ArithmeticFault(
          `${trimmed}: syntax error in expression (error token is "${rest}")`,
        );
    }
  }

  private comma(): bigint {
    let value = this.assignment();
    while (this.isOp(',') && this.sh.dialect !== 'dash') {
      this.next();
      value = this.assignment();
    }
    return value;
  }

  private assignment(): bigint {
    const start = this.token;
    if (start.type === 'name') {
      const saved = { at: this.at, previous: this.previous };
      this.next();
      if (this.token.type === 'op' && ASSIGNS.includes(this.token.text)) {
        const op = this.next().text;
        const right = this.assignment();
        return this.assign(start.text, op.slice(0, -1), right);
      }
      this.at = saved.at;
      this.token = start;
      this.previous = saved.previous;
    }
    const value = this.ternary();
    if (this.token.type === 'op' && ASSIGNS.includes(this.token.text)) this.fail('assign');
    return value;
  }

  private assign(name: string, op: string, right: bigint): bigint {
    if (this.skipping > 0) return 0n;
    const value = op === '' ? right : this.apply(op, this.lookup(name), right);
    this.store(name, value);
    return value;
  }

  private store(name: string, value: bigint): void {
    const element = /^(\w+)\[([\s\S]*)\]$/.exec(name);
    if (!element) {
      this.sh.vars.set(name, value.toString());
      return;
    }
    const isAssoc = this.sh.vars.lookup(element[1]!)?.assoc !== undefined;
    const key = isAssoc ? element[2]! : Number(evaluate(this.sh, element[2]!, this.depth + 1));
    this.sh.vars.setElement(element[1]!, key, value.toString());
  }

  private lookup(name: string): bigint {
    if (this.skipping > 0) return 0n;
    const { sh } = this;
    const element = /^(\w+)\[([\s\S]*)\]$/.exec(name);
    let value: string | undefined;
    if (element) {
      const variable = sh.vars.lookup(element[1]!);
      if (variable?.assoc) value = variable.assoc.get(element[2]!);
      else {
        let index = Number(evaluate(sh, element[2]!, this.depth + 1));
        if (index < 0 && variable?.array) index += Math.max(-1, ...variable.array.keys()) + 1;
        value = variable?.array
          ? variable.array.get(index)
          : index === 0
            ? variable?.value
            : undefined;
      }
    } else {
      value = dynamicValue(sh, name) ?? sh.vars.get(name);
      if (value === undefined && sh.isBash && sh.has('nounset')) {
        throw new UnboundInArithmetic(name);
      }
    }
    if (value === undefined || value === '') return 0n;
    if (/^\s*[-+]?[0-9]+\s*$/.test(value) && !/^\s*[-+]?0[0-9]/.test(value))
      return wrap(BigInt(value.trim().replace(/^\+/, '')));
    if (sh.dialect === 'dash' && !/^\s*[-+]?(0[xX][0-9a-fA-F]+|[0-9]+)\s*$/.test(value)) {
      throw new ArithmeticFault(`Illegal number: ${value}`);
    }
    return evaluate(sh, value, this.depth + 1);
  }

  private ternary(): bigint {
    const test = this.binary(0);
    if (!this.isOp('?')) return test;
    this.next();
    const yes = this.skipUnless(test !== 0n, () => this.assignmentOrComma());
    if (!this.isOp(':')) this.fail('colon');
    this.next();
    const no = this.skipUnless(test === 0n, () => this.assignment());
    return test !== 0n ? yes : no;
  }

  private assignmentOrComma(): bigint {
    return this.comma();
  }

  private skipUnless(wanted: boolean, read: () => bigint): bigint {
    // ash computes both sides whatever the left one says.
    if (wanted || this.sh.dialect === 'ash') return read();
    this.skipping++;
    const value = read();
    this.skipping--;
    return value;
  }

  private binary(level: number): bigint {
    if (level === LEVELS.length) return this.power();
    let left = this.binary(level + 1);
    while (this.token.type === 'op' && LEVELS[level]!.includes(this.token.text)) {
      const op = this.next().text;
      if (op === '&&' || op === '||') {
        const decided = op === '&&' ? left === 0n : left !== 0n;
        const right = this.skipUnless(!decided, () => this.binary(level + 1));
        left = decided ? (op === '||' ? 1n : 0n) : right !== 0n ? 1n : 0n;
        continue;
      }
      const right = this.binary(level + 1);
      left = this.apply(op, left, right);
    }
    return left;
  }

  private apply(op: string, a: bigint, b: bigint): bigint {
    switch (op) {
      case '|':
        return a | b;
      case '^':
        return a ^ b;
      case '&':
        return a & b;
      case '==':
        return a === b ? 1n : 0n;
      case '!=':
        return a !== b ? 1n : 0n;
      case '<=':
        return a <= b ? 1n : 0n;
      case '>=':
        return a >= b ? 1n : 0n;
      case '<':
        return a < b ? 1n : 0n;
      case '>':
        return a > b ? 1n : 0n;
      case '<<':
        return wrap(a << (b & 63n));
      case '>>':
        return wrap(a >> (b & 63n));
      case '+':
        return wrap(a + b);
      case '-':
        return wrap(a - b);
      case '*':
        return wrap(a * b);
      case '**':
        if (b < 0n) this.fail('exponent');
        return this.power64(a, b);
      default:
        if (b === 0n) {
          if (this.skipping > 0) return 0n;
          this.fail('division');
        }
        return wrap(op === '/' ? a / b : a % b);
    }
  }

  private power64(base: bigint, exponent: bigint): bigint {
    let result = 1n;
    for (let e = exponent; e > 0n; e >>= 1n) {
      if (e & 1n) result = wrap(result * base);
      base = wrap(base * base);
    }
    return result;
  }

  private power(): bigint {
    const base = this.unary();
    if (!this.isOp('**') || this.sh.dialect === 'dash') return base;
    this.next();
    return this.apply('**', base, this.power());
  }

  private unary(): bigint {
    if (this.token.type === 'op') {
      const op = this.token.text;
      if ((op === '++' || op === '--') && this.sh.dialect !== 'dash') {
        this.next();
        if (!this.atName()) return this.unary();
        const name = this.next().text;
        const value = wrap(this.lookup(name) + (op === '++' ? 1n : -1n));
        if (this.skipping === 0) this.store(name, value);
        return value;
      }
      if (op === '!' || op === '~' || op === '+' || op === '-') {
        this.next();
        const value = this.unary();
        if (op === '!') return value === 0n ? 1n : 0n;
        if (op === '~') return wrap(~value);
        return op === '-' ? wrap(-value) : value;
      }
    }
    return this.primary();
  }

  private atName(): boolean {
    return this.token.type === 'name';
  }

  private primary(): bigint {
    const { token } = this;
    if (token.type === 'number') {
      this.next();
      return this.number(token.text);
    }
    if (token.type === 'name') {
      this.next();
      if (this.sh.dialect !== 'dash' && (this.isOp('++') || this.isOp('--'))) {
        const op = this.next().text;
        const value = this.lookup(token.text);
        if (this.skipping === 0) this.store(token.text, wrap(value + (op === '++' ? 1n : -1n)));
        return value;
      }
      return this.lookup(token.text);
    }
    if (this.isOp('(')) {
      this.next();
      const value = this.comma();
      if (!this.isOp(')')) this.fail('paren');
      this.next();
      return value;
    }
    return this.fail('operand');
  }

  private number(text: string): bigint {
    const based = /^([0-9]+)#([0-9A-Za-z@_]+)$/.exec(text);
    if (based && this.sh.dialect !== 'dash') return this.based(based[1]!, based[2]!);
    if (/^0[xX][0-9A-Fa-f]+$/.test(text)) return wrap(BigInt(text));
    if (/^0[0-9]+$/.test(text)) {
      if (/[89]/.test(text)) {
        if (!this.sh.isBash) this.fail('trailing');
        throw new ArithmeticFault(
          `${this.text}: value too great for base (error token is "${text}")`,
        );
      }
      return wrap(BigInt(`0o${text.slice(1)}`));
    }
    if (!/^[0-9]+$/.test(text)) {
      if (!this.sh.isBash) this.fail('trailing');
      throw new ArithmeticFault(
        `${this.text.trimStart()}: value too great for base (error token is "${text}")`,
      );
    }
    const value = BigInt(text);
    // dash reads numbers with strtoimax, which stops at the largest.
    const max = (1n << 63n) - 1n;
    return this.sh.dialect === 'dash' && value > max ? max : wrap(value);
  }

  private based(written: string, digits: string): bigint {
    const base = Number(written);
    const wrong = (text: string): never => {
      if (!this.sh.isBash) this.fail('operand');
      throw new ArithmeticFault(`${this.text}: ${text} (error token is "${written}#${digits}")`);
    };
    if (written.startsWith('0')) wrong('invalid number');
    if (base < 2 || base > 64) wrong('invalid arithmetic base');
    const order =
      base <= 36
        ? '0123456789abcdefghijklmnopqrstuvwxyz'
        : '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_';
    let value = 0n;
    for (const ch of base <= 36 ? digits.toLowerCase() : digits) {
      const digit = order.indexOf(ch);
      if (digit < 0 || digit >= base) wrong('value too great for base');
      value = wrap(value * BigInt(base) + BigInt(digit));
    }
    return value;
  }
}

/** `set -u` and a name in an expression. */
export class UnboundInArithmetic extends Error {
  constructor(readonly variable: string) {
    super(variable);
  }
}

/** Park and Miller's generator with its halves put together, as in bash 5.1 and later. */
function bashRandom(sh: Shell): number {
  const last = sh.randomState % 0x7fffffff || 123459876;
  const high = Math.floor(last / 127773);
  const next = 16807 * (last % 127773) - 2836 * high;
  sh.randomState = next < 0 ? next + 0x7fffffff : next;
  return ((sh.randomState >>> 16) ^ (sh.randomState & 65535)) & 32767;
}

function ashRandom(sh: Shell): number {
  sh.randomState = (Math.imul(sh.randomState, 1103515245) + 12345) >>> 0;
  return (sh.randomState >>> 16) & 32767;
}

/** Variables that are computed when they are read, as far as no system call is needed. */
export function dynamicValue(sh: Shell, name: string): string | undefined {
  switch (name) {
    case 'RANDOM':
      if (sh.dialect === 'dash') return undefined;
      return String(sh.isBash ? bashRandom(sh) : ashRandom(sh));
    case 'LINENO':
      return sh.dialect === 'dash' ? undefined : String(sh.line);
    case 'BASHPID':
      return sh.isBash ? String(sh.ownPid) : undefined;
    case 'FUNCNAME':
      return sh.dialect === 'dash' ? undefined : sh.functionNames.at(-1);
    case 'BASH_SUBSHELL':
      return sh.isBash ? String(sh.subshell ? 1 : 0) : undefined;
    default:
      return undefined;
  }
}
