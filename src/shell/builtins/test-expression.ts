/** `test` and `[`. Models bash `test.c`, dash `bltin/test.c`, coreutils and BusyBox `test.c`. */
import type { Sys } from '../../kernel';
import { compareNumbers, posixRegex, testFilesOrText, testUnary } from '../exec/conditional';
import { matches } from '../exec/pattern';
import type { Shell } from '../exec/shell';
import type { PrintfStyle } from './printf-format';

/** A wrong expression; the text goes behind `test: ` or `[: `. */
export class TestFault extends Error {}

const UNARY = /^-[abcdefghknoprstuvwxzGLNORS]$/;
const BINARY = new Set([
  ...[
    '=',
    '==',
    '!=',
    '<',
    '>',
    '-eq',
    '-ne',
    '-lt',
    '-le',
    '-gt',
    '-ge',
    '-nt',
    '-ot',
    '-ef',
    '=~',
  ],
]);

class Test {
  private at = 0;
  constructor(
    private readonly args: readonly string[],
    private readonly style: PrintfStyle,
    private readonly sh: Shell | undefined,
    private readonly patterns: boolean,
  ) {}

  /** dash and BusyBox read all but the shortest expressions by their grammar. */
  private get isAlmquist(): boolean {
    return this.style === 'dash' || this.style === 'ash';
  }

  private isBinary(text: string | undefined): boolean {
    if (text === undefined || !BINARY.has(text)) return false;
    if (text === '==' && this.style === 'dash') return false;
    return text !== '=~' || this.patterns;
  }

  private isUnary(text: string | undefined): boolean {
    if (text === undefined || !UNARY.test(text)) return false;
    if ((text === '-v' || text === '-R' || text === '-o') && this.style !== 'bash') return false;
    if (text === '-a') return this.style === 'bash';
    return text !== '-N' || this.style === 'bash' || this.style === 'gnu';
  }

  /** POSIX decides by the number of arguments, up to four. */
  *whole(): Sys<boolean> {
    const { args } = this;
    if (this.isAlmquist && args.length !== 1 && !(args.length === 4 && args[0] === '!')) {
      if (args.length === 0) return false;
      if (args.length === 2 && args[0] === '!') return args[1] === '';
      if (args.length === 3 && this.isBinary(args[1]))
        return yield* this.binary(args[0]!, args[1]!, args[2]!);
      const value = yield* this.or();
      if (this.at < args.length) this.surplus();
      return value;
    }
    switch (args.length) {
      case 0:
        return false;
      case 1:
        return args[0] !== '';
      case 2:
        return yield* this.two(args);
      case 3:
        if (this.isBinary(args[1])) return yield* this.binary(args[0]!, args[1]!, args[2]!);
        if (args[1] === '-a') return args[0] !== '' && args[2] !== '';
        if (args[1] === '-o') return args[0] !== '' || args[2] !== '';
        if (args[0] === '!') return !(yield* this.two(args.slice(1)));
        if (args[0] === '(' && args[2] === ')') return args[1] !== '';
        if (this.style === 'bash') throw new TestFault(`${args[1]!}: binary operator expected`);
        break;
      case 4:
        if (args[0] === '!') {
          return !(yield* new Test(args.slice(1), this.style, this.sh, this.patterns).whole());
        }
        if (args[0] === '(' && args[3] === ')') return yield* this.two(args.slice(1, 3));
        break;
      default:
        break;
    }
    const value = yield* this.or();
    if (this.at < args.length) this.surplus();
    return value;
  }

  private surplus(): never {
    const extra = this.args[this.at]!;
    if (this.style === 'bash') throw new TestFault('too many arguments');
    if (this.style === 'dash')
      throw new TestFault(`${this.args[this.at - 1] ?? extra}: unexpected operator`);
    if (this.style === 'gnu') throw new TestFault(`extra argument ‘${extra}’`);
    throw new TestFault(`${extra}: unknown operand`);
  }

  private *two(args: readonly string[]): Sys<boolean> {
    if (args[0] === '!') return args[1] === '';
    if (this.isUnary(args[0])) return yield* this.unary(args[0]!, args[1]!);
    if (this.style === 'bash') throw new TestFault(`${args[0]!}: unary operator expected`);
    if (this.style === 'dash') throw new TestFault(`${args[0]!}: unexpected operator`);
    if (this.style === 'gnu') throw new TestFault(`missing argument after ‘${args[1]!}’`);
    throw new TestFault(`${args[1]!}: unknown operand`);
  }

  private *or(): Sys<boolean> {
    let value = yield* this.and();
    while (this.args[this.at] === '-o') {
      this.at++;
      const right = yield* this.and();
      value = value || right;
    }
    return value;
  }

  private *and(): Sys<boolean> {
    let value = yield* this.not();
    while (this.args[this.at] === '-a') {
      this.at++;
      const right = yield* this.not();
      value = value && right;
    }
    return value;
  }

  private *not(): Sys<boolean> {
    if (this.args[this.at] === '!' && !this.isBinary(this.args[this.at + 1])) {
      this.at++;
      return !(yield* this.not());
    }
    return yield* this.term();
  }

  private *term(): Sys<boolean> {
    const { args } = this;
    const first = args[this.at];
    if (first === undefined) {
      if (this.style === 'dash') return false;
      throw new TestFault(this.style === 'gnu' ? 'missing argument' : 'argument expected');
    }
    if (this.isBinary(args[this.at + 1])) {
      const op = args[this.at + 1]!;
      const right = args[this.at + 2];
      if (right === undefined) {
        if (this.style === 'bash') throw new TestFault('argument expected');
        if (this.isAlmquist) throw new TestFault(`${op}: argument expected`);
        throw new TestFault(
          this.style === 'gnu' ? `missing argument after ‘${op}’` : 'argument expected',
        );
      }
      this.at += 3;
      return yield* this.binary(first, op, right);
    }
    if (first === '(') {
      this.at++;
      if (this.style === 'dash' && args[this.at] === ')') {
        this.at++;
        return false;
      }
      const value = yield* this.or();
      if (args[this.at] !== ')') {
        const found = args[this.at];
        if (this.style === 'bash')
          throw new TestFault(
            found === undefined ? "`)' expected" : `\`)' expected, found ${found}`,
          );
        throw new TestFault('closing paren expected');
      }
      this.at++;
      return value;
    }
    if (this.isUnary(first) && args[this.at + 1] !== undefined) {
      this.at += 2;
      return yield* this.unary(first, args[this.at - 1]!);
    }
    this.at++;
    return first !== '';
  }

  private *unary(op: string, arg: string): Sys<boolean> {
    if (op === '-t' && !/^\s*[-+]?[0-9]+\s*$/.test(arg)) {
      if (this.style === 'bash') return false;
      if (this.style === 'dash') throw new TestFault(`Illegal number: ${arg}`);
      throw new TestFault(this.style === 'ash' ? `${arg}: bad number` : `invalid integer ‘${arg}’`);
    }
    return yield* testUnary(this.sh, op, arg);
  }

  private *binary(left: string, op: string, right: string): Sys<boolean> {
    if (op === '=' || op === '==' || op === '!=') {
      const same = this.patterns ? matches(right, left, false) : left === right;
      return same === (op !== '!=');
    }
    if (op === '=~') return matchesRegex(right, left);
    if (/^-(eq|ne|lt|le|gt|ge)$/.test(op)) {
      return compareNumbers(op, this.number(left), this.number(right));
    }
    return yield* testFilesOrText(op, left, right, this.isAlmquist);
  }

  private number(text: string): bigint {
    const digits = /^\s*[-+]?[0-9]+/.test(text);
    if (digits && /^\s*[-+]?[0-9]+\s*$/.test(text)) {
      const value = BigInt(text.trim().replace(/^\+/, ''));
      if (this.style === 'gnu' || BigInt.asIntN(64, value) === value) return value;
      if (this.style === 'ash') throw new TestFault(`${text}: out of range`);
    }
    // musl's strtol, unlike glibc's, calls a text without digits an error.
    if (this.style === 'ash' && !digits) throw new TestFault(`${text}: out of range`);
    if (this.style === 'bash') throw new TestFault(`${text}: integer expression expected`);
    if (this.style === 'dash') throw new TestFault(`Illegal number: ${text}`);
    if (this.style === 'gnu') throw new TestFault(`invalid integer ‘${text}’`);
    throw new TestFault(`${text}: bad number`);
  }
}

function matchesRegex(source: string, text: string): boolean {
  try {
    return new RegExp(posixRegex(source)).test(text);
  } catch {
    throw new TestFault('');
  }
}

export function* runTest(
  args: readonly string[],
  style: PrintfStyle,
  sh: Shell | undefined,
  patterns: boolean,
): Sys<boolean> {
  return yield* new Test(args, style, sh, patterns).whole();
}
