/** The modules sys, os and os.path, time, signal, and the files of `open()`. */
import { SysError, sys, type Signal, type Sys } from '../../../kernel';
import { toFloat } from '../arithmetic';
import { natives } from '../builtins';
import { NATIVE_MODULES } from '../importing';
import { dictOf } from '../keys';
import { osError } from '../os-error';
import { flushOutput } from '../output';
import { STREAM } from './files';
import { OBJECT, TUPLE, typeError, typeOf, valueError } from '../classes';
import {
  PyClass,
  PyDict,
  PyList,
  PyModule,
  PyObject,
  PyTuple,
  Raised,
  float,
  tuple,
  type Names,
  type Native,
  type Value,
} from '../values';
import type { Vm } from '../vm';

/** A failed call as the OSError that names the path. */
export function* about<T>(vm: Vm, path: Value, make: () => Sys<T>): Sys<T> {
  try {
    return yield* vm.wait(make);
  } catch (error) {
    if (error instanceof SysError && error.errno !== 'EINTR')
      throw new Raised(osError(error.errno, path));
    throw error;
  }
}

export const text = (v: Value | undefined): string => {
  if (typeof v === 'string') return v;
  if (v instanceof PyObject && typeof v.inner === 'string') return v.inner;
  throw typeError(`expected str, bytes or os.PathLike object, not ${typeOf(v ?? null).name}`);
};

const stream = (name: 'stdin' | 'stdout' | 'stderr') => {
  const made = new PyObject(STREAM);
  made.names.set('$stream', name);
  made.names.set('name', `<${name}>`);
  return made;
};

const VERSION_INFO = Object.freeze(new PyClass('sys.version_info', [TUPLE]));

function sysModule(vm: Vm): Names {
  const version = vm.environment['PYTHON_VERSION'] ?? '3.10.5';
  const numbers = version.split('.').map(Number);
  const info = new PyObject(VERSION_INFO);
  info.inner = new PyTuple([...numbers, 'final', 0]);
  ['major', 'minor', 'micro'].forEach((name, i) => info.names.set(name, numbers[i]!));
  const modules = dictOf([...vm.modules].map(([name, module]) => [name, module]));
  return new Map<string, Value>([
    ['argv', new PyList([...vm.argv])],
    ['path', new PyList([])],
    ['modules', modules],
    ['version', `${version} (main, Jul 19 2022, 00:40:42) [GCC 11.2.1 20220219]`],
    ['version_info', info],
    ['platform', 'linux'],
    ['byteorder', 'little'],
    ['maxsize', float(0).value + 9_007_199_254_740_991],
    ['executable', '/usr/local/bin/python'],
    ['prefix', '/usr/local'],
    ['stdin', stream('stdin')],
    ['stdout', stream('stdout')],
    ['stderr', stream('stderr')],
    ...natives({
      exit: (_vm, args) => {
        throw vm.exception('SystemExit', ...args);
      },
      getrecursionlimit: () => 1000,
      setrecursionlimit: () => null,
      getsizeof: () => 48,
      getdefaultencoding: () => 'utf-8',
      exc_info: () => {
        const error = vm.handledNow();
        return error ? tuple(error.type, error, null) : tuple(null, null, null);
      },
      intern: (_vm, [v]) => v!,
    }),
  ]);
}

const OS_QUICK: Record<string, Native> = {
  fspath: (_vm, [v]) => text(v),
  cpu_count: () => 2,
};

function* environ(vm: Vm): Sys<PyObject> {
  const os = vm.modules.get('os')!;
  return os.names.get('environ') as PyObject;
}

const fileType = (type: string) =>
  ({ dir: 0o040000, symlink: 0o120000, file: 0o100000 })[type] ?? 0o020000;

function* statOf(vm: Vm, [path]: readonly Value[]): Sys<Value> {
  const s = yield* about(vm, path!, () => sys.stat(text(path)));
  const made = new PyObject(STAT);
  const fields: [string, Value][] = [
    ['st_mode', s.mode | fileType(s.type)],
    ['st_size', s.size],
    ['st_uid', s.uid],
    ['st_gid', s.gid],
    ['st_nlink', s.nlink],
    ['st_ino', s.ino],
    ['st_mtime', float(s.mtimeUs / 1e6)],
  ];
  for (const [name, value] of fields) made.names.set(name, value);
  return made;
}

const done = (call: (args: readonly string[]) => Sys<unknown>): Native =>
  function* (vm, args): Sys<Value> {
    yield* about(vm, args[0]!, () => call(args.map((arg) => (typeof arg === 'string' ? arg : ''))));
    return null;
  };

const OS_WORKS: Record<string, Native> = {
  getcwd: () => sys.getcwd(),
  getpid: () => sys.getpid(),
  getppid: () => sys.getppid(),
  *getuid() {
    return (yield* sys.getuid()).uid;
  },
  *uname() {
    const u = yield* sys.uname();
    return tuple(u.sysname, u.nodename, u.release, u.version, u.machine);
  },
  *listdir(vm, [path = '.']) {
    const entries = yield* about(vm, path, () => sys.readdir(text(path)));
    const names = entries.map(({ name }) => name).filter((name) => name !== '.' && name !== '..');
    return new PyList(names);
  },
  stat: statOf,
  chdir: done(([path]) => sys.chdir(path!)),
  mkdir: done(([path]) => sys.mkdir(path!)),
  *makedirs(vm, [path, , exists], named) {
    const full = normal(text(path));
    if ((exists ?? named.get('exist_ok')) === true && (yield* probe(full, 'dir')) === true)
      return null;
    let parent = full.startsWith('/') ? '' : '.';
    for (const part of full.split('/').slice(0, -1)) {
      if (part === '') continue;
      parent += `/${part}`;
      if ((yield* probe(parent, 'dir')) !== true) yield* about(vm, parent, () => sys.mkdir(parent));
    }
    yield* about(vm, path!, () => sys.mkdir(full));
    return null;
  },
  rmdir: done(([path]) => sys.rmdir(path!)),
  remove: done(([path]) => sys.unlink(path!)),
  unlink: done(([path]) => sys.unlink(path!)),
  rename: done(([from, to]) => sys.rename(from!, to!)),
  replace: done(([from, to]) => sys.rename(from!, to!)),
  symlink: done(([from, to]) => sys.symlink(from!, to!)),
  *readlink(vm, [path]) {
    return yield* about(vm, path!, () => sys.readlink(text(path)));
  },
  *chmod(vm, [path, mode]) {
    yield* about(vm, path!, () => sys.chmod(text(path), mode as number));
    return null;
  },
  *kill(vm, [pid, number]) {
    const signal = SIGNALS.find(([, each]) => each === number)?.[0];
    if (!signal) throw valueError('invalid signal number');
    yield* about(vm, null, () => sys.kill(pid as number, signal.slice(3) as Signal));
    return null;
  },
  _exit: ((_vm, [code]) => sys.exit((code as number) ?? 0)) as Native,
  *urandom(_vm, [count]) {
    return yield* sys.random(count as number);
  },
  *getenv(vm, [name, fallback]) {
    const dict = (yield* environ(vm)) as unknown as Value;
    return (dict as PyDict).entries.get(name)?.[1] ?? fallback ?? null;
  },
  *system(_vm, [line]) {
    yield* flushOutput(_vm);
    const pid = yield* sys.spawn({
      path: '/bin/sh',
      argv: ['sh', '-c', text(line)],
      env: _vm.environment,
      fds: [0, 1, 2].map((fd) => [fd, fd] as const),
    });
    const status = yield* _vm.wait(() => sys.waitpid(pid));
    return (status.exitCode ?? 0) * 256;
  },
};

const STAT = Object.freeze(new PyClass('stat_result', [OBJECT]));

function* probe(path: Value | undefined, type: string): Sys<Value> {
  try {
    const s = yield* sys.stat(text(path));
    return type === '' || s.type === type;
  } catch (error) {
    if (error instanceof SysError && error.errno !== 'EINTR') return false;
    throw error;
  }
}

function joined(parts: readonly string[]): string {
  let path = parts[0] ?? '';
  for (const part of parts.slice(1)) {
    if (part.startsWith('/')) path = part;
    else path += path === '' || path.endsWith('/') ? part : `/${part}`;
  }
  return path;
}

export function normal(path: string): string {
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && out.length > 0 && out.at(-1) !== '..') out.pop();
    else if (part !== '..' || !path.startsWith('/')) out.push(part);
  }
  return (path.startsWith('/') ? '/' : '') + out.join('/') || '.';
}

function cut(path: string): readonly [string, string] {
  const at = path.lastIndexOf('/') + 1;
  const head = path.slice(0, at);
  return [/^\/+$/.test(head) ? head : head.replace(/\/+$/, ''), path.slice(at)];
}

function extension(path: string): readonly [string, string] {
  const found = /^(.*[^/.][^/.]*?|.*\/?[^/]+?)(\.[^./]*)$/.exec(path);
  return found && !/(^|\/)$/.test(found[1]!) ? [found[1]!, found[2]!] : [path, ''];
}

function pathModule(): Names {
  return new Map<string, Value>([
    ['sep', '/'],
    ...natives(
      {
        join: (_vm, args) => joined(args.map(text)),
        basename: (_vm, [p]) => cut(text(p))[1],
        dirname: (_vm, [p]) => cut(text(p))[0],
        split: (_vm, [p]) => tuple(...cut(text(p))),
        splitext: (_vm, [p]) => tuple(...extension(text(p))),
        normpath: (_vm, [p]) => normal(text(p)),
        isabs: (_vm, [p]) => text(p).startsWith('/'),
        expanduser: (vm, [p]) => text(p).replace(/^~(?=\/|$)/, vm.environment['HOME'] ?? '/root'),
      },
      {
        exists: (_vm, [p]) => probe(p, ''),
        isfile: (_vm, [p]) => probe(p, 'file'),
        isdir: (_vm, [p]) => probe(p, 'dir'),
        *abspath(_vm, [p]) {
          return normal(joined([yield* sys.getcwd(), text(p)]));
        },
        *realpath(_vm, [p]) {
          return normal(joined([yield* sys.getcwd(), text(p)]));
        },
        *getsize(vm, [p]) {
          return (yield* about(vm, p!, () => sys.stat(text(p)))).size;
        },
        *getmtime(vm, [p]) {
          return float((yield* about(vm, p!, () => sys.stat(text(p)))).mtimeUs / 1e6);
        },
      },
    ),
  ]);
}

function osModule(vm: Vm): Names {
  const path = new PyModule('posixpath', pathModule());
  vm.modules.set('os.path', path);
  const pairs = Object.entries(vm.environment).map(([k, v]) => [k, v] as const);
  return new Map<string, Value>([
    ['environ', dictOf(pairs)],
    ['path', path],
    ['sep', '/'],
    ['linesep', '\n'],
    ['name', 'posix'],
    ['error', vm.builtins.get('OSError')!],
    ...natives(OS_QUICK, OS_WORKS),
  ]);
}

function timeModule(): Names {
  return new Map<string, Value>(
    natives(
      {},
      {
        *time() {
          return float((yield* sys.clock()).unixUs / 1e6);
        },
        *time_ns() {
          return (yield* sys.clock()).unixUs * 1000;
        },
        *monotonic() {
          return float((yield* sys.clock()).monotonicUs / 1e6);
        },
        *perf_counter() {
          return float((yield* sys.clock()).monotonicUs / 1e6);
        },
        *process_time() {
          return float((yield* sys.clock()).cpuUs / 1e6);
        },
        *sleep(vm, [seconds]) {
          const s = toFloat(seconds!);
          if (s === undefined)
            throw typeError(
              `'${typeOf(seconds!).name}' object cannot be interpreted as an integer`,
            );
          if (s < 0) throw valueError('sleep length must be non-negative');
          const until = (yield* sys.clock()).monotonicUs + Math.round(s * 1e6);
          yield* vm.wait(function* () {
            const { monotonicUs } = yield* sys.clock();
            yield* sys.sleep(Math.max(0, until - monotonicUs));
          });
          return null;
        },
        *strftime(_vm, [format, at]) {
          const us = at instanceof PyTuple ? (at.items[9] as number) : (yield* sys.clock()).unixUs;
          return strftime(text(format), us);
        },
        *ctime() {
          return strftime('%a %b %e %H:%M:%S %Y', (yield* sys.clock()).unixUs);
        },
      },
    ),
  );
}

const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const MONTHS =
  'January February March April May June July August September October November December'.split(
    ' ',
  );

const dayOfYear = (at: Date) =>
  (Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()) -
    Date.UTC(at.getUTCFullYear(), 0, 0)) /
  86_400_000;

export function strftime(format: string, unixUs: number): string {
  const at = new Date(Math.floor(unixUs / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const day = DAYS[at.getUTCDay()]!;
  const month = MONTHS[at.getUTCMonth()]!;
  const hours = at.getUTCHours();
  const iso = at.toISOString();
  const fields: Record<string, string> = {
    Y: iso.slice(0, 4),
    y: iso.slice(2, 4),
    m: iso.slice(5, 7),
    d: iso.slice(8, 10),
    e: String(at.getUTCDate()).padStart(2),
    H: two(hours),
    I: two(hours % 12 || 12),
    M: two(at.getUTCMinutes()),
    S: two(at.getUTCSeconds()),
    f: String(((unixUs % 1e6) + 1e6) % 1e6).padStart(6, '0'),
    p: hours < 12 ? 'AM' : 'PM',
    a: day.slice(0, 3),
    A: day,
    b: month.slice(0, 3),
    B: month,
    w: String(at.getUTCDay()),
    j: String(dayOfYear(at)).padStart(3, '0'),
    z: '+0000',
    Z: 'UTC',
    F: iso.slice(0, 10),
    T: iso.slice(11, 19),
    '%': '%',
  };
  return format.replace(/%(.)/g, (all, c: string) => fields[c] ?? all);
}

const SIGNALS: readonly (readonly [string, number])[] = [
  ['SIGHUP', 1],
  ['SIGINT', 2],
  ['SIGQUIT', 3],
  ['SIGKILL', 9],
  ['SIGUSR1', 10],
  ['SIGUSR2', 12],
  ['SIGPIPE', 13],
  ['SIGALRM', 14],
  ['SIGTERM', 15],
  ['SIGCHLD', 17],
];

function signalModule(): Names {
  return new Map<string, Value>([
    ...SIGNALS,
    ['SIG_DFL', 0],
    ['SIG_IGN', 1],
    ...natives(
      {},
      {
        *signal(vm, [number, handler]) {
          const signal = SIGNALS.find(([, each]) => each === number)?.[0]?.slice(3) as
            | Signal
            | undefined;
          if (signal === undefined) throw valueError('signal number out of range');
          const before = vm.handlers.get(signal) ?? null;
          if (handler === 0 || handler === 1) {
            vm.handlers.delete(signal);
            yield* sys.sigaction(signal, handler === 0 ? 'default' : 'ignore');
          } else {
            vm.handlers.set(signal, handler!);
            yield* sys.sigaction(signal, 'catch');
          }
          return before;
        },
        *pause(vm) {
          yield* vm.wait(() => sys.sleep(1e15));
          return null;
        },
      },
    ),
  ]);
}

NATIVE_MODULES.set('sys', sysModule);
NATIVE_MODULES.set('os', osModule);
NATIVE_MODULES.set('time', timeModule);
NATIVE_MODULES.set('signal', signalModule);
NATIVE_MODULES.set('posix', osModule);
NATIVE_MODULES.set('builtins', (vm) => vm.builtins);
