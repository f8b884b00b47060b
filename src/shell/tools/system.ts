/** date, uname, id, whoami, uptime, free, nproc, which, tty, stty, sync, env, nohup, timeout, time, kill, chaos. */
import { sys, SysError, type Signal, type Sys, type WaitStatus } from '../../kernel';
import { errnoText } from '../errno';
import { signalByName, signalNumber, SIGNAL_NAMES, statusOf } from '../exec/waiting';
import { formatTime } from '../time-format';
import { parseDate } from './date-text';
import { statOrNone } from './files';
import { readTable } from './owners';
import { ToolExit, type Context, type Tool } from './tool';

function* runDate(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({
    short: tool.busybox ? 'Rd:us:r:I::D:' : 'Rd:us:r:I::f:',
    long: { date: '=d', utc: 'u', universal: 'u', reference: '=r', 'rfc-email': 'R', 'iso-8601': '?I', 'rfc-3339': '=rfc', set: '=s' },
  });
  let us = (yield* sys.clock()).unixUs;
  const text = values.get('d');
  if (text !== undefined) {
    const parsed = parseDate(text, us);
    if (parsed === undefined) return yield* tool.fail(`invalid date '${text}'`);
    us = parsed;
  }
  if (values.has('r')) {
    const path = values.get('r')!;
    const stat = yield* statOrNone(path);
    if (!stat) return yield* tool.fail(tool.busybox ? `can't stat '${path}': No such file or directory` : `${path}: No such file or directory`);
    us = stat.mtimeUs;
  }
  if (values.has('s')) return yield* tool.fail('cannot set date: Operation not permitted');
  let format = '%a %b %e %H:%M:%S %Z %Y';
  if (flags.has('R')) format = '%a, %d %b %Y %H:%M:%S %z';
  if (flags.has('I')) {
    const level = values.get('I') ?? '';
    format = { '': '%Y-%m-%d', date: '%Y-%m-%d', hours: '%Y-%m-%dT%H%:z', minutes: '%Y-%m-%dT%H:%M%:z', seconds: '%Y-%m-%dT%H:%M:%S%:z', ns: '%Y-%m-%dT%H:%M:%S,%N%:z' }[level] ?? '%Y-%m-%d';
  }
  if (values.has('rfc')) format = values.get('rfc') === 'date' ? '%Y-%m-%d' : '%Y-%m-%d %H:%M:%S%:z';
  const wanted = operands[0];
  if (wanted?.startsWith('+')) format = wanted.slice(1);
  else if (wanted !== undefined) return yield* tool.fail(tool.busybox ? `invalid date '${wanted}'` : `invalid date '${wanted}'`);
  yield* tool.print(`${formatTime(format, us)}\n`);
  return 0;
}

function* runUname(tool: Context): Sys<number> {
  const { flags } = yield* tool.options({ short: 'asnrvmpio', long: { all: 'a', 'kernel-name': 's', nodename: 'n', 'kernel-release': 'r', 'kernel-version': 'v', machine: 'm', 'operating-system': 'o' } });
  const u = yield* sys.uname();
  const all: [string, string][] = [['s', u.sysname], ['n', u.nodename], ['r', u.release], ['v', u.version], ['m', u.machine], ['o', tool.busybox ? 'Linux' : 'GNU/Linux']];
  const chosen = flags.has('a') ? all : all.filter(([f]) => flags.has(f));
  if (flags.has('p') || flags.has('i')) chosen.push(['p', 'unknown']);
  yield* tool.print(`${(chosen.length > 0 ? chosen : [all[0]!]).map(([, v]) => v).join(' ')}\n`);
  return 0;
}

function* runId(tool: Context): Sys<number> {
  const { flags, operands } = yield* tool.options({ short: 'ugGnr', long: { user: 'u', group: 'g', groups: 'G', name: 'n' } });
  let { uid, gid } = yield* sys.getuid();
  const users = yield* readTable('/etc/passwd');
  const groups = yield* readTable('/etc/group');
  if (operands[0] !== undefined) {
    const entry = users.find((u) => u[0] === operands[0] || u[2] === operands[0]);
    if (!entry) return yield* tool.fail(tool.busybox ? `unknown user ${operands[0]}` : `'${operands[0]}': no such user`);
    uid = Number(entry[2]);
    gid = Number(entry[3]);
  }
  const user = users.find((u) => Number(u[2]) === uid)?.[0];
  const group = groups.find((g) => Number(g[2]) === gid)?.[0];
  const name = (text: string | undefined, id: number) => (flags.has('n') ? (text ?? String(id)) : String(id));
  if (flags.has('u')) yield* tool.print(`${name(user, uid)}\n`);
  else if (flags.has('g') || flags.has('G')) yield* tool.print(`${name(group, gid)}\n`);
  else {
    const label = (id: number, text: string | undefined) => (text === undefined ? String(id) : `${id}(${text})`);
    yield* tool.print(`uid=${label(uid, user)} gid=${label(gid, group)} groups=${label(gid, group)}\n`);
  }
  return 0;
}

function* runWhoami(tool: Context): Sys<number> {
  const { uid } = yield* sys.getuid();
  const entry = (yield* readTable('/etc/passwd')).find((u) => Number(u[2]) === uid);
  if (!entry) return yield* tool.fail(tool.busybox ? `unknown uid ${uid}` : `cannot find name for user ID ${uid}`);
  yield* tool.print(`${entry[0]!}\n`);
  return 0;
}

function* readProc(path: string): Sys<string> {
  try {
    return yield* sys.readText(path);
  } catch (error) {
    if (error instanceof SysError) return '';
    throw error;
  }
}

function* runUptime(tool: Context): Sys<number> {
  const clock = yield* sys.clock();
  const up = Number((yield* readProc('/proc/uptime')).split(' ')[0] || clock.monotonicUs / 1e6);
  const load = (yield* readProc('/proc/loadavg')).split(' ').slice(0, 3);
  const minutes = Math.floor(up / 60) % 60;
  const hours = Math.floor(up / 3600) % 24;
  const days = Math.floor(up / 86_400);
  const span = (days > 0 ? `${days} day${days === 1 ? '' : 's'}, ` : '') + (hours > 0 ? `${String(hours).padStart(2)}:${String(minutes).padStart(2, '0')}` : `${minutes} min`);
  const users = tool.busybox ? '' : '  1 user,';
  yield* tool.print(` ${formatTime('%H:%M:%S', clock.unixUs)} up ${span}, ${users}  load average: ${(load.length === 3 ? load : ['0.00', '0.00', '0.00']).join(', ')}\n`);
  return 0;
}

function* runFree(tool: Context): Sys<number> {
  const { flags } = yield* tool.options({ short: 'bkmgh', long: { human: 'h', mega: 'm', giga: 'g', bytes: 'b' } });
  const text = yield* readProc('/proc/meminfo');
  const kb = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  const total = kb('MemTotal');
  const free = kb('MemFree');
  const cache = kb('Cached') + kb('Buffers') + kb('SReclaimable');
  const available = kb('MemAvailable') || free + cache;
  const unit = (value: number): string => {
    if (flags.has('h')) {
      const units = ['Ki', 'Mi', 'Gi', 'Ti'];
      let v = value;
      let i = 0;
      while (v >= 1024 && i < 3) {
        v /= 1024;
        i++;
      }
      return value === 0 ? '0B' : `${v < 10 ? v.toFixed(1) : Math.round(v)}${units[i]!}`;
    }
    if (flags.has('m')) return String(Math.floor(value / 1024));
    if (flags.has('g')) return String(Math.floor(value / 1024 / 1024));
    return String(flags.has('b') ? value * 1024 : value);
  };
  const row = (label: string, cells: readonly number[]) => `${label.padEnd(tool.busybox ? 8 : 8)}${cells.map((c) => unit(c).padStart(12)).join('')}\n`;
  yield* tool.print(`               total        used        free      shared  buff/cache   available\n`);
  yield* tool.print(row('Mem:', [total, total - free - cache, free, kb('Shmem'), cache, available]));
  yield* tool.print(row('Swap:', [kb('SwapTotal'), kb('SwapTotal') - kb('SwapFree'), kb('SwapFree')]));
  return 0;
}

function* runNproc(tool: Context): Sys<number> {
  const text = yield* readProc('/proc/cpuinfo');
  yield* tool.print(`${(text.match(/^processor\s*:/gm) ?? ['x']).length}\n`);
  return 0;
}

function* runWhich(tool: Context): Sys<number> {
  const { flags, operands } = yield* tool.options({ short: 'as' });
  let status = operands.length === 0 ? 1 : 0;
  for (const name of operands) {
    let found = false;
    const dirs = name.includes('/') ? [''] : (tool.env['PATH'] ?? '').split(':');
    for (const dir of dirs) {
      const path = dir === '' ? name : `${dir}/${name}`;
      const stat = yield* statOrNone(path);
      if (stat?.type !== 'file' || (stat.mode & 0o111) === 0) continue;
      yield* tool.print(`${path}\n`);
      found = true;
      if (!flags.has('a')) break;
    }
    if (!found) status = 1;
  }
  return status;
}

function* runTty(tool: Context): Sys<number> {
  if (!(yield* sys.isatty(0))) {
    yield* tool.print('not a tty\n');
    return 1;
  }
  try {
    yield* tool.print(`${yield* sys.readlink('/proc/self/fd/0')}\n`);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    yield* tool.print('/dev/tty\n');
  }
  return 0;
}

function* runStty(tool: Context): Sys<number> {
  if (!(yield* sys.isatty(0))) {
    return yield* tool.fail(tool.busybox ? 'standard input: Inappropriate ioctl for device' : "'standard input': Inappropriate ioctl for device");
  }
  const { cols, rows } = yield* sys.winsize(0);
  const termios = yield* sys.tcgetattr(0);
  const { args } = tool;
  if (args[0] === 'size') {
    yield* tool.print(`${rows} ${cols}\n`);
    return 0;
  }
  if (args.length === 0 || args[0] === '-a') {
    const size = args[0] === '-a' ? ` rows ${rows}; columns ${cols};` : '';
    yield* tool.print(`speed 38400 baud;${size} line = 0;\n`);
    if (args[0] === '-a') {
      const flag = (name: string, on: boolean) => (on ? name : `-${name}`);
      yield* tool.print('intr = ^C; quit = ^\\; erase = ^?; kill = ^U; eof = ^D; eol = <undef>;\neol2 = <undef>; swtch = <undef>; start = ^Q; stop = ^S; susp = ^Z; rprnt = ^R;\nwerase = ^W; lnext = ^V; discard = ^O; min = 1; time = 0;\n-parenb -parodd -cmspar cs8 -hupcl -cstopb cread -clocal -crtscts\n');
      yield* tool.print(`-ignbrk -brkint -ignpar -parmrk -inpck -istrip -inlcr -igncr ${flag('icrnl', termios.icrnl)} ixon\n-ixoff -iuclc -ixany -imaxbel -iutf8\n${flag('opost', termios.opost)} -olcuc -ocrnl onlcr -onocr -onlret -ofill -ofdel nl0 cr0 tab0 bs0 vt0 ff0\n${flag('isig', termios.isig)} ${flag('icanon', termios.icanon)} iexten ${flag('echo', termios.echo)} echoe echok -echonl -noflsh -xcase -tostop -echoprt\nechoctl echoke -flusho -extproc\n`);
    } else if (!termios.echo || !termios.icanon) yield* tool.print(`${termios.icanon ? '' : '-icanon '}${termios.echo ? '' : '-echo'}\n`);
    return 0;
  }
  let next = { ...termios };
  for (const arg of args) {
    const on = !arg.startsWith('-');
    const name = arg.replace(/^-/, '');
    if (name === 'sane') next = { icanon: true, echo: true, isig: true, icrnl: true, opost: true };
    else if (name === 'raw') next = { ...next, icanon: !on, isig: !on, icrnl: !on, opost: !on };
    else if (name === 'cbreak') next = { ...next, icanon: !on };
    else if (['icanon', 'echo', 'isig', 'icrnl', 'opost'].includes(name)) next = { ...next, [name]: on };
    else if (!/^(echo\w+|ixon|ixoff|iexten|tostop|onlcr|iutf8|rows|cols|columns|\d+)$/.test(name)) {
      yield* tool.usage(tool.busybox ? undefined : `invalid argument '${arg}'`);
    }
  }
  yield* sys.tcsetattr(0, next);
  return 0;
}

// eslint-disable-next-line require-yield -- nothing is held back here
function* runSync(): Sys<number> {
  return 0;
}

/** Finds an executable as execvp does. */
export function* findProgram(env: Readonly<Record<string, string>>, name: string): Sys<string | undefined> {
  const dirs = name.includes('/') ? [''] : (env['PATH'] ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin').split(':');
  for (const dir of dirs) {
    const path = dir === '' ? name : `${dir}/${name}`;
    const stat = yield* statOrNone(path);
    if (stat && stat.type !== 'dir' && stat.mode & 0o111) return path;
  }
  return undefined;
}

/** Becomes another program; complains in the tool's words if it cannot. */
export function* becomeProgram(tool: Context, argv: readonly string[], env: Readonly<Record<string, string>>): Sys<never> {
  yield* tool.flush();
  const name = argv[0]!;
  const path = yield* findProgram(env, name);
  if (path === undefined) return yield* cannotRun(tool, name, 'No such file or directory', 127);
  try {
    return yield* sys.exec(path, argv, env);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (error.errno === 'ENOEXEC') return yield* sys.exec('/bin/sh', ['sh', path, ...argv.slice(1)], env);
    return yield* cannotRun(tool, name, errnoText(error.errno), error.errno === 'ENOENT' ? 127 : 126);
  }
}

export function* cannotRun(tool: Context, name: string, reason: string, status: number): Sys<never> {
  if (tool.busybox) yield* sys.write(2, `${tool.name}: can't execute '${name}': ${reason}\n`);
  else if (tool.name === 'env' || tool.name === 'xargs') yield* sys.write(2, `${tool.name}: ${tool.name === 'env' ? `'${name}'` : name}: ${reason}\n`);
  else yield* sys.write(2, `${tool.name}: failed to run command '${name}': ${reason}\n`);
  throw new ToolExit(status);
}

function* runEnv(tool: Context): Sys<number> {
  const { flags, all, operands } = yield* tool.options({ short: 'iu:0C:S:v', long: { 'ignore-environment': 'i', unset: '=u', null: '0', chdir: '=C' }, posix: true });
  let env: Record<string, string> = flags.has('i') || operands[0] === '-' ? {} : { ...tool.env };
  for (const [name, value] of all) if (name === 'u') env = Object.fromEntries(Object.entries(env).filter(([k]) => k !== value));
  let i = operands[0] === '-' ? 1 : 0;
  for (; i < operands.length && operands[i]!.includes('='); i++) {
    const cut = operands[i]!.indexOf('=');
    env[operands[i]!.slice(0, cut)] = operands[i]!.slice(cut + 1);
  }
  if (i < operands.length) return yield* becomeProgram(tool, operands.slice(i), env);
  const end = flags.has('0') ? '\0' : '\n';
  for (const [name, value] of Object.entries(env)) yield* tool.print(`${name}=${value}${end}`);
  return 0;
}

function* runNohup(tool: Context): Sys<number> {
  const { operands } = yield* tool.options({ short: '', posix: true });
  if (operands.length === 0) yield* tool.usage(tool.busybox ? undefined : 'missing operand', tool.busybox ? 1 : 125);
  yield* sys.sigaction('HUP', 'ignore');
  if (yield* sys.isatty(1)) {
    const fd = yield* sys.open('nohup.out', { write: true, create: true, append: true }, 0o600);
    yield* sys.write(2, tool.busybox ? "nohup: appending output to nohup.out\n" : "nohup: ignoring input and appending output to 'nohup.out'\n");
    yield* sys.dup2(fd, 1);
    yield* sys.close(fd);
    if (yield* sys.isatty(2)) yield* sys.dup2(1, 2);
  }
  return yield* becomeProgram(tool, operands, tool.env);
}

function* spawnProgram(tool: Context, argv: readonly string[], pgid?: number): Sys<number> {
  const path = yield* findProgram(tool.env, argv[0]!);
  if (path === undefined) return yield* cannotRun(tool, argv[0]!, 'No such file or directory', 127);
  const fds: [number, number][] = [[0, 0], [1, 1], [2, 2]];
  try {
    return yield* sys.spawn({ path, argv, env: tool.env, fds, ...(pgid === undefined ? {} : { pgid }) });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return yield* cannotRun(tool, argv[0]!, errnoText(error.errno), 126);
  }
}

function durationUs(text: string): number | undefined {
  const match = /^(\d*\.?\d+)([smhd]?)$/.exec(text);
  return match ? Number(match[1]) * ({ m: 60, h: 3600, d: 86_400 }[match[2]!] ?? 1) * 1e6 : undefined;
}

function* runTimeout(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({ short: tool.busybox ? 's:k:' : 's:k:v', long: { signal: '=s', 'kill-after': '=k', 'preserve-status': 'preserve', foreground: 'foreground', verbose: 'v' }, posix: true });
  if (operands.length < 2) yield* tool.usage(tool.busybox ? undefined : 'missing operand', tool.busybox ? 1 : 125);
  const us = durationUs(operands[0]!);
  if (us === undefined) yield* tool.usage(tool.busybox ? undefined : `invalid time interval '${operands[0]!}'`, tool.busybox ? 1 : 125);
  const signal = signalByName(values.get('s') ?? 'TERM');
  if (!signal) yield* tool.usage(tool.busybox ? undefined : `${values.get('s')!}: invalid signal`, 125);
  const pid = yield* spawnProgram(tool, operands.slice(1));
  const end = (yield* sys.clock()).monotonicUs + us!;
  yield* sys.sigaction('CHLD', 'catch');
  let sent: Signal | undefined;
  let killAt = Infinity;
  for (;;) {
    const result = yield* sys.waitpidNow(pid);
    if (result) return finishTimeout(tool, result, sent, flags.has('preserve'));
    const now = (yield* sys.clock()).monotonicUs;
    if (sent === undefined && us! > 0 && now >= end) {
      sent = signal as Signal;
      yield* sys.kill(pid, sent);
      if (values.has('k')) killAt = now + (durationUs(values.get('k')!) ?? 0);
      continue;
    }
    if (now >= killAt) {
      killAt = Infinity;
      yield* sys.kill(pid, 'KILL');
    }
    const next = sent === undefined ? (us! > 0 ? end : Infinity) : killAt;
    yield* sleepOrSignal(Math.min(next - now, 3600e6));
  }
}

function finishTimeout(tool: Context, result: WaitStatus, sent: Signal | undefined, preserve: boolean): number {
  const status = statusOf(result);
  if (sent === undefined || preserve) return status;
  if (tool.busybox) return 128 + signalNumber(sent);
  return sent === 'KILL' ? 137 : 124;
}

function* sleepOrSignal(us: number): Sys<void> {
  try {
    yield* sys.sleep(us);
  } catch (error) {
    if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
    yield* sys.sigpending();
  }
}

function* runTime(tool: Context): Sys<number> {
  const { flags, operands } = yield* tool.options({ short: 'pvf:o:a', posix: true });
  if (operands.length === 0) yield* tool.usage(tool.busybox ? undefined : 'missing program to run');
  const begin = (yield* sys.clock()).monotonicUs;
  let status: number;
  try {
    const pid = yield* spawnProgram(tool, operands);
    status = statusOf(yield* sys.waitpid(pid));
  } catch (error) {
    if (!(error instanceof ToolExit)) throw error;
    ({ status } = error);
  }
  const seconds = ((yield* sys.clock()).monotonicUs - begin) / 1e6;
  if (status !== 0) yield* sys.write(2, `Command exited with non-zero status ${status}\n`);
  if (flags.has('p')) yield* sys.write(2, `real ${seconds.toFixed(2)}\nuser 0.00\nsys 0.00\n`);
  else if (tool.busybox) {
    const minutes = Math.floor(seconds / 60);
    yield* sys.write(2, `real\t${minutes}m ${(seconds - minutes * 60).toFixed(2)}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n`);
  } else yield* sys.write(2, `0.00user 0.00system 0:${seconds.toFixed(2).padStart(5, '0')}elapsed 0%CPU (0avgtext+0avgdata 2048maxresident)k\n0inputs+0outputs (0major+100minor)pagefaults 0swaps\n`);
  return status;
}

function* runKill(tool: Context): Sys<number> {
  let args = [...tool.args];
  if (args[0] === '-l' || args[0] === '-L') {
    if (args[1] === undefined) yield* tool.print(`${SIGNAL_NAMES.map((s) => (tool.busybox ? `${String(signalNumber(s)).padStart(2)}) ${s}\n` : `${s} `)).join('').trimEnd()}\n`);
    for (const arg of args.slice(1)) {
      const signal = signalByName(arg);
      if (signal) yield* tool.print(`${/^\d/.test(arg) ? signal : signalNumber(signal)}\n`);
    }
    return 0;
  }
  let signal: ReturnType<typeof signalByName> = 'TERM';
  if (/^-./.test(args[0] ?? '') && args[0] !== '--') {
    const name = args[0] === '-s' ? args[1]! : args[0]!.slice(1);
    signal = signalByName(name);
    args = args.slice(args[0] === '-s' ? 2 : 1);
    if (signal === undefined) return yield* tool.fail(tool.busybox ? `bad signal name '${name}'` : `invalid signal ${name}`);
  }
  if (args[0] === '--') args.shift();
  if (args.length === 0) yield* tool.usage(tool.busybox ? undefined : 'not enough arguments');
  for (const arg of args) {
    if (!/^-?\d+$/.test(arg)) {
      yield* tool.warn(tool.busybox ? `invalid number '${arg}'` : `failed to parse argument: '${arg}'`);
      continue;
    }
    try {
      yield* sys.kill(Number(arg), signal);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* tool.warn(tool.busybox ? `can't kill pid ${arg}: ${errnoText(error.errno)}` : `sending signal to ${arg} failed: ${errnoText(error.errno)}`);
    }
  }
  return tool.status;
}

function* runChaos(tool: Context): Sys<number> {
  const answer = yield* sys.chaos(tool.args.join(' '));
  if (answer.text !== '') yield* sys.write(answer.exitCode === 0 ? 1 : 2, answer.text.endsWith('\n') ? answer.text : `${answer.text}\n`);
  return answer.exitCode;
}

export const SYSTEM_TOOLS: readonly Tool[] = [
  { name: 'date', run: runDate },
  { name: 'uname', run: runUname },
  { name: 'id', run: runId },
  { name: 'whoami', run: runWhoami },
  { name: 'uptime', run: runUptime },
  { name: 'free', run: runFree },
  { name: 'nproc', run: runNproc },
  { name: 'which', run: runWhich },
  { name: 'tty', run: runTty },
  { name: 'stty', run: runStty },
  { name: 'sync', run: runSync },
  { name: 'env', run: runEnv },
  { name: 'nohup', run: runNohup },
  { name: 'timeout', run: runTimeout },
  { name: 'time', run: runTime, usage: 'time [-vpa] [-o FILE] PROG ARGS\n\nRun PROG, display resource usage when it exits\n\n\t-v\tVerbose\n\t-p\tPOSIX output format\n\t-f FMT\tCustom format\n\t-o FILE\tWrite result to FILE\n\t-a\tAppend (else overwrite)' },
  { name: 'kill', run: runKill },
  { name: 'chaos', run: runChaos },
];
