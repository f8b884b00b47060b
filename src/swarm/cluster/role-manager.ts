/**
 * Makes a node's role follow its desired role (swarmkit `manager/role_manager.go`), on the leader. A
 * promotion is one write: the node renews its certificate when it sees it. A demotion first takes the
 * node out of the raft cluster; its role changes on a later pass, when it is no member any more. Nodes
 * that were removed but are still members are evicted.
 */
import type { TimerHandle, Wakeable } from '../../base';
import type { LeaderComponent, ManagerContext } from '../leader';
import type { Consensus, ConsensusReply } from '../seams';
import type { RpcError, StoreEvent, StoreListener, Transaction, WriteView } from '../store';

const RETRY_US = 5_000_000;

export class RoleManager implements LeaderComponent, StoreListener, Wakeable, ConsensusReply {
  readonly name = 'rolemanager';
  private timer: TimerHandle | undefined;
  private stopped = false;
  private readonly removing = new Set<string>();

  constructor(
    private readonly context: ManagerContext,
    private readonly consensus: Consensus,
  ) {}

  start(): void {
    this.context.store.listen(this);
    this.reconcile();
  }

  stop(): void {
    this.stopped = true;
    this.context.store.unlisten(this);
    this.context.runtime.cancelTimer(this.timer);
  }

  onStoreEvents(events: readonly StoreEvent[]): void {
    if (events.some((event) => event.table === 'node' && concernsRole(event))) this.reconcile();
  }

  managersChanged(): void {
    this.reconcile();
  }

  wake(): void {
    this.timer = undefined;
    this.reconcile();
  }

  done(): void {
    this.removing.clear();
    this.reconcile();
  }
  failed(): void {
    this.removing.clear();
    this.retryLater();
  }

  private reconcile(): void {
    if (this.stopped) return;
    const { store } = this.context;
    for (const node of store.all('node')) {
      if (node.Spec.Role === node.Role) continue;
      if (node.Spec.Role === 'manager') this.setRole(node.ID, 'manager');
      else this.demote(node.ID);
    }
    for (const member of this.consensus.members())
      if (!store.get('node', member.nodeId)) this.evict(member.raftId, member.nodeId);
  }

  private demote(nodeId: string): void {
    const member = this.consensus.members().find((each) => each.nodeId === nodeId);
    if (!member) return this.setRole(nodeId, 'worker');
    this.evict(member.raftId, nodeId);
  }

  private evict(raftId: string, nodeId: string): void {
    if (this.removing.has(raftId)) return;
    if (!this.consensus.canRemoveMember(raftId)) return this.retryLater();
    if (nodeId === this.context.nodeId) {
      // The next leader removes us.
      this.consensus.transferLeadership();
      return this.retryLater();
    }
    this.removing.add(raftId);
    this.consensus.removeMember(raftId, this);
  }

  private retryLater(): void {
    if (this.stopped || this.timer) return;
    this.timer = this.context.runtime.setTimer(RETRY_US, this, 'retry');
  }

  private setRole(nodeId: string, role: 'manager' | 'worker'): void {
    this.context.store.update(new SetRole(nodeId, role));
  }
}

function concernsRole(event: StoreEvent & { readonly table: 'node' }): boolean {
  if (event.op === 'remove') return true;
  return event.object.Spec.Role !== event.object.Role;
}

class SetRole implements Transaction {
  readonly summary: string;
  constructor(
    private readonly nodeId: string,
    private readonly role: 'manager' | 'worker',
  ) {
    this.summary = `node ${nodeId} becomes ${role}`;
  }
  run(tx: WriteView): RpcError | undefined {
    const node = tx.get('node', this.nodeId);
    if (!node || node.Spec.Role !== this.role || node.Role === this.role) return undefined;
    return tx.update('node', { ...node, Role: this.role });
  }
  committed(): void {}
  refused(): void {}
}
