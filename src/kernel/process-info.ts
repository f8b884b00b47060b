/** What listings show of a process. */
import type { ProcessInfo } from './kernel-options';
import type { Process } from './process';

export function processInfo(process: Process): ProcessInfo {
  const { namespaces: ns, session } = process;
  const { terminal } = session;
  return {
    pid: process.globalPid,
    ppid: process.parent?.globalPid ?? 0,
    pgid: process.group.id.numbers[0]!,
    sid: session.id.numbers[0]!,
    uid: process.credentials.uid,
    gid: process.credentials.gid,
    comm: process.comm,
    program: process.program,
    argv: process.argv,
    state: process.stateLetter,
    cpuUs: process.cpuUs,
    startedAt: process.startedAt,
    memoryBytes: process.isAlive ? process.memoryBytes : 0,
    tty: terminal ? `pts/${terminal.index}` : '?',
    cgroup: process.cgroup.path,
    innerPid: process.pid.in(process.pid.namespace),
    namespaces: {
      mnt: ns.mnt.id,
      pid: process.pid.namespace.id,
      net: ns.net?.id ?? 0,
      uts: ns.uts.id,
      ipc: ns.ipc.id,
      user: ns.user.id,
      cgroup: ns.cgroup.id,
    },
  };
}
