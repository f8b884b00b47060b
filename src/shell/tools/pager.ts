/** less and more. Models what less 590 and BusyBox `less.c` put on the screen for their common keys. */
import { decodeUtf8, encodeUtf8 } from '../../base';
import { sys, SysError, type Sys } from '../../kernel';
import { readKey } from '../edit/keys';
import { type Context, type Tool } from './tool';

const LESS_VERSION = `less 590 (GNU regular expressions)
Copyright (C) 1984-2021  Mark Nudelman

less comes with NO WARRANTY, to the extent permitted by law.
For information about the terms of redistribution,
see the file named README in the less distribution.
Home page: https://greenwoodsoftware.com/less
`;

class View {
  top = 0;
  search = '';
  message: string | undefined;
  /** The first screen has been left. */
  moved = false;
  constructor(
    readonly lines: readonly string[],
    readonly name: string,
    /** BusyBox shows the empty line behind the last, and a line of its own below. */
    readonly busybox: boolean,
  ) {}

  /** The whole text is shorter than the screen: less shows it where the cursor is. */
  isShort(rows: number): boolean {
    return !this.busybox && this.lines.length < rows - 1;
  }

  find(from: number, step: 1 | -1): boolean {
    for (let i = from; i >= 0 && i < this.lines.length; i += step) {
      if (!this.lines[i]!.includes(this.search)) continue;
      this.top = i;
      return true;
    }
    return false;
  }
}

function* draw(view: View, rows: number, cols: number): Sys<void> {
  const room = rows - 1;
  const last = view.lines.length - (view.busybox ? room - 1 : room);
  view.top = Math.max(0, Math.min(view.top, Math.max(0, last)));
  const shown = view.lines.slice(view.top, view.top + room).map((l) => l.slice(0, cols));
  while (shown.length < room) shown.push('~');
  const atEnd = view.top + room >= view.lines.length;
  if (view.isShort(rows)) {
    const name = view.name === '' || view.moved ? '' : `${view.name} `;
    const text = view.moved ? '\r' : `${view.lines.join('\r\n')}\r\n`;
    view.moved = true;
    yield* sys.write(1, `${text}${view.message ?? `\x1b[7m${name}(END)\x1b[0m`}\x1b[K`);
    return;
  }
  const named = view.top === 0 && view.name !== '' && (view.busybox || !atEnd);
  const status =
    view.message ?? (named ? `\x1b[7m${view.name}\x1b[0m` : atEnd ? '\x1b[7m(END)\x1b[0m' : ':');
  yield* sys.write(1, `\x1b[H${shown.map((l) => `${l}\x1b[K`).join('\r\n')}\r\n${status}\x1b[K`);
}

/** Keys come from the terminal, even where the text comes from a pipe. */
function* keyboard(): Sys<number> {
  if (yield* sys.isatty(0)) return 0;
  try {
    return yield* sys.open('/dev/tty', { read: true });
  } catch (error) {
    if (error instanceof SysError) return 2;
    throw error;
  }
}

function* page(view: View, altScreen: boolean): Sys<number> {
  const fd = yield* keyboard();
  const before = yield* sys.tcgetattr(fd);
  yield* sys.sigaction('WINCH', 'catch');
  // ^C stays a signal, so that it also meets who feeds the pager; GNU less itself goes on.
  yield* sys.sigaction('INT', 'catch');
  yield* sys.tcsetattr(fd, { ...before, icanon: false, echo: false, icrnl: false });
  if (altScreen) yield* sys.write(1, '\x1b[?1049h');
  try {
    for (;;) {
      const { rows, cols } = yield* sys.winsize(fd);
      yield* draw(view, rows, cols);
      view.message = undefined;
      let key;
      try {
        key = yield* readKey(fd);
      } catch (error) {
        if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
        const caught = yield* sys.sigpending();
        if (view.busybox && caught.includes('INT')) return 0;
        continue;
      }
      const ch = key.name === 'char' ? key.text : key.name;
      if (['q', 'Q', 'ctrl-c', 'eof'].includes(ch)) return 0;
      if (['j', 'enter', 'down', 'e'].includes(ch)) view.top++;
      else if (['k', 'up', 'y'].includes(ch)) view.top--;
      else if ([' ', 'f', 'page-down', 'ctrl-f'].includes(ch)) view.top += rows - 1;
      else if (['b', 'page-up', 'ctrl-b'].includes(ch)) view.top -= rows - 1;
      else if (ch === 'd' || ch === 'ctrl-d') view.top += Math.floor(rows / 2);
      else if (ch === 'u' || ch === 'ctrl-u') view.top -= Math.floor(rows / 2);
      else if (ch === 'g' || ch === '<' || ch === 'home') view.top = 0;
      else if (ch === 'G' || ch === '>' || ch === 'end') view.top = view.lines.length;
      else if (ch === 'n' && !view.find(view.top + 1, 1))
        view.message = '\x1b[7mPattern not found  (press RETURN)\x1b[0m';
      else if (ch === 'N' && !view.find(view.top - 1, -1))
        view.message = '\x1b[7mPattern not found  (press RETURN)\x1b[0m';
      else if (ch === '/' || ch === '?') {
        view.search = (yield* ask(fd, ch, rows)) || view.search;
        if (!view.find(ch === '/' ? view.top + 1 : view.top - 1, ch === '/' ? 1 : -1))
          view.message = '\x1b[7mPattern not found  (press RETURN)\x1b[0m';
      }
    }
  } finally {
    yield* sys.write(1, altScreen ? '\x1b[?1049l' : '\r\x1b[K');
    yield* sys.tcsetattr(fd, before);
  }
}

/** `more`: a screen at a time, with how much has been shown. Models util-linux and BusyBox `more.c`. */
function* more(tool: Context, text: string): Sys<number> {
  const lines = text.replace(/\n$/, '').split('\n');
  const size = encodeUtf8(text).length;
  const fd = yield* keyboard();
  const before = yield* sys.tcgetattr(fd);
  let at = 0;
  let room = (yield* sys.winsize(1)).rows - 1;
  try {
    for (;;) {
      const shown = lines.slice(at, at + room);
      at += shown.length;
      yield* sys.write(1, shown.map((l) => `${l}\n`).join(''));
      if (at >= lines.length) return 0;
      // BusyBox has read one line and a character ahead.
      const read = lines.slice(0, tool.busybox ? at + 1 : at).join('\n').length + 1;
      const percent = Math.floor(((read + (tool.busybox ? 1 : 0)) * 100) / size);
      const gnu = `\x1b[7m--More--(${percent}%)\x1b[0m`;
      yield* sys.write(1, tool.busybox ? `--More-- (${percent}% of ${size} bytes)` : gnu);
      yield* sys.tcsetattr(fd, { ...before, icanon: false, echo: false, icrnl: false });
      const key = yield* readKey(fd);
      yield* sys.tcsetattr(fd, before);
      yield* sys.write(1, '\r\x1b[K');
      const ch = key.name === 'char' ? key.text : key.name;
      if (['q', 'Q', 'ctrl-c', 'eof'].includes(ch)) return 0;
      room = ch === 'enter' ? 1 : (yield* sys.winsize(1)).rows - 1;
    }
  } finally {
    yield* sys.tcsetattr(fd, before);
  }
}

function* ask(fd: number, first: string, rows: number): Sys<string> {
  let text = '';
  for (;;) {
    yield* sys.write(1, `\x1b[${rows};1H${first}${text}\x1b[K`);
    const key = yield* readKey(fd);
    if (key.name === 'enter' || key.name === 'eof') return text;
    if (key.name === 'ctrl-c') return '';
    if (key.name === 'backspace') text = text.slice(0, -1);
    else if (key.name === 'char') text += key.text;
  }
}

function* run(tool: Context): Sys<number> {
  const long = tool.args.find((a) => a.startsWith('--'));
  if (long !== undefined && tool.busybox)
    yield* tool.usage(`unrecognized option: ${long.slice(2)}`);
  if (long === '--version') {
    yield* tool.print(tool.name === 'less' ? LESS_VERSION : 'more from util-linux 2.38.1\n');
    return 0;
  }
  const paths = tool.args.filter((a) => !/^[-+]./.test(a));
  if (paths.length === 0 && (yield* sys.isatty(0))) {
    yield* sys.write(
      2,
      tool.busybox
        ? `${tool.name}: missing filename\n`
        : 'Missing filename ("less --help" for help)\n',
    );
    return 1;
  }
  let text = '';
  for (const path of paths.length > 0 ? paths : ['-']) {
    const bytes = path === '-' ? yield* sys.readAll(0) : yield* tool.input(path);
    if (bytes !== undefined) text += decodeUtf8(bytes);
  }
  if (tool.status !== 0 && text === '') return 1;
  if (!(yield* sys.isatty(1))) {
    yield* tool.print(text);
    return tool.status;
  }
  const lines = text
    .replace(/\n$/, '')
    .split('\n')
    .map((l) => l.replace(/\t/g, '        '));
  if (tool.name === 'more') return yield* more(tool, text);
  if (tool.busybox && text.endsWith('\n')) lines.push('');
  return yield* page(new View(lines, paths[0] ?? '', tool.busybox), !tool.busybox);
}

export const PAGER_TOOLS: readonly Tool[] = [
  { name: 'less', run },
  { name: 'more', run },
];
