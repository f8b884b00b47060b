/**
 * Restarts tasks: shuts the old one down, makes its replacement at once with desired state Ready, and
 * lets it run when the restart delay is over and the old one has stopped (swarmkit
 * `manager/orchestrator/restart/restart.go`). Each orchestrator has one of its own.
 */
import { SECOND_US, type TimerHandle, type Wakeable } from '../../base';
import type { ManagerContext } from '../leader';
import type { RpcError, StoredService, StoredTask, StoreEvent, WriteView } from '../store';
import { RestartHistory, slotKey } from './restart-history';
import { COMPLETE, RUNNING, stateRank } from './task-state';
import { makeTask, restartDelayUs, serviceKind, taskTimestampUs } from './tasks';
import { OwnedTransaction, type Writer } from './writing';

/** How long a replacement waits for the old task to stop (`defaultOldTaskTimeout`). */
const OLD_TASK_TIMEOUT_US = 60 * SECOND_US;

/** Told when a delayed start is over, started or cancelled. */
export interface DelayListener {
  delayOver(newTaskId: string): void;
}

interface DelayedStart {
  readonly newTaskId: string;
  /** Task that has to stop first; '' if none has to. */
  readonly oldTaskId: string;
  readonly oldNodeId: string;
  readonly listener: DelayListener | undefined;
  delayOver: boolean;
  oldStopped: boolean;
  /** The transaction that starts it is queued. */
  starting: boolean;
  /** A restart of the very task that is still waiting follows when the wait is over. */
  restartAfter: boolean;
  delayTimer: TimerHandle | undefined;
  oldTimer: TimerHandle | undefined;
}

export class RestartSupervisor implements Wakeable, Writer {
  readonly history = new RestartHistory();
  private readonly delays = new Map<string, DelayedStart>();
  /** Old task to the new tasks that wait for it. */
  private readonly waiting = new Map<string, Set<string>>();
  private stopped = false;

  constructor(private readonly context: ManagerContext) {}

  /** Within a transaction: replaces the task if its restart policy says so. */
  restart(tx: WriteView, service: StoredService, task: StoredTask): RpcError | undefined {
    const delay = this.delays.get(task.ID);
    if (delay) {
      // Still in its own restart delay: wait for its end, which prevents tight loops.
      delay.restartAfter = true;
      return undefined;
    }
    if (stateRank(task.DesiredState) > COMPLETE) return undefined;
    const error = tx.update('task', { ...task, DesiredState: 'shutdown' });
    if (error) return error;
    if (!this.history.shouldRestart(task, service)) return undefined;

    const kind = serviceKind(service);
    const onNode = kind === 'global' || kind === 'global-job';
    const made = makeTask(
      this.context,
      service,
      onNode ? 0 : (task.Slot ?? 0),
      onNode ? (task.NodeID ?? '') : '',
    );
    const replacement: StoredTask = {
      ...made,
      DesiredState: 'ready',
      ...(kind === 'replicated-job' || kind === 'global-job'
        ? { JobIteration: service.JobStatus?.JobIteration ?? { Index: 0 } }
        : {}),
    };
    const node = tx.get('node', task.NodeID ?? '');
    const delayUs = node?.Spec.Availability === 'drain' ? 0 : restartDelayUs(task);
    const waitStop = node?.Status.State !== 'down' && stateRank(task.Status.State) <= RUNNING;
    const failed = tx.create('task', replacement);
    if (failed) return failed;
    this.history.record(slotKey(replacement.Slot ?? 0, replacement.NodeID ?? ''), replacement);
    this.delayStart(task, replacement.ID, delayUs, waitStop, undefined);
    return undefined;
  }

  /** Lets a task run after the delay and, with `waitStop`, when `old` has stopped. */
  delayStart(
    old: StoredTask | undefined,
    newTaskId: string,
    delayUs: number,
    waitStop: boolean,
    listener: DelayListener | undefined,
  ): void {
    this.cancel(newTaskId);
    const wait = waitStop && old !== undefined && stateRank(old.Status.State) <= RUNNING;
    const { runtime } = this.context;
    const delay: DelayedStart = {
      newTaskId,
      oldTaskId: wait ? old.ID : '',
      oldNodeId: wait ? (old.NodeID ?? '') : '',
      listener,
      delayOver: false,
      oldStopped: !wait,
      starting: false,
      restartAfter: false,
      // Even without a delay the start is a transaction of its own, after the present one.
      delayTimer: runtime.setTimer(delayUs, this, 'delay', newTaskId),
      oldTimer: wait ? runtime.setTimer(OLD_TASK_TIMEOUT_US, this, 'old', newTaskId) : undefined,
    };
    this.delays.set(newTaskId, delay);
    if (wait) {
      const set = this.waiting.get(old.ID);
      if (set) set.add(newTaskId);
      else this.waiting.set(old.ID, new Set([newTaskId]));
    }
  }

  /** Within a transaction: lets a waiting task run now. */
  startNow(tx: WriteView, taskId: string): RpcError | undefined {
    const task = tx.get('task', taskId);
    if (!task || stateRank(task.DesiredState) >= RUNNING) return undefined;
    return tx.update('task', {
      ...task,
      DesiredState: task.JobIteration ? 'complete' : 'running',
    });
  }

  /** The task is gone: nothing to start any more. */
  cancel(taskId: string): void {
    const delay = this.delays.get(taskId);
    if (delay) this.end(delay);
  }

  stop(): void {
    this.stopped = true;
    for (const delay of this.delays.values()) this.clearTimers(delay);
    this.delays.clear();
    this.waiting.clear();
  }

  /** Old tasks that stopped, and nodes that were lost. */
  onStoreEvent(event: StoreEvent): void {
    if (event.table === 'task') {
      if (event.op !== 'update' || stateRank(event.object.Status.State) <= RUNNING) return;
      for (const id of this.waiting.get(event.object.ID) ?? []) this.oldStopped(id);
    } else if (event.table === 'node' && this.waiting.size > 0) {
      const lost =
        event.op === 'remove' || (event.op === 'update' && event.object.Status.State === 'down');
      if (!lost) return;
      for (const delay of [...this.delays.values()])
        if (delay.oldNodeId === event.object.ID) this.oldStopped(delay.newTaskId);
    }
  }

  wake(tag: string, data: unknown): void {
    const delay = this.delays.get(data as string);
    if (this.stopped || !delay) return;
    if (tag === 'delay') {
      delay.delayOver = true;
      this.startIfDue(delay);
    } else this.oldStopped(delay.newTaskId);
  }

  write(tag: string, tx: WriteView, data: unknown): RpcError | undefined {
    const taskId = data as string;
    if (tag === 'start') return this.startNow(tx, taskId);
    const task = tx.get('task', taskId);
    if (!task || stateRank(task.DesiredState) > RUNNING) return undefined;
    const service = tx.get('service', task.ServiceID ?? '');
    return service ? this.restart(tx, service, task) : undefined;
  }

  written(tag: string, data: unknown): void {
    if (tag !== 'start' || this.stopped) return;
    const delay = this.delays.get(data as string);
    if (delay) this.end(delay);
  }

  private oldStopped(newTaskId: string): void {
    const delay = this.delays.get(newTaskId);
    if (!delay) return;
    delay.oldStopped = true;
    this.startIfDue(delay);
  }

  private startIfDue(delay: DelayedStart): void {
    if (!delay.delayOver || !delay.oldStopped || delay.starting) return;
    delay.starting = true;
    this.clearTimers(delay);
    this.context.store.update(
      new OwnedTransaction('task started after its restart delay', this, 'start', delay.newTaskId),
    );
  }

  private end(delay: DelayedStart): void {
    this.clearTimers(delay);
    this.delays.delete(delay.newTaskId);
    const set = this.waiting.get(delay.oldTaskId);
    set?.delete(delay.newTaskId);
    if (set?.size === 0) this.waiting.delete(delay.oldTaskId);
    delay.listener?.delayOver(delay.newTaskId);
    if (delay.restartAfter)
      this.context.store.update(
        new OwnedTransaction('task restarted', this, 'restart', delay.newTaskId),
      );
  }

  private clearTimers(delay: DelayedStart): void {
    this.context.runtime.cancelTimer(delay.delayTimer);
    this.context.runtime.cancelTimer(delay.oldTimer);
  }
}

/** Tasks of a slot that an updater has to look at; see swarmkit `UpdatableTasksInSlot`. */
export function updatableTasks(
  history: RestartHistory,
  slot: readonly StoredTask[],
  service: StoredService,
): readonly StoredTask[] {
  const updatable = slot.filter((task) => stateRank(task.DesiredState) <= RUNNING);
  if (updatable.length > 0 || slot.length === 0) return updatable;
  // A rollback must not take a finished task of the old spec for a converged slot.
  if (service.UpdateStatus?.State === 'rollback_started') return [];
  let newest = slot[0]!;
  for (const task of slot) if (taskTimestampUs(newest) < taskTimestampUs(task)) newest = task;
  return history.shouldRestart(newest, service) ? [] : [newest];
}
