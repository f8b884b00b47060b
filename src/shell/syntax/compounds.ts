/**
 * The compound commands of the grammar: conditions, loops, `case`, groups. Models bash `parse.y` and
 * the ash family's `parser.c: parse_command`.
 */
import type { CaseItem, CompoundNode, ListNode, Word } from './ast';
import { SyntaxFault, unclosed } from './faults';
import type { Token } from './lexer';
import type { Parser } from './parser';
import { findArithmeticEnd } from './words';

export function ifCommand(p: Parser): CompoundNode {
  const { line } = p.lexer.next();
  const clauses: { test: ListNode; body: ListNode }[] = [];
  for (;;) {
    const test = p.compoundList();
    p.expectWord('then');
    const body = p.compoundList();
    clauses.push({ test, body });
    const token = p.lexer.peek();
    if (p.isWord(token, 'elif')) {
      p.lexer.next();
      continue;
    }
    if (p.isWord(token, 'else')) {
      p.lexer.next();
      const otherwise = p.compoundList();
      p.expectWord('fi');
      return { k: 'if', clauses, otherwise, redirects: [], line };
    }
    p.expectWord('fi');
    return { k: 'if', clauses, redirects: [], line };
  }
}

export function whileCommand(p: Parser): CompoundNode {
  const start = p.lexer.next();
  const test = p.compoundList();
  const body = doGroup(p);
  return {
    k: 'while',
    until: start.text === 'until',
    test,
    body,
    redirects: [],
    line: start.line,
  };
}

function doGroup(p: Parser): ListNode {
  p.skipNewlines();
  if (p.dialect === 'bash' && p.isWord(p.lexer.peek(), '{')) {
    const group = brace(p);
    return group.k === 'brace' ? group.body : p.compoundList();
  }
  p.expectWord('do');
  const body = p.compoundList();
  p.expectWord('done');
  return body;
}

export function forCommand(p: Parser): CompoundNode {
  const { lexer } = p;
  const start = lexer.next();
  const token = lexer.peek();
  if (p.dialect === 'bash' && token.text === '(' && lexer.src[token.end] === '(') {
    return arithmeticFor(p, token);
  }
  const bash = p.dialect === 'bash';
  if (token.type !== 'word' || (!bash && !/^[A-Za-z_]\w*$/.test(token.text))) {
    if (bash) throw p.unexpected(token);
    const line = token.type === 'newline' ? token.line + 1 : token.line;
    const text = `${p.dialect === 'dash' ? 'Syntax error: B' : 'syntax error: b'}ad for loop variable`;
    throw new SyntaxFault(line, [text], token.type === 'eof' ? { kind: 'structure' } : undefined);
  }
  lexer.next();
  const kind = start.text === 'select' ? 'select' : 'for';
  const head = { k: kind, name: token.text, redirects: [], line: start.line } as const;
  p.skipNewlines();
  if (!p.isWord(lexer.peek(), 'in')) {
    if (lexer.peek().type === 'op' && lexer.peek().text === ';') lexer.next();
    return { ...head, body: doGroup(p) };
  }
  lexer.next();
  const words: Word[] = [];
  while (lexer.peek().type === 'word') words.push(lexer.next().word!);
  const end = lexer.peek();
  if (end.type !== 'newline' && !(end.type === 'op' && end.text === ';')) {
    throw p.unexpected(end, bash ? undefined : 'do');
  }
  lexer.next();
  return { ...head, words, body: doGroup(p) };
}

function arithmeticFor(p: Parser, open: Token): CompoundNode {
  const { lexer } = p;
  const from = open.end + 1;
  const end = findArithmeticEnd(lexer.src, from);
  if (end === undefined) throw unclosed('bash', '(', open.line, open.line);
  const cuts = lexer.src.slice(from, end).split(';');
  let at = from;
  const parts = [0, 1, 2].map((i) => {
    const text = cuts[i] ?? '';
    const word = lexer.subWord(at, at + text.length, 'arith');
    at += text.length + 1;
    return word;
  });
  lexer.rewind(end + 2);
  if (lexer.peek().type === 'op' && lexer.peek().text === ';') lexer.next();
  const body = doGroup(p);
  const three = [parts[0]!, parts[1]!, parts[2]!] as const;
  return { k: 'arith-for', parts: three, body, redirects: [], line: open.line };
}

export function caseCommand(p: Parser): CompoundNode {
  const { lexer } = p;
  const start = lexer.next();
  const subject = lexer.peek();
  if (subject.type !== 'word') {
    throw p.unexpected(subject, p.dialect === 'bash' ? undefined : 'word');
  }
  lexer.next();
  p.skipNewlines();
  p.expectWord('in');
  const items: CaseItem[] = [];
  for (;;) {
    p.skipNewlines();
    if (p.isWord(lexer.peek(), 'esac')) break;
    items.push(caseItem(p));
  }
  p.expectWord('esac');
  return { k: 'case', word: subject.word!, items, redirects: [], line: start.line };
}

function caseItem(p: Parser): CaseItem {
  const { lexer } = p;
  if (lexer.peek().type === 'op' && lexer.peek().text === '(') lexer.next();
  const patterns: Word[] = [];
  for (;;) {
    const token = lexer.next();
    if (token.type === 'eof') throw p.unexpected(token, 'esac');
    if (token.word) patterns.push(token.word);
    else if (p.dialect === 'bash') throw p.unexpected(token);
    const bar = lexer.peek();
    if (bar.type !== 'op' || bar.text !== '|') break;
    lexer.next();
  }
  const close = lexer.peek();
  if (close.type !== 'op' || close.text !== ')') {
    const found = close.type === 'word' && p.dialect !== 'bash' ? { ...close, text: '' } : close;
    throw p.unexpected(found, ')');
  }
  lexer.next();
  p.skipNewlines();
  const first = lexer.peek();
  const isEnd = (t: Token) => t.type === 'op' && [';;', ';&', ';;&'].includes(t.text);
  const empty = isEnd(first) || p.isWord(first, 'esac');
  const body: ListNode = empty
    ? { k: 'list', items: [], line: first.line }
    : p.compoundList([';;', ';&', ';;&']);
  const end = lexer.peek();
  if (isEnd(end)) {
    lexer.next();
    return { patterns, body, end: end.text as CaseItem['end'] };
  }
  if (!p.isWord(end, 'esac')) throw p.unexpected(end, ';;');
  return { patterns, body, end: ';;' };
}

export function brace(p: Parser): CompoundNode {
  const { line } = p.lexer.next();
  const body = p.compoundList();
  p.expectWord('}');
  return { k: 'brace', body, redirects: [], line };
}

export function parenthesis(p: Parser): CompoundNode {
  const { lexer } = p;
  const open = lexer.next();
  if (p.dialect === 'bash' && lexer.src[open.end] === '(') {
    const arith = arithmeticCommand(p, open);
    if (arith) return arith;
  }
  const body = p.compoundList([')']);
  const close = lexer.peek();
  if (close.type !== 'op' || close.text !== ')') throw p.unexpected(close, ')');
  lexer.next();
  return { k: 'subshell', body, redirects: [], line: open.line };
}

function arithmeticCommand(p: Parser, open: Token): CompoundNode | undefined {
  const { lexer } = p;
  const from = open.end + 1;
  const end = findArithmeticEnd(lexer.src, from);
  if (end === undefined) {
    if (lexer.src.indexOf('))', from) < 0) throw unclosed('bash', '(', open.line, open.line);
    return undefined;
  }
  const inner = lexer.subWord(from, end, 'arith');
  lexer.rewind(end + 2);
  return { k: 'arith', inner, redirects: [], line: open.line };
}
