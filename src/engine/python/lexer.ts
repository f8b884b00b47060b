/**
 * Splits Python source into tokens, with INDENT and DEDENT as `Parser/tokenizer.c` makes them. Its
 * complaints are CPython 3.10's.
 */
export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'op' | 'newline' | 'indent' | 'dedent' | 'end';
  readonly text: string;
  readonly line: number;
  /** Column of its first and after its last character, from 0. */
  readonly column: number;
  readonly end: number;
}

/** A SyntaxError (or a kind of it) before the program runs. */
export class PySyntaxError extends Error {
  constructor(
    readonly kind: 'SyntaxError' | 'IndentationError' | 'TabError',
    message: string,
    readonly line: number,
    readonly column: number,
    /** The input ended where more could follow: the prompt goes on. */
    readonly unfinished = false,
  ) {
    super(message);
  }
}

const OPERATORS =
  /^(?:\*\*=|\/\/=|>>=|<<=|\.\.\.|!=|->|:=|\*\*|\/\/|<<|>>|<=|>=|==|[-+*/%@&|^]=|[-+*/%@&|^~<>()[\]{},:.;=])/;
const NUMBER =
  /^(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*)?\.?(?:\d(?:_?\d)*)?(?:[eE][-+]?\d(?:_?\d)*)?[jJ]?)/;
const NAME = /^[\p{L}_][\p{L}\p{N}\p{M}_]*/u;
const STRING = /^(?:[rR]?[bB]|[bB]?[rR]|[rR]?[fF]|[fF]?[rR]|[uU])?("""|'''|"|')/;
const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

export class Lexer {
  readonly tokens: Token[] = [];
  private readonly lines: readonly string[];
  private readonly indents = [0];
  private readonly open: {
    readonly text: string;
    readonly line: number;
    readonly column: number;
  }[] = [];
  private row = 0;
  private column = 0;

  constructor(source: string) {
    this.lines = source.replace(/\r\n?/g, '\n').split('\n');
  }

  run(): readonly Token[] {
    for (; this.row < this.lines.length; this.row++) {
      this.column = 0;
      if (this.open.length === 0 && !this.indent()) continue;
      this.oneLine();
    }
    const opened = this.open.at(-1);
    if (opened)
      throw new PySyntaxError(
        'SyntaxError',
        `'${opened.text}' was never closed`,
        opened.line,
        opened.column,
        true,
      );
    this.row = this.lines.length;
    this.column = 0;
    for (let i = this.indents.length; i > 1; i--) this.add('dedent', '');
    this.add('end', '');
    return this.tokens;
  }

  private add(kind: Token['kind'], text: string): void {
    const { row, column } = this;
    this.tokens.push({ kind, text, line: row + 1, column, end: column + text.length });
    this.column += text.length;
  }

  private fail(message: string, kind: PySyntaxError['kind'] = 'SyntaxError', more = false): never {
    throw new PySyntaxError(kind, message, this.row + 1, this.column, more);
  }

  /** False for a line without code. */
  private indent(): boolean {
    const text = this.lines[this.row]!;
    const blank = /^[ \t\f]*/.exec(text)![0];
    const rest = text.slice(blank.length);
    if (rest === '' || rest.startsWith('#')) return false;
    let width = 0;
    for (const c of blank) width = c === '\t' ? (Math.floor(width / 8) + 1) * 8 : width + 1;
    this.column = blank.length;
    if (width > this.indents.at(-1)!) {
      this.indents.push(width);
      this.tokens.push(this.empty('indent'));
    }
    while (width < this.indents.at(-1)!) {
      this.indents.pop();
      this.tokens.push(this.empty('dedent'));
    }
    if (width !== this.indents.at(-1)) {
      this.column = text.length;
      this.fail('unindent does not match any outer indentation level', 'IndentationError');
    }
    return true;
  }

  private empty(kind: Token['kind']): Token {
    return { kind, text: '', line: this.row + 1, column: this.column, end: this.column };
  }

  private oneLine(): void {
    const before = this.tokens.length;
    for (;;) {
      const text = this.lines[this.row]!;
      this.column += /^[ \t\f]*/.exec(text.slice(this.column))![0].length;
      const rest = text.slice(this.column);
      if (rest === '' || rest.startsWith('#')) break;
      if (rest.startsWith('\\')) {
        if (rest.length > 1) {
          this.column++;
          this.fail('unexpected character after line continuation character');
        }
        if (this.row + 1 >= this.lines.length)
          this.fail('unexpected EOF while parsing', 'SyntaxError', true);
        this.row++;
        this.column = 0;
        continue;
      }
      this.token(rest);
    }
    if (this.open.length === 0 && this.tokens.length > before) this.add('newline', '');
  }

  private token(rest: string): void {
    const quote = STRING.exec(rest);
    if (quote) return this.string(quote[0], quote[1]!);
    const name = NAME.exec(rest);
    if (name) return this.add('name', name[0]);
    if (/^\.?\d/.test(rest)) {
      const number = NUMBER.exec(rest)![0];
      if (/[jJ]$/.test(number) && !/^0[xX]/.test(number))
        this.fail('not simulated: complex numbers');
      if (
        NAME.test(rest.slice(number.length)) &&
        !/^(and|or|if|else|in|is|not|for)\b/.test(rest.slice(number.length))
      )
        this.fail('invalid decimal literal');
      return this.add('number', number);
    }
    const operator = OPERATORS.exec(rest)?.[0];
    if (operator === undefined) {
      const c = String.fromCodePoint(rest.codePointAt(0)!);
      if (/[!?$`]/.test(c)) this.fail('invalid syntax');
      const hex = c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
      this.fail(`invalid character '${c}' (U+${hex})`);
    }
    this.bracket(operator);
    this.add('op', operator);
  }

  private bracket(text: string): void {
    if (text in CLOSERS) {
      this.open.push({ text, line: this.row + 1, column: this.column });
    } else if (text === ')' || text === ']' || text === '}') {
      const opened = this.open.pop();
      if (!opened) this.fail(`unmatched '${text}'`);
      if (CLOSERS[opened.text] === text) return;
      const where = opened.line === this.row + 1 ? '' : ` on line ${opened.line}`;
      this.fail(
        `closing parenthesis '${text}' does not match opening parenthesis '${opened.text}'${where}`,
      );
    }
  }

  private string(opening: string, quote: string): void {
    const { row, column } = this;
    const start = opening.length;
    let text = this.lines[row]!.slice(column);
    for (let at = start; ;) {
      if (text.startsWith(quote, at)) {
        text = text.slice(0, at + quote.length);
        break;
      }
      if (at < text.length && text[at] !== '\n') {
        at += text[at] === '\\' ? 2 : 1;
        continue;
      }
      const triple = quote.length === 3;
      const escaped = at > text.length;
      if (!triple && !escaped)
        this.fail(`unterminated string literal (detected at line ${row + 1})`);
      if (this.row + 1 >= this.lines.length) {
        const what = triple
          ? 'unterminated triple-quoted string literal'
          : 'unterminated string literal';
        const end = this.row + 1;
        this.row = row;
        this.fail(`${what} (detected at line ${end})`, 'SyntaxError', true);
      }
      at = text.length + 1;
      text = `${text}\n${this.lines[++this.row]!}`;
    }
    const last = text.lastIndexOf('\n');
    this.column = last < 0 ? column + text.length : text.length - last - 1;
    this.tokens.push({ kind: 'string', text, line: row + 1, column, end: column + text.length });
  }
}
