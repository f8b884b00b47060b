/**
 * Log subscriptions of the log broker on one node (swarmkit `agent/worker.go`, Subscribe): follows the
 * containers of the tasks that are asked for and publishes their lines. A task that has ended without a
 * container has no logs; the real agent waits for it for ever.
 */
import type { LogSubscription } from '../dispatcher/protocol';
import { RUNNING, stateRank } from '../orchestrator/task-state';
import type { Executor, ExecutorEvent, LogLine } from '../seams';
import type { StoredTask } from '../store';

/** Sends what a subscription yields to the leader. */
export interface LogPublisher {
  publishLines(subscription: string, task: StoredTask, lines: readonly LogLine[]): void;
  /** Nothing more follows from this node. */
  closeLogs(subscription: string): void;
}

interface Followed {
  readonly subscription: LogSubscription;
  /** Tasks whose log is being read. */
  readonly reading: Set<string>;
  /** Tasks that have not started yet. */
  readonly waiting: Set<string>;
}

export class LogFollowers {
  private readonly followed = new Map<string, Followed>();
  /** Executor subscription to (subscription, task). */
  private readonly keys = new Map<string, { readonly id: string; readonly task: StoredTask }>();

  constructor(
    private readonly executor: Executor,
    private readonly publisher: LogPublisher,
  ) {}

  open(subscription: LogSubscription, tasks: readonly StoredTask[]): void {
    if (this.followed.has(subscription.id)) return;
    const followed = { subscription, reading: new Set<string>(), waiting: new Set<string>() };
    this.followed.set(subscription.id, followed);
    for (const task of tasks) if (matches(subscription, task)) this.take(followed, task);
    this.endIfDone(followed);
  }

  close(id: string): void {
    const followed = this.followed.get(id);
    if (!followed) return;
    this.followed.delete(id);
    for (const taskId of followed.reading) {
      this.keys.delete(`${id}/${taskId}`);
      this.executor.stopLogs(`${id}/${taskId}`);
    }
    this.publisher.closeLogs(id);
  }

  /** The session ended: nobody listens any more. */
  closeAll(): void {
    for (const key of this.keys.keys()) this.executor.stopLogs(key);
    this.keys.clear();
    this.followed.clear();
  }

  /** A task came or went on. */
  taskChanged(task: StoredTask): void {
    for (const followed of this.followed.values()) {
      const { subscription, reading, waiting } = followed;
      if (reading.has(task.ID) || !matches(subscription, task)) continue;
      if (waiting.has(task.ID) || subscription.options.follow) this.take(followed, task);
      this.endIfDone(followed);
    }
  }

  onExecutor(event: Extract<ExecutorEvent, { kind: 'log' | 'log-end' }>): void {
    const key = this.keys.get(event.subscription);
    const followed = key && this.followed.get(key.id);
    if (!key || !followed) return;
    if (event.kind === 'log') {
      this.publisher.publishLines(key.id, key.task, event.lines);
      return;
    }
    this.keys.delete(event.subscription);
    followed.reading.delete(key.task.ID);
    this.endIfDone(followed);
  }

  private take(followed: Followed, task: StoredTask): void {
    const { subscription, reading, waiting } = followed;
    const rank = stateRank(task.Status.State);
    if (rank < RUNNING) {
      waiting.add(task.ID);
      return;
    }
    waiting.delete(task.ID);
    if (!task.Status.ContainerStatus?.ContainerID) return;
    reading.add(task.ID);
    const key = `${subscription.id}/${task.ID}`;
    this.keys.set(key, { id: subscription.id, task });
    this.executor.followLogs(task.ID, key, subscription.options);
  }

  private endIfDone(followed: Followed): void {
    const { subscription, reading, waiting } = followed;
    if (subscription.options.follow || reading.size + waiting.size > 0) return;
    if (!this.followed.delete(subscription.id)) return;
    this.publisher.closeLogs(subscription.id);
  }
}

function matches(subscription: LogSubscription, task: StoredTask): boolean {
  return (
    subscription.taskIds.includes(task.ID) ||
    (task.ServiceID !== undefined && subscription.serviceIds.includes(task.ServiceID))
  );
}
