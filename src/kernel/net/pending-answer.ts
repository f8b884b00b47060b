/**
 * Calls that end with an answer at a known instant or when a message comes: pings and name lookups.
 */
import type { Runtime, TimerHandle, Wakeable } from '../../base';
import type { PendingCall } from '../network-calls';
import { SysError, type Errno } from '../syscalls';
import { WaitQueue } from '../wait-queue';

export class PendingAnswer<R> implements PendingCall<R>, Wakeable {
  readonly waitQueue = new WaitQueue();
  readonly startedAt: number;
  private outcome: { readonly answer: R } | { readonly errno: Errno } | undefined;
  private timer: TimerHandle | undefined;
  private cancelled = false;

  constructor(private readonly runtime: Runtime) {
    this.startedAt = runtime.now;
  }

  answer(answer: R): void {
    this.settle({ answer });
  }

  fail(errno: Errno): void {
    this.settle({ errno });
  }

  answerLater(answer: R, delayUs: number): void {
    this.timer = this.runtime.setTimer(delayUs, this, 'answer', answer);
  }

  failLater(errno: Errno, delayUs: number): void {
    this.timer = this.runtime.setTimer(delayUs, this, 'fail', errno);
  }

  wake(tag: string, data: unknown): void {
    if (tag === 'answer') this.answer(data as R);
    else this.fail(data as Errno);
  }

  get isSettled(): boolean {
    return this.cancelled || this.outcome !== undefined;
  }

  result(): R | undefined {
    if (!this.outcome) return undefined;
    if ('errno' in this.outcome) throw new SysError(this.outcome.errno);
    return this.outcome.answer;
  }

  cancel(): void {
    this.cancelled = true;
    this.runtime.cancelTimer(this.timer);
  }

  private settle(outcome: { readonly answer: R } | { readonly errno: Errno }): void {
    if (this.isSettled) return;
    this.outcome = outcome;
    this.runtime.cancelTimer(this.timer);
    this.waitQueue.wakeAll();
  }
}
