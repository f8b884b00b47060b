/**
 * What agents and the leader say to each other: swarmkit's gRPC services Dispatcher and LogBroker
 * (`api/{dispatcher,logbroker}.proto`) as plain messages. `session` is a number of the agent for its
 * present connection; what comes for an older one is dropped.
 */
import type { NodeDescription, TaskStatus } from '../../api';
import type { Remote } from '../leader';
import type { LogLine, LogOptions } from '../seams';
import type {
  EncryptionKey,
  RpcError,
  StoredConfig,
  StoredNetwork,
  StoredNode,
  StoredSecret,
  StoredTask,
} from '../store';

export interface StatusUpdate {
  readonly taskId: string;
  readonly status: TaskStatus;
}

/** From an agent to the dispatcher. */
export type DispatcherRequest =
  | {
      readonly service: 'dispatcher';
      readonly kind: 'session';
      readonly session: number;
      /** Session id of before, '' for none. */
      readonly sessionId: string;
      readonly description: NodeDescription;
    }
  | {
      readonly service: 'dispatcher';
      readonly kind: 'heartbeat' | 'assignments';
      readonly session: number;
      readonly sessionId: string;
    }
  | {
      readonly service: 'dispatcher';
      readonly kind: 'status';
      readonly session: number;
      readonly sessionId: string;
      readonly call: number;
      readonly updates: readonly StatusUpdate[];
    }
  /** The agent gave the connection up. */
  | { readonly service: 'dispatcher'; readonly kind: 'close'; readonly session: number };

/** What a log subscription asks of an agent. */
export interface LogSubscription {
  readonly id: string;
  readonly taskIds: readonly string[];
  readonly serviceIds: readonly string[];
  readonly options: LogOptions;
}

/** From an agent to the log broker. */
export type LogBrokerRequest =
  | { readonly service: 'logbroker'; readonly kind: 'listen'; readonly session: number }
  | { readonly service: 'logbroker'; readonly kind: 'close'; readonly session: number }
  | {
      readonly service: 'logbroker';
      readonly kind: 'publish';
      readonly session: number;
      readonly subscription: string;
      /** Task that the lines are from; '' without lines. */
      readonly taskId: string;
      readonly serviceId: string;
      readonly lines: readonly LogLine[];
      /** Nothing more follows from this node. */
      readonly close: boolean;
      readonly error: string;
    };

export type AgentMessage = DispatcherRequest | LogBrokerRequest;

export interface AssignmentChange {
  readonly action: 'update' | 'remove';
  readonly item:
    | { readonly kind: 'task'; readonly id: string; readonly task?: StoredTask }
    | { readonly kind: 'secret'; readonly id: string; readonly secret?: StoredSecret }
    | { readonly kind: 'config'; readonly id: string; readonly config?: StoredConfig };
}

/** From the leader to an agent. */
export type ManagerMessage =
  | {
      readonly kind: 'session';
      readonly session: number;
      readonly sessionId: string;
      readonly node: StoredNode;
      /** The networks that `node.Attachments` names (in swarmkit the attachment holds its network). */
      readonly networks: readonly StoredNetwork[];
      readonly managers: readonly Remote[];
      readonly keys: readonly EncryptionKey[];
    }
  | { readonly kind: 'heartbeat'; readonly session: number; readonly periodUs: number }
  | {
      readonly kind: 'assignments';
      readonly session: number;
      readonly type: 'complete' | 'incremental';
      readonly appliesTo: number;
      readonly resultsIn: number;
      readonly changes: readonly AssignmentChange[];
    }
  | { readonly kind: 'status'; readonly session: number; readonly call: number }
  | {
      readonly kind: 'log-subscription';
      readonly session: number;
      readonly subscription: LogSubscription;
      readonly close: boolean;
    }
  /** The session or call failed. */
  | { readonly kind: 'error'; readonly session: number; readonly error: RpcError };
