/**
 * Rejects tasks that their node may no longer hold: a label that a constraint needs is gone, or the
 * node has become smaller (swarmkit `manager/orchestrator/constraintenforcer/`). The orchestrator then
 * restarts them elsewhere. Generic resources are not simulated.
 */
import type { LeaderComponent, ManagerContext } from '../leader';
import { nodeMatches, storedConstraints } from '../scheduler/constraint';
import type { StoredNode, StoredTask, StoreEvent, StoreListener, WriteView } from '../store';
import { ASSIGNED, COMPLETE, stateRank } from './task-state';
import { OwnedBatch, type BatchWriter } from './writing';

export class ConstraintEnforcer implements LeaderComponent, StoreListener, BatchWriter {
  readonly name = 'constraint-enforcer';

  constructor(private readonly context: ManagerContext) {}

  start(): void {
    this.context.store.listen(this);
    for (const node of this.context.store.all('node')) this.checkNode(node);
  }

  stop(): void {
    this.context.store.unlisten(this);
  }

  onStoreEvents(events: readonly StoreEvent[]): void {
    for (const event of events)
      if (event.table === 'node' && event.op === 'update') this.checkNode(event.object);
  }

  planBatch(_tag: string, _tx: WriteView, data: unknown): readonly unknown[] {
    return data as readonly string[];
  }

  writeItem(_tag: string, tx: WriteView, item: unknown): void {
    const task = tx.get('task', item as string);
    if (!task || stateRank(task.DesiredState) > COMPLETE) return;
    tx.update('task', {
      ...task,
      Status: {
        ...task.Status,
        State: 'rejected',
        Message: 'task rejected by constraint enforcer',
        Err: 'assigned node no longer meets constraints',
        Timestamp: this.context.clock.timestamp(),
      },
    });
  }

  batchWritten(): void {}

  private checkNode(node: StoredNode): void {
    if (node.Spec.Availability !== 'active') return;
    const rejected: string[] = [];
    let memoryBytes = node.Description.Resources.MemoryBytes ?? 0;
    let nanoCpus = node.Description.Resources.NanoCPUs ?? 0;
    for (const task of this.context.store.tasksOfNode(node.ID)) {
      const desired = stateRank(task.DesiredState);
      if (desired < ASSIGNED || desired > COMPLETE) continue;
      const reserved = task.Spec.Resources?.Reservations;
      const fits =
        (reserved?.MemoryBytes ?? 0) <= memoryBytes && (reserved?.NanoCPUs ?? 0) <= nanoCpus;
      if (!this.meetsConstraints(task, node) || (reserved && !fits)) rejected.push(task.ID);
      else if (reserved) {
        memoryBytes -= reserved.MemoryBytes ?? 0;
        nanoCpus -= reserved.NanoCPUs ?? 0;
      }
    }
    if (rejected.length > 0)
      this.context.store.batch(
        new OwnedBatch('tasks rejected by constraint enforcer', this, 'reject', rejected),
      );
  }

  /** The service's present constraints count, since a task may be older than they are. */
  private meetsConstraints(task: StoredTask, node: StoredNode): boolean {
    const service = this.context.store.get('service', task.ServiceID ?? '');
    const placement = service ? service.Spec.TaskTemplate.Placement : task.Spec.Placement;
    return nodeMatches(storedConstraints(placement?.Constraints), node);
  }
}
