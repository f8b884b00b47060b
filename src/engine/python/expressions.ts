/** Reads expressions: the lower half of CPython 3.10's `Grammar/python.gram`. */
import { bytesOf, cutFormat, cutString, numberValue, unescape } from './literals';
import { Lexer, PySyntaxError, type Token } from './lexer';
import type { Argument, Expr, FormatPart, Loop, Parameter } from './tree';
import { ELLIPSIS } from './values';
import { concatBytes } from '../../base';

export const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally ' +
    'for from global if import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);
const COMPARISONS = new Set(['<', '>', '==', '>=', '<=', '!=', 'in', 'not', 'is']);
/** Binary operators by how tightly they bind. */
const LEVELS: readonly (readonly string[])[] = [
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '//', '%', '@'],
];
/** Expressions within expressions; CPython says "too many nested parentheses" at 200. */
const DEPTH_MAX = 90;

export class ExpressionReader {
  protected at = 0;
  private depth = 0;

  constructor(protected readonly tokens: readonly Token[]) {}

  get token(): Token {
    return this.tokens[this.at]!;
  }

  protected is(text: string): boolean {
    const { token } = this;
    return token.text === text && (token.kind === 'op' || token.kind === 'name');
  }

  protected take(text: string): boolean {
    if (!this.is(text)) return false;
    this.at++;
    return true;
  }

  protected expect(text: string): void {
    if (!this.take(text)) this.fail('invalid syntax');
  }

  fail(message: string, token = this.token): never {
    const more = token.kind === 'end';
    throw new PySyntaxError('SyntaxError', message, token.line, token.column, more);
  }

  protected nested<T>(read: () => T): T {
    if (++this.depth > DEPTH_MAX) this.fail('too many nested parentheses');
    try {
      return read();
    } finally {
      this.depth--;
    }
  }

  protected name(): string {
    const { token } = this;
    if (token.kind !== 'name' || KEYWORDS.has(token.text)) this.fail('invalid syntax');
    this.at++;
    return token.text;
  }

  /** One or more expressions with commas: a tuple, or the one. */
  expressions(): Expr {
    const { line } = this.token;
    const first = this.starOr(() => this.namedExpression());
    if (!this.is(',')) return first;
    const items = [first];
    while (this.take(',')) {
      if (!this.startsExpression()) break;
      items.push(this.starOr(() => this.namedExpression()));
    }
    return { t: 'tuple', items, line };
  }

  protected starOr(read: () => Expr): Expr {
    const { line } = this.token;
    if (this.take('*')) return { t: 'star', value: this.binary(0), line };
    return read();
  }

  protected startsExpression(): boolean {
    const { kind, text } = this.token;
    if (kind === 'string' || kind === 'number') return true;
    if (kind === 'name')
      return !KEYWORDS.has(text) || /^(False|None|True|not|lambda|await|yield)$/.test(text);
    return kind === 'op' && /^(\(|\[|\{|-|\+|~|\*|\.\.\.)$/.test(text);
  }

  namedExpression(): Expr {
    const value = this.expression();
    if (value.t === 'name' && this.is(':=')) {
      this.at++;
      return { t: 'walrus', id: value.id, value: this.expression(), line: value.line };
    }
    return value;
  }

  expression(): Expr {
    return this.nested(() => this.conditional());
  }

  private conditional(): Expr {
    const { line } = this.token;
    if (this.is('lambda')) return this.lambda();
    if (this.is('yield')) return this.yielding();
    const yes = this.or();
    if (!this.take('if')) return yes;
    const test = this.or();
    if (!this.take('else')) this.fail("expected 'else' after 'if' expression");
    return { t: 'if', test, yes, no: this.expression(), line };
  }

  private yielding(): Expr {
    const { line } = this.token;
    this.at++;
    if (this.take('from')) return { t: 'from', value: this.expression(), line };
    const value = this.startsExpression() ? this.expressions() : undefined;
    return { t: 'yield', value, line };
  }

  private lambda(): Expr {
    const { line } = this.token;
    this.at++;
    const params = this.parameters(':', false);
    this.expect(':');
    return { t: 'lambda', params, body: this.expression(), line };
  }

  /** Up to, not including, `end`. */
  protected parameters(end: string, notes: boolean): readonly Parameter[] {
    const params: Parameter[] = [];
    let after: Parameter['kind'] = 'plain';
    let optional = false;
    while (!this.is(end)) {
      if (this.take('/')) {
        // Positional only: they may be named here as well.
      } else if (this.take('**')) params.push({ name: this.noted(notes), kind: 'kwargs' });
      else if (this.take('*')) {
        if (!this.is(',')) params.push({ name: this.noted(notes), kind: 'args' });
        after = 'named';
      } else {
        const { token } = this;
        const name = this.noted(notes);
        if (params.some((param) => param.name === name))
          this.fail(`duplicate argument '${name}' in function definition`, token);
        const fallback = this.take('=') ? this.expression() : undefined;
        if (fallback) optional = true;
        else if (optional && after === 'plain')
          this.fail('non-default argument follows default argument', token);
        params.push({ name, kind: after, fallback });
      }
      if (!this.take(',')) break;
    }
    return params;
  }

  private noted(notes: boolean): string {
    const name = this.name();
    if (notes && this.take(':')) this.expression();
    return name;
  }

  private or(): Expr {
    return this.chain('or', () => this.chain('and', () => this.not()));
  }

  private chain(word: 'and' | 'or', next: () => Expr): Expr {
    const first = next();
    if (!this.is(word)) return first;
    const items = [first];
    while (this.take(word)) items.push(next());
    return { t: word, items, line: first.line };
  }

  private not(): Expr {
    const { line } = this.token;
    if (this.take('not'))
      return this.nested(() => ({ t: 'unary', op: 'not', value: this.not(), line }));
    return this.comparison();
  }

  private comparison(): Expr {
    const left = this.binary(0);
    const ops: string[] = [];
    const rights: Expr[] = [];
    while (COMPARISONS.has(this.token.text) && this.token.kind !== 'string') {
      let op = this.token.text;
      if (op === 'not' && this.tokens[this.at + 1]?.text !== 'in') break;
      this.at++;
      if (op === 'not') {
        this.at++;
        op = 'not in';
      } else if (op === 'is' && this.take('not')) op = 'is not';
      ops.push(op);
      rights.push(this.binary(0));
    }
    return ops.length === 0 ? left : { t: 'compare', left, ops, rights, line: left.line };
  }

  protected binary(level: number): Expr {
    if (level === LEVELS.length) return this.unary();
    let left = this.binary(level + 1);
    while (this.token.kind === 'op' && LEVELS[level]!.includes(this.token.text)) {
      const op = this.token.text;
      const { line } = this.token;
      this.at++;
      left = { t: 'binary', op, left, right: this.binary(level + 1), line };
    }
    return left;
  }

  private unary(): Expr {
    const { line, text, kind } = this.token;
    if (kind === 'op' && (text === '-' || text === '+' || text === '~')) {
      this.at++;
      return this.nested(() => ({ t: 'unary', op: text, value: this.unary(), line }));
    }
    const left = this.primary();
    if (!this.take('**')) return left;
    return { t: 'binary', op: '**', left, right: this.nested(() => this.unary()), line };
  }

  private primary(): Expr {
    if (this.is('await')) this.fail('not simulated: async and await');
    let value = this.atom();
    for (;;) {
      const { line } = this.token;
      if (this.take('.')) value = { t: 'attr', value, name: this.name(), line };
      else if (this.take('(')) {
        value = { t: 'call', fn: value, args: this.arguments(), line };
      } else if (this.take('[')) {
        value = { t: 'item', value, index: this.subscript(), line };
        this.expect(']');
      } else return value;
    }
  }

  /** After the opening bracket, through the closing one. */
  protected arguments(): readonly Argument[] {
    const args: Argument[] = [];
    let named = false;
    while (!this.take(')')) {
      const { token } = this;
      if (this.take('**')) args.push({ star: 2, value: this.expression() });
      else if (this.take('*')) args.push({ star: 1, value: this.expression() });
      else if (token.kind === 'name' && this.tokens[this.at + 1]?.text === '=') {
        const name = this.name();
        this.at++;
        args.push({ name, value: this.expression() });
        named = true;
      } else {
        let value = this.namedExpression();
        if (this.is('for')) value = this.comprehension('gen', value);
        if (named) this.fail('positional argument follows keyword argument', this.tokens[this.at]);
        args.push({ value });
      }
      if (this.take(',')) continue;
      if (this.take(')')) break;
      if (this.startsExpression() && this.token.kind !== 'op')
        this.fail('invalid syntax. Perhaps you forgot a comma?', token);
      this.fail('invalid syntax');
    }
    return args;
  }

  private subscript(): Expr {
    const { line } = this.token;
    const first = this.sliceOr();
    if (!this.is(',')) return first;
    const items = [first];
    while (this.take(',')) {
      if (this.is(']')) break;
      items.push(this.sliceOr());
    }
    return { t: 'tuple', items, line };
  }

  private sliceOr(): Expr {
    const { line } = this.token;
    const parts: (Expr | undefined)[] = [];
    let part = this.is(':') ? undefined : this.namedExpression();
    if (!this.is(':')) return part!;
    parts.push(part);
    while (this.take(':') && parts.length < 3) {
      part = this.is(':') || this.is(']') || this.is(',') ? undefined : this.expression();
      parts.push(part);
    }
    return { t: 'slice', parts, line };
  }

  private atom(): Expr {
    const { token } = this;
    const { line } = token;
    if (token.kind === 'string') return this.strings();
    if (token.kind === 'number') {
      this.at++;
      return { t: 'const', value: numberValue(token.text), line };
    }
    if (token.kind === 'name') {
      this.at++;
      if (token.text === 'None') return { t: 'const', value: null, line };
      if (token.text === 'True') return { t: 'const', value: true, line };
      if (token.text === 'False') return { t: 'const', value: false, line };
      if (!KEYWORDS.has(token.text)) return { t: 'name', id: token.text, line };
      this.at--;
    } else if (this.take('...')) return { t: 'const', value: ELLIPSIS, line };
    else if (this.take('(')) return this.nested(() => this.parenthesis(line));
    else if (this.take('[')) return this.nested(() => this.listDisplay(line));
    else if (this.take('{')) return this.nested(() => this.braces(line));
    return this.fail('invalid syntax');
  }

  private parenthesis(line: number): Expr {
    if (this.take(')')) return { t: 'tuple', items: [], line };
    if (this.is('yield')) {
      const value = this.yielding();
      this.close(')');
      return value;
    }
    const value = this.expressions();
    const made = this.is('for') ? this.comprehension('gen', value) : value;
    this.close(')');
    return made;
  }

  private close(text: string): void {
    if (this.take(text)) return;
    if (this.startsExpression() && this.token.kind !== 'op')
      this.fail('invalid syntax. Perhaps you forgot a comma?', this.tokens[this.at - 1]);
    this.fail('invalid syntax');
  }

  private listDisplay(line: number): Expr {
    const items: Expr[] = [];
    while (!this.is(']')) {
      items.push(this.starOr(() => this.namedExpression()));
      if (items.length === 1 && this.is('for')) {
        const made = this.comprehension('list', items[0]!);
        this.close(']');
        return made;
      }
      if (!this.take(',')) break;
    }
    this.close(']');
    return { t: 'list', items, line };
  }

  private braces(line: number): Expr {
    const keys: (Expr | undefined)[] = [];
    const values: Expr[] = [];
    if (this.take('}')) return { t: 'dict', keys, values, line };
    if (!this.is('**')) {
      const first = this.starOr(() => this.namedExpression());
      if (!this.is(':')) return this.setDisplay(first, line);
      this.at++;
      keys.push(first);
      values.push(this.expression());
      if (this.is('for')) {
        const made = this.comprehension('dict', first, values[0]);
        this.close('}');
        return made;
      }
      if (!this.is('}') && !this.take(',')) this.close('}');
    }
    while (!this.take('}')) {
      if (this.take('**')) {
        keys.push(undefined);
        values.push(this.binary(0));
      } else {
        keys.push(this.expression());
        if (!this.take(':')) this.fail("':' expected after dictionary key");
        values.push(this.expression());
      }
      if (!this.is('}') && !this.take(',')) this.close('}');
    }
    return { t: 'dict', keys, values, line };
  }

  private setDisplay(first: Expr, line: number): Expr {
    if (this.is('for')) {
      const made = this.comprehension('set', first);
      this.close('}');
      return made;
    }
    const items = [first];
    while (this.take(',')) {
      if (this.is('}')) break;
      items.push(this.starOr(() => this.namedExpression()));
    }
    this.close('}');
    return { t: 'set', items, line };
  }

  private comprehension(kind: 'list' | 'set' | 'dict' | 'gen', item: Expr, value?: Expr): Expr {
    const loops: Loop[] = [];
    while (this.take('for')) {
      const target = this.targets();
      this.expect('in');
      const source = this.or();
      const tests: Expr[] = [];
      while (this.take('if')) tests.push(this.or());
      loops.push({ target, source, tests });
    }
    return { t: 'comp', kind, item, value, loops, line: item.line };
  }

  /** Targets of a `for`: they end before `in`. */
  protected targets(): Expr {
    const { line } = this.token;
    const first = this.starOr(() => this.binary(0));
    if (!this.is(',')) return first;
    const items = [first];
    while (this.take(',')) {
      if (this.is('in') || this.is('=')) break;
      items.push(this.starOr(() => this.binary(0)));
    }
    return { t: 'tuple', items, line };
  }

  /** Neighbouring literals are one. */
  private strings(): Expr {
    const { line } = this.token;
    const parts: FormatPart[] = [];
    const bytes: Uint8Array[] = [];
    let formatted = false;
    for (; this.token.kind === 'string'; this.at++) {
      const piece = cutString(this.token.text);
      if (piece.kind === 'bytes') bytes.push(bytesOf(piece.body, piece.raw));
      else if (piece.kind === 'text')
        parts.push({ text: piece.raw ? piece.body : unescape(piece.body) });
      else {
        formatted = true;
        parts.push(...this.formatParts(piece.body, piece.raw));
      }
    }
    if (bytes.length > 0) {
      if (parts.length > 0) this.fail('cannot mix bytes and nonbytes literals');
      return { t: 'const', value: concatBytes(bytes), line };
    }
    if (formatted) return { t: 'format', parts, line };
    return { t: 'const', value: parts.map(({ text }) => text).join(''), line };
  }

  private formatParts(body: string, raw: boolean): FormatPart[] {
    const pieces = cutFormat(body);
    if (!pieces) this.fail("f-string: expecting '}'");
    return pieces.flatMap((piece): FormatPart[] => {
      if (piece.source === undefined) return [{ text: raw ? piece.text! : unescape(piece.text!) }];
      if (piece.source.trim() === '') this.fail('f-string: empty expression not allowed');
      const { line } = this.token;
      const value = this.within(piece.source);
      const format: Expr | undefined =
        piece.format === undefined
          ? undefined
          : { t: 'format', parts: this.formatParts(piece.format, raw), line };
      const label = piece.label === undefined ? [] : [{ text: piece.label }];
      return [...label, { value, conversion: piece.conversion, format }];
    });
  }

  /** An expression in an f-string. */
  private within(source: string): Expr {
    const { line, column } = this.token;
    try {
      const reader = new ExpressionReader(
        new Lexer(`(${source})`).run().map((token) => ({ ...token, line })),
      );
      reader.depth = this.depth + 1;
      const value = reader.expressions();
      if (reader.token.kind !== 'newline') reader.fail('invalid syntax');
      return value;
    } catch (error) {
      if (!(error instanceof PySyntaxError)) throw error;
      throw new PySyntaxError('SyntaxError', `f-string: ${error.message}`, line, column);
    }
  }
}
