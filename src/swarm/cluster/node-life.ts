/**
 * One membership of this node in a swarm, from `init` or `join` to `leave`: its identity, its agent and,
 * in the manager's role, its manager. Models swarmkit `node/node.go` and moby's `noderunner.go`.
 */
import type { NodeAvailability, NodeDescription, NodeRole, SwarmStatus } from '../../api';
import type { Runtime, TimerHandle, Wakeable } from '../../base';
import type { IssuedCertificate } from '../ca';
import type { AgentContext, AgentOwner, NodeAgent, Remote, TaskStorage } from '../leader';
import { NODE_AGENT } from '../leader-parts';
import {
  ERR_DEADLINE,
  PORT_CLOSED,
  RpcHub,
  isPortClosed,
  type Failure,
  type RpcHandler,
  type RpcReply,
  type RpcResponder,
  type RpcSender,
} from '../rpc';
import type { ConsensusFactory, Executor, ExecutorEvent, SwarmTransport } from '../seams';
import {
  newId,
  rpcText,
  type StoredCluster,
  type StoredNetwork,
  type StoredNode,
  type SwarmClock,
} from '../store';
import type { AgentWire } from './agent-routes';
import type { NetworkInterface } from './addresses';
import type { NewClusterSettings } from './become-leader';
import type { NodeIdentity, SwarmDisk } from './identity';
import { JoinAttempt, type JoinOwner } from './join-attempt';
import { REQUEST_TIMEOUT_US } from './leader-calls';
import { Manager, hostOf, publicRoot, type JoinedRaft, type ManagerHost } from './manager';
import { RoleChanges, type RoleOwner } from './role-changes';
import { ERR_JOIN_TIMEOUT } from './texts';

/** moby `swarmConnectTimeout`. */
const READY_TIMEOUT_US = 20_000_000;

/** What the swarm wants of its machine beyond time, disk and network. */
export interface SwarmHost {
  /** Host name, platform, resources, plugins; the certificate's part is added here. */
  describe(): NodeDescription;
  interfaces(): readonly NetworkInterface[];
  /** A random name as the engine gives to containers. */
  newName(): string;
  localNetwork(name: string): 'predefined' | 'local' | undefined;
  /** The node is in a swarm and runs, or no more: networks of the swarm come and go. */
  swarmStarted(nodeId: string): void;
  swarmLeft(): void;
  /** The session brought our node object, with the networks that its addresses belong to. */
  nodeUpdated(node: StoredNode, networks: readonly StoredNetwork[]): void;
}

export interface LifeParts {
  readonly runtime: Runtime;
  readonly clock: SwarmClock;
  /** LAN address of the machine. */
  readonly address: string;
  readonly disk: SwarmDisk;
  readonly transport: SwarmTransport;
  readonly consensus: ConsensusFactory;
  readonly executor: Executor;
  readonly host: SwarmHost;
}

/** Told once: the node is up, or will not be. */
export interface ReadyWaiter {
  ready(): void;
  failed(error: Failure): void;
}

export interface JoinSettings {
  readonly remotes: readonly string[];
  readonly token: string;
  readonly listen: string;
  readonly advertise: string;
  readonly availability: NodeAvailability;
}

export type LifeStatus = 'pending' | 'active' | 'locked' | 'error';

export class NodeLife
  implements
    ManagerHost,
    RpcHandler,
    RpcSender,
    AgentContext,
    AgentOwner,
    RoleOwner,
    JoinOwner,
    Wakeable
{
  status: LifeStatus = 'pending';
  error = '';
  manager: Manager | undefined;
  readonly hub: RpcHub;
  private held: NodeIdentity | undefined;
  private agent: NodeAgent | undefined;
  private agentReady = false;
  private attempt: JoinAttempt | undefined;
  private joining: JoinSettings | undefined;
  private readonly roles: RoleChanges;
  private waiter: ReadyWaiter | undefined;
  private waiterTimer: TimerHandle | undefined;
  private stopped = false;
  newCluster: NewClusterSettings = {
    defaultAddrPool: ['10.0.0.0/8'],
    subnetSize: 24,
    dataPathPort: 4789,
  };

  constructor(private readonly parts: LifeParts) {
    const { runtime, address } = parts;
    this.hub = new RpcHub(runtime, this, this, address);
    this.roles = new RoleChanges(this);
  }

  // --- beginnings

  /** The first manager of a new cluster. */
  initialise(identity: NodeIdentity, settings: NewClusterSettings): void {
    this.newCluster = settings;
    this.hold(identity);
    const { nodeId, advertiseAddress: address } = identity;
    this.manager = new Manager(this, { kind: 'bootstrap', nodeId, address });
    this.manager.start();
  }

  join(settings: JoinSettings): void {
    this.joining = settings;
    const { remotes, token, availability } = settings;
    const { runtime } = this.parts;
    this.attempt = new JoinAttempt(runtime, this.hub, this, remotes, token, availability);
    this.attempt.begin();
  }

  /** From the disk, after a start of the daemon; locked if the keys are. */
  resume(identity: NodeIdentity, forceNewCluster: boolean): void {
    this.held = identity;
    if (identity.role === 'manager' && identity.unlockKey !== '' && !forceNewCluster) {
      this.status = 'locked';
      return;
    }
    this.proceed(forceNewCluster);
  }

  /** The right key was given. */
  unlock(): void {
    this.status = 'pending';
    this.proceed(false);
  }

  private proceed(forceNewCluster: boolean): void {
    const { consensus } = this.parts;
    if (this.identity.role === 'manager') {
      if (consensus.hasState()) {
        const kind = forceNewCluster ? 'force-new-cluster' : 'restart';
        this.manager = new Manager(this, { kind });
        this.manager.start();
      } else this.roles.joinRaft();
    }
    this.startAgent();
  }

  private hold(identity: NodeIdentity): void {
    this.held = identity;
    this.parts.disk.identity = identity;
  }

  // --- joining

  joinSucceeded(
    issued: IssuedCertificate,
    root: NodeIdentity['root'],
    managers: readonly Remote[],
  ): void {
    const settings = this.joining!;
    this.attempt = undefined;
    const known = managers.length > 0 ? managers : settings.remotes.map(asRemote);
    this.hold({
      nodeId: issued.nodeId,
      role: issued.role,
      advertiseAddress: settings.advertise,
      listenAddress: settings.listen,
      availability: settings.availability,
      remotes: known,
      root,
      unlockKey: '',
    });
    if (issued.role === 'manager') this.roles.joinRaft();
    this.startAgent();
  }

  joinFailed(error: Failure): void {
    this.attempt = undefined;
    this.status = 'error';
    this.error = 'code' in error ? rpcText(error) : error.message;
    const { waiter } = this;
    this.dropWaiter();
    waiter?.failed(error);
  }

  joinedRaft(joined: JoinedRaft): void {
    if (this.stopped || this.manager) return;
    this.manager = new Manager(this, { kind: 'join', ...joined });
    this.manager.start();
  }

  // --- readiness

  waitReady(waiter: ReadyWaiter): void {
    this.waiter = waiter;
    this.waiterTimer = this.runtime.setTimer(READY_TIMEOUT_US, this, 'ready');
    this.checkReady();
  }

  private dropWaiter(): void {
    this.runtime.cancelTimer(this.waiterTimer);
    this.waiter = undefined;
  }

  private checkReady(): void {
    if (!this.held || !this.agentReady) return;
    if (this.held.role === 'manager' && !this.manager?.isReady) return;
    if (this.status !== 'active') this.status = 'active';
    const { waiter } = this;
    this.dropWaiter();
    waiter?.ready();
  }

  wake(tag: string, data: unknown): void {
    if (this.stopped) return;
    if (tag === 'wire') return this.receiveWire(this.address, data as AgentWire);
    const { waiter } = this;
    this.dropWaiter();
    waiter?.failed(ERR_JOIN_TIMEOUT);
  }

  managerReady(): void {
    // A new cluster's agent starts when there is somebody to register with.
    this.startAgent();
    this.checkReady();
  }

  // --- agent

  private startAgent(): void {
    if (this.agent || this.stopped) return;
    this.parts.host.swarmStarted(this.identity.nodeId);
    if (!NODE_AGENT) {
      this.agentReady = true;
      this.checkReady();
      return;
    }
    this.agent = new NODE_AGENT(this);
    this.agent.start();
  }

  get runtime(): Runtime {
    return this.parts.runtime;
  }
  get clock(): SwarmClock {
    return this.parts.clock;
  }
  get address(): string {
    return this.parts.address;
  }
  get executor(): Executor {
    return this.parts.executor;
  }
  get storage(): TaskStorage {
    return this.parts.disk;
  }
  get consensusFactory(): ConsensusFactory {
    return this.parts.consensus;
  }
  get identity(): NodeIdentity {
    return this.held!;
  }
  get nodeId(): string {
    return this.held?.nodeId ?? '';
  }
  get advertiseAddress(): string {
    return this.identity.advertiseAddress;
  }
  get owner(): AgentOwner {
    return this;
  }
  get isManager(): boolean {
    return this.manager !== undefined && this.manager.isReady;
  }

  /** In the manager's role, but not yet a member of the raft cluster. */
  get isJoiningRaft(): boolean {
    return this.roles.isJoining;
  }

  newId(): string {
    return newId(this.runtime.random('ids'));
  }

  describe(): NodeDescription {
    const { CACert, IssuerSubject, IssuerPublicKey } = this.identity.root;
    return {
      ...this.parts.host.describe(),
      TLSInfo: {
        TrustRoot: CACert,
        CertIssuerSubject: IssuerSubject,
        CertIssuerPublicKey: IssuerPublicKey,
      },
    };
  }

  /** A manager's agent talks to the manager beside it. */
  /** A call of this node's agent to the leader, over some manager. */
  callManager(request: unknown, reply: RpcReply): void {
    const [remote] = this.remotes();
    if (!remote) return reply.failed(ERR_DEADLINE, 'timeout');
    this.hub.call(remote.address, 'control', request, REQUEST_TIMEOUT_US, reply);
  }

  remotes(): readonly Remote[] {
    const { nodeId, advertiseAddress, remotes } = this.identity;
    if (this.isManager) return [{ nodeId, address: advertiseAddress }];
    const others = remotes.filter((remote) => remote.nodeId !== nodeId);
    return others.length > 0 ? others : remotes;
  }

  sendToManager(remote: Remote, label: string, message: unknown): void {
    const { nodeId } = this.identity;
    const to = remote.nodeId === nodeId ? this.address : hostOf(remote.address);
    const origin = this.address;
    this.sendAgentWire(to, label, { way: 'up', origin, nodeId, via: '', label, body: message });
  }

  onNodeUpdate(node: StoredNode, networks: readonly StoredNetwork[]): void {
    this.parts.host.nodeUpdated(node, networks);
    if (this.held && node.Role !== this.held.role) this.roles.renew();
  }
  onManagers(remotes: readonly Remote[]): void {
    this.managersChanged(remotes);
  }
  onSessionEnd(_remote: Remote, error: string): void {
    this.error = error;
  }
  onSessionBegin(_remote: Remote): void {
    this.error = '';
    this.agentReady = true;
    this.checkReady();
  }
  onNodeRemoved(): void {
    // A removed node goes on believing that it belongs to the swarm, as the real one does.
  }
  onExecutor(event: ExecutorEvent): void {
    this.agent?.onExecutor(event);
  }

  // --- roles

  otherManager(): string | undefined {
    const { nodeId, remotes } = this.identity;
    const others = remotes.filter((remote) => remote.nodeId !== nodeId);
    if (others.length === 0) return this.joining?.remotes[0];
    return this.runtime.random('remotes').pick(others).address;
  }

  roleRenewed(role: NodeRole): void {
    if (this.stopped) return;
    this.identity.role = role;
    if (role === 'manager') {
      if (!this.manager) this.roles.joinRaft();
      return;
    }
    this.roles.stopJoining();
    this.dropManager();
  }

  managerRemoved(): void {
    this.dropManager();
    if (this.identity.role === 'manager') this.roles.waitForRole();
  }

  private dropManager(): void {
    if (!this.manager) return;
    this.manager.stop();
    this.manager = undefined;
    this.parts.consensus.erase();
    this.agent?.connectionLost(this.address, 'manager stopped');
  }

  clusterChanged(cluster: StoredCluster): void {
    this.identity.unlockKey = cluster.UnlockKey;
    this.identity.root = publicRoot(cluster);
  }

  managersChanged(remotes: readonly Remote[]): void {
    if (remotes.length > 0 && this.held) this.held.remotes = remotes;
  }

  // --- the network

  sendRpc(address: string, label: string, message: unknown): void {
    this.parts.transport.send(address, 'control', label, message);
  }

  sendAgentWire(address: string, label: string, wire: AgentWire): void {
    if (address === this.address) this.runtime.setTimer(0, this, 'wire', wire);
    else this.parts.transport.send(address, 'dispatcher', label, wire);
  }

  receive(from: string, channel: 'raft' | 'dispatcher' | 'control', message: unknown): void {
    if (channel === 'control') {
      if (isPortClosed(message)) this.reset(from);
      else this.hub.receive(from, message);
    } else if (channel === 'dispatcher') this.receiveWire(from, message as AgentWire);
    else if (this.manager) this.manager.consensus.receive(from, message);
    else if (this.held?.role === 'manager') this.parts.consensus.receiveEarly(from, message);
    else this.sendRpc(from, 'refused', PORT_CLOSED);
  }

  private receiveWire(from: string, wire: AgentWire): void {
    if (wire.way === 'up') {
      if (this.manager) this.manager.receiveFromAgent(wire);
      else if (from === this.address) this.agent?.connectionLost(from, 'no manager here');
      else this.sendRpc(from, 'refused', PORT_CLOSED);
      return;
    }
    if (wire.origin !== this.address) {
      this.manager?.routes.passDown(wire);
      return;
    }
    if (wire.way === 'down') this.agent?.receive(from, wire.body);
    else this.agent?.connectionLost(from, wire.reason);
  }

  get listening(): boolean {
    return this.manager !== undefined;
  }

  serve(service: string, from: string, body: unknown, responder: RpcResponder): void {
    this.manager?.serve(service, from, body, responder);
  }

  reset(from: string): void {
    this.hub.reset(from);
    this.manager?.reset(from);
    this.agent?.connectionLost(from, 'connection reset');
  }

  persisted(token: number): void {
    this.manager?.consensus.persisted(token);
  }

  // --- the end

  stop(): void {
    this.stopped = true;
    this.dropWaiter();
    this.attempt?.cancel();
    this.roles.stop();
    this.agent?.stop();
    this.agent = undefined;
    this.manager?.stop();
    this.manager = undefined;
  }

  /** Part of `docker info` that needs no leader. */
  localStatus(): SwarmStatus {
    const remotes = this.held?.remotes ?? [];
    const isActive = this.status === 'active' || this.status === 'pending';
    return {
      NodeID: isActive ? this.nodeId : '',
      NodeAddr: this.held ? hostOf(this.held.advertiseAddress) : '',
      LocalNodeState: this.status,
      ControlAvailable: this.isManager,
      Error: this.status === 'error' ? this.error : '',
      RemoteManagers: isActive
        ? remotes.map((remote) => ({ NodeID: remote.nodeId, Addr: remote.address }))
        : null,
    };
  }
}

function asRemote(address: string): Remote {
  return { nodeId: '', address };
}
