/**
 * The orchestrator of jobs, replicated and global (swarmkit `manager/orchestrator/jobs/`). Tasks of an
 * earlier iteration are removed, those of the present one made until enough have completed. As in 20.10
 * nothing happens to the tasks of a job whose service is removed, until a new leader deletes them, and
 * a global job is looked at only when its service or one of its tasks changes.
 */
import type { LeaderComponent, ManagerContext } from '../leader';
import type { StoredService, StoredTask, StoreEvent, StoreListener, WriteView } from '../store';
import { RestartSupervisor } from './restart-supervisor';
import { setDesired } from './service-removal';
import { checkTasks, nodeSlot, numberedSlot, type InitHandler, type InitialFix } from './task-init';
import { COMPLETE, RUNNING, stateRank } from './task-state';
import { isInvalidNode, isJob, makeTask, meetsConstraints } from './tasks';
import { OwnedBatch, type BatchWriter } from './writing';

type Change =
  | {
      readonly kind: 'create';
      readonly service: StoredService;
      readonly slot: number;
      readonly nodeId: string;
    }
  | { readonly kind: 'restart'; readonly taskId: string; readonly service: StoredService }
  | { readonly kind: 'remove' | 'shutdown'; readonly taskId: string };

export class JobsOrchestrator implements LeaderComponent, StoreListener, BatchWriter, InitHandler {
  readonly name = 'jobs-orchestrator';
  private readonly restarts: RestartSupervisor;
  private readonly queued = new Set<string>();

  constructor(private readonly context: ManagerContext) {
    this.restarts = new RestartSupervisor(context);
  }

  start(): void {
    this.context.store.listen(this);
    this.context.store.batch(
      new OwnedBatch('tasks checked by the new leader', this, 'init', undefined),
    );
  }

  stop(): void {
    this.context.store.unlisten(this);
    this.restarts.stop();
  }

  onStoreEvents(events: readonly StoreEvent[]): void {
    for (const event of events) {
      this.restarts.onStoreEvent(event);
      if (event.op === 'remove') continue;
      if (event.table === 'service') this.queueReconcile(event.object);
      else if (event.table === 'task' && event.op === 'update') {
        const task = event.object;
        if (stateRank(task.Status.State) > RUNNING && stateRank(task.DesiredState) <= COMPLETE)
          this.queueReconcile(this.context.store.get('service', task.ServiceID ?? ''));
      }
    }
  }

  // --- InitHandler
  isRelated(service: StoredService): boolean {
    return isJob(service);
  }
  slotKeyOf(task: StoredTask): string {
    const service = this.context.store.get('service', task.ServiceID ?? '');
    return service?.Spec.Mode.GlobalJob ? nodeSlot(task) : numberedSlot(task);
  }
  /** The reconciliation that follows restarts what has failed. */
  fixTask(): undefined {
    return undefined;
  }

  // --- BatchWriter
  planBatch(tag: string, tx: WriteView, data: unknown): readonly unknown[] {
    if (tag === 'init') return checkTasks(this.context, tx, this, this.restarts);
    const serviceId = data as string;
    this.queued.delete(serviceId);
    const service = tx.get('service', serviceId);
    if (!service) return [];
    if (service.Spec.Mode.ReplicatedJob) return this.planReplicated(tx, service);
    return service.Spec.Mode.GlobalJob ? this.planGlobal(tx, service) : [];
  }

  writeItem(tag: string, tx: WriteView, item: unknown): void {
    if (tag === 'init') {
      const fix = item as InitialFix;
      if (fix.action === 'remove') tx.remove('task', fix.taskId);
      else this.restarts.startNow(tx, fix.taskId);
      return;
    }
    const change = item as Change;
    if (change.kind === 'create') this.createTask(tx, change.service, change.slot, change.nodeId);
    else if (change.kind === 'restart') {
      const task = tx.get('task', change.taskId);
      if (task && stateRank(task.DesiredState) <= COMPLETE)
        this.restarts.restart(tx, change.service, task);
    } else setDesired(tx, change.taskId, change.kind);
  }

  batchWritten(tag: string): void {
    if (tag !== 'init') return;
    for (const service of this.context.store.all('service')) this.queueReconcile(service);
  }

  private queueReconcile(service: StoredService | undefined): void {
    if (!service || !isJob(service) || this.queued.has(service.ID)) return;
    this.queued.add(service.ID);
    this.context.store.batch(
      new OwnedBatch(`job ${service.Spec.Name ?? ''} reconciled`, this, 'reconcile', service.ID),
    );
  }

  private planReplicated(tx: WriteView, service: StoredService): readonly Change[] {
    const iteration = service.JobStatus?.JobIteration.Index ?? 0;
    const mode = service.Spec.Mode.ReplicatedJob ?? {};
    const total = mode.TotalCompletions ?? mode.MaxConcurrent ?? 1;
    const concurrent = mode.MaxConcurrent ?? 1;
    let active = 0;
    let completed = 0;
    const slots = new Set<number>();
    const later: Change[] = [];
    for (const task of tx.tasksOfService(service.ID)) {
      if (!task.JobIteration) continue;
      const rank = stateRank(task.Status.State);
      if (task.JobIteration.Index !== iteration) {
        if (rank <= RUNNING && task.DesiredState !== 'remove')
          later.push({ kind: 'remove', taskId: task.ID });
      } else if (rank === COMPLETE) {
        completed++;
        slots.add(task.Slot ?? 0);
      } else if (stateRank(task.DesiredState) <= COMPLETE) {
        active++;
        slots.add(task.Slot ?? 0);
        if (rank > COMPLETE) later.unshift({ kind: 'restart', taskId: task.ID, service });
      }
    }
    // A negative difference is an unsigned underflow in swarmkit, which then creates nothing.
    const room = concurrent - active;
    const missing = total - completed - active;
    if (room < 0 || missing < 0) return later;
    const created: Change[] = [];
    for (let slot = 0; slot < total && created.length < Math.min(room, missing); slot++)
      if (!slots.has(slot)) created.push({ kind: 'create', service, slot, nodeId: '' });
    return [...created, ...later];
  }

  private planGlobal(tx: WriteView, service: StoredService): readonly Change[] {
    const iteration = service.JobStatus?.JobIteration.Index ?? 0;
    const byNode = new Map<string, StoredTask>();
    const later: Change[] = [];
    for (const task of tx.tasksOfService(service.ID)) {
      if (!task.JobIteration) continue;
      if (task.JobIteration.Index !== iteration) {
        if (task.DesiredState !== 'remove') later.push({ kind: 'remove', taskId: task.ID });
      } else if (stateRank(task.DesiredState) <= COMPLETE) {
        byNode.set(task.NodeID ?? '', task);
        if (stateRank(task.Status.State) > COMPLETE)
          later.unshift({ kind: 'restart', taskId: task.ID, service });
      }
    }
    const created: Change[] = [];
    for (const node of tx.all('node')) {
      if (!meetsConstraints(service, node)) continue;
      const task = byNode.get(node.ID);
      if (isInvalidNode(node)) {
        if (task && stateRank(task.Status.State) <= RUNNING)
          later.push({ kind: 'shutdown', taskId: task.ID });
      } else if (!task && node.Spec.Availability === 'active' && node.Status.State === 'ready')
        created.push({ kind: 'create', service, slot: 0, nodeId: node.ID });
    }
    return [...created, ...later];
  }

  private createTask(tx: WriteView, service: StoredService, slot: number, nodeId: string): void {
    tx.create('task', {
      ...makeTask(this.context, service, slot, nodeId),
      DesiredState: 'complete',
      JobIteration: service.JobStatus?.JobIteration ?? { Index: 0 },
    });
  }
}
