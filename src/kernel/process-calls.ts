/**
 * System calls on processes: numbers, groups, waiting, signals (`kernel/sys.c`, `exit.c`,
 * `signal.c`).
 */
import type { Kernel } from './kernel';
import { type Process, ProcessGroup, Session } from './process';
import { SysError, type Syscall, type WaitStatus } from './syscalls';
import { UNAME } from './uname';
import { BLOCKED } from './waiting';

type Call<K extends Syscall['call']> = Extract<Syscall, { call: K }>;

export function getpid(_kernel: Kernel, process: Process): number {
  return process.pid.in(process.pid.namespace);
}

/** Pages that a program asked for and wrote to (`mm/mmap.c`, `mm/oom_kill.c`). */
export function memory(kernel: Kernel, process: Process, call: Call<'memory'>): void {
  process.heldBytes = Math.max(0, call.bytes);
  kernel.checkMemory(process);
}

export function getppid(_kernel: Kernel, process: Process): number {
  return process.parent?.pid.in(process.pid.namespace) ?? 0;
}

export function getuid(_kernel: Kernel, process: Process): { uid: number; gid: number } {
  return process.credentials;
}

export function getpgid(kernel: Kernel, process: Process, call: Call<'getpgid'>): number {
  const target = kernel.visibleProcess(process, call.pid);
  return target.group.id.in(process.pid.namespace);
}

export function setpgid(kernel: Kernel, process: Process, call: Call<'setpgid'>): void {
  const target = kernel.visibleProcess(process, call.pid);
  if (target !== process && target.parent !== process) throw new SysError('ESRCH');
  if (!target.isAlive) throw new SysError('ESRCH');
  if (target.session !== process.session || target.session.id === target.pid)
    throw new SysError('EPERM');
  const own = target.pid.in(process.pid.namespace);
  const pgid = call.pgid === 0 ? own : call.pgid;
  if (pgid < 0) throw new SysError('EINVAL');
  if (target.group.id.in(process.pid.namespace) === pgid) return;
  const group =
    pgid === own
      ? new ProcessGroup(target.pid, target.session)
      : kernel.lifecycle.findGroup(process, pgid);
  moveTo(target, group);
}

function moveTo(process: Process, group: ProcessGroup): void {
  const { group: before } = process;
  before.members.delete(process);
  if (before.members.size === 0) before.session.groups.delete(before);
  group.members.add(process);
  group.session.groups.add(group);
  process.group = group;
}

export function setsid(_kernel: Kernel, process: Process): number {
  if (process.group.id === process.pid) throw new SysError('EPERM');
  moveTo(process, new ProcessGroup(process.pid, new Session(process.pid)));
  return process.pid.in(process.pid.namespace);
}

export function spawn(kernel: Kernel, process: Process, call: Call<'spawn'>): number {
  const child = kernel.lifecycle.spawn(process, call.options);
  return child.pid.in(process.pid.namespace);
}

export function exec(kernel: Kernel, process: Process, call: Call<'exec'>): void {
  kernel.lifecycle.exec(process, call.path, call.argv, call.env);
}

export function waitpid(kernel: Kernel, process: Process, call: Call<'waitpid'>): unknown {
  const children = [...process.children].filter((child) => isAwaited(process, child, call.pid));
  if (children.length === 0) throw new SysError('ECHILD');
  const namespace = process.pid.namespace;
  for (const child of children) {
    if (child.phase !== 'zombie') continue;
    const status: WaitStatus = { pid: child.pid.in(namespace), ...child.exitStatus };
    kernel.lifecycle.reap(child);
    if (process.interrupt === 'CHLD') process.interrupt = undefined;
    return status;
  }
  for (const child of children) {
    const { report } = child;
    if (!report || !call.untraced) continue;
    child.report = undefined;
    return { ...report, pid: child.pid.in(namespace) };
  }
  return call.nohang ? undefined : BLOCKED;
}

/** -1 any, 0 the caller's group, below that a group, else one process. */
function isAwaited(process: Process, child: Process, pid: number): boolean {
  const namespace = process.pid.namespace;
  if (pid === -1) return true;
  if (pid === 0) return child.group === process.group;
  if (pid < -1) return child.group.id.in(namespace) === -pid;
  return child.pid.in(namespace) === pid;
}

export function kill(kernel: Kernel, process: Process, call: Call<'kill'>): void {
  kernel.signalling.kill(process, call.pid, call.signal);
}

export function sigaction(_kernel: Kernel, process: Process, call: Call<'sigaction'>): string {
  const { signal, action } = call;
  if (signal === 'KILL' || signal === 'STOP') throw new SysError('EINVAL');
  const before = process.actions.get(signal) ?? 'default';
  process.inheritedIgnores.delete(signal);
  if (action === 'default') process.actions.delete(signal);
  else process.actions.set(signal, action);
  if (action !== 'catch') process.caught = process.caught.filter((caught) => caught !== signal);
  return before;
}

export function sigpending(_kernel: Kernel, process: Process): readonly string[] {
  const { caught } = process;
  process.caught = [];
  process.interrupt = undefined;
  return caught;
}

export function exit(kernel: Kernel, process: Process, call: Call<'exit'>): void {
  kernel.lifecycle.exit(process, { exitCode: call.code & 255 });
}

/** Longest host name (HOST_NAME_MAX). */
const HOSTNAME_MAX = 64;

export function sethostname(_kernel: Kernel, process: Process, call: Call<'sethostname'>): void {
  if (process.credentials.uid !== 0) throw new SysError('EPERM');
  if (call.name.length > HOSTNAME_MAX) throw new SysError('EINVAL');
  process.namespaces.uts.hostname = call.name;
}

export function uname(_kernel: Kernel, process: Process): unknown {
  return { ...UNAME, nodename: process.namespaces.uts.hostname };
}
