/** What the full-screen editors share: the text with its cursor, keys that move, the screen's frame. */
import { decodeUtf8 } from '../../base';
import { sys, SysError, type Sys, type Termios } from '../../kernel';
import { readKey, type Key } from '../edit/keys';
import { errnoText } from '../errno';

export class Buffer {
  lines: string[] = [''];
  row = 0;
  col = 0;
  top = 0;
  modified = false;
  message = '';
  clipboard: string[] = [];
  /** States before changes, for undo. */
  readonly past: { lines: string[]; row: number; col: number }[] = [];

  constructor(public path: string | undefined) {}

  get line(): string {
    return this.lines[this.row] ?? '';
  }

  set line(text: string) {
    this.lines[this.row] = text;
    this.modified = true;
  }

  save(): void {
    this.past.push({ lines: [...this.lines], row: this.row, col: this.col });
    if (this.past.length > 200) this.past.shift();
  }

  undo(): void {
    const last = this.past.pop();
    if (!last) return;
    this.lines = last.lines;
    this.row = last.row;
    this.col = last.col;
  }

  clamp(past: boolean): void {
    this.row = Math.max(0, Math.min(this.row, this.lines.length - 1));
    const limit = past ? this.line.length : Math.max(0, this.line.length - 1);
    this.col = Math.max(0, Math.min(this.col, limit));
  }

  insert(text: string): void {
    this.line = this.line.slice(0, this.col) + text + this.line.slice(this.col);
    this.col += text.length;
  }

  split(): void {
    const rest = this.line.slice(this.col);
    this.line = this.line.slice(0, this.col);
    this.lines.splice(this.row + 1, 0, rest);
    this.row++;
    this.col = 0;
  }

  backspace(): void {
    if (this.col > 0) {
      this.line = this.line.slice(0, this.col - 1) + this.line.slice(this.col);
      this.col--;
    } else if (this.row > 0) {
      const rest = this.line;
      this.lines.splice(this.row, 1);
      this.row--;
      this.col = this.line.length;
      this.line += rest;
    }
  }

  deleteChar(): void {
    if (this.col < this.line.length)
      this.line = this.line.slice(0, this.col) + this.line.slice(this.col + 1);
    else if (this.row < this.lines.length - 1) {
      this.line += this.lines[this.row + 1]!;
      this.lines.splice(this.row + 1, 1);
    }
  }

  cutLines(count: number): void {
    this.clipboard = this.lines.splice(this.row, count);
    if (this.lines.length === 0) this.lines = [''];
    this.modified = true;
    this.clamp(false);
    this.col = 0;
  }

  find(text: string, backwards: boolean): boolean {
    for (let i = 1; i <= this.lines.length; i++) {
      const row = (this.row + (backwards ? -i : i) + this.lines.length * 2) % this.lines.length;
      const at = this.lines[row]!.indexOf(text);
      const here = i === this.lines.length ? this.line.indexOf(text) : at;
      const same = !backwards && i === 1 ? this.line.indexOf(text, this.col + 1) : -1;
      if (same >= 0) {
        this.col = same;
        return true;
      }
      if (here >= 0) {
        this.row = row;
        this.col = here;
        return true;
      }
    }
    return false;
  }

  text(): string {
    return `${this.lines.join('\n')}\n`;
  }
}

export function* load(buffer: Buffer): Sys<string> {
  if (buffer.path === undefined) return '';
  try {
    const text = decodeUtf8(yield* sys.readFile(buffer.path));
    buffer.lines = text.replace(/\n$/, '').split('\n');
    return '';
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return error.errno === 'ENOENT' ? 'new' : errnoText(error.errno);
  }
}

export function* store(buffer: Buffer, path: string): Sys<string | undefined> {
  try {
    yield* sys.writeFile(path, buffer.text());
    buffer.modified = false;
    buffer.path ??= path;
    return undefined;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return errnoText(error.errno);
  }
}

const plain = (text: string) =>
  text
    .replace(/\t/g, '        ')
    .replace(/[\x00-\x1f]/g, (c) => `^${String.fromCharCode(c.charCodeAt(0) + 64)}`);

export function body(buffer: Buffer, rows: number, cols: number, filler: string): string[] {
  if (buffer.row < buffer.top) buffer.top = buffer.row;
  if (buffer.row >= buffer.top + rows) buffer.top = buffer.row - rows + 1;
  const out: string[] = [];
  for (let r = 0; r < rows; r++) {
    const line = buffer.lines[buffer.top + r];
    out.push(line === undefined ? filler : plain(line).slice(0, cols));
  }
  return out;
}

export function cursorColumn(buffer: Buffer, cols: number): number {
  return Math.min(cols, plain(buffer.line.slice(0, buffer.col)).length + 1);
}

/** Moves shared by both faces; false if the key is none of them. */
export function moveBy(buffer: Buffer, key: Key, rows: number, past: boolean): boolean {
  switch (key.name) {
    case 'up':
      buffer.row--;
      break;
    case 'down':
      buffer.row++;
      break;
    case 'left':
      buffer.col--;
      break;
    case 'right':
      buffer.col++;
      break;
    case 'home':
      buffer.col = 0;
      break;
    case 'end':
      buffer.col = buffer.line.length;
      break;
    case 'page-up':
      buffer.row -= rows;
      break;
    case 'page-down':
      buffer.row += rows;
      break;
    default:
      return false;
  }
  buffer.clamp(past);
  return true;
}

export function* nextKey(redraw: () => Sys<void>): Sys<Key> {
  for (;;) {
    try {
      return yield* readKey(0, true);
    } catch (error) {
      if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
      yield* sys.sigpending();
      yield* redraw();
    }
  }
}

export function* onScreen(
  work: (size: () => Sys<{ rows: number; cols: number }>) => Sys<number>,
): Sys<number> {
  const before: Termios = yield* sys.tcgetattr(0);
  yield* sys.sigaction('WINCH', 'catch');
  yield* sys.tcsetattr(0, { ...before, icanon: false, echo: false, isig: false, icrnl: false });
  yield* sys.write(1, '\x1b[?1049h\x1b[H\x1b[2J');
  try {
    return yield* work(() => sys.winsize(0));
  } finally {
    yield* sys.write(1, '\x1b[?1049l');
    yield* sys.tcsetattr(0, before);
  }
}
