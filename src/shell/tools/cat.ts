/** cat. Models coreutils `cat.c` and BusyBox `cat.c`. */
import { sys, SysError, type Sys } from '../../kernel';
import { fromByteText, toByteText } from './byte-text';
import { type Context, type Options, type Tool } from './tool';

interface State {
  line: number;
  atStart: boolean;
  blank: boolean;
  /** Files begun, which names the loop over each. */
  files: number;
}

function visible(text: string, options: Options): string {
  let out = '';
  for (const ch of text) {
    const code = ch.charCodeAt(0);
    if (ch === '\t') out += options.flags.has('T') ? '^I' : ch;
    else if (ch === '\n') out += ch;
    else if (options.flags.has('v') && code < 32) out += `^${String.fromCharCode(code + 64)}`;
    else if (options.flags.has('v') && code === 127) out += '^?';
    else if (options.flags.has('v') && code > 127) {
      const low = code & 127;
      out += `M-${low < 32 ? `^${String.fromCharCode(low + 64)}` : low === 127 ? '^?' : String.fromCharCode(low)}`;
    } else out += ch;
  }
  return out;
}

function decorate(text: string, options: Options, state: State): string {
  let out = '';
  for (const piece of text.split(/(?<=\n)/)) {
    if (piece === '') continue;
    const empty = piece === '\n' && state.atStart;
    if (empty && options.flags.has('s')) {
      if (state.blank) continue;
      state.blank = true;
    } else if (state.atStart) state.blank = false;
    const numbered = options.flags.has('b') ? !empty : options.flags.has('n');
    if (state.atStart && numbered) out += `${String(++state.line).padStart(6)}\t`;
    let shown = visible(piece, options);
    if (options.flags.has('E') && piece.endsWith('\n')) shown = `${shown.slice(0, -1)}$\n`;
    out += shown;
    state.atStart = piece.endsWith('\n');
  }
  return out;
}

function* copy(fd: number, options: Options, state: State, plain: boolean): Sys<void> {
  const key = `file ${state.files++}`;
  for (;;) {
    Object.assign(state, yield* sys.turn(key, { ...state }));
    const bytes = yield* sys.read(fd);
    if (bytes.length === 0) return;
    if (plain) yield* sys.write(1, bytes);
    else yield* sys.write(1, fromByteText(decorate(toByteText(bytes), options, state)));
  }
}

function* run(tool: Context): Sys<number> {
  const parsed = yield* tool.options({
    short: tool.busybox ? 'nbvteAu' : 'bAeEnstTuv',
    long: {
      number: 'n',
      'number-nonblank': 'b',
      'show-all': 'A',
      'show-ends': 'E',
      'show-tabs': 'T',
      'show-nonprinting': 'v',
      'squeeze-blank': 's',
    },
  });
  const flags = new Set(parsed.flags);
  for (const [letter, more] of [
    ['A', 'vET'],
    ['e', 'vE'],
    ['t', 'vT'],
  ] as const) {
    if (flags.has(letter)) for (const f of more) flags.add(f);
  }
  const options = { ...parsed, flags };
  const plain = !['n', 'b', 'v', 'E', 'T', 's'].some((f) => flags.has(f));
  const state: State = { line: 0, atStart: true, blank: false, files: 0 };
  for (const path of parsed.operands.length > 0 ? parsed.operands : ['-']) {
    let fd = 0;
    try {
      if (path !== '-') fd = yield* sys.open(path, { read: true });
      yield* copy(fd, options, state, plain);
    } catch (error) {
      if (!(error instanceof SysError) || error.errno === 'EPIPE') throw error;
      if (tool.busybox && (error.errno === 'EISDIR' || (path === '-' && fd === 0))) {
        yield* tool.warn(
          `read error: ${error.errno === 'EISDIR' ? 'Is a directory' : 'Bad file descriptor'}`,
        );
      } else yield* tool.warnFile(path, error);
      if (!tool.busybox && path === '-' && error.errno === 'EBADF') {
        yield* tool.warn('closing standard input: Bad file descriptor');
      }
    }
    if (path !== '-' && fd !== 0) yield* sys.close(fd);
  }
  return tool.status;
}

export const cat: Tool = {
  name: 'cat',
  run,
  usage: `cat [-nbvteA] [FILE]...

Print FILEs to stdout

	-n	Number output lines
	-b	Number nonempty lines
	-v	Show nonprinting characters as ^x or M-x
	-t	...and tabs as ^I
	-e	...and end lines with $
	-A	Same as -vte`,
};
