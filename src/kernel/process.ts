/**
 * A process: `task_struct`, with what hangs on it. Data and small questions only; what happens to
 * processes is in scheduler.ts (running), lifecycle.ts (birth and death), signalling.ts.
 */
import type { TimerHandle } from '../base';
import type { Cgroup } from './cgroup';
import type { Continuation } from './continuation';
import type { DescriptorTable } from './descriptors';
import type { Place } from './files/mounts';
import type { Kernel } from './kernel';
import type { Namespaces, PidNamespace, PidNumbers } from './namespaces';
import type { Signal, Syscall, WaitStatus } from './syscalls';
import type { Terminal } from './terminal/terminal';
import type { Waiter, WaitQueue } from './wait-queue';

/** Told of the end of a process that was started from outside (startProcess). */
export interface ProcessListener {
  /** `pid` is the number in the machine's first namespace. */
  onExit(pid: number, status: ExitStatus): void;
}

/** How it ended. Exactly one is set. */
export interface ExitStatus {
  readonly exitCode?: number;
  readonly termSignal?: Signal;
}

/** Members get terminal signals together. */
export class ProcessGroup {
  readonly members = new Set<Process>();
  constructor(
    readonly id: PidNumbers,
    readonly session: Session,
  ) {}
}

export class Session {
  /** Controlling terminal. */
  terminal: Terminal | undefined;
  readonly groups = new Set<ProcessGroup>();
  constructor(readonly id: PidNumbers) {}
}

/**
 * starting: waits for its first turn; charged: its call costs time before it is done; blocked:
 * waits in queues or for a time; woken: will try its call again at once; zombie: ended, not yet
 * waited for.
 */
export type Phase = 'starting' | 'charged' | 'blocked' | 'woken' | 'zombie' | 'dead';

/** What a call that blocks keeps between its tries. */
export interface Progress {
  deadline?: number;
  /** Bytes of a write that are done. */
  written?: number;
  /** Something of the call's own: a lookup under way, a connection being made, a token. */
  pending?: unknown;
}

export interface Credentials {
  readonly uid: number;
  readonly gid: number;
}

export class Process implements Waiter {
  phase: Phase = 'starting';
  parent: Process | undefined;
  readonly children = new Set<Process>();
  group!: ProcessGroup;
  listener: ProcessListener | undefined;
  /** Name of the program in the table. */
  program = '';
  /** As `ps` shows it in brackets or /proc/PID/comm: at most 15 characters. */
  comm = '';
  argv: readonly string[] = [];
  env: Readonly<Record<string, string>> = {};
  /** Path of what was executed. */
  exe = '';
  continuation!: Continuation;
  /** The call it is in. */
  request: Syscall | undefined;
  progress: Progress = {};
  /** Queues it waits in. */
  private readonly queues: WaitQueue[] = [];
  /** Its next turn, or the deadline of what it waits for. */
  timer: TimerHandle | undefined;
  /** Calls that may be done without time passing, because a person just typed. */
  graceCalls = 0;

  credentials: Credentials = { uid: 0, gid: 0 };
  umask = 0o022;
  cwd!: Place;
  root!: Place;
  descriptors!: DescriptorTable;
  namespaces!: Namespaces;
  /** Where its children are numbered, after unshare or setns of the pid namespace. */
  childPidNamespace: PidNamespace | undefined;
  cgroup!: Cgroup;
  /** Out-of-memory killing hit it (docker says OOMKilled). */
  oomKilled = false;

  readonly actions = new Map<Signal, 'ignore' | 'catch'>();
  /** Ignored since its start, so that its children ignore them too. */
  readonly inheritedIgnores = new Set<Signal>();
  /** Caught and not yet taken. */
  caught: Signal[] = [];
  /** A caught signal that has not yet interrupted anything. */
  interrupt: Signal | undefined;
  /** Arrived while it was stopped. */
  heldSignals: Signal[] = [];
  /** By job control. */
  stopped = false;
  stopSignal: Signal | undefined;
  /** Its turn came while it was stopped or frozen. */
  turnHeld = false;
  /** For waitpid: stopped or continued and not yet told. */
  report: WaitStatus | undefined;
  exitStatus: ExitStatus | undefined;

  /** Its nodes in the procfs mounts that were looked into. */
  readonly procNodes = new Map<string, unknown>();

  /** Virtual time of its start. */
  readonly startedAt: number;
  cpuUs = 0;
  /** Of its program as such. */
  programBytes = 0;
  /** What it asked for on top of that. */
  heldBytes = 0;

  constructor(
    readonly kernel: Kernel,
    readonly pid: PidNumbers,
  ) {
    this.startedAt = kernel.runtime.now;
  }

  /** Number in the machine's first pid namespace. */
  get globalPid(): number {
    return this.pid.numbers[0]!;
  }

  get memoryBytes(): number {
    return this.programBytes + this.heldBytes;
  }

  set memoryBytes(bytes: number) {
    this.heldBytes = Math.max(0, bytes - this.programBytes);
  }

  get session(): Session {
    return this.group.session;
  }

  get isAlive(): boolean {
    return this.phase !== 'zombie' && this.phase !== 'dead';
  }

  /** Process 1 of its pid namespace. */
  get isInit(): boolean {
    return this.pid.numbers[this.pid.namespace.level] === 1;
  }

  get isHeld(): boolean {
    return this.stopped || this.cgroup.isFrozen;
  }

  /** R, S, T, Z as in /proc/PID/stat. */
  get stateLetter(): string {
    if (!this.isAlive) return this.phase === 'zombie' ? 'Z' : 'X';
    if (this.stopped) return 'T';
    if (this.cgroup.isFrozen) return 'D';
    return this.phase === 'blocked' ? 'S' : 'R';
  }

  /** Blocks until the queue is woken. */
  waitOn(queue: WaitQueue): void {
    queue.add(this);
    this.queues.push(queue);
  }

  leaveQueues(): void {
    for (const queue of this.queues) queue.remove(this);
    this.queues.length = 0;
  }

  wakeUp(): void {
    this.kernel.scheduler.wakeProcess(this);
  }
}
