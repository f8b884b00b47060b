/** Logs of tasks for the log broker: what was written before, then what comes (moby `controller.Logs`). */
import {
  formatFixedTime,
  selectEntries,
  wantsEntry,
  type Container,
  type LogEntry,
  type LogListener,
} from '../engine';
import type { ExecutorEvent, LogLine, LogOptions } from '../swarm';

/** The executor, as far as logs go. */
interface TaskLogOwner {
  containerOf(taskId: string): Container | undefined;
  emit(event: ExecutorEvent): void;
}

type Selection = Parameters<typeof selectEntries>[1];

class Follower implements LogListener {
  container: Container | undefined;
  constructor(
    private readonly logs: TaskLogs,
    readonly taskId: string,
    readonly subscription: string,
    readonly want: Selection,
    readonly follow: boolean,
  ) {}
  logged(entry: LogEntry): void {
    if (wantsEntry(entry, this.want)) this.logs.lines(this.subscription, [entry]);
  }
  logClosed(): void {
    this.logs.end(this.subscription);
  }
}

export class TaskLogs {
  private readonly followers = new Map<string, Follower>();

  constructor(private readonly owner: TaskLogOwner) {}

  follow(taskId: string, subscription: string, options: LogOptions): void {
    const since = /^\d+$/.test(options.since) ? Math.floor(Number(options.since) / 1000) : 0;
    const want: Selection = {
      stdout: options.stdout,
      stderr: options.stderr,
      tail: options.tail,
      since: since === 0 ? undefined : since,
      until: undefined,
    };
    const follower = new Follower(this, taskId, subscription, want, options.follow);
    this.followers.set(subscription, follower);
    const container = this.owner.containerOf(taskId);
    if (container) this.attach(follower, container);
    else if (!options.follow) this.end(subscription);
  }

  /** A task that was subscribed to before it had a container. */
  containerStarted(taskId: string, container: Container): void {
    for (const follower of [...this.followers.values()])
      if (follower.taskId === taskId && !follower.container) this.attach(follower, container);
  }

  private attach(follower: Follower, container: Container): void {
    follower.container = container;
    if (!container.log.readable) {
      const error = 'configured logging driver does not support reading';
      return this.end(follower.subscription, error);
    }
    const past = selectEntries(container.log, follower.want);
    if (past.length > 0) this.lines(follower.subscription, past);
    const live = container.isRunning || container.startedAt === undefined;
    if (follower.follow && live) container.log.follow(follower);
    else this.end(follower.subscription);
  }

  lines(subscription: string, entries: readonly LogEntry[]): void {
    const lines = entries.map((entry): LogLine => ({
      stream: entry.stream,
      timestamp: formatFixedTime(entry.at),
      data: entry.line,
    }));
    this.owner.emit({ kind: 'log', subscription, lines });
  }

  end(subscription: string, error = ''): void {
    if (!this.followers.has(subscription)) return;
    this.stop(subscription);
    this.owner.emit({ kind: 'log-end', subscription, error });
  }

  stop(subscription: string): void {
    const follower = this.followers.get(subscription);
    if (!follower) return;
    this.followers.delete(subscription);
    follower.container?.log.unfollow(follower);
  }
}
