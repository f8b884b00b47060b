/** The keys of vi's command mode, with counts and the operators d, y and c. */
import type { Buffer } from './editor-buffer';

function wordForward(buffer: Buffer): void {
  const rest = /^(?:\w+|[^\w\s]+)?\s*/.exec(buffer.line.slice(buffer.col))![0];
  if (buffer.col + rest.length < buffer.line.length) buffer.col += rest.length;
  else if (buffer.row < buffer.lines.length - 1) {
    buffer.row++;
    buffer.col = /^\s*/.exec(buffer.line)![0].length;
  } else buffer.col = buffer.line.length;
}

function wordBack(buffer: Buffer): void {
  if (buffer.col === 0 && buffer.row > 0) {
    buffer.row--;
    buffer.col = buffer.line.length;
    return;
  }
  buffer.col = /(?:\w+|[^\w\s]+)?\s*$/.exec(buffer.line.slice(0, buffer.col))!.index;
}

/** d, y or c with what it works on. */
function operate(
  buffer: Buffer,
  key: string,
  times: number,
  operator: string,
): 'command' | 'insert' {
  buffer.save();
  if (key === operator) {
    if (operator === 'y') buffer.clipboard = buffer.lines.slice(buffer.row, buffer.row + times);
    else if (operator === 'd') buffer.cutLines(times);
    else {
      buffer.line = '';
      buffer.col = 0;
    }
  } else if (key === 'w') {
    const from = buffer.col;
    const { row } = buffer;
    wordForward(buffer);
    const to = buffer.row === row ? buffer.col : buffer.lines[row]!.length;
    buffer.row = row;
    buffer.line = buffer.line.slice(0, from) + buffer.line.slice(to);
    buffer.col = from;
  } else if (key === '$') buffer.line = buffer.line.slice(0, buffer.col);
  return operator === 'c' ? 'insert' : 'command';
}

const indentOf = (line: string) => /^\s*/.exec(line)![0].length;

function wordEnd(buffer: Buffer): void {
  buffer.col++;
  const rest = /^\s*\w*/.exec(buffer.line.slice(buffer.col))![0];
  buffer.col += Math.max(0, rest.length - 1);
}

/** Keys that only move; `count` 0: none was given. */
const MOVES: Readonly<Record<string, (buffer: Buffer, count: number) => void>> = {
  h: (b, n) => (b.col -= Math.max(1, n)),
  l: (b, n) => (b.col += Math.max(1, n)),
  ' ': (b, n) => (b.col += Math.max(1, n)),
  k: (b, n) => (b.row -= Math.max(1, n)),
  j: (b, n) => (b.row += Math.max(1, n)),
  '0': (b) => (b.col = 0),
  '^': (b) => (b.col = indentOf(b.line)),
  $: (b) => (b.col = b.line.length),
  G: (b, n) => (b.row = n > 0 ? n - 1 : b.lines.length - 1),
  g: (b, n) => (b.row = n > 0 ? n - 1 : 0),
  w: (b, n) => repeat(n, () => wordForward(b)),
  b: (b, n) => repeat(n, () => wordBack(b)),
  e: (b, n) => repeat(n, () => wordEnd(b)),
};

function repeat(count: number, work: () => void): void {
  for (let i = 0; i < Math.max(1, count); i++) work();
}

function cutChar(buffer: Buffer): void {
  buffer.line = buffer.line.slice(0, buffer.col) + buffer.line.slice(buffer.col + 1);
}

function joinLines(buffer: Buffer): void {
  buffer.col = buffer.line.length;
  if (buffer.row >= buffer.lines.length - 1) return;
  buffer.insert(' ');
  buffer.deleteChar();
}

function put(buffer: Buffer, below: boolean): void {
  buffer.lines.splice(buffer.row + (below ? 1 : 0), 0, ...buffer.clipboard);
  if (below && buffer.clipboard.length > 0) buffer.row++;
  buffer.modified = true;
}

/** Keys that change text. */
const CHANGES: Readonly<Record<string, (buffer: Buffer, count: number) => void>> = {
  x: (b, n) => repeat(n, () => cutChar(b)),
  X: (b, n) => repeat(n, () => b.col > 0 && b.backspace()),
  D: (b) => (b.line = b.line.slice(0, b.col)),
  J: joinLines,
  p: (b) => put(b, true),
  P: (b) => put(b, false),
};

/** A key of command mode; answers the next mode. */
export function viCommand(
  buffer: Buffer,
  key: string,
  count: number,
  pending: string,
): 'command' | 'insert' {
  if (pending === 'd' || pending === 'y' || pending === 'c') {
    return operate(buffer, key, Math.max(1, count), pending);
  }
  const change = CHANGES[key];
  if (change) {
    buffer.save();
    change(buffer, count);
  } else if (key === 'u') buffer.undo();
  else if (MOVES[key]) MOVES[key](buffer, count);
  else return viInsertKey(buffer, key);
  buffer.clamp(false);
  return 'command';
}

function viInsertKey(buffer: Buffer, key: string): 'command' | 'insert' {
  if (!'iIaAoOCsS'.includes(key)) return 'command';
  buffer.save();
  if (key === 'I') buffer.col = /^\s*/.exec(buffer.line)![0].length;
  if (key === 'a') buffer.col = Math.min(buffer.line.length, buffer.col + 1);
  if (key === 'A') buffer.col = buffer.line.length;
  if (key === 'C') buffer.line = buffer.line.slice(0, buffer.col);
  if (key === 's')
    buffer.line = buffer.line.slice(0, buffer.col) + buffer.line.slice(buffer.col + 1);
  if (key === 'S') {
    buffer.line = '';
    buffer.col = 0;
  }
  if (key === 'o' || key === 'O') {
    if (key === 'o') buffer.row++;
    buffer.lines.splice(buffer.row, 0, '');
    buffer.col = 0;
    buffer.modified = true;
  }
  return 'insert';
}
