/**
 * Syntax errors in the words of each shell. Models bash 5.2 `parse.y: report_syntax_error`, dash
 * and BusyBox ash `parser.c: synexpect`.
 */
import type { Dialect } from './ast';

/** The text ends inside a construct: more lines may complete it. */
export interface Unfinished {
  /** `quote`: in quotes or an expansion; `structure`: in a command. */
  readonly kind: 'quote' | 'structure';
}

/** Thrown by the reader. `lines` are complete sentences without the `$0: line N: ` in front. */
export class SyntaxFault extends Error {
  override readonly name = 'SyntaxFault';
  constructor(
    readonly lineNumber: number,
    readonly lines: readonly string[],
    /** Set when the end of the text caused it. */
    readonly unfinished?: Unfinished,
    /** bash leaves the script with the status that it had (errors within `[[ ]]`). */
    readonly soft = false,
  ) {
    super(lines.join('; '));
  }
}

/** Kinds of tokens as far as complaints tell them apart. */
export interface Found {
  readonly type: 'word' | 'reserved' | 'op' | 'redirect' | 'newline' | 'eof';
  readonly text: string;
}

function describeAsh(found: Found): string {
  switch (found.type) {
    case 'word':
      return 'word';
    case 'redirect':
      return 'redirection';
    case 'newline':
      return 'newline';
    case 'eof':
      return 'end of file';
    default:
      return `"${found.text}"`;
  }
}

/** The complaint about `found`, where `expected` (a reserved word or operator) may be known. */
export function unexpectedToken(
  dialect: Dialect,
  found: Found,
  expected: string | undefined,
  line: number,
  currentLine: string,
): SyntaxFault {
  const atEnd = found.type === 'eof' ? ({ kind: 'structure' } as const) : undefined;
  if (dialect === 'bash') {
    if (atEnd) return new SyntaxFault(line, ['syntax error: unexpected end of file'], atEnd);
    const text = found.type === 'newline' ? 'newline' : found.text;
    return new SyntaxFault(line, [
      `syntax error near unexpected token \`${text}'`,
      `\`${currentLine}'`,
    ]);
  }
  const expecting =
    expected === undefined
      ? ''
      : ` (expecting ${expected === 'word' ? expected : `"${expected}"`})`;
  const name = describeAsh(found);
  const text =
    dialect === 'ash'
      ? `syntax error: unexpected ${name}${expecting}`
      : `Syntax error: ${name} unexpected${expecting}`;
  return new SyntaxFault(line, [text], atEnd);
}

/** The complaint about quotes or brackets that the end of the text leaves open. */
export function unclosed(
  dialect: Dialect,
  open: "'" | '"' | '`' | '${' | '$((' | '$(' | '(',
  startLine: number,
  endLine: number,
): SyntaxFault {
  const unfinished = { kind: 'quote' } as const;
  if (dialect === 'bash') {
    const close = open === '${' ? '}' : open.endsWith('(') ? ')' : open;
    const text = `unexpected EOF while looking for matching \`${close}'`;
    return new SyntaxFault(startLine, [text], unfinished);
  }
  const capital = dialect === 'dash' ? 'Syntax' : 'syntax';
  switch (open) {
    case '${':
      return new SyntaxFault(
        endLine,
        [`${capital} error: ${dialect === 'dash' ? "Missing '}'" : "missing '}'"}`],
        unfinished,
      );
    case '$((':
      return new SyntaxFault(
        endLine,
        [`${capital} error: ${dialect === 'dash' ? "Missing '))'" : "missing '))'"}`],
        unfinished,
      );
    case '`':
      return new SyntaxFault(
        endLine,
        [`${capital} error: EOF in backquote substitution`],
        unfinished,
      );
    case '$(':
    case '(':
      return new SyntaxFault(
        endLine,
        [
          dialect === 'ash'
            ? 'syntax error: unexpected end of file (expecting ")")'
            : 'Syntax error: end of file unexpected (expecting ")")',
        ],
        unfinished,
      );
    default:
      return new SyntaxFault(
        endLine,
        [
          `${dialect === 'dash' ? 'Syntax error: Unterminated' : 'syntax error: unterminated'} quoted string`,
        ],
        unfinished,
      );
  }
}
