/**
 * Go's `encoding/json` scanner: the first JSON value of a text, or the very error that Go would give.
 * dockerd answers these errors to clients letter for letter. Modelled on scanner.go and decode.go of
 * Go 1.19. Differs: integers above 2^53 lose their last digits, as in every JavaScript program.
 */

export interface JsonParsed {
  readonly value: unknown;
  /** Where the value ended. */
  readonly end: number;
}
/** `eof`: nothing at all; `short`: the text ended within the value. */
export interface JsonFailure {
  readonly failure: 'eof' | 'short' | 'syntax';
  readonly message: string;
}

export function isJsonFailure(result: JsonParsed | JsonFailure): result is JsonFailure {
  return 'failure' in result;
}

/** Reads one value, as `json.Decoder.Decode` does; what follows it is not looked at. */
export function decodeFirstJson(text: string): JsonParsed | JsonFailure {
  const scanner = new Scanner(text);
  scanner.blank();
  if (scanner.done) return { failure: 'eof', message: 'EOF' };
  try {
    const value = scanner.value(0);
    return { value, end: scanner.at };
  } catch (error) {
    if (error instanceof ScanError) return error.failure;
    throw error;
  }
}

/** Reads a whole text, as `json.Unmarshal` does. */
export function decodeWholeJson(text: string): JsonParsed | JsonFailure {
  const result = decodeFirstJson(text);
  const short = { failure: 'short', message: 'unexpected end of JSON input' } as const;
  if (isJsonFailure(result)) return result.failure === 'syntax' ? result : short;
  const rest = /[^ \t\r\n]/.exec(text.slice(result.end));
  if (!rest) return result;
  return {
    failure: 'syntax',
    message: `invalid character ${quoteRune(rest[0])} after top-level value`,
  };
}

class ScanError extends Error {
  constructor(readonly failure: JsonFailure) {
    super(failure.message);
  }
}

function quoteRune(ch: string): string {
  if (ch === "'") return "'\\''";
  if (ch === '"') return "'\"'";
  if (ch === '\\') return "'\\\\'";
  if (ch === '\n') return "'\\n'";
  if (ch === '\t') return "'\\t'";
  if (ch === '\r') return "'\\r'";
  const code = ch.charCodeAt(0);
  return code < 32 ? `'\\x${code.toString(16).padStart(2, '0')}'` : `'${ch}'`;
}

/** Go's limit of nesting. */
const MAX_DEPTH = 10000;

class Scanner {
  at = 0;
  constructor(private readonly text: string) {}

  get done(): boolean {
    return this.at >= this.text.length;
  }

  blank(): void {
    while (!this.done && ' \t\r\n'.includes(this.text[this.at]!)) this.at++;
  }

  value(depth: number): unknown {
    if (depth > MAX_DEPTH) throw this.failed('exceeded max depth');
    this.blank();
    const ch = this.peek();
    if (ch === '{') return this.object(depth);
    if (ch === '[') return this.array(depth);
    if (ch === '"') return this.string();
    if (ch === '-' || (ch >= '0' && ch <= '9')) return this.number();
    if (ch === 't') return this.literal('true', true);
    if (ch === 'f') return this.literal('false', false);
    if (ch === 'n') return this.literal('null', null);
    throw this.bad('looking for beginning of value');
  }

  private peek(): string {
    if (this.done) throw new ScanError({ failure: 'short', message: 'unexpected EOF' });
    return this.text[this.at]!;
  }

  private bad(context: string): ScanError {
    const ch = String.fromCodePoint(this.text.codePointAt(this.at)!);
    return this.failed(`invalid character ${quoteRune(ch)} ${context}`);
  }

  private failed(message: string): ScanError {
    return new ScanError({ failure: 'syntax', message });
  }

  private object(depth: number): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    this.at++;
    this.blank();
    if (this.peek() === '}') {
      this.at++;
      return out;
    }
    for (;;) {
      this.blank();
      if (this.peek() !== '"') throw this.bad('looking for beginning of object key string');
      const key = this.string();
      this.blank();
      if (this.peek() !== ':') throw this.bad('after object key');
      this.at++;
      const value = this.value(depth + 1);
      Object.defineProperty(out, key, {
        value,
        enumerable: true,
        writable: true,
        configurable: true,
      });
      this.blank();
      const ch = this.peek();
      if (ch !== ',' && ch !== '}') throw this.bad('after object key:value pair');
      this.at++;
      if (ch === '}') return out;
    }
  }

  private array(depth: number): unknown[] {
    const out: unknown[] = [];
    this.at++;
    this.blank();
    if (this.peek() === ']') {
      this.at++;
      return out;
    }
    for (;;) {
      out.push(this.value(depth + 1));
      this.blank();
      const ch = this.peek();
      if (ch !== ',' && ch !== ']') throw this.bad('after array element');
      this.at++;
      if (ch === ']') return out;
    }
  }

  private string(): string {
    let out = '';
    this.at++;
    for (;;) {
      const ch = this.peek();
      if (ch.charCodeAt(0) < 32) throw this.bad('in string literal');
      this.at++;
      if (ch === '"') return out;
      out += ch === '\\' ? this.escape() : ch;
    }
  }

  private escape(): string {
    const ch = this.peek();
    if (ch === 'u') {
      this.at++;
      let hex = '';
      while (hex.length < 4) {
        const digit = this.peek();
        if (!/[0-9a-fA-F]/.test(digit)) throw this.bad('in \\u hexadecimal character escape');
        hex += digit;
        this.at++;
      }
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    const index = '"\\/bfnrt'.indexOf(ch);
    if (index < 0) throw this.bad('in string escape code');
    this.at++;
    return '"\\/\b\f\n\r\t'[index]!;
  }

  private number(): number {
    const start = this.at;
    if (this.peek() === '-') this.at++;
    if (this.peek() === '0') this.at++;
    else this.digits('in numeric literal');
    if (this.text[this.at] === '.') {
      this.at++;
      this.digits('after decimal point in numeric literal');
    }
    if (this.text[this.at] === 'e' || this.text[this.at] === 'E') {
      this.at++;
      if (this.text[this.at] === '+' || this.text[this.at] === '-') this.at++;
      this.digits('in exponent of numeric literal');
    }
    return Number(this.text.slice(start, this.at));
  }

  private digits(context: string): void {
    if (!/[0-9]/.test(this.peek())) throw this.bad(context);
    while (!this.done && /[0-9]/.test(this.text[this.at]!)) this.at++;
  }

  private literal<T>(word: string, value: T): T {
    for (const expected of word) {
      if (this.peek() !== expected) throw this.bad(`in literal ${word} (expecting '${expected}')`);
      this.at++;
    }
    return value;
  }
}
