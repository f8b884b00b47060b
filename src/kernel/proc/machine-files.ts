/** Text of the files of /proc that tell of the machine (`fs/proc/meminfo.c`, `uptime.c`, ...). */
import { SECOND_US } from '../../base';
import type { Kernel } from '../kernel';
import type { PidNamespace } from '../namespaces';
import { UNAME } from '../uname';

/** What the kernel itself and the daemons that are not simulated as processes hold. */
const SYSTEM_MEMORY_BYTES = 210 << 20;
const CACHE_BYTES = 320 << 20;

/** Paths below /proc. */
export const MACHINE_FILES: readonly string[] = [
  'cmdline',
  'cpuinfo',
  'filesystems',
  'loadavg',
  'meminfo',
  'stat',
  'swaps',
  'uptime',
  'version',
  'sys/fs/file-max',
  'sys/kernel/domainname',
  'sys/kernel/hostname',
  'sys/kernel/osrelease',
  'sys/kernel/ostype',
  'sys/kernel/pid_max',
  'sys/kernel/random/boot_id',
  'sys/kernel/version',
  'sys/net/core/somaxconn',
  'sys/net/ipv4/ip_forward',
  'sys/vm/overcommit_memory',
  'sys/vm/swappiness',
];

const FIXED: Readonly<Record<string, string>> = {
  cmdline: 'BOOT_IMAGE=/boot/vmlinuz root=/dev/sda1 ro quiet',
  filesystems: ['nodev\tsysfs', 'nodev\ttmpfs', 'nodev\tproc', 'nodev\tcgroup2']
    .concat('nodev\tdevpts', '\text4', 'nodev\toverlay')
    .join('\n'),
  swaps: 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority',
  version: `Linux version ${UNAME.release} (debian-kernel@lists.debian.org) ${UNAME.version}`,
  'sys/fs/file-max': '9223372036854775807',
  'sys/kernel/osrelease': UNAME.release,
  'sys/kernel/ostype': UNAME.sysname,
  'sys/kernel/pid_max': '32768',
  'sys/kernel/version': UNAME.version,
  'sys/net/core/somaxconn': '4096',
  'sys/net/ipv4/ip_forward': '1',
  'sys/vm/overcommit_memory': '0',
  'sys/vm/swappiness': '60',
};

export function machineText(kernel: Kernel, namespace: PidNamespace, path: string): string {
  const fixed = FIXED[path];
  if (fixed !== undefined) return `${fixed}\n`;
  const uts = kernel.scheduler.current?.namespaces.uts ?? kernel.namespaces.uts;
  switch (path) {
    case 'sys/kernel/hostname':
      return `${uts.hostname}\n`;
    case 'sys/kernel/domainname':
      return `${uts.domainname}\n`;
    case 'sys/kernel/random/boot_id':
      return `${kernel.bootId}\n`;
    case 'cpuinfo':
      return cpuinfo(kernel.cpus);
    case 'loadavg':
      return loadavg(kernel, namespace);
    case 'meminfo':
      return meminfo(kernel);
    case 'stat':
      return machineStat(kernel);
    case 'uptime':
      return uptime(kernel);
    default:
      return '';
  }
}

/** Bytes in use and bytes of cache, for meminfo and `docker info`. */
export function memoryUse(kernel: Kernel): { readonly used: number; readonly cached: number } {
  return { used: SYSTEM_MEMORY_BYTES + kernel.rootCgroup.memoryBytes, cached: CACHE_BYTES };
}

function meminfo(kernel: Kernel): string {
  const { used, cached } = memoryUse(kernel);
  const total = kernel.memoryBytes;
  const free = Math.max(0, total - used - cached);
  const rows: readonly (readonly [string, number])[] = [
    ['MemTotal', total],
    ['MemFree', free],
    ['MemAvailable', Math.min(total, free + cached)],
    ['Buffers', 24 << 20],
    ['Cached', cached - (24 << 20)],
    ['SwapCached', 0],
    ['SwapTotal', 0],
    ['SwapFree', 0],
    ['Shmem', 1 << 20],
    ['Slab', 40 << 20],
    ['SReclaimable', 0],
  ];
  const line = ([name, bytes]: readonly [string, number]) =>
    `${`${name}:`.padEnd(15)} ${String(Math.floor(bytes / 1024)).padStart(9)} kB\n`;
  return rows.map(line).join('');
}

function cpuinfo(cpus: number): string {
  const blocks: string[] = [];
  for (let i = 0; i < cpus; i++) {
    blocks.push(
      `processor\t: ${i}\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 85\n` +
        'model name\t: Intel(R) Xeon(R) CPU @ 2.20GHz\nstepping\t: 3\ncpu MHz\t\t: 2200.000\n' +
        `cache size\t: 39424 KB\nphysical id\t: 0\nsiblings\t: ${cpus}\ncore id\t\t: ${i}\n` +
        `cpu cores\t: ${cpus}\nbogomips\t: 4400.00\n` +
        'address sizes\t: 46 bits physical, 48 bits virtual\n\n',
    );
  }
  return blocks.join('');
}

function loadavg(kernel: Kernel, namespace: PidNamespace): string {
  let running = 0;
  for (const process of namespace.processes.values()) if (process.stateLetter === 'R') running++;
  const load = kernel.scheduler.load.text(kernel.runtime.now);
  return `${load} ${running}/${namespace.processes.size} ${namespace.lastAllocated}\n`;
}

function uptime(kernel: Kernel): string {
  const us = kernel.runtime.now - kernel.bootedAt;
  const idle = Math.max(0, us * kernel.cpus - kernel.scheduler.busyUs);
  return `${hundredths(us)} ${hundredths(idle)}\n`;
}

function hundredths(us: number): string {
  const total = Math.floor(us / 10_000);
  return `${Math.floor(total / 100)}.${String(total % 100).padStart(2, '0')}`;
}

/** Processor times are in hundredths of a second (USER_HZ). */
function machineStat(kernel: Kernel): string {
  const busy = Math.floor(kernel.scheduler.busyUs / 10_000);
  const us = kernel.runtime.now - kernel.bootedAt;
  const idle = Math.max(0, Math.floor((us * kernel.cpus) / 10_000) - busy);
  const times = (user: number, rest: number) => `${user} 0 0 ${rest} 0 0 0 0 0 0`;
  const lines = [`cpu  ${times(busy, idle)}`];
  for (let i = 0; i < kernel.cpus; i++)
    lines.push(`cpu${i} ${times(Math.floor(busy / kernel.cpus), Math.floor(idle / kernel.cpus))}`);
  const bootUnix = Math.floor((kernel.wallClock.now() - us) / SECOND_US);
  lines.push(`ctxt ${kernel.scheduler.callsDone}`, `btime ${bootUnix}`);
  lines.push(`processes ${kernel.forks}`, 'procs_running 1', 'procs_blocked 0');
  return `${lines.join('\n')}\n`;
}
