/** What a call answers that cannot go on now: its process has entered the queues it waits in. */
import type { Process } from './process';
import type { WaitQueue } from './wait-queue';

export const BLOCKED: unique symbol = Symbol('blocked');

/** Waits until the queue is woken, then the call is tried again. */
export function waitOn(process: Process, queue: WaitQueue): typeof BLOCKED {
  process.waitOn(queue);
  return BLOCKED;
}

/** The instant at which the call gives up, fixed at its first try. */
export function deadlineAfter(process: Process, us: number): number {
  const { progress } = process;
  progress.deadline ??= process.kernel.runtime.now + Math.max(0, Math.round(us));
  return progress.deadline;
}
