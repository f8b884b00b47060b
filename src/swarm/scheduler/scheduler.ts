/**
 * Assigns tasks to nodes (swarmkit `manager/scheduler/scheduler.go`). It waits for 50 ms without a
 * commit, at most 1 s, then schedules all waiting tasks in groups of the same service and spec. Groups
 * and tasks go in the order in which they came, where the real one takes a random order; equal nodes
 * come in random order.
 */
import { MILLISECOND_US, SECOND_US, type TimerHandle, type Wakeable } from '../../base';
import type { TaskRecord } from '../../api';
import type { LeaderComponent, ManagerContext } from '../leader';
import {
  ASSIGNED,
  COMPLETE,
  PENDING,
  RUNNING,
  SHUTDOWN,
  stateRank,
} from '../orchestrator/task-state';
import { OwnedBatch, type BatchWriter } from '../orchestrator/writing';
import type { StoredNode, StoredTask, StoreEvent, StoreListener, WriteView } from '../store';
import { Pipeline } from './filters';
import { NodeInfo } from './node-info';
import { Placement, type Placer } from './placement';

const DEBOUNCE_GAP_US = 50 * MILLISECOND_US;
const MAX_LATENCY_US = SECOND_US;

/** What is to become of a task; nothing of it is in the store yet. */
interface Decision {
  readonly task: StoredTask;
  readonly preassigned: boolean;
}

export class Scheduler implements LeaderComponent, StoreListener, Wakeable, Placer, BatchWriter {
  readonly name = 'scheduler';
  private readonly nodes = new Map<string, NodeInfo>();
  /** Tasks that hold resources or wait for a node. */
  private readonly allTasks = new Map<string, StoredTask>();
  private readonly unassigned = new Map<string, StoredTask>();
  /** Tasks that were made for a node (global services), also those past Pending. */
  private readonly preassigned = new Set<string>();
  private readonly pendingPreassigned = new Map<string, StoredTask>();
  private tickRequired = false;
  private debounceStart = 0;
  private timer: TimerHandle | undefined;
  private decisions: Decision[] = [];
  /** A batch of decisions is on its way to the store; the next round waits for it. */
  private applying = false;
  private scheduleAgain = false;

  constructor(private readonly context: ManagerContext) {}

  start(): void {
    const { store } = this.context;
    store.listen(this);
    for (const node of store.all('node')) this.nodes.set(node.ID, new NodeInfo(node));
    for (const task of store.all('task')) this.loadTask(task);
    this.tickRequired = true;
    this.schedule();
  }

  stop(): void {
    this.context.store.unlisten(this);
    this.context.runtime.cancelTimer(this.timer);
  }

  onStoreEvents(events: readonly StoreEvent[]): void {
    for (const event of events) {
      if (event.table === 'task') {
        if (event.op === 'remove')
          this.tickRequired = this.forgetTask(event.object) || this.tickRequired;
        else if (this.takeTask(event.object, event.op === 'create')) this.tickRequired = true;
      } else if (event.table === 'node') {
        if (event.op === 'remove') this.nodes.delete(event.object.ID);
        else {
          this.takeNode(event.object);
          this.tickRequired = true;
        }
      }
    }
    this.debounce();
  }

  wake(): void {
    this.timer = undefined;
    this.schedule();
  }

  // --- Placer
  place(task: StoredTask, node: NodeInfo): void {
    const assigned: StoredTask = {
      ...task,
      NodeID: node.node.ID,
      Status: {
        State: 'assigned',
        Timestamp: this.context.clock.timestamp(),
        Message: 'scheduler assigned task to node',
        PortStatus: {},
      },
    };
    this.allTasks.set(task.ID, assigned);
    node.addTask(assigned);
    this.decisions.push({ task: assigned, preassigned: false });
  }

  // --- BatchWriter
  planBatch(_tag: string, _tx: WriteView, data: unknown): readonly unknown[] {
    return data as readonly Decision[];
  }

  writeItem(_tag: string, tx: WriteView, item: unknown): void {
    const { task, preassigned } = item as Decision;
    const current = tx.get('task', task.ID);
    if (!current) {
      this.forgetTask(task);
      return;
    }
    const { State, Message, Err } = task.Status;
    if (
      current.Status.State === State &&
      current.Status.Message === Message &&
      (current.Status.Err ?? '') === (Err ?? '')
    ) {
      return;
    }
    if (stateRank(current.Status.State) < ASSIGNED && !tx.update('task', task)) {
      if (State === 'assigned') this.pendingPreassigned.delete(task.ID);
      this.report(task);
      return;
    }
    // The task changed meanwhile: once more with what it is now.
    if (State === 'assigned') this.nodes.get(task.NodeID ?? '')?.removeTask(task);
    this.allTasks.set(task.ID, current);
    if (!preassigned) this.unassigned.set(task.ID, current);
    this.tickRequired = true;
  }

  batchWritten(): void {
    this.applying = false;
    if (!this.scheduleAgain) return;
    this.scheduleAgain = false;
    this.schedule();
  }

  private report(task: StoredTask): void {
    const { State, Message, Err } = task.Status;
    const node = this.context.store.get('node', task.NodeID ?? '')?.Description?.Hostname;
    const record: TaskRecord = {
      kind: 'task',
      task: task.ID,
      service: task.ServiceAnnotations.Name,
      state: State,
      text: Err || (node ? `${Message} ${node}` : Message),
    };
    this.context.runtime.report(record);
  }

  // --- keeping up with the store
  private debounce(): void {
    const { runtime } = this.context;
    if (this.timer === undefined) this.debounceStart = runtime.now;
    else {
      runtime.cancelTimer(this.timer);
      if (runtime.now - this.debounceStart > MAX_LATENCY_US) {
        this.timer = undefined;
        this.schedule();
        return;
      }
    }
    this.timer = runtime.setTimer(DEBOUNCE_GAP_US, this, 'debounce');
  }

  private loadTask(task: StoredTask): void {
    const rank = stateRank(task.Status.State);
    if (rank < PENDING || rank > RUNNING) return;
    // Never assigned, and not wanted any more.
    if (rank === PENDING && stateRank(task.DesiredState) > COMPLETE) return;
    this.takeTask(task, true);
  }

  /** A task came or changed; true if waiting tasks may have to be looked at. */
  private takeTask(task: StoredTask, isNew: boolean): boolean {
    const rank = stateRank(task.Status.State);
    if (rank < PENDING) return false;
    const old = isNew ? undefined : this.allTasks.get(task.ID);
    if (rank > RUNNING) return !isNew && this.taskEnded(task, old);
    if (!task.NodeID || rank === PENDING) {
      if (old) this.forgetTask(old);
      this.allTasks.set(task.ID, task);
      if (!task.NodeID) {
        this.unassigned.set(task.ID, task);
        return true;
      }
      // Preassigned tasks do not count as running before they are confirmed.
      this.preassigned.add(task.ID);
      this.pendingPreassigned.set(task.ID, task);
      return false;
    }
    this.allTasks.set(task.ID, task);
    this.nodes.get(task.NodeID)?.addTask(task);
    return false;
  }

  private taskEnded(task: StoredTask, old: StoredTask | undefined): boolean {
    if (!old) return false;
    const { State } = task.Status;
    if (State !== old.Status.State && (State === 'failed' || State === 'rejected'))
      if (!this.preassigned.has(task.ID))
        this.nodes.get(task.NodeID ?? '')?.taskFailed(task, this.context.runtime.now);
    this.forgetTask(old);
    return true;
  }

  /** True if a node has room again. */
  private forgetTask(task: StoredTask): boolean {
    this.allTasks.delete(task.ID);
    this.preassigned.delete(task.ID);
    this.pendingPreassigned.delete(task.ID);
    this.unassigned.delete(task.ID);
    return this.nodes.get(task.NodeID ?? '')?.removeTask(task) ?? false;
  }

  private takeNode(node: StoredNode): void {
    const info = this.nodes.get(node.ID);
    if (info) info.updateNode(node);
    else this.nodes.set(node.ID, new NodeInfo(node));
  }

  // --- scheduling
  private schedule(): void {
    if (this.applying) {
      this.scheduleAgain = true;
      return;
    }
    this.decisions = [];
    for (const task of [...this.pendingPreassigned.values()]) this.confirmPreassigned(task);
    if (this.tickRequired) {
      this.tickRequired = false;
      this.scheduleUnassigned();
    }
    if (this.decisions.length === 0) return;
    const decisions = this.decisions;
    this.decisions = [];
    this.applying = true;
    this.context.store.batch(new OwnedBatch('tasks scheduled', this, 'apply', decisions));
  }

  private confirmPreassigned(task: StoredTask): void {
    const info = this.nodes.get(task.NodeID ?? '');
    if (!info) return;
    const pipeline = new Pipeline(task);
    const fits = pipeline.process(info);
    const Timestamp = this.context.clock.timestamp();
    const decided: StoredTask = {
      ...task,
      Status: fits
        ? {
            State: 'assigned',
            Timestamp,
            Message: 'scheduler confirmed task can run on preassigned node',
            PortStatus: {},
          }
        : { ...task.Status, Timestamp, Err: pipeline.explain() },
    };
    this.allTasks.set(task.ID, decided);
    if (fits) info.addTask(decided);
    this.decisions.push({ task: decided, preassigned: true });
  }

  private scheduleUnassigned(): void {
    const groups = new Map<string, StoredTask[]>();
    for (const task of this.unassigned.values()) {
      if (task.NodeID) continue;
      const version = task.SpecVersion?.Index;
      const key = version === undefined ? task.ID : `${task.ServiceID ?? ''}/${version}`;
      const group = groups.get(key);
      if (group) group.push(task);
      else groups.set(key, [task]);
    }
    this.unassigned.clear();
    for (const group of groups.values()) this.scheduleGroup(group);
  }

  private scheduleGroup(group: StoredTask[]): void {
    const { runtime } = this.context;
    group.sort((a, b) => (a.Slot ?? 0) - (b.Slot ?? 0));
    const pipeline = new Pipeline(group[0]!);
    const nodes = runtime.random('node-ties').shuffle([...this.nodes.values()]);
    new Placement(group, pipeline, this, runtime.now).run(nodes);
    if (group.length > 0) this.noSuitableNode(group, pipeline.explain());
  }

  /** The rest of a group: Pending with the reason, until a node changes. */
  private noSuitableNode(group: readonly StoredTask[], explanation: string): void {
    for (const task of group) {
      const service = this.context.store.get('service', task.ServiceID ?? '');
      if (!service) continue;
      let { Status } = task;
      const Timestamp = this.context.clock.timestamp();
      let waits = false;
      if (task.SpecVersion && service.SpecVersion.Index > task.SpecVersion.Index) {
        // Of an older spec: it is only ended if that is what is wanted of it.
        if (Status.State === 'pending' && stateRank(task.DesiredState) >= SHUTDOWN)
          Status = { ...Status, State: 'shutdown', Err: '' };
      } else {
        const Err = explanation === '' ? 'no suitable node' : `no suitable node (${explanation})`;
        Status = { ...Status, Err };
        waits = true;
      }
      const decided: StoredTask = { ...task, Status: { ...Status, Timestamp } };
      if (waits) this.unassigned.set(task.ID, decided);
      this.allTasks.set(task.ID, decided);
      this.decisions.push({ task: decided, preassigned: false });
    }
  }
}
