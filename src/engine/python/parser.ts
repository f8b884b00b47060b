/** Reads statements: the upper half of CPython 3.10's `Grammar/python.gram`. */
import { ExpressionReader } from './expressions';
import { Lexer, PySyntaxError, type Token } from './lexer';
import type { Argument, Expr, Handler, ImportName, Stmt } from './tree';

const AUGMENTED = /^(\+|-|\*|\/|\/\/|%|@|&|\||\^|>>|<<|\*\*)=$/;
/** Blocks within blocks; CPython says "too many statically nested blocks" at 20 for loops, 100 for all. */
const BLOCKS_MAX = 60;

/** Statements of a whole file, or of one entry at the prompt. */
export function parsePython(source: string): readonly Stmt[] {
  return new StatementReader(new Lexer(source).run()).file();
}

/** For `eval`: one expression. */
export function parseExpression(source: string): Expr {
  return new StatementReader(new Lexer(source.trim()).run()).single();
}

class StatementReader extends ExpressionReader {
  private blocks = 0;

  file(): readonly Stmt[] {
    const body: Stmt[] = [];
    while (this.token.kind !== 'end') {
      if (this.atKind('indent')) this.indentation('unexpected indent');
      body.push(...this.statement());
    }
    return body;
  }

  single(): Expr {
    const value = this.expressions();
    if (this.atKind('newline')) this.at++;
    if (this.token.kind !== 'end') this.fail('invalid syntax');
    return value;
  }

  private atKind(kind: Token['kind']): boolean {
    return this.token.kind === kind;
  }

  private indentation(message: string): never {
    const { line, column, kind } = this.token;
    throw new PySyntaxError('IndentationError', message, line, column, kind === 'end');
  }

  private statement(): readonly Stmt[] {
    const { token } = this;
    const { line } = token;
    switch (token.kind === 'name' || token.kind === 'op' ? token.text : '') {
      case 'if':
        return [this.ifStatement()];
      case 'while':
        return [this.whileStatement()];
      case 'for':
        return [this.forStatement()];
      case 'try':
        return [this.tryStatement()];
      case 'with':
        return [this.withStatement()];
      case 'def':
        return [this.definition([])];
      case 'class':
        return [this.classStatement([])];
      case '@':
        return [this.decorated()];
      case 'async':
        return this.fail('not simulated: async and await');
      case 'match':
        if (/^(?:name|string|number)$/.test(this.tokens[this.at + 1]?.kind ?? ''))
          return this.fail('not simulated: the match statement');
        break;
    }
    const body = [this.simple()];
    while (this.take(';')) {
      if (this.atKind('newline')) break;
      body.push(this.simple());
    }
    if (!this.atKind('newline')) this.trailing(line);
    this.at++;
    return body;
  }

  /** Something follows a complete statement. */
  private trailing(line: number): never {
    const before = this.tokens.findLast(
      (token, i) => i < this.at && token.line === line && token.kind === 'name',
    );
    if (before && /^(print|exec)$/.test(before.text) && this.tokens[this.at - 1] === before)
      this.fail(
        `Missing parentheses in call to '${before.text}'. Did you mean ${before.text}(...)?`,
        before,
      );
    if (this.atKind('indent')) this.indentation('unexpected indent');
    this.fail('invalid syntax');
  }

  private block(after: string, line: number): readonly Stmt[] {
    if (!this.take(':')) this.fail("expected ':'");
    if (!this.atKind('newline')) {
      const body = [this.simple()];
      while (this.take(';') && !this.atKind('newline')) body.push(this.simple());
      if (!this.atKind('newline')) this.fail('invalid syntax');
      this.at++;
      return body;
    }
    this.at++;
    if (!this.atKind('indent'))
      this.indentation(`expected an indented block after ${after} on line ${line}`);
    if (++this.blocks > BLOCKS_MAX) this.fail('too many statically nested blocks');
    this.at++;
    const body: Stmt[] = [];
    while (this.token.kind !== 'dedent' && this.token.kind !== 'end') {
      if (this.atKind('indent')) this.indentation('unexpected indent');
      body.push(...this.statement());
    }
    this.at++;
    this.blocks--;
    return body;
  }

  private ifStatement(): Stmt {
    const { line, text } = this.token;
    this.at++;
    const test = this.namedExpression();
    if (this.is('=')) this.fail("invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
    const body = this.block(`'${text}' statement`, line);
    let other: readonly Stmt[] = [];
    if (this.is('elif')) other = [this.nested(() => this.ifStatement())];
    else other = this.elseBlock();
    return { t: 'if', test, body, other, line };
  }

  private elseBlock(): readonly Stmt[] {
    const { line } = this.token;
    return this.take('else') ? this.block("'else' statement", line) : [];
  }

  private whileStatement(): Stmt {
    const { line } = this.token;
    this.at++;
    const test = this.namedExpression();
    const body = this.block("'while' statement", line);
    return { t: 'while', test, body, other: this.elseBlock(), line };
  }

  private forStatement(): Stmt {
    const { line } = this.token;
    this.at++;
    const target = this.assignable(this.targets());
    this.expect('in');
    const source = this.expressions();
    const body = this.block("'for' statement", line);
    return { t: 'for', target, source, body, other: this.elseBlock(), line };
  }

  private tryStatement(): Stmt {
    const { line } = this.token;
    this.at++;
    const body = this.block("'try' statement", line);
    const handlers: Handler[] = [];
    while (this.is('except')) {
      const at = this.token.line;
      this.at++;
      const type = this.is(':') ? undefined : this.expression();
      const name = this.take('as') ? this.name() : undefined;
      handlers.push({ type, name, body: this.block("'except' statement", at), line: at });
    }
    const other = handlers.length > 0 ? this.elseBlock() : [];
    const at = this.token.line;
    const last = this.take('finally') ? this.block("'finally' statement", at) : [];
    if (handlers.length === 0 && last.length === 0)
      this.fail("expected 'except' or 'finally' block");
    return { t: 'try', body, handlers, other, last, line };
  }

  private withStatement(): Stmt {
    const { line } = this.token;
    this.at++;
    const items: { value: Expr; target?: Expr | undefined }[] = [];
    do {
      const value = this.expression();
      const target = this.take('as') ? this.assignable(this.binary(0)) : undefined;
      items.push({ value, target });
    } while (this.take(','));
    return { t: 'with', items, body: this.block("'with' statement", line), line };
  }

  private decorated(): Stmt {
    const decorators: Expr[] = [];
    while (this.take('@')) {
      decorators.push(this.namedExpression());
      if (!this.atKind('newline')) this.fail('invalid syntax');
      this.at++;
    }
    if (this.is('class')) return this.classStatement(decorators);
    if (this.is('async')) this.fail('not simulated: async and await');
    if (!this.is('def')) this.fail('invalid syntax');
    return this.definition(decorators);
  }

  private definition(decorators: readonly Expr[]): Stmt {
    const { line } = this.token;
    this.at++;
    const name = this.name();
    if (!this.take('(')) this.fail("expected '('");
    const params = this.parameters(')', true);
    this.expect(')');
    if (this.take('->')) this.expression();
    const body = this.block('function definition', line);
    return { t: 'def', name, params, body, decorators, line };
  }

  private classStatement(decorators: readonly Expr[]): Stmt {
    const { line } = this.token;
    this.at++;
    const name = this.name();
    const args: readonly Argument[] = this.take('(') ? this.arguments() : [];
    const body = this.block('class definition', line);
    return { t: 'class', name, args, body, decorators, line };
  }

  private simple(): Stmt {
    const { line, text, kind } = this.token;
    if (kind !== 'name') return this.assignment();
    switch (text) {
      case 'pass':
      case 'break':
      case 'continue':
        this.at++;
        return { t: text, line };
      case 'return':
        this.at++;
        return { t: 'return', value: this.optional(), line };
      case 'raise': {
        this.at++;
        const value = this.startsExpression() ? this.expression() : undefined;
        const cause = this.take('from') ? this.expression() : undefined;
        return { t: 'raise', value, cause, line };
      }
      case 'global':
      case 'nonlocal': {
        this.at++;
        const names = [this.name()];
        while (this.take(',')) names.push(this.name());
        return { t: text, names, line };
      }
      case 'del': {
        this.at++;
        const value = this.expressions();
        return { t: 'del', targets: value.t === 'tuple' ? value.items : [value], line };
      }
      case 'assert': {
        this.at++;
        const test = this.expression();
        return { t: 'assert', test, message: this.take(',') ? this.expression() : undefined, line };
      }
      case 'import':
        return this.importStatement();
      case 'from':
        return this.fromStatement();
    }
    return this.assignment();
  }

  private optional(): Expr | undefined {
    return this.startsExpression() ? this.expressions() : undefined;
  }

  private dotted(): string {
    let name = this.name();
    while (this.take('.')) name += `.${this.name()}`;
    return name;
  }

  private importStatement(): Stmt {
    const { line } = this.token;
    const names: ImportName[] = [];
    do {
      this.at++;
      const name = this.dotted();
      names.push({ name, as: this.take('as') ? this.name() : undefined });
    } while (this.is(','));
    return { t: 'import', names, line };
  }

  private fromStatement(): Stmt {
    const { line } = this.token;
    this.at++;
    let level = 0;
    for (; this.is('.') || this.is('...'); this.at++) level += this.token.text.length;
    const module = this.is('import') ? '' : this.dotted();
    this.expect('import');
    const names: ImportName[] = [];
    if (this.take('*')) return { t: 'import-from', module, level, names: [{ name: '*' }], line };
    const bracketed = this.take('(');
    do {
      if (bracketed && this.is(')')) break;
      const name = this.name();
      names.push({ name, as: this.take('as') ? this.name() : undefined });
    } while (this.take(','));
    if (bracketed) this.expect(')');
    return { t: 'import-from', module, level, names, line };
  }

  private assignment(): Stmt {
    const { line, token } = { line: this.token.line, token: this.token };
    const first = this.expressions();
    if (this.token.kind === 'op' && AUGMENTED.test(this.token.text)) {
      const op = this.token.text.slice(0, -1);
      if (first.t !== 'name' && first.t !== 'attr' && first.t !== 'item')
        this.fail(`'${describe(first)}' is an illegal expression for augmented assignment`, token);
      this.at++;
      return { t: 'aug', target: first, op, value: this.expressions(), line };
    }
    if (this.take(':')) {
      this.expression();
      const value = this.take('=') ? this.expressions() : undefined;
      return { t: 'note', target: first, value, line };
    }
    if (!this.is('=')) return { t: 'expr', value: first, line };
    const targets: Expr[] = [];
    let value = first;
    let at = token;
    while (this.take('=')) {
      targets.push(this.assignable(value, at));
      at = this.token;
      value = this.expressions();
    }
    return { t: 'assign', targets, value, line };
  }

  private assignable(target: Expr, token = this.token): Expr {
    if (target.t === 'tuple' || target.t === 'list')
      for (const item of target.items) this.assignable(item, token);
    else if (target.t === 'star') this.assignable(target.value, token);
    else if (target.t !== 'name' && target.t !== 'attr' && target.t !== 'item') {
      const hint = target.t === 'const' ? '' : " here. Maybe you meant '==' instead of '='?";
      const what = describe(target);
      const end = what === 'True' || what === 'False' || what === 'None' ? '' : hint;
      this.fail(`cannot assign to ${what}${end}`, token);
    }
    return target;
  }
}

function describe(value: Expr): string {
  switch (value.t) {
    case 'const':
      if (value.value === null) return 'None';
      if (typeof value.value === 'boolean') return value.value ? 'True' : 'False';
      return "literal here. Maybe you meant '==' instead of '='?";
    case 'call':
      return 'function call';
    case 'format':
      return 'f-string expression';
    case 'compare':
      return 'comparison';
    case 'if':
      return 'conditional expression';
    case 'lambda':
      return 'lambda';
    case 'dict':
      return 'dict literal';
    case 'set':
      return 'set display';
    case 'comp':
      return value.kind === 'gen' ? 'generator expression' : `${value.kind} comprehension`;
    case 'yield':
    case 'from':
      return 'yield expression';
    default:
      return 'expression';
  }
}
