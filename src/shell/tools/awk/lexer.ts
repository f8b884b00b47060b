/** Words of an awk program, one at a time: only the parser knows whether `/` begins an expression. */
import { AwkFault } from './syntax';

export type AwkToken =
  | { readonly kind: 'number'; readonly value: number; readonly text: string }
  | { readonly kind: 'string'; readonly value: string; readonly text: string }
  /** A name; `called` if an opening parenthesis follows at once. */
  | { readonly kind: 'name'; readonly text: string; readonly called: boolean }
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'op'; readonly text: string }
  | { readonly kind: 'newline'; readonly text: string }
  | { readonly kind: 'end'; readonly text: string };

const WORDS = new Set([
  'BEGIN',
  'END',
  'function',
  'func',
  'if',
  'else',
  'while',
  'for',
  'do',
  'break',
  'continue',
  'next',
  'nextfile',
  'exit',
  'return',
  'delete',
  'in',
  'getline',
  'print',
  'printf',
]);

const OPERATOR =
  /^(?:\*\*=|\*\*|&&|\|\||\+\+|--|\+=|-=|\*=|\/=|%=|\^=|==|<=|>=|!=|!~|>>|[-+*/%^!<>|?:~$=(){}[\];,])/;
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  '"': '"',
  '/': '/',
};

export function unescapeAwk(text: string): string {
  return text.replace(/\\([0-7]{1,3}|[\s\S])/g, (whole, body: string) => {
    if (/^[0-7]/.test(body)) return String.fromCharCode(parseInt(body, 8) & 255);
    if (body === '\n') return '';
    return ESCAPES[body] ?? whole;
  });
}

export class AwkLexer {
  private at = 0;
  /** Where the present token began. */
  private from = 0;
  line = 1;

  constructor(private readonly text: string) {}

  next(): AwkToken {
    const { text } = this;
    for (;;) {
      const blank = /^(?:[ \t\r]+|\\\r?\n|#[^\n]*)/.exec(text.slice(this.at));
      if (!blank) break;
      if (blank[0].includes('\n')) this.line++;
      this.at += blank[0].length;
    }
    this.from = this.at;
    const rest = text.slice(this.at);
    if (rest === '') return { kind: 'end', text: '' };
    if (rest[0] === '\n') {
      this.at++;
      this.line++;
      return { kind: 'newline', text: '\n' };
    }
    if (rest[0] === '"') return this.stringToken(rest);
    const number = /^(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/.exec(rest);
    if (number) {
      this.at += number[0].length;
      return { kind: 'number', value: Number(number[0]), text: number[0] };
    }
    const name = /^[A-Za-z_]\w*/.exec(rest);
    if (name) {
      this.at += name[0].length;
      if (WORDS.has(name[0])) return { kind: 'word', text: name[0] };
      return { kind: 'name', text: name[0], called: text[this.at] === '(' };
    }
    const operator = OPERATOR.exec(rest);
    if (!operator) throw new AwkFault(this.line, rest[0]!);
    this.at += operator[0].length;
    const same = { '**': '^', '**=': '^=' }[operator[0]];
    return { kind: 'op', text: same ?? operator[0] };
  }

  private stringToken(rest: string): AwkToken {
    const match = /^"((?:[^"\\\n]|\\[\s\S])*)"/.exec(rest);
    if (!match) throw new AwkFault(this.line, rest.slice(0, 11), 'string');
    this.at += match[0].length;
    return { kind: 'string', value: unescapeAwk(match[1]!), text: match[0] };
  }

  /** Reads the present token (`/` or `/=`) again, as a regular expression. */
  regex(): string {
    let i = this.from + 1;
    let bracket = false;
    for (; i < this.text.length; i++) {
      const ch = this.text[i]!;
      if (ch === '\\') i++;
      else if (ch === '\n') break;
      else if (bracket) bracket = ch !== ']' || /\[\^?$/.test(this.text.slice(this.from, i));
      else if (ch === '[') bracket = true;
      else if (ch === '/') {
        this.at = i + 1;
        return this.text.slice(this.from + 1, i);
      }
    }
    throw new AwkFault(this.line, this.text.slice(this.from, this.from + 10), 'regex');
  }
}
