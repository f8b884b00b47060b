/**
 * The shells and tools of the simulated machines as programs of the kernel. `shellPrograms` goes into
 * the kernel's table; `debianTools` and `busyboxApplets` say which files name them in a root.
 */
import type { Program, ProgramTable } from '../kernel';
import { shellProgram } from './exec/session';
import { describeSignal, signalNumber } from './exec/waiting';
import { busyboxProgram, HOST_TOOLS, TOOLS, toolProgram, type Tool } from './tools';

const ash = shellProgram('ash');

const gnu: readonly Tool[] = TOOLS.filter((t) => t.only !== 'busybox');
const applets: ReadonlyMap<string, Tool> = new Map(
  TOOLS.filter((t) => t.only !== 'gnu').map((t) => [t.name, t]),
);

export { describeSignal, signalNumber };

/** Every program by its name. `sh` is dash, as in Debian; `busybox` looks at its own name. */
export const shellPrograms: ProgramTable = new Map<string, Program>([
  ['bash', shellProgram('bash')],
  ['dash', shellProgram('dash')],
  ['sh', shellProgram('dash')],
  ['ash', ash],
  ['busybox', busyboxProgram(applets, ash)],
  ...HOST_TOOLS.map((tool): [string, Program] => [tool.name, toolProgram(tool)]),
  ...gnu.map((tool): [string, Program] => [tool.name, toolProgram(tool)]),
]);

/** Names that are links to /bin/busybox in a root of BusyBox. */
export const busyboxApplets: readonly string[] = [...applets.keys(), 'sh', 'ash'].sort();

/** In Debian's /usr/sbin. */
const SYSTEM_TOOLS = new Set(['chroot', 'ip', 'iptables', 'ipvsadm', 'tc', 'ss', 'reboot']);

export interface ToolFile {
  readonly path: string;
  /** The program that the file names in its `#!drydock` line. */
  readonly program: string;
}

/** Files of a Debian-like root; /bin and /sbin are links into /usr there. */
export const debianTools: readonly ToolFile[] = [
  { path: '/usr/bin/bash', program: 'bash' },
  { path: '/usr/bin/dash', program: 'dash' },
  { path: '/usr/bin/sh', program: 'sh' },
  // `time` is a word of bash; Debian's images lack the program.
  ...gnu
    .filter((tool) => tool.name !== 'time')
    .map((tool) => ({
      path: `/usr/${SYSTEM_TOOLS.has(tool.name) ? 'sbin' : 'bin'}/${tool.name}`,
      program: tool.name,
    })),
];

/** Besides, on a machine of the cluster; images of containers do not have these. */
export const hostOnlyTools: readonly ToolFile[] = HOST_TOOLS.map((tool) => ({
  path: `/usr/bin/${tool.name}`,
  program: tool.name,
}));
