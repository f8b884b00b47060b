/**
 * What Tab does with the candidates that a completer found. Models readline `complete.c` and BusyBox
 * `lineedit.c: input_tab, showfiles`.
 */
import type { Sys } from '../../kernel';

export interface Candidate {
  /** What replaces the word, without quoting. */
  readonly text: string;
  /** What the list shows. */
  readonly display: string;
  /** Goes behind a lone candidate: a slash for a directory, else a space, or nothing. */
  readonly suffix: '' | ' ' | '/';
}
export interface Completion {
  /** Where the word begins in the line (behind an opening quote). */
  readonly start: number;
  readonly quote: '' | '"' | "'";
  readonly candidates: readonly Candidate[];
}
export interface Completer {
  complete(line: string, at: number): Sys<Completion>;
}

export function commonPrefix(texts: readonly string[]): string {
  let prefix = texts[0] ?? '';
  for (const text of texts) {
    let n = 0;
    while (n < prefix.length && prefix[n] === text[n]) n++;
    prefix = prefix.slice(0, n);
  }
  return prefix;
}

/** Candidates in columns, filled downwards, as readline and BusyBox print them. */
export function columns(names: readonly string[], width: number): string[] {
  const longest = Math.max(...names.map((n) => n.length));
  const cell = longest + 2;
  const perRow = Math.max(1, Math.floor(width / cell));
  const rows = Math.ceil(names.length / perRow);
  const lines: string[] = [];
  for (let r = 0; r < rows; r++) {
    let line = '';
    for (let c = 0; c * rows + r < names.length; c++) {
      const last = (c + 1) * rows + r >= names.length;
      const name = names[c * rows + r]!;
      line += last ? name : name.padEnd(cell);
    }
    lines.push(line);
  }
  return lines;
}

/** Text of a candidate as it is typed within the given quotes. */
export function quoteCandidate(
  text: string,
  quote: Completion['quote'],
  style: 'readline' | 'ash',
): string {
  if (style === 'readline' && quote === "'") return text.replace(/'/g, "'\\''");
  if (style === 'readline' && quote === '"') return text.replace(/["$`\\]/g, '\\$&');
  return text.replace(/[\s"'\\$`&;|<>()*?[\]{}!#]/g, '\\$&');
}
