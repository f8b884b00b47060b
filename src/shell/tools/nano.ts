/** nano 7.2: what it puts on the screen, and its common keys. */
import { sys, type Sys } from '../../kernel';
import { readKey, type Key } from '../edit/keys';
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

function* drawNano(
  buffer: Buffer,
  size: { rows: number; cols: number },
  question: string | undefined,
): Sys<void> {
  const rows = size.rows - 5;
  const name = buffer.path ?? 'New Buffer';
  const version = '  GNU nano 7.2';
  const mark = buffer.modified ? 'Modified ' : '';
  const room = size.cols - version.length - mark.length;
  const left = Math.max(0, Math.floor((size.cols - name.length) / 2) - version.length);
  const title = `${version}${(' '.repeat(left) + name).padEnd(room).slice(0, room)}${mark}`;
  const lines = body(buffer, rows, size.cols, '').map((l) => `${l}\x1b[K`);
  const message =
    question !== undefined
      ? `\x1b[7m${question.padEnd(size.cols)}\x1b[0m`
      : buffer.message === ''
        ? ''
        : `${' '.repeat(Math.max(0, Math.floor((size.cols - buffer.message.length - 4) / 2)))}\x1b[7m[ ${buffer.message} ]\x1b[0m`;
  const keys = [
    '\x1b[7m^G\x1b[0m Help     \x1b[7m^O\x1b[0m Write Out \x1b[7m^W\x1b[0m Where Is  \x1b[7m^K\x1b[0m Cut       \x1b[7m^C\x1b[0m Location',
    '\x1b[7m^X\x1b[0m Exit     \x1b[7m^R\x1b[0m Read File \x1b[7m^\\\x1b[0m Replace   \x1b[7m^U\x1b[0m Paste     \x1b[7mM-U\x1b[0m Undo',
  ];
  const at =
    question === undefined
      ? `\x1b[${buffer.row - buffer.top + 3};${cursorColumn(buffer, size.cols)}H`
      : `\x1b[${size.rows - 2};${question.length + 1}H`;
  yield* sys.write(
    1,
    `\x1b[H\x1b[7m${title}\x1b[0m\r\n\x1b[K\r\n${lines.join('\r\n')}\r\n${message}\x1b[K\r\n${keys[0]!}\x1b[K\r\n${keys[1]!}\x1b[K${at}`,
  );
}

function* askNano(
  buffer: Buffer,
  sizeOf: () => Sys<{ rows: number; cols: number }>,
  question: string,
  start: string,
): Sys<string | undefined> {
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

function* writeNano(
  buffer: Buffer,
  sizeOf: () => Sys<{ rows: number; cols: number }>,
): Sys<boolean> {
  const path = yield* askNano(buffer, sizeOf, 'File Name to Write: ', buffer.path ?? '');
  if (!path) {
    buffer.message = 'Cancelled';
    return false;
  }
  const failed = yield* store(buffer, path);
  buffer.message =
    failed === undefined
      ? `Wrote ${buffer.lines.length} line${buffer.lines.length === 1 ? '' : 's'}`
      : `Error writing ${path}: ${failed}`;
  return failed === undefined;
}

/** Keys that type or delete; false if it is none. */
function editKey(buffer: Buffer, key: Key): boolean {
  switch (key.name) {
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
      return false;
  }
  return true;
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
      default:
        if (!editKey(buffer, key)) moveBy(buffer, key, size.rows - 6, true);
    }
    buffer.clamp(true);
    cutting = cut;
  }
}

function* confirmNano(
  buffer: Buffer,
  sizeOf: () => Sys<{ rows: number; cols: number }>,
): Sys<'yes' | 'no' | 'cancel'> {
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
  buffer.message =
    state === 'new'
      ? 'New File'
      : state === '' && path !== undefined
        ? `Read ${buffer.lines.length} line${buffer.lines.length === 1 ? '' : 's'}`
        : path === undefined
          ? ''
          : `Error reading ${path}: ${state}`;
  return yield* onScreen((size) => nanoLoop(buffer, size));
}

export const nano: Tool = { name: 'nano', run: runNano, only: 'gnu' };
