/** tput of ncurses for terminals that speak as xterm does. */
import { sys, type Sys } from '../../kernel';
import { type Context, type Tool } from './tool';

const TEXTS: Readonly<Record<string, string>> = {
  clear: '\x1b[H\x1b[2J\x1b[3J',
  bold: '\x1b[1m',
  dim: '\x1b[2m',
  smul: '\x1b[4m',
  rmul: '\x1b[24m',
  rev: '\x1b[7m',
  smso: '\x1b[7m',
  rmso: '\x1b[27m',
  sgr0: '\x1b(B\x1b[m',
  home: '\x1b[H',
  el: '\x1b[K',
  ed: '\x1b[J',
  civis: '\x1b[?25l',
  cnorm: '\x1b[?12l\x1b[?25h',
  smcup: '\x1b[?1049h\x1b[22;0;0t',
  rmcup: '\x1b[?1049l\x1b[23;0;0t',
  cuu1: '\x1b[A',
  cud1: '\n',
  cuf1: '\x1b[C',
  cub1: '\b',
  bel: '\x07',
  sc: '\x1b7',
  rc: '\x1b8',
  op: '\x1b[39;49m',
};

/** Foreground and background of the 256 colours. */
function colour(n: number, base: number): string {
  if (n < 8) return `\x1b[${base + n}m`;
  return n < 16 ? `\x1b[${base + 60 + n - 8}m` : `\x1b[${base + 8};5;${n}m`;
}

function* runTput(tool: Context): Sys<number> {
  const args = tool.args[0] === '-T' ? tool.args.slice(2) : tool.args;
  const name = args[0];
  if (name === undefined) {
    yield* tool.say('usage: tput [-V] [-S] [-x] [-T term] capname\n');
    return 2;
  }
  if (!tool.env['TERM']) {
    yield* tool.say('tput: No value for $TERM and no -T specified\n');
    return 2;
  }
  const [first = 0, second = 0] = args.slice(1).map(Number);
  const terminal = (yield* sys.isatty(1)) ? 1 : (yield* sys.isatty(2)) ? 2 : undefined;
  const size = terminal === undefined ? undefined : yield* sys.winsize(terminal);
  if (name === 'cols') yield* tool.print(`${size?.cols ?? 80}\n`);
  else if (name === 'lines') yield* tool.print(`${size?.rows ?? 24}\n`);
  else if (name === 'colors') yield* tool.print('256\n');
  else if (name === 'longname') yield* tool.print('xterm with 256 colors');
  else if (name === 'cup') yield* tool.print(`\x1b[${first + 1};${second + 1}H`);
  else if (name === 'setaf') yield* tool.print(colour(first, 30));
  else if (name === 'setab') yield* tool.print(colour(first, 40));
  else if (name === 'init' || name === 'reset') yield* tool.print('\x1b[!p\x1b[?3;4l\x1b[4l\x1b>');
  else if (TEXTS[name] !== undefined) yield* tool.print(TEXTS[name]);
  else {
    yield* tool.say(`tput: unknown terminfo capability '${name}'\n`);
    return 4;
  }
  return 0;
}

export const tput: Tool = { name: 'tput', run: runTput, only: 'gnu' };
