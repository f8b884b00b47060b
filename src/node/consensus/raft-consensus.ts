/**
 * Swarm's use of raft. Models swarmkit `manager/state/raft/raft.go`: it ticks the core once a second,
 * makes its state durable, carries its messages, applies its log to the store, changes the membership,
 * and says when this manager leads. The core itself is raft/.
 *
 * Order of one round, as in swarmkit: save, send, apply. While a save is under way the core takes
 * messages, but the next round waits.
 */
import type { RaftScreen } from '../../api';
import type { Runtime, TimerHandle, Wakeable } from '../../base';
import {
  RaftNode,
  type ConfChange,
  type Entry,
  type RaftConfig,
  type RaftMessage,
  type Ready,
  type Snapshot,
} from '../../raft';
import type {
  Consensus,
  ConsensusMember,
  ConsensusMemberState,
  ConsensusOwner,
  ConsensusReply,
  StoreChange,
} from '../../swarm';
import { snapshotBytes, writeBytes, type RaftDisk } from './disk';
import { commandOf, type CommandData, type MembershipContext, type SnapshotData } from './entries';
import { HealthChecks } from './health';
import { messageBytes, messageLabel } from './labels';
import { Peers, lanAddressOf } from './peers';
import type { ConsensusPorts, HealthPurpose, RaftWire } from './ports';
import { raftScreen } from './screen';
import { Strangers } from './strangers';

const TICK_US = 1_000_000;
/** Ticks without a leader after which calls fail at once (swarmkit `lostQuorumTimeout`). */
const LOST_QUORUM_TICKS = 10;
/** swarmkit `DefaultRaftConfig`. */
const SNAPSHOT_INTERVAL = 10_000;
const ENTRIES_FOR_SLOW_FOLLOWERS = 500;

interface Saving {
  readonly token: number;
  readonly ready: Ready;
}

export function raftConfig(raftId: string, runtime: Runtime): RaftConfig {
  return {
    id: raftId,
    electionTicks: 10,
    heartbeatTicks: 1,
    preVote: false,
    checkQuorum: true,
    maxBytesPerAppend: 65535,
    maxInflight: 256,
    forwardProposals: false,
    stepDownOnRemoval: false,
    random: runtime.random('raft'),
  };
}

export class RaftConsensus implements Consensus, Wakeable {
  readonly raftId: string;
  private readonly node: RaftNode;
  private readonly peers = new Peers();
  private readonly removedIds = new Set<string>();
  private readonly health: HealthChecks;
  private readonly strangers: Strangers;
  /** Proposals of ours whose entries are not applied yet: origin to the store's token. */
  private readonly proposals = new Map<string, number>();
  private readonly changes = new Map<string, ConsensusReply>();
  private readonly life: string;
  private nextOrigin = 1;
  private nextToken: number;
  private saving: Saving | undefined;
  private pumping = false;
  private stopped = false;
  private signalled = false;
  private wasReady = false;
  private knownLeader = '';
  private leaderlessTicks = 0;
  private selfRemoved = false;
  private lastSnapshotIndex: number;
  private timer: TimerHandle | undefined;

  constructor(
    private readonly runtime: Runtime,
    private readonly ports: ConsensusPorts,
    private readonly disk: RaftDisk,
    private readonly owner: ConsensusOwner,
    members: readonly ConsensusMember[],
  ) {
    const stored = disk.stored!;
    this.raftId = stored.raftId;
    this.life = `${stored.raftId}-${runtime.random('consensus').uint32()}`;
    // An answer to a write of an earlier log must not be taken for one of ours.
    this.nextToken = runtime.random('consensus').below(0x40000000);
    this.health = new HealthChecks(runtime, ports, this);
    this.strangers = new Strangers(ports, this.peers, stored.raftId);
    for (const member of members) this.peers.put(member);
    const { hardState, snapshot, entries } = stored;
    this.lastSnapshotIndex = snapshot.index;
    this.node = new RaftNode(raftConfig(this.raftId, runtime), {
      hardState,
      snapshot,
      entries: [...entries],
    });
    if (snapshot.index > 0) this.loadSnapshot(snapshot);
  }

  /** Applies what the disk held and starts to tick. A lone member stands for election at once. */
  start(): void {
    // Daemons do not start in step: machines that boot at the same instant tick at different ones.
    const phaseUs = this.runtime.random('ticks').below(TICK_US);
    this.timer = this.runtime.setTimer(TICK_US + phaseUs, this, 'tick');
    this.pump();
    const { voters } = this.node.core;
    if (voters.size === 1 && voters.has(this.raftId)) {
      this.node.campaign();
      this.pump();
    }
  }

  stop(): void {
    this.stopped = true;
    this.runtime.cancelTimer(this.timer);
    this.health.stop();
    this.signalled = false;
    this.refuseAll('stopped');
  }

  // --- Proposer

  get commitIndex(): number {
    return this.node.core.log.committed;
  }
  get isLeader(): boolean {
    return this.signalled;
  }

  propose(changes: readonly StoreChange[], token: number, summary: string): void {
    const origin = this.newOrigin();
    const data: CommandData = Object.freeze({
      changes,
      summary,
      origin,
      cause: this.runtime.cause,
    });
    let bytes = 32;
    for (const change of changes) bytes += JSON.stringify(change.object).length;
    this.proposals.set(origin, token);
    const taken = !this.stopped && this.signalled && this.node.propose(data, bytes);
    if (!taken) {
      this.proposals.delete(origin);
      this.owner.refused(token, this.stopped ? 'stopped' : 'lost-leadership');
      return;
    }
    this.pump();
  }

  private newOrigin(): string {
    return `${this.life}-${this.nextOrigin++}`;
  }

  // --- time

  wake(tag: string, data: unknown): void {
    if (this.stopped) return;
    if (tag === 'connect') return this.reconnect(data as string);
    this.timer = this.runtime.setTimer(TICK_US, this, 'tick');
    this.runtime.cause = 0;
    for (const raftId of this.peers.overdue(this.runtime.now)) this.lost(raftId);
    this.node.tick();
    if (this.node.core.leader === '') this.leaderlessTicks++;
    else this.leaderlessTicks = 0;
    this.pump();
  }

  get quorumIsLost(): boolean {
    return this.leaderlessTicks > LOST_QUORUM_TICKS;
  }

  // --- the network

  receive(fromAddress: string, payload: unknown): void {
    if (this.stopped) return;
    const wire = payload as RaftWire;
    switch (wire.kind) {
      case 'health':
        this.ports.send(fromAddress, 'healthy', 16, { kind: 'healthy', id: wire.id });
        return;
      case 'healthy':
        this.health.answered(wire.id);
        return;
      case 'resolve':
        this.strangers.resolve(fromAddress, wire.id);
        return;
      case 'resolved':
        this.strangers.resolved(wire.id, wire.address);
        return;
      case 'removed':
        if (wire.to === this.raftId) this.wasRemoved();
        return;
      case 'raft':
        this.receiveRaft(fromAddress, wire.message);
    }
  }

  private receiveRaft(fromAddress: string, message: RaftMessage): void {
    if (this.removedIds.has(message.from)) {
      const answer: RaftWire = { kind: 'removed', to: message.from };
      this.ports.send(fromAddress, 'removed', 24, answer);
      return;
    }
    if (message.to !== this.raftId) return;
    this.heard(message.from);
    if (message.type === 'vote') {
      // A candidate that we cannot reach gets no vote: no elections over half a connection.
      const peer = this.peers.get(message.from);
      if (peer && !peer.refused)
        this.health.check(lanAddressOf(peer.member.address), { kind: 'vote', message });
      return;
    }
    this.step(message);
  }

  /** A health check came back. */
  healthy(purpose: HealthPurpose): void {
    if (this.stopped) return;
    if (purpose.kind === 'vote') this.step(purpose.message);
    else if (purpose.kind === 'connect') {
      this.peers.connected(purpose.raftId);
      this.owner.membersChanged();
    } else this.proposeMember(purpose.member, purpose.reply);
  }

  private step(message: RaftMessage): void {
    this.node.step(message);
    this.pump();
  }

  /** The daemon at that address is gone. */
  reset(fromAddress: string): void {
    if (this.stopped) return;
    for (const raftId of this.peers.at(fromAddress)) {
      if (raftId === this.raftId) continue;
      this.lost(raftId);
      const delayUs = this.peers.refuse(raftId);
      if (delayUs !== undefined) this.runtime.setTimer(delayUs, this, 'connect', raftId);
    }
    this.health.reset(fromAddress);
    this.pump();
  }

  /** One more attempt to connect to a peer that refused. */
  private reconnect(raftId: string): void {
    const peer = this.peers.get(raftId);
    if (!peer?.refused) return;
    this.runtime.cause = 0;
    this.health.check(lanAddressOf(peer.member.address), { kind: 'connect', raftId });
  }

  /** That attempt failed. */
  connectFailed(raftId: string): void {
    if (this.stopped || !this.peers.get(raftId)) return;
    this.runtime.setTimer(this.peers.backOff(raftId), this, 'connect', raftId);
  }

  private heard(raftId: string): void {
    if (this.peers.heard(raftId)) this.owner.membersChanged();
  }

  private lost(raftId: string): void {
    if (raftId === this.raftId) return;
    const wasActive = this.peers.get(raftId)?.active;
    this.peers.failed(raftId);
    this.node.reportUnreachable(raftId);
    if (wasActive) this.owner.membersChanged();
  }

  private sendAll(messages: readonly RaftMessage[]): void {
    for (const message of messages) {
      const peer = this.peers.get(message.to);
      if (message.to === this.raftId) continue;
      if (!peer) {
        if (!this.removedIds.has(message.to)) this.strangers.send(message);
        continue;
      }
      if (peer.refused) {
        this.node.reportUnreachable(message.to);
        continue;
      }
      this.peers.sent(message.to, this.runtime.now);
      const payload: RaftWire = { kind: 'raft', message };
      const bytes = message.snapshot ? snapshotBytes(message.snapshot) : messageBytes(message);
      this.ports.send(lanAddressOf(peer.member.address), messageLabel(message), bytes, payload);
      if (message.type === 'snapshot') this.node.reportSnapshot(message.to, true);
    }
  }

  // --- rounds

  persisted(token: number): void {
    const { saving } = this;
    if (this.stopped || !saving || saving.token !== token) return;
    this.saving = undefined;
    this.disk.save(saving.ready);
    this.pumping = true;
    this.finish(saving.ready);
    this.pumping = false;
    this.pump();
  }

  private pump(): void {
    if (this.pumping || this.stopped) return;
    this.pumping = true;
    while (!this.saving && !this.stopped && this.node.hasReady()) {
      const ready = this.node.ready();
      if (this.mustSave(ready)) {
        this.saving = { token: this.nextToken++, ready };
        this.ports.persist(writeBytes(ready), this.saving.token);
      } else this.finish(ready);
    }
    this.pumping = false;
    this.noticeLeader();
  }

  private mustSave(ready: Ready): boolean {
    if (ready.entries.length > 0 || ready.snapshot) return true;
    const { hardState } = ready;
    const stored = this.disk.stored?.hardState;
    return (
      hardState !== undefined &&
      (hardState.term !== stored?.term || hardState.votedFor !== stored.votedFor)
    );
  }

  private finish(ready: Ready): void {
    if (ready.hardState) this.disk.saveHardState(ready.hardState);
    if (ready.snapshot) this.loadSnapshot(ready.snapshot);
    this.sendAll(ready.messages);
    // Marked as applied first: what applying leads to (a proposal, a campaign) sees it so.
    this.node.advance();
    const { cause } = this.runtime;
    for (const entry of ready.committed) this.apply(entry);
    this.runtime.cause = cause;
    if (ready.committed.length > 0 || ready.snapshot) this.becomeReady();
    this.maybeSnapshot();
    if (this.selfRemoved) this.wasRemoved();
  }

  private becomeReady(): void {
    if (this.wasReady) return;
    this.wasReady = true;
    this.owner.ready();
  }

  private apply(entry: Entry): void {
    if (this.stopped) return;
    if (entry.kind === 'membership') return this.applyMembership(entry.data as ConfChange);
    const command = commandOf(entry);
    if (!command) return;
    this.runtime.cause = command.cause;
    const token = this.proposals.get(command.origin);
    if (token === undefined) return this.owner.applyEntry(command.changes);
    this.proposals.delete(command.origin);
    this.owner.committed(token);
  }

  private loadSnapshot(snapshot: Snapshot): void {
    const data = snapshot.data as SnapshotData;
    this.lastSnapshotIndex = snapshot.index;
    for (const member of data.members) this.peers.put(member);
    for (const peer of this.peers.all())
      if (!data.members.some((member) => member.raftId === peer.member.raftId))
        this.peers.remove(peer.member.raftId);
    for (const raftId of data.removed) this.removedIds.add(raftId);
    this.owner.restore(data.store);
    this.owner.membersChanged();
  }

  private maybeSnapshot(): void {
    const { log } = this.node.core;
    if (log.applied - this.lastSnapshotIndex < SNAPSHOT_INTERVAL) return;
    const data: SnapshotData = Object.freeze({
      members: Object.freeze(this.peers.all().map((peer) => peer.member)),
      removed: Object.freeze([...this.removedIds]),
      store: this.owner.snapshot(),
    });
    const snapshot = this.node.compact(data, ENTRIES_FOR_SLOW_FOLLOWERS);
    this.lastSnapshotIndex = snapshot.index;
    this.disk.compact(snapshot);
  }

  // --- leadership

  private noticeLeader(): void {
    const { core } = this.node;
    if (core.leader !== this.knownLeader) {
      this.knownLeader = core.leader;
      if (core.leader !== '') this.leaderlessTicks = 0;
      this.owner.leaderChanged();
    }
    const { log } = core;
    if (this.signalled && core.role !== 'leader') {
      this.signalled = false;
      this.refuseAll('lost-leadership');
      this.owner.leadershipChanged(false);
      this.pump();
    } else if (!this.signalled && core.role === 'leader' && log.applied >= log.lastIndex) {
      this.signalled = true;
      this.becomeReady();
      this.owner.leadershipChanged(true);
    }
  }

  /** The entries may still be committed later; then they are applied as another leader's are. */
  private refuseAll(reason: 'lost-leadership' | 'stopped'): void {
    const tokens = [...this.proposals.values()];
    const replies = [...this.changes.values()];
    this.proposals.clear();
    this.changes.clear();
    for (const token of tokens) this.owner.refused(token, reason);
    const desc = 'raft: failed to process the request: node lost leader status';
    for (const reply of replies) reply.failed({ code: 'Unknown', desc });
  }

  leader(): ConsensusMember | undefined {
    return this.peers.get(this.node.core.leader)?.member;
  }

  transferLeadership(): void {
    const others = this.peers
      .all()
      .filter((peer) => peer.active && peer.member.raftId !== this.raftId);
    if (others.length === 0) return;
    const { member } = this.runtime.random('consensus').pick(others);
    this.node.transferLeadership(member.raftId);
    this.pump();
  }

  // --- membership

  members(): readonly ConsensusMemberState[] {
    const { leader, voters } = this.node.core;
    return this.peers
      .all()
      .filter(({ member }) => voters.has(member.raftId))
      .map(({ member, active }) => ({
        ...member,
        reachable: active || member.raftId === this.raftId,
        leader: member.raftId === leader,
      }));
  }

  canRemoveMember(raftId: string): boolean {
    const members = this.members();
    const reachable = members.filter((member) => member.raftId !== raftId && member.reachable);
    return reachable.length >= Math.floor((members.length - 1) / 2) + 1;
  }

  addMember(nodeId: string, address: string, reply: ConsensusReply): void {
    if (!this.signalled)
      return reply.failed({ code: 'Unknown', desc: 'raft: no elected cluster leader' });
    const known = this.members().find((member) => member.nodeId === nodeId);
    const raftId = known?.raftId ?? this.freshRaftId();
    const member: ConsensusMember = Object.freeze({ raftId, nodeId, address });
    if (known?.address === address) return reply.done(member, this.memberRecords());
    this.health.check(lanAddressOf(address), { kind: 'join', member, reply });
  }

  private proposeMember(member: ConsensusMember, reply: ConsensusReply): void {
    this.proposeChange(this.peers.get(member.raftId) ? 'update' : 'add', member, reply);
  }

  removeMember(raftId: string, reply: ConsensusReply): void {
    const member = this.peers.get(raftId)?.member;
    if (!this.signalled)
      return reply.failed({ code: 'Unknown', desc: 'raft: no elected cluster leader' });
    if (!member) return reply.failed({ code: 'NotFound', desc: 'raft: member unknown' });
    this.proposeChange('remove', member, reply);
  }

  private proposeChange(
    op: 'add' | 'remove' | 'update',
    member: ConsensusMember,
    reply: ConsensusReply,
  ): void {
    const origin = this.newOrigin();
    const context: MembershipContext = Object.freeze({
      member,
      origin,
      cause: this.runtime.cause,
    });
    this.changes.set(origin, reply);
    const change: ConfChange = Object.freeze({ op, id: member.raftId, context });
    if (!this.signalled || !this.node.proposeConfChange(change)) {
      this.changes.delete(origin);
      return reply.failed({ code: 'Unknown', desc: 'raft: no elected cluster leader' });
    }
    this.pump();
  }

  private applyMembership(change: ConfChange): void {
    const { member, origin, cause } = change.context as MembershipContext;
    this.runtime.cause = cause;
    const wasLeader = this.node.core.leader === change.id;
    if (change.op === 'remove') {
      this.removedIds.add(change.id);
      this.peers.remove(change.id);
      if (change.id === this.raftId) this.selfRemoved = true;
    } else this.peers.put(member);
    const reply = this.changes.get(origin);
    this.changes.delete(origin);
    // The new member must know who it is before the first append reaches it.
    reply?.done(member, this.memberRecords());
    this.node.applyConfChange(change);
    this.owner.membersChanged();
    // A follower that sees its leader removed stands at once (swarmkit `applyRemoveNode`).
    if (change.op === 'remove' && wasLeader && change.id !== this.raftId) this.node.campaign();
  }

  private wasRemoved(): void {
    if (this.stopped) return;
    this.stop();
    this.owner.removed();
  }

  private memberRecords(): readonly ConsensusMember[] {
    return this.peers.all().map((peer) => peer.member);
  }

  private freshRaftId(): string {
    for (;;) {
      const raftId = newRaftId(this.runtime);
      if (!this.peers.get(raftId) && !this.removedIds.has(raftId)) return raftId;
    }
  }

  // --- the screen

  screen(nameOf: (nodeId: string) => string): RaftScreen {
    return raftScreen(this.node, this.raftId, this.members(), nameOf);
  }
}

/** A random positive 63-bit number, in hexadecimal as the daemon's log prints it. */
export function newRaftId(runtime: Runtime): string {
  const random = runtime.random('consensus');
  const high = random.uint32() & 0x7fffffff;
  return high.toString(16).padStart(8, '0') + random.uint32().toString(16).padStart(8, '0');
}
