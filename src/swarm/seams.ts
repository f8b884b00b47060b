/**
 * What the swarm needs of its neighbours, in its own words. node/ connects them: `Proposer` to raft/,
 * `Executor` to engine/, `SwarmTransport` to the LAN.
 */
import type { Task, TaskState } from '../api';

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
