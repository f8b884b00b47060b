/**
 * The grammar: one complete command at a time, so that what stands before an error still runs and
 * aliases defined on one line are known on the next. Models bash's `parse.y` and the recursive
 * descent of dash and BusyBox ash (`parser.c`), with their different complaints.
 */
import type {
  Assign,
  CompoundNode,
  Dialect,
  ListItem,
  ListNode,
  Node,
  PipelineNode,
  Redirect,
  SimpleNode,
  Word,
} from './ast';
import { brace, caseCommand, forCommand, ifCommand, parenthesis, whileCommand } from './compounds';
import { parseConditional } from './conditional';
import { SyntaxFault, unclosed, unexpectedToken } from './faults';
import { hereDocRedirect, Lexer, type Token } from './lexer';

const COMMON = ['!', '{', '}', 'case', 'do', 'done', 'elif', 'else', 'esac', 'fi', 'for', 'if'];
const RESERVED: Readonly<Record<Dialect, ReadonlySet<string>>> = {
  bash: new Set([
    ...COMMON,
    ...['then', 'until', 'while', 'function', 'select', 'time', '[[', ']]', 'coproc', 'in'],
  ]),
  ash: new Set([...COMMON, 'then', 'until', 'while', 'function', 'in']),
  dash: new Set([...COMMON, 'then', 'until', 'while', 'in']),
};
/** Words that end a list of commands rather than begin one. */
const LIST_ENDS = new Set(['then', 'do', 'done', 'elif', 'else', 'esac', 'fi', '}']);
const DECLARATIONS = new Set(['declare', 'typeset', 'local', 'export', 'readonly']);

export function parseNested(lexer: Lexer, close: ')' | undefined): ListNode {
  return new Parser(lexer).nested(close);
}

export class Parser {
  constructor(readonly lexer: Lexer) {}

  get dialect(): Dialect {
    return this.lexer.dialect;
  }

  /** The commands up to the end of the line; undefined at the end of the text. */
  completeCommand(): ListNode | undefined {
    const { lexer } = this;
    while (lexer.peek().type === 'newline') lexer.next();
    if (lexer.peek().type === 'eof') return undefined;
    const line = lexer.peek().line;
    const items: ListItem[] = [];
    for (;;) {
      const node = this.andOr();
      const token = lexer.peek();
      const background = token.text === '&' && token.type === 'op';
      items.push({ node, background });
      if (token.type === 'op' && (token.text === '&' || token.text === ';')) lexer.next();
      const after = lexer.peek();
      if (after.type === 'newline') {
        lexer.next();
        break;
      }
      if (after.type === 'eof') {
        if (lexer.hasPending) {
          if (!lexer.final) throw new SyntaxFault(line, ['here-document'], { kind: 'structure' });
          lexer.rewind(lexer.src.length);
          lexer.readHereDocs();
        }
        break;
      }
      if (after === token) throw this.unexpected(token);
    }
    return { k: 'list', items, line };
  }

  /** All commands up to `close`, or to the end of the text. */
  nested(close: ')' | undefined): ListNode {
    const { lexer } = this;
    const line = lexer.peek().line;
    const items: ListItem[] = [];
    for (;;) {
      while (lexer.peek().type === 'newline') lexer.next();
      const token = lexer.peek();
      if (token.type === 'eof') {
        if (close === undefined) break;
        throw unclosed(this.dialect, '$(', lexer.openLine ?? line, token.line);
      }
      if (close !== undefined && token.type === 'op' && token.text === close) break;
      const node = this.andOr();
      items.push(this.separated(node));
      if (lexer.peek().type === 'op' && lexer.peek().text === ')' && close === undefined) {
        throw this.unexpected(lexer.peek());
      }
    }
    if (close !== undefined) lexer.next();
    else if (lexer.hasPending) lexer.readHereDocs();
    return { k: 'list', items, line };
  }

  private separated(node: Node): ListItem {
    const { lexer } = this;
    const token = lexer.peek();
    if (token.type === 'op' && (token.text === '&' || token.text === ';')) {
      lexer.next();
      return { node, background: token.text === '&' };
    }
    if (!this.endsItem(token)) throw this.unexpected(token);
    return { node, background: false };
  }

  private endsItem(token: Token): boolean {
    if (token.type === 'newline' || token.type === 'eof') return true;
    if (token.type === 'op') return [')', ';', '&', ';;', ';&', ';;&'].includes(token.text);
    return this.isReserved(token) && LIST_ENDS.has(token.text);
  }

  unexpected(token: Token, expected?: string): SyntaxFault {
    const { lexer } = this;
    const type =
      token.type === 'word' && RESERVED[this.dialect].has(token.text) ? 'reserved' : token.type;
    let { line } = token;
    if (token.type === 'newline' && this.dialect !== 'bash') line++;
    // bash counts a last line that has no end as ended.
    if (token.type === 'eof' && this.dialect === 'bash' && !lexer.src.endsWith('\n')) line++;
    const text = lexer.lineText(token.type === 'eof' ? token.start - 1 : token.start);
    return unexpectedToken(this.dialect, { type, text: token.text }, expected, line, text);
  }

  isReserved(token: Token): boolean {
    return token.type === 'word' && RESERVED[this.dialect].has(token.text);
  }

  isWord(token: Token, text: string): boolean {
    return token.type === 'word' && token.text === text;
  }

  expectWord(text: string): Token {
    const token = this.lexer.peek();
    if (!this.isWord(token, text)) throw this.unexpected(token, text);
    return this.lexer.next();
  }

  skipNewlines(): void {
    while (this.lexer.peek().type === 'newline') this.lexer.next();
  }

  andOr(): Node {
    let left = this.pipeline();
    for (;;) {
      const token = this.lexer.peek();
      if (token.type !== 'op' || (token.text !== '&&' && token.text !== '||')) return left;
      this.lexer.next();
      this.skipNewlines();
      const right = this.pipeline();
      left = { k: token.text === '&&' ? 'and' : 'or', left, right, line: token.line };
    }
  }

  private pipeline(): Node {
    const { lexer } = this;
    const { line } = lexer.peek();
    let negate = false;
    let prefixed = false;
    let timed: PipelineNode['timed'];
    for (;;) {
      const token = lexer.peek();
      if (this.isWord(token, '!')) {
        if (negate && this.dialect !== 'bash') throw this.unexpected(token);
        lexer.next();
        negate = !negate;
        prefixed = true;
      } else if (this.isWord(token, 'time') && this.dialect === 'bash') {
        lexer.next();
        timed = 'bash';
        prefixed = true;
        if (this.isWord(lexer.peek(), '-p')) {
          lexer.next();
          timed = 'posix';
        }
      } else break;
    }
    const commands: Node[] = [];
    const both: boolean[] = [];
    const empty = prefixed && this.dialect === 'bash' && this.endsPipeline(lexer.peek());
    if (!empty) {
      commands.push(this.command());
      for (;;) {
        const token = lexer.peek();
        if (token.type !== 'op' || (token.text !== '|' && token.text !== '|&')) break;
        lexer.next();
        both.push(token.text === '|&');
        this.skipNewlines();
        commands.push(this.command());
      }
    }
    if (commands.length === 1 && !negate && !timed) return commands[0]!;
    const node: PipelineNode = { k: 'pipeline', negate, commands, both, line };
    return timed ? { ...node, timed } : node;
  }

  private endsPipeline(token: Token): boolean {
    return (
      token.type === 'newline' ||
      token.type === 'eof' ||
      (token.type === 'op' && [';', '&', '&&', '||'].includes(token.text))
    );
  }

  private command(): Node {
    const { lexer } = this;
    let token = lexer.peek();
    while (token.type === 'word' && !this.isReserved(token) && lexer.expandAlias(token)) {
      token = lexer.peek();
    }
    if (token.type === 'op' && token.text === '(') return this.withRedirects(parenthesis(this));
    if (this.isReserved(token)) return this.reservedCommand(token);
    if (token.type === 'word' || token.type === 'redirect') return this.simple();
    throw this.unexpected(token);
  }

  private reservedCommand(token: Token): Node {
    switch (token.text) {
      case 'if':
        return this.withRedirects(ifCommand(this));
      case 'while':
      case 'until':
        return this.withRedirects(whileCommand(this));
      case 'for':
      case 'select':
        return this.withRedirects(forCommand(this));
      case 'case':
        return this.withRedirects(caseCommand(this));
      case '{':
        return this.withRedirects(brace(this));
      case '[[':
        return this.withRedirects(parseConditional(this));
      case 'function':
        return this.functionKeyword();
      case 'in':
      case ']]':
      case 'coproc':
        return this.simple();
      default:
        throw this.unexpected(token);
    }
  }

  private withRedirects(node: CompoundNode): Node {
    const redirects: Redirect[] = [];
    while (this.lexer.peek().type === 'redirect') redirects.push(this.redirect());
    return redirects.length > 0 ? { ...node, redirects } : node;
  }

  /** A list that ends with a reserved word or a closing operator, which is left in place. */
  compoundList(endOps: readonly string[] = []): ListNode {
    const { lexer } = this;
    this.skipNewlines();
    const { line } = lexer.peek();
    const items: ListItem[] = [];
    for (;;) {
      const token = lexer.peek();
      if (items.length > 0) {
        if (token.type === 'eof') break;
        if (token.type === 'word' && LIST_ENDS.has(token.text)) break;
        if (token.type === 'op' && endOps.includes(token.text)) break;
      } else if (token.type === 'eof') break;
      const node = this.andOr();
      const stop = this.dialect !== 'bash' && !this.endsItem(lexer.peek());
      items.push(stop ? { node, background: false } : this.separated(node));
      if (stop) break;
      this.skipNewlines();
    }
    return { k: 'list', items, line };
  }

  private functionKeyword(): Node {
    const { lexer } = this;
    const { line } = lexer.next();
    const name = lexer.peek();
    if (name.type !== 'word') {
      throw this.unexpected(name, this.dialect === 'bash' ? undefined : 'word');
    }
    lexer.next();
    if (lexer.peek().type === 'op' && lexer.peek().text === '(') {
      const open = lexer.next();
      if (lexer.peek().text === ')') lexer.next();
      else lexer.rewind(open.start);
    }
    return this.functionBody(name.text, line);
  }

  private functionBody(name: string, line: number): Node {
    this.skipNewlines();
    const token = this.lexer.peek();
    const compound =
      (token.type === 'op' && token.text === '(') ||
      (this.isReserved(token) &&
        ['{', 'if', 'while', 'until', 'for', 'case', '[['].includes(token.text));
    if (!compound && this.dialect === 'bash') throw this.unexpected(token);
    return { k: 'function', name, body: this.command(), line };
  }

  private redirect(): Redirect {
    const { lexer } = this;
    const token = lexer.next();
    const target = lexer.peek();
    if (target.type !== 'word') throw this.unexpected(target);
    lexer.next();
    const base: Redirect = {
      ...(token.fd === undefined ? {} : { fd: token.fd }),
      ...(token.fdName === undefined ? {} : { fdName: token.fdName }),
      op: token.text as Redirect['op'],
      target: target.word!,
      line: token.line,
    };
    if (token.text !== '<<' && token.text !== '<<-') return base;
    return hereDocRedirect(lexer, token, target.word!, base);
  }

  private simple(): Node {
    const { lexer } = this;
    const { line } = lexer.peek();
    const assigns: Assign[] = [];
    const words: (Word | Assign)[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      const token = lexer.peek();
      if (token.type === 'redirect') {
        redirects.push(this.redirect());
        continue;
      }
      if (token.type === 'op' && token.text === '(' && words.length === 1 && assigns.length === 0) {
        const name = words[0]!.text;
        if (redirects.length === 0) return this.functionDefinition(name, line);
      }
      if (this.dialect === 'ash' && this.joinsBrackets(words, token)) continue;
      if (token.type !== 'word') break;
      const behindAlias = lexer.followsBlankAlias(token);
      const expandable = words.length === 0 ? !token.assign : behindAlias;
      if (expandable && lexer.expandAlias(token)) continue;
      lexer.next();
      this.placeWord(token, assigns, words);
    }
    const node: SimpleNode = { k: 'simple', assigns, words, redirects, line };
    return node;
  }

  /** In ash's `[[ ]]` the operators && and || are arguments of the command. */
  private joinsBrackets(words: (Word | Assign)[], token: Token): boolean {
    if (token.type !== 'op' || words[0]?.text !== '[[') return false;
    if (token.text !== '&&' && token.text !== '||') return false;
    if (words.at(-1)!.text === ']]') return false;
    const s = token.text === '&&' ? '-a' : '-o';
    words.push({ parts: [{ t: 'quoted', s }], text: s });
    this.lexer.next();
    return true;
  }

  private placeWord(token: Token, assigns: Assign[], words: (Word | Assign)[]): void {
    if (token.assign && words.length === 0) {
      assigns.push(token.assign);
      return;
    }
    if (token.assign && this.isDeclaration(words[0]!.text)) {
      words.push(token.assign);
      return;
    }
    if (token.assign?.array) {
      const open = token.text.indexOf('(');
      throw this.unexpected({ ...token, type: 'op', text: token.text.slice(open, open + 1) });
    }
    words.push(token.word!);
  }

  private isDeclaration(name: string): boolean {
    if (this.dialect === 'bash') return DECLARATIONS.has(name);
    return name === 'export' || name === 'readonly' || name === 'local';
  }

  private functionDefinition(name: string, line: number): Node {
    const { lexer } = this;
    lexer.next();
    const close = lexer.peek();
    if (close.type !== 'op' || close.text !== ')') {
      throw this.unexpected(close, ')');
    }
    lexer.next();
    if (this.dialect !== 'bash' && !/^[A-Za-z_]\w*$/.test(name)) {
      const text = `${this.dialect === 'dash' ? 'Syntax error: B' : 'syntax error: b'}ad function name`;
      throw new SyntaxFault(line, [text]);
    }
    return this.functionBody(name, line);
  }
}
