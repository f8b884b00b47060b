/**
 * Gives networks their subnets, services their virtual addresses and ports, nodes and tasks their
 * addresses, and moves tasks from New to Pending (swarmkit `manager/allocator/{allocator,network}.go`).
 * Where the real one allocates first and merges into a changed record afterwards, this one does both in
 * the transaction. Within one commit it goes networks, services, nodes, tasks.
 */
import { SECOND_US } from '../../base';
import type { NetworkAttachment } from '../../api';
import type { LeaderComponent, ManagerContext } from '../leader';
import { PENDING, RUNNING, stateRank } from '../orchestrator/task-state';
import { OwnedBatch, type BatchWriter } from '../orchestrator/writing';
import type {
  StoredNetwork,
  StoredNode,
  StoredService,
  StoredTask,
  StoreEvent,
  StoreListener,
  WriteView,
} from '../store';
import { DEFAULT_POOLS } from './address-pools';
import { hasAllocation, isIngressNetwork, isOverlay, NetworkState } from './network-state';
import { hostPortsNeedUpdate, isIngress } from './published-ports';
import { hasEndpoint, ServiceEndpoints } from './service-endpoints';
import { taskNetworks } from './task-networks';

/** What could not be allocated is tried again after that time, at a commit (`retryInterval`). */
const RETRY_INTERVAL_US = 300 * SECOND_US;
const ALLOCATED_MESSAGE = 'pending task scheduling';

interface Item {
  readonly kind: 'network' | 'service' | 'node' | 'task';
  readonly id: string;
}

export class Allocator implements LeaderComponent, StoreListener, BatchWriter {
  readonly name = 'allocator';
  private networks = new NetworkState(DEFAULT_POOLS);
  private endpoints = new ServiceEndpoints(this.networks);
  /** Tasks whose addresses are held. */
  private readonly tasks = new Set<string>();
  /** Networks that each node holds an address of. */
  private readonly nodes = new Map<string, Set<string>>();
  private ingressId: string | undefined;
  /** What a commit left to do, and what could not be done. */
  private readonly todo: Readonly<Record<Item['kind'], Set<string>>> = newSets();
  private readonly unallocated: Readonly<Record<Item['kind'], Set<string>>> = newSets();
  private lastRetry = 0;
  private somethingFreed = false;
  private queued = false;

  constructor(private readonly context: ManagerContext) {}

  start(): void {
    const { store, runtime } = this.context;
    const cluster = store.all('cluster')[0];
    if (cluster && cluster.DefaultAddrPool.length > 0)
      this.networks = new NetworkState({
        pools: cluster.DefaultAddrPool,
        subnetBits: cluster.SubnetSize || DEFAULT_POOLS.subnetBits,
      });
    this.endpoints = new ServiceEndpoints(this.networks);
    this.lastRetry = runtime.now;
    store.listen(this);
    this.queued = true;
    store.batch(new OwnedBatch('addresses allocated', this, 'init', undefined));
  }

  stop(): void {
    this.context.store.unlisten(this);
  }

  onStoreEvents(events: readonly StoreEvent[]): void {
    for (const event of events) {
      if (event.table === 'task') this.onTask(event.object, event.op === 'remove');
      else if (event.table === 'network') this.onNetwork(event);
      else if (event.table === 'service') {
        if (event.op === 'remove') this.freeService(event.object);
        else this.todo.service.add(event.object.ID);
      } else if (event.table === 'node') {
        if (event.op === 'remove') this.freeNode(event.object);
        else this.todo.node.add(event.object.ID);
      }
    }
    if (!this.queued) this.queueWork();
  }

  // --- BatchWriter
  planBatch(tag: string, tx: WriteView): readonly unknown[] {
    this.queued = false;
    if (tag === 'init') this.restore(tx);
    const items: Item[] = [];
    for (const kind of ['network', 'service', 'node', 'task'] as const) {
      const ids = this.todo[kind];
      for (const id of ids) items.push({ kind, id });
      ids.clear();
    }
    return items;
  }

  writeItem(_tag: string, tx: WriteView, item: unknown): void {
    const { kind, id } = item as Item;
    const done =
      kind === 'network'
        ? this.allocateNetwork(tx, id)
        : kind === 'service'
          ? this.allocateService(tx, id)
          : kind === 'node'
            ? this.allocateNode(tx, id)
            : this.allocateTask(tx, id);
    if (done) this.unallocated[kind].delete(id);
    else this.unallocated[kind].add(id);
  }

  batchWritten(): void {
    if (!this.queued) this.queueWork();
  }

  // --- events
  private queueWork(): void {
    const { runtime, store } = this.context;
    if (this.somethingFreed || runtime.now - this.lastRetry > RETRY_INTERVAL_US) {
      this.somethingFreed = false;
      this.lastRetry = runtime.now;
      for (const kind of ['network', 'service', 'task'] as const)
        for (const id of this.unallocated[kind]) this.todo[kind].add(id);
    }
    if (Object.values(this.todo).every((ids) => ids.size === 0)) return;
    this.queued = true;
    store.batch(new OwnedBatch('addresses allocated', this, 'allocate', undefined));
  }

  private onNetwork(event: Extract<StoreEvent, { table: 'network' }>): void {
    const network = event.object;
    if (event.op === 'create') this.todo.network.add(network.ID);
    if (event.op !== 'remove') return;
    if (this.ingressId === network.ID) this.ingressId = undefined;
    for (const [nodeId, held] of this.nodes) if (held.has(network.ID)) this.todo.node.add(nodeId);
    this.networks.free(network.ID);
    this.somethingFreed = true;
    this.unallocated.network.delete(network.ID);
  }

  private onTask(task: StoredTask, removed: boolean): void {
    const rank = stateRank(task.Status.State);
    const nodeId = task.NodeID ?? '';
    if (removed || rank > RUNNING) {
      if (this.tasks.delete(task.ID)) {
        for (const { Network, Addresses } of task.NetworksAttachments ?? [])
          for (const address of Addresses ?? []) this.networks.releaseAddress(Network.ID, address);
        this.somethingFreed = true;
      }
      // Perhaps the last task on its node that needed a network.
      if (nodeId !== '' && overlays(task).some((id) => id !== this.ingressId))
        this.todo.node.add(nodeId);
      this.todo.task.delete(task.ID);
      this.unallocated.task.delete(task.ID);
      return;
    }
    const held = this.nodes.get(nodeId);
    if (nodeId !== '' && overlays(task).some((id) => !held?.has(id))) this.todo.node.add(nodeId);
    if (rank < PENDING) this.todo.task.add(task.ID);
  }

  private freeService(service: StoredService): void {
    this.endpoints.free(service);
    this.somethingFreed = true;
    this.todo.service.delete(service.ID);
    this.unallocated.service.delete(service.ID);
  }

  private freeNode(node: StoredNode): void {
    for (const { NetworkID, Addresses } of node.Attachments ?? [])
      for (const address of Addresses) this.networks.releaseAddress(NetworkID, address);
    this.nodes.delete(node.ID);
    this.todo.node.delete(node.ID);
    this.somethingFreed = true;
  }

  // --- start
  /** Takes everything again that the store says is taken, then lists what is not allocated yet. */
  private restore(tx: WriteView): void {
    const ingress = tx.all('network').find(isIngressNetwork);
    this.ingressId = ingress?.ID;
    if (ingress) this.todo.network.add(ingress.ID);
    for (const network of tx.all('network'))
      if (hasAllocation(network)) this.networks.allocate(network);
      else this.todo.network.add(network.ID);
    for (const node of tx.all('node')) {
      for (const { NetworkID, Addresses } of node.Attachments ?? [])
        if (Addresses[0] && this.networks.takeAddress(NetworkID, Addresses[0]) !== undefined)
          this.heldBy(node.ID).add(NetworkID);
      this.todo.node.add(node.ID);
    }
    for (const service of tx.all('service')) {
      if ((service.Endpoint?.VirtualIPs?.length ?? 0) > 0)
        this.endpoints.allocate(service, this.ingressId);
      if (!this.endpoints.isAllocated(service, true)) this.todo.service.add(service.ID);
    }
    for (const task of tx.all('task')) {
      if (stateRank(task.Status.State) > RUNNING) continue;
      for (const { Network, Addresses } of task.NetworksAttachments ?? [])
        if (Addresses?.[0]) {
          this.networks.takeAddress(Network.ID, Addresses[0]);
          this.tasks.add(task.ID);
        }
      if (stateRank(task.Status.State) < PENDING) this.todo.task.add(task.ID);
    }
  }

  // --- allocation; true unless it has to be tried again
  private allocateNetwork(tx: WriteView, id: string): boolean {
    const network = tx.get('network', id);
    if (!network || this.networks.isAllocated(id)) return true;
    if (isIngressNetwork(network)) {
      if (this.ingressId !== undefined && this.ingressId !== id) return true;
      this.ingressId = id;
    }
    const made = this.networks.allocate(network);
    if ('error' in made) return false;
    tx.update('network', made.network);
    if (id === this.ingressId) for (const node of tx.all('node')) this.todo.node.add(node.ID);
    return true;
  }

  private allocateService(tx: WriteView, id: string): boolean {
    const service = tx.get('service', id);
    if (!service) return true;
    if (this.endpoints.isAllocated(service)) {
      const wanted = service.Spec.EndpointSpec?.Ports ?? [];
      const current = service.Endpoint?.Ports ?? [];
      if (!hostPortsNeedUpdate(wanted, current)) return true;
      const ports = [...current.filter(isIngress), ...wanted.filter((port) => !isIngress(port))];
      const Endpoint = { ...service.Endpoint, Spec: service.Spec.EndpointSpec!, Ports: ports };
      tx.update('service', { ...service, Endpoint });
      return true;
    }
    const made = this.endpoints.allocate(service, this.ingressId);
    if ('error' in made) return false;
    tx.update('service', { ...service, Endpoint: made.endpoint });
    return true;
  }

  /** One address on each overlay network that its tasks use, and always on ingress. */
  private allocateNode(tx: WriteView, id: string): boolean {
    const node = tx.get('node', id);
    if (!node) return true;
    const wanted = new Set<string>();
    for (const task of tx.tasksOfNode(id))
      if (stateRank(task.Status.State) <= RUNNING)
        for (const network of overlays(task)) wanted.add(network);
    if (this.ingressId !== undefined) wanted.add(this.ingressId);
    const held = this.heldBy(id);
    const attachments = (node.Attachments ?? []).filter((attachment) => {
      if (wanted.has(attachment.NetworkID) && held.has(attachment.NetworkID)) return true;
      for (const address of attachment.Addresses)
        this.networks.releaseAddress(attachment.NetworkID, address);
      held.delete(attachment.NetworkID);
      this.somethingFreed = true;
      return false;
    });
    const before = attachments.length;
    for (const network of wanted) {
      if (held.has(network)) continue;
      const address = this.networks.takeAddress(network, '');
      if (address === undefined) continue;
      held.add(network);
      attachments.push({ NetworkID: network, Addresses: [address] });
    }
    if (attachments.length !== before || before !== (node.Attachments?.length ?? 0))
      tx.update('node', { ...node, Attachments: attachments });
    return true;
  }

  private allocateTask(tx: WriteView, id: string): boolean {
    const task = tx.get('task', id);
    if (!task || stateRank(task.Status.State) >= PENDING) return true;
    const service = task.ServiceID ? tx.get('service', task.ServiceID) : undefined;
    if (task.ServiceID && !service) return true;
    if (service && !this.endpoints.isAllocated(service)) return false;
    const networks = taskNetworks(tx, task, service, this.ingressId);
    if (!networks.every(({ Network }) => this.networks.isAllocated(Network.ID))) return false;
    const attachments = this.takeTaskAddresses(networks);
    if (!attachments) return false;
    this.tasks.add(id);
    tx.update('task', {
      ...task,
      ...(service && hasEndpoint(service) ? { Endpoint: service.Endpoint } : {}),
      ...(attachments.length > 0 ? { NetworksAttachments: attachments } : {}),
      Status: {
        ...task.Status,
        State: 'pending',
        Message: ALLOCATED_MESSAGE,
        Timestamp: this.context.clock.timestamp(),
      },
    });
    if (task.NodeID && attachments.length > 0) this.todo.node.add(task.NodeID);
    return true;
  }

  private takeTaskAddresses(
    networks: readonly NetworkAttachment[],
  ): NetworkAttachment[] | undefined {
    const taken: NetworkAttachment[] = [];
    for (const attachment of networks) {
      const { Network, Addresses } = attachment;
      if (this.networks.isNodeLocal(Network.ID)) {
        taken.push(attachment);
        continue;
      }
      const address = this.networks.takeAddress(Network.ID, Addresses?.[0] ?? '');
      if (address === undefined) {
        for (const { Network: other, Addresses: held } of taken)
          for (const release of held ?? []) this.networks.releaseAddress(other.ID, release);
        return undefined;
      }
      taken.push({ ...attachment, Addresses: [address] });
    }
    return taken;
  }

  private heldBy(nodeId: string): Set<string> {
    let held = this.nodes.get(nodeId);
    if (!held) this.nodes.set(nodeId, (held = new Set()));
    return held;
  }
}

function newSets(): Record<Item['kind'], Set<string>> {
  return { network: new Set(), service: new Set(), node: new Set(), task: new Set() };
}

/** Overlay networks that the task is attached to. */
function overlays(task: StoredTask): string[] {
  return (task.NetworksAttachments ?? [])
    .filter(({ Network }) => isOverlay(Network as StoredNetwork))
    .map(({ Network }) => Network.ID);
}
