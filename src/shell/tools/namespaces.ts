/** unshare, nsenter, lsns, nice, mesg, logname, getent. Models util-linux, coreutils, glibc, BusyBox. */
import { sys, SysError, type NamespaceKind, type Sys } from '../../kernel';
import { errnoText } from '../errno';
import { readTable } from './owners';
import { becomeProgram } from './running';
import { type Context, type Options, type Tool } from './tool';

const KINDS: Readonly<Record<string, NamespaceKind>> = {
  m: 'mnt',
  u: 'uts',
  i: 'ipc',
  n: 'net',
  p: 'pid',
  U: 'user',
  C: 'cgroup',
};
const LONG = {
  mount: '?m',
  uts: '?u',
  ipc: '?i',
  net: '?n',
  pid: '?p',
  user: '?U',
  cgroup: '?C',
} as const;

const kindsOf = (options: Options): NamespaceKind[] =>
  Object.entries(KINDS).flatMap(([letter, kind]) => (options.flags.has(letter) ? [kind] : []));

/** The shell of the user, for these when they are given no program. */
const shellOf = (tool: Context): string[] => [tool.env['SHELL'] ?? '/bin/sh'];

function* runUnshare(tool: Context): Sys<number> {
  const options = yield* tool.options({
    short: 'muinpUCfr',
    long: { ...LONG, fork: 'f', 'map-root-user': 'r', 'mount-proc': '?proc' },
    posix: true,
  });
  const kinds = kindsOf(options);
  const argv = options.operands.length > 0 ? options.operands : shellOf(tool);
  // Its /proc shows the new pid namespace, in a mount namespace of its own.
  const mountsProc = options.flags.has('proc');
  if (mountsProc && !kinds.includes('mnt')) kinds.push('mnt');
  const mounts = mountsProc ? 'mount -t proc proc /proc && ' : '';
  try {
    // A new pid namespace holds only children: with -f there is one.
    if (options.flags.has('f')) {
      yield* tool.flush();
      const pid = yield* sys.spawn({
        path: '/bin/sh',
        argv: ['sh', '-c', `${mounts}exec "$@"`, 'sh', ...argv],
        env: tool.env,
        fds: [
          [0, 0],
          [1, 1],
          [2, 2],
        ],
        unshare: kinds,
      });
      const status = yield* sys.waitpid(pid);
      return status.exitCode ?? 1;
    }
    yield* sys.unshare(kinds);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return yield* tool.fail(`unshare failed: ${errnoText(error.errno)}`);
  }
  return yield* becomeProgram(tool, argv, tool.env);
}

function* runNsenter(tool: Context): Sys<number> {
  const options = yield* tool.options({
    short: 't:m::u::i::n::p::U::C::aF',
    long: { ...LONG, target: '=t', all: 'a' },
    posix: true,
  });
  const target = Number(options.values.get('t') ?? NaN);
  if (!(target > 0)) {
    if (tool.busybox) yield* tool.usage();
    return yield* tool.fail('no target PID specified for --all'.replace(' for --all', ''));
  }
  const kinds: NamespaceKind[] = options.flags.has('a')
    ? Object.values(KINDS).filter((k) => k !== 'user')
    : kindsOf(options);
  try {
    yield* sys.setns(target, kinds);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const file = `/proc/${target}/ns/${kinds[0] ?? 'mnt'}`;
    const reason = errnoText(error.errno === 'ESRCH' ? 'ENOENT' : error.errno);
    return yield* tool.fail(
      tool.busybox ? `can't open '${file}': ${reason}` : `cannot open ${file}: ${reason}`,
    );
  }
  const argv = options.operands.length > 0 ? options.operands : shellOf(tool);
  return yield* becomeProgram(tool, argv, tool.env);
}

interface NamespaceRow {
  readonly id: string;
  readonly type: string;
  count: number;
  readonly pid: number;
  readonly user: string;
  readonly command: string;
}

function* readQuietly(path: string, link: boolean): Sys<string> {
  try {
    return link ? yield* sys.readlink(path) : yield* sys.readText(path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return '';
  }
}

function* runLsns(tool: Context): Sys<number> {
  const { values, operands } = yield* tool.options({
    short: 't:p:l',
    long: { type: '=t', task: '=p', list: 'l' },
  });
  if (operands.length > 0) yield* tool.notSimulated('of one namespace');
  const rows = new Map<string, NamespaceRow>();
  const pids = (yield* sys.readdir('/proc'))
    .map((e) => Number(e.name))
    .filter((n) => n > 0)
    .sort((a, b) => a - b);
  const users = yield* readTable('/etc/passwd');
  for (const pid of pids) {
    if (values.has('p') && Number(values.get('p')) !== pid) continue;
    const status = yield* readQuietly(`/proc/${pid}/status`, false);
    const uid = /^Uid:\s+(\d+)/m.exec(status)?.[1] ?? '0';
    const words = (yield* readQuietly(`/proc/${pid}/cmdline`, false)).split('\0').join(' ').trim();
    for (const type of ['time', 'cgroup', 'pid', 'user', 'uts', 'ipc', 'mnt', 'net']) {
      if (values.has('t') && values.get('t') !== type) continue;
      const link = yield* readQuietly(`/proc/${pid}/ns/${type}`, true);
      const id = /\[(\d+)\]/.exec(link)?.[1];
      if (id === undefined) continue;
      const known = rows.get(id);
      if (known) known.count++;
      else
        rows.set(id, {
          id,
          type,
          count: 1,
          pid,
          user: users.find((u) => u[2] === uid)?.[0] ?? uid,
          command: words,
        });
    }
  }
  if (rows.size === 0) return 1;
  const list = [...rows.values()].sort((a, b) => Number(a.id) - Number(b.id));
  const wide = Math.max(...list.map((r) => String(r.pid).length), 3);
  const many = Math.max(...list.map((r) => String(r.count).length), 6);
  yield* tool.print(
    `        NS TYPE   ${'NPROCS'.padStart(many)} ${'PID'.padStart(wide)} USER  COMMAND\n`,
  );
  for (const r of list) {
    const cells = [r.id.padStart(10), r.type.padEnd(6), String(r.count).padStart(many)];
    cells.push(String(r.pid).padStart(wide), r.user.padEnd(5), r.command);
    yield* tool.print(`${cells.join(' ').trimEnd()}\n`);
  }
  return 0;
}

/** Niceness does not change the simulated scheduler; it is handed on in the environment alone. */
const NICENESS = 'DRYDOCK_NICE';

function* runNice(tool: Context): Sys<number> {
  const { values, operands } = yield* tool.options({
    short: 'n:',
    long: { adjustment: '=n' },
    posix: true,
  });
  const now = Number(tool.env[NICENESS] ?? 0);
  if (operands.length === 0) {
    yield* tool.print(`${now}\n`);
    return 0;
  }
  const step = Number(values.get('n') ?? 10);
  const next = Math.max(-20, Math.min(19, now + step));
  return yield* becomeProgram(tool, operands, { ...tool.env, [NICENESS]: String(next) });
}

function* runMesg(tool: Context): Sys<number> {
  if (!(yield* sys.isatty(0))) {
    if (tool.busybox) return yield* tool.fail('not a tty');
    return 2;
  }
  yield* tool.print('is n\n');
  return 1;
}

function* runLogname(tool: Context): Sys<number> {
  return yield* tool.fail(tool.busybox ? 'getlogin' : 'no login name');
}

function* runGetent(tool: Context): Sys<number> {
  const [database, ...keys] = tool.args;
  const files: Readonly<Record<string, string>> = { passwd: '/etc/passwd', group: '/etc/group' };
  if (database === 'hosts' || database === 'ahosts' || database === 'ahostsv4')
    return yield* lookUpHosts(tool, database, keys);
  const file = files[database ?? ''];
  if (file === undefined) {
    yield* sys.write(2, `Unknown database: ${database ?? ''}\n`);
    return 1;
  }
  const rows = yield* readTable(file);
  let status = 0;
  const shown =
    keys.length === 0 ? rows : keys.map((k) => rows.find((r) => r[0] === k || r[2] === k));
  for (const row of shown) {
    if (row) yield* tool.print(`${row.join(':')}\n`);
    else status = 2;
  }
  return status;
}

function* lookUpHosts(tool: Context, database: string, keys: readonly string[]): Sys<number> {
  let status = 0;
  for (const name of keys) {
    try {
      const { addresses } = yield* sys.resolve(name);
      if (database === 'hosts') yield* tool.print(`${addresses[0]!.padEnd(15)} ${name}\n`);
      else
        for (const address of addresses) {
          for (const kind of ['STREAM', 'DGRAM', 'RAW']) {
            const tail = kind === 'STREAM' && address === addresses[0] ? ` ${name}` : '';
            yield* tool.print(
              `${`${address.padEnd(15)} ${kind}`.padEnd(22)}${tail}`.trimEnd() + '\n',
            );
          }
        }
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      status = 2;
    }
  }
  return status;
}

export const NAMESPACE_TOOLS: readonly Tool[] = [
  { name: 'unshare', run: runUnshare },
  { name: 'nsenter', run: runNsenter },
  { name: 'lsns', run: runLsns, only: 'gnu' },
  { name: 'nice', run: runNice },
  { name: 'mesg', run: runMesg },
  { name: 'logname', run: runLogname },
  { name: 'getent', run: runGetent },
];
