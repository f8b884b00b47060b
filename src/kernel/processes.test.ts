import { describe, expect, it } from 'vitest';
import { Bench } from './harness';
import * as sys from './sys';
import { SysError, type ProcessStart, type Program, type Sys } from './syscalls';

function* echo(start: ProcessStart): Sys<number> {
  yield* sys.write(1, `${start.argv.slice(1).join(' ')}\n`);
  return 0;
}

function* cat(start: ProcessStart): Sys<number> {
  const files = start.argv.slice(1);
  if (files.length === 0) yield* sys.write(1, yield* sys.readAll(0));
  for (const path of files) yield* sys.write(1, yield* sys.readFile(path));
  return 0;
}

function* endless(): Sys<number> {
  for (;;) yield* sys.getpid();
}

function* sleeper(start: ProcessStart): Sys<number> {
  yield* sys.sleep(Number(start.argv[1] ?? '1') * 1_000_000);
  yield* sys.write(1, 'slept\n');
  return 3;
}

/** echo hello | cat */
function* pipeline(): Sys<number> {
  const [read, write] = yield* sys.pipe();
  const env = {};
  const left = yield* sys.spawn({
    path: '/bin/echo',
    argv: ['echo', 'hello'],
    env,
    fds: [
      [1, write],
      [2, 2],
    ],
  });
  const right = yield* sys.spawn({
    path: '/bin/cat',
    argv: ['cat'],
    env,
    fds: [
      [0, read],
      [1, 1],
    ],
  });
  yield* sys.close(read);
  yield* sys.close(write);
  const a = yield* sys.waitpid(left);
  const b = yield* sys.waitpid(right);
  yield* sys.write(1, `${a.exitCode} ${b.exitCode}\n`);
  return 0;
}

function* yes(): Sys<number> {
  for (;;) yield* sys.write(1, 'y\n');
}

function* one(): Sys<number> {
  yield* sys.write(1, yield* sys.read(0, 2));
  return 0;
}

function* yesOne(): Sys<number> {
  const [read, write] = yield* sys.pipe();
  const left = yield* sys.spawn({ path: '/bin/yes', argv: ['yes'], env: {}, fds: [[1, write]] });
  yield* sys.close(write);
  yield* sys.spawn({
    path: '/bin/one',
    argv: ['one'],
    env: {},
    fds: [
      [0, read],
      [1, 1],
    ],
  });
  yield* sys.close(read);
  const status = yield* sys.waitpid(left);
  yield* sys.write(1, `${status.termSignal}\n`);
  return 0;
}

function* trap(): Sys<number> {
  yield* sys.sigaction('TERM', 'catch');
  try {
    yield* sys.sleep(10_000_000);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    yield* sys.write(1, `${error.errno} ${error.signal} ${(yield* sys.sigpending()).join()}\n`);
  }
  return 7;
}

function* careless(): Sys<number> {
  yield* sys.open('/nowhere', { read: true });
  return 0;
}

function* orphaner(): Sys<number> {
  yield* sys.spawn({ path: '/bin/sleeper', argv: ['sleeper', '2'], env: {}, fds: [[1, 1]] });
  return 0;
}

function* ppid(): Sys<number> {
  yield* sys.sleep(100);
  yield* sys.write(1, `${yield* sys.getpid()} ${yield* sys.getppid()}\n`);
  return 0;
}

function* unsharer(): Sys<number> {
  const pid = yield* sys.spawn({
    path: '/bin/ppid',
    argv: ['ppid'],
    env: {},
    fds: [[1, 1]],
    unshare: ['pid', 'uts'],
  });
  yield* sys.waitpid(pid);
  yield* sys.unshare(['uts']);
  yield* sys.sethostname('other');
  yield* sys.write(1, `${(yield* sys.uname()).nodename}\n`);
  return 0;
}

const PROGRAMS: Readonly<Record<string, Program>> = {
  echo,
  cat,
  endless,
  sleeper,
  pipeline,
  yes,
  one,
  yesOne,
  trap,
  careless,
  orphaner,
  ppid,
  unsharer,
};

describe('processes', () => {
  it('run in virtual time and tell their exit code', () => {
    const bench = new Bench(PROGRAMS);
    const pid = bench.start('sleeper');
    bench.run();
    expect(bench.recorder.text).toBe('slept\n');
    expect(bench.exitOf(pid)).toEqual({ exitCode: 3 });
    expect(bench.runtime.now).toBeGreaterThan(1_000_000);
    expect(bench.runtime.now).toBeLessThan(1_010_000);
    expect(bench.kernel.processCount).toBe(1);
  });

  it('are joined by pipes', () => {
    expect(new Bench(PROGRAMS).output('pipeline')).toBe('hello\n0 0\n');
  });

  it('die of SIGPIPE when nobody reads', () => {
    expect(new Bench(PROGRAMS).output('yesOne')).toBe('y\nPIPE\n');
  });

  it('advance time in an endless loop and can be killed', () => {
    const bench = new Bench(PROGRAMS);
    const pid = bench.start('endless');
    bench.run(50_000);
    expect(bench.exitOf(pid)).toBeUndefined();
    bench.signal(pid, 'INT');
    expect(bench.exitOf(pid)).toEqual({ termSignal: 'INT' });
    bench.run();
    expect(bench.runtime.nextAt()).toBe(Infinity);
  });

  it('get caught signals as EINTR', () => {
    const bench = new Bench(PROGRAMS);
    const pid = bench.start('trap');
    bench.run(5_000);
    bench.signal(pid, 'TERM');
    bench.run();
    expect(bench.recorder.text).toBe('EINTR TERM TERM\n');
    expect(bench.exitOf(pid)).toEqual({ exitCode: 7 });
  });

  it('end with the text of an error that they do not catch', () => {
    const bench = new Bench(PROGRAMS);
    const pid = bench.start('careless');
    bench.run();
    expect(bench.recorder.text).toBe('careless: No such file or directory\n');
    expect(bench.exitOf(pid)).toEqual({ exitCode: 1 });
  });

  it('are adopted and reaped by process 1', () => {
    const bench = new Bench(PROGRAMS);
    bench.start('orphaner');
    bench.run(100_000);
    const orphan = bench.kernel.processes().find(({ comm }) => comm === 'sleeper');
    expect(orphan?.ppid).toBe(1);
    bench.run();
    expect(bench.recorder.text).toBe('slept\n');
    expect(bench.kernel.processCount).toBe(1);
  });

  it('have numbers and host names of their own namespaces', () => {
    const bench = new Bench(PROGRAMS);
    expect(bench.output('unsharer')).toBe('1 0\nother\n');
    expect(bench.kernel.namespaces.uts.hostname).toBe('node1');
  });

  it('say that a program is not simulated', () => {
    const bench = new Bench(PROGRAMS);
    bench.put('/bin/gcc', '#!drydock gcc\n', 0o755);
    const pid = bench.start('gcc');
    bench.run();
    expect(bench.recorder.text).toBe('gcc: not simulated: Drydock does not know this program\n');
    expect(bench.exitOf(pid)).toEqual({ exitCode: 125 });
  });

  it('run scripts through their interpreter, and refuse what is none', () => {
    const bench = new Bench(PROGRAMS);
    bench.put('/bin/script', '#!/bin/echo -x\n', 0o755);
    bench.put('/bin/noexec', 'hello', 0o755);
    bench.put('/bin/plain', '#!drydock echo\n', 0o644);
    expect(bench.output('script', 'a')).toBe('-x /bin/script a\n');
    expect(() => bench.start('noexec')).toThrow('ENOEXEC');
    expect(() => bench.start('plain')).toThrow('EACCES');
    expect(() => bench.start('missing')).toThrow('ENOENT');
  });

  it('show in /proc', () => {
    const bench = new Bench(PROGRAMS);
    const pid = bench.start('sleeper', ['5']);
    bench.run(10_000);
    expect(bench.read(`/proc/${pid}/comm`)).toBe('sleeper\n');
    expect(bench.read(`/proc/${pid}/cmdline`)).toBe('sleeper\0' + '5\0');
    expect(bench.read(`/proc/${pid}/stat`)).toMatch(
      new RegExp(`^${pid} \\(sleeper\\) S 0 ${pid} `),
    );
    bench.start('cat', ['/proc/self/comm', '/proc/sys/kernel/hostname']);
    bench.run(30_000);
    expect(bench.recorder.text).toBe('cat\nnode1\n');
  });
});
