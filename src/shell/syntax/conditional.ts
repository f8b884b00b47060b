/** The inside of `[[ ... ]]`. Models bash 5.2 `parse.y: cond_expr` and its complaints. */
import type { CompoundNode, CondExpr, Word } from './ast';
import { SyntaxFault } from './faults';
import type { Token } from './lexer';
import type { Parser } from './parser';
import { readWord } from './words';

const UNARY = /^-[abcdefghknoprstuvwxzGLNORS]$/;
const BINARY = new Set([
  ...['=', '==', '!=', '=~', '<', '>', '-eq', '-ne', '-lt', '-le', '-gt', '-ge'],
  ...['-nt', '-ot', '-ef'],
]);

function fault(token: Token, text: string): SyntaxFault {
  const { line } = token;
  if (token.type === 'eof') {
    // The end of the text counts as the end of its line where something stood before.
    const unfinished = { kind: 'structure' } as const;
    return new SyntaxFault(line, [text.replace('%', 'newline')], unfinished);
  }
  const shown = token.type === 'newline' ? 'newline' : token.text;
  // The script ends here with the status that it had.
  return new SyntaxFault(line, text === '' ? [] : [text.replace('%', shown)], undefined, true);
}

export function parseConditional(parser: Parser): CompoundNode {
  const { lexer } = parser;
  const start = lexer.next();
  const before = lexer.extGlob;
  lexer.extGlob = true;
  const expr = parseOr(parser);
  skipNewlines(parser);
  const end = lexer.peek();
  if (end.type === 'eof') {
    const unfinished = { kind: 'structure' } as const;
    throw new SyntaxFault(start.line, ["unexpected EOF while looking for `]]'"], unfinished);
  }
  if (end.type !== 'word' || end.text !== ']]')
    throw fault(
      end,
      `syntax error in conditional expression${end.type === 'op' ? ": unexpected token `%'" : ''}`,
    );
  lexer.extGlob = before;
  lexer.next();
  return { k: 'cond', expr, redirects: [], line: start.line };
}

function skipNewlines(parser: Parser): void {
  while (parser.lexer.peek().type === 'newline') parser.lexer.next();
}

function isOp(token: Token, text: string): boolean {
  return token.type === 'op' && token.text === text;
}

function parseOr(parser: Parser): CondExpr {
  let left = parseAnd(parser);
  for (skipNewlines(parser); isOp(parser.lexer.peek(), '||'); skipNewlines(parser)) {
    parser.lexer.next();
    left = { c: 'or', left, right: parseAnd(parser) };
  }
  return left;
}

function parseAnd(parser: Parser): CondExpr {
  let left = parseTerm(parser);
  for (skipNewlines(parser); isOp(parser.lexer.peek(), '&&'); skipNewlines(parser)) {
    parser.lexer.next();
    left = { c: 'and', left, right: parseTerm(parser) };
  }
  return left;
}

function takeWord(parser: Parser): Word {
  const token = parser.lexer.peek();
  if (token.type !== 'word' || token.text === ']]')
    throw fault(token, "unexpected argument `%' to conditional binary operator");
  return parser.lexer.next().word!;
}

function parseTerm(parser: Parser): CondExpr {
  const { lexer } = parser;
  skipNewlines(parser);
  const token = lexer.peek();
  if (isOp(token, '(')) {
    lexer.next();
    const inner = parseOr(parser);
    if (!isOp(lexer.peek(), ')')) throw fault(lexer.peek(), "unexpected token `%', expected `)'");
    lexer.next();
    return { c: 'group', inner };
  }
  if (token.type === 'eof') {
    const text = "unexpected token `EOF' in conditional command";
    throw new SyntaxFault(token.line, [text], { kind: 'structure' });
  }
  if (token.type !== 'word') throw fault(token, "unexpected token `%' in conditional command");
  if (token.text === ']]') throw fault(token, '');
  if (token.text === '!') {
    lexer.next();
    return { c: 'not', inner: parseTerm(parser) };
  }
  const left = lexer.next().word!;
  const op = lexer.peek();
  const opText = op.type === 'word' || op.type === 'redirect' ? op.text : '';
  if (UNARY.test(token.text) && !BINARY.has(opText)) {
    if (op.type !== 'word' || op.text === ']]')
      throw fault(op, "unexpected argument `%' to conditional unary operator");
    return { c: 'unary', op: token.text, arg: lexer.next().word! };
  }
  if (!BINARY.has(opText)) {
    const ends =
      (op.type === 'word' && op.text === ']]') || ['&&', '||', ')'].some((text) => isOp(op, text));
    if (!ends) {
      const what = op.type === 'word' ? '' : "unexpected token `%', ";
      throw fault(op, `${what}conditional binary operator expected`);
    }
    return { c: 'unary', op: '-n', arg: left };
  }
  lexer.next();
  if (opText === '=~') {
    let at = op.end;
    while (/[ \t]/.test(lexer.src[at] ?? '')) at++;
    const read = readWord(lexer, at, 'regex');
    lexer.rewind(read.end);
    return { c: 'binary', op: opText, left, right: read.word };
  }
  return { c: 'binary', op: opText, left, right: takeWord(parser) };
}
