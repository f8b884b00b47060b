/**
 * Brings the logs of containers from the agents to whoever asked the leader for them (swarmkit
 * `manager/logbroker/broker.go`).
 */
import type { Wakeable } from '../../base';
import type {
  AgentRoute,
  LogBroker as LogBrokerPart,
  LogRequest,
  LogSink,
  ManagerContext,
} from '../leader';
import { sendOnStream } from '../dispatcher/agent-streams';
import type { LogBrokerRequest, LogSubscription } from '../dispatcher/protocol';
import type { StoreEvent, StoreListener } from '../store';
import { Subscription } from './subscription';

interface Reading {
  readonly subscription: Subscription;
  readonly sink: LogSink;
}
interface Listener {
  readonly route: AgentRoute;
  readonly session: number;
  /** Subscriptions that this node has not answered to the end. */
  readonly open: Set<string>;
}

export class LogBroker implements LogBrokerPart, StoreListener, Wakeable {
  readonly name = 'logbroker';
  private readonly readings = new Map<string, Reading>();
  private readonly listeners = new Map<string, Listener>();

  constructor(private readonly context: ManagerContext) {}

  start(): void {
    this.context.store.listen(this);
  }

  stop(): void {
    this.context.store.unlisten(this);
    const readings = [...this.readings];
    this.readings.clear();
    for (const [, { sink }] of readings) sink.end('context canceled');
  }

  /** Begins to read; lines come later, never at once. */
  subscribeLogs({ serviceId, taskId, options }: LogRequest, sink: LogSink): string {
    const message: LogSubscription = {
      id: this.context.newId(),
      serviceIds: serviceId === undefined ? [] : [serviceId],
      taskIds: taskId === undefined ? [] : [taskId],
      options,
    };
    const subscription = new Subscription(message);
    subscription.match(this.context.store);
    this.readings.set(message.id, { subscription, sink });
    for (const nodeId of [...subscription.nodes]) this.askNode(subscription, nodeId);
    if (subscription.complete) this.context.runtime.setTimer(0, this, 'complete', message.id);
    return message.id;
  }

  /** The reader went away. */
  unsubscribeLogs(id: string): void {
    const reading = this.readings.get(id);
    if (!reading) return;
    this.readings.delete(id);
    this.tellNodes(reading.subscription);
  }

  wake(_tag: string, data: unknown): void {
    this.endIfComplete(data as string);
  }

  receiveFromAgent(route: AgentRoute, message: unknown): boolean {
    const request = message as LogBrokerRequest;
    if (request.service !== 'logbroker') return false;
    if (request.kind === 'listen') this.nodeConnected(route, request.session);
    else if (request.kind === 'close') {
      if (this.listeners.get(route.nodeId)?.session === request.session)
        this.nodeDisconnected(route.nodeId);
    } else this.published(route.nodeId, request);
    return true;
  }

  onStoreEvents(events: readonly StoreEvent[]): void {
    for (const event of events) {
      if (event.table === 'node') {
        const lost = event.op === 'remove' || event.object.Status.State === 'down';
        if (lost) this.nodeDisconnected(event.object.ID);
      } else if (event.table === 'task' && event.op !== 'remove' && this.readings.size > 0) {
        for (const { subscription } of this.readings.values()) {
          if (!subscription.follows || !subscription.wants(event.object)) continue;
          if (subscription.add(event.object)) this.askNode(subscription, event.object.NodeID ?? '');
        }
      }
    }
  }

  private nodeConnected(route: AgentRoute, session: number): void {
    this.nodeDisconnected(route.nodeId);
    this.listeners.set(route.nodeId, { route, session, open: new Set() });
    for (const { subscription } of this.readings.values())
      if (subscription.nodes.has(route.nodeId)) this.askNode(subscription, route.nodeId);
  }

  private nodeDisconnected(nodeId: string): void {
    const listener = this.listeners.get(nodeId);
    if (!listener) return;
    this.listeners.delete(nodeId);
    for (const id of listener.open)
      this.nodeDone(id, nodeId, `node ${nodeId} disconnected unexpectedly`);
  }

  private askNode(subscription: Subscription, nodeId: string): void {
    const listener = this.listeners.get(nodeId);
    if (!listener) {
      subscription.nodeDone(nodeId, `node ${nodeId} is not available`);
      return;
    }
    if (listener.open.has(subscription.message.id)) return;
    listener.open.add(subscription.message.id);
    this.send(listener, subscription.message, false);
  }

  private published(nodeId: string, request: Extract<LogBrokerRequest, { kind: 'publish' }>): void {
    const reading = this.readings.get(request.subscription);
    if (!reading) return;
    const { taskId, serviceId, lines } = request;
    if (lines.length > 0) reading.sink.lines({ nodeId, serviceId, taskId }, lines);
    if (!request.close) return;
    this.listeners.get(nodeId)?.open.delete(request.subscription);
    this.nodeDone(request.subscription, nodeId, request.error);
  }

  private nodeDone(id: string, nodeId: string, error: string): void {
    this.readings.get(id)?.subscription.nodeDone(nodeId, error);
    this.endIfComplete(id);
  }

  private endIfComplete(id: string): void {
    const reading = this.readings.get(id);
    if (!reading?.subscription.complete) return;
    this.readings.delete(id);
    this.tellNodes(reading.subscription);
    reading.sink.end(reading.subscription.error());
  }

  /** The subscription is over: agents that still read for it stop. */
  private tellNodes({ message }: Subscription): void {
    for (const listener of this.listeners.values())
      if (listener.open.delete(message.id)) this.send(listener, message, true);
  }

  private send(listener: Listener, subscription: LogSubscription, close: boolean): void {
    sendOnStream(this.context, listener.route, 'log subscription', {
      kind: 'log-subscription',
      session: listener.session,
      subscription,
      close,
    });
  }
}
