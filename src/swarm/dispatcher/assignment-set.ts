/**
 * What one agent has been told, and what it has to be told next: tasks, and the secrets and configs that
 * they use (swarmkit `manager/dispatcher/assignments.go`). Secret drivers are not simulated.
 */
import { tasksEqualStable } from '../orchestrator/equality';
import { ASSIGNED, RUNNING, stateRank } from '../orchestrator/task-state';
import type { ReadView, StoredTask } from '../store';
import type { AssignmentChange } from './protocol';

interface Dependency {
  readonly kind: 'secret' | 'config';
  readonly id: string;
}

export class AssignmentSet {
  private readonly tasks = new Map<string, StoredTask>();
  /** Tasks that use each secret or config ("secret/ID"). */
  private readonly users = new Map<string, Set<string>>();
  private changes = new Map<string, AssignmentChange>();

  /** True if the agent has to be told. */
  addOrUpdate(view: ReadView, task: StoredTask): boolean {
    const rank = stateRank(task.Status.State);
    if (rank < ASSIGNED) return false;
    const old = this.tasks.get(task.ID);
    if (old) {
      // States up to Assigned are the manager's; later ones the agent knows itself.
      if (rank > ASSIGNED && tasksEqualStable(old, task)) {
        this.tasks.set(task.ID, task);
        return rank > RUNNING && this.releaseDependencies(task);
      }
    } else if (rank <= RUNNING) this.addDependencies(view, task);
    this.tasks.set(task.ID, task);
    this.changes.set(`task/${task.ID}`, {
      action: 'update',
      item: { kind: 'task', id: task.ID, task },
    });
    return true;
  }

  remove(task: StoredTask): boolean {
    if (!this.tasks.delete(task.ID)) return false;
    this.changes.set(`task/${task.ID}`, { action: 'remove', item: { kind: 'task', id: task.ID } });
    this.releaseDependencies(task);
    return true;
  }

  /** The changes since the last time. */
  take(): readonly AssignmentChange[] {
    const taken = [...this.changes.values()];
    this.changes = new Map();
    return taken;
  }

  private addDependencies(view: ReadView, task: StoredTask): void {
    for (const { kind, id } of dependencies(task)) {
      const key = `${kind}/${id}`;
      const users = this.users.get(key) ?? new Set();
      if (users.size === 0) {
        const record = view.get(kind, id);
        if (record)
          this.changes.set(key, {
            action: 'update',
            item: kind === 'secret' ? { kind, id, secret: record } : { kind, id, config: record },
          });
      }
      users.add(task.ID);
      this.users.set(key, users);
    }
  }

  private releaseDependencies(task: StoredTask): boolean {
    let released = false;
    for (const { kind, id } of dependencies(task)) {
      const key = `${kind}/${id}`;
      const users = this.users.get(key);
      if (!users) continue;
      users.delete(task.ID);
      if (users.size > 0) continue;
      this.users.delete(key);
      this.changes.set(key, { action: 'remove', item: { kind, id } });
      released = true;
    }
    return released;
  }
}

function dependencies(task: StoredTask): Dependency[] {
  const found: Dependency[] = [];
  for (const { SecretID } of task.Spec.ContainerSpec?.Secrets ?? [])
    if (SecretID !== undefined) found.push({ kind: 'secret', id: SecretID });
  for (const { ConfigID } of task.Spec.ContainerSpec?.Configs ?? [])
    if (ConfigID !== undefined) found.push({ kind: 'config', id: ConfigID });
  return found;
}
