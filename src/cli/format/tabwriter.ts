/**
 * Go's text/tabwriter with the settings of Docker's tables (minimal width 10, padding 3,
 * blanks): cells end with a tab; a column is a run of lines that have a cell there; the text
 * after the last tab is free.
 */

/** Width as Go counts it: one for each code point. */
const widthOf = (text: string) => [...text].length;

export function tabulate(text: string, minWidth = 10, padding = 3): string {
  const lines = text.split('\n').map((item) => item.split('\t'));
  const out: string[] = Array.from({ length: lines.length }, () => '');

  /** Formats lines [from, to), whose columns before `depth` have `widths`. */
  function block(from: number, to: number, widths: readonly number[]): void {
    const column = widths.length;
    let start = from;
    for (let at = from; at < to; at++) {
      if (column >= lines[at]!.length - 1) continue;
      flush(start, at, widths);
      let width = minWidth;
      let end = at;
      while (end < to && column < lines[end]!.length - 1) {
        width = Math.max(width, widthOf(lines[end]![column]!) + padding);
        end++;
      }
      block(at, end, [...widths, width]);
      start = end;
      at = end - 1;
    }
    flush(start, to, widths);
  }

  function flush(from: number, to: number, widths: readonly number[]): void {
    for (let at = from; at < to; at++) {
      const cells = lines[at]!;
      out[at] = cells
        .map((cell, i) =>
          i < widths.length && i < cells.length - 1
            ? cell + ' '.repeat(Math.max(0, widths[i]! - widthOf(cell)))
            : cell,
        )
        .join('');
    }
  }

  block(0, lines.length, []);
  return out.join('\n');
}
