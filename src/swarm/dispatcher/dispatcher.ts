/**
 * The leader's side of the agents (swarmkit `manager/dispatcher/dispatcher.go`): sessions, heartbeats,
 * task states that come in, assignments that go out, and the states of nodes. Updates are written on a
 * grid of 100 ms.
 */
import { MILLISECOND_US, SECOND_US, type TimerHandle, type Wakeable } from '../../base';
import type { NodeDescription, TaskStatus } from '../../api';
import type { AgentRoute, LeaderComponent, ManagerContext } from '../leader';
import { OwnedBatch, type BatchWriter } from '../orchestrator/writing';
import {
  rpcError,
  type RpcError,
  type StoredCluster,
  type StoreEvent,
  type StoreListener,
  type WriteView,
} from '../store';
import { sendOnStream } from './agent-streams';
import { AssignmentStream } from './assignment-stream';
import { NodeRegistry, type ExpiryListener } from './node-registry';
import type { DispatcherRequest, StatusUpdate } from './protocol';
import { orphanTask, writeNode, writeStatus, type NodeUpdate } from './writes';

/** How often updates are written (`maxBatchInterval`). */
const BATCH_INTERVAL_US = 100 * MILLISECOND_US;
/** After so long the tasks of a node that is down are orphans (`defaultNodeDownPeriod`). */
const NODE_DOWN_PERIOD_US = 24 * 3_600 * SECOND_US;
const UNKNOWN_MESSAGE = 'Node moved to "unknown" state due to leadership change in cluster';

interface Registration {
  readonly route: AgentRoute;
  readonly session: number;
  /** The session id that it keeps, '' if it gets a new one. */
  readonly sessionId: string;
}
interface SessionStream {
  readonly route: AgentRoute;
  readonly session: number;
  readonly sessionId: string;
}

type Item =
  | { readonly kind: 'task'; readonly update: StatusUpdate }
  | { readonly kind: 'node'; readonly update: NodeUpdate };

export class Dispatcher
  implements LeaderComponent, StoreListener, Wakeable, BatchWriter, ExpiryListener
{
  readonly name = 'dispatcher';
  private readonly registry: NodeRegistry;
  private readonly sessions = new Map<string, SessionStream>();
  private readonly streams = new Map<string, AssignmentStream>();
  private readonly downTimers = new Map<string, TimerHandle>();
  private taskUpdates = new Map<string, TaskStatus>();
  private nodeUpdates = new Map<string, NodeUpdate>();
  /** Registrations that wait for the next write. */
  private registrations: Registration[] = [];
  private startedAt = 0;
  private flushTimer: TimerHandle | undefined;
  private running = false;

  constructor(private readonly context: ManagerContext) {
    this.registry = new NodeRegistry(context, this);
  }

  start(): void {
    const { store, runtime } = this.context;
    this.running = true;
    this.startedAt = runtime.now;
    this.readPeriod(store.all('cluster')[0]);
    store.listen(this);
    store.batch(new OwnedBatch('nodes unknown to the new leader', this, 'unknown', undefined));
  }

  stop(): void {
    this.running = false;
    this.context.store.unlisten(this);
    for (const stream of this.streams.values()) stream.close();
    for (const stream of [...this.sessions.values(), ...this.registrations])
      this.fail(stream.route, stream.session, rpcError('Aborted', 'node must disconnect'));
    this.streams.clear();
    this.sessions.clear();
    this.registry.clear();
    for (const timer of this.downTimers.values()) this.context.runtime.cancelTimer(timer);
    this.context.runtime.cancelTimer(this.flushTimer);
  }

  receiveFromAgent(route: AgentRoute, message: unknown): boolean {
    const request = message as DispatcherRequest;
    if (request.service !== 'dispatcher') return false;
    if (!this.running) {
      this.fail(route, request.session, rpcError('Aborted', 'dispatcher is stopped'));
      return true;
    }
    switch (request.kind) {
      case 'session':
        this.openSession(route, request.session, request.sessionId, request.description);
        break;
      case 'heartbeat':
        this.heartbeat(route, request.session, request.sessionId);
        break;
      case 'assignments':
        this.openAssignments(route, request.session, request.sessionId);
        break;
      case 'status':
        this.takeStatuses(route, request);
        break;
      case 'close':
        this.closeStreams(route.nodeId, request.session);
    }
    return true;
  }

  managersChanged(): void {
    for (const nodeId of [...this.sessions.keys()]) this.sendSession(nodeId);
  }

  onStoreEvents(events: readonly StoreEvent[]): void {
    for (const event of events) {
      if (event.table === 'task') {
        if (event.op === 'create') continue;
        const stream = this.streams.get(event.object.NodeID ?? '');
        if (event.op === 'update') stream?.taskChanged(event.object);
        else stream?.taskRemoved(event.object);
      } else if (event.table === 'node') {
        if (event.op === 'update') this.sendSession(event.object.ID);
        else if (event.op === 'remove') this.forgetNode(event.object.ID);
      } else if (event.table === 'cluster' && event.op === 'update') {
        this.readPeriod(event.object);
        this.managersChanged();
      }
    }
  }

  wake(tag: string, data: unknown): void {
    if (!this.running) return;
    if (tag === 'flush') {
      this.flushTimer = undefined;
      this.flush();
    } else {
      this.downTimers.delete(data as string);
      this.context.store.batch(
        new OwnedBatch('tasks of a node that is down orphaned', this, 'orphan', data),
      );
    }
  }

  // --- ExpiryListener
  nodeExpired(nodeId: string, unknown: boolean): void {
    if (!this.context.store.get('node', nodeId)) return this.registry.delete(nodeId);
    this.startDownPeriod(nodeId);
    this.queueNodeUpdate({
      nodeId,
      state: 'down',
      message: unknown ? 'heartbeat failure for node in "unknown" state' : 'heartbeat failure',
      address: '',
      description: this.nodeUpdates.get(nodeId)?.description,
    });
    this.registry.delete(nodeId);
  }

  // --- BatchWriter
  planBatch(tag: string, tx: WriteView, data: unknown): readonly unknown[] {
    if (tag === 'unknown') return tx.all('node').map((node) => node.ID);
    if (tag === 'orphan') return tx.tasksOfNode(data as string).map((task) => task.ID);
    return (data as { readonly items: readonly Item[] }).items;
  }

  writeItem(tag: string, tx: WriteView, item: unknown): void {
    if (tag === 'unknown') this.markUnknown(tx, item as string);
    else if (tag === 'orphan') orphanTask(tx, item as string);
    else {
      const { kind, update } = item as Item;
      if (kind === 'task') writeStatus(this.context, tx, update);
      else writeNode(tx, update);
    }
  }

  batchWritten(tag: string, data: unknown, error: RpcError | undefined): void {
    if (tag !== 'flush' || !this.running) return;
    const { registrations } = data as { readonly registrations: readonly Registration[] };
    for (const registration of registrations)
      if (error) this.fail(registration.route, registration.session, error);
      else this.register(registration);
  }

  // --- sessions
  private openSession(
    route: AgentRoute,
    session: number,
    sessionId: string,
    description: NodeDescription,
  ): void {
    const { nodeId } = route;
    const known = this.registry.check(nodeId, sessionId) === undefined;
    if (!known) {
      const limited = this.registry.checkRateLimit(nodeId);
      if (limited) return this.fail(route, session, limited);
      if (!this.context.store.get('node', nodeId))
        return this.fail(route, session, rpcError('NotFound', 'node not found'));
      this.registry.hold(nodeId);
    }
    this.endDownPeriod(nodeId);
    this.registrations.push({ route, session, sessionId: known ? sessionId : '' });
    this.queueNodeUpdate({
      nodeId,
      state: 'ready',
      message: '',
      address: route.address,
      description,
    });
  }

  /** The node is Ready in the store: the session begins. */
  private register({ route, session, sessionId }: Registration): void {
    const { nodeId } = route;
    this.closeStreams(nodeId, undefined);
    const id = sessionId === '' ? this.registry.add(nodeId) : sessionId;
    this.sessions.set(nodeId, { route, session, sessionId: id });
    this.sendSession(nodeId);
  }

  private sendSession(nodeId: string): void {
    const stream = this.sessions.get(nodeId);
    if (!stream) return;
    const invalid = this.registry.check(nodeId, stream.sessionId);
    const node = this.context.store.get('node', nodeId);
    if (invalid || !node) {
      this.closeStreams(nodeId, undefined);
      this.fail(stream.route, stream.session, invalid ?? rpcError('NotFound', 'node not found'));
      return;
    }
    sendOnStream(this.context, stream.route, 'session', {
      kind: 'session',
      session: stream.session,
      sessionId: stream.sessionId,
      node,
      networks: (node.Attachments ?? []).flatMap(
        ({ NetworkID }) => this.context.store.get('network', NetworkID) ?? [],
      ),
      managers: this.context.managers(),
      keys: this.context.store.all('cluster')[0]?.NetworkBootstrapKeys ?? [],
    });
  }

  private heartbeat(route: AgentRoute, session: number, sessionId: string): void {
    const invalid = this.registry.check(route.nodeId, sessionId);
    if (invalid) return this.fail(route, session, invalid);
    const periodUs = this.registry.beat(route.nodeId);
    sendOnStream(this.context, route, 'heartbeat ok', {
      kind: 'heartbeat',
      session,
      periodUs,
    });
  }

  private openAssignments(route: AgentRoute, session: number, sessionId: string): void {
    const invalid = this.registry.check(route.nodeId, sessionId);
    if (invalid) return this.fail(route, session, invalid);
    this.streams.get(route.nodeId)?.close();
    const stream = new AssignmentStream(this.context, route, session, sessionId);
    this.streams.set(route.nodeId, stream);
    stream.open();
  }

  /** Ends the node's streams, or those of one of its connections only. */
  private closeStreams(nodeId: string, session: number | undefined): void {
    const stream = this.streams.get(nodeId);
    if (stream && (session === undefined || stream.session === session)) {
      stream.close();
      this.streams.delete(nodeId);
    }
    if (session === undefined || this.sessions.get(nodeId)?.session === session)
      this.sessions.delete(nodeId);
  }

  private forgetNode(nodeId: string): void {
    const stream = this.sessions.get(nodeId);
    this.closeStreams(nodeId, undefined);
    this.registry.delete(nodeId);
    this.endDownPeriod(nodeId);
    if (stream)
      this.fail(stream.route, stream.session, rpcError('NotFound', 'node not registered'));
  }

  private fail(route: AgentRoute, session: number, error: RpcError): void {
    sendOnStream(this.context, route, 'error', {
      kind: 'error',
      session,
      error,
    });
  }

  // --- updates
  private takeStatuses(
    route: AgentRoute,
    request: Extract<DispatcherRequest, { kind: 'status' }>,
  ): void {
    const { session, call } = request;
    const invalid = this.registry.check(route.nodeId, request.sessionId);
    if (invalid) return this.fail(route, session, invalid);
    for (const { taskId, status } of request.updates) {
      const task = this.context.store.get('task', taskId);
      if (!task) continue;
      if (task.NodeID !== route.nodeId) {
        const text = 'cannot update a task not assigned this node';
        return this.fail(route, session, rpcError('PermissionDenied', text));
      }
      this.taskUpdates.set(taskId, status);
    }
    this.scheduleFlush();
    sendOnStream(this.context, route, 'status ok', {
      kind: 'status',
      session,
      call,
    });
  }

  private queueNodeUpdate(update: NodeUpdate): void {
    this.nodeUpdates.set(update.nodeId, update);
    this.scheduleFlush();
  }

  private scheduleFlush(): void {
    if (this.flushTimer || (this.taskUpdates.size === 0 && this.nodeUpdates.size === 0)) return;
    const elapsed = (this.context.runtime.now - this.startedAt) % BATCH_INTERVAL_US;
    this.flushTimer = this.context.runtime.setTimer(BATCH_INTERVAL_US - elapsed, this, 'flush');
  }

  private flush(): void {
    const items: Item[] = [];
    for (const [taskId, status] of this.taskUpdates)
      items.push({ kind: 'task', update: { taskId, status } });
    for (const update of this.nodeUpdates.values()) items.push({ kind: 'node', update });
    const { registrations } = this;
    this.taskUpdates = new Map();
    this.nodeUpdates = new Map();
    this.registrations = [];
    this.context.store.batch(
      new OwnedBatch('states of tasks and nodes', this, 'flush', { items, registrations }),
    );
  }

  // --- nodes
  private markUnknown(tx: WriteView, nodeId: string): void {
    const node = tx.get('node', nodeId);
    if (!node) return;
    if (node.Status.State === 'down') return this.startDownPeriod(nodeId);
    this.registry.addUnknown(nodeId);
    tx.update('node', {
      ...node,
      Status: { ...node.Status, State: 'unknown', Message: UNKNOWN_MESSAGE },
    });
  }

  private startDownPeriod(nodeId: string): void {
    this.endDownPeriod(nodeId);
    this.downTimers.set(
      nodeId,
      this.context.runtime.setTimer(NODE_DOWN_PERIOD_US, this, 'orphan', nodeId),
    );
  }

  private endDownPeriod(nodeId: string): void {
    this.context.runtime.cancelTimer(this.downTimers.get(nodeId));
    this.downTimers.delete(nodeId);
  }

  private readPeriod(cluster: StoredCluster | undefined): void {
    const period = cluster?.Spec.Dispatcher.HeartbeatPeriod ?? 0;
    this.registry.setPeriod(period / 1_000);
  }
}
