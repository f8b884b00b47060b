import { describe, expect, it } from 'vitest';
import { ApiCall, type ApiRequest, type ApiSink } from '../api';
import { NO_BYTES, decodeUtf8 } from '../base';
import { Bench, Outside } from './harness';
import type { StartOptions } from './kernel-options';
import * as sys from './sys';
import { SysError, type ProcessStart, type Program, type Sys } from './syscalls';

function* sleeper(): Sys<number> {
  for (let i = 0; ; i++) {
    yield* sys.sleep(1_000_000);
    yield* sys.write(1, `${i}\n`);
  }
}

function* server(): Sys<number> {
  yield* sys.sigaction('TERM', 'catch');
  try {
    yield* sys.sleep(1e12);
  } catch {
    yield* sys.write(1, 'stopping\n');
  }
  return 0;
}

function* suicidal(): Sys<number> {
  yield* sys.kill(1, 'KILL');
  yield* sys.kill(1, 'TERM');
  yield* sys.write(1, 'alive\n');
  return 5;
}

function* family(): Sys<number> {
  const options = { argv: ['sleeper'], env: {}, fds: [[1, 1]] } as const;
  yield* sys.spawn({ path: '/bin/sleeper', ...options });
  yield* sys.spawn({ path: '/bin/sleeper', ...options, setsid: true });
  yield* sys.sleep(10_000);
  return 0;
}

function* busy(): Sys<number> {
  for (;;) yield* sys.getpid();
}

/** As nginx's image does: the log file is a link to /dev/stdout. */
function* logger(): Sys<number> {
  const fd = yield* sys.open('/tmp/access.log', { append: true, create: true });
  yield* sys.write(fd, 'to the log\n');
  yield* sys.close(fd);
  yield* sys.write(1, 'and on\n');
  return 0;
}

function* client(start: ProcessStart): Sys<number> {
  const request: ApiRequest = { method: 'GET', path: '/info', headers: {}, body: NO_BYTES };
  try {
    const { fd, status, hijacked } = yield* sys.api(request, true);
    yield* sys.write(1, `${status} ${hijacked}\n`);
    if (start.argv[1] === 'talk') yield* sys.write(fd, 'ping');
    yield* sys.shutdown(fd);
    yield* sys.write(1, yield* sys.readAll(fd));
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    yield* sys.write(1, `${error.errno}\n`);
  }
  return 0;
}

function* asker(): Sys<number> {
  const { text, exitCode } = yield* sys.chaos('cut node1 node2');
  yield* sys.write(1, text);
  return exitCode;
}

function* forks(): Sys<number> {
  for (;;) {
    try {
      yield* sys.spawn({ program: 'sleeper', argv: ['sleeper'], env: {}, fds: [] });
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* sys.write(1, `${error.errno}\n`);
      return 0;
    }
  }
}

const PROGRAMS: Readonly<Record<string, Program>> = {
  sleeper,
  server,
  suicidal,
  family,
  busy,
  logger,
  client,
  asker,
  forks,
};

/** Starts a program as process 1 of a pid namespace and a control group of its own. */
function contain(bench: Bench, name: string, more: Partial<StartOptions> = {}): number {
  const { kernel } = bench;
  const namespaces = { ...kernel.namespaces, pid: kernel.newPidNamespace() };
  const cgroup = kernel.rootCgroup.child('docker').child(name);
  return bench.start(name, [], { namespaces, cgroup, ...more });
}

describe('process 1 of a container', () => {
  it('ignores what it does not catch, but not KILL from outside', () => {
    const bench = new Bench(PROGRAMS);
    const pid = contain(bench, 'sleeper');
    bench.run(10_000);
    bench.signal(pid, 'TERM');
    bench.signal(pid, 'INT');
    bench.run(20_000);
    expect(bench.exitOf(pid)).toBeUndefined();
    bench.signal(pid, 'KILL');
    expect(bench.exitOf(pid)).toEqual({ termSignal: 'KILL' });
  });

  it('ends by itself at a signal that it catches', () => {
    const bench = new Bench(PROGRAMS);
    const pid = contain(bench, 'server');
    bench.run(10_000);
    bench.signal(pid, 'TERM');
    bench.run();
    expect(bench.recorder.text).toBe('stopping\n');
    expect(bench.exitOf(pid)).toEqual({ exitCode: 0 });
    expect(bench.recorder.ends).toEqual(['stdout', 'stderr']);
  });

  it('cannot be killed from inside', () => {
    const bench = new Bench(PROGRAMS);
    const pid = contain(bench, 'suicidal');
    bench.run();
    expect(bench.recorder.text).toBe('alive\n');
    expect(bench.exitOf(pid)).toEqual({ exitCode: 5 });
  });

  it('takes all others with it', () => {
    const bench = new Bench(PROGRAMS);
    contain(bench, 'family');
    bench.run(8_000);
    expect(bench.kernel.processCount).toBe(4);
    bench.run();
    expect(bench.kernel.processCount).toBe(1);
    expect(bench.kernel.rootCgroup.processCount).toBe(1);
  });
});

describe('control groups', () => {
  it('freeze and thaw', () => {
    const bench = new Bench(PROGRAMS);
    const pid = contain(bench, 'sleeper');
    const cgroup = bench.kernel.rootCgroup.child('docker').child('sleeper');
    bench.run(1_500_000);
    bench.kernel.freeze(cgroup);
    bench.run(5_000_000);
    expect(bench.recorder.text).toBe('0\n');
    expect(bench.kernel.processes().find((one) => one.pid === pid)?.state).toBe('D');
    const copy = bench.clone();
    bench.kernel.thaw(cgroup);
    bench.run(6_500_000);
    expect(bench.recorder.text).toBe('0\n1\n2\n');
    expect(copy.recorder.text).toBe('0\n');
    bench.signal(pid, 'KILL');
    bench.run();
    expect(bench.runtime.nextAt()).toBe(Infinity);
  });

  it('hold processor time to a quota, and count it', () => {
    const bench = new Bench(PROGRAMS);
    contain(bench, 'busy');
    const cgroup = bench.kernel.rootCgroup.child('docker').child('busy');
    cgroup.limits = { cpuQuotaUs: 5_000 };
    bench.run(1_000_000);
    expect(cgroup.cpuUs).toBeGreaterThan(45_000);
    expect(cgroup.cpuUs).toBeLessThan(60_000);
  });

  it('limit the number of processes', () => {
    const bench = new Bench(PROGRAMS);
    contain(bench, 'forks', { stdio: bench.stdio() });
    bench.kernel.rootCgroup.child('docker').limits = { pids: 10 };
    bench.run(50_000);
    expect(bench.recorder.text).toBe('EAGAIN\n');
    expect(bench.kernel.rootCgroup.child('docker').processCount).toBe(0);
  });

  it('share the processors among more work than there is room', () => {
    const bench = new Bench(PROGRAMS, 1);
    const first = bench.start('busy');
    const second = bench.start('busy');
    bench.run(40_000);
    const [a, b] = [first, second].map((pid) => bench.kernel.process(pid)!.cpuUs);
    expect(Math.abs(a! - b!)).toBeLessThan(1000);
    expect(a! + b!).toBeLessThan(42_000);
  });
});

describe('output of a container', () => {
  it('goes through /dev/stdout to the daemon', () => {
    const bench = new Bench(PROGRAMS);
    const dir = bench.kernel.find('/tmp').inode;
    const target = '/dev/stdout';
    dir.fs.create(dir, 'access.log', { type: 'symlink', mode: 0o777, uid: 0, gid: 0, target });
    bench.start('logger');
    bench.run();
    expect(bench.recorder.text).toBe('to the log\nand on\n');
    expect(bench.recorder.ends).toEqual(['stdout', 'stderr']);
  });
});

/** A daemon that answers at once, later, or talks on a hijacked connection. */
class Daemon extends Outside {
  call: ApiCall | undefined;
  received = '';
  constructor(private readonly manner: 'now' | 'hijack') {
    super();
  }

  override openApi(request: ApiRequest, sink: ApiSink): ApiCall {
    this.call = new ApiCall(request, sink);
    if (this.manner === 'now') this.call.json(200, { ok: true });
    else this.call.hijack(this, true);
    return this.call;
  }

  receive(bytes: Uint8Array): void {
    this.received += decodeUtf8(bytes);
    this.call?.write('pong\n');
  }

  closeInput(): void {
    this.call?.end();
  }

  hangUp(): void {
    this.received += '(gone)';
  }
}

describe('the world outside', () => {
  it('has no daemon', () => {
    expect(new Bench(PROGRAMS).output('client')).toBe('ECONNREFUSED\n');
  });

  it('answers calls of the Engine API', () => {
    const bench = new Bench(PROGRAMS, 4, new Daemon('now'));
    expect(bench.output('client')).toBe('200 false\n{"ok":true}\n');
  });

  it('talks on hijacked connections', () => {
    const daemon = new Daemon('hijack');
    const bench = new Bench(PROGRAMS, 4, daemon);
    bench.start('client', ['talk']);
    bench.run();
    expect(bench.recorder.text).toBe('200 true\npong\n');
    expect(daemon.received).toBe('ping');
  });

  it('answers chaos, and forgets who is gone', () => {
    const bench = new Bench(PROGRAMS);
    const pid = bench.start('asker');
    const gone = bench.start('asker');
    bench.run();
    bench.signal(gone, 'KILL');
    expect(bench.outside.asked.map(({ what }) => what)).toEqual([
      'cut node1 node2',
      'cut node1 node2',
    ]);
    for (const { token } of bench.outside.asked)
      bench.kernel.answer(token, { text: 'done\n', exitCode: 4 });
    bench.run();
    expect(bench.recorder.text).toBe('done\n');
    expect(bench.exitOf(pid)).toEqual({ exitCode: 4 });
  });
});
