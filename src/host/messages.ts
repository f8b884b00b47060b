/**
 * Everything that crosses a worker border, as types. Streams (terminals, API exchanges, updates) go as
 * batches of raw messages over a port of their own; `ClusterControl` is called over another port.
 */
import type { ApiHead, ApiRequest, LookAnswer, MachineConfig } from '../api';
import type { NodeResult, NodeWork, Scenario } from '../sim';
import type { ClockState, ClusterUpdate, Speed } from './cluster-host';
import type { ScreenPatch } from './screens';

/** From the page to the cluster. */
export type ToCluster =
  | {
      readonly kind: 'terminal-open';
      readonly node: string;
      readonly terminal: string;
      readonly cols: number;
      readonly rows: number;
    }
  | {
      readonly kind: 'terminal-data';
      readonly node: string;
      readonly terminal: string;
      readonly data: string;
    }
  | {
      readonly kind: 'terminal-resize';
      readonly node: string;
      readonly terminal: string;
      readonly cols: number;
      readonly rows: number;
    }
  | { readonly kind: 'terminal-close'; readonly node: string; readonly terminal: string }
  | {
      readonly kind: 'api-request';
      readonly node: string;
      readonly call: string;
      readonly request: ApiRequest;
    }
  | {
      readonly kind: 'api-data';
      readonly node: string;
      readonly call: string;
      readonly data: Uint8Array;
    }
  | { readonly kind: 'api-close-input'; readonly node: string; readonly call: string }
  | { readonly kind: 'api-hang-up'; readonly node: string; readonly call: string };

/** An update before its screens are put together. */
export interface RawUpdate extends Omit<ClusterUpdate, 'screens' | 'links'> {
  readonly patches: readonly ScreenPatch[];
  /** Undefined if no link changed. */
  readonly links: ClusterUpdate['links'] | undefined;
}

/** From the cluster to the page. */
export type FromCluster =
  | { readonly kind: 'terminal'; readonly terminal: string; readonly data: string }
  | { readonly kind: 'terminal-closed'; readonly terminal: string }
  | { readonly kind: 'api-head'; readonly call: string; readonly head: ApiHead }
  | { readonly kind: 'api-data'; readonly call: string; readonly data: Uint8Array }
  | { readonly kind: 'api-end'; readonly call: string }
  | { readonly kind: 'update'; readonly update: RawUpdate }
  | { readonly kind: 'failure'; readonly message: string };

/** How a cluster is to be run. */
export interface ClusterPlan {
  readonly scenario: Scenario;
  readonly speed: Speed;
  readonly paused: boolean;
  /** How many workers share the machines; 0 is one for each machine. */
  readonly workers: number;
}

export interface ExecRequest {
  readonly node: string;
  readonly command: string;
  readonly stdin?: string;
  readonly tty?: { readonly cols: number; readonly rows: number };
  /** Virtual time after which it is given up. */
  readonly timeoutUs?: number;
}

export interface ExecAnswer {
  readonly stdout: string;
  readonly stderr: string;
  /** Undefined if the time was up first. */
  readonly exitCode: number | undefined;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Control of a cluster; every call is answered once it has been carried out. */
export interface ClusterControl {
  start(plan: ClusterPlan): Promise<void>;
  stop(): Promise<void>;
  setSpeed(speed: Speed): Promise<void>;
  setPaused(paused: boolean): Promise<void>;
  stepEvent(): Promise<void>;
  chaos(line: string): Promise<{ text: string; exitCode: number }>;
  addNode(): Promise<string>;
  removeNode(node: string): Promise<void>;
  /** The next update carries everything. */
  resend(): Promise<void>;
  /** At full speed, whatever the pace, to that instant. */
  runTo(at: number): Promise<void>;
  /** At full speed until the command has ended, or at the set pace where time goes by. */
  exec(request: ExecRequest): Promise<ExecAnswer>;
  writeFile(node: string, path: string, data: Uint8Array, mode: number): Promise<void>;
  /** One read of a machine that leaves no trace. */
  look(node: string, request: ApiRequest): Promise<LookAnswer>;
  clock(): Promise<ClockState>;
  traceHash(): Promise<string>;
  /** The run so far, as `serialiseRun` writes it. */
  save(): Promise<string>;
}

/** From the conductor to a worker of machines. One answer belongs to each `run`, in order. */
export type ToNodes =
  | { readonly kind: 'add'; readonly index: number; readonly config: MachineConfig }
  | { readonly kind: 'run'; readonly work: readonly NodeWork[] }
  | { readonly kind: 'remove'; readonly index: number }
  | { readonly kind: 'observe'; readonly indices: readonly number[]; readonly whole: boolean }
  | {
      readonly kind: 'look';
      readonly index: number;
      readonly request: ApiRequest;
      /** Virtual microseconds. */
      readonly now: number;
    }
  | { readonly kind: 'digests' };

/** The answers: one for each message but `add`, in order. */
export type FromNodes =
  | { readonly kind: 'results'; readonly results: readonly NodeResult[] }
  | { readonly kind: 'digest'; readonly digest: string }
  | { readonly kind: 'screens'; readonly patches: readonly ScreenPatch[] }
  | { readonly kind: 'look'; readonly answer: LookAnswer }
  | { readonly kind: 'digests'; readonly digests: readonly (readonly [number, string])[] }
  | { readonly kind: 'failure'; readonly message: string };
