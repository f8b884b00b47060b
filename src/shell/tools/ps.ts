/** ps, pgrep, pkill, killall, pidof, top. Models procps and BusyBox `ps.c`, read from /proc as they do. */
import { sys, SysError, type Sys } from '../../kernel';
import { signalByName } from '../exec/waiting';
import { formatTime } from '../time-format';
import { readNames, userName, type Names } from './owners';
import { type Context, type Tool } from './tool';

interface Row {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  readonly sid: number;
  readonly uid: number;
  readonly comm: string;
  readonly argv: readonly string[];
  readonly state: string;
  readonly tty: string;
  readonly ticks: number;
  readonly startTicks: number;
  readonly vsize: number;
  readonly rss: number;
  readonly foreground: boolean;
}

function* readOr(path: string): Sys<string> {
  try {
    return yield* sys.readText(path);
  } catch (error) {
    if (error instanceof SysError) return '';
    throw error;
  }
}

function ttyName(number: number): string {
  const major = (number >> 8) & 0xfff;
  return major === 136 ? `pts/${number & 0xff}` : number === 0 ? '?' : `tty${number & 0xff}`;
}

export function* readProcesses(): Sys<Row[]> {
  const out: Row[] = [];
  for (const entry of yield* sys.readdir('/proc')) {
    if (!/^\d+$/.test(entry.name)) continue;
    const stat = yield* readOr(`/proc/${entry.name}/stat`);
    const open = stat.indexOf('(');
    const close = stat.lastIndexOf(')');
    if (open < 0) continue;
    const fields = stat
      .slice(close + 2)
      .trim()
      .split(' ');
    const status = yield* readOr(`/proc/${entry.name}/status`);
    const line = yield* readOr(`/proc/${entry.name}/cmdline`);
    const number = (i: number) => Number(fields[i] ?? 0);
    out.push({
      pid: Number(entry.name),
      ppid: number(1),
      pgid: number(2),
      sid: number(3),
      uid: Number(/^Uid:\s+(\d+)/m.exec(status)?.[1] ?? 0),
      comm: stat.slice(open + 1, close),
      argv: line.split('\0').filter((a, i, all) => i < all.length - 1 || a !== ''),
      state: fields[0] ?? 'S',
      tty: ttyName(number(4)),
      ticks: number(11) + number(12),
      startTicks: number(19),
      vsize: number(20),
      rss: number(21) * 4,
      foreground: number(5) === number(2) && number(5) > 0,
    });
  }
  return out.sort((a, b) => a.pid - b.pid);
}

const command = (r: Row) => (r.argv.length > 0 ? r.argv.join(' ') : `[${r.comm}]`);

function cpuTime(r: Row): string {
  const s = Math.floor(r.ticks / 100);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

function shortTime(r: Row): string {
  const s = Math.floor(r.ticks / 100);
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
}

function stateText(r: Row): string {
  return r.state + (r.sid === r.pid ? 's' : '') + (r.foreground ? '+' : '');
}

interface Machine {
  readonly names: Names;
  readonly bootUs: number;
  readonly nowUs: number;
  readonly memoryKb: number;
}

function* machine(): Sys<Machine> {
  const clock = yield* sys.clock();
  const meminfo = yield* readOr('/proc/meminfo');
  return {
    names: yield* readNames(),
    bootUs: clock.unixUs - clock.monotonicUs,
    nowUs: clock.unixUs,
    memoryKb: Number(/^MemTotal:\s+(\d+)/m.exec(meminfo)?.[1] ?? 1),
  };
}

const startUs = (r: Row, m: Machine) => m.bootUs + r.startTicks * 10_000;
const percentCpu = (r: Row, m: Machine) => {
  const alive = (m.nowUs - startUs(r, m)) / 1e6;
  return alive <= 0 ? 0 : Math.min(100, r.ticks / alive);
};

interface Column {
  readonly head: string;
  readonly width: number;
  readonly left?: boolean;
  readonly value: (r: Row, m: Machine) => string;
}

const started = (r: Row, m: Machine) =>
  formatTime(m.nowUs - startUs(r, m) < 86_400e6 ? '%H:%M' : '%b%d', startUs(r, m));

const COLUMNS: Readonly<Record<string, Column>> = {
  pid: { head: 'PID', width: 7, value: (r) => String(r.pid) },
  ppid: { head: 'PPID', width: 7, value: (r) => String(r.ppid) },
  pgid: { head: 'PGID', width: 7, value: (r) => String(r.pgid) },
  sid: { head: 'SID', width: 7, value: (r) => String(r.sid) },
  uid: { head: 'UID', width: 5, value: (r) => String(r.uid) },
  user: { head: 'USER', width: 8, left: true, value: (r, m) => userName(m.names, r.uid) },
  tty: { head: 'TT', width: 8, left: true, value: (r) => r.tty },
  stat: { head: 'STAT', width: 4, left: true, value: stateText },
  s: { head: 'S', width: 1, left: true, value: (r) => r.state },
  time: { head: 'TIME', width: 8, value: cpuTime },
  etime: { head: 'ELAPSED', width: 11, value: (r, m) => elapsed((m.nowUs - startUs(r, m)) / 1e6) },
  cmd: { head: 'CMD', width: 0, left: true, value: command },
  args: { head: 'COMMAND', width: 0, left: true, value: command },
  command: { head: 'COMMAND', width: 0, left: true, value: command },
  comm: { head: 'COMMAND', width: 15, left: true, value: (r) => r.comm },
  pcpu: { head: '%CPU', width: 4, value: (r, m) => percentCpu(r, m).toFixed(1) },
  pmem: { head: '%MEM', width: 4, value: (r, m) => ((r.rss * 100) / m.memoryKb).toFixed(1) },
  vsz: { head: 'VSZ', width: 6, value: (r) => String(Math.floor(r.vsize / 1024)) },
  rss: { head: 'RSS', width: 5, value: (r) => String(r.rss) },
  ni: { head: 'NI', width: 3, value: () => '0' },
  stime: { head: 'STIME', width: 5, value: started },
};
const ALIASES: Readonly<Record<string, string>> = {
  '%cpu': 'pcpu',
  '%mem': 'pmem',
  tname: 'tty',
  state: 's',
  euser: 'user',
  ruser: 'user',
  cputime: 'time',
  start: 'stime',
  ucmd: 'comm',
  ucomm: 'comm',
};

function elapsed(seconds: number): string {
  const s = Math.floor(seconds);
  const two = (n: number) => String(n).padStart(2, '0');
  const tail = `${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  return s < 3600 ? tail : `${two(Math.floor(s / 3600) % 24)}:${tail}`;
}

function table(
  rows: readonly Row[],
  columns: readonly Column[],
  m: Machine,
  width: number,
): string {
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => {
        const c = columns[i]!;
        if (i === cells.length - 1 && c.left) return cell;
        return c.left ? cell.padEnd(c.width) : cell.padStart(c.width);
      })
      .join(' ')
      .slice(0, width);
  const head = columns.every((c) => c.head === '') ? [] : [line(columns.map((c) => c.head))];
  return [...head, ...rows.map((r) => line(columns.map((c) => c.value(r, m))))]
    .map((l) => `${l}\n`)
    .join('');
}

/** The columns of `ps`, `ps -f`, `ps x` and `ps aux`. */
function layoutFor(letters: string, bsd: boolean): Column[] {
  const pick = (names: readonly string[]) => names.map((n) => COLUMNS[n]!);
  if (bsd && letters.includes('u')) {
    return [
      { ...COLUMNS['user']!, width: 8 },
      { ...COLUMNS['pid']!, width: 11 - 4 },
      ...pick(['pcpu', 'pmem', 'vsz', 'rss']),
      { ...COLUMNS['tty']!, head: 'TTY' },
      COLUMNS['stat']!,
      { ...COLUMNS['stime']!, head: 'START', left: true },
      { head: 'TIME', width: 6, value: shortTime },
      COLUMNS['args']!,
    ];
  }
  if (letters.includes('f')) {
    return [
      { head: 'UID', width: 8, left: true, value: (r, mm) => userName(mm.names, r.uid) },
      { ...COLUMNS['pid']!, width: 7 },
      COLUMNS['ppid']!,
      { head: 'C', width: 2, value: () => '0' },
      { ...COLUMNS['stime']!, left: true },
      { ...COLUMNS['tty']!, head: 'TTY' },
      COLUMNS['time']!,
      COLUMNS['cmd']!,
    ];
  }
  if (bsd) {
    return [
      COLUMNS['pid']!,
      { ...COLUMNS['tty']!, head: 'TTY' },
      { ...COLUMNS['stat']!, width: 6 },
      { head: 'TIME', width: 4, value: shortTime },
      COLUMNS['args']!,
    ];
  }
  return [
    COLUMNS['pid']!,
    { ...COLUMNS['tty']!, head: 'TTY' },
    COLUMNS['time']!,
    { ...COLUMNS['comm']!, head: 'CMD', width: 0 },
  ];
}

/** BusyBox sets numbers to the left, in columns of five. */
function busyboxColumn(c: Column): Column {
  const width = { PID: 5, PPID: 5, USER: 8 }[c.head.trim()];
  return width === undefined ? c : { ...c, width, left: true };
}

function* runPs(tool: Context): Sys<number> {
  const args = tool.args;
  const rows = yield* readProcesses();
  const m = yield* machine();
  const terminal = yield* sys.isatty(1);
  const width = terminal ? (yield* sys.winsize(1)).cols : Infinity;
  let format: string[] | undefined;
  for (let i = 0; i < args.length; i++) {
    const match = /^-?-?o(.*)$/.exec(args[i]!);
    if (match) format = (format ?? []).concat((match[1] || args[++i] || '').split(/[, ]+/));
  }
  if (tool.busybox) {
    const bad = args.find((a) => /^-[^oTaefuxwl]/.test(a));
    if (bad !== undefined) yield* tool.usage(`unrecognized option: ${bad[1]!}`);
    const chosen = (format ?? ['pid', 'user', 'time', 'args']).map((f) => column(f));
    const list: Column[] = format
      ? chosen
      : [
          COLUMNS['pid']!,
          COLUMNS['user']!,
          { head: 'TIME', width: 5, left: true, value: shortTime },
          { ...COLUMNS['args']!, head: 'COMMAND' },
        ];
    yield* tool.print(table(rows, list.map(busyboxColumn), m, width));
    return 0;
  }
  const letters = args
    .filter((a) => !/^-?-?o/.test(a) && !/^[\w]+=|,/.test(a))
    .join('')
    .replace(/-/g, '');
  const bsd = args.length > 0 && !args[0]!.startsWith('-');
  const pidAt = args.findIndex((a) => /^(-p|p|--pid)$/.test(a));
  let chosen = rows;
  const self = yield* sys.getpid();
  const own = rows.find((r) => r.pid === self);
  if (pidAt >= 0) {
    const wanted = (args[pidAt + 1] ?? '').split(',').map(Number);
    chosen = rows.filter((r) => wanted.includes(r.pid));
  } else if (!/[eAx]/.test(letters) && !(bsd && letters.includes('a')))
    chosen = rows.filter((r) => r.tty === own?.tty);
  if (format) {
    yield* tool.print(table(chosen, format.filter((f) => f !== '').map(column), m, width));
    return chosen.length > 0 ? 0 : 1;
  }
  const columns = layoutFor(letters, bsd);
  yield* tool.print(table(chosen, columns, m, width));
  return 0;
}

function column(text: string): Column {
  const [name, head] = text.split('=') as [string, string | undefined];
  const found = COLUMNS[ALIASES[name] ?? name] ?? {
    head: name.toUpperCase(),
    width: name.length,
    value: () => '-',
  };
  return head === undefined ? found : { ...found, head };
}

function* runPgrep(tool: Context): Sys<number> {
  const kill = tool.name === 'pkill';
  let signal = signalByName('TERM')!;
  const args = tool.args.filter((a) => {
    const named = kill && /^-([A-Z]+|\d+)$/.exec(a) ? signalByName(a.slice(1)) : undefined;
    if (named === undefined) return true;
    signal = named as typeof signal;
    return false;
  });
  const { flags, operands } = yield* tool.options(
    { short: 'flxnocvaeu:P:', long: { full: 'f', 'list-name': 'l', exact: 'x' } },
    args,
  );
  if (operands.length === 0)
    yield* tool.usage(tool.busybox ? undefined : 'no matching criteria specified', 2);
  const source = operands[0]!;
  const expression = new RegExp(flags.has('x') ? `^(?:${source})$` : source);
  const self = yield* sys.getpid();
  let rows = (yield* readProcesses()).filter(
    (r) =>
      r.pid !== self && expression.test(flags.has('f') ? command(r) : r.comm) !== flags.has('v'),
  );
  if (flags.has('n')) rows = rows.slice(-1);
  if (flags.has('o')) rows = rows.slice(0, 1);
  for (const r of rows) {
    if (kill) yield* sys.kill(r.pid, signal);
    else if (!flags.has('c'))
      yield* tool.print(
        `${r.pid}${flags.has('a') ? ` ${command(r)}` : flags.has('l') ? ` ${r.comm}` : ''}\n`,
      );
  }
  if (flags.has('c')) yield* tool.print(`${rows.length}\n`);
  return rows.length > 0 ? 0 : 1;
}

function* runKillall(tool: Context): Sys<number> {
  let signal = signalByName('TERM')!;
  const names: string[] = [];
  for (const arg of tool.args) {
    if (!arg.startsWith('-')) names.push(arg);
    else if (arg !== '-q') signal = signalByName(arg.replace(/^-s?/, '')) ?? signal;
  }
  const rows = yield* readProcesses();
  for (const name of names) {
    const hits = rows.filter((r) => r.comm === name);
    for (const r of hits) yield* sys.kill(r.pid, signal);
    if (hits.length === 0)
      yield* sys.write(
        2,
        tool.busybox ? `killall: ${name}: no process killed\n` : `${name}: no process found\n`,
      );
    if (hits.length === 0) tool.status = 1;
  }
  return tool.status;
}

function* runPidof(tool: Context): Sys<number> {
  const rows = yield* readProcesses();
  const pids = rows
    .filter((r) => tool.args.includes(r.comm) || tool.args.includes(r.argv[0] ?? ''))
    .map((r) => r.pid);
  if (pids.length === 0) return 1;
  yield* tool.print(`${pids.reverse().join(' ')}\n`);
  return 0;
}

function* topText(tool: Context, rows: number, cols: number): Sys<string> {
  const list = yield* readProcesses();
  const m = yield* machine();
  const load = (yield* readOr('/proc/loadavg'))
    .split(' ')
    .slice(0, 3)
    .join(tool.busybox ? ' ' : ', ');
  const count = (s: string) => list.filter((r) => r.state === s).length;
  const up = Math.floor((m.nowUs - m.bootUs) / 60e6);
  const head = [
    `top - ${formatTime('%H:%M:%S', m.nowUs)} up ${up} min,  1 user,  load average: ${load}`,
    `Tasks: ${String(list.length).padStart(3)} total, ${String(count('R')).padStart(3)} running, ${String(count('S') + count('I')).padStart(3)} sleeping, ${String(count('T')).padStart(3)} stopped, ${String(count('Z')).padStart(3)} zombie`,
    `MiB Mem : ${(m.memoryKb / 1024).toFixed(1).padStart(8)} total`,
    '',
    '    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND',
  ];
  const body = [...list]
    .sort((a, b) => percentCpu(b, m) - percentCpu(a, m) || a.pid - b.pid)
    .map((r) => {
      const hundredths = r.ticks % 100;
      const s = Math.floor(r.ticks / 100);
      const time = `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}.${String(hundredths).padStart(2, '0')}`;
      return `${String(r.pid).padStart(7)} ${userName(m.names, r.uid).padEnd(8)}  20   0 ${String(Math.floor(r.vsize / 1024)).padStart(7)} ${String(r.rss).padStart(6)}      0 ${r.state} ${percentCpu(r, m).toFixed(1).padStart(5)} ${((r.rss * 100) / m.memoryKb).toFixed(1).padStart(5)} ${time.padStart(9)} ${r.comm}`;
    });
  return [...head, ...body]
    .slice(0, rows)
    .map((l) => l.slice(0, cols))
    .join('\n');
}

function* runTop(tool: Context): Sys<number> {
  const { flags, values } = yield* tool.options({ short: 'bn:d:Hip:u:1c', long: {} });
  const turns = values.has('n') ? Number(values.get('n')) : Infinity;
  const delay = Number(values.get('d') ?? 3) * 1e6;
  const batch = flags.has('b') || !(yield* sys.isatty(1));
  const before = batch ? undefined : yield* sys.tcgetattr(0);
  if (before) {
    yield* sys.tcsetattr(0, { ...before, icanon: false, echo: false });
    yield* sys.write(1, '\x1b[?1049h');
  }
  try {
    for (let i = 0; i < turns; i++) {
      i = yield* sys.turn('top', i);
      const size = batch ? { rows: Infinity, cols: 512 } : yield* sys.winsize(1);
      const text = yield* topText(tool, size.rows, size.cols);
      yield* sys.write(
        1,
        batch ? `${text}\n\n` : `\x1b[H${text.split('\n').join('\x1b[K\r\n')}\x1b[J`,
      );
      if (i === turns - 1) break;
      if (batch) yield* sys.sleep(delay);
      else if ((yield* sys.poll([{ fd: 0, read: true }], delay)).length > 0) {
        const key = (yield* sys.read(0, 16))[0];
        if (key === undefined || key === 113 || key === 3) break;
      }
    }
  } finally {
    if (before) {
      yield* sys.write(1, '\x1b[?1049l');
      yield* sys.tcsetattr(0, before);
    }
  }
  return 0;
}

export const PROCESS_TOOLS: readonly Tool[] = [
  { name: 'ps', run: runPs },
  { name: 'pgrep', run: runPgrep },
  { name: 'pkill', run: runPgrep },
  { name: 'killall', run: runKillall },
  { name: 'pidof', run: runPidof },
  { name: 'top', run: runTop },
];
