/**
 * What a node keeps on its disk under /var/lib/docker/swarm: its certificate (id and role), the managers
 * it knows, its addresses, the key that locks it. Models `docker-state.json`, `state.json` and the
 * certificates directory. Differs: written at once, not awaited; the raft directory, which matters
 * after a crash, is node/consensus.
 */
import type { NodeAvailability, NodeRole } from '../../api';
import type { Remote, TaskStorage } from '../leader';
import type { StoredRootCa, StoredTask } from '../store';

export interface NodeIdentity {
  nodeId: string;
  /** Of the certificate that the node holds. */
  role: NodeRole;
  /** "192.168.0.11:2377"; what the node told the others to call it by. */
  advertiseAddress: string;
  listenAddress: string;
  availability: NodeAvailability;
  remotes: readonly Remote[];
  /** Public part of the root certificate and its texts. */
  root: Pick<StoredRootCa, 'CACert' | 'CACertHash' | 'IssuerSubject' | 'IssuerPublicKey'>;
  /** Not empty: the manager's keys are encrypted with it, and it starts locked. */
  unlockKey: string;
}

/** The part of the machine's disk that belongs to the swarm. */
export class SwarmDisk implements TaskStorage {
  identity: NodeIdentity | undefined;
  /** The agent's tasks (swarmkit `agent/storage.go`). */
  private readonly tasks = new Map<string, StoredTask>();

  load(): readonly StoredTask[] {
    return [...this.tasks.values()];
  }
  put(task: StoredTask): void {
    this.tasks.set(task.ID, task);
  }
  remove(taskId: string): void {
    this.tasks.delete(taskId);
  }

  /** The node leaves. */
  erase(): void {
    this.identity = undefined;
    this.tasks.clear();
  }
}
