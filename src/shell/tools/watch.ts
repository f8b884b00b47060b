/** watch. Models procps `watch.c`: a full-screen header, then as much of the output as fits. */
import { decodeUtf8 } from '../../base';
import { sys, SysError, type Sys } from '../../kernel';
import { formatTime } from '../time-format';
import { type Context, type Tool } from './tool';

interface Plan {
  readonly command: string;
  readonly argv: readonly string[];
  readonly exec: boolean;
  readonly intervalUs: number;
  readonly noTitle: boolean;
  readonly differences: boolean;
  readonly exitOnError: boolean;
  readonly exitOnChange: boolean;
}

function* parse(tool: Context): Sys<Plan> {
  const { flags, values, operands } = yield* tool.options({
    short: tool.busybox ? 'n:t' : 'n:tdebgxcpqrvh',
    long: {
      interval: '=n',
      'no-title': 't',
      differences: '?d',
      errexit: 'e',
      chgexit: 'g',
      exec: 'x',
      beep: 'b',
      color: 'c',
      precise: 'p',
    },
    posix: true,
  });
  if (operands.length === 0) {
    if (tool.busybox) yield* tool.usage();
    yield* sys.write(
      2,
      '\nUsage:\n watch [options] command\n\nOptions:\n  -b, --beep             beep if command has a non-zero exit\n  -c, --color            interpret ANSI color and style sequences\n  -C, --no-color         do not interpret ANSI color and style sequences\n  -d, --differences[=<permanent>]\n                         highlight changes between updates\n  -e, --errexit          exit if command has a non-zero exit\n  -g, --chgexit          exit when output from command changes\n  -q, --equexit <cycles>\n                         exit when output from command does not change\n  -n, --interval <secs>  seconds to wait between updates\n  -p, --precise          attempt run command in precise intervals\n  -r, --no-rerun         do not rerun program on window resize\n  -t, --no-title         turn off header\n  -w, --no-wrap          turn off line wrapping\n  -x, --exec             pass command to exec instead of "sh -c"\n\n -h, --help     display this help and exit\n -v, --version  output version information and exit\n\nFor more details see watch(1).\n',
    );
  }
  const text = values.get('n') ?? '2';
  const seconds = Number(text.replace(',', '.'));
  if (Number.isNaN(seconds)) yield* tool.fail(`failed to parse argument: '${text}'`);
  return {
    command: operands.join(' '),
    argv: operands,
    exec: flags.has('x'),
    intervalUs: Math.max(0.1, seconds) * 1e6,
    noTitle: flags.has('t'),
    differences: flags.has('d'),
    exitOnError: flags.has('e'),
    exitOnChange: flags.has('g'),
  };
}

/** Runs the command; its two outputs come through one pipe. */
function* capture(tool: Context, plan: Plan): Sys<{ text: string; status: number }> {
  const [readEnd, writeEnd] = yield* sys.pipe();
  const fds = [
    [0, 0],
    [1, writeEnd],
    [2, writeEnd],
  ] as const;
  const { cols, rows } = yield* sys.winsize(1);
  const env = { ...tool.env, COLUMNS: String(cols), LINES: String(rows) };
  const argv = plan.exec ? plan.argv : ['sh', '-c', plan.command];
  let pid: number;
  try {
    pid = yield* sys.spawn({ path: '/bin/sh', argv, env, fds });
  } finally {
    yield* sys.close(writeEnd);
  }
  const text = decodeUtf8(yield* sys.readAll(readEnd));
  yield* sys.close(readEnd);
  const result = yield* sys.waitpid(pid);
  return { text, status: result.exitCode ?? 1 };
}

function* header(plan: Plan, cols: number): Sys<string> {
  const clock = yield* sys.clock();
  const { nodename } = yield* sys.uname();
  const left = `Every ${(plan.intervalUs / 1e6).toFixed(1)}s: `;
  const right = `${nodename}: ${formatTime('%a %b %e %H:%M:%S %Y', clock.unixUs)}`;
  const room = cols - left.length - right.length - 1;
  let command = plan.command;
  if (room < 4) command = '';
  else if (command.length > room) command = `${command.slice(0, room - 4)}... `;
  return (left + command).padEnd(cols - right.length) + right;
}

/** Lines cut to the screen, long ones wrapped, tabs and colours made plain. */
function screenLines(text: string, cols: number, rows: number): string[] {
  const lines: string[] = [];
  for (const raw of text.split('\n')) {
    let line = raw.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '').replace(/\r/g, '');
    while (line.includes('\t')) {
      const at = line.indexOf('\t');
      line = line.slice(0, at) + ' '.repeat(8 - (at % 8)) + line.slice(at + 1);
    }
    do {
      lines.push(line.slice(0, cols));
      line = line.slice(cols);
    } while (line !== '' && lines.length < rows);
    if (lines.length >= rows) break;
  }
  return lines.slice(0, rows);
}

function* draw(plan: Plan, text: string, before: readonly string[]): Sys<string[]> {
  const { cols, rows } = yield* sys.winsize(1);
  const room = plan.noTitle ? rows : Math.max(0, rows - 2);
  const lines = screenLines(text, cols, room);
  let out = '\x1b[H';
  if (!plan.noTitle) out += `${yield* header(plan, cols)}\x1b[K\r\n\x1b[K\r\n`;
  out += lines
    .map(
      (line, i) =>
        `${plan.differences && before[i] !== undefined ? highlight(line, before[i]!) : line}\x1b[K`,
    )
    .join('\r\n');
  yield* sys.write(1, `${out}\x1b[J`);
  return lines;
}

function highlight(line: string, before: string): string {
  let out = '';
  let on = false;
  for (let i = 0; i < line.length; i++) {
    const changed = line[i] !== before[i];
    if (changed !== on) out += changed ? '\x1b[7m' : '\x1b[0m';
    on = changed;
    out += line[i]!;
  }
  return on ? `${out}\x1b[0m` : out;
}

/** Sleeps; a changed window ends the sleep early. ^C and others end the program. */
function* pause(us: number): Sys<'time' | 'resize' | 'stop'> {
  try {
    yield* sys.sleep(us);
    return 'time';
  } catch (error) {
    if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
    const signals = yield* sys.sigpending();
    return signals.some((s) => s === 'INT' || s === 'TERM' || s === 'HUP') ? 'stop' : 'resize';
  }
}

/** What the last turn has shown. */
interface Shown {
  readonly lines: readonly string[];
  readonly previous: string | undefined;
}

function* loop(tool: Context, plan: Plan): Sys<number> {
  const resumed = tool.start.resume as Shown | undefined;
  let { lines, previous }: Shown = resumed ?? { lines: [], previous: undefined };
  // A clone goes on from the checkpoint.
  for (let first = resumed !== undefined; ; first = false) {
    if (!first) yield* sys.checkpoint({ lines, previous } satisfies Shown);
    let got: { text: string; status: number };
    try {
      got = yield* capture(tool, plan);
    } catch (error) {
      if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
      const signals = yield* sys.sigpending();
      if (signals.some((s) => s !== 'WINCH')) return 0;
      continue;
    }
    lines = yield* draw(plan, got.text, lines);
    if (plan.exitOnError && got.status !== 0) return 8;
    if (plan.exitOnChange && previous !== undefined && previous !== got.text) return 0;
    previous = got.text;
    if ((yield* pause(plan.intervalUs)) === 'stop') return 0;
  }
}

function* run(tool: Context): Sys<number> {
  const plan = yield* parse(tool);
  if (tool.start.resume === undefined) {
    yield* sys.write(1, '\x1b[?1049h\x1b[H\x1b[2J');
    for (const signal of ['INT', 'TERM', 'HUP', 'WINCH'] as const)
      yield* sys.sigaction(signal, 'catch');
  }
  const status = yield* loop(tool, plan);
  const { rows } = yield* sys.winsize(1);
  yield* sys.write(1, `\x1b[${rows};1H\x1b[?1049l`);
  return status;
}

export const watch: Tool = {
  name: 'watch',
  run,
  usage:
    "watch [-n SEC] [-t] PROG ARGS\n\nRun PROG periodically\n\n\t-n SEC\tPeriod (default 2)\n\t-t\tDon't print header",
};
