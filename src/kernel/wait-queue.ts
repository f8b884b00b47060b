/**
 * Who waits for something to change: a pipe's two ends, a socket, a terminal, a lookup under way.
 * Models the kernel's `wait_queue_head_t`. A woken waiter leaves all queues and tries its call
 * again, so a queue never needs to know what each waiter waits for.
 */

/** A process, or a part of the kernel, that blocked. */
export interface Waiter {
  /** Something may have changed. Must not run programs at once: it only schedules. */
  wakeUp(): void;
}

export class WaitQueue {
  private readonly waiters = new Set<Waiter>();

  get isEmpty(): boolean {
    return this.waiters.size === 0;
  }

  add(waiter: Waiter): void {
    this.waiters.add(waiter);
  }

  remove(waiter: Waiter): void {
    this.waiters.delete(waiter);
  }

  /** Wakes all, in the order in which they came. */
  wakeAll(): void {
    if (this.waiters.size === 0) return;
    const woken = [...this.waiters];
    this.waiters.clear();
    for (const waiter of woken) waiter.wakeUp();
  }
}
