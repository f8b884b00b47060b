/**
 * Namespaces as data: what /proc/PID/ns, lsns, unshare and nsenter show. Inode numbers are those of
 * Linux 5.x for the machine's first ones; new ones are counted up from 4026532000 on.
 *
 * The mount namespace is in files/mounts.ts, the network namespace belongs to net/.
 */
import { assert } from '../base';
import type { Cgroup } from './cgroup';
import type { MountNamespace } from './files/mounts';
import type { NetworkNamespace } from './network-calls';
import type { Process } from './process';
import type { NamespaceKind } from './syscalls';

/** Inode numbers of the namespaces that a machine boots with (include/linux/proc_ns.h). */
export const FIRST_NAMESPACE: Readonly<Record<NamespaceKind, number>> = Object.freeze({
  ipc: 4026531839,
  uts: 4026531838,
  user: 4026531837,
  pid: 4026531836,
  cgroup: 4026531835,
  mnt: 4026531840,
  net: 4026531992,
});

/** pid_max of a 64-bit machine with few processors. */
const PID_MAX = 32768;
/** Where numbering restarts after pid_max (RESERVED_PIDS). */
const PID_RESTART = 300;

export class UtsNamespace {
  domainname = '(none)';
  constructor(
    readonly id: number,
    public hostname: string,
  ) {}
}

export class IpcNamespace {
  constructor(readonly id: number) {}
}

export class UserNamespace {
  constructor(readonly id: number) {}
}

export class CgroupNamespace {
  constructor(
    readonly id: number,
    /** What its members see as '/'. */
    readonly root: Cgroup,
  ) {}
}

/** Numbers processes; a process has a number in its own namespace and in all above. */
export class PidNamespace {
  readonly level: number;
  /** Number to process, zombies included. */
  readonly processes = new Map<number, Process>();
  private last = 0;

  constructor(
    readonly id: number,
    readonly parent: PidNamespace | undefined,
  ) {
    this.level = parent ? parent.level + 1 : 0;
  }

  /** For /proc/loadavg. */
  get lastAllocated(): number {
    return this.last;
  }

  /** Process 1: adopts orphans; when it ends, all others are killed. */
  get init(): Process | undefined {
    return this.processes.get(1);
  }

  /** The next free number (alloc_pid). */
  allocate(isReserved: (number: number) => boolean): number {
    for (let tries = 0; tries <= PID_MAX; tries++) {
      this.last = this.last + 1 >= PID_MAX ? PID_RESTART : this.last + 1;
      if (!this.processes.has(this.last) && !isReserved(this.last)) return this.last;
    }
    assert(false, 'no free process number');
  }

  /** Lets the numbering go on above `pid` (a machine that has booted has used some). */
  skipTo(pid: number): void {
    if (pid > this.last) this.last = pid;
  }
}

/** A process number in each namespace that sees it (`struct pid`). */
export class PidNumbers {
  constructor(
    /** Innermost namespace. */
    readonly namespace: PidNamespace,
    /** By level, the machine's first namespace first. */
    readonly numbers: readonly number[],
  ) {}

  /** Number of it in a namespace; 0 where it cannot be seen. */
  in(namespace: PidNamespace): number {
    let at: PidNamespace | undefined = this.namespace;
    while (at && at.level > namespace.level) at = at.parent;
    return at === namespace ? this.numbers[namespace.level]! : 0;
  }
}

export interface Namespaces {
  readonly mnt: MountNamespace;
  readonly pid: PidNamespace;
  readonly net: NetworkNamespace | undefined;
  readonly uts: UtsNamespace;
  readonly ipc: IpcNamespace;
  readonly user: UserNamespace;
  readonly cgroup: CgroupNamespace;
}
