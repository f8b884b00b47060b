/**
 * A manager: its store, its log, and, while it leads, the parts of the leader. Models swarmkit
 * `manager/manager.go`. A follower answers nothing from its own store: what only the leader may answer
 * goes through `LeaderCalls`.
 */
import type { RaftScreen } from '../../api';
import { issueCertificate, renewCertificate, type IssueRequest } from '../ca';
import { ControlServer, type ControlRequest } from '../control';
import type { AgentRoute, LeaderComponent, ManagerContext, Remote } from '../leader';
import { LEADER_COMPONENTS } from '../leader-parts';
import { RelayReply, type Failure, type RpcHub, type RpcReply, type RpcResponder } from '../rpc';
import type {
  Consensus,
  ConsensusFactory,
  ConsensusMember,
  ConsensusOwner,
  ConsensusReply,
  ConsensusStart,
  StoreChange,
} from '../seams';
import {
  ERR_LOST_LEADERSHIP,
  ERR_STOPPED,
  Store,
  newId,
  rpcError,
  type RpcCode,
  type RpcError,
  type StoreEvent,
  type StoreListener,
  type StoreSnapshot,
  type StoredCluster,
  type SwarmClock,
} from '../store';
import type { Runtime, Wakeable } from '../../base';
import { AgentRoutes, type AgentWire, type AgentWireSender } from './agent-routes';
import { BecomeLeader, type NewClusterSettings } from './become-leader';
import type { NodeIdentity } from './identity';
import { LeaderCalls, type LeaderRoute } from './leader-calls';
import { RoleManager } from './role-manager';
import { ERR_NOT_LEADER } from './texts';

/** Between the first contact with the log and the answers of a new manager, as measured. */
const START_US = 350_000;
const LEADER_GONE = 'rpc error: code = Unavailable desc = transport is closing';

/** The node, as its manager sees it. */
export interface ManagerHost extends AgentWireSender {
  readonly runtime: Runtime;
  readonly clock: SwarmClock;
  readonly identity: NodeIdentity;
  readonly hub: RpcHub;
  readonly consensusFactory: ConsensusFactory;
  /** Our LAN address. */
  readonly address: string;
  readonly newCluster: NewClusterSettings;
  managerReady(): void;
  /** The cluster removed us from raft. */
  managerRemoved(): void;
  clusterChanged(cluster: StoredCluster): void;
  managersChanged(remotes: readonly Remote[]): void;
}

export class Manager
  implements ConsensusOwner, LeaderRoute, StoreListener, ManagerContext, AgentWireSender, Wakeable
{
  readonly runtime: Runtime;
  readonly clock: SwarmClock;
  readonly store: Store;
  readonly nodeId: string;
  readonly consensus: Consensus;
  readonly routes: AgentRoutes;
  private readonly calls: LeaderCalls;
  private readonly control: ControlServer;
  private parts: LeaderComponent[] = [];
  /** We lead, the cluster object stands and the parts run. */
  private leading = false;
  private stopped = false;
  private readonly startKind: ConsensusStart['kind'];
  isReady = false;

  constructor(
    private readonly host: ManagerHost,
    start: ConsensusStart,
  ) {
    this.startKind = start.kind;
    this.runtime = host.runtime;
    this.clock = host.clock;
    this.nodeId = host.identity.nodeId;
    this.store = new Store(host.runtime, host.clock, undefined);
    this.consensus = host.consensusFactory.create(this, start);
    this.store.setProposer(this.consensus);
    this.store.listen(this);
    this.routes = new AgentRoutes(host.address, this);
    this.calls = new LeaderCalls(host.runtime, this);
    this.control = new ControlServer(this, this.consensus);
    if (start.kind === 'restart' || start.kind === 'force-new-cluster') this.isReady = true;
  }

  start(): void {
    this.consensus.start();
  }

  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.stopLeading();
    this.consensus.stop();
    this.calls.failAll(ERR_STOPPED);
    this.routes.leaderLost(undefined, LEADER_GONE);
  }

  // --- what the log tells

  applyEntry(changes: readonly StoreChange[]): void {
    this.store.applyEntry(changes);
  }
  committed(token: number): void {
    this.store.committed(token);
  }
  refused(token: number, reason: 'lost-leadership' | 'stopped'): void {
    this.store.refused(token, reason === 'stopped' ? ERR_STOPPED : ERR_LOST_LEADERSHIP);
  }
  snapshot(): unknown {
    return this.store.snapshot();
  }
  restore(data: unknown): void {
    this.store.restore(data as StoreSnapshot);
  }
  removed(): void {
    this.host.managerRemoved();
  }

  ready(): void {
    // A new cluster is ready when its first leader is; one that joins first opens its doors.
    if (this.startKind === 'join') this.runtime.setTimer(START_US, this, 'ready');
  }
  wake(): void {
    this.becomeReady();
  }

  private becomeReady(): void {
    if (this.isReady || this.stopped) return;
    this.isReady = true;
    this.host.managerReady();
  }

  leadershipChanged(isLeader: boolean): void {
    if (!isLeader) {
      this.stopLeading();
      this.calls.leaderChanged();
      return;
    }
    this.runtime.cause = 0;
    const random = this.runtime.random('cluster');
    const { availability } = this.host.identity;
    this.store.update(
      new BecomeLeader(this, random, this.clock, this.nodeId, availability, this.host.newCluster),
    );
  }

  leaderChanged(): void {
    const leader = this.consensus.leader();
    this.routes.leaderLost(leader && hostOf(leader.address), LEADER_GONE);
    this.calls.leaderChanged();
  }

  membersChanged(): void {
    if (this.stopped) return;
    this.host.managersChanged(this.managers());
    for (const part of this.parts) part.managersChanged?.();
    this.calls.leaderChanged();
  }

  onStoreEvents(events: readonly StoreEvent[]): void {
    for (const event of events)
      if (event.table === 'cluster' && event.op !== 'remove')
        this.host.clusterChanged(event.object);
  }

  // --- leading

  leaderReady(): void {
    if (this.stopped || !this.consensus.isLeader || this.leading) return;
    this.leading = true;
    this.parts = LEADER_COMPONENTS.map((Part) => new Part(this));
    this.parts.push(new RoleManager(this, this.consensus));
    for (const part of this.parts) part.start();
    this.becomeReady();
    this.calls.leaderChanged();
  }

  leaderFailed(_error: RpcError): void {
    // Leadership was lost before it began.
  }

  private stopLeading(): void {
    if (!this.leading) return;
    this.leading = false;
    const { parts } = this;
    this.parts = [];
    for (const part of [...parts].reverse()) part.stop();
    this.routes.stopServing('dispatcher is stopped');
  }

  // --- the context of the leader's parts

  newId(): string {
    return newId(this.runtime.random('ids'));
  }
  managers(): readonly Remote[] {
    return this.consensus
      .members()
      .map((member) => ({ nodeId: member.nodeId, address: member.address }));
  }
  sendToAgent(route: AgentRoute, label: string, message: unknown): void {
    this.routes.sendDown(route, label, message);
  }
  part(name: string): LeaderComponent | undefined {
    return this.parts.find((part) => part.name === name);
  }
  sendAgentWire(address: string, label: string, wire: AgentWire): void {
    this.host.sendAgentWire(address, label, wire);
  }

  // --- messages of agents

  receiveFromAgent(wire: AgentWire & { way: 'up' }): void {
    if (this.leading) {
      const route = this.routes.serve(wire);
      for (const part of this.parts) if (part.receiveFromAgent?.(route, wire.body)) return;
      return;
    }
    const leader = this.consensus.leader();
    // Only one hop: two managers that take each other for the leader must not play ball.
    if (!leader || wire.via !== '' || leader.nodeId === this.nodeId)
      return this.refuseAgent(wire, 'rpc error: code = Unavailable desc = raft: no leader');
    this.routes.passOn(wire, hostOf(leader.address));
  }

  private refuseAgent(wire: AgentWire & { way: 'up' }, reason: string): void {
    const to = wire.via === '' ? wire.origin : wire.via;
    this.sendAgentWire(to, 'lost', { way: 'lost', origin: wire.origin, reason });
  }

  /** The daemon at that address is gone. */
  reset(fromAddress: string): void {
    this.consensus.reset(fromAddress);
    const leader = this.consensus.leader();
    if (leader && hostOf(leader.address) === fromAddress)
      this.routes.leaderLost(undefined, LEADER_GONE);
  }

  // --- requests

  /** A request from another daemon, or from this one. */
  serve(service: string, fromAddress: string, body: unknown, responder: RpcResponder): void {
    if (service === 'ca.root') {
      const [cluster] = this.store.all('cluster');
      if (!cluster) return responder.fail(rpcError('Unavailable', 'raft: no leader'));
      return responder.answer({ root: publicRoot(cluster), managers: this.managers() });
    }
    if (service === 'leader') {
      const inner = body as { service: string; body: unknown; from: string };
      if (!this.leading) return responder.fail(ERR_NOT_LEADER);
      return this.serveAsLeader(inner.service, inner.body, new RelayReply(responder), inner.from);
    }
    this.callLeader(service, body, new RelayReply(responder), fromAddress);
  }

  callLeader(service: string, body: unknown, reply: RpcReply, from: string): void {
    this.calls.call(service, body, reply, from);
  }

  get quorumIsLost(): boolean {
    return this.consensus.quorumIsLost;
  }

  leaderPlace(): string | undefined {
    if (this.leading) return 'self';
    if (this.consensus.isLeader) return undefined;
    const leader = this.consensus.leader();
    if (!leader || leader.nodeId === this.nodeId) return undefined;
    const state = this.consensus.members().find((each) => each.raftId === leader.raftId);
    // A connection that was reset: wait for the next leader, or for this one to come back.
    return state?.reachable === false ? undefined : leader.address;
  }

  serveAsLeader(service: string, body: unknown, reply: RpcReply, _from: string): void {
    const responder = new ReplyResponder(reply);
    switch (service) {
      case 'ca.issue':
        return issueCertificate(this, body as IssueRequest, responder);
      case 'ca.renew':
        return renewCertificate(this, (body as { nodeId: string }).nodeId, responder);
      case 'raft.join': {
        const { nodeId, address } = body as { nodeId: string; address: string };
        if (!this.store.get('node', nodeId))
          return responder.fail(rpcError('NotFound', `node ${nodeId} not found`));
        return this.consensus.addMember(nodeId, address, new JoinReply(responder));
      }
      case 'control':
        return this.control.serve(body as ControlRequest, responder);
      default:
        responder.fail(rpcError('Unimplemented', `unknown service ${service}`));
    }
  }

  callRemote(
    address: string,
    service: string,
    body: unknown,
    timeoutUs: number,
    reply: RpcReply,
  ): number {
    const from = this.host.address;
    return this.host.hub.call(address, 'leader', { service, body, from }, timeoutUs, reply);
  }
  cancelRemote(id: number): void {
    this.host.hub.cancel(id);
  }

  // --- the screen

  raftScreen(): RaftScreen {
    return this.consensus.screen((nodeId) => this.nameOf(nodeId));
  }
  private nameOf(nodeId: string): string {
    return this.store.get('node', nodeId)?.Description.Hostname || nodeId.slice(0, 12);
  }
}

export function hostOf(address: string): string {
  const mark = address.lastIndexOf(':');
  return mark < 0 ? address : address.slice(0, mark);
}

/** What a node keeps of the root certificate. */
export function publicRoot(cluster: StoredCluster): NodeIdentity['root'] {
  const { CACert, CACertHash, IssuerSubject, IssuerPublicKey } = cluster.RootCA;
  return { CACert, CACertHash, IssuerSubject, IssuerPublicKey };
}

class ReplyResponder implements RpcResponder {
  constructor(private readonly reply: RpcReply) {}
  answer(value: unknown): void {
    this.reply.answered(value);
  }
  fail(error: Failure): void {
    this.reply.failed(error, 'answer');
  }
}

/** What a joining manager is told. */
export interface JoinedRaft {
  readonly self: ConsensusMember;
  readonly members: readonly ConsensusMember[];
}

class JoinReply implements ConsensusReply {
  constructor(private readonly responder: RpcResponder) {}
  done(self: ConsensusMember, members: readonly ConsensusMember[]): void {
    const joined: JoinedRaft = { self, members };
    this.responder.answer(joined);
  }
  failed(error: { readonly code: string; readonly desc: string }): void {
    this.responder.fail(rpcError(error.code as RpcCode, error.desc));
  }
}
