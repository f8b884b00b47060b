/** `docker info`'s part of the swarm (moby `Cluster.Info`). */
import type { ClusterInfo, SwarmStatus } from '../../api';
import { ZERO_TIME } from '../store';
import { toApiError, type Failure, type RpcReply } from '../rpc';

export interface StatusReceiver {
  onSwarmStatus(status: SwarmStatus): void;
}

export class StatusRequest implements RpcReply {
  constructor(
    private readonly local: SwarmStatus,
    private readonly receiver: StatusReceiver,
  ) {}

  answered(value: unknown): void {
    const { nodes, managers, cluster } = value as {
      nodes: number;
      managers: number;
      cluster: ClusterInfo;
    };
    const counted = { ...this.local, Nodes: nodes, Managers: managers };
    this.receiver.onSwarmStatus({ ...counted, Cluster: cluster });
  }

  failed(error: Failure): void {
    const Error = toApiError(error).message;
    this.receiver.onSwarmStatus({ ...this.local, Error, Cluster: UNKNOWN_CLUSTER });
  }
}

/** Go's zero value, which the daemon shows when the leader gave no answer. */
const UNKNOWN_CLUSTER = Object.freeze({
  ID: '',
  Version: {},
  CreatedAt: ZERO_TIME,
  UpdatedAt: ZERO_TIME,
  Spec: {
    Labels: null,
    Orchestration: {},
    Raft: { ElectionTick: 0, HeartbeatTick: 0 },
    Dispatcher: {},
    CAConfig: {},
    TaskDefaults: {},
    EncryptionConfig: { AutoLockManagers: false },
  },
  TLSInfo: {},
  RootRotationInProgress: false,
  DefaultAddrPool: null,
  SubnetSize: 0,
  DataPathPort: 0,
}) as unknown as ClusterInfo;
