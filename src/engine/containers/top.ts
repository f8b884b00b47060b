/** `GET /containers/X/top`: the columns of the machine's `ps` (procps). */
import { isApiError, type ApiCall } from '../../api';
import type { ProcessInfo } from '../../kernel';
import type { EngineCore } from '../core';
import { readUserNames } from './user-names';

interface Row {
  readonly info: ProcessInfo;
  readonly user: string;
  readonly startedUnixUs: number;
  readonly runUs: number;
}
interface Column {
  readonly title: string;
  readonly value: (row: Row) => string;
}

const two = (n: number) => String(n).padStart(2, '0');
function clockTime(us: number): string {
  const seconds = Math.floor(us / 1_000_000);
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
function shortTime(us: number): string {
  const seconds = Math.floor(us / 1_000_000);
  return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
}
const startTime = (row: Row) => new Date(row.startedUnixUs / 1000).toISOString().slice(11, 16);
const share = (row: Row) => (row.runUs > 0 ? (row.info.cpuUs * 100) / row.runUs : 0);
const commandLine = (row: Row) => row.info.argv.join(' ');

const FULL: readonly Column[] = [
  { title: 'UID', value: (row) => row.user },
  { title: 'PID', value: (row) => String(row.info.pid) },
  { title: 'PPID', value: (row) => String(row.info.ppid) },
  { title: 'C', value: (row) => String(Math.floor(share(row))) },
  { title: 'STIME', value: startTime },
  { title: 'TTY', value: (row) => row.info.tty },
  { title: 'TIME', value: (row) => clockTime(row.info.cpuUs) },
  { title: 'CMD', value: commandLine },
];
const AUX: readonly Column[] = [
  { title: 'USER', value: (row) => row.user },
  { title: 'PID', value: (row) => String(row.info.pid) },
  { title: '%CPU', value: (row) => share(row).toFixed(1) },
  { title: '%MEM', value: () => '0.0' },
  { title: 'VSZ', value: (row) => String(Math.floor(row.info.memoryBytes / 512)) },
  { title: 'RSS', value: (row) => String(Math.floor(row.info.memoryBytes / 1024)) },
  { title: 'TTY', value: (row) => row.info.tty },
  { title: 'STAT', value: (row) => row.info.state + (row.info.innerPid === 1 ? 's' : '') },
  { title: 'START', value: startTime },
  { title: 'TIME', value: (row) => shortTime(row.info.cpuUs) },
  { title: 'COMMAND', value: commandLine },
];
const NAMED: Readonly<Record<string, Column>> = {
  pid: FULL[1]!,
  ppid: FULL[2]!,
  user: AUX[0]!,
  uid: { title: 'UID', value: (row) => String(row.info.uid) },
  comm: { title: 'COMMAND', value: (row) => row.info.comm },
  args: { title: 'COMMAND', value: commandLine },
  cmd: FULL[7]!,
  stat: AUX[7]!,
  time: FULL[6]!,
  tty: { title: 'TT', value: (row) => row.info.tty },
  rss: AUX[5]!,
  vsz: AUX[4]!,
};

/** The columns that `ps` arguments ask for, or ps's complaint. */
function columnsOf(args: string): readonly Column[] | { readonly message: string } {
  const words = args.split(/\s+/).filter((word) => word !== '');
  if (words.some((word) => word.startsWith('--')))
    return { message: 'ps: error: unknown gnu long option' };
  const wanted = /-?o\s*([\w,%]+)/.exec(args)?.[1];
  if (wanted !== undefined) {
    const columns = wanted.split(',').map((name) => NAMED[name]);
    const bad = wanted.split(',').find((name) => !(name in NAMED));
    if (bad !== undefined)
      return { message: `ps: error: unknown user-defined format specifier "${bad}"` };
    return columns as Column[];
  }
  return words.some((word) => word.includes('u') && !word.startsWith('-')) ? AUX : FULL;
}

export function openTop(core: EngineCore, call: ApiCall, name: string): void {
  const container = core.container(name);
  if (isApiError(container)) return call.fail(container);
  const { running } = container;
  if (!running) {
    const message = `Container ${container.id} is not running`;
    return call.fail({ status: 409, message });
  }
  const columns = columnsOf(call.query.get('ps_args') ?? '-ef');
  if ('message' in columns) return call.fail({ status: 500, message: columns.message });
  const users = readUserNames(core.kernel);
  const now = core.runtime.now;
  const rows = core.kernel.processes(running.namespaces.pid).map((info): Row => ({
    info,
    user: users.get(info.uid) ?? String(info.uid),
    startedUnixUs: core.unixUs - (now - info.startedAt),
    runUs: now - info.startedAt,
  }));
  rows.sort((a, b) => a.info.pid - b.info.pid);
  call.json(200, {
    Processes: rows.map((row) => columns.map((column) => column.value(row))),
    Titles: columns.map((column) => column.title),
  });
}
