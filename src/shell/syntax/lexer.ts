/**
 * Reads words and operators from program text. Models `parse.y: read_token` of bash and `parser.c:
 * xxreadtoken` of the ash family: quoting is kept in the word's parts, here-document bodies are taken
 * at the next line end, aliases are spliced into the text. The text is complete up to where it was
 * typed; an end inside a construct is thrown as an unfinished fault.
 */
import type { Assign, Dialect, ListNode, Redirect, Word } from './ast';
import { SyntaxFault } from './faults';
import { readWord, type ReadWord, type WordMode } from './words';

export interface Token {
  readonly type: 'word' | 'op' | 'redirect' | 'newline' | 'eof';
  /** Operator or the word as written. */
  readonly text: string;
  readonly word?: Word;
  readonly assign?: Assign;
  /** Number in front of a redirection (`2>`), or `{name}`. */
  readonly fd?: number;
  readonly fdName?: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
}

/** A here-document whose body has still to be read; `fill` is told its body. */
interface Pending {
  readonly delimiter: string;
  readonly quoted: boolean;
  readonly stripTabs: boolean;
  readonly redirect: { body?: Word };
  readonly line: number;
}

const OPERATORS: Readonly<Record<Dialect, readonly string[]>> = {
  bash: ['&>>', ';;&', '&&', '||', ';;', ';&', '|&', '&>', '&', '|', ';', '(', ')'],
  ash: ['&&', '||', ';;', '&>', '&', '|', ';', '(', ')'],
  dash: ['&&', '||', ';;', '&', '|', ';', '(', ')'],
};
const REDIRECTS = ['<<<', '<<-', '<<', '>>', '<&', '>&', '<>', '>|', '<', '>'];

/** Parses what stands in `$( )`: given by the parser, which stands above this file. */
export type ParseNested = (lexer: Lexer, close: ')' | undefined) => ListNode;

export class Lexer {
  pos: number;
  src: string;
  /** `@(...)` and the like are one word: within `[[ ]]` and under `shopt -s extglob`. */
  extGlob = false;
  /** bash's warnings about here-documents that the end of the text closes. */
  readonly warnings: { line: number; text: string }[] = [];
  /** Where the `$(` stands whose inside this reads. */
  openLine: number | undefined;
  private readonly pending: Pending[] = [];
  private peeked: Token | undefined;
  private lineCache: { pos: number; line: number };
  /** Aliases whose text is being read, with what will remain of `src` at their ends. */
  private expanding: { name: string; remaining: number }[] = [];
  /** What remains of `src` behind an alias that ends in a blank: the next word may be one too. */
  private blankTail: number | undefined;

  constructor(
    src: string,
    readonly dialect: Dialect,
    pos: number,
    line: number,
    /** Changes between commands. */
    public aliases: ReadonlyMap<string, string>,
    readonly parseNested: ParseNested,
    /** True when no more text can come: here-documents end with it. */
    readonly final: boolean,
  ) {
    this.src = src;
    this.pos = pos;
    this.lineCache = { pos, line };
  }

  /** A lexer of the same kind for a piece of text in quotes, backquotes or a here-document. */
  over(text: string, line: number, aliases: ReadonlyMap<string, string> = new Map()): Lexer {
    return new Lexer(text, this.dialect, 0, line, aliases, this.parseNested, true);
  }

  /** A lexer of the same text from `at` on, which knows no aliases. */
  from(at: number): Lexer {
    const line = this.lineAt(at);
    return new Lexer(this.src, this.dialect, at, line, new Map(), this.parseNested, this.final);
  }

  readWord(at: number, mode: WordMode): ReadWord {
    return readWord(this, at, mode);
  }

  /** Reads a stretch of the text as a word of its own. */
  subWord(start: number, end: number, mode: WordMode): Word {
    return this.over(this.src.slice(start, end), this.lineAt(start)).readWord(0, mode).word;
  }

  lineAt(pos: number): number {
    if (pos < this.lineCache.pos) {
      let line = this.lineCache.line;
      for (let i = pos; i < this.lineCache.pos; i++) if (this.src[i] === '\n') line--;
      return line;
    }
    let { line } = this.lineCache;
    for (let i = this.lineCache.pos; i < pos; i++) if (this.src[i] === '\n') line++;
    this.lineCache = { pos, line };
    return line;
  }

  /** The text of the line that holds `pos`, for bash's second line of complaint. */
  lineText(pos: number): string {
    const start = this.src.lastIndexOf('\n', pos - 1) + 1;
    const end = this.src.indexOf('\n', pos);
    return this.src.slice(start, end < 0 ? this.src.length : end);
  }

  peek(): Token {
    this.peeked ??= this.readToken();
    return this.peeked;
  }

  next(): Token {
    const token = this.peek();
    this.peeked = undefined;
    this.pos = token.end;
    if (token.type === 'newline') this.readHereDocs();
    return token;
  }

  /** Forgets the token looked at and reads on from `pos`. */
  rewind(pos: number): void {
    this.peeked = undefined;
    this.pos = pos;
  }

  /** Replaces the word just peeked by its alias, if it has one that is not being expanded. */
  expandAlias(token: Token): boolean {
    const value = this.aliases.get(token.text);
    if (value === undefined) return false;
    this.expanding = this.expanding.filter((e) => this.src.length - token.start > e.remaining);
    if (this.expanding.some((e) => e.name === token.text)) return false;
    this.src = this.src.slice(0, token.start) + value + this.src.slice(token.end);
    this.expanding.push({
      name: token.text,
      remaining: this.src.length - token.start - value.length,
    });
    const { remaining } = this.expanding.at(-1)!;
    this.blankTail = /[ \t]$/.test(value) ? remaining : this.blankTail;
    this.rewind(token.start);
    return true;
  }

  /** The word right behind an alias that ended in a blank; asked once. */
  followsBlankAlias(token: Token): boolean {
    if (this.blankTail === undefined || this.src.length - token.start > this.blankTail)
      return false;
    this.blankTail = undefined;
    return true;
  }

  addHereDoc(pending: Pending): void {
    this.pending.push(pending);
  }

  get hasPending(): boolean {
    return this.pending.length > 0;
  }

  /** Skips blanks, line continuations and a comment. */
  private skipBlanks(): void {
    for (;;) {
      const ch = this.src[this.pos];
      if (ch === ' ' || ch === '\t') this.pos++;
      else if (ch === '\\' && this.src[this.pos + 1] === '\n') this.pos += 2;
      else if (ch === '#') {
        const end = this.src.indexOf('\n', this.pos);
        this.pos = end < 0 ? this.src.length : end;
      } else return;
    }
  }

  private readToken(): Token {
    this.skipBlanks();
    const start = this.pos;
    const line = this.lineAt(start);
    if (start >= this.src.length) return { type: 'eof', text: '', start, end: start, line };
    if (this.src[start] === '\n')
      return { type: 'newline', text: '\n', start, end: start + 1, line };
    const operator = this.operatorAt(start);
    if (operator) return { ...operator, start, end: start + operator.text.length, line };
    const prefixed = this.redirectPrefix(start, line);
    if (prefixed) return prefixed;
    const { word, end, assign } = readWord(this, start, 'command');
    const token = { type: 'word', text: word.text, word, start, end, line } as const;
    return assign ? { ...token, assign } : token;
  }

  private operatorAt(at: number): { type: 'op' | 'redirect'; text: string } | undefined {
    const { src, dialect } = this;
    const ch = src[at]!;
    if (ch === '<' || ch === '>') {
      if (src[at + 1] === '(' && dialect !== 'dash') return undefined;
      for (const text of REDIRECTS) {
        if (text === '<<<' && dialect !== 'bash') continue;
        if (src.startsWith(text, at)) return { type: 'redirect', text };
      }
    }
    for (const text of OPERATORS[dialect]) {
      if (!src.startsWith(text, at)) continue;
      return { type: text.startsWith('&>') ? 'redirect' : 'op', text };
    }
    return undefined;
  }

  /** `2>`, `{name}>`: digits or a braced name right in front of a redirection. */
  private redirectPrefix(start: number, line: number): Token | undefined {
    const match = /^(?:(\d+)|\{([A-Za-z_]\w*)\})(?=[<>])/.exec(this.src.slice(start, start + 40));
    if (!match || (match[2] !== undefined && this.dialect !== 'bash')) return undefined;
    const operator = this.operatorAt(start + match[0].length);
    if (!operator) return undefined;
    const end = start + match[0].length + operator.text.length;
    const common = { type: 'redirect', text: operator.text, start, end, line } as const;
    if (match[1] === undefined) return { ...common, fdName: match[2]! };
    return { ...common, fd: Number(match[1]) };
  }

  readHereDocs(): void {
    for (const pending of this.pending.splice(0)) this.readHereDoc(pending);
  }

  private readHereDoc(pending: Pending): void {
    let body = '';
    const bodyStart = this.pos;
    for (;;) {
      if (this.pos >= this.src.length) {
        if (!this.final) {
          throw new SyntaxFault(pending.line, ['here-document'], { kind: 'structure' });
        }
        const from = this.lineAt(Math.max(0, this.pos - 1));
        this.warnings.push({
          line: from,
          text: `here-document at line ${pending.line} delimited by end-of-file (wanted \`${pending.delimiter}')`,
        });
        break;
      }
      let end = this.src.indexOf('\n', this.pos);
      if (end < 0) end = this.src.length;
      let text = this.src.slice(this.pos, end);
      if (pending.stripTabs) text = text.replace(/^\t+/, '');
      // A line continued by a backslash cannot be the delimiter's line in an unquoted document.
      this.pos = Math.min(end + 1, this.src.length);
      if (text === pending.delimiter) break;
      body += end < this.src.length ? `${text}\n` : text;
    }
    if (pending.quoted) {
      pending.redirect.body = { parts: [{ t: 'quoted', s: body }], text: body };
      return;
    }
    const inner = this.over(body, this.lineAt(bodyStart), this.aliases);
    pending.redirect.body = inner.readWord(0, 'heredoc').word;
  }
}

/** Makes a redirection's record; its here-document body, if any, is filled in later. */
export function hereDocRedirect(
  lexer: Lexer,
  token: Token,
  target: Word,
  base: Omit<Redirect, 'body'>,
): Redirect {
  const redirect: { -readonly [K in keyof Redirect]: Redirect[K] } = { ...base };
  const quoted = /['"\\]/.test(target.text);
  lexer.addHereDoc({
    delimiter: unquote(target),
    quoted,
    stripTabs: token.text === '<<-',
    redirect,
    line: token.line,
  });
  return redirect;
}

function unquote(word: Word): string {
  let text = '';
  for (const part of word.parts) {
    if (part.t === 'lit' || part.t === 'quoted') text += part.s;
    else if (part.t === 'dq')
      for (const p of part.parts) text += 's' in p ? p.s : 'text' in p ? p.text : '';
    else if (part.t === 'param') text += part.text;
  }
  return text;
}
