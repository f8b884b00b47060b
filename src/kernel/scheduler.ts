/**
 * Runs processes in virtual time. A call costs processor time first and is done when that is over;
 * where it must wait it leaves queues and timer behind and is tried again when woken. With more
 * work than processors, calls queue up for the processor that is free first.
 *
 * Differs from Linux's scheduler in that the slice is one system call, and that a person's key
 * strokes get their answer without time passing (see `beginTyping`), so that a paused machine can
 * be typed into.
 */
import { AssertionFailure, type Wakeable } from '../base';
import { callCost, type SlowReader } from './costs';
import type { Step } from './continuation';
import { dispatch } from './dispatch';
import { errnoText } from './errno-text';
import { OutputPipe } from './files/outside-pipe';
import { PipeEnd } from './files/pipe';
import { RegularFile } from './files/regular-file';
import type { Kernel } from './kernel';
import { LoadAverage } from './load-average';
import type { Process } from './process';
import { SysError, type Syscall } from './syscalls';
import { BLOCKED } from './waiting';

/** Calls that are done without time passing after one key stroke, over all processes. */
const TYPED_CALLS = 2000;
/** Calls that wait for time or for the world, or that start something: they end that. */
const NOT_TYPED: ReadonlySet<Syscall['call']> = new Set<Syscall['call']>([
  'spawn',
  'exec',
  'sleep',
  'api',
  'chaos',
  'compute',
  'connect',
  'resolve',
  'ping',
  'accept',
]);

/** Calls that a caught signal does not interrupt, however long they take. */
const UNINTERRUPTIBLE: ReadonlySet<Syscall['call']> = new Set<Syscall['call']>(['compute']);

export class Scheduler implements Wakeable {
  /** When each processor has done what it was given. */
  private readonly processorFreeAt: number[] = [];
  /** Woken by a key stroke that is being worked on. */
  private typed: Process[] = [];
  private isTyping = false;
  private typedCallsLeft = 0;
  /** The process whose call is being done. */
  current: Process | undefined;
  /** Processor time of all since boot. */
  busyUs = 0;
  callsDone = 0;
  readonly load = new LoadAverage();

  constructor(
    private readonly kernel: Kernel,
    processors: number,
  ) {
    for (let i = 0; i < processors; i++) this.processorFreeAt.push(0);
  }

  wake(tag: string, data: unknown): void {
    const process = data as Process;
    process.timer = undefined;
    if (tag === 'deadline') this.wakeProcess(process);
    else this.turn(process);
  }

  /** Gives a new process its first turn after `delayUs` of processor time. */
  begin(process: Process, costUs: number): void {
    process.phase = 'starting';
    process.timer = this.kernel.runtime.setTimer(
      this.charge(process, costUs) - this.kernel.runtime.now,
      this,
      'turn',
      process,
    );
  }

  /** Takes processor time; answers when it is over. */
  private charge(process: Process, costUs: number): number {
    const { now } = this.kernel.runtime;
    const free = this.processorFreeAt;
    let best = 0;
    for (let i = 1; i < free.length; i++) if (free[i]! < free[best]!) best = i;
    const start = Math.max(now, free[best]!);
    free[best] = start + costUs;
    process.cpuUs += costUs;
    this.busyUs += costUs;
    this.load.add(now, costUs);
    return process.cgroup.charge(start, costUs);
  }

  wakeProcess(process: Process): void {
    if (process.phase !== 'blocked') return;
    process.leaveQueues();
    this.kernel.runtime.cancelTimer(process.timer);
    process.phase = 'woken';
    if (this.isTyping && !process.isHeld) {
      process.timer = undefined;
      this.typed.push(process);
    } else {
      process.timer = this.kernel.runtime.setTimer(0, this, 'turn', process);
    }
  }

  /** A deadline for the call that the process is blocked in. */
  setDeadline(process: Process, at: number): void {
    const { runtime } = this.kernel;
    process.timer = runtime.setTimer(at - runtime.now, this, 'deadline', process);
  }

  /** It may run again after being stopped or frozen. */
  release(process: Process): void {
    if (process.isHeld || !process.isAlive) return;
    if (process.turnHeld) {
      process.turnHeld = false;
      process.timer = this.kernel.runtime.setTimer(0, this, 'turn', process);
    } else {
      this.wakeProcess(process);
    }
  }

  /** It will never run again. */
  retire(process: Process): void {
    process.leaveQueues();
    this.kernel.runtime.cancelTimer(process.timer);
    process.timer = undefined;
    process.turnHeld = false;
  }

  /**
   * From here on, who is woken belongs to a key stroke, and `endTyping` runs them. False, and
   * nothing to end, within the turn of a process: then all goes its ordinary way.
   */
  beginTyping(): boolean {
    if (this.isTyping || this.current) return false;
    this.isTyping = true;
    this.typedCallsLeft = TYPED_CALLS;
    return true;
  }

  endTyping(): void {
    for (let next = this.typed.shift(); next; next = this.typed.shift()) this.runTyped(next);
    this.isTyping = false;
  }

  private runTyped(process: Process): void {
    if (process.phase !== 'woken') return;
    process.graceCalls = this.typedCallsLeft;
    this.turn(process);
    this.typedCallsLeft = Math.min(this.typedCallsLeft, process.graceCalls);
    process.graceCalls = 0;
  }

  /** Its processor time is over, or it was woken: does the call and all that follows at once. */
  private turn(process: Process): void {
    if (!process.isAlive) return;
    if (process.isHeld) {
      process.turnHeld = true;
      return;
    }
    const before = this.current;
    this.current = process;
    try {
      while (this.callOnce(process));
    } finally {
      this.current = before;
    }
  }

  /** One call of it; true if it may make the next one at once. */
  private callOnce(process: Process): boolean {
    const { request } = process;
    if (!request) {
      this.proceed(process, undefined, undefined);
    } else {
      this.callsDone++;
      let value: unknown;
      let error: SysError | undefined;
      this.kernel.disk.takeWork(); // Of the daemon, which pays in its own way.
      try {
        value = dispatch(this.kernel, process, request);
      } catch (thrown) {
        if (!(thrown instanceof SysError)) throw thrown;
        error = thrown;
      }
      // It may have killed or replaced itself.
      if (!process.isAlive || process.request !== request) return false;
      if (value === BLOCKED) {
        if (!this.block(process)) return false;
        error = new SysError('EINTR', process.interrupt);
        process.interrupt = undefined;
      }
      this.kernel.dropPending(process);
      process.progress = {};
      this.proceed(process, value, error);
    }
    return process.isAlive && process.phase === 'charged' && process.timer === undefined;
  }

  /** Leaves it waiting; true if a caught signal interrupts it at once. */
  private block(process: Process): boolean {
    const { request } = process;
    if (process.interrupt && !UNINTERRUPTIBLE.has(request!.call)) {
      process.leaveQueues();
      this.kernel.runtime.cancelTimer(process.timer);
      process.timer = undefined;
      return true;
    }
    process.phase = 'blocked';
    return false;
  }

  /** A caught signal arrived: a call that is waiting ends with EINTR. */
  interrupt(process: Process): void {
    if (process.phase === 'blocked' && !UNINTERRUPTIBLE.has(process.request!.call))
      this.wakeProcess(process);
  }

  /** Resumes the program with a result and charges for its next call. */
  private proceed(process: Process, value: unknown, error: SysError | undefined): void {
    const { continuation } = process;
    let step: Step;
    try {
      if (!process.request) step = continuation.start();
      else step = error ? continuation.fail(error) : continuation.resume(value);
    } catch (thrown) {
      this.endByError(process, thrown);
      return;
    }
    if (step.done === true) this.kernel.lifecycle.exit(process, { exitCode: step.value & 255 });
    else this.issue(process, step.value);
  }

  private issue(process: Process, request: Syscall): void {
    process.request = request;
    process.phase = 'charged';
    const work = this.kernel.disk.takeWork();
    const cost = work + callCost(request, readerOf(process, request));
    if (process.graceCalls > 0 && !NOT_TYPED.has(request.call)) {
      process.graceCalls--;
      process.cpuUs += cost;
      process.timer = undefined;
      return;
    }
    process.graceCalls = 0;
    const { runtime } = this.kernel;
    const at = this.charge(process, cost);
    process.timer = runtime.setTimer(at - runtime.now, this, 'turn', process);
  }

  /** A program did not catch an error of a call: the real one would have printed it and left. */
  private endByError(process: Process, thrown: unknown): void {
    if (!(thrown instanceof SysError)) {
      if (thrown instanceof AssertionFailure) throw thrown;
      const text = thrown instanceof Error ? `${thrown.message}\n${thrown.stack ?? ''}` : '';
      throw new AssertionFailure(`program ${process.program} threw: ${text || String(thrown)}`);
    }
    if (thrown.errno === 'EINTR' && thrown.signal && thrown.signal !== 'CHLD') {
      this.kernel.lifecycle.exit(process, { termSignal: thrown.signal });
      return;
    }
    this.kernel.complain(process, `${process.comm}: ${errnoText(thrown.errno)}\n`);
    this.kernel.lifecycle.exit(process, { exitCode: 1 });
  }
}

function readerOf(process: Process, request: Syscall): SlowReader | undefined {
  if (request.call !== 'write') return undefined;
  const file = process.descriptors.find(request.fd)?.file;
  if (file?.terminal !== undefined) return 'terminal';
  if (file instanceof RegularFile) return 'disk';
  if (file instanceof PipeEnd) return 'pipe';
  return file instanceof OutputPipe ? 'daemon' : undefined;
}
