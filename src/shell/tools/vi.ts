/** vi with the common keys of command, insert and ex modes. Models BusyBox `vi.c`. */
import { encodeUtf8 } from '../../base';
import { sys, type Sys } from '../../kernel';
import type { Key } from '../edit/keys';
import {
  body,
  Buffer,
  cursorColumn,
  load,
  moveBy,
  nextKey,
  onScreen,
  store,
} from './editor-buffer';
import { type Context, type Tool } from './tool';
import { viCommand } from './vi-command';

function* drawVi(
  buffer: Buffer,
  mode: string,
  size: { rows: number; cols: number },
  busybox: boolean,
): Sys<void> {
  const rows = size.rows - 1;
  const lines = body(buffer, rows, size.cols, '~');
  const name = buffer.path ?? 'No file';
  const percent = Math.floor(((buffer.row + 1) * 100) / buffer.lines.length);
  const letter = mode === 'insert' ? 'I' : '-';
  const status =
    buffer.message !== '' || !busybox
      ? buffer.message
      : `${letter} ${name}${buffer.modified ? ' [Modified]' : ''} ${buffer.row + 1}/${buffer.lines.length} ${percent}%`;
  const text = lines.map((l) => `${l}\x1b[K`).join('\r\n');
  const at = `\x1b[${buffer.row - buffer.top + 1};${cursorColumn(buffer, size.cols)}H`;
  yield* sys.write(1, `\x1b[H${text}\r\n${status.slice(0, size.cols - 1)}\x1b[K${at}`);
}

/** As vim tells of a file. */
function sizeText(buffer: Buffer, path: string, more = ''): string {
  const count = buffer.lines.length;
  const bytes = encodeUtf8(buffer.text()).length;
  return `"${path}" ${count} line${count === 1 ? '' : 's'}, ${bytes} bytes${more}`;
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
    buffer.message = sizeText(buffer, path, ' written');
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
  buffer.lines = buffer.lines.map((l, i) =>
    match[1] === '%' || i === buffer.row ? l.replace(expression, match[4]!) : l,
  );
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
    if (key.name === 'ctrl-c' || key.name.startsWith('meta-') || key.name === 'eof')
      return undefined;
    if (key.name === 'backspace') {
      if (text === '') return undefined;
      text = text.slice(0, -1);
    } else if (key.name === 'char') text += key.text;
  }
}

/** A key of insert mode: the next mode, or a status to leave with. */
function* insertKey(buffer: Buffer, key: Key, rows: number): Sys<'command' | 'insert' | number> {
  if (key.name.startsWith('meta-')) {
    buffer.col--;
    buffer.clamp(false);
    const rest = key.name.slice(5);
    if (rest === ':') {
      const text = yield* prompt(':', rows);
      const left = text === undefined ? undefined : yield* exCommand(buffer, text);
      if (left !== undefined) return left;
    } else if (rest !== '\x1b' && rest !== '') return viCommand(buffer, rest, 0, '');
    return 'command';
  }
  if (key.name === 'ctrl-c') return 'command';
  if (key.name === 'enter') buffer.split();
  else if (key.name === 'backspace') buffer.backspace();
  else if (key.name === 'delete') buffer.deleteChar();
  else if (key.name === 'tab' || key.name === 'char') buffer.insert(key.text);
  else moveBy(buffer, key, rows - 2, true);
  return 'insert';
}

/** BusyBox tells how much `dd` took. */
function tellingCommand(
  buffer: Buffer,
  ch: string,
  count: number,
  pending: string,
  busybox: boolean,
): 'command' | 'insert' {
  const before = buffer.text().length;
  const rows = buffer.lines.length;
  const mode = viCommand(buffer, ch, count, pending);
  if (busybox && pending === 'd' && ch === 'd') {
    const gone = Math.max(1, rows - buffer.lines.length);
    buffer.message = `Delete ${gone} lines (${before - buffer.text().length} chars) from [D]`;
  }
  return mode;
}

function* viLoop(
  buffer: Buffer,
  sizeOf: () => Sys<{ rows: number; cols: number }>,
  busybox: boolean,
): Sys<number> {
  let mode: 'command' | 'insert' = 'command';
  let count = '';
  let pending = '';
  let search = '';
  for (;;) {
    const size = yield* sizeOf();
    yield* drawVi(buffer, mode, size, busybox);
    const held: 'command' | 'insert' = mode;
    const key: Key = yield* nextKey(function* () {
      yield* drawVi(buffer, held, yield* sizeOf(), busybox);
    });
    // vim's message stays while text is put in.
    if (busybox || (mode === 'command' && !/^[iaIAhjkl]$/.test(key.text))) buffer.message = '';
    if (key.name === 'eof') return 1;
    if (mode === 'insert') {
      const next = yield* insertKey(buffer, key, size.rows);
      if (typeof next === 'number') return next;
      mode = next;
      continue;
    }
    if (key.name === 'enter') buffer.row++;
    else if (key.name === 'ctrl-f' || key.name === 'ctrl-d') buffer.row += size.rows - 2;
    else if (key.name === 'ctrl-b' || key.name === 'ctrl-u') buffer.row -= size.rows - 2;
    else if (moveBy(buffer, key, size.rows - 2, false)) continue;
    buffer.clamp(false);
    if (key.name === 'delete') viCommand(buffer, 'x', 1, '');
    const ch = key.name.startsWith('meta-')
      ? key.name.slice(5)
      : key.name === 'char'
        ? key.text
        : '';
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
      mode = tellingCommand(buffer, ch, Number(count || 0), pending, busybox);
      pending = '';
      count = '';
    }
  }
}

function* runVi(tool: Context): Sys<number> {
  const long = tool.args.find((a) => a.startsWith('--'));
  if (long !== undefined && tool.busybox)
    yield* tool.usage(`unrecognized option: ${long.slice(2)}`);
  if (long === '--version') {
    yield* tool.print('VIM - Vi IMproved 9.0 (2022 Jun 28, compiled May 04 2023 10:24:44)\n');
    return 0;
  }
  const path = tool.args.find((a) => !a.startsWith('-') && !a.startsWith('+'));
  if (!(yield* sys.isatty(0)))
    yield* sys.write(2, `${tool.name}: Warning: Input is not from a terminal\n`);
  const buffer = new Buffer(path);
  const state = yield* load(buffer);
  if (path !== undefined && !tool.busybox) {
    buffer.message =
      state === 'new'
        ? `"${path}" [New]`
        : state === ''
          ? sizeText(buffer, path)
          : `'${path}' ${state}`;
  }
  return yield* onScreen((size) => viLoop(buffer, size, tool.busybox));
}

export const VI_TOOLS: readonly Tool[] = [
  { name: 'vi', run: runVi },
  { name: 'vim', run: runVi, only: 'gnu' },
];
