/**
 * A node that becomes a manager or stops being one while it runs (swarmkit `node/node.go`
 * superviseManager, `ca/renewer.go`): it renews its certificate when its role changed, then joins the
 * raft cluster, or leaves it.
 */
import type { NodeRole } from '../../api';
import type { Runtime, TimerHandle, Wakeable } from '../../base';
import type { IssuedCertificate } from '../ca';
import type { Failure, RpcHub, RpcReply } from '../rpc';
import type { JoinedRaft } from './manager';

const RENEW_RETRY_US = 2_000_000;
const JOIN_RETRY_US = 1_000_000;
/** swarmkit `reqTimeout` of a join: 5 s and two election timeouts. */
const JOIN_TIMEOUT_US = 25_000_000;
const RENEW_TIMEOUT_US = 5_000_000;
/**
 * swarmkit `roleChangeTimeout`: how long a manager that was removed waits to hear of its new role, first
 * from its session, then from a renewed certificate. Then it takes itself for promoted anew.
 */
const ROLE_CHANGE_TIMEOUT_US = 16_000_000;

export interface RoleOwner {
  readonly runtime: Runtime;
  readonly hub: RpcHub;
  readonly nodeId: string;
  readonly advertiseAddress: string;
  /** A manager to ask that is not this node; undefined if none is known. */
  otherManager(): string | undefined;
  roleRenewed(role: NodeRole): void;
  joinedRaft(joined: JoinedRaft): void;
}

export class RoleChanges implements Wakeable {
  private renewal: Renewal | undefined;
  private join: RaftJoin | undefined;
  private waiting: TimerHandle | undefined;
  private removed = false;
  private stopped = false;

  constructor(readonly owner: RoleOwner) {}

  /** The certificate names another role than the node object. */
  renew(): void {
    if (this.renewal || this.stopped) return;
    this.renewal = new Renewal(this);
    this.renewal.begin();
  }

  /** Asks a manager to make this node a member of the raft cluster, until one does. */
  joinRaft(): void {
    if (this.join || this.stopped) return;
    this.join = new RaftJoin(this);
    this.join.begin();
  }

  get isJoining(): boolean {
    return this.join !== undefined;
  }

  /** Removed from raft: the new role should come with the session; else the certificate is renewed. */
  waitForRole(): void {
    this.removed = true;
    this.setRoleTimer('role');
  }

  private setRoleTimer(tag: string): void {
    const { runtime } = this.owner;
    runtime.cancelTimer(this.waiting);
    this.waiting = runtime.setTimer(ROLE_CHANGE_TIMEOUT_US, this, tag);
  }

  stopJoining(): void {
    this.join = undefined;
    this.owner.runtime.cancelTimer(this.waiting);
  }

  stop(): void {
    this.stopped = true;
    this.stopJoining();
    this.renewal = undefined;
  }

  wake(tag: string, data: unknown): void {
    if (this.stopped) return;
    if (tag === 'role') {
      this.setRoleTimer('rejoin');
      this.renew();
    } else if (tag === 'rejoin') {
      this.removed = false;
      this.joinRaft();
    }
    if (tag === 'renew' && data === this.renewal) this.renewal?.begin();
    else if (tag === 'join' && data === this.join) this.join?.begin();
  }

  renewed(from: Renewal, role: NodeRole): void {
    if (this.renewal !== from) return;
    this.renewal = undefined;
    // Still a manager: it waits until it may take that for a new promotion.
    if (role === 'manager' && this.removed) return;
    this.removed = false;
    this.owner.runtime.cancelTimer(this.waiting);
    this.owner.roleRenewed(role);
  }
  renewalFailed(from: Renewal): void {
    if (this.renewal === from) this.owner.runtime.setTimer(RENEW_RETRY_US, this, 'renew', from);
  }
  joined(from: RaftJoin, joined: JoinedRaft): void {
    if (this.join !== from) return;
    this.join = undefined;
    this.owner.joinedRaft(joined);
  }
  joinFailed(from: RaftJoin): void {
    if (this.join === from) this.owner.runtime.setTimer(JOIN_RETRY_US, this, 'join', from);
  }
}

class Renewal implements RpcReply {
  constructor(private readonly changes: RoleChanges) {}
  begin(): void {
    const { hub, nodeId } = this.changes.owner;
    const remote = this.changes.owner.otherManager();
    if (remote === undefined) return this.changes.renewalFailed(this);
    hub.call(remote, 'ca.renew', { nodeId }, RENEW_TIMEOUT_US, this);
  }
  answered(value: unknown): void {
    this.changes.renewed(this, (value as IssuedCertificate).role);
  }
  failed(_error: Failure): void {
    this.changes.renewalFailed(this);
  }
}

class RaftJoin implements RpcReply {
  constructor(private readonly changes: RoleChanges) {}
  begin(): void {
    const { hub, nodeId, advertiseAddress } = this.changes.owner;
    const remote = this.changes.owner.otherManager();
    if (remote === undefined) return this.changes.joinFailed(this);
    const body = { nodeId, address: advertiseAddress };
    hub.call(remote, 'raft.join', body, JOIN_TIMEOUT_US, this);
  }
  answered(value: unknown): void {
    this.changes.joined(this, value as JoinedRaft);
  }
  failed(_error: Failure): void {
    this.changes.joinFailed(this);
  }
}
