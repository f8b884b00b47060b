import { describe, expect, it } from 'vitest';
import { decodeUtf8 } from '../../base';
import { Bench } from '../harness';
import * as sys from '../sys';
import { SysError, type Sys } from '../syscalls';

/** Runs a body as a process and answers what it returned, or the errno that it ended with. */
function run<T>(body: () => Sys<T>, bench = new Bench({}), uid = 0): T | string {
  let result: T | string = 'did not end';
  function* program(): Sys<number> {
    try {
      result = yield* body();
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      result = error.errno;
    }
    return 0;
  }
  (bench.kernel.programs as Map<string, typeof program>).set('body', program);
  const file = bench.kernel.nullFile();
  const stdio = [file, file, file] as const;
  bench.kernel.startProcess({ program: 'body', argv: ['body'], env: {}, stdio, uid, gid: uid });
  bench.run();
  return result;
}

/** Runs steps one after another and lists what each gave. */
function* each(steps: readonly (() => Sys<unknown>)[]): Sys<string> {
  const results: string[] = [];
  for (const step of steps) {
    try {
      const value = yield* step();
      results.push(value === undefined ? 'ok' : JSON.stringify(value));
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      results.push(error.errno);
    }
  }
  return results.join(' ');
}

const RW = { read: true, write: true, create: true } as const;

describe('files', () => {
  it('are written, sought, appended, cut and read', () => {
    const text = run(function* () {
      const fd = yield* sys.open('/tmp/a', RW);
      yield* sys.write(fd, 'hello world');
      yield* sys.lseek(fd, 6, 'set');
      yield* sys.write(fd, 'there');
      const more = yield* sys.open('/tmp/a', { append: true });
      yield* sys.write(more, '!');
      yield* sys.write(more, '!');
      yield* sys.ftruncate(fd, 12);
      yield* sys.lseek(fd, -6, 'end');
      return decodeUtf8(yield* sys.readAll(fd));
    });
    expect(text).toBe('there!');
  });

  it('have sparse gaps of zeros, and many small appends', () => {
    const size = run(function* () {
      const fd = yield* sys.open('/tmp/a', RW);
      yield* sys.lseek(fd, 10, 'set');
      for (let i = 0; i < 3000; i++) yield* sys.write(fd, 'abc');
      yield* sys.lseek(fd, 9, 'set');
      const head = decodeUtf8(yield* sys.read(fd, 4));
      return [head, (yield* sys.fstat(fd)).size];
    });
    expect(size).toEqual(['\0abc', 9010]);
  });

  it('answer the errors of open(2)', () => {
    const results = run(() =>
      each([
        () => sys.mkdir('/tmp/d'),
        () => sys.open('/tmp/none', { read: true }),
        () => sys.open('/tmp/none/x', RW),
        () => sys.open('/tmp/d', { write: true }),
        () => sys.open('/tmp/d/', RW),
        () => sys.writeFile('/tmp/f', 'x'),
        () => sys.open('/tmp/f/x', RW),
        () => sys.open('/tmp/f', { ...RW, exclusive: true }),
        () => sys.open('/tmp/f', { read: true, directory: true }),
        () => sys.open('/tmp/f/', { read: true }),
        () => sys.symlink('loop', '/tmp/loop'),
        () => sys.open('/tmp/loop', { read: true }),
        () => sys.open('', { read: true }),
        () => sys.open(`/tmp/${'n'.repeat(256)}`, RW),
        () => sys.read(77),
      ]),
    );
    expect(results).toBe(
      'ok ENOENT ENOENT EISDIR EISDIR ok ENOTDIR EEXIST ENOTDIR ENOTDIR ok ELOOP ENOENT ' +
        'ENAMETOOLONG EBADF',
    );
  });

  it('answer the errors of names', () => {
    const results = run(() =>
      each([
        () => sys.mkdir('/tmp/d'),
        () => sys.mkdir('/tmp/d'),
        () => sys.mkdir('/tmp/d/e/'),
        () => sys.rmdir('/tmp/d'),
        () => sys.rmdir('/tmp/d/.'),
        () => sys.rmdir('/tmp/d/..'),
        () => sys.unlink('/tmp/d'),
        () => sys.writeFile('/tmp/f', 'x'),
        () => sys.rmdir('/tmp/f'),
        () => sys.rename('/tmp/f', '/tmp/d'),
        () => sys.rename('/tmp/d', '/tmp/f'),
        () => sys.rename('/tmp/d', '/tmp/d/e/x'),
        () => sys.rename('/tmp/d/e', '/tmp/d'),
        () => sys.link('/tmp/d', '/tmp/l'),
        () => sys.link('/tmp/f', '/tmp/f'),
        () => sys.rename('/tmp/f', '/dev/shm/f'),
        () => sys.rmdir('/dev/shm'),
        () => sys.rmdir('/'),
        () => sys.readlink('/tmp/f'),
        () => sys.unlink('/tmp/f/'),
        () => sys.rmdir('/tmp/d/e'),
        () => sys.rmdir('/tmp/d'),
      ]),
    );
    expect(results).toBe(
      'ok EEXIST ok ENOTEMPTY EINVAL ENOTEMPTY EISDIR ok ENOTDIR EISDIR ENOTDIR EINVAL ' +
        'ENOTEMPTY EPERM EEXIST EXDEV EBUSY EBUSY EINVAL ENOTDIR ok ok',
    );
  });

  it('have hard links, and live on without names while open', () => {
    const result = run(function* () {
      yield* sys.writeFile('/tmp/f', 'data');
      yield* sys.link('/tmp/f', '/tmp/g');
      const links = (yield* sys.stat('/tmp/f')).nlink;
      const fd = yield* sys.open('/tmp/f', { read: true });
      yield* sys.unlink('/tmp/f');
      yield* sys.unlink('/tmp/g');
      const shown = yield* sys.readlink(`/proc/self/fd/${fd}`);
      return [links, decodeUtf8(yield* sys.readAll(fd)), shown];
    });
    expect(result).toEqual([2, 'data', '/tmp/f (deleted)']);
  });

  it('are found through links and dots', () => {
    const result = run(function* () {
      yield* sys.mkdir('/tmp/a');
      yield* sys.mkdir('/tmp/a/b');
      yield* sys.symlink('a/b', '/tmp/l');
      yield* sys.symlink('/tmp/made', '/tmp/dangling');
      yield* sys.writeFile('/tmp/l/../x', '1');
      yield* sys.writeFile('/tmp/dangling', '2');
      yield* sys.chdir('/tmp/l');
      const cwd = yield* sys.getcwd();
      yield* sys.rename('/tmp/a', '/tmp/c');
      const moved = yield* sys.getcwd();
      return [cwd, moved, yield* sys.readText('../x'), yield* sys.readText('/tmp/made')];
    });
    expect(result).toEqual(['/tmp/a/b', '/tmp/c/b', '1', '2']);
  });

  it('are guarded by permissions', () => {
    const bench = new Bench({});
    bench.kernel.find('/tmp').inode.fs.setAttributes(bench.kernel.find('/tmp').inode, {
      mode: 0o1777,
    });
    bench.put('/tmp/secret', 'x', 0o600);
    bench.put('/tmp/open', 'x', 0o644);
    bench.kernel.makeDirectories('/closed', 0o700);
    const steps = [
      () => sys.open('/tmp/secret', { read: true }),
      () => sys.readText('/tmp/open'),
      () => sys.open('/tmp/open', { write: true }),
      () => sys.unlink('/tmp/open'),
      () => sys.stat('/closed/x'),
      () => sys.writeFile('/tmp/own', 'y'),
      () => sys.chmod('/tmp/own', 0o600),
      () => sys.chmod('/tmp/open', 0o600),
      () => sys.chown('/tmp/own', 0, 0),
      () => sys.mkdir('/etc/x'),
      () => sys.access('/tmp/open', { execute: true }),
      () => sys.mount('tmpfs', '/tmp', 'tmpfs', ''),
    ];
    expect(run(() => each(steps), bench, 1000)).toBe(
      'EACCES "x" EACCES EPERM EACCES ok ok EPERM EPERM EACCES EACCES EPERM',
    );
  });

  it('know umask, times and a full disk', () => {
    const bench = new Bench({});
    const result = run(function* () {
      yield* sys.umask(0o077);
      yield* sys.writeFile('/tmp/f', 'x');
      yield* sys.utimes('/tmp/f', 5, 7);
      const { mode, atimeUs, mtimeUs } = yield* sys.stat('/tmp/f');
      bench.kernel.disk.full = true;
      const fd = yield* sys.open('/tmp/f', { append: true });
      const full = yield* each([
        () => sys.write(fd, 'y'),
        () => sys.mkdir('/tmp/d'),
        () => sys.writeFile('/dev/shm/f', 'y'),
      ]);
      return [mode, atimeUs, mtimeUs, full];
    }, bench);
    expect(result).toEqual([0o600, 5, 7, 'ENOSPC ENOSPC ok']);
  });
});

describe('mounts', () => {
  it('bind directories and files, and refuse writing where read-only', () => {
    const result = run(function* () {
      yield* sys.mkdir('/tmp/a');
      yield* sys.mkdir('/tmp/b');
      yield* sys.writeFile('/tmp/a/f', 'one');
      yield* sys.writeFile('/tmp/g', 'two');
      yield* sys.mount('/tmp/a', '/tmp/b', 'none', 'bind,ro');
      yield* sys.mount('/tmp/g', '/tmp/a/f', 'none', 'bind');
      yield* sys.chdir('/tmp/b');
      return [
        yield* each([
          () => sys.readText('/tmp/b/f'),
          () => sys.readText('/tmp/a/f'),
          () => sys.writeFile('/tmp/b/x', ''),
          () => sys.writeFile('/tmp/b/f', ''),
          () => sys.rename('/tmp/a/f', '/tmp/a/h'),
          () => sys.rmdir('/tmp/b'),
          () => sys.getcwd(),
          () => sys.umount('/tmp/a/f'),
          () => sys.readText('/tmp/a/f'),
          () => sys.umount('/tmp'),
        ]),
        (yield* sys.readText('/proc/mounts')).split('\n').filter((line) => /tmp\/b/.test(line)),
      ];
    });
    expect(result).toEqual([
      '"one" "two" EROFS EROFS EBUSY EBUSY "/tmp/b" ok "one" EINVAL',
      ['/dev/sda1 /tmp/b ext4 ro,relatime 0 0'],
    ]);
  });

  it('of an unshared namespace are its own', () => {
    const bench = new Bench({});
    const result = run(function* () {
      yield* sys.chdir('/tmp');
      yield* sys.unshare(['mnt']);
      yield* sys.mount('tmpfs', '/tmp', 'tmpfs', '');
      yield* sys.writeFile('/tmp/x', '');
      return [yield* sys.getcwd(), (yield* sys.statfs('/tmp/x')).type];
    }, bench);
    expect(result).toEqual(['/tmp', 'tmpfs']);
    expect(() => bench.kernel.find('/tmp/x')).toThrow('ENOENT');
  });

  it('keep a changed root closed', () => {
    const result = run(function* () {
      yield* sys.mkdir('/tmp/r');
      yield* sys.mkdir('/tmp/r/in');
      yield* sys.chroot('/tmp/r');
      yield* sys.chdir('/');
      return yield* each([
        () => sys.getcwd(),
        () => sys.chdir('../../..'),
        () => sys.readdir('/..'),
        () => sys.stat('/tmp'),
      ]);
    });
    expect(result).toBe('"/" ok [{"name":"in","type":"dir"}] ENOENT');
  });
});

describe('special files', () => {
  it('of /dev', () => {
    const result = run(function* () {
      const zero = yield* sys.open('/dev/zero', { read: true });
      const full = yield* sys.open('/dev/full', { write: true });
      const random = yield* sys.open('/dev/urandom', { read: true });
      const link = yield* sys.open('/dev/stdin', { read: true });
      return [
        (yield* sys.read(zero, 3)).join(),
        (yield* sys.read(random, 16)).length,
        (yield* sys.read(link)).length,
        yield* each([
          () => sys.write(full, 'x'),
          () => sys.open('/dev/tty', { read: true }),
          () => sys.readlink('/dev/fd'),
          () => sys.isatty(0),
          () => sys.tcgetattr(0),
        ]),
      ];
    });
    expect(result).toEqual(['0,0,0', 16, 0, 'ENOSPC ENXIO "/proc/self/fd" false ENOTTY']);
  });

  it('pipes block when full and tell their readiness', () => {
    const result = run(function* () {
      const [read, write] = yield* sys.pipe();
      yield* sys.write(write, new Uint8Array(65536));
      const full = yield* sys.poll([{ fd: write, write: true }], 1000);
      const before = (yield* sys.clock()).monotonicUs;
      yield* sys.read(read, 8192);
      const room = yield* sys.poll([
        { fd: write, write: true },
        { fd: read, read: true },
      ]);
      yield* sys.close(write);
      const rest = (yield* sys.readAll(read)).length;
      return [
        full,
        before > 1000,
        room.length,
        rest,
        yield* each([() => sys.lseek(read, 0, 'set')]),
      ];
    });
    expect(result).toEqual([[], true, 2, 57344, 'ESPIPE']);
  });

  it('FIFOs open when both sides are there', () => {
    const bench = new Bench({
      writer: function* (): Sys<number> {
        yield* sys.sleep(5000);
        const fd = yield* sys.open('/tmp/fifo', { write: true });
        yield* sys.write(fd, 'through');
        return 0;
      },
    });
    const result = run(function* () {
      yield* sys.mkfifo('/tmp/fifo');
      yield* sys.spawn({ path: '/bin/writer', argv: ['writer'], env: {}, fds: [] });
      return [decodeUtf8(yield* sys.readFile('/tmp/fifo')), (yield* sys.stat('/tmp/fifo')).type];
    }, bench);
    expect(result).toEqual(['through', 'fifo']);
  });

  it('of /proc tell of processes and namespaces', () => {
    const result = run(function* () {
      const status = yield* sys.readText('/proc/self/status');
      const net = yield* sys.readlink('/proc/self/ns/uts');
      const fds = (yield* sys.readdir('/proc/self/fd')).map(({ name }) => name).join();
      const cwd = yield* sys.readlink('/proc/self/cwd');
      const meminfo = (yield* sys.readText('/proc/meminfo')).split('\n')[0];
      return [/^Pid:\t(\d+)$/m.test(status), net, fds, cwd, meminfo];
    });
    expect(result).toEqual([
      true,
      'uts:[4026531838]',
      '0,1,2',
      '/',
      'MemTotal:         2097152 kB',
    ]);
  });

  it('of control groups', () => {
    const bench = new Bench({});
    const group = bench.kernel.rootCgroup.child('docker').child('abc');
    group.limits = { memoryBytes: 1 << 20 };
    expect(bench.read('/sys/fs/cgroup/docker/abc/memory.max')).toBe('1048576\n');
    expect(bench.read('/sys/fs/cgroup/docker/abc/cgroup.procs')).toBe('');
  });
});
