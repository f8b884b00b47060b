/**
 * One reader of service or task logs, as the leader knows it (swarmkit
 * `manager/logbroker/subscription.go`): the nodes it needs, which of them are done, and what went wrong.
 */
import type { LogSubscription } from '../dispatcher/protocol';
import { RUNNING, stateRank } from '../orchestrator/task-state';
import type { ReadView, StoredTask } from '../store';

export class Subscription {
  /** Nodes that have logs for it; those that are done leave, unless it follows. */
  readonly nodes = new Set<string>();
  private readonly pendingTasks = new Set<string>();
  private readonly errors: string[] = [];

  constructor(readonly message: LogSubscription) {}

  get follows(): boolean {
    return this.message.options.follow;
  }

  /** Nodes of the tasks that are there now. */
  match(view: ReadView): void {
    for (const id of this.message.taskIds) {
      const task = view.get('task', id);
      if (task) this.add(task);
    }
    for (const id of this.message.serviceIds)
      for (const task of view.tasksOfService(id))
        if (this.follows || stateRank(task.Status.State) >= RUNNING) this.add(task);
  }

  wants(task: StoredTask): boolean {
    return (
      this.message.taskIds.includes(task.ID) ||
      (task.ServiceID !== undefined && this.message.serviceIds.includes(task.ServiceID))
    );
  }

  /** True if the task's node was not known to have logs. */
  add(task: StoredTask): boolean {
    if (!task.NodeID) {
      this.pendingTasks.add(task.ID);
      return false;
    }
    this.pendingTasks.delete(task.ID);
    if (this.nodes.has(task.NodeID)) return false;
    this.nodes.add(task.NodeID);
    return true;
  }

  nodeDone(nodeId: string, error: string): void {
    if (error !== '') this.errors.push(error);
    if (!this.follows) this.nodes.delete(nodeId);
  }

  get complete(): boolean {
    return !this.follows && this.nodes.size === 0;
  }

  /** Text for the reader, '' if all logs came. */
  error(): string {
    const reasons = [
      ...this.errors,
      ...[...this.pendingTasks].map((id) => `task ${id} has not been scheduled`),
    ];
    if (reasons.length === 0) return '';
    return (
      'warning: incomplete log stream. some logs could not be retrieved for the following reasons: ' +
      reasons.join(', ')
    );
  }
}
