/**
 * What the parts of the leader and the agent of a node are built with, and which parts a leader runs.
 * Models the fields of swarmkit's `manager.Manager` that `becomeLeader` hands out, and `agent.Config`.
 */
import type { NodeDescription } from '../api';
import type { Runtime } from '../base';
import type { Executor, ExecutorListener, LogLine, LogOptions } from './seams';
import type { Store, StoredNetwork, StoredNode, StoredTask, SwarmClock } from './store';

/**
 * Where an agent is, as its dispatcher sees it. An agent may have reached us through another manager,
 * which passes messages on (swarmkit's raft proxy); answers go the same way back.
 */
export interface AgentRoute {
  /** LAN address of the agent's machine. */
  readonly address: string;
  /** LAN address of the manager in between; '' if there is none. */
  readonly via: string;
  /** Node id that the agent's certificate names. */
  readonly nodeId: string;
}

/** A manager as the agents know it (swarmkit `api.Peer`). */
export interface Remote {
  readonly nodeId: string;
  /** "192.168.0.11:2377" */
  readonly address: string;
}

/** Everything that a part of the leader needs. One per leadership: thrown away with it. */
export interface ManagerContext {
  readonly runtime: Runtime;
  readonly clock: SwarmClock;
  readonly store: Store;
  /** Our own node's id. */
  readonly nodeId: string;
  /** A new random id for tasks, sessions, ... */
  newId(): string;
  /** Managers that agents may use now: members of the raft cluster. */
  managers(): readonly Remote[];
  /** Sends to an agent, on the way it came. */
  sendToAgent(route: AgentRoute, label: string, message: unknown): void;
  /** The part of that kind that runs now ("dispatcher", "logbroker"), for parts that need another. */
  part(name: string): LeaderComponent | undefined;
}

/** A part that only the leader runs. `stop` gives up timers and listeners; it is not started again. */
export interface LeaderComponent {
  /** "dispatcher", "scheduler", ... unique. */
  readonly name: string;
  start(): void;
  stop(): void;
  /** A message that an agent sent to the leader (channel 'dispatcher'); true if it was for this part. */
  receiveFromAgent?(route: AgentRoute, message: unknown): boolean;
  /** Managers joined or left; sessions tell their agents. */
  managersChanged?(): void;
}

export type LeaderComponentConstructor = new (context: ManagerContext) => LeaderComponent;

/** What a client of the API wants to read: all tasks of a service, or one task. */
export interface LogRequest {
  readonly serviceId: string | undefined;
  readonly taskId: string | undefined;
  readonly options: LogOptions;
}
/** Where log messages go; the API's side of a subscription. */
export interface LogSink {
  lines(
    from: { readonly nodeId: string; readonly serviceId: string; readonly taskId: string },
    lines: readonly LogLine[],
  ): void;
  /** All publishers are through (never while following), or `error` says what broke it. */
  end(error: string): void;
}
/** The part named 'logbroker' as the API uses it (swarmkit `manager/logbroker`). */
export interface LogBroker extends LeaderComponent {
  /** Answers the subscription's id. */
  subscribeLogs(request: LogRequest, sink: LogSink): string;
  unsubscribeLogs(id: string): void;
}

/** What a node's agent is built with. It lives as long as the node is in a swarm and its daemon runs. */
export interface AgentContext {
  readonly runtime: Runtime;
  readonly clock: SwarmClock;
  readonly nodeId: string;
  readonly executor: Executor;
  newId(): string;
  /** The engine's present description, as it registers with. */
  describe(): NodeDescription;
  /** Managers it may talk to, from the session and from the node's state; never empty after a join. */
  remotes(): readonly Remote[];
  /** Sends to the dispatcher at a manager (its LAN address is the host part of the remote's). */
  sendToManager(remote: Remote, label: string, message: unknown): void;
  readonly owner: AgentOwner;
  /** What the agent keeps on the node's disk; without it nothing survives the daemon. */
  readonly storage?: TaskStorage;
}

/**
 * An agent's tasks on disk, so that they survive a restart of the daemon (swarmkit `agent/storage.go`, a
 * bolt database). Secrets and configs are never stored. A write need not be awaited.
 */
export interface TaskStorage {
  /** Tasks that were assigned when the daemon ended, with their last status. */
  load(): readonly StoredTask[];
  put(task: StoredTask): void;
  remove(taskId: string): void;
}

/** What the node wants to hear from its agent. */
export interface AgentOwner {
  /** The session brought our node object: a changed desired or observed role shows in it. */
  onNodeUpdate(node: StoredNode, networks: readonly StoredNetwork[]): void;
  onManagers(remotes: readonly Remote[]): void;
  /** The session with that manager broke; it should be tried less (swarmkit remotes.Observe -1). */
  onSessionEnd(remote: Remote, error: string): void;
  onSessionBegin(remote: Remote): void;
  /** The cluster does not know us any more ("node not found" at registration). */
  onNodeRemoved(): void;
}

/** The agent as the node drives it; events of the executor are passed on to it. */
export interface NodeAgent extends ExecutorListener {
  start(): void;
  /** Orderly or not, it sends nothing from now on; containers go on unless `leave` was asked for. */
  stop(): void;
  /** A message from the dispatcher, passed on by the manager at that LAN address. */
  receive(fromAddress: string, message: unknown): void;
  /** The connection to that address broke, or nobody leads there: sessions through it end. */
  connectionLost(address: string, error: string): void;
  /** Description changed (labels, plugins). */
  descriptionChanged(): void;
}
export type NodeAgentConstructor = new (context: AgentContext) => NodeAgent;
