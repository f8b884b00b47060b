/** Reads awk's expressions: one method a level of precedence, as in the grammar of POSIX. */
import { AwkLexer, type AwkToken } from './lexer';
import { AwkFault, BUILTINS, type Expr, type Target } from './syntax';

const COMPARISONS = new Set(['<', '<=', '==', '!=', '>', '>=']);
const ASSIGNMENTS = new Set(['=', '+=', '-=', '*=', '/=', '%=', '^=']);

export class ExpressionReader {
  protected readonly lexer: AwkLexer;
  protected token: AwkToken;
  /** Within `print`, `>` is a redirection; in the head of `for`, `in` is no operator. */
  protected plainGreater = false;
  protected plainIn = false;

  constructor(text: string) {
    this.lexer = new AwkLexer(text);
    this.token = this.lexer.next();
  }

  protected advance(): AwkToken {
    const before = this.token;
    this.token = this.lexer.next();
    return before;
  }

  protected is(text: string): boolean {
    const { kind } = this.token;
    return (kind === 'op' || kind === 'word') && this.token.text === text;
  }

  protected accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.advance();
    return true;
  }

  protected expect(text: string): void {
    if (!this.accept(text)) throw this.fault(text);
  }

  protected fault(missing = ''): AwkFault {
    return new AwkFault(this.lexer.line, this.token.text, missing);
  }

  protected skipNewlines(): void {
    while (this.token.kind === 'newline') this.advance();
  }

  protected name(): string {
    if (this.token.kind !== 'name') throw this.fault();
    return this.advance().text;
  }

  /** An expression free of the restrictions outside its brackets. */
  private inner<T>(read: () => T): T {
    const { plainGreater, plainIn } = this;
    this.plainGreater = false;
    this.plainIn = false;
    const result = read();
    this.plainGreater = plainGreater;
    this.plainIn = plainIn;
    return result;
  }

  expression(): Expr {
    const left = this.choice();
    if (this.token.kind === 'op' && ASSIGNMENTS.has(this.token.text)) {
      if (!isTarget(left)) throw this.fault();
      const op = this.advance().text;
      this.skipNewlines();
      return { kind: 'assign', op: op.slice(0, -1), target: left, value: this.expression() };
    }
    return left;
  }

  private choice(): Expr {
    const test = this.or();
    if (!this.accept('?')) return test;
    this.skipNewlines();
    const yes = this.expression();
    this.skipNewlines();
    this.expect(':');
    this.skipNewlines();
    return { kind: 'choice', test, yes, no: this.expression() };
  }

  private or(): Expr {
    let left = this.and();
    while (this.accept('||')) {
      this.skipNewlines();
      left = { kind: 'or', left, right: this.and() };
    }
    return left;
  }

  private and(): Expr {
    let left = this.membership();
    while (this.accept('&&')) {
      this.skipNewlines();
      left = { kind: 'and', left, right: this.membership() };
    }
    return left;
  }

  private membership(): Expr {
    let left = this.matching();
    while (!this.plainIn && this.accept('in')) {
      const subscripts = left.kind === 'list' ? left.items : [left];
      left = { kind: 'in', subscripts, name: this.name() };
    }
    return left;
  }

  private matching(): Expr {
    let left = this.comparison();
    while (this.is('~') || this.is('!~')) {
      const not = this.advance().text === '!~';
      left = { kind: 'match', not, left, right: this.comparison() };
    }
    return left;
  }

  private comparison(): Expr {
    let left = this.concatenation();
    if (this.is('|') && !this.plainGreater) left = this.commandGetline(left);
    if (this.token.kind === 'op' && COMPARISONS.has(this.token.text)) {
      if (this.plainGreater && this.token.text === '>') return left;
      const op = this.advance().text;
      return { kind: 'binary', op, left, right: this.concatenation() };
    }
    return left;
  }

  /** `command | getline [variable]`, any number of times. */
  private commandGetline(first: Expr): Expr {
    let left = first;
    while (this.is('|')) {
      this.advance();
      if (!this.accept('getline')) throw this.fault();
      left = { kind: 'getline', from: 'command', source: left, target: this.optionalTarget() };
    }
    return left;
  }

  private concatenation(): Expr {
    let left = this.sum();
    while (this.startsOperand()) {
      left = { kind: 'binary', op: ' ', left, right: this.sum() };
    }
    return left;
  }

  private startsOperand(): boolean {
    const { kind, text } = this.token;
    if (kind === 'number' || kind === 'string' || kind === 'name') return true;
    if (kind === 'op') return ['$', '(', '++', '--'].includes(text);
    return false;
  }

  private sum(): Expr {
    let left = this.product();
    while (this.is('+') || this.is('-')) {
      const op = this.advance().text;
      left = { kind: 'binary', op, left, right: this.product() };
    }
    return left;
  }

  private product(): Expr {
    let left = this.unary();
    while (this.is('*') || this.is('/') || this.is('%')) {
      const op = this.advance().text;
      left = { kind: 'binary', op, left, right: this.unary() };
    }
    return left;
  }

  private unary(): Expr {
    if (this.is('!') || this.is('-') || this.is('+')) {
      const op = this.advance().text;
      return { kind: 'unary', op, operand: this.unary() };
    }
    return this.power();
  }

  private power(): Expr {
    const left = this.postfix();
    if (!this.accept('^')) return left;
    const right = this.is('-') || this.is('+') || this.is('!') ? this.unary() : this.power();
    return { kind: 'binary', op: '^', left, right };
  }

  private postfix(): Expr {
    const target = this.primary();
    if (!isTarget(target) || !(this.is('++') || this.is('--'))) return target;
    const by = this.advance().text === '++' ? 1 : -1;
    return { kind: 'step', by, before: false, target };
  }

  private primary(): Expr {
    const { token } = this;
    switch (token.kind) {
      case 'number':
        this.advance();
        return { kind: 'number', value: token.value };
      case 'string':
        this.advance();
        return { kind: 'string', value: token.value };
      case 'name':
        return this.named(token);
      case 'word':
        if (token.text !== 'getline') throw this.fault();
        return this.plainGetline();
      case 'op':
        return this.operator(token.text);
      default:
        throw this.fault();
    }
  }

  private operator(text: string): Expr {
    if (text === '/' || text === '/=') {
      const source = this.lexer.regex();
      this.token = this.lexer.next();
      return { kind: 'regex', source };
    }
    this.advance();
    switch (text) {
      case '$':
        if (this.is('++') || this.is('--') || this.is('-'))
          return { kind: 'field', index: this.unary() };
        return { kind: 'field', index: this.primary() };
      case '++':
      case '--': {
        const target = this.primary();
        if (!isTarget(target)) throw this.fault();
        return { kind: 'step', by: text === '++' ? 1 : -1, before: true, target };
      }
      case '!':
      case '-':
      case '+':
        return { kind: 'unary', op: text, operand: this.unary() };
      case '(':
        return this.inner(() => {
          const items = this.list(')');
          // In brackets of its own, so that `(a) (b)` and `(x) = 1` are not mixed up.
          if (items.length !== 1) return { kind: 'list', items };
          return isTarget(items[0]!) || items[0]!.kind === 'regex'
            ? items[0]!
            : { kind: 'choice', test: { kind: 'number', value: 1 }, yes: items[0]!, no: items[0]! };
        });
      default:
        throw new AwkFault(this.lexer.line, text);
    }
  }

  /** Up to and with the closing bracket. */
  protected list(end: string): Expr[] {
    const items: Expr[] = [];
    this.skipNewlines();
    if (this.accept(end)) return items;
    do {
      this.skipNewlines();
      items.push(this.expression());
      this.skipNewlines();
    } while (this.accept(','));
    this.expect(end);
    return items;
  }

  private named(token: Extract<AwkToken, { kind: 'name' }>): Expr {
    this.advance();
    const name = token.text;
    if (BUILTINS.has(name)) {
      if (!this.is('(')) {
        if (name === 'length') return { kind: 'builtin', name, args: [] };
        throw this.fault();
      }
      this.advance();
      return { kind: 'builtin', name, args: this.inner(() => this.list(')')) };
    }
    if (token.called) {
      this.advance();
      return { kind: 'call', name, args: this.inner(() => this.list(')')) };
    }
    if (this.accept('[')) {
      return { kind: 'element', name, subscripts: this.inner(() => this.list(']')) };
    }
    return { kind: 'var', name };
  }

  private optionalTarget(): Target | undefined {
    if (this.token.kind !== 'name' && !this.is('$')) return undefined;
    const target = this.primary();
    if (!isTarget(target)) throw this.fault();
    return target;
  }

  private plainGetline(): Expr {
    this.advance();
    const target = this.optionalTarget();
    if (!this.accept('<')) return { kind: 'getline', from: 'input', source: undefined, target };
    return { kind: 'getline', from: 'file', source: this.primary(), target };
  }
}

export function isTarget(e: Expr): e is Target {
  return e.kind === 'var' || e.kind === 'field' || e.kind === 'element';
}
