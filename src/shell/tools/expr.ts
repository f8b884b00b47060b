/** expr, factor. Models coreutils `expr.c`, `factor.c` and BusyBox's. */
import { decodeUtf8 } from '../../base';
import { sys, type Sys } from '../../kernel';
import { compileRegex } from './regex';
import { linesOf, ToolExit, type Context, type Tool } from './tool';

type Value = string | bigint;

class ExprFault extends Error {}

const isInteger = (v: Value) => typeof v === 'bigint' || /^-?\d+$/.test(v);
const isNull = (v: Value) => (typeof v === 'bigint' ? v === 0n : v === '' || /^-?0+$/.test(v));
/** Each level of binding, loosest first. */
const LEVELS: readonly (readonly string[])[] = [
  ['|'],
  ['&'],
  ['<', '<=', '=', '==', '!=', '>=', '>'],
  ['+', '-'],
  ['*', '/', '%'],
  [':'],
];

class Evaluator {
  private at = 0;

  constructor(
    private readonly words: readonly string[],
    private readonly busybox: boolean,
  ) {}

  whole(): Value {
    const value = this.level(0);
    const rest = this.words[this.at];
    if (rest !== undefined) throw new ExprFault(this.syntax(`unexpected argument '${rest}'`));
    return value;
  }

  private syntax(text: string): string {
    return this.busybox ? 'syntax error' : `syntax error: ${text}`;
  }

  private level(depth: number): Value {
    if (depth === LEVELS.length) return this.term();
    let left = this.level(depth + 1);
    for (;;) {
      const op = this.words[this.at];
      if (op === undefined || !LEVELS[depth]!.includes(op)) return left;
      this.at++;
      const right = this.level(depth + 1);
      left = this.apply(op, left, right);
    }
  }

  private apply(op: string, left: Value, right: Value): Value {
    switch (op) {
      case '|':
        return isNull(left) ? (isNull(right) ? 0n : right) : left;
      case '&':
        return isNull(left) || isNull(right) ? 0n : left;
      case ':':
        return matchStart(String(left), String(right));
      case '+':
      case '-':
      case '*':
      case '/':
      case '%':
        return this.compute(op, left, right);
    }
    const numeric = isInteger(left) && isInteger(right);
    const a = numeric ? BigInt(left) : String(left);
    const b = numeric ? BigInt(right) : String(right);
    const order = a < b ? -1 : a > b ? 1 : 0;
    const holds =
      op === '<'
        ? order < 0
        : op === '<='
          ? order <= 0
          : op === '>'
            ? order > 0
            : op === '>='
              ? order >= 0
              : (order === 0) === (op !== '!=');
    return holds ? 1n : 0n;
  }

  private compute(op: string, left: Value, right: Value): bigint {
    if (!isInteger(left) || !isInteger(right))
      throw new ExprFault(this.busybox ? 'non-numeric argument' : 'non-integer argument');
    const a = BigInt(left);
    const b = BigInt(right);
    if ((op === '/' || op === '%') && b === 0n) throw new ExprFault('division by zero');
    if (op === '+') return a + b;
    if (op === '-') return a - b;
    if (op === '*') return a * b;
    return op === '/' ? a / b : a % b;
  }

  private next(): string {
    const word = this.words[this.at++];
    if (word === undefined)
      throw new ExprFault(this.syntax(`missing argument after '${this.words.at(-1) ?? ''}'`));
    return word;
  }

  private term(): Value {
    const word = this.next();
    const more = this.at < this.words.length;
    if (word === '(') {
      const value = this.level(0);
      if (this.words[this.at] !== ')')
        throw new ExprFault(this.syntax(`expecting ')' after '${this.words[this.at - 1] ?? ''}'`));
      this.at++;
      return value;
    }
    if (!more) return word;
    switch (word) {
      case 'length':
        return BigInt(String(this.term()).length);
      case 'match':
        return matchStart(String(this.term()), String(this.term()));
      case 'index': {
        const text = String(this.term());
        const letters = String(this.term());
        return BigInt([...text].findIndex((c) => letters.includes(c)) + 1);
      }
      case 'substr': {
        const text = String(this.term());
        const [from, length] = [this.term(), this.term()].map(Number) as [number, number];
        return from > 0 && length > 0 ? text.slice(from - 1, from - 1 + length) : '';
      }
      case '+':
      case 'quote':
        return word === '+' ? this.next() : word;
      default:
        return word;
    }
  }
}

function matchStart(text: string, pattern: string): Value {
  const regex = compileRegex(pattern, false, '');
  const match = new RegExp(`^(?:${regex.source})`).exec(text);
  if (/\\\(/.test(pattern)) return match?.[1] ?? '';
  return BigInt(match ? match[0].length : 0);
}

function* runExpr(tool: Context): Sys<number> {
  const args = tool.args[0] === '--' ? tool.args.slice(1) : tool.args;
  if (args.length === 0) {
    if (tool.busybox) return yield* tool.fail('too few arguments', 2);
    yield* tool.usage('missing operand', 2);
  }
  try {
    const value = new Evaluator(args, tool.busybox).whole();
    yield* tool.print(`${value}\n`);
    return isNull(value) ? 1 : 0;
  } catch (error) {
    if (!(error instanceof ExprFault)) throw error;
    return yield* tool.fail(error.message, 2);
  }
}

function factors(value: bigint): bigint[] {
  const out: bigint[] = [];
  let left = value;
  for (let d = 2n; d * d <= left && d < 10_000_000n; d += d === 2n ? 1n : 2n)
    while (left % d === 0n) {
      out.push(d);
      left /= d;
    }
  if (left > 1n) out.push(left);
  return out;
}

function* runFactor(tool: Context): Sys<number> {
  const words =
    tool.args.length > 0
      ? tool.args
      : linesOf(decodeUtf8(yield* sys.readAll(0))).flatMap((l) =>
          l.split(/\s+/).filter((w) => w !== ''),
        );
  for (const word of words) {
    if (!/^\s*\+?\d+$/.test(word)) {
      if (tool.busybox) yield* tool.usage();
      yield* tool.warn(`'${word}' is not a valid positive integer`);
      continue;
    }
    const value = BigInt(word.trim().replace('+', ''));
    yield* tool.print(
      `${value}:${factors(value)
        .map((f) => ` ${f}`)
        .join('')}\n`,
    );
  }
  if (tool.status !== 0) throw new ToolExit(tool.status);
  return 0;
}

export const EXPR_TOOLS: readonly Tool[] = [
  { name: 'expr', run: runExpr, usageStatus: 2 },
  { name: 'factor', run: runFactor },
];
