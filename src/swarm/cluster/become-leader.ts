/**
 * What a new leader makes sure of before its parts start (swarmkit `manager.go` becomeLeader): the
 * cluster object, its own node object, and on a fresh cluster the networks.
 */
import type { NodeAvailability } from '../../api';
import { newNode, newRootCa } from '../ca';
import {
  newId,
  type EncryptionKey,
  type RpcError,
  type StoredCluster,
  type StoredNetwork,
  type SwarmClock,
  type Transaction,
  type WriteView,
} from '../store';
import type { RandomStream } from '../../base';
import { toBase64 } from '../../base';

/** What `swarm init` fixes for the life of the cluster. */
export interface NewClusterSettings {
  readonly defaultAddrPool: readonly string[];
  readonly subnetSize: number;
  readonly dataPathPort: number;
}

export interface BecomeLeaderOwner {
  leaderReady(): void;
  leaderFailed(error: RpcError): void;
}

export class BecomeLeader implements Transaction {
  readonly summary = 'leader prepares the cluster';

  constructor(
    private readonly owner: BecomeLeaderOwner,
    private readonly random: RandomStream,
    private readonly clock: SwarmClock,
    private readonly nodeId: string,
    private readonly availability: NodeAvailability,
    private readonly settings: NewClusterSettings,
  ) {}

  run(tx: WriteView): RpcError | undefined {
    const isFresh = tx.all('cluster').length === 0;
    if (isFresh) {
      const error = tx.create('cluster', this.newCluster());
      if (error) return error;
    }
    if (!tx.get('node', this.nodeId)) {
      const error = tx.create('node', newNode(this.nodeId, 'manager', this.availability));
      if (error) return error;
    }
    if (isFresh) {
      const error = tx.create('network', ingressNetwork(newId(this.random)));
      if (error) return error;
    }
    for (const name of ['bridge', 'host']) {
      if (tx.findByName('network', name)) continue;
      const error = tx.create('network', predefinedNetwork(newId(this.random), name));
      if (error) return error;
    }
    return undefined;
  }

  private newCluster(): StoredCluster {
    const keys: EncryptionKey[] = [];
    for (const subsystem of ['networking:gossip', 'networking:ipsec'])
      for (let i = 0; i < 3; i++)
        keys.push({
          Subsystem: subsystem,
          LamportTime: i + 1,
          Key: toBase64(this.random.bytes(16)),
        });
    return {
      ID: newId(this.random),
      Version: { Index: 0 },
      CreatedAt: '',
      UpdatedAt: '',
      Spec: {
        Name: 'default',
        Labels: {},
        Orchestration: { TaskHistoryRetentionLimit: 5 },
        Raft: {
          SnapshotInterval: 10000,
          KeepOldSnapshots: 0,
          LogEntriesForSlowFollowers: 500,
          ElectionTick: 10,
          HeartbeatTick: 1,
        },
        Dispatcher: { HeartbeatPeriod: 5_000_000_000 },
        CAConfig: { NodeCertExpiry: 7_776_000_000_000_000 },
        TaskDefaults: {},
        EncryptionConfig: { AutoLockManagers: false },
      },
      RootCA: newRootCa(this.random, this.clock.unixUs()),
      UnlockKey: '',
      NetworkBootstrapKeys: keys,
      EncryptionKeyLamportClock: 6,
      BlacklistedCertificates: [],
      DefaultAddrPool: [...this.settings.defaultAddrPool],
      SubnetSize: this.settings.subnetSize,
      DataPathPort: this.settings.dataPathPort,
    };
  }

  committed(): void {
    this.owner.leaderReady();
  }
  refused(error: RpcError): void {
    this.owner.leaderFailed(error);
  }
}

/** swarmkit `newIngressNetwork`. */
function ingressNetwork(id: string): StoredNetwork {
  return {
    ID: id,
    Version: { Index: 0 },
    CreatedAt: '',
    UpdatedAt: '',
    Spec: {
      Name: 'ingress',
      Labels: {},
      DriverConfiguration: {},
      Ingress: true,
      IPAMOptions: { Driver: {} },
      Scope: 'swarm',
    },
    DriverState: {},
  };
}

/** swarmkit `newPredefinedNetwork`: networks of every node, known to the allocator by their label. */
function predefinedNetwork(id: string, name: string): StoredNetwork {
  return {
    ID: id,
    Version: { Index: 0 },
    CreatedAt: '',
    UpdatedAt: '',
    Spec: {
      Name: name,
      Labels: { 'com.docker.swarm.predefined': 'true' },
      DriverConfiguration: { Name: name },
      Scope: 'local',
    },
    DriverState: {},
  };
}
