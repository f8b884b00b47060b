import { describe, expect, it } from 'vitest';
import { Bench } from './harness';
import * as sys from './sys';
import type { ProcessStart, Program, Sys } from './syscalls';

interface Count {
  turn: number;
  readonly seen: string[];
}

/** Like a shell: keeps its state by checkpoints, runs a child each turn. */
function* looper(start: ProcessStart): Sys<number> {
  const state = (start.resume as Count | undefined) ?? { turn: 0, seen: [] };
  while (state.turn < 5) {
    state.turn++;
    const pid = yield* sys.spawn({ path: '/bin/nap', argv: ['nap'], env: {}, fds: [[1, 1]] });
    const status = yield* sys.waitpid(pid);
    state.seen.push(`${state.turn}:${status.exitCode}`);
    yield* sys.sleep(500);
    yield* sys.checkpoint(state);
  }
  yield* sys.write(1, `${state.seen.join(' ')}\n`);
  return 0;
}

/** Like a command that draws until something is done: a beginning, two loops, and an end. */
function* turner(): Sys<number> {
  const first = yield* sys.random(1);
  let state = { turns: 0, sum: first[0]! };
  while (state.turns < 6) {
    state = yield* sys.turn('turns', state);
    let inner = 0;
    while (inner < 2) {
      inner = yield* sys.turn('inner', inner);
      yield* sys.sleep(700);
      inner++;
    }
    state.sum += (yield* sys.random(1))[0]!;
    state.turns++;
  }
  yield* sys.write(1, `${first[0]} ${state.sum}\n`);
  return 0;
}

function* nap(): Sys<number> {
  const bytes = yield* sys.random(2);
  yield* sys.sleep(1000 + bytes[0]!);
  return bytes[1]! % 10;
}

/** Two sides of a pipe: a slow writer, a reader that waits. */
function* talk(): Sys<number> {
  const [read, write] = yield* sys.pipe();
  const env = {};
  yield* sys.spawn({ path: '/bin/slow', argv: ['slow'], env, fds: [[1, write]] });
  yield* sys.spawn({
    path: '/bin/relay',
    argv: ['relay'],
    env,
    fds: [
      [0, read],
      [1, 1],
    ],
  });
  yield* sys.close(read);
  yield* sys.close(write);
  yield* sys.waitpid(-1);
  yield* sys.waitpid(-1);
  yield* sys.write(1, 'done\n');
  return 0;
}

function* slow(): Sys<number> {
  for (let i = 0; i < 5; i++) {
    yield* sys.sleep(2000);
    yield* sys.write(1, `line ${i} ${(yield* sys.clock()).monotonicUs}\n`);
  }
  return 0;
}

function* relay(): Sys<number> {
  const fd = yield* sys.open('/tmp/log', { write: true, create: true, append: true });
  for (;;) {
    const data = yield* sys.read(0);
    if (data.length === 0) return 0;
    yield* sys.write(1, data);
    yield* sys.write(fd, data);
  }
}

/** Changes the plain data that it was started with; a copy must not see that. */
function* changer(start: ProcessStart): Sys<number> {
  const image = start.image as { words: string[] };
  for (let i = 0; i < 4; i++) {
    image.words.push(String(i));
    yield* sys.sleep(1000);
  }
  yield* sys.write(1, `${image.words.join()}\n`);
  return 0;
}

const PROGRAMS: Readonly<Record<string, Program>> = {
  looper,
  nap,
  talk,
  slow,
  relay,
  changer,
  turner,
};

function start(): Bench {
  const bench = new Bench(PROGRAMS);
  bench.start('looper');
  bench.start('talk');
  bench.start('turner');
  bench.kernel.startProcess({
    program: 'changer',
    image: { words: ['a'] },
    argv: ['changer'],
    env: {},
    stdio: [
      bench.kernel.nullFile(),
      bench.kernel.openOutput(bench.recorder, 'stdout'),
      bench.kernel.nullFile(),
    ],
  });
  return bench;
}

function result(bench: Bench): unknown {
  const { recorder, runtime, kernel } = bench;
  return {
    text: recorder.text,
    exits: [...recorder.exits],
    now: runtime.now,
    calls: kernel.scheduler.callsDone,
    busy: kernel.scheduler.busyUs,
    log: bench.read('/tmp/log'),
  };
}

describe('a clone of a kernel in mid-command', () => {
  const whole = start();
  whole.run();
  const expected = result(whole);

  it('ends as the original does, at whatever instant it was made', () => {
    for (let at = 0; at < 14_000; at += 613) {
      const original = start();
      original.run(at);
      const copy = original.clone();
      const second = copy.clone();
      copy.run();
      expect(result(copy)).toEqual(expected);
      original.run();
      expect(result(original)).toEqual(expected);
      second.run();
      expect(result(second)).toEqual(expected);
    }
  });

  it('goes its own way after another input', () => {
    const original = start();
    original.run(4000);
    const copy = original.clone();
    for (const { pid, comm } of copy.kernel.processes())
      if (comm === 'slow') copy.signal(pid, 'KILL');
    copy.run();
    original.run();
    expect(result(original)).toEqual(expected);
    expect(copy.read('/tmp/log').length).toBeLessThan(original.read('/tmp/log').length);
  });

  it('keeps only what happened since the last checkpoint', () => {
    const bench = new Bench(PROGRAMS);
    bench.start('looper');
    bench.run(10_000);
    const process = bench.kernel.processes().find(({ comm }) => comm === 'looper')!;
    expect(bench.kernel.process(process.pid)!.continuation.journalLength).toBeLessThan(5);
  });
});
