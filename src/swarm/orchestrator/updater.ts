/**
 * One rolling update of one service (swarmkit `manager/orchestrator/update/updater.go`): some workers,
 * each of which takes a slot, replaces its task, waits for the new one to run and then for the delay;
 * meanwhile failures of new tasks are counted; after the last slot they are watched for the monitor
 * time. swarmkit's goroutines are the states of `Worker` and `phase` here. While the last slots are
 * being worked on, failures are only queued, as there.
 */
import { SECOND_US, type TimerHandle, type Wakeable } from '../../base';
import type { ManagerContext } from '../leader';
import type { RpcError, StoredService, StoredTask, WriteView } from '../store';
import { rpcError } from '../store';
import type { DelayListener, RestartSupervisor } from './restart-supervisor';
import { RUNNING, stateRank } from './task-state';
import { isTaskDirty, makeTask } from './tasks';
import { isRollback, updatePlan, type UpdatePlan } from './update-config';
import { writeStatus, type StatusChange } from './update-status';
import { OwnedTransaction, type Writer } from './writing';

/** Tasks that share a slot number, or a node for a global service. */
export type Slot = readonly StoredTask[];

interface Worker {
  readonly index: number;
  slot: Slot;
  step: 'idle' | 'writing' | 'stopping-old' | 'starting-new' | 'delaying';
  /** Task that it waits for; '' if it only moves an existing one on. */
  newTaskId: string;
  /** First state at or behind Running that the new task was seen in. */
  arrived: string;
}

/** Told when an update has come to its end. */
export interface UpdaterOwner {
  updateEnded(updater: Updater): void;
}

export class Updater implements DelayListener, Wakeable, Writer {
  private readonly plan: UpdatePlan;
  private readonly workers: Worker[] = [];
  private queue: Slot[] = [];
  private dirtyCount = 0;
  private phase: 'feeding' | 'draining' | 'monitoring' | 'ended' = 'feeding';
  /** A failure action or a cancel: the update will not be completed. */
  private stopped = false;
  /** Tasks made by this update, and when they were seen running (-1: not yet). */
  private readonly updatedTasks = new Map<string, number>();
  private readonly failedTasks = new Set<string>();
  private heldFailures: string[] = [];
  private monitorTimer: TimerHandle | undefined;

  constructor(
    private readonly context: ManagerContext,
    private readonly restarts: RestartSupervisor,
    readonly service: StoredService,
    private readonly owner: UpdaterOwner,
  ) {
    this.plan = updatePlan(service);
  }

  run(slots: readonly Slot[]): void {
    const state = this.service.UpdateStatus?.State;
    if (state === 'paused' || state === 'rollback_paused') return this.end();
    this.queue = slots.filter((slot) => slot.length > 1 || this.isDirty(slot[0]!));
    this.dirtyCount = this.queue.length;
    if (this.dirtyCount === 0) {
      if (state === 'updating' || state === 'rollback_started') this.complete();
      return this.end();
    }
    if (!this.service.UpdateStatus)
      this.writeStatus({
        kind: 'start',
        serviceId: this.service.ID,
        at: this.context.clock.timestamp(),
      });
    const count = this.plan.parallelism === 0 ? this.dirtyCount : this.plan.parallelism;
    for (let index = 0; index < Math.min(count, this.dirtyCount); index++)
      this.workers.push({ index, slot: [], step: 'idle', newTaskId: '', arrived: '' });
    for (const worker of this.workers) this.takeSlot(worker);
  }

  /** Another update takes over; nothing more is written. */
  cancel(): void {
    this.stopped = true;
    this.context.runtime.cancelTimer(this.monitorTimer);
    this.end();
  }

  /** A task of the service changed. */
  onTaskUpdate(task: StoredTask): void {
    if (this.phase === 'ended') return;
    const rank = stateRank(task.Status.State);
    if (rank < RUNNING) return;
    if (rank > RUNNING && this.plan.failureAction !== 'continue') {
      if (this.phase === 'draining') this.heldFailures.push(task.ID);
      else this.handleFailure(task.ID);
    }
    const worker = this.workers.find((candidate) => candidate.newTaskId === task.ID);
    if (!worker || worker.step === 'delaying' || worker.step === 'idle') return;
    if (worker.arrived === '') worker.arrived = task.Status.State;
    if (worker.step === 'starting-new') this.newTaskArrived(worker);
  }

  delayOver(newTaskId: string): void {
    const worker = this.workers.find((candidate) => candidate.newTaskId === newTaskId);
    if (this.phase === 'ended' || worker?.step !== 'stopping-old') return;
    if (!this.updatedTasks.has(newTaskId)) return this.slotDone(worker);
    worker.step = 'starting-new';
    if (worker.arrived !== '') this.newTaskArrived(worker);
  }

  wake(tag: string, data: unknown): void {
    if (this.phase === 'ended') return;
    if (tag === 'monitor') {
      if (!this.stopped) this.complete();
      this.end();
    } else this.takeSlot(this.workers[data as number]!);
  }

  write(tag: string, tx: WriteView, data: unknown): RpcError | undefined {
    if (tag === 'status') return writeStatus(tx, data as StatusChange);
    const worker = this.workers[data as number]!;
    if (this.phase === 'ended') return undefined;
    if (tag === 'remove-old') {
      this.removeOldTasks(tx, worker.slot);
      return undefined;
    }
    return tag === 'replace' ? this.replace(tx, worker) : this.useExisting(tx, worker);
  }

  written(tag: string, data: unknown, error: RpcError | undefined): void {
    if (tag === 'status' || this.phase === 'ended') return;
    const worker = this.workers[data as number]!;
    if (tag === 'remove-old') return this.slotDone(worker);
    if (error || worker.newTaskId === '') this.slotDone(worker);
  }

  // --- workers
  private takeSlot(worker: Worker): void {
    worker.step = 'idle';
    worker.newTaskId = '';
    worker.arrived = '';
    const slot = this.phase === 'feeding' ? this.queue.shift() : undefined;
    if (slot) {
      worker.slot = slot;
      worker.step = 'writing';
      const existing = this.cleanTask(slot);
      this.context.store.update(
        new OwnedTransaction(
          `update of service ${this.service.Spec.Name ?? ''}`,
          this,
          existing ? 'use-existing' : 'replace',
          worker.index,
        ),
      );
    }
    if (this.phase === 'feeding' && this.queue.length === 0) this.phase = 'draining';
    if (this.phase === 'draining' && this.workers.every((other) => other.step === 'idle'))
      this.allSlotsDone();
  }

  private slotDone(worker: Worker): void {
    if (this.plan.delayUs === 0) return this.takeSlot(worker);
    worker.step = 'delaying';
    this.context.runtime.setTimer(this.plan.delayUs, this, 'delay', worker.index);
  }

  private newTaskArrived(worker: Worker): void {
    this.updatedTasks.set(worker.newTaskId, this.context.runtime.now);
    if (!this.plan.startFirst || worker.arrived !== 'running') return this.slotDone(worker);
    worker.step = 'writing';
    this.context.store.update(
      new OwnedTransaction('old task stopped', this, 'remove-old', worker.index),
    );
  }

  /** The task of the slot that is as it should be, one that may run first. */
  private cleanTask(slot: Slot): StoredTask | undefined {
    const clean = slot.filter((task) => !this.isDirty(task));
    return (
      clean.find((task) => task.DesiredState === 'running') ??
      clean.findLast((task) => stateRank(task.DesiredState) < RUNNING)
    );
  }

  private replace(tx: WriteView, worker: Worker): RpcError | undefined {
    if (!tx.get('service', this.service.ID)) return rpcError('Unknown', 'service was deleted');
    const first = worker.slot[0]!;
    const nodeId = this.service.Spec.Mode.Global ? (first.NodeID ?? '') : '';
    const made = makeTask(this.context, this.service, first.Slot ?? 0, nodeId);
    const error = tx.create('task', { ...made, DesiredState: 'ready' });
    if (error) return error;
    let old: StoredTask | undefined;
    if (!this.plan.startFirst) {
      const removed = this.removeOldTasks(tx, worker.slot);
      if (removed.failed && !removed.task) return rpcError('Unknown', 'task was already shut down');
      old = removed.task;
    }
    worker.newTaskId = made.ID;
    worker.step = 'stopping-old';
    this.updatedTasks.set(made.ID, -1);
    this.restarts.delayStart(old, made.ID, 0, !this.plan.startFirst, this);
    return undefined;
  }

  private useExisting(tx: WriteView, worker: Worker): RpcError | undefined {
    const existing = this.cleanTask(worker.slot)!;
    const { task } = this.removeOldTasks(
      tx,
      worker.slot.filter((other) => other !== existing),
    );
    if (existing.DesiredState === 'running') return undefined;
    worker.newTaskId = existing.ID;
    worker.step = 'stopping-old';
    this.restarts.delayStart(task, existing.ID, 0, true, this);
    return undefined;
  }

  /** Sets tasks to Shutdown; answers one that was, and whether one could not be. */
  private removeOldTasks(
    tx: WriteView,
    slot: Slot,
  ): { readonly task: StoredTask | undefined; readonly failed: boolean } {
    let task: StoredTask | undefined;
    let failed = false;
    for (const original of slot) {
      if (stateRank(original.DesiredState) > RUNNING) continue;
      const current = tx.get('task', original.ID);
      if (!current || stateRank(current.DesiredState) > RUNNING) {
        failed = true;
        continue;
      }
      if (tx.update('task', { ...current, DesiredState: 'shutdown' })) failed = true;
      else task = current;
    }
    return { task, failed };
  }

  private isDirty(task: StoredTask): boolean {
    return isTaskDirty(this.service, task, this.context.store.get('node', task.NodeID ?? ''));
  }

  // --- failures and the end
  private allSlotsDone(): void {
    if (this.stopped) return this.end();
    this.phase = 'monitoring';
    let monitorUs = this.plan.monitorUs;
    if (this.plan.delayUs >= monitorUs) monitorUs = this.plan.delayUs + SECOND_US;
    this.monitorTimer = this.context.runtime.setTimer(monitorUs, this, 'monitor');
    const held = this.heldFailures;
    this.heldFailures = [];
    for (const id of held) if (this.phase === 'monitoring') this.handleFailure(id);
  }

  private handleFailure(taskId: string): void {
    if (!this.failureTriggersAction(taskId)) return;
    this.queue = [];
    if (this.phase === 'monitoring') {
      this.context.runtime.cancelTimer(this.monitorTimer);
      if (!this.stopped) this.complete();
      this.end();
    } else {
      this.phase = 'draining';
      if (this.workers.every((worker) => worker.step === 'idle')) this.allSlotsDone();
    }
  }

  /** Counts the failure of a task that this update made; true if it was one too many. */
  private failureTriggersAction(taskId: string): boolean {
    const startedAt = this.updatedTasks.get(taskId);
    if (startedAt === undefined || this.failedTasks.has(taskId)) return false;
    if (startedAt >= 0 && this.context.runtime.now - startedAt > this.plan.monitorUs) return false;
    this.failedTasks.add(taskId);
    // Both are 32-bit floats in swarmkit.
    const ratio = Math.fround(this.failedTasks.size / this.dirtyCount);
    if (ratio <= Math.fround(this.plan.maxFailureRatio)) return false;
    const serviceId = this.service.ID;
    const because = `due to failure or early termination of task ${taskId}`;
    if (this.plan.failureAction === 'pause') {
      this.stopped = true;
      this.writeStatus({ kind: 'pause', serviceId, message: `update paused ${because}` });
    } else if (isRollback(this.service)) {
      // Never rolls back a rollback; as in swarmkit this does not count as stopped, so the monitor
      // time ends in "completed" (only the API can ask for this action of a rollback).
      this.writeStatus({ kind: 'pause', serviceId, message: `rollback paused ${because}` });
    } else {
      this.stopped = true;
      this.writeStatus({ kind: 'rollback', serviceId, message: `update rolled back ${because}` });
    }
    return true;
  }

  private complete(): void {
    this.writeStatus({
      kind: 'complete',
      serviceId: this.service.ID,
      at: this.context.clock.timestamp(),
    });
  }

  private writeStatus(change: StatusChange): void {
    this.context.store.update(
      new OwnedTransaction(
        `update of service ${this.service.Spec.Name ?? ''}: ${change.kind}`,
        this,
        'status',
        change,
      ),
    );
  }

  private end(): void {
    if (this.phase === 'ended') return;
    this.phase = 'ended';
    this.owner.updateEnded(this);
  }
}
