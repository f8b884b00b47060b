/**
 * From tokens to the tree, with Go's own words for what is wrong (text/template/parse/parse.go
 * of Go 1.19). Recursive descent; depth is bounded by the length of the text, which is a
 * command line.
 */
import { lex, type Token, type TokenKind } from './lexer';
import type { Command, Operand, Pipe, Statement } from './nodes';
import { nodeText } from './nodes';

/** Parsing or executing failed; the message is Go's. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

export interface ParsedTemplate {
  readonly text: string;
  readonly list: readonly Statement[];
  /** From `{{define}}` and `{{block}}`. */
  readonly defined: ReadonlyMap<string, readonly Statement[]>;
}

interface Listed {
  readonly list: Statement[];
  readonly end: 'end' | 'else';
}

class Parser {
  private at = 0;
  private vars: string[] = ['$'];
  private rangeDepth = 0;
  private actionLine = 0;
  readonly defined = new Map<string, readonly Statement[]>();

  constructor(
    private readonly tokens: readonly Token[],
    private readonly functions: ReadonlySet<string>,
  ) {}

  parse(): Statement[] {
    const list: Statement[] = [];
    while (this.peek().kind !== 'eof') {
      if (this.peek().kind === 'left' && this.tokens[this.at + 1]?.text === 'define') {
        this.at += 2;
        this.define();
        continue;
      }
      const node = this.textOrAction();
      if (typeof node === 'string') this.fail(`unexpected {{${node}}}`);
      else list.push(node);
    }
    return list;
  }

  private peek(): Token {
    return this.tokens[this.at] ?? this.tokens[this.tokens.length - 1]!;
  }
  private next(): Token {
    const token = this.peek();
    if (this.at < this.tokens.length) this.at++;
    return token;
  }
  private skipSpace(): void {
    while (this.peek().kind === 'space') this.at++;
  }
  private nextNonSpace(): Token {
    this.skipSpace();
    return this.next();
  }
  private peekNonSpace(): Token {
    this.skipSpace();
    return this.peek();
  }

  private fail(message: string): never {
    const last = this.tokens[Math.min(Math.max(this.at - 1, 0), this.tokens.length - 1)]!;
    throw new TemplateError(`template: :${last.line}: ${message}`);
  }

  private unexpected(token: Token, context: string): never {
    if (token.kind === 'error') {
      let extra = '';
      if (this.actionLine !== 0 && this.actionLine !== token.line) {
        extra = ` in action started at :${this.actionLine}`;
        if (token.text.endsWith(' action')) extra = extra.slice(' in action'.length);
      }
      this.fail(token.text + extra);
    }
    this.fail(`unexpected ${shown(token)} in ${context}`);
  }

  private expect(kind: TokenKind, context: string): Token {
    const token = this.nextNonSpace();
    if (token.kind !== kind) this.unexpected(token, context);
    return token;
  }

  private define(): void {
    const name = unquote(this.expect('string', 'define clause').text);
    this.expect('right', 'define clause');
    const saved = this.vars;
    this.vars = ['$'];
    const { list, end } = this.itemList();
    if (end !== 'end') this.fail('unexpected {{else}} in define clause');
    this.vars = saved;
    this.defined.set(name, list);
  }

  private itemList(): Listed {
    const list: Statement[] = [];
    while (this.peekNonEof()) {
      const node = this.textOrAction();
      if (typeof node === 'string') return { list, end: node };
      list.push(node);
    }
    this.next();
    this.fail('unexpected EOF');
  }

  private peekNonEof(): boolean {
    return this.peek().kind !== 'eof';
  }

  private textOrAction(): Statement | 'end' | 'else' {
    const token = this.next();
    if (token.kind === 'text') return { kind: 'text', pos: token.pos, text: token.text };
    if (token.kind !== 'left') this.unexpected(token, 'input');
    this.actionLine = token.line;
    const result = this.action();
    this.actionLine = 0;
    return result;
  }

  private action(): Statement | 'end' | 'else' {
    const token = this.peekNonSpace();
    if (token.kind !== 'keyword') {
      const pipe = this.pipeline('command', 'right');
      return { kind: 'action', pos: token.pos, pipe };
    }
    this.next();
    switch (token.text) {
      case 'if':
      case 'range':
      case 'with':
        return this.control(token.text, token);
      case 'end':
        this.expect('right', 'end');
        return 'end';
      case 'else':
        if (this.peekNonSpace().text === 'if') return 'else';
        this.expect('right', 'else');
        return 'else';
      case 'break':
      case 'continue':
        if (this.nextNonSpace().kind !== 'right') this.fail(`unexpected in {{${token.text}}}`);
        if (this.rangeDepth === 0) this.fail(`{{${token.text}}} outside {{range}}`);
        return { kind: token.text, pos: token.pos };
      case 'template':
      case 'block':
        return this.call(token);
      default:
        this.unexpected(token, 'command');
    }
  }

  private call(token: Token): Statement {
    const context = token.text === 'block' ? 'block clause' : 'template clause';
    const name = unquote(this.expect('string', context).text);
    let pipe: Pipe | undefined;
    if (token.text === 'block' || this.peekNonSpace().kind !== 'right')
      pipe = this.pipeline(context, 'right');
    else this.next();
    if (token.text === 'block') {
      const saved = this.vars;
      this.vars = ['$'];
      this.defined.set(name, this.itemList().list);
      this.vars = saved;
    }
    return { kind: 'template', pos: token.pos, name, pipe };
  }

  private control(kind: 'if' | 'range' | 'with', token: Token): Statement {
    const depth = this.vars.length;
    const pipe = this.pipeline(kind, 'right');
    if (kind === 'range') this.rangeDepth++;
    const body = this.itemList();
    if (kind === 'range') this.rangeDepth--;
    let otherwise: Statement[] | undefined;
    if (body.end === 'else') {
      const follow = this.peekNonSpace();
      if (kind === 'if' && follow.text === 'if' && follow.kind === 'keyword') {
        this.next();
        otherwise = [this.control('if', follow)];
      } else {
        const other = this.itemList();
        if (other.end !== 'end') this.fail('expected end; found {{else}}');
        otherwise = other.list;
      }
    }
    this.vars.length = depth;
    return { kind, pos: token.pos, pipe, list: body.list, otherwise };
  }

  private pipeline(context: string, end: TokenKind): Pipe {
    const pos = this.peekNonSpace().pos;
    const declares: string[] = [];
    let assign = false;
    while (this.peekNonSpace().kind === 'variable') {
      const start = this.at;
      const variable = this.next();
      const follow = this.peekNonSpace();
      if (follow.kind === 'assign' || follow.kind === 'declare') {
        assign = follow.kind === 'assign';
        this.next();
        declares.push(variable.text);
        if (!assign) this.vars.push(variable.text);
        break;
      }
      if (follow.kind !== 'comma') {
        this.at = start;
        break;
      }
      this.next();
      declares.push(variable.text);
      this.vars.push(variable.text);
      if (context !== 'range' || declares.length >= 2)
        this.fail(`too many declarations in ${context}`);
      if (this.peekNonSpace().kind !== 'variable') this.fail('range can only initialize variables');
    }
    const commands = this.commands(context, end);
    return { kind: 'pipe', pos, assign, declares, commands };
  }

  private commands(context: string, end: TokenKind): Command[] {
    const commands: Command[] = [];
    for (;;) {
      const token = this.nextNonSpace();
      if (token.kind === end) break;
      if (!STARTS_OPERAND.has(token.kind)) this.unexpected(token, context);
      this.at--;
      commands.push(this.command());
    }
    if (commands.length === 0) this.fail(`missing value for ${context}`);
    for (let i = 1; i < commands.length; i++) {
      const first = commands[i]!.args[0]!;
      if (first.kind === 'literal' || first.kind === 'dot' || first.kind === 'nil')
        this.fail(`non executable command in pipeline stage ${i + 1}`);
    }
    return commands;
  }

  private command(): Command {
    const pos = this.peekNonSpace().pos;
    const args: Operand[] = [];
    for (;;) {
      this.skipSpace();
      const operand = this.operand();
      if (operand) args.push(operand);
      const token = this.next();
      if (token.kind === 'space') continue;
      if (token.kind === 'right' || token.kind === 'rightParen') this.at--;
      else if (token.kind !== 'pipe') this.unexpected(token, 'operand');
      break;
    }
    if (args.length === 0) this.fail('empty command');
    return { kind: 'command', pos, args };
  }

  private operand(): Operand | undefined {
    const node = this.term();
    if (!node || this.peek().kind !== 'field') return node;
    const pos = this.peek().pos;
    const names: string[] = [];
    while (this.peek().kind === 'field') names.push(this.next().text.slice(1));
    if (node.kind === 'field' || node.kind === 'variable')
      return { kind: node.kind, pos, names: [...node.names, ...names] };
    if (node.kind === 'literal' || node.kind === 'nil' || node.kind === 'dot')
      this.fail(`unexpected . after term ${JSON.stringify(nodeText(node))}`);
    return { kind: 'chain', pos, node, names };
  }

  private term(): Operand | undefined {
    const token = this.nextNonSpace();
    const pos = token.pos;
    switch (token.kind) {
      case 'identifier':
        if (!this.functions.has(token.text))
          this.fail(`function ${JSON.stringify(token.text)} not defined`);
        return { kind: 'identifier', pos, name: token.text };
      case 'dot':
        return { kind: 'dot', pos };
      case 'nil':
        return { kind: 'nil', pos };
      case 'variable':
        if (!this.vars.includes(token.text))
          this.fail(`undefined variable ${JSON.stringify(token.text)}`);
        return { kind: 'variable', pos, names: [token.text] };
      case 'field':
        return { kind: 'field', pos, names: [token.text.slice(1)] };
      case 'bool':
        return { kind: 'literal', pos, value: token.text === 'true', text: token.text };
      case 'number':
        return {
          kind: 'literal',
          pos,
          value: Number(token.text.replace(/_/g, '')),
          text: token.text,
        };
      case 'char':
        return {
          kind: 'literal',
          pos,
          value: unquote(token.text).codePointAt(0)!,
          text: token.text,
        };
      case 'string':
        return { kind: 'literal', pos, value: unquote(token.text), text: token.text };
      case 'leftParen':
        return this.pipeline('parenthesized pipeline', 'rightParen');
      default:
        this.at--;
        return undefined;
    }
  }
}

const STARTS_OPERAND = new Set<TokenKind>([
  'bool',
  'char',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'string',
  'variable',
  'leftParen',
]);

function shown(token: Token): string {
  if (token.kind === 'eof') return 'EOF';
  if (token.kind === 'keyword') return `<${token.text}>`;
  const text = token.text;
  return text.length > 10 ? `${JSON.stringify(text.slice(0, 10))}...` : JSON.stringify(text);
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

/** The text of a quoted or raw Go literal. */
export function unquote(literal: string): string {
  const inner = literal.slice(1, -1);
  if (literal[0] === '`') return inner;
  return inner.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/g,
    (_all, x?: string, u?: string, long?: string, octal?: string, simple?: string) => {
      const hex = x ?? u ?? long;
      if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
      if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
      return ESCAPES[simple!] ?? simple!;
    },
  );
}

/** Parses, or throws a TemplateError. `functions` are the names that may be called. */
export function parseTree(text: string, functions: ReadonlySet<string>): ParsedTemplate {
  const parser = new Parser(lex(text), functions);
  const list = parser.parse();
  return { text, list, defined: parser.defined };
}
