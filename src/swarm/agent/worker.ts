/**
 * The tasks of one node (swarmkit `agent/worker.go`): makes a manager for each assigned one, keeps them
 * on disk, and lets go of those that are no longer assigned. It does not know whether there is a
 * session: without one everything goes on as last told.
 */
import type { AssignmentChange, LogSubscription } from '../dispatcher/protocol';
import type { AgentContext, TaskStorage } from '../leader';
import type { ExecutorEvent, ExecutorFiles } from '../seams';
import type { StoredConfig, StoredSecret, StoredTask } from '../store';
import { LogFollowers, type LogPublisher } from './log-followers';
import { TaskManager, type TaskOwner } from './task-manager';
import { NoStorage } from './task-storage';

/** Told of each status that the manager has to know. */
export interface StatusListener {
  taskStatusChanged(task: StoredTask): void;
}

export class Worker implements TaskOwner {
  private readonly managers = new Map<string, TaskManager>();
  /** No longer assigned; their containers are on the way out. */
  private readonly closing = new Map<string, TaskManager>();
  private secrets = new Map<string, StoredSecret>();
  private configs = new Map<string, StoredConfig>();
  readonly logs: LogFollowers;
  private readonly storage: TaskStorage;

  constructor(
    private readonly context: AgentContext,
    private readonly listener: StatusListener,
    publisher: LogPublisher,
  ) {
    this.storage = context.storage ?? new NoStorage();
    this.logs = new LogFollowers(context.executor, publisher);
  }

  /** Takes up the tasks that were there before the daemon ended. */
  load(): void {
    const found = new Map(this.context.executor.adopt().map((entry) => [entry.taskId, entry]));
    for (const task of this.storage.load()) {
      const manager = new TaskManager(this.context, this, task);
      this.managers.set(task.ID, manager);
    }
    for (const manager of [...this.managers.values()]) manager.adopt(found.get(manager.task.ID));
  }

  /** Everything that the node is to have. */
  assign(changes: readonly AssignmentChange[]): void {
    this.secrets = new Map();
    this.configs = new Map();
    const assigned = new Set<string>();
    for (const { item } of changes) if (item.kind === 'task') assigned.add(item.id);
    this.update(changes);
    for (const id of [...this.managers.keys()]) if (!assigned.has(id)) this.release(id);
  }

  /** Changes to it. */
  update(changes: readonly AssignmentChange[]): void {
    for (const change of changes) this.updateFile(change);
    for (const { action, item } of changes) {
      if (item.kind !== 'task') continue;
      if (action === 'remove') this.release(item.id);
      else if (item.task) this.take(item.task);
    }
  }

  subscribe(subscription: LogSubscription): void {
    this.logs.open(subscription, this.tasks());
  }

  tasks(): StoredTask[] {
    return [...this.managers.values()].map((manager) => manager.task);
  }

  onExecutor(event: ExecutorEvent): void {
    if (event.kind === 'log' || event.kind === 'log-end') return this.logs.onExecutor(event);
    const manager = this.managers.get(event.taskId) ?? this.closing.get(event.taskId);
    manager?.onExecutor(event);
  }

  // --- TaskOwner
  taskStatusChanged(task: StoredTask): void {
    if (!this.managers.has(task.ID)) return;
    this.storage.put(task);
    this.listener.taskStatusChanged(task);
    this.logs.taskChanged(task);
  }

  filesFor(task: StoredTask): ExecutorFiles {
    const secrets: { id: string; name: string; data: string }[] = [];
    const configs: { id: string; name: string; data: string }[] = [];
    for (const { SecretID: id } of task.Spec.ContainerSpec?.Secrets ?? []) {
      const secret = this.secrets.get(id ?? '');
      if (secret)
        secrets.push({ id: secret.ID, name: secret.Spec.Name, data: secret.Spec.Data ?? '' });
    }
    for (const { ConfigID: id } of task.Spec.ContainerSpec?.Configs ?? []) {
      const config = this.configs.get(id ?? '');
      if (config)
        configs.push({ id: config.ID, name: config.Spec.Name, data: config.Spec.Data ?? '' });
    }
    return { secrets, configs };
  }

  taskClosed(taskId: string): void {
    this.closing.delete(taskId);
  }

  private take(task: StoredTask): void {
    const known = this.managers.get(task.ID);
    if (known) {
      known.update(task);
      this.storage.put(known.task);
      return;
    }
    const manager = new TaskManager(this.context, this, task);
    this.managers.set(task.ID, manager);
    this.storage.put(task);
    manager.start();
  }

  private release(taskId: string): void {
    const manager = this.managers.get(taskId);
    if (!manager) return;
    this.managers.delete(taskId);
    this.storage.remove(taskId);
    this.closing.set(taskId, manager);
    manager.close();
  }

  private updateFile({ action, item }: AssignmentChange): void {
    if (item.kind === 'secret') {
      if (action === 'update' && item.secret) this.secrets.set(item.id, item.secret);
      else this.secrets.delete(item.id);
    } else if (item.kind === 'config') {
      if (action === 'update' && item.config) this.configs.set(item.id, item.config);
      else this.configs.delete(item.id);
    }
  }
}
