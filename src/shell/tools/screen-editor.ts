/**
 * A small full-screen editor with two faces: `vi` (command, insert and ex modes of its common keys) and
 * `nano`. Models what BusyBox `vi.c` and GNU nano 7 put on the screen; `less` is beside it in pager.ts.
 */
import { decodeUtf8 } from '../../base';
import { sys, SysError, type Sys, type Termios } from '../../kernel';
import { readKey, type Key } from '../edit/keys';
import { errnoText } from '../errno';
import { type Context, type Tool } from './tool';

class Buffer {
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
    if (this.col < this.line.length) this.line = this.line.slice(0, this.col) + this.line.slice(this.col + 1);
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

function* load(buffer: Buffer): Sys<string> {
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

function* store(buffer: Buffer, path: string): Sys<string | undefined> {
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

const plain = (text: string) => text.replace(/\t/g, '        ').replace(/[\x00-\x1f]/g, (c) => `^${String.fromCharCode(c.charCodeAt(0) + 64)}`);

function body(buffer: Buffer, rows: number, cols: number, filler: string): string[] {
  if (buffer.row < buffer.top) buffer.top = buffer.row;
  if (buffer.row >= buffer.top + rows) buffer.top = buffer.row - rows + 1;
  const out: string[] = [];
  for (let r = 0; r < rows; r++) {
    const line = buffer.lines[buffer.top + r];
    out.push(line === undefined ? filler : plain(line).slice(0, cols));
  }
  return out;
}

function cursorColumn(buffer: Buffer, cols: number): number {
  return Math.min(cols, plain(buffer.line.slice(0, buffer.col)).length + 1);
}

/** Moves shared by both faces; false if the key is none of them. */
function moveBy(buffer: Buffer, key: Key, rows: number, past: boolean): boolean {
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

function* nextKey(redraw: () => Sys<void>): Sys<Key> {
  for (;;) {
    try {
      return yield* readKey(0);
    } catch (error) {
      if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
      yield* sys.sigpending();
      yield* redraw();
    }
  }
}

function* onScreen(work: (size: () => Sys<{ rows: number; cols: number }>) => Sys<number>): Sys<number> {
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

// --- vi

function* drawVi(buffer: Buffer, mode: string, size: { rows: number; cols: number }): Sys<void> {
  const rows = size.rows - 1;
  const lines = body(buffer, rows, size.cols, '~');
  const name = buffer.path ?? 'No file';
  const percent = Math.floor(((buffer.row + 1) * 100) / buffer.lines.length);
  const letter = mode === 'insert' ? 'I' : '-';
  const status = buffer.message !== '' ? buffer.message : `${letter} ${name}${buffer.modified ? ' [Modified]' : ''} ${buffer.row + 1}/${buffer.lines.length} ${percent}%`;
  const text = lines.map((l) => `${l}\x1b[K`).join('\r\n');
  const at = `\x1b[${buffer.row - buffer.top + 1};${cursorColumn(buffer, size.cols)}H`;
  yield* sys.write(1, `\x1b[H${text}\r\n${status.slice(0, size.cols - 1)}\x1b[K${at}`);
}

/** `:` commands; a number leaves the editor. */
function* exCommand(buffer: Buffer, text: string): Sys<number | undefined> {
  const command = text.trim();
  const write = /^(?:(w|wq|x)(!?))(?:\s+(\S+))?$/.exec(command);
  if (write) {
    if (write[1] === 'x' && !buffer.modified) return 0;
    const path = write[3] ?? buffer.path;
    if (path === undefined) {
      buffer.message = 'No current filename';
      return undefined;
    }
    const failed = yield* store(buffer, path);
    if (failed !== undefined) {
      buffer.message = `'${path}' ${failed}`;
      return undefined;
    }
    buffer.message = `'${path}' ${buffer.lines.length}L, ${buffer.text().length}C`;
    return write[1] === 'w' ? undefined : 0;
  }
  if (command === 'q') {
    if (!buffer.modified) return 0;
    buffer.message = 'No write since last change (:q! overrides)';
    return undefined;
  }
  if (command === 'q!') return 0;
  if (/^\d+$/.test(command)) buffer.row = Number(command) - 1;
  else if (command === '$') buffer.row = buffer.lines.length - 1;
  else if (/^%?s(.)/.test(command)) substitute(buffer, command);
  else if (/^set\b/.test(command)) buffer.message = '';
  else if (command !== '') buffer.message = `'${command}' is not implemented`;
  buffer.clamp(false);
  return undefined;
}

function substitute(buffer: Buffer, command: string): void {
  const match = /^(%?)s(.)(.*?)\2(.*?)(?:\2(g?))?$/.exec(command);
  if (!match) return;
  buffer.save();
  let expression: RegExp;
  try {
    expression = new RegExp(match[3]!, match[5] === 'g' ? 'g' : '');
  } catch {
    buffer.message = 'bad pattern';
    return;
  }
  buffer.lines = buffer.lines.map((l, i) => (match[1] === '%' || i === buffer.row ? l.replace(expression, match[4]!) : l));
  buffer.modified = true;
}

function* prompt(first: string, rows: number): Sys<string | undefined> {
  let text = '';
  for (;;) {
    yield* sys.write(1, `\x1b[${rows};1H${first}${text}\x1b[K`);
    const key = yield* nextKey(function* () {
      yield* sys.write(1, '');
    });
    if (key.name === 'enter') return text;
    if (key.name === 'ctrl-c' || key.name.startsWith('meta-') || key.name === 'eof') return undefined;
    if (key.name === 'backspace') {
      if (text === '') return undefined;
      text = text.slice(0, -1);
    } else if (key.name === 'char') text += key.text;
  }
}

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

/** A key of command mode; answers the next mode. */
function viCommand(buffer: Buffer, key: string, count: number, pending: string): 'command' | 'insert' {
  const times = Math.max(1, count);
  const repeat = (work: () => void) => {
    for (let i = 0; i < times; i++) work();
  };
  if (pending === 'd' || pending === 'y' || pending === 'c') {
    buffer.save();
    if (key === pending) {
      if (pending === 'y') buffer.clipboard = buffer.lines.slice(buffer.row, buffer.row + times);
      else if (pending === 'd') buffer.cutLines(times);
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
    return pending === 'c' ? 'insert' : 'command';
  }
  switch (key) {
    case 'h': repeat(() => buffer.col--); break;
    case 'l':
    case ' ': repeat(() => buffer.col++); break;
    case 'k': buffer.row -= times; break;
    case 'j': buffer.row += times; break;
    case '0': buffer.col = 0; break;
    case '^': buffer.col = /^\s*/.exec(buffer.line)![0].length; break;
    case '$': buffer.col = buffer.line.length; break;
    case 'G': buffer.row = count > 0 ? count - 1 : buffer.lines.length - 1; break;
    case 'g': buffer.row = count > 0 ? count - 1 : 0; break;
    case 'w': repeat(() => wordForward(buffer)); break;
    case 'b': repeat(() => wordBack(buffer)); break;
    case 'e': repeat(() => { buffer.col++; buffer.col += Math.max(0, /^\s*\w*/.exec(buffer.line.slice(buffer.col))![0].length - 1); }); break;
    case 'x': buffer.save(); repeat(() => { if (buffer.line !== '') buffer.line = buffer.line.slice(0, buffer.col) + buffer.line.slice(buffer.col + 1); }); break;
    case 'X': buffer.save(); repeat(() => { if (buffer.col > 0) buffer.backspace(); }); break;
    case 'D': buffer.save(); buffer.line = buffer.line.slice(0, buffer.col); break;
    case 'J': buffer.save(); buffer.col = buffer.line.length; if (buffer.row < buffer.lines.length - 1) { buffer.insert(' '); buffer.deleteChar(); } break;
    case 'u': buffer.undo(); break;
    case 'p': buffer.save(); buffer.lines.splice(buffer.row + 1, 0, ...buffer.clipboard); if (buffer.clipboard.length > 0) buffer.row++; buffer.modified = true; break;
    case 'P': buffer.save(); buffer.lines.splice(buffer.row, 0, ...buffer.clipboard); buffer.modified = true; break;
    default: return viInsertKey(buffer, key);
  }
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
  if (key === 's') buffer.line = buffer.line.slice(0, buffer.col) + buffer.line.slice(buffer.col + 1);
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

function* viLoop(buffer: Buffer, sizeOf: () => Sys<{ rows: number; cols: number }>): Sys<number> {
  let mode: 'command' | 'insert' = 'command';
  let count = '';
  let pending = '';
  let search = '';
  for (;;) {
    const size = yield* sizeOf();
    yield* drawVi(buffer, mode, size);
    const held: 'command' | 'insert' = mode;
    const key = yield* nextKey(function* () {
      yield* drawVi(buffer, held, yield* sizeOf());
    });
    buffer.message = '';
    if (key.name === 'eof') return 1;
    if (mode === 'insert') {
      if (key.name.startsWith('meta-')) {
        mode = 'command';
        buffer.col--;
        buffer.clamp(false);
        const rest = key.name.slice(5);
        if (rest === ':') {
          const text = yield* prompt(':', size.rows);
          const left = text === undefined ? undefined : yield* exCommand(buffer, text);
          if (left !== undefined) return left;
        } else if (rest !== '\x1b' && rest !== '') mode = viCommand(buffer, rest, 0, '');
      } else if (key.name === 'ctrl-c') mode = 'command';
      else if (key.name === 'enter') buffer.split();
      else if (key.name === 'backspace') buffer.backspace();
      else if (key.name === 'delete') buffer.deleteChar();
      else if (key.name === 'tab' || key.name === 'char') buffer.insert(key.text);
      else moveBy(buffer, key, size.rows - 2, true);
      continue;
    }
    if (key.name === 'enter') buffer.row++;
    else if (key.name === 'ctrl-f' || key.name === 'ctrl-d') buffer.row += size.rows - 2;
    else if (key.name === 'ctrl-b' || key.name === 'ctrl-u') buffer.row -= size.rows - 2;
    else if (moveBy(buffer, key, size.rows - 2, false)) continue;
    buffer.clamp(false);
    if (key.name === 'delete') viCommand(buffer, 'x', 1, '');
    const ch = key.name.startsWith('meta-') ? key.name.slice(5) : key.name === 'char' ? key.text : '';
    if (ch === '') continue;
    if (/[1-9]/.test(ch) || (ch === '0' && count !== '')) {
      count += ch;
    } else if (ch === ':' || ch === '/' || ch === '?') {
      const text = yield* prompt(ch, size.rows);
      if (text === undefined) continue;
      if (ch === ':') {
        const left = yield* exCommand(buffer, text);
        if (left !== undefined) return left;
      } else {
        search = text || search;
        if (!buffer.find(search, ch === '?')) buffer.message = 'Pattern not found';
      }
    } else if (ch === 'n' || ch === 'N') {
      if (!buffer.find(search, ch === 'N')) buffer.message = 'Pattern not found';
    } else if (pending === 'Z' && (ch === 'Z' || ch === 'Q')) {
      if (ch === 'Q') return 0;
      const left = yield* exCommand(buffer, 'x');
      if (left !== undefined) return left;
      pending = '';
    } else if (pending === 'r') {
      buffer.save();
      buffer.line = buffer.line.slice(0, buffer.col) + ch + buffer.line.slice(buffer.col + 1);
      pending = '';
    } else if ('dycrZ'.includes(ch) && pending === '') pending = ch;
    else {
      mode = viCommand(buffer, ch, Number(count || 0), pending);
      pending = '';
      count = '';
    }
  }
}

function* runVi(tool: Context): Sys<number> {
  const path = tool.args.find((a) => !a.startsWith('-') && !a.startsWith('+'));
  if (!(yield* sys.isatty(0))) yield* sys.write(2, `${tool.name}: Warning: Input is not from a terminal\n`);
  const buffer = new Buffer(path);
  const state = yield* load(buffer);
  if (path !== undefined) {
    const size = buffer.text().length;
    buffer.message = state === 'new' ? `'${path}' [New file]` : state === '' ? `'${path}' ${buffer.lines.length}L, ${size}C` : `'${path}' ${state}`;
  }
  return yield* onScreen((size) => viLoop(buffer, size));
}

// --- nano

function* drawNano(buffer: Buffer, size: { rows: number; cols: number }, question: string | undefined): Sys<void> {
  const rows = size.rows - 5;
  const name = buffer.path ?? 'New Buffer';
  const version = '  GNU nano 7.2';
  const mark = buffer.modified ? 'Modified ' : '';
  const room = size.cols - version.length - mark.length;
  const left = Math.max(0, Math.floor((size.cols - name.length) / 2) - version.length);
  const title = `${version}${(' '.repeat(left) + name).padEnd(room).slice(0, room)}${mark}`;
  const lines = body(buffer, rows, size.cols, '').map((l) => `${l}\x1b[K`);
  const message = question !== undefined ? `\x1b[7m${question.padEnd(size.cols)}\x1b[0m` : buffer.message === '' ? '' : `${' '.repeat(Math.max(0, Math.floor((size.cols - buffer.message.length - 4) / 2)))}\x1b[7m[ ${buffer.message} ]\x1b[0m`;
  const keys = [
    '\x1b[7m^G\x1b[0m Help     \x1b[7m^O\x1b[0m Write Out \x1b[7m^W\x1b[0m Where Is  \x1b[7m^K\x1b[0m Cut       \x1b[7m^C\x1b[0m Location',
    '\x1b[7m^X\x1b[0m Exit     \x1b[7m^R\x1b[0m Read File \x1b[7m^\\\x1b[0m Replace   \x1b[7m^U\x1b[0m Paste     \x1b[7mM-U\x1b[0m Undo',
  ];
  const at = question === undefined ? `\x1b[${buffer.row - buffer.top + 3};${cursorColumn(buffer, size.cols)}H` : `\x1b[${size.rows - 2};${question.length + 1}H`;
  yield* sys.write(1, `\x1b[H\x1b[7m${title}\x1b[0m\r\n\x1b[K\r\n${lines.join('\r\n')}\r\n${message}\x1b[K\r\n${keys[0]!}\x1b[K\r\n${keys[1]!}\x1b[K${at}`);
}

function* askNano(buffer: Buffer, sizeOf: () => Sys<{ rows: number; cols: number }>, question: string, start: string): Sys<string | undefined> {
  let text = start;
  for (;;) {
    yield* drawNano(buffer, yield* sizeOf(), question + text);
    const key = yield* nextKey(function* () {
      yield* drawNano(buffer, yield* sizeOf(), question + text);
    });
    if (key.name === 'enter') return text;
    if (key.name === 'ctrl-c' || key.name === 'eof') return undefined;
    if (key.name === 'backspace') text = text.slice(0, -1);
    else if (key.name === 'char') text += key.text;
  }
}

function* writeNano(buffer: Buffer, sizeOf: () => Sys<{ rows: number; cols: number }>): Sys<boolean> {
  const path = yield* askNano(buffer, sizeOf, 'File Name to Write: ', buffer.path ?? '');
  if (!path) {
    buffer.message = 'Cancelled';
    return false;
  }
  const failed = yield* store(buffer, path);
  buffer.message = failed === undefined ? `Wrote ${buffer.lines.length} line${buffer.lines.length === 1 ? '' : 's'}` : `Error writing ${path}: ${failed}`;
  return failed === undefined;
}

function* nanoLoop(buffer: Buffer, sizeOf: () => Sys<{ rows: number; cols: number }>): Sys<number> {
  let cutting = false;
  for (;;) {
    const size = yield* sizeOf();
    yield* drawNano(buffer, size, undefined);
    const key = yield* nextKey(function* () {
      yield* drawNano(buffer, yield* sizeOf(), undefined);
    });
    buffer.message = '';
    const cut = key.name === 'ctrl-k';
    switch (key.name) {
      case 'eof':
        return 1;
      case 'ctrl-x': {
        if (!buffer.modified) return 0;
        const answer = yield* confirmNano(buffer, sizeOf);
        if (answer === 'no') return 0;
        if (answer === 'yes' && (yield* writeNano(buffer, sizeOf))) return 0;
        break;
      }
      case 'ctrl-o':
      case 'ctrl-s':
        yield* writeNano(buffer, sizeOf);
        break;
      case 'ctrl-w': {
        const text = yield* askNano(buffer, sizeOf, 'Search: ', '');
        if (text && !buffer.find(text, false)) buffer.message = `"${text}" not found`;
        break;
      }
      case 'ctrl-k': {
        buffer.save();
        const held = cutting ? buffer.clipboard : [];
        buffer.cutLines(1);
        buffer.clipboard = [...held, ...buffer.clipboard];
        break;
      }
      case 'ctrl-u':
        buffer.save();
        buffer.lines.splice(buffer.row, 0, ...buffer.clipboard);
        buffer.row += buffer.clipboard.length;
        buffer.modified = true;
        break;
      case 'ctrl-c':
        buffer.message = `line ${buffer.row + 1}/${buffer.lines.length}, col ${buffer.col + 1}/${buffer.line.length + 1}`;
        break;
      case 'ctrl-a':
        buffer.col = 0;
        break;
      case 'ctrl-e':
        buffer.col = buffer.line.length;
        break;
      case 'meta-u':
        buffer.undo();
        break;
      case 'enter':
        buffer.save();
        buffer.split();
        break;
      case 'backspace':
        buffer.save();
        buffer.backspace();
        break;
      case 'delete':
      case 'ctrl-d':
        buffer.save();
        buffer.deleteChar();
        break;
      case 'tab':
      case 'char':
        buffer.save();
        buffer.insert(key.text);
        break;
      default:
        moveBy(buffer, key, size.rows - 6, true);
    }
    buffer.clamp(true);
    cutting = cut;
  }
}

function* confirmNano(buffer: Buffer, sizeOf: () => Sys<{ rows: number; cols: number }>): Sys<'yes' | 'no' | 'cancel'> {
  for (;;) {
    yield* drawNano(buffer, yield* sizeOf(), 'Save modified buffer? ');
    const key = yield* readKey(0);
    if (/^[yY]$/.test(key.text)) return 'yes';
    if (/^[nN]$/.test(key.text)) return 'no';
    if (key.name === 'ctrl-c' || key.name === 'eof') return 'cancel';
  }
}

function* runNano(tool: Context): Sys<number> {
  const path = tool.args.find((a) => !a.startsWith('-') && !a.startsWith('+'));
  const buffer = new Buffer(path);
  const state = yield* load(buffer);
  buffer.message = state === 'new' ? 'New File' : state === '' && path !== undefined ? `Read ${buffer.lines.length} line${buffer.lines.length === 1 ? '' : 's'}` : path === undefined ? '' : `Error reading ${path}: ${state}`;
  return yield* onScreen((size) => nanoLoop(buffer, size));
}

export const EDITOR_TOOLS: readonly Tool[] = [
  { name: 'vi', run: runVi },
  { name: 'vim', run: runVi, only: 'gnu' },
  { name: 'nano', run: runNano, only: 'gnu' },
];
