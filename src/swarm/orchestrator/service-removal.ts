/**
 * What happens to the tasks of a removed service: desired state Remove; the agents shut them down and
 * the task reaper deletes them (swarmkit `manager/orchestrator/service.go`, SetServiceTasksRemove).
 */
import type { TaskState } from '../../api';
import type { ManagerContext } from '../leader';
import type { Batch, StoredService, WriteView } from '../store';
import { stateRank } from './task-state';

/** Sets the desired state, which never goes back to an earlier one. */
export function setDesired(tx: WriteView, taskId: string, desired: TaskState): void {
  const task = tx.get('task', taskId);
  if (!task || stateRank(task.DesiredState) >= stateRank(desired)) return;
  tx.update('task', { ...task, DesiredState: desired });
}

class RemoveTasks implements Batch {
  readonly summary: string;
  private taskIds: string[] | undefined;

  constructor(private readonly service: StoredService) {
    this.summary = `tasks of removed service ${service.Spec.Name ?? ''} removed`;
  }

  step(tx: WriteView): boolean {
    this.taskIds ??= tx.tasksOfService(this.service.ID).map((task) => task.ID);
    const id = this.taskIds.shift();
    if (id !== undefined) setDesired(tx, id, 'remove');
    return this.taskIds.length > 0;
  }
  finished(): void {}
}

export function removeServiceTasks(context: ManagerContext, service: StoredService): void {
  context.store.batch(new RemoveTasks(service));
}
