/** `docker info`'s part of the swarm (moby `Cluster.Info`). */
import type { ClusterInfo, SwarmStatus } from '../../api';
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
    this.receiver.onSwarmStatus({ ...this.local, Error: toApiError(error).message });
  }
}
