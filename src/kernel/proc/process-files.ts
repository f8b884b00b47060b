/** Text of the files in /proc/PID (`fs/proc/array.c`, `base.c`, `namespaces.c`). */
import type { Kernel } from '../kernel';
import type { PidNamespace } from '../namespaces';
import type { Process } from '../process';
import { signalNumber } from '../signals';
import type { Signal } from '../syscalls';
import { PTS_MAJOR } from '../terminal/terminal';

export const PROCESS_FILES: readonly string[] = [
  'cgroup',
  'cmdline',
  'comm',
  'environ',
  'gid_map',
  'limits',
  'loginuid',
  'mountinfo',
  'mounts',
  'oom_score',
  'oom_score_adj',
  'stat',
  'statm',
  'status',
  'uid_map',
];

export const NAMESPACE_LINKS: readonly string[] = [
  'cgroup',
  'ipc',
  'mnt',
  'net',
  'pid',
  'pid_for_children',
  'user',
  'uts',
];

const PAGE_BYTES = 4096;
/** Virtual size against resident size, roughly what small C programs show. */
const VIRTUAL_FACTOR = 4;

/** "net:[4026531992]" */
export function namespaceLink(process: Process, name: string): string {
  const ns = process.namespaces;
  const ids: Readonly<Record<string, number | undefined>> = {
    cgroup: ns.cgroup.id,
    ipc: ns.ipc.id,
    mnt: ns.mnt.id,
    net: ns.net?.id,
    pid: process.pid.namespace.id,
    pid_for_children: (process.childPidNamespace ?? process.pid.namespace).id,
    user: ns.user.id,
    uts: ns.uts.id,
  };
  const id = ids[name];
  if (id === undefined) return '';
  return `${name === 'pid_for_children' ? 'pid' : name}:[${id}]`;
}

export function processText(
  kernel: Kernel,
  namespace: PidNamespace,
  process: Process,
  name: string,
): string {
  switch (name) {
    case 'cgroup':
      return `0::${cgroupPath(kernel, process)}\n`;
    case 'cmdline':
      return process.isAlive ? process.argv.map((word) => `${word}\0`).join('') : '';
    case 'comm':
      return `${process.comm}\n`;
    case 'environ':
      return Object.entries(process.env)
        .map(([key, value]) => `${key}=${value}\0`)
        .join('');
    case 'gid_map':
    case 'uid_map':
      return '         0          0 4294967295\n';
    case 'limits':
      return LIMITS;
    case 'loginuid':
      return '4294967295';
    case 'mountinfo':
      return mountInfo(process);
    case 'mounts':
      return mounts(process);
    case 'oom_score':
    case 'oom_score_adj':
      return '0\n';
    case 'stat':
      return stat(kernel, namespace, process);
    case 'statm':
      return `${pages(process) * VIRTUAL_FACTOR} ${pages(process)} ${pages(process)} 1 0 1 0\n`;
    case 'status':
      return status(namespace, process);
    default:
      return '';
  }
}

function pages(process: Process): number {
  return Math.floor(process.memoryBytes / PAGE_BYTES);
}

function parentNumber(namespace: PidNamespace, process: Process): number {
  return process.parent ? process.parent.pid.in(namespace) : 0;
}

/** Path of the control group below the root of the reader's cgroup namespace. */
function cgroupPath(kernel: Kernel, process: Process): string {
  const root = (kernel.scheduler.current ?? process).namespaces.cgroup.root.path;
  const { path } = process.cgroup;
  if (root === '/') return path;
  if (path === root) return '/';
  return path.startsWith(`${root}/`) ? path.slice(root.length) : `/../${path.split('/').pop()}`;
}

/** "rw,relatime" or "ro,..." */
function mountFlags(readOnly: boolean, options: string): string {
  return `${readOnly ? 'ro' : 'rw'}${options === '' ? '' : `,${options}`}`;
}

function mounts(process: Process): string {
  return process.namespaces.mnt.mounts
    .map((mount) => {
      const flags = mountFlags(mount.readOnly, mount.options);
      return `${mount.source} ${mount.path} ${mount.fs.type} ${flags} 0 0\n`;
    })
    .join('');
}

function mountInfo(process: Process): string {
  return process.namespaces.mnt.mounts
    .map((mount) => {
      const device = `${mount.fs.dev >> 8}:${mount.fs.dev & 255}`;
      const flags = mountFlags(mount.readOnly, mount.options);
      const parent = mount.parent?.id ?? 1;
      const where = `${mount.id} ${parent} ${device} / ${mount.path} ${flags}`;
      return `${where} - ${mount.fs.type} ${mount.source} rw\n`;
    })
    .join('');
}

function stat(kernel: Kernel, namespace: PidNamespace, process: Process): string {
  const { terminal } = process.session;
  const ticks = Math.floor(process.cpuUs / 10_000);
  const fields: (number | string)[] = [
    process.pid.in(namespace),
    `(${process.comm})`,
    process.stateLetter,
    parentNumber(namespace, process),
    process.group.id.in(namespace),
    process.session.id.in(namespace),
    terminal ? (PTS_MAJOR << 8) | terminal.index : 0,
    terminal?.foreground ? terminal.foreground.id.in(namespace) : -1,
    4194304,
    ...[0, 0, 0, 0],
    ticks,
    ...[0, 0, 0, 20, 0, 1, 0],
    Math.floor((process.startedAt - kernel.bootedAt) / 10_000),
    process.memoryBytes * VIRTUAL_FACTOR,
    pages(process),
    '18446744073709551615',
  ];
  while (fields.length < 52) fields.push(0);
  return `${fields.join(' ')}\n`;
}

const STATE_WORDS: Readonly<Record<string, string>> = {
  R: 'R (running)',
  S: 'S (sleeping)',
  D: 'D (disk sleep)',
  T: 'T (stopped)',
  Z: 'Z (zombie)',
  X: 'X (dead)',
};

/** 16 hexadecimal digits, signal 1 in the lowest bit. */
function signalMask(signals: readonly Signal[]): string {
  let mask = 0;
  for (const signal of signals) mask += 2 ** (signalNumber(signal) - 1);
  return mask.toString(16).padStart(16, '0');
}

function status(namespace: PidNamespace, process: Process): string {
  const { uid, gid } = process.credentials;
  const kilobytes = Math.floor(process.memoryBytes / 1024);
  const ignored: Signal[] = [];
  const caught: Signal[] = [];
  for (const [signal, action] of process.actions)
    (action === 'ignore' ? ignored : caught).push(signal);
  const inner = process.pid.numbers.slice(namespace.level).join('\t');
  const rows: readonly (readonly [string, string | number])[] = [
    ['Name', process.comm],
    ['Umask', process.umask.toString(8).padStart(4, '0')],
    ['State', STATE_WORDS[process.stateLetter] ?? ''],
    ['Tgid', process.pid.in(namespace)],
    ['Ngid', 0],
    ['Pid', process.pid.in(namespace)],
    ['PPid', parentNumber(namespace, process)],
    ['TracerPid', 0],
    ['Uid', `${uid}\t${uid}\t${uid}\t${uid}`],
    ['Gid', `${gid}\t${gid}\t${gid}\t${gid}`],
    ['FDSize', 64],
    ['NStgid', inner],
    ['NSpid', inner],
    ['VmSize', `${String(kilobytes * VIRTUAL_FACTOR).padStart(8)} kB`],
    ['VmRSS', `${String(kilobytes).padStart(8)} kB`],
    ['Threads', 1],
    ['SigPnd', signalMask(process.caught)],
    ['SigIgn', signalMask(ignored)],
    ['SigCgt', signalMask(caught)],
  ];
  return rows.map(([name, value]) => `${name}:\t${value}\n`).join('');
}

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units     
Max open files            1024                 1048576              files     
Max processes             4096                 4096                 processes 
`;
