/** Reads awk's rules, functions and statements. */
import { ExpressionReader } from './expressions';
import {
  type AwkFunction,
  type AwkProgram,
  type AwkRule,
  type Expr,
  type Redirect,
  type Statement,
} from './syntax';

class ProgramReader extends ExpressionReader {
  program(): AwkProgram {
    const rules: AwkRule[] = [];
    const functions = new Map<string, AwkFunction>();
    for (;;) {
      while (this.token.kind === 'newline' || this.is(';')) this.advance();
      if (this.token.kind === 'end') return { rules, functions };
      if (this.is('function') || this.is('func')) {
        const made = this.functionDefinition();
        functions.set(made.name, made);
      } else rules.push(this.rule());
    }
  }

  private functionDefinition(): AwkFunction {
    this.advance();
    const name = this.name();
    this.expect('(');
    const parameters: string[] = [];
    if (!this.accept(')')) {
      do {
        this.skipNewlines();
        parameters.push(this.name());
      } while (this.accept(','));
      this.expect(')');
    }
    this.skipNewlines();
    return { name, parameters, body: this.block() };
  }

  private rule(): AwkRule {
    if (this.is('BEGIN') || this.is('END')) {
      const kind = this.advance().text === 'BEGIN' ? 'begin' : 'end';
      return { kind, from: undefined, to: undefined, body: this.block() };
    }
    let from: Expr | undefined;
    let to: Expr | undefined;
    if (!this.is('{')) {
      from = this.expression();
      if (this.accept(',')) {
        this.skipNewlines();
        to = this.expression();
      }
    }
    const body = this.is('{') ? this.block() : undefined;
    return { kind: to ? 'range' : 'pattern', from, to, body };
  }

  private block(): Statement {
    this.expect('{');
    const body: Statement[] = [];
    for (;;) {
      while (this.token.kind === 'newline' || this.is(';')) this.advance();
      if (this.accept('}')) return { kind: 'block', body };
      if (this.token.kind === 'end') throw this.fault('}');
      body.push(this.statement());
    }
  }

  /** The end of a simple statement; a closing brace stays. */
  private endStatement(): void {
    if (this.is('}') || this.token.kind === 'end') return;
    if (this.token.kind !== 'newline' && !this.is(';')) throw this.fault();
    this.advance();
  }

  private statement(): Statement {
    if (this.is('{')) return this.block();
    if (this.accept(';')) return { kind: 'block', body: [] };
    if (this.token.kind === 'word') {
      switch (this.token.text) {
        case 'if':
          return this.conditional();
        case 'while':
          this.advance();
          return { kind: 'while', test: this.condition(), body: this.bodyStatement() };
        case 'do':
          return this.doLoop();
        case 'for':
          return this.forLoop();
      }
    }
    const result = this.simple();
    this.endStatement();
    return result;
  }

  private bodyStatement(): Statement {
    this.skipNewlines();
    return this.statement();
  }

  private condition(): Expr {
    this.expect('(');
    const [test, ...more] = this.list(')');
    if (!test || more.length > 0) throw this.fault();
    return test;
  }

  private conditional(): Statement {
    this.advance();
    const test = this.condition();
    const yes = this.bodyStatement();
    while (this.token.kind === 'newline' || this.is(';')) {
      // Only an `else` may make these part of the statement; superfluous ones do not matter.
      this.advance();
    }
    const no = this.accept('else') ? this.bodyStatement() : undefined;
    return { kind: 'if', test, yes, no };
  }

  private doLoop(): Statement {
    this.advance();
    const body = this.bodyStatement();
    while (this.token.kind === 'newline' || this.is(';')) this.advance();
    this.expect('while');
    const test = this.condition();
    this.endStatement();
    return { kind: 'do', test, body };
  }

  private forLoop(): Statement {
    this.advance();
    this.expect('(');
    this.plainIn = true;
    const first = this.is(';') ? undefined : this.simple();
    this.plainIn = false;
    if (first?.kind === 'expression' && first.value.kind === 'var' && this.accept('in')) {
      const array = this.name();
      this.expect(')');
      return { kind: 'each', variable: first.value.name, array, body: this.bodyStatement() };
    }
    this.expect(';');
    this.skipNewlines();
    const test = this.is(';') ? undefined : this.expression();
    this.expect(';');
    this.skipNewlines();
    const step = this.is(')') ? undefined : this.simple();
    this.expect(')');
    return { kind: 'for', first, test, step, body: this.bodyStatement() };
  }

  private atEnd(): boolean {
    return (
      this.token.kind === 'newline' || this.token.kind === 'end' || /^[;}]$/.test(this.token.text)
    );
  }

  private simple(): Statement {
    const { token } = this;
    if (token.kind !== 'word' || token.text === 'getline') {
      return { kind: 'expression', value: this.expression() };
    }
    switch (token.text) {
      case 'print':
      case 'printf':
        return this.print(token.text);
      case 'next':
      case 'nextfile':
      case 'break':
      case 'continue':
        this.advance();
        return { kind: token.text };
      case 'exit':
      case 'return':
        this.advance();
        return { kind: token.text, value: this.atEnd() ? undefined : this.expression() };
      case 'delete': {
        this.advance();
        const name = this.name();
        return { kind: 'delete', name, subscripts: this.accept('[') ? this.list(']') : [] };
      }
      default:
        throw this.fault();
    }
  }

  private print(kind: 'print' | 'printf'): Statement {
    this.advance();
    this.plainGreater = true;
    let items: Expr[] = [];
    if (!this.atEnd() && !this.is('>') && !this.is('>>') && !this.is('|')) {
      do {
        this.skipNewlines();
        items.push(this.expression());
      } while (this.accept(','));
      if (items.length === 1 && items[0]!.kind === 'list') items = [...items[0]!.items];
    }
    let redirect: Redirect | undefined;
    if (this.is('>') || this.is('>>') || this.is('|')) {
      const mark = this.advance().text as Redirect['kind'];
      redirect = { kind: mark, to: this.expression() };
    }
    this.plainGreater = false;
    return { kind, items, redirect };
  }
}

/** Throws AwkFault. */
export function parseAwk(text: string): AwkProgram {
  return new ProgramReader(text).program();
}
