/**
 * The orchestrator of global services (swarmkit `manager/orchestrator/global/global.go`): one task on
 * each node that is neither drained nor down and meets the constraints. A task of a lost or drained
 * node is shut down and not restarted elsewhere.
 */
import type { LeaderComponent, ManagerContext } from '../leader';
import type {
  StoredNode,
  StoredService,
  StoredTask,
  StoreEvent,
  StoreListener,
  WriteView,
} from '../store';
import { RestartSupervisor, updatableTasks } from './restart-supervisor';
import { removeServiceTasks, setDesired } from './service-removal';
import { checkTasks, nodeSlot, type InitHandler, type InitialFix } from './task-init';
import { RUNNING, stateRank } from './task-state';
import { isInvalidNode, isTaskDirty, makeTask, meetsConstraints, serviceKind } from './tasks';
import { UpdateSupervisor } from './update-supervisor';
import type { Slot } from './updater';
import { OwnedBatch, type BatchWriter } from './writing';

type Change =
  | { readonly kind: 'create'; readonly service: StoredService; readonly nodeId: string }
  | { readonly kind: 'shutdown'; readonly taskId: string }
  | { readonly kind: 'delete'; readonly taskId: string };

export class GlobalOrchestrator
  implements LeaderComponent, StoreListener, BatchWriter, InitHandler
{
  readonly name = 'global-orchestrator';
  private readonly restarts: RestartSupervisor;
  private readonly updates: UpdateSupervisor;
  private readonly toRestart = new Set<string>();
  /** Services and nodes ("service/ID", "node/ID") whose reconciliation is queued. */
  private readonly queued = new Set<string>();
  private readonly toReconcile = new Set<string>();
  private globalServices = 0;

  constructor(private readonly context: ManagerContext) {
    this.restarts = new RestartSupervisor(context);
    this.updates = new UpdateSupervisor(context, this.restarts);
  }

  start(): void {
    const { store } = this.context;
    store.listen(this);
    this.globalServices = store.all('service').filter((service) => this.isRelated(service)).length;
    store.batch(new OwnedBatch('tasks checked by the new leader', this, 'init', undefined));
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
      else if (event.table === 'service') this.onServiceEvent(event);
      else if (event.table === 'node' && this.globalServices > 0) {
        if (event.op === 'remove')
          this.context.store.batch(
            new OwnedBatch('tasks of a removed node deleted', this, 'lost-node', event.object.ID),
          );
        else this.toReconcile.add(`node/${event.object.ID}`);
      }
    }
    this.tick();
    // After the restarts: an update that rolls back finds the replacements of its failed tasks.
    for (const event of events)
      if (event.table === 'task' && event.op === 'update') this.updates.onTaskUpdate(event.object);
  }

  // --- InitHandler
  isRelated(service: StoredService): boolean {
    return serviceKind(service) === 'global';
  }
  slotKeyOf(task: StoredTask): string {
    return nodeSlot(task);
  }
  fixTask(view: WriteView, task: StoredTask): InitialFix | undefined {
    if (stateRank(task.DesiredState) > RUNNING) return undefined;
    if (isInvalidNode(view.get('node', task.NodeID ?? '')))
      return { action: 'shutdown', taskId: task.ID };
    if (stateRank(task.Status.State) > RUNNING) this.toRestart.add(task.ID);
    return undefined;
  }

  // --- BatchWriter
  planBatch(tag: string, tx: WriteView, data: unknown): readonly unknown[] {
    if (tag === 'init') return checkTasks(this.context, tx, this, this.restarts);
    if (tag === 'restart') return data as readonly string[];
    if (tag === 'lost-node')
      return this.tasksOn(tx, data as string).map((task) => ({ kind: 'delete', taskId: task.ID }));
    const key = data as string;
    this.queued.delete(key);
    const id = key.slice(key.indexOf('/') + 1);
    return key.startsWith('node/') ? this.planNode(tx, id) : this.planService(tx, id);
  }

  writeItem(tag: string, tx: WriteView, item: unknown): void {
    if (tag === 'init') {
      const fix = item as InitialFix;
      if (fix.action === 'remove') tx.remove('task', fix.taskId);
      else if (fix.action === 'start') this.restarts.startNow(tx, fix.taskId);
      else setDesired(tx, fix.taskId, 'shutdown');
    } else if (tag === 'restart') this.restartTask(tx, item as string);
    else this.applyChange(tx, item as Change);
  }

  batchWritten(tag: string): void {
    if (tag !== 'init') return;
    for (const service of this.context.store.all('service'))
      if (this.isRelated(service)) this.toReconcile.add(`service/${service.ID}`);
    this.tick();
  }

  // --- events
  private onTaskEvent(event: Extract<StoreEvent, { table: 'task' }>): void {
    if (event.op !== 'update') return;
    const task = event.object;
    if (stateRank(task.DesiredState) > RUNNING || stateRank(task.Status.State) <= RUNNING) return;
    const service = this.context.store.get('service', task.ServiceID ?? '');
    if (service && this.isRelated(service)) this.toRestart.add(task.ID);
  }

  private onServiceEvent(event: Extract<StoreEvent, { table: 'service' }>): void {
    const service = event.object;
    if (!this.isRelated(service)) return;
    if (event.op === 'remove') {
      this.globalServices--;
      removeServiceTasks(this.context, service);
      this.restarts.history.forget(service.ID);
      this.toReconcile.delete(`service/${service.ID}`);
      return;
    }
    if (event.op === 'create') this.globalServices++;
    this.toReconcile.add(`service/${service.ID}`);
  }

  private tick(): void {
    const { store } = this.context;
    if (this.toRestart.size > 0) {
      store.batch(new OwnedBatch('tasks restarted', this, 'restart', [...this.toRestart]));
      this.toRestart.clear();
    }
    for (const key of this.toReconcile) {
      if (this.queued.has(key)) continue;
      this.queued.add(key);
      store.batch(new OwnedBatch('global services reconciled', this, 'reconcile', key));
    }
    this.toReconcile.clear();
  }

  // --- reconciliation
  private planService(tx: WriteView, serviceId: string): readonly Change[] {
    const service = tx.get('service', serviceId);
    if (!service || !this.isRelated(service)) return [];
    const byNode = groupByNode(tx.tasksOfService(serviceId));
    for (const [nodeId, slot] of byNode) {
      const updatable = updatableTasks(this.restarts.history, slot, service);
      if (updatable.length > 0) byNode.set(nodeId, updatable);
      else byNode.delete(nodeId);
    }
    const changes: Change[] = [];
    const toUpdate: Slot[] = [];
    for (const node of tx.all('node')) {
      if (isInvalidNode(node)) continue;
      const slot = byNode.get(node.ID) ?? [];
      byNode.delete(node.ID);
      if (!meetsConstraints(service, node)) changes.push(...shutdowns(slot));
      // On a paused node nothing is added or updated.
      else if (node.Spec.Availability === 'pause') continue;
      else if (slot.length === 0) changes.push({ kind: 'create', service, nodeId: node.ID });
      else toUpdate.push(slot);
    }
    for (const slot of byNode.values()) changes.push(...shutdowns(slot));
    if (toUpdate.length > 0) this.updates.update(service, toUpdate);
    return changes;
  }

  private planNode(tx: WriteView, nodeId: string): readonly Change[] {
    const node = tx.get('node', nodeId);
    if (!node) return [];
    if (isInvalidNode(node)) return shutdowns(this.tasksOn(tx, nodeId));
    if (node.Spec.Availability === 'pause') return [];
    const changes: Change[] = [];
    const tasks = tx.tasksOfNode(nodeId);
    for (const service of tx.all('service')) {
      if (!this.isRelated(service) || !meetsConstraints(service, node)) continue;
      const slot = tasks.filter((task) => task.ServiceID === service.ID);
      changes.push(...this.planSlot(service, node, slot));
    }
    return changes;
  }

  /** Not a rolling update: the node's state changed, not the service. */
  private planSlot(service: StoredService, node: StoredNode, slot: Slot): readonly Change[] {
    const tasks = updatableTasks(this.restarts.history, slot, service);
    const dirty = tasks.filter((task) => isTaskDirty(service, task, node));
    const clean = tasks.filter((task) => !dirty.includes(task));
    const changes: Change[] = [];
    if (clean.length === 0) changes.push({ kind: 'create', service, nodeId: node.ID });
    return [...changes, ...shutdowns(dirty), ...shutdowns(clean.slice(1))];
  }

  private restartTask(tx: WriteView, taskId: string): void {
    const task = tx.get('task', taskId);
    if (!task || stateRank(task.DesiredState) > RUNNING) return;
    const service = tx.get('service', task.ServiceID ?? '');
    const node = tx.get('node', task.NodeID ?? '');
    if (!service || !node || isInvalidNode(node)) return;
    if (node.Spec.Availability === 'pause' || !meetsConstraints(service, node))
      setDesired(tx, taskId, 'shutdown');
    else this.restarts.restart(tx, service, task);
  }

  private tasksOn(tx: WriteView, nodeId: string): readonly StoredTask[] {
    return tx.tasksOfNode(nodeId).filter((task) => {
      const service = tx.get('service', task.ServiceID ?? '');
      return service !== undefined && this.isRelated(service);
    });
  }

  private applyChange(tx: WriteView, change: Change): void {
    if (change.kind === 'create')
      tx.create('task', makeTask(this.context, change.service, 0, change.nodeId));
    else if (change.kind === 'delete') tx.remove('task', change.taskId);
    else setDesired(tx, change.taskId, 'shutdown');
  }
}

function shutdowns(tasks: readonly StoredTask[]): Change[] {
  return tasks.map((task) => ({ kind: 'shutdown', taskId: task.ID }));
}

function groupByNode(tasks: readonly StoredTask[]): Map<string, readonly StoredTask[]> {
  const nodes = new Map<string, StoredTask[]>();
  for (const task of tasks) {
    const slot = nodes.get(task.NodeID ?? '');
    if (slot) slot.push(task);
    else nodes.set(task.NodeID ?? '', [task]);
  }
  return nodes;
}
