/**
 * A swarm for scenario tests: one leader with all its parts on a log that commits after 2 ms, and some
 * nodes with real agents whose engines are fakes. All share one runtime and one clock.
 */
import { Runtime, MILLISECOND_US, SECOND_US, type Wakeable } from '../../base';
import type { NodeDescription, ServiceSpec, TaskState } from '../../api';
import { Agent } from '../agent';
import type {
  AgentContext,
  AgentOwner,
  AgentRoute,
  LeaderComponent,
  ManagerContext,
  Remote,
  TaskStorage,
} from '../leader';
import { LEADER_COMPONENTS } from '../leader-parts';
import type { Proposer, StoreChange } from '../seams';
import {
  newId,
  Store,
  SwarmClock,
  type RpcError,
  type StoredNetwork,
  type StoredNode,
  type StoredService,
  type StoredTask,
  type Transaction,
  type WriteView,
} from '../store';
import { FakeEngine } from './fake-engine';

const EPOCH_US = 1_700_000_000 * SECOND_US;
const COMMIT_US = 2 * MILLISECOND_US;
const LAN_US = MILLISECOND_US / 2;

/** Commits everything after a moment. */
class FakeLog implements Proposer, Wakeable {
  commitIndex = 10;
  isLeader = true;
  entries = 0;
  store: Store | undefined;

  constructor(private readonly runtime: Runtime) {}

  propose(_changes: readonly StoreChange[], token: number): void {
    this.entries++;
    this.runtime.setTimer(COMMIT_US, this, 'commit', token);
  }
  wake(_tag: string, data: unknown): void {
    this.commitIndex++;
    this.store!.committed(data as number);
  }
}

/** A transaction written as a function; tests are not cloned. */
class Write implements Transaction {
  readonly summary = 'test';
  constructor(private readonly change: (tx: WriteView) => RpcError | undefined | void) {}
  run(tx: WriteView): RpcError | undefined {
    return this.change(tx) ?? undefined;
  }
  committed(): void {}
  refused(error: RpcError): void {
    throw new Error(error.desc);
  }
}

class FakeDisk implements TaskStorage {
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
}

export class FakeNode implements AgentOwner, AgentContext, Wakeable {
  readonly executor: FakeEngine;
  readonly storage = new FakeDisk();
  agent: Agent;
  connected = true;
  /** Loses every fourth message and mixes up the others. */
  lossy = false;
  seen: StoredNode | undefined;
  readonly runtime: Runtime;
  readonly clock: SwarmClock;

  constructor(
    private readonly cluster: FakeCluster,
    readonly name: string,
    readonly nodeId: string,
    readonly address: string,
    readonly role: 'manager' | 'worker',
  ) {
    this.runtime = cluster.runtime;
    this.clock = cluster.clock;
    this.executor = new FakeEngine(this.runtime);
    this.agent = new Agent(this);
    this.executor.listener = this.agent;
  }
  get owner(): AgentOwner {
    return this;
  }
  newId(): string {
    return this.cluster.newId();
  }
  describe(): NodeDescription {
    return describeNode(this.name);
  }
  remotes(): readonly Remote[] {
    return this.cluster.managers();
  }
  sendToManager(_remote: Remote, _label: string, message: unknown): void {
    this.carry(this.cluster, 'up', { node: this, message });
  }
  /** One message on the link between this node and the leader. */
  carry(to: Wakeable, way: string, data: unknown): void {
    const random = this.runtime.random('link');
    if (!this.connected || (this.lossy && random.chance(1, 4))) return;
    const jitter = this.lossy ? random.below(20 * MILLISECOND_US) : 0;
    this.runtime.setTimer(LAN_US + jitter, to, way, data);
  }
  wake(_tag: string, message: unknown): void {
    if (this.connected) this.agent.receive(this.cluster.nodes[0]!.address, message);
  }
  onNodeUpdate(node: StoredNode): void {
    this.seen = node;
  }
  onManagers(): void {}
  onSessionEnd(): void {}
  onSessionBegin(): void {}
  onNodeRemoved(): void {}
}

export function describeNode(name: string): NodeDescription {
  return {
    Hostname: name,
    Platform: { Architecture: 'x86_64', OS: 'linux' },
    Resources: { NanoCPUs: 2_000_000_000, MemoryBytes: 4_294_967_296 },
    Engine: {
      EngineVersion: '20.10.24',
      Plugins: [
        { Type: 'Log', Name: 'json-file' },
        { Type: 'Network', Name: 'overlay' },
        { Type: 'Volume', Name: 'local' },
      ],
    },
  };
}

export class FakeCluster implements ManagerContext, Wakeable {
  readonly runtime: Runtime;
  readonly clock: SwarmClock;
  readonly store: Store;
  readonly log: FakeLog;
  readonly nodes: FakeNode[] = [];
  readonly nodeId = 'node1-id';
  private parts: LeaderComponent[] = [];

  constructor(count: number, seed = 1) {
    this.runtime = new Runtime(seed, 'test');
    this.clock = new SwarmClock(this.runtime, EPOCH_US);
    this.log = new FakeLog(this.runtime);
    this.store = new Store(this.runtime, this.clock, this.log);
    this.log.store = this.store;
    this.write((tx) => tx.create('network', ingress()));
    for (let i = 1; i <= count; i++) this.addNode();
    this.run(0.1);
    this.lead();
    for (const node of this.nodes) node.agent.start();
    this.run(1);
  }

  addNode(): FakeNode {
    const number = this.nodes.length + 1;
    const role = number === 1 ? 'manager' : 'worker';
    const node = new FakeNode(
      this,
      `node${number}`,
      `node${number}-id`,
      `192.168.0.1${number}`,
      role,
    );
    this.nodes.push(node);
    this.write((tx) => tx.create('node', freshNode(node)));
    return node;
  }

  /** A new leader takes over: all its parts start anew. */
  lead(): void {
    for (const part of [...this.parts].reverse()) part.stop();
    this.parts = LEADER_COMPONENTS.map((Part) => new Part(this));
    for (const part of this.parts) part.start();
  }

  // --- ManagerContext
  newId(): string {
    return newId(this.runtime.random('ids'));
  }
  managers(): readonly Remote[] {
    return [{ nodeId: this.nodeId, address: '192.168.0.11:2377' }];
  }
  sendToAgent(route: AgentRoute, _label: string, message: unknown): void {
    const node = this.nodes.find((candidate) => candidate.nodeId === route.nodeId);
    node?.carry(node, 'down', message);
  }
  part(name: string): LeaderComponent | undefined {
    return this.parts.find((part) => part.name === name);
  }
  wake(_tag: string, data: unknown): void {
    const { node, message } = data as { readonly node: FakeNode; readonly message: unknown };
    const route = { address: node.address, via: '', nodeId: node.nodeId };
    if (node.connected)
      for (const part of this.parts) if (part.receiveFromAgent?.(route, message)) return;
  }

  // --- what tests do
  /** The daemon of a node ends and starts again; its containers live through that, or not. */
  restartAgent(node: FakeNode, containersLive: boolean): void {
    node.agent.stop();
    if (!containersLive) node.executor.containers.clear();
    node.agent = new Agent(node);
    node.executor.listener = node.agent;
    node.agent.start();
  }

  write(change: (tx: WriteView) => RpcError | undefined | void): void {
    this.store.update(new Write(change));
  }

  /** Lets that many seconds pass. */
  run(seconds: number): void {
    const end = this.runtime.now + Math.round(seconds * SECOND_US);
    while (this.runtime.nextAt() <= end) {
      this.runtime.now = this.runtime.nextAt();
      this.runtime.fireOne();
    }
    this.runtime.now = end;
  }

  /** Seconds until the condition holds, looked at after each event. */
  runUntil(condition: () => boolean, limitSeconds = 120): number {
    const start = this.runtime.now;
    while (!condition()) {
      const at = this.runtime.nextAt();
      if (at > start + limitSeconds * SECOND_US)
        throw new Error(`not within ${limitSeconds} s:\n${this.describeTasks()}`);
      this.runtime.now = at;
      this.runtime.fireOne();
    }
    return (this.runtime.now - start) / SECOND_US;
  }

  createService(name: string, spec: Partial<ServiceSpec> = {}): string {
    const ID = `${name}-id`;
    this.write((tx) => {
      const Spec = serviceSpec(name, spec);
      const service = {
        ID,
        Version: { Index: 0 },
        CreatedAt: '',
        UpdatedAt: '',
        Spec,
        SpecVersion: { Index: 0 },
        Endpoint: { Spec: {} },
      };
      return tx.create('service', service);
    });
    return ID;
  }

  /** As the control API does it: previous spec kept, status cleared. */
  updateService(id: string, change: (spec: ServiceSpec) => ServiceSpec): void {
    this.write((tx) => {
      const { UpdateStatus: _gone, ...service } = tx.get('service', id)!;
      return tx.update('service', {
        ...service,
        Spec: change(service.Spec),
        SpecVersion: service.Version,
        PreviousSpec: service.Spec,
        PreviousSpecVersion: service.SpecVersion,
      });
    });
  }

  updateNode(id: string, change: (node: StoredNode) => StoredNode): void {
    this.write((tx) => tx.update('node', change(tx.get('node', id)!)));
  }

  service(id: string): StoredService {
    return this.store.get('service', id)!;
  }
  tasks(id: string): StoredTask[] {
    return [...this.store.tasksOfService(id)].sort((a, b) => (a.Slot ?? 0) - (b.Slot ?? 0));
  }
  running(id: string): StoredTask[] {
    return this.tasks(id).filter(
      (task) => task.Status.State === 'running' && task.DesiredState === 'running',
    );
  }
  inState(id: string, state: TaskState): StoredTask[] {
    return this.tasks(id).filter((task) => task.Status.State === state);
  }
  engineOf(task: StoredTask): FakeEngine {
    return this.nodes.find((node) => node.nodeId === task.NodeID)!.executor;
  }
  perNode(id: string): number[] {
    return this.nodes
      .map((node) => this.running(id).filter((task) => task.NodeID === node.nodeId).length)
      .sort((a, b) => b - a);
  }

  describeTasks(): string {
    return this.store
      .all('task')
      .map((task) => {
        const { State, Message, Err } = task.Status;
        const place = `${task.ServiceAnnotations.Name}.${task.Slot ?? 0} ${task.NodeID ?? '-'}`;
        return `${place} ${task.DesiredState} ${State} ${Err ?? Message}`;
      })
      .join('\n');
  }
}

export function serviceSpec(name: string, spec: Partial<ServiceSpec>): ServiceSpec {
  return {
    Name: name,
    Labels: {},
    Mode: { Replicated: { Replicas: 1 } },
    EndpointSpec: { Mode: 'vip' },
    ...spec,
    TaskTemplate: {
      ForceUpdate: 0,
      ...spec.TaskTemplate,
      ContainerSpec: { Image: 'nginx:1.12', ...spec.TaskTemplate?.ContainerSpec },
    },
  };
}

function freshNode(node: FakeNode): StoredNode {
  return {
    ID: node.nodeId,
    Version: { Index: 0 },
    CreatedAt: '',
    UpdatedAt: '',
    Spec: { Labels: {}, Role: node.role, Availability: 'active' },
    Description: {
      Hostname: '',
      Platform: { Architecture: '', OS: '' },
      Resources: {},
      Engine: { EngineVersion: '', Plugins: [] },
    },
    Status: { State: 'unknown', Addr: '' },
    Role: node.role,
    Certificate: { Status: 'issued', Role: node.role },
  };
}

export function overlayNetwork(id: string, name: string): StoredNetwork {
  return {
    ID: id,
    Version: { Index: 0 },
    CreatedAt: '',
    UpdatedAt: '',
    Spec: { Name: name, Labels: {}, DriverConfiguration: { Name: 'overlay' }, Scope: 'swarm' },
    DriverState: {},
  };
}

function ingress(): StoredNetwork {
  const network = overlayNetwork('ingress-id', 'ingress');
  return { ...network, Spec: { ...network.Spec, DriverConfiguration: {}, Ingress: true } };
}
