/**
 * What the swarm needs of its neighbours, in its own words. node/ connects them: `Proposer` to raft/,
 * `Executor` to engine/, `SwarmTransport` to the LAN.
 */
import type { RaftScreen, Task, TaskState } from '../api';

/**
 * The replicated log that the store writes through (swarmkit `manager/state/proposer.go`). Exactly one
 * of `committed` and `refused` of the owner follows each `propose`.
 */
export interface Proposer {
  /** Only the leader proposes. `token` names the proposal in the answer. */
  propose(changes: readonly StoreChange[], token: number, summary: string): void;
  /** Commit index of the log now: the version that objects written next will carry. */
  readonly commitIndex: number;
  readonly isLeader: boolean;
}

/** One change of the store, as it stands in the log. `object` is a frozen record. */
export interface StoreChange {
  readonly op: 'create' | 'update' | 'remove';
  readonly table: TableName;
  readonly object: { readonly ID: string };
}
export type TableName = 'cluster' | 'node' | 'service' | 'task' | 'network' | 'secret' | 'config';

/**
 * Runs a task's container (swarmkit `agent/exec`, moby `daemon/cluster/executor/container`). Commands
 * are answered later, each by one event, through `ExecutorListener`.
 */
export interface Executor {
  /** Pulls the image if it must, creates networks and the container: ends in `prepared`. */
  prepare(task: Task, secrets: ExecutorFiles): void;
  /** Starts the container; `started`, then at its end `exited`. Healthy first where it has a check. */
  start(taskId: string): void;
  /** Withdraws its DNS and mesh records, waits, SIGTERM, grace period, SIGKILL: `stopped`. */
  shutdown(task: Task): void;
  /** SIGKILL at once. */
  terminate(taskId: string): void;
  /** Removes the container: `removed`. Unknown tasks are fine. */
  remove(taskId: string): void;
  /** Containers of tasks that the engine has (after a restart of the daemon). */
  adopt(): readonly {
    readonly taskId: string;
    readonly state: TaskState;
    readonly exitCode: number;
  }[];
  /** Container logs of a task from now or from the start; pieces come as `log`. */
  followLogs(taskId: string, subscription: string, options: LogOptions): void;
  stopLogs(subscription: string): void;
}
export interface ExecutorFiles {
  readonly secrets: readonly {
    readonly id: string;
    readonly name: string;
    readonly data: string;
  }[];
  readonly configs: readonly {
    readonly id: string;
    readonly name: string;
    readonly data: string;
  }[];
}
export interface LogOptions {
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly follow: boolean;
  /** Lines from the end; -1 for all. */
  readonly tail: number;
  /** Unix nanoseconds as a decimal text, '' for no limit. */
  readonly since: string;
}
export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  /** RFC 3339 with nanoseconds. */
  readonly timestamp: string;
  readonly data: Uint8Array;
}

export type ExecutorEvent =
  | { readonly kind: 'prepared'; readonly taskId: string; readonly containerId: string }
  | {
      readonly kind: 'started';
      readonly taskId: string;
      readonly containerId: string;
      readonly pid: number;
      /** Host-mode ports with the numbers that the node chose. */
      readonly ports: readonly {
        readonly target: number;
        readonly published: number;
        readonly protocol: 'tcp' | 'udp' | 'sctp';
      }[];
    }
  /** Ended by itself (also by health: `error` says so). */
  | {
      readonly kind: 'exited';
      readonly taskId: string;
      readonly exitCode: number;
      readonly error: string;
    }
  /** Ended because it was told to. */
  | { readonly kind: 'stopped'; readonly taskId: string; readonly exitCode: number }
  | { readonly kind: 'removed'; readonly taskId: string }
  /** `fatal`: never tried again here (Rejected), else Failed. */
  | {
      readonly kind: 'failed';
      readonly taskId: string;
      readonly error: string;
      readonly fatal: boolean;
    }
  | { readonly kind: 'log'; readonly subscription: string; readonly lines: readonly LogLine[] }
  | { readonly kind: 'log-end'; readonly subscription: string; readonly error: string };

export interface ExecutorListener {
  onExecutor(event: ExecutorEvent): void;
}

/** Messages between the swarm parts of two machines: gRPC in the real system, port 2377. */
export interface SwarmTransport {
  /**
   * Sends to the daemon at a LAN address. Lost in silence when the link is cut; `onReset` of the owner
   * is told when that host is up but its daemon is not.
   */
  send(address: string, channel: 'dispatcher' | 'control', label: string, message: unknown): void;
}

// --- the replicated log: node/consensus over raft/

/** A member of the raft cluster as the log names it (swarmkit `api.RaftMember`). */
export interface ConsensusMember {
  readonly raftId: string;
  readonly nodeId: string;
  /** "192.168.0.11:2377" */
  readonly address: string;
}
export interface ConsensusMemberState extends ConsensusMember {
  /** Sends to it succeed, as far as this manager knows (always true of itself). */
  readonly reachable: boolean;
  readonly leader: boolean;
}

/** How a manager's log begins. */
export type ConsensusStart =
  | { readonly kind: 'bootstrap'; readonly nodeId: string; readonly address: string }
  | {
      readonly kind: 'join';
      readonly self: ConsensusMember;
      readonly members: readonly ConsensusMember[];
    }
  /** From what the disk holds. */
  | { readonly kind: 'restart' }
  /** The same, as the only member. */
  | { readonly kind: 'force-new-cluster' };

/** Told of the end of a membership change. */
export interface ConsensusReply {
  done(member: ConsensusMember, members: readonly ConsensusMember[]): void;
  failed(error: { readonly code: string; readonly desc: string }): void;
}

/** The manager, as its log sees it. */
export interface ConsensusOwner {
  applyEntry(changes: readonly StoreChange[]): void;
  committed(token: number): void;
  refused(token: number, reason: 'lost-leadership' | 'stopped'): void;
  /** The whole store, frozen. */
  snapshot(): unknown;
  restore(data: unknown): void;
  /** We lead and have applied all that the log holds, or no longer do. */
  leadershipChanged(isLeader: boolean): void;
  /** Another leader is known, or none. */
  leaderChanged(): void;
  membersChanged(): void;
  /** First contact with the others: entries or a snapshot came, or we lead. */
  ready(): void;
  /** The cluster says that this member was removed. */
  removed(): void;
}

export interface Consensus extends Proposer {
  /** Applies what the disk holds and starts to tick; the owner is told things from here on. */
  start(): void;
  readonly raftId: string;
  /** The member that leads as far as we know. */
  leader(): ConsensusMember | undefined;
  /** No leader for more than 10 ticks. */
  readonly quorumIsLost: boolean;
  members(): readonly ConsensusMemberState[];
  /** Leader only: dials back, then changes the membership. */
  addMember(nodeId: string, address: string, reply: ConsensusReply): void;
  removeMember(raftId: string, reply: ConsensusReply): void;
  /** swarmkit `CanRemoveMember`: whether a quorum of the shrunken cluster is reachable. */
  canRemoveMember(raftId: string): boolean;
  /** To a random reachable member. */
  transferLeadership(): void;
  receive(fromAddress: string, message: unknown): void;
  reset(fromAddress: string): void;
  /** A persist of ours is durable. */
  persisted(token: number): void;
  stop(): void;
  screen(nameOf: (nodeId: string) => string): RaftScreen;
}

/** Makes logs on this machine's disk. What the disk holds survives power-off. */
export interface ConsensusFactory {
  create(owner: ConsensusOwner, start: ConsensusStart): Consensus;
  hasState(): boolean;
  erase(): void;
  /** A message to a manager that has no log yet: while it joins it answers health checks. */
  receiveEarly(fromAddress: string, message: unknown): void;
}
