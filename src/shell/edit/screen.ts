/**
 * Where the characters of the line being edited stand on the screen, and what to send to draw them.
 * Models readline `display.c`; it redraws more than that, with the same picture.
 */

export interface Position {
  readonly row: number;
  readonly col: number;
}

/** Characters that take two columns: the wide ranges of East Asian text and pictures. */
function isWide(code: number): boolean {
  return (
    code >= 0x1100 &&
    (code <= 0x115f ||
      (code >= 0x2e80 && code <= 0xa4cf) ||
      (code >= 0xac00 && code <= 0xd7a3) ||
      (code >= 0xf900 && code <= 0xfaff) ||
      (code >= 0xfe30 && code <= 0xfe6f) ||
      (code >= 0xff00 && code <= 0xff60) ||
      (code >= 0x1f300 && code <= 0x1faff))
  );
}

/** A character as it is shown: controls as ^X. */
export function shown(ch: string): string {
  const code = ch.charCodeAt(0);
  if (ch === '\n') return ch;
  if (code < 32) return `^${String.fromCharCode(code + 64)}`;
  return code === 127 ? '^?' : ch;
}

/** Position behind `text` when it starts at `from`. */
export function advance(from: Position, text: string, cols: number): Position {
  let { row, col } = from;
  for (const ch of text) {
    if (ch === '\n') {
      row++;
      col = 0;
      continue;
    }
    const width = isWide(ch.codePointAt(0)!) ? 2 : 1;
    if (col + width > cols) {
      row++;
      col = 0;
    }
    col += width;
    if (col >= cols) {
      row++;
      col = 0;
    }
  }
  return { row, col };
}

export function visible(prompt: string): string {
  return prompt
    .replace(/\x01[^\x02]*\x02/g, '')
    .replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '')
    .replace(/[\x01\x02\x07]/g, '');
}

export function printable(prompt: string): string {
  return prompt.replace(/[\x01\x02]/g, '');
}

export class Screen {
  /** Where the cursor is, counted from the start of the prompt's last line. */
  cursor: Position = { row: 0, col: 0 };
  private prompt = '';
  cols = 80;

  setPrompt(prompt: string): void {
    this.prompt = prompt;
  }

  get promptWidth(): number {
    return advance({ row: 0, col: 0 }, visible(this.prompt), this.cols).col;
  }

  private home(): string {
    return (this.cursor.row > 0 ? `\x1b[${this.cursor.row}A` : '') + '\r';
  }

  /** Draws prompt and line anew with the cursor before character `at`. */
  draw(line: string, at: number): string {
    const { cols } = this;
    const start = advance({ row: 0, col: 0 }, visible(this.prompt), cols);
    const text = [...line].map(shown).join('');
    const before = [...line.slice(0, at)].map(shown).join('');
    const end = advance(start, text, cols);
    const target = advance(start, before, cols);
    let out = this.home() + printable(this.prompt) + text.replace(/\n/g, '\r\n');
    // A full row leaves the cursor behind its last column: make it go on to the next.
    if (end.col === 0 && end.row > 0 && !text.endsWith('\n')) out += ' \r';
    out += '\x1b[J';
    out += this.move(end, target);
    this.cursor = target;
    return out;
  }

  move(from: Position, to: Position): string {
    let out = '';
    if (to.row < from.row) out += `\x1b[${from.row - to.row}A`;
    if (to.row > from.row) out += `\x1b[${to.row - from.row}B`;
    if (to.col !== from.col) out += to.col === 0 ? '\r' : `\r\x1b[${to.col}C`;
    return out;
  }

  /** A character appended at the end of the line: only itself, where it fits. */
  append(ch: string): string {
    const text = shown(ch);
    const next = advance(this.cursor, text, this.cols);
    const wraps = next.row !== this.cursor.row;
    this.cursor = next;
    return wraps && next.col === 0 ? `${text} \r` : text;
  }

  /** Leaves the line: to its end. `blank`: an empty last row is the next one already. */
  leave(line: string, at: number): { out: string; blank: boolean } {
    const text = [...line.slice(at)].map(shown).join('');
    const end = advance(this.cursor, text, this.cols);
    const out = this.move(this.cursor, end);
    this.cursor = { row: 0, col: 0 };
    return { out, blank: end.row > 0 && end.col === 0 };
  }
}
