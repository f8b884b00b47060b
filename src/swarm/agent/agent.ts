/**
 * The agent of a node (swarmkit `agent/{agent,session}.go`): one session at a time with the dispatcher
 * through some manager, heartbeats, assignments and log subscriptions. When a session ends it tries
 * again after a random part of a growing delay; the tasks go on meanwhile.
 */
import { MILLISECOND_US, SECOND_US, type TimerHandle, type Wakeable } from '../../base';
import type { NodeDescription, TaskRecord } from '../../api';
import type { AgentMessage, ManagerMessage } from '../dispatcher/protocol';
import { Stream, type StreamFrame, type StreamPort } from '../dispatcher/stream';
import { deepEqual } from '../orchestrator/equality';
import type { AgentContext, NodeAgent, Remote } from '../leader';
import type { ExecutorEvent, LogLine } from '../seams';
import type { StoredNode, StoredTask } from '../store';
import { OBSERVATION_WEIGHT, Remotes } from './remotes';
import { StatusReporter } from './status-reporter';
import { Worker } from './worker';

/** `dispatcherRPCTimeout`. */
const RPC_TIMEOUT_US = 5 * SECOND_US;
const INITIAL_BACKOFF_US = 100 * MILLISECOND_US;
const MAX_BACKOFF_US = 8 * SECOND_US;
/** How often the description is compared (`nodeUpdatePeriod`). */
const NODE_UPDATE_PERIOD_US = 20 * SECOND_US;

export class Agent implements NodeAgent, Wakeable, StreamPort {
  private readonly worker: Worker;
  private readonly remotes: Remotes;
  private readonly reporter = new StatusReporter();
  private running = false;
  /** Number of the present session; what carries another one is late. */
  private session = 0;
  private sessionId = '';
  private state: 'closed' | 'delayed' | 'opening' | 'registered' = 'closed';
  private remote: Remote | undefined;
  private stream: Stream | undefined;
  private description: NodeDescription | undefined;
  private node: StoredNode | undefined;
  /** Sequence of the last assignments; 0 for none. */
  private assigned = 0;
  private backoffUs = 0;
  private timer: TimerHandle | undefined;
  private heartbeatTimer: TimerHandle | undefined;

  constructor(private readonly context: AgentContext) {
    this.remotes = new Remotes(context.nodeId, context.runtime.random('agent-remotes'));
    this.worker = new Worker(context, this, this);
  }

  start(): void {
    this.running = true;
    this.description = this.context.describe();
    this.worker.load();
    this.openSession(0);
    this.context.runtime.setTimer(NODE_UPDATE_PERIOD_US, this, 'describe');
  }

  stop(): void {
    this.hangUp();
    this.running = false;
    this.state = 'closed';
    this.endConnection();
    this.worker.logs.closeAll();
  }

  receive(_fromAddress: string, message: unknown): void {
    const frame = message as StreamFrame;
    if (!this.running || frame.session !== this.session || !this.stream) return;
    if (frame.reset === undefined) this.stream.receive(frame);
    else this.endSession(frame.reset);
  }

  // --- StreamPort
  transmit(_stream: Stream, label: string, frame: StreamFrame): void {
    if (this.remote) this.context.sendToManager(this.remote, label, frame);
  }

  givenUp(): void {
    this.endSession('transport is closing');
  }

  deliver(_stream: Stream, body: unknown): void {
    const incoming = body as ManagerMessage;
    switch (incoming.kind) {
      case 'session':
        this.onSession(incoming);
        break;
      case 'heartbeat':
        this.context.runtime.cancelTimer(this.heartbeatTimer);
        this.heartbeatTimer = this.context.runtime.setTimer(incoming.periodUs, this, 'heartbeat');
        break;
      case 'assignments':
        this.onAssignments(incoming);
        break;
      case 'status':
        this.reporter.taken(incoming.call);
        this.reportStatuses();
        break;
      case 'log-subscription':
        if (incoming.close) this.worker.logs.close(incoming.subscription.id);
        else this.worker.subscribe(incoming.subscription);
        break;
      case 'error':
        if (incoming.error.desc === 'node not found') this.context.owner.onNodeRemoved();
        this.endSession(incoming.error.desc);
    }
  }

  connectionLost(address: string, error: string): void {
    if (this.state !== 'opening' && this.state !== 'registered') return;
    if (this.remote && hostOf(this.remote) === address) this.endSession(error);
  }

  descriptionChanged(): void {
    if (this.state !== 'registered') return;
    const description = this.context.describe();
    if (deepEqual(description, this.description)) return;
    this.description = description;
    // The same session is opened anew with the new description.
    this.hangUp();
    this.closeSession();
    this.openSession(0);
  }

  onExecutor(event: ExecutorEvent): void {
    if (this.running) this.worker.onExecutor(event);
  }

  wake(tag: string, data: unknown): void {
    if (!this.running) return;
    if (tag === 'describe') {
      this.descriptionChanged();
      this.context.runtime.setTimer(NODE_UPDATE_PERIOD_US, this, 'describe');
    } else if (data !== undefined && data !== this.session) return;
    else if (tag === 'open') this.register();
    else if (tag === 'heartbeat') this.heartbeat();
    else if (tag === 'open-timeout') this.endSession('session initiation timed out');
    else this.endSession('context deadline exceeded');
  }

  // --- what the worker tells
  taskStatusChanged(task: StoredTask): void {
    this.reporter.add(task.ID, task.Status);
    this.reportStatuses();
    const record: TaskRecord = {
      kind: 'task',
      task: task.ID,
      service: task.ServiceAnnotations.Name,
      state: task.Status.State,
      text: task.Status.Err || task.Status.Message,
    };
    this.context.runtime.report(record);
  }

  publishLines(subscription: string, task: StoredTask, lines: readonly LogLine[]): void {
    this.sendLogs(subscription, task.ID, task.ServiceID ?? '', lines, false);
  }

  closeLogs(subscription: string): void {
    this.sendLogs(subscription, '', '', [], true);
  }

  private sendLogs(
    subscription: string,
    taskId: string,
    serviceId: string,
    lines: readonly LogLine[],
    close: boolean,
  ): void {
    if (this.state !== 'registered') return;
    const from = { subscription, taskId, serviceId, lines, close, error: '' };
    this.send('logs', {
      service: 'logbroker',
      kind: 'publish',
      session: this.session,
      ...from,
    });
  }

  // --- session
  private openSession(delayUs: number): void {
    // Greater than any before, also before the daemon was restarted.
    this.session = Math.max(this.session + 1, this.context.runtime.now);
    this.state = 'delayed';
    this.remote = this.remotes.select(this.context.remotes());
    this.timer = this.context.runtime.setTimer(delayUs, this, 'open', this.session);
  }

  private register(): void {
    if (!this.remote) return this.endSession('no remote managers available');
    this.state = 'opening';
    this.stream = new Stream(this.context.runtime, this, '', this.session);
    this.timer = this.context.runtime.setTimer(RPC_TIMEOUT_US, this, 'open-timeout', this.session);
    this.send('session', {
      service: 'dispatcher',
      kind: 'session',
      session: this.session,
      sessionId: this.sessionId,
      description: this.description!,
    });
  }

  private onSession(message: Extract<ManagerMessage, { kind: 'session' }>): void {
    const first = this.state === 'opening';
    this.sessionId = message.sessionId;
    for (const manager of message.managers) this.remotes.observe(manager, OBSERVATION_WEIGHT);
    this.remotes.keepOnly(message.managers);
    this.context.owner.onManagers(message.managers);
    if (!this.node || !nodesEqual(this.node, message.node)) {
      this.node = message.node;
      this.context.owner.onNodeUpdate(message.node, message.networks);
    }
    if (!first || this.session !== message.session) return;
    this.context.runtime.cancelTimer(this.timer);
    this.state = 'registered';
    this.backoffUs = 0;
    this.assigned = 0;
    if (this.remote) this.context.owner.onSessionBegin(this.remote);
    this.heartbeat();
    this.openAssignments();
    this.send('log subscriptions', {
      service: 'logbroker',
      kind: 'listen',
      session: this.session,
    });
    for (const task of this.worker.tasks()) this.reporter.add(task.ID, task.Status);
    this.reportStatuses();
  }

  private openAssignments(): void {
    this.send('assignments', {
      service: 'dispatcher',
      kind: 'assignments',
      session: this.session,
      sessionId: this.sessionId,
    });
  }

  private heartbeat(): void {
    this.send('heartbeat', {
      service: 'dispatcher',
      kind: 'heartbeat',
      session: this.session,
      sessionId: this.sessionId,
    });
    this.heartbeatTimer = this.context.runtime.setTimer(
      RPC_TIMEOUT_US,
      this,
      'heartbeat-timeout',
      this.session,
    );
  }

  private onAssignments(message: Extract<ManagerMessage, { kind: 'assignments' }>): void {
    if (this.state !== 'registered') return;
    if (message.type === 'complete') this.worker.assign(message.changes);
    else if (message.appliesTo !== this.assigned) {
      // One was lost: everything from the start again.
      this.assigned = 0;
      return this.openAssignments();
    } else this.worker.update(message.changes);
    this.assigned = message.resultsIn;
  }

  private reportStatuses(): void {
    if (this.state !== 'registered') return;
    const report = this.reporter.next();
    if (!report) return;
    this.send('task states', {
      service: 'dispatcher',
      kind: 'status',
      session: this.session,
      sessionId: this.sessionId,
      ...report,
    });
  }

  private endSession(error: string): void {
    if (this.state === 'closed') return;
    const { remote } = this;
    this.closeSession();
    if (remote) this.context.owner.onSessionEnd(remote, error);
    this.backoffUs = Math.min(INITIAL_BACKOFF_US + 2 * this.backoffUs, MAX_BACKOFF_US);
    this.openSession(this.context.runtime.random('agent-backoff').below(this.backoffUs));
  }

  private closeSession(): void {
    this.state = 'closed';
    this.endConnection();
    this.reporter.sessionEnded();
    this.worker.logs.closeAll();
    if (this.remote) this.remotes.observe(this.remote, -OBSERVATION_WEIGHT);
  }

  /** Not after a failure: whoever broke the session off has nothing left to close. */
  private hangUp(): void {
    const { state, session } = this;
    if (state !== 'registered' && state !== 'opening') return;
    this.send('session closed', { service: 'dispatcher', kind: 'close', session });
    if (state === 'registered')
      this.send('log subscriptions closed', { service: 'logbroker', kind: 'close', session });
  }

  private endConnection(): void {
    this.context.runtime.cancelTimer(this.timer);
    this.context.runtime.cancelTimer(this.heartbeatTimer);
    this.stream?.close();
    this.stream = undefined;
  }

  private send(label: string, message: AgentMessage): void {
    this.stream?.send(label, message);
  }
}

function hostOf(remote: Remote): string {
  const colon = remote.address.lastIndexOf(':');
  return colon < 0 ? remote.address : remote.address.slice(0, colon);
}

/** Differences in status and version are nothing that a node acts on. */
function nodesEqual(a: StoredNode, b: StoredNode): boolean {
  const { Status: _a, Version: _b, CreatedAt: _c, UpdatedAt: _d, ...left } = a;
  const { Status: _e, Version: _f, CreatedAt: _g, UpdatedAt: _h, ...right } = b;
  return deepEqual(left, right);
}
