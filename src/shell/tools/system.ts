/** date, uname, id, whoami, uptime, free, nproc, which, tty, stty, sync, kill, chaos. */
import { sys, SysError, type Sys } from '../../kernel';
import { errnoText } from '../errno';
import { signalByName, signalNumber, SIGNAL_NAMES } from '../exec/waiting';
import { formatTime, UTC } from '../time-format';
import { zoneOf } from './zone';
import { parseDate } from './date-text';
import { statOrNone } from './files';
import { readTable } from './owners';
import { type Context, type Tool } from './tool';

/** The forms of `date -d` that BusyBox knows. */
const BUSYBOX_DATES: readonly RegExp[] = [
  /^@-?\d+$/,
  /^\d{4}-\d{1,2}-\d{1,2}(?: \d{1,2}:\d{2}(?::\d{2})?)?$/,
  /^\d{1,2}:\d{2}(?::\d{2})?$/,
];

function* runDate(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({
    short: tool.busybox ? 'Rd:us:r:I::D:' : 'Rd:us:r:I::f:',
    long: {
      date: '=d',
      utc: 'u',
      universal: 'u',
      reference: '=r',
      'rfc-email': 'R',
      'iso-8601': '?I',
      'rfc-3339': '=rfc',
      set: '=s',
    },
  });
  const zoneAt = (at: number) => (flags.has('u') ? UTC : zoneOf(tool.env['TZ'], at, tool.busybox));
  let us = (yield* sys.clock()).unixUs;
  const text = values.get('d');
  if (text !== undefined) {
    const known = !tool.busybox || BUSYBOX_DATES.some((form) => form.test(text));
    const parsed = known ? parseDate(text, us) : undefined;
    if (parsed === undefined) return yield* tool.fail(`invalid date '${text}'`);
    const stated = text.startsWith('@') || /(?:utc|gmt|z|[-+]\d\d:?\d\d)$/i.test(text);
    us = stated ? parsed : parsed - zoneAt(parsed).seconds * 1e6;
  }
  if (values.has('r')) {
    const path = values.get('r')!;
    const stat = yield* statOrNone(path);
    if (!stat)
      return yield* tool.fail(
        tool.busybox
          ? `can't stat '${path}': No such file or directory`
          : `${path}: No such file or directory`,
      );
    us = stat.mtimeUs;
  }
  if (values.has('s')) return yield* tool.fail('cannot set date: Operation not permitted');
  let format = '%a %b %e %H:%M:%S %Z %Y';
  if (flags.has('R')) format = '%a, %d %b %Y %H:%M:%S %z';
  if (flags.has('I')) {
    const level = values.get('I') ?? '';
    format =
      {
        '': '%Y-%m-%d',
        date: '%Y-%m-%d',
        hours: '%Y-%m-%dT%H%:z',
        minutes: '%Y-%m-%dT%H:%M%:z',
        seconds: '%Y-%m-%dT%H:%M:%S%:z',
        ns: '%Y-%m-%dT%H:%M:%S,%N%:z',
      }[level] ?? '%Y-%m-%d';
  }
  if (values.has('rfc'))
    format = values.get('rfc') === 'date' ? '%Y-%m-%d' : '%Y-%m-%d %H:%M:%S%:z';
  const wanted = operands[0];
  if (wanted?.startsWith('+')) format = wanted.slice(1);
  else if (wanted !== undefined)
    return yield* tool.fail(tool.busybox ? `invalid date '${wanted}'` : `invalid date '${wanted}'`);
  // musl's strftime gives up on what it does not know.
  const unknown = tool.busybox && /%[-_0]*(?:[\^#]|\d*q)/.test(format);
  yield* tool.print(`${unknown ? '' : formatTime(format, us, zoneAt(us))}\n`);
  return 0;
}

function* runUname(tool: Context): Sys<number> {
  const { flags } = yield* tool.options({
    short: 'asnrvmpio',
    long: {
      all: 'a',
      'kernel-name': 's',
      nodename: 'n',
      'kernel-release': 'r',
      'kernel-version': 'v',
      machine: 'm',
      'operating-system': 'o',
    },
  });
  const u = yield* sys.uname();
  const all: [string, string][] = [
    ['s', u.sysname],
    ['n', u.nodename],
    ['r', u.release],
    ['v', u.version],
    ['m', u.machine],
    ['o', 'GNU/Linux'],
  ];
  const chosen = flags.has('a') ? all : all.filter(([f]) => flags.has(f));
  if (flags.has('p') || flags.has('i')) chosen.push(['p', 'unknown']);
  yield* tool.print(`${(chosen.length > 0 ? chosen : [all[0]!]).map(([, v]) => v).join(' ')}\n`);
  return 0;
}

function* runId(tool: Context): Sys<number> {
  const { flags, operands } = yield* tool.options({
    short: tool.busybox ? 'ugGnr' : 'augGnrzZ',
    long: { user: 'u', group: 'g', groups: 'G', name: 'n', real: 'r', zero: 'z' },
  });
  const plain = !['u', 'g', 'G'].some((f) => flags.has(f));
  if (flags.has('z') && plain)
    return yield* tool.fail('option --zero not permitted in default format');
  if ((flags.has('n') || flags.has('r')) && plain && !tool.busybox)
    return yield* tool.fail('cannot print only names or real IDs in default format');
  let { uid, gid } = yield* sys.getuid();
  const users = yield* readTable('/etc/passwd');
  const groups = yield* readTable('/etc/group');
  if (operands[0] !== undefined) {
    const entry = users.find((u) => u[0] === operands[0] || u[2] === operands[0]);
    if (!entry)
      return yield* tool.fail(
        tool.busybox ? `unknown user ${operands[0]}` : `'${operands[0]}': no such user`,
      );
    uid = Number(entry[2]);
    gid = Number(entry[3]);
  }
  const user = users.find((u) => Number(u[2]) === uid)?.[0];
  const group = groups.find((g) => Number(g[2]) === gid)?.[0];
  const groupName = (id: number) => groups.find((g) => Number(g[2]) === id)?.[0];
  // Docker gives a container's process the groups that /etc/group lists for its user.
  const inContainer = (yield* statOrNone('/.dockerenv')) !== undefined;
  const more = groups.filter((g) => user !== undefined && g[3]?.split(',').includes(user));
  const list = [gid, ...more.map((g) => Number(g[2])).filter((g) => g !== gid)];
  const shows = !tool.busybox || inContainer;
  const name = (text: string | undefined, id: number) =>
    flags.has('n') ? (text ?? String(id)) : String(id);
  if (flags.has('u')) yield* tool.print(`${name(user, uid)}\n`);
  else if (flags.has('g')) yield* tool.print(`${name(group, gid)}\n`);
  else if (flags.has('G'))
    yield* tool.print(`${list.map((g) => name(groupName(g), g)).join(' ')}\n`);
  else {
    const label = (id: number, text: string | undefined) =>
      text === undefined ? String(id) : `${id}(${text})`;
    yield* tool.print(
      `uid=${label(uid, user)} gid=${label(gid, group)}${shows ? ` groups=${list.map((g) => label(g, groupName(g))).join(',')}` : ''}\n`,
    );
  }
  return 0;
}

function* runWhoami(tool: Context): Sys<number> {
  const { uid } = yield* sys.getuid();
  const entry = (yield* readTable('/etc/passwd')).find((u) => Number(u[2]) === uid);
  if (!entry)
    return yield* tool.fail(
      tool.busybox ? `unknown uid ${uid}` : `cannot find name for user ID ${uid}`,
    );
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
  const span =
    (days > 0 ? `${days} day${days === 1 ? '' : 's'}, ` : '') +
    (hours > 0
      ? `${String(hours).padStart(2)}:${String(minutes).padStart(2, '0')}`
      : `${minutes} min`);
  const users = tool.busybox ? '' : '  1 user,';
  yield* tool.print(
    ` ${formatTime('%H:%M:%S', clock.unixUs)} up ${span}, ${users}  load average: ${(load.length === 3 ? load : ['0.00', '0.00', '0.00']).join(', ')}\n`,
  );
  return 0;
}

function* runFree(tool: Context): Sys<number> {
  const { flags } = yield* tool.options({
    short: 'bkmgh',
    long: { human: 'h', mega: 'm', giga: 'g', bytes: 'b' },
  });
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
  const row = (label: string, cells: readonly number[]) =>
    `${label.padEnd(tool.busybox ? 8 : 8)}${cells.map((c) => unit(c).padStart(12)).join('')}\n`;
  yield* tool.print(
    `${tool.busybox ? '' : ' '}              total        used        free      shared  buff/cache   available\n`,
  );
  yield* tool.print(
    row('Mem:', [total, total - free - cache, free, kb('Shmem'), cache, available]),
  );
  yield* tool.print(
    row('Swap:', [kb('SwapTotal'), kb('SwapTotal') - kb('SwapFree'), kb('SwapFree')]),
  );
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
    return yield* tool.fail(
      tool.busybox
        ? 'standard input: Not a tty'
        : "'standard input': Inappropriate ioctl for device",
    );
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
      yield* tool.print(
        'intr = ^C; quit = ^\\; erase = ^?; kill = ^U; eof = ^D; eol = <undef>;\neol2 = <undef>; swtch = <undef>; start = ^Q; stop = ^S; susp = ^Z; rprnt = ^R;\nwerase = ^W; lnext = ^V; discard = ^O; min = 1; time = 0;\n-parenb -parodd -cmspar cs8 -hupcl -cstopb cread -clocal -crtscts\n',
      );
      yield* tool.print(
        `-ignbrk -brkint -ignpar -parmrk -inpck -istrip -inlcr -igncr ${flag('icrnl', termios.icrnl)} ixon\n-ixoff -iuclc -ixany -imaxbel -iutf8\n${flag('opost', termios.opost)} -olcuc -ocrnl onlcr -onocr -onlret -ofill -ofdel nl0 cr0 tab0 bs0 vt0 ff0\n${flag('isig', termios.isig)} ${flag('icanon', termios.icanon)} iexten ${flag('echo', termios.echo)} echoe echok -echonl -noflsh -xcase -tostop -echoprt\nechoctl echoke -flusho -extproc\n`,
      );
    } else if (!termios.echo || !termios.icanon)
      yield* tool.print(`${termios.icanon ? '' : '-icanon '}${termios.echo ? '' : '-echo'}\n`);
    return 0;
  }
  let next = { ...termios };
  for (const arg of args) {
    const on = !arg.startsWith('-');
    const name = arg.replace(/^-/, '');
    if (name === 'sane') next = { icanon: true, echo: true, isig: true, icrnl: true, opost: true };
    else if (name === 'raw') next = { ...next, icanon: !on, isig: !on, icrnl: !on, opost: !on };
    else if (name === 'cbreak') next = { ...next, icanon: !on };
    else if (['icanon', 'echo', 'isig', 'icrnl', 'opost'].includes(name))
      next = { ...next, [name]: on };
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

function* runArch(tool: Context): Sys<number> {
  yield* tool.print(`${(yield* sys.uname()).machine}\n`);
  return 0;
}

function* runGroups(tool: Context): Sys<number> {
  const { gid } = yield* sys.getuid();
  const group = (yield* readTable('/etc/group')).find((g) => Number(g[2]) === gid);
  yield* tool.print(`${group?.[0] ?? gid}\n`);
  return 0;
}

/** The kernel's ring buffer; the simulated kernel writes nothing into it. */
function* runDmesg(tool: Context): Sys<number> {
  yield* tool.options({ short: 'cCHLn:rs:Tw', long: { human: 'H', ctime: 'T', follow: 'w' } });
  return 0;
}

/** BusyBox's man finds no page where none is installed. */
function* runMan(tool: Context): Sys<number> {
  const name = tool.args.find((a) => !a.startsWith('-') && !/^\d$/.test(a));
  if (name === undefined) yield* tool.usage();
  return yield* tool.fail(`no manual entry for '${name!}'`);
}

function* runKill(tool: Context): Sys<number> {
  let args = [...tool.args];
  if (args[0] === '-l' || args[0] === '-L') {
    if (args[1] === undefined)
      yield* tool.print(
        `${SIGNAL_NAMES.map((s) =>
          tool.busybox ? `${String(signalNumber(s)).padStart(2)}) ${s}\n` : `${s} `,
        )
          .join('')
          .trimEnd()}\n`,
      );
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
    if (signal === undefined)
      return yield* tool.fail(
        tool.busybox ? `bad signal name '${name}'` : `invalid signal ${name}`,
      );
  }
  if (args[0] === '--') args.shift();
  if (args.length === 0) yield* tool.usage(tool.busybox ? undefined : 'not enough arguments');
  for (const arg of args) {
    if (!/^-?\d+$/.test(arg)) {
      yield* tool.warn(
        tool.busybox ? `invalid number '${arg}'` : `failed to parse argument: '${arg}'`,
      );
      continue;
    }
    try {
      yield* sys.kill(Number(arg), signal);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* tool.warn(
        tool.busybox
          ? `can't kill pid ${arg}: ${errnoText(error.errno)}`
          : `(${arg}): ${errnoText(error.errno)}`,
      );
    }
  }
  return tool.status;
}

function* runChaos(tool: Context): Sys<number> {
  const answer = yield* sys.chaos(tool.args.join(' '));
  if (answer.text !== '')
    yield* sys.write(
      answer.exitCode === 0 ? 1 : 2,
      answer.text.endsWith('\n') ? answer.text : `${answer.text}\n`,
    );
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
  { name: 'kill', run: runKill },
  { name: 'dmesg', run: runDmesg },
  { name: 'arch', run: runArch },
  { name: 'groups', run: runGroups },
  { name: 'man', run: runMan, only: 'busybox' },
  { name: 'chaos', run: runChaos },
];
