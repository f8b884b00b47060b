/**
 * Tokens of a Go template (text/template/parse/lex.go of Go 1.19). The whole text is cut in one
 * pass; an error is a last token of kind 'error', which the parser reports when it reaches it.
 */

export type TokenKind =
  | 'text'
  | 'left'
  | 'right'
  | 'field'
  | 'identifier'
  | 'keyword'
  | 'variable'
  | 'dot'
  | 'string'
  | 'char'
  | 'number'
  | 'bool'
  | 'nil'
  | 'pipe'
  | 'comma'
  | 'assign'
  | 'declare'
  | 'leftParen'
  | 'rightParen'
  | 'space'
  | 'eof'
  | 'error';

export interface Token {
  readonly kind: TokenKind;
  readonly pos: number;
  readonly text: string;
  readonly line: number;
}

const KEYWORDS = new Set([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'range',
  'template',
  'with',
]);
const SPACE = ' \t\r\n';
const NUMBER = new RegExp(
  '^[+-]?(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|' +
    '[0-9_]*\\.?[0-9_]*(?:[eE][+-]?[0-9_]+)?)',
);
const isSpace = (ch: string | undefined) => ch !== undefined && SPACE.includes(ch);
const isWord = (ch: string | undefined) => ch !== undefined && /[\p{L}\p{Nd}_]/u.test(ch);

class Lexer {
  readonly tokens: Token[] = [];
  private pos = 0;
  private line = 1;
  private parens = 0;

  constructor(private readonly text: string) {}

  run(): Token[] {
    while (this.pos < this.text.length) {
      const open = this.text.indexOf('{{', this.pos);
      if (open < 0) {
        this.emit('text', this.text.length);
        break;
      }
      if (!this.literal(open)) return this.tokens;
    }
    this.push('eof', '');
    return this.tokens;
  }

  private push(kind: TokenKind, text: string): void {
    this.tokens.push({ kind, pos: this.pos, text, line: this.line });
  }

  private emit(kind: TokenKind, end: number): void {
    const text = this.text.slice(this.pos, end);
    if (text !== '' || kind !== 'text') this.push(kind, text);
    this.skipTo(end);
  }

  private skipTo(end: number): void {
    for (let i = this.pos; i < end; i++) if (this.text[i] === '\n') this.line++;
    this.pos = end;
  }

  private fail(message: string): false {
    this.push('error', message);
    return false;
  }

  /** Text up to `open`, then the action that begins there. */
  private literal(open: number): boolean {
    const trim = this.text[open + 2] === '-' && isSpace(this.text[open + 3]);
    let end = open;
    if (trim) while (end > this.pos && isSpace(this.text[end - 1])) end--;
    this.emit('text', end);
    this.skipTo(open);
    const inner = open + (trim ? 4 : 2);
    if (this.text.startsWith('/*', inner)) return this.comment(inner);
    this.push('left', '{{');
    this.skipTo(inner);
    this.parens = 0;
    return this.action();
  }

  private comment(start: number): boolean {
    const end = this.text.indexOf('*/', start);
    if (end < 0) return this.fail('unclosed comment');
    let after = end + 2;
    const trim = isSpace(this.text[after]) && this.text[after + 1] === '-';
    if (trim) after += 2;
    if (!this.text.startsWith('}}', after))
      return this.fail('comment ends before closing delimiter');
    this.skipTo(after + 2);
    if (trim) this.trimAhead();
    return true;
  }

  private trimAhead(): void {
    let end = this.pos;
    while (isSpace(this.text[end])) end++;
    this.skipTo(end);
  }

  private action(): boolean {
    for (;;) {
      const at = this.pos;
      const trimmed = isSpace(this.text[at]) && this.text.startsWith('-}}', at + 1);
      if (trimmed || this.text.startsWith('}}', at)) {
        if (this.parens > 0) return this.fail('unclosed left paren');
        if (trimmed) this.skipTo(at + 2);
        this.emit('right', this.pos + 2);
        if (trimmed) this.trimAhead();
        return true;
      }
      if (at >= this.text.length) return this.fail('unclosed action');
      if (!this.inside(this.text[at]!)) return false;
    }
  }

  private inside(ch: string): boolean {
    const at = this.pos;
    if (isSpace(ch)) {
      let end = at + 1;
      while (isSpace(this.text[end]) && !this.text.startsWith('-}}', end + 1)) end++;
      this.emit('space', end);
      return true;
    }
    if (ch === '=') return (this.emit('assign', at + 1), true);
    if (ch === ':') {
      if (this.text[at + 1] !== '=') return this.fail('expected :=');
      return (this.emit('declare', at + 2), true);
    }
    if (ch === '|') return (this.emit('pipe', at + 1), true);
    if (ch === ',') return (this.emit('comma', at + 1), true);
    if (ch === '"') return this.quoted('"', 'string', 'unterminated quoted string');
    if (ch === "'") return this.quoted("'", 'char', 'unterminated character constant');
    if (ch === '`') {
      const end = this.text.indexOf('`', at + 1);
      if (end < 0) return this.fail('unterminated raw quoted string');
      return (this.emit('string', end + 1), true);
    }
    if (ch === '(') return (this.parens++, this.emit('leftParen', at + 1), true);
    if (ch === ')') {
      if (--this.parens < 0) return this.fail('unexpected right paren');
      return (this.emit('rightParen', at + 1), true);
    }
    return this.word(ch);
  }

  private quoted(quote: string, kind: TokenKind, message: string): boolean {
    for (let i = this.pos + 1; i < this.text.length; i++) {
      const ch = this.text[i]!;
      if (ch === '\n') break;
      if (ch === '\\') i++;
      else if (ch === quote) return (this.emit(kind, i + 1), true);
    }
    return this.fail(message);
  }

  private wordEnd(start: number): number {
    let end = start;
    while (isWord(this.text[end])) end++;
    return end;
  }

  private word(ch: string): boolean {
    const at = this.pos;
    const next = this.text[at + 1];
    if (ch === '.' && !(next !== undefined && next >= '0' && next <= '9')) {
      const end = this.wordEnd(at + 1);
      return (this.emit(end === at + 1 ? 'dot' : 'field', end), true);
    }
    if (ch === '$') return (this.emit('variable', this.wordEnd(at + 1)), true);
    if (/[+\-0-9.]/.test(ch)) {
      const number = NUMBER.exec(this.text.slice(at))![0];
      const end = at + number.length;
      if (!/[0-9]/.test(number) || isWord(this.text[end])) {
        const shown = this.text.slice(at, Math.max(end + 1, at + 1));
        return this.fail(`bad number syntax: ${JSON.stringify(shown)}`);
      }
      return (this.emit('number', end), true);
    }
    if (!isWord(ch)) {
      const code = ch.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
      return this.fail(`unrecognized character in action: U+${code} '${ch}'`);
    }
    const end = this.wordEnd(at);
    const text = this.text.slice(at, end);
    if (KEYWORDS.has(text)) this.emit('keyword', end);
    else if (text === 'true' || text === 'false') this.emit('bool', end);
    else this.emit(text === 'nil' ? 'nil' : 'identifier', end);
    return true;
  }
}

export function lex(text: string): Token[] {
  return new Lexer(text).run();
}
