import { describe, expect, it } from 'vitest';
import { decodeUtf8 } from '../../base';
import { Bench } from '../harness';
import * as sys from '../sys';
import { SysError, type Program, type Sys } from '../syscalls';

/** Reads lines and tells of each; ends at the end of the input. */
function* lines(): Sys<number> {
  for (;;) {
    const line = yield* sys.read(0);
    if (line.length === 0) break;
    yield* sys.write(1, `<${JSON.stringify(decodeUtf8(line))}>\n`);
  }
  yield* sys.write(1, 'end\n');
  return 0;
}

/** Like a line editor: raw mode, answers each key. */
function* keys(): Sys<number> {
  const settings = yield* sys.tcgetattr(0);
  yield* sys.tcsetattr(0, { ...settings, icanon: false, echo: false, isig: false, icrnl: false });
  for (;;) {
    const key = decodeUtf8(yield* sys.read(0));
    yield* sys.checkpoint(undefined);
    if (key === 'q') return 0;
    yield* sys.write(1, `[${key}]`);
  }
}

function* spin(): Sys<number> {
  for (;;) yield* sys.getpid();
}

/** A shell that runs one job and tells how it changed, then brings it back. */
function* jobs(): Sys<number> {
  for (const signal of ['INT', 'TSTP', 'TTOU', 'TTIN'] as const)
    yield* sys.sigaction(signal, 'ignore');
  const env = {};
  const fds = [
    [0, 0],
    [1, 1],
  ] as const;
  // An ignored signal would stay ignored in the child.
  for (const signal of ['INT', 'TSTP', 'TTIN'] as const) yield* sys.sigaction(signal, 'catch');
  const pid = yield* sys.spawn({ path: '/bin/spin', argv: ['spin'], env, fds, pgid: 0 });
  yield* sys.tcsetpgrp(0, pid);
  const stopped = yield* sys.waitpid(pid, true);
  yield* sys.tcsetpgrp(0, yield* sys.getpgid());
  yield* sys.write(1, `stopped ${stopped.stopSignal}\n`);
  yield* sys.tcsetpgrp(0, pid);
  yield* sys.kill(-pid, 'CONT');
  const continued = yield* sys.waitpid(pid, true);
  yield* sys.write(1, `continued ${continued.continued}\n`);
  const ended = yield* sys.waitpid(pid, true);
  yield* sys.tcsetpgrp(0, yield* sys.getpgid());
  yield* sys.write(1, `ended ${ended.termSignal}\n`);
  return 0;
}

/** Starts a reader in the background: it is stopped by SIGTTIN until it is brought to the front. */
function* background(): Sys<number> {
  yield* sys.sigaction('TTOU', 'ignore');
  const fds = [
    [0, 0],
    [1, 1],
  ] as const;
  const pid = yield* sys.spawn({ path: '/bin/lines', argv: ['lines'], env: {}, fds, pgid: 0 });
  const stopped = yield* sys.waitpid(pid, true);
  yield* sys.write(1, `stopped ${stopped.stopSignal}\n`);
  yield* sys.tcsetpgrp(0, pid);
  yield* sys.kill(-pid, 'CONT');
  yield* sys.waitpid(pid);
  return 0;
}

function* size(): Sys<number> {
  yield* sys.sigaction('WINCH', 'catch');
  try {
    yield* sys.read(0);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const { cols, rows } = yield* sys.winsize(0);
    yield* sys.write(1, `${error.signal} ${cols}x${rows}\n`);
  }
  return 0;
}

function* tty(): Sys<number> {
  yield* sys.write(1, `${yield* sys.readlink('/proc/self/fd/0')}\n`);
  const fd = yield* sys.open('/dev/tty', { write: true });
  yield* sys.write(fd, `${yield* sys.isatty(fd)}\n`);
  return 0;
}

const PROGRAMS: Readonly<Record<string, Program>> = {
  lines,
  keys,
  spin,
  jobs,
  background,
  size,
  tty,
};

/** Types into a program that reads lines and compares the screen. */
function check(typed: string, screen: string): void {
  const bench = new Bench(PROGRAMS);
  const { terminal } = bench.startOnTerminal('lines');
  bench.run();
  terminal.input(typed);
  bench.run();
  expect(bench.recorder.screen).toBe(screen);
}

describe('line discipline', () => {
  it('gives whole lines with echo', () => check('ab\r', 'ab\r\n<"ab\\n">\r\n'));
  it('erases a character', () => check('abc\x7f\r', 'abc\b \b\r\n<"ab\\n">\r\n'));
  it('erases a character of several bytes', () => check('aé\x7fb\r', 'aé\b \bb\r\n<"ab\\n">\r\n'));
  it('erases a control character with both columns', () =>
    check('a\x01\x7f\r', 'a^A\b \b\b \b\r\n<"a\\n">\r\n'));
  it('erases a word', () => check('one two\x17x\r', 'one two\b \b\b \b\b \bx\r\n<"one x\\n">\r\n'));
  it('kills the line', () => check('ab\x15c\r', 'ab\b \b\b \bc\r\n<"c\\n">\r\n'));
  it('reprints the line', () => check('ab\x12\r', 'ab^R\r\nab\r\n<"ab\\n">\r\n'));
  it('takes the next key as it is', () => check('\x16\x03\r', '^\b^C\r\n<"\\u0003\\n">\r\n'));
  it('ends the input at ^D', () => check('\x04', 'end\r\n'));
  it('gives a part of a line at ^D', () => check('ab\x04\x04', 'ab<"ab">\r\nend\r\n'));
  it('echoes and interrupts at ^C', () => {
    const bench = new Bench(PROGRAMS);
    const { pid, terminal } = bench.startOnTerminal('lines');
    bench.run();
    terminal.input('abc\x03');
    expect(bench.recorder.screen).toBe('abc^C');
    expect(bench.exitOf(pid)).toEqual({ termSignal: 'INT' });
  });
});

describe('terminal', () => {
  it('answers keys in raw mode without virtual time', () => {
    const bench = new Bench(PROGRAMS);
    const { pid, terminal } = bench.startOnTerminal('keys');
    bench.run();
    const { now } = bench.runtime;
    terminal.input('a');
    terminal.input('\r');
    expect(bench.recorder.screen).toBe('[a][\r]');
    terminal.input('q');
    expect(bench.exitOf(pid)).toEqual({ exitCode: 0 });
    expect(bench.runtime.now).toBe(now);
    expect(bench.runtime.nextAt()).toBe(Infinity);
  });

  it('kills an endless loop at ^C', () => {
    const bench = new Bench(PROGRAMS);
    const { pid, terminal } = bench.startOnTerminal('spin');
    bench.run(5000);
    terminal.input('\x03');
    bench.run();
    expect(bench.exitOf(pid)).toEqual({ termSignal: 'INT' });
  });

  it('stops, continues and ends the foreground job', () => {
    const bench = new Bench(PROGRAMS);
    const { terminal } = bench.startOnTerminal('jobs');
    bench.run(10_000);
    terminal.input('\x1a');
    bench.run(20_000);
    terminal.input('\x1c');
    bench.run();
    expect(bench.recorder.screen).toBe('^Zstopped TSTP\r\ncontinued true\r\n^\\ended QUIT\r\n');
  });

  it('stops a background reader until it is in front', () => {
    const bench = new Bench(PROGRAMS);
    const { terminal } = bench.startOnTerminal('background');
    bench.run();
    terminal.input('x\r');
    terminal.input('\x04');
    bench.run();
    expect(bench.recorder.screen).toBe('stopped TTIN\r\nx\r\n<"x\\n">\r\nend\r\n');
  });

  it('tells of a new size', () => {
    const bench = new Bench(PROGRAMS);
    const { terminal } = bench.startOnTerminal('size');
    bench.run();
    terminal.resize(100, 30);
    bench.run();
    expect(bench.recorder.screen).toBe('WINCH 100x30\r\n');
  });

  it('hangs up its session', () => {
    const bench = new Bench(PROGRAMS);
    const { pid, terminal } = bench.startOnTerminal('lines');
    bench.run();
    terminal.hangUp();
    bench.run();
    expect(bench.exitOf(pid)).toEqual({ termSignal: 'HUP' });
  });

  it('has a name in /dev', () => {
    const bench = new Bench(PROGRAMS);
    bench.startOnTerminal('tty');
    bench.run();
    expect(bench.recorder.screen).toBe('/dev/pts/0\r\ntrue\r\n');
  });
});
