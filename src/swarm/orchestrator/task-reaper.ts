/**
 * Deletes old tasks (swarmkit `manager/orchestrator/taskreaper/task_reaper.go`): of each slot those
 * beyond the history limit, and tasks that are to be removed once they have ended. It runs 250 ms after
 * the first event of a batch.
 */
import { MILLISECOND_US, type TimerHandle, type Wakeable } from '../../base';
import type { LeaderComponent, ManagerContext } from '../leader';
import type {
  ReadView,
  StoredCluster,
  StoredTask,
  StoreEvent,
  StoreListener,
  WriteView,
} from '../store';
import { ASSIGNED, COMPLETE, RUNNING, stateRank } from './task-state';
import { byTimestamp, serviceKind } from './tasks';
import { OwnedBatch, type BatchWriter } from './writing';

const BATCHING_INTERVAL_US = 250 * MILLISECOND_US;
/** More marked slots and tasks than this are not kept waiting. */
const MAX_DIRTY = 1_000;
const DEFAULT_HISTORY = 5;

interface DirtySlot {
  readonly serviceId: string;
  readonly slot: number;
  readonly nodeId: string;
}

export class TaskReaper implements LeaderComponent, StoreListener, Wakeable, BatchWriter {
  readonly name = 'task-reaper';
  private history = DEFAULT_HISTORY;
  private readonly dirty = new Map<string, DirtySlot>();
  private cleanup = new Set<string>();
  private timer: TimerHandle | undefined;

  constructor(private readonly context: ManagerContext) {}

  start(): void {
    const { store } = this.context;
    store.listen(this);
    this.readHistory(store.all('cluster')[0]);
    for (const task of store.all('task')) this.considerCleanup(task);
    if (this.cleanup.size > 0) this.tick();
  }

  stop(): void {
    this.context.store.unlisten(this);
    this.context.runtime.cancelTimer(this.timer);
  }

  onStoreEvents(events: readonly StoreEvent[]): void {
    let seen = false;
    for (const event of events) {
      if (event.op === 'remove') continue;
      if (event.table === 'cluster') this.readHistory(event.object);
      else if (event.table === 'task') {
        if (event.op === 'create') this.markDirty(event.object);
        else this.considerCleanup(event.object);
      } else continue;
      seen = true;
    }
    if (!seen) return;
    if (this.dirty.size + this.cleanup.size > MAX_DIRTY) {
      this.context.runtime.cancelTimer(this.timer);
      this.timer = undefined;
      this.tick();
    } else if (this.dirty.size + this.cleanup.size > 0)
      this.timer ??= this.context.runtime.setTimer(BATCHING_INTERVAL_US, this, 'tick');
  }

  wake(): void {
    this.timer = undefined;
    this.tick();
  }

  planBatch(_tag: string, _tx: WriteView, data: unknown): readonly unknown[] {
    return data as readonly string[];
  }
  writeItem(_tag: string, tx: WriteView, item: unknown): void {
    tx.remove('task', item as string);
  }
  batchWritten(): void {}

  private readHistory(cluster: StoredCluster | undefined): void {
    this.history = cluster?.Spec.Orchestration.TaskHistoryRetentionLimit ?? DEFAULT_HISTORY;
  }

  private markDirty(task: StoredTask): void {
    const slot: DirtySlot = {
      serviceId: task.ServiceID ?? '',
      slot: task.Slot ?? 0,
      nodeId: task.NodeID ?? '',
    };
    this.dirty.set(`${slot.serviceId}/${slot.slot}/${slot.nodeId}`, slot);
  }

  private considerCleanup(task: StoredTask): void {
    const rank = stateRank(task.Status.State);
    if (task.Status.State === 'orphaned' && !task.ServiceID) this.cleanup.add(task.ID);
    if (task.DesiredState === 'remove' && (rank < ASSIGNED || rank >= COMPLETE))
      this.cleanup.add(task.ID);
  }

  private tick(): void {
    if (this.dirty.size === 0 && this.cleanup.size === 0) return;
    const doomed = this.cleanup;
    this.cleanup = new Set();
    for (const [key, slot] of [...this.dirty])
      if (this.pruneSlot(this.context.store, slot, doomed)) this.dirty.delete(key);
    if (doomed.size > 0)
      this.context.store.batch(new OwnedBatch('old tasks deleted', this, 'delete', [...doomed]));
  }

  /** Adds what is too old in the slot; false if the slot has to be looked at again. */
  private pruneSlot(view: ReadView, slot: DirtySlot, doomed: Set<string>): boolean {
    const service = view.get('service', slot.serviceId);
    if (!service) return true;
    const attempts = service.Spec.TaskTemplate.RestartPolicy?.MaxAttempts ?? 0;
    // Enough to rebuild the restart history.
    let keep = attempts > 0 ? attempts + 1 : this.history;
    if (keep < 0) return true;
    const kind = serviceKind(service);
    const tasks =
      kind === 'replicated'
        ? view.tasksOfSlot(slot.serviceId, slot.slot)
        : kind === 'global'
          ? view.tasksOfNode(slot.nodeId).filter((task) => task.ServiceID === slot.serviceId)
          : [];
    if (tasks.length <= keep) return true;
    let live = 0;
    for (const task of byTimestamp(tasks)) {
      if (isTerminal(task) || willNeverRun(task)) {
        doomed.add(task.ID);
        keep++;
        if (tasks.length <= keep) break;
      } else live++;
    }
    return live <= 1;
  }
}

function isTerminal(task: StoredTask): boolean {
  return stateRank(task.Status.State) > RUNNING;
}

function willNeverRun(task: StoredTask): boolean {
  return stateRank(task.Status.State) < ASSIGNED && stateRank(task.DesiredState) > RUNNING;
}
