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

function fault(parser: Parser, token: Token, what: string): SyntaxFault {
  const unfinished = token.type === 'eof' ? ({ kind: 'structure' } as const) : undefined;
  if (unfinished)
    return new SyntaxFault(token.line, ['syntax error: unexpected end of file'], unfinished);
  const shown = token.type === 'newline' ? 'newline' : token.text;
  const line = parser.lexer.lineText(token.start);
  if (what !== '')
    return new SyntaxFault(
      token.line,
      [what.replace('%', shown), `syntax error near \`${shown}'`, `\`${line}'`],
      undefined,
      true,
    );
  return new SyntaxFault(
    token.line,
    [`syntax error in conditional expression: unexpected token \`${shown}'`],
    undefined,
    true,
  );
}

export function parseConditional(parser: Parser): CompoundNode {
  const { lexer } = parser;
  const start = lexer.next();
  const before = lexer.extGlob;
  lexer.extGlob = true;
  const expr = parseOr(parser);
  skipNewlines(parser);
  const end = lexer.peek();
  if (end.type !== 'word' || end.text !== ']]') throw fault(parser, end, '');
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
  if (token.type !== 'word')
    throw fault(parser, token, "unexpected argument `%' to conditional binary operator");
  return parser.lexer.next().word!;
}

function parseTerm(parser: Parser): CondExpr {
  const { lexer } = parser;
  skipNewlines(parser);
  const token = lexer.peek();
  if (isOp(token, '(')) {
    lexer.next();
    const inner = parseOr(parser);
    if (!isOp(lexer.peek(), ')')) throw fault(parser, lexer.peek(), '');
    lexer.next();
    return { c: 'group', inner };
  }
  if (token.type !== 'word') throw fault(parser, token, '');
  if (token.text === '!') {
    lexer.next();
    return { c: 'not', inner: parseTerm(parser) };
  }
  const left = lexer.next().word!;
  const op = lexer.peek();
  const opText = op.type === 'word' || op.type === 'redirect' ? op.text : '';
  if (UNARY.test(token.text) && !BINARY.has(opText) && op.type === 'word' && op.text !== ']]') {
    return { c: 'unary', op: token.text, arg: lexer.next().word! };
  }
  if (!BINARY.has(opText)) {
    const ends =
      (op.type === 'word' && op.text === ']]') ||
      op.type === 'newline' ||
      ['&&', '||', ')'].some((text) => isOp(op, text));
    if (!ends && op.type === 'word') {
      throw fault(parser, op, 'conditional binary operator expected');
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
