/**
 * The orchestrator of replicated services (swarmkit `manager/orchestrator/replicated/`): as many slots
 * as the spec asks for, each with one live task. Slots are taken in ascending order, where the real one
 * walks its maps in random order.
 */
import type { LeaderComponent, ManagerContext } from '../leader';
import type {
  RpcError,
  StoredNode,
  StoredService,
  StoredTask,
  StoreEvent,
  StoreListener,
  WriteView,
} from '../store';
import { RestartSupervisor, updatableTasks } from './restart-supervisor';
import { removeServiceTasks, setDesired } from './service-removal';
import { groupBySlot, scaleDownOrder } from './slots';
import { checkTasks, numberedSlot, type InitHandler, type InitialFix } from './task-init';
import { RUNNING, stateRank } from './task-state';
import { isInvalidNode, makeTask, serviceKind } from './tasks';
import { UpdateSupervisor } from './update-supervisor';
import type { Slot } from './updater';
import { OwnedBatch, type BatchWriter } from './writing';

/** One small change of a reconciliation. */
type Change =
  | { readonly kind: 'create'; readonly service: StoredService; readonly slot: number }
  | { readonly kind: 'delete'; readonly taskId: string }
  | { readonly kind: 'remove'; readonly taskId: string };

export class ReplicatedOrchestrator
  implements LeaderComponent, StoreListener, BatchWriter, InitHandler
{
  readonly name = 'replicated-orchestrator';
  private readonly restarts: RestartSupervisor;
  private readonly updates: UpdateSupervisor;
  private readonly toReconcile = new Set<string>();
  private readonly reconcileQueued = new Set<string>();
  private readonly toRestart = new Set<string>();

  constructor(private readonly context: ManagerContext) {
    this.restarts = new RestartSupervisor(context);
    this.updates = new UpdateSupervisor(context, this.restarts);
  }

  start(): void {
    this.context.store.listen(this);
    this.queueBatch('tasks checked by the new leader', 'init', undefined);
  }

  stop(): void {
    this.context.store.unlisten(this);
    this.updates.cancelAll();
    this.restarts.stop();
  }

  onStoreEvents(events: readonly StoreEvent[]): void {
    for (const event of events) {
      this.restarts.onStoreEvent(event);
      if (event.table === 'task') this.onTaskEvent(event);
      else if (event.table === 'node') {
        if (event.op === 'remove' || isInvalidNode(event.object)) this.restartNode(event.object);
      } else if (event.table === 'service') this.onServiceEvent(event);
    }
    this.tick();
    // After the restarts: an update that rolls back finds the replacements of its failed tasks.
    for (const event of events)
      if (event.table === 'task' && event.op === 'update') this.updates.onTaskUpdate(event.object);
  }

  // --- InitHandler
  isRelated(service: StoredService): boolean {
    return serviceKind(service) === 'replicated';
  }
  slotKeyOf(task: StoredTask): string {
    return numberedSlot(task);
  }
  fixTask(view: WriteView, task: StoredTask): undefined {
    if (this.needsRestart(task, view.get('node', task.NodeID ?? ''))) this.toRestart.add(task.ID);
    return undefined;
  }

  // --- BatchWriter
  planBatch(tag: string, tx: WriteView, data: unknown): readonly unknown[] {
    if (tag === 'init') return checkTasks(this.context, tx, this, this.restarts);
    if (tag === 'restart') return data as readonly string[];
    this.reconcileQueued.delete(data as string);
    return this.planReconcile(tx, data as string);
  }

  writeItem(tag: string, tx: WriteView, item: unknown): void {
    if (tag === 'init') this.applyFix(tx, item as InitialFix);
    else if (tag === 'restart') this.restartTask(tx, item as string);
    else this.applyChange(tx, item as Change);
  }

  batchWritten(tag: string): void {
    if (tag !== 'init') return;
    for (const service of this.context.store.all('service'))
      if (this.isRelated(service)) this.toReconcile.add(service.ID);
    this.tick();
  }

  // --- events
  private onTaskEvent(event: Extract<StoreEvent, { table: 'task' }>): void {
    const task = event.object;
    if (event.op === 'remove') {
      this.restarts.cancel(task.ID);
      if (stateRank(task.DesiredState) <= RUNNING && this.serviceOf(task))
        this.toReconcile.add(task.ServiceID ?? '');
      return;
    }
    if (stateRank(task.DesiredState) > RUNNING || !this.serviceOf(task)) return;
    const node = this.context.store.get('node', task.NodeID ?? '');
    if (this.needsRestart(task, node)) this.toRestart.add(task.ID);
  }

  private onServiceEvent(event: Extract<StoreEvent, { table: 'service' }>): void {
    const service = event.object;
    if (!this.isRelated(service)) return;
    if (event.op === 'remove') {
      removeServiceTasks(this.context, service);
      this.restarts.history.forget(service.ID);
      this.toReconcile.delete(service.ID);
    } else this.toReconcile.add(service.ID);
  }

  private restartNode(node: StoredNode): void {
    for (const task of this.context.store.tasksOfNode(node.ID))
      if (stateRank(task.DesiredState) <= RUNNING && this.serviceOf(task))
        this.toRestart.add(task.ID);
  }

  /** Tasks first, so that a reconciliation sees their replacements. */
  private tick(): void {
    if (this.toRestart.size > 0) {
      this.queueBatch('tasks restarted', 'restart', [...this.toRestart]);
      this.toRestart.clear();
    }
    for (const id of this.toReconcile) {
      if (this.reconcileQueued.has(id)) continue;
      this.reconcileQueued.add(id);
      const name = this.context.store.get('service', id)?.Spec.Name ?? '';
      this.queueBatch(`service ${name} reconciled`, 'reconcile', id);
    }
    this.toReconcile.clear();
  }

  private queueBatch(summary: string, tag: string, data: unknown): void {
    this.context.store.batch(new OwnedBatch(summary, this, tag, data));
  }

  // --- tasks
  private needsRestart(task: StoredTask, node: StoredNode | undefined): boolean {
    if (stateRank(task.DesiredState) > RUNNING) return false;
    return stateRank(task.Status.State) > RUNNING || (!!task.NodeID && isInvalidNode(node));
  }

  private restartTask(tx: WriteView, taskId: string): RpcError | undefined {
    const task = tx.get('task', taskId);
    if (!task || stateRank(task.DesiredState) > RUNNING) return undefined;
    const service = tx.get('service', task.ServiceID ?? '');
    return service && this.isRelated(service)
      ? this.restarts.restart(tx, service, task)
      : undefined;
  }

  private serviceOf(task: StoredTask): StoredService | undefined {
    const service = this.context.store.get('service', task.ServiceID ?? '');
    return service && this.isRelated(service) ? service : undefined;
  }

  private applyFix(tx: WriteView, fix: InitialFix): void {
    if (fix.action === 'remove') tx.remove('task', fix.taskId);
    else this.restarts.startNow(tx, fix.taskId);
  }

  // --- services
  /** Compares slots with replicas; hands the slots that stay to the updater. */
  private planReconcile(tx: WriteView, serviceId: string): readonly Change[] {
    const service = tx.get('service', serviceId);
    if (!service || !this.isRelated(service)) return [];
    const running = new Map<number, Slot>();
    const dead = new Map<number, Slot>();
    for (const [number, slot] of groupBySlot(tx.tasksOfService(serviceId))) {
      const updatable = updatableTasks(this.restarts.history, slot, service);
      if (updatable.length > 0) running.set(number, updatable);
      else dead.set(number, slot);
    }
    const wanted = service.Spec.Mode.Replicated?.Replicas ?? 0;
    const changes: Change[] = [];
    if (wanted < running.size) {
      const kept = scaleDownOrder(running);
      this.updates.update(service, kept.slice(0, wanted));
      for (const slot of kept.slice(wanted))
        for (const task of slot) changes.push({ kind: 'remove', taskId: task.ID });
    } else {
      this.updates.update(service, [...running.values()]);
      for (let missing = wanted - running.size, slot = 1; missing > 0; slot++) {
        if (running.has(slot)) continue;
        dead.delete(slot);
        changes.push({ kind: 'create', service, slot });
        missing--;
      }
    }
    for (const slot of dead.values())
      for (const task of slot) changes.push({ kind: 'delete', taskId: task.ID });
    return changes;
  }

  private applyChange(tx: WriteView, change: Change): void {
    if (change.kind === 'create')
      tx.create('task', makeTask(this.context, change.service, change.slot, ''));
    else if (change.kind === 'delete') tx.remove('task', change.taskId);
    else setDesired(tx, change.taskId, 'remove');
  }
}
