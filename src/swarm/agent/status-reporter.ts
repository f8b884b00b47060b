/**
 * Task states on their way to the manager (swarmkit `agent/reporter.go`): the last of each task, sent
 * until a manager has taken it. One call at a time; the real one sends each task's state in a call of
 * its own, one after the other.
 */
import type { TaskStatus } from '../../api';
import type { StatusUpdate } from '../dispatcher/protocol';
import { stateRank } from '../orchestrator/task-state';

export class StatusReporter {
  private readonly waiting = new Map<string, TaskStatus>();
  private inFlight: readonly StatusUpdate[] = [];
  private call = 0;

  add(taskId: string, status: TaskStatus): void {
    const known = this.waiting.get(taskId);
    if (known && stateRank(known.State) > stateRank(status.State)) return;
    this.waiting.set(taskId, status);
  }

  /** The next call to make, or undefined if nothing waits or one is under way. */
  next(): { readonly call: number; readonly updates: readonly StatusUpdate[] } | undefined {
    if (this.inFlight.length > 0 || this.waiting.size === 0) return undefined;
    this.inFlight = [...this.waiting].map(([taskId, status]) => ({ taskId, status }));
    this.waiting.clear();
    return { call: ++this.call, updates: this.inFlight };
  }

  /** The manager has taken them. */
  taken(call: number): void {
    if (call === this.call) this.inFlight = [];
  }

  /** The session ended: what was under way is sent again in the next one. */
  sessionEnded(): void {
    for (const { taskId, status } of this.inFlight)
      if (!this.waiting.has(taskId)) this.waiting.set(taskId, status);
    this.inFlight = [];
  }
}
