import { describe, expect, it } from 'vitest';
import { Bench } from './harness';
import * as sys from './sys';
import { SysError, type ProcessStart, type Program, type SpawnOptions, type Sys } from './syscalls';

const child = (name: string, more: Partial<SpawnOptions> = {}): SpawnOptions => ({
  path: `/bin/${name}`,
  argv: [name],
  env: {},
  fds: [
    [0, 0],
    [1, 1],
  ],
  ...more,
});

function* nap(): Sys<number> {
  yield* sys.sleep(50_000);
  return 0;
}

function* say(start: ProcessStart): Sys<number> {
  yield* sys.write(1, `${start.argv[0]} ${yield* sys.getpgid()}\n`);
  return 0;
}

/** Sends itself a signal and tells that it is still there. */
function* raiser(start: ProcessStart): Sys<number> {
  yield* sys.kill(yield* sys.getpid(), (start.argv[1] ?? 'HUP') as 'HUP');
  yield* sys.write(1, 'still here\n');
  return 0;
}

/** nohup: what it was told to ignore stays ignored in the grandchild. */
function* nohup(): Sys<number> {
  yield* sys.sigaction('INT', 'ignore');
  yield* sys.spawn(child('middle', { ignore: ['HUP'] }));
  yield* sys.waitpid(-1);
  return 0;
}

function* middle(): Sys<number> {
  yield* sys.waitpid(yield* sys.spawn(child('raiser', { argv: ['raiser', 'HUP'] })));
  const status = yield* sys.waitpid(yield* sys.spawn(child('raiser', { argv: ['raiser', 'INT'] })));
  yield* sys.write(1, `${status.termSignal}\n`);
  return 0;
}

/** The first process of a pipeline may be over before the second joins its group. */
function* late(): Sys<number> {
  const first = yield* sys.spawn(child('say', { pgid: 0 }));
  yield* sys.sleep(20_000);
  yield* sys.spawn(child('say', { pgid: first }));
  yield* sys.waitpid(-1);
  yield* sys.waitpid(-1);
  try {
    yield* sys.spawn(child('say', { pgid: first }));
  } catch (error) {
    if (error instanceof SysError) yield* sys.write(1, `${error.errno}\n`);
  }
  return 0;
}

function* automatic(): Sys<number> {
  yield* sys.sigaction('CHLD', 'ignore');
  yield* sys.spawn(child('nap'));
  try {
    yield* sys.waitpid(-1);
  } catch (error) {
    if (error instanceof SysError) yield* sys.write(1, `${error.errno}\n`);
  }
  return 0;
}

/** Leaves a stopped job behind: HUP and CONT end it. */
function* leaver(): Sys<number> {
  const pid = yield* sys.spawn(child('nap', { pgid: 0 }));
  yield* sys.kill(pid, 'STOP');
  const status = yield* sys.waitpid(pid, true);
  yield* sys.write(1, `${status.stopSignal}\n`);
  return 0;
}

function* session(): Sys<number> {
  yield* sys.spawn(child('leaver'));
  yield* sys.waitpid(-1);
  yield* sys.sleep(10_000);
  return 0;
}

function* group(): Sys<number> {
  const pids: number[] = [];
  for (let i = 0; i < 3; i++)
    pids.push(yield* sys.spawn(child('nap', { pgid: i === 0 ? 0 : pids[0]! })));
  yield* sys.kill(-pids[0]!, 'TERM');
  for (const pid of pids) yield* sys.write(1, `${(yield* sys.waitpid(pid)).termSignal} `);
  for (const target of [pids[0]!, -pids[0]!, 99_999]) {
    try {
      yield* sys.kill(target, 0);
    } catch (error) {
      if (error instanceof SysError) yield* sys.write(1, `${error.errno} `);
    }
  }
  return 0;
}

/** A namespace within a namespace, and a join from outside. */
function* nested(): Sys<number> {
  if ((yield* sys.getpid()) === 1) {
    yield* sys.write(1, `inside ${yield* sys.getppid()}\n`);
    yield* sys.sleep(30_000);
    return 0;
  }
  const pid = yield* sys.spawn(child('nested', { unshare: ['pid', 'uts'] }));
  yield* sys.setns(pid, ['pid', 'uts']);
  const joined = yield* sys.spawn(child('teller'));
  yield* sys.waitpid(joined);
  yield* sys.waitpid(pid);
  return 0;
}

function* teller(): Sys<number> {
  yield* sys.write(1, `joined ${yield* sys.getpid()} ${yield* sys.getppid()}\n`);
  return 0;
}

const PROGRAMS: Readonly<Record<string, Program>> = {
  nap,
  say,
  raiser,
  nohup,
  middle,
  late,
  automatic,
  leaver,
  session,
  group,
  nested,
  teller,
};

describe('signals', () => {
  it('that a process was started ignoring stay ignored, those that it set are not passed on', () => {
    expect(new Bench(PROGRAMS).output('nohup')).toBe('still here\nINT\n');
  });

  it('reach whole groups', () => {
    expect(new Bench(PROGRAMS).output('group')).toBe('TERM TERM TERM ESRCH ESRCH ESRCH ');
  });

  it('of children may be ignored, which reaps them', () => {
    expect(new Bench(PROGRAMS).output('automatic')).toBe('ECHILD\n');
  });

  it('end stopped jobs that nobody could continue', () => {
    const bench = new Bench(PROGRAMS);
    expect(bench.output('session')).toBe('STOP\n');
    expect(bench.kernel.processCount).toBe(1);
  });
});

describe('process groups', () => {
  it('live as long as a zombie of theirs', () => {
    const bench = new Bench(PROGRAMS);
    const pid = bench.start('late');
    bench.run();
    const first = pid + 1;
    expect(bench.recorder.text).toBe(`say ${first}\nsay ${first}\nEPERM\n`);
  });
});

describe('pid namespaces', () => {
  it('nest, and can be joined', () => {
    expect(new Bench(PROGRAMS).output('nested')).toBe('inside 0\njoined 2 0\n');
  });
});
