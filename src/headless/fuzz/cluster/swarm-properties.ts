/**
 * What must hold of tasks and what they use. At any time: no task runs on two machines, and the leader
 * believes of no slot that two tasks run in it. After healing: services have what they ask for,
 * addresses and ports are held by those who use them, and once all services are gone nothing of
 * them is left on any machine.
 */
import type { InlineCluster } from '../../../host/inline';
import { leaderOf, systemOf, type AllocatorInside, type ManagerInside } from './inside';
import { Violation } from './violation';

const TASK_LABEL = 'com.docker.swarm.task.id';
const STATES = ['new', 'pending', 'assigned', 'accepted', 'preparing', 'ready', 'starting'];
const isLive = (state: string) => STATES.includes(state) || state === 'running';

/** Processes, namespaces and so on of one machine, for comparing. */
interface Footprint {
  readonly processes: number;
  readonly namespaces: number;
  readonly containers: number;
}

export class SwarmProperties {
  constructor(private readonly cluster: InlineCluster) {}

  // --- at any time

  noTaskTwice(): void {
    const where = new Map<string, string>();
    for (const node of this.cluster.nodes) {
      for (const { Labels, State } of this.cluster.screen(node).containers) {
        const task = Labels[TASK_LABEL];
        if (task === undefined || State !== 'running') continue;
        const other = where.get(task);
        if (other !== undefined && other !== node)
          throw new Violation('no task twice', `task ${task} runs on ${other} and on ${node}`);
        where.set(task, node);
      }
    }
    const leader = leaderOf(this.cluster);
    if (leader) noSlotTwice(leader);
  }

  // --- after healing

  /** Undefined when every service has what it asks for, else what is missing. */
  missing(): string | undefined {
    const leader = leaderOf(this.cluster);
    if (!leader) return 'no leader';
    const { store } = leader;
    for (const node of store.all('node'))
      if (node.Status.State !== 'ready') return `node ${node.Description.Hostname} is not ready`;
    for (const service of store.all('service')) {
      // Its network went between the look-up of the name and the write: its tasks stay New for ever.
      const { Networks = [] } = service.Spec.TaskTemplate;
      if (!Networks.every(({ Target }) => store.get('network', Target ?? ''))) continue;
      const tasks = store.tasksOfService(service.ID).filter((t) => t.DesiredState === 'running');
      const running = tasks.filter(({ Status }) => Status.State === 'running');
      const nodes = store.all('node').filter(({ Spec }) => Spec.Availability !== 'drain');
      const onNodes = new Set(running.map(({ NodeID }) => NodeID));
      const { Replicated } = service.Spec.Mode;
      // A paused node keeps its global task but gets no new one.
      const wanted = Replicated
        ? Replicated.Replicas
        : nodes.filter((n) => n.Spec.Availability === 'active' || onNodes.has(n.ID)).length;
      const name = service.Spec.Name;
      if (running.length !== wanted || tasks.length !== wanted)
        return `${name} has ${running.length} of ${wanted} (${tasks.length} wanted by tasks)`;
      for (const { Spec } of running)
        if (Spec.ContainerSpec?.Image !== service.Spec.TaskTemplate.ContainerSpec?.Image)
          return `${name} runs an old image`;
    }
    return this.enginesDisagree(leader);
  }

  /** Machines run the containers of exactly the tasks that the store calls running. */
  private enginesDisagree(leader: ManagerInside): string | undefined {
    const wanted = new Map<string, string>();
    for (const task of leader.store.all('task'))
      if (task.Status.State === 'running' && task.DesiredState === 'running')
        wanted.set(task.ID, task.NodeID ?? '');
    for (const node of this.cluster.nodes)
      for (const { Labels, State } of this.cluster.screen(node).containers) {
        const task = Labels[TASK_LABEL];
        if (task === undefined || State !== 'running') continue;
        if (!wanted.delete(task)) return `${node} runs ${task}, which nobody wants`;
      }
    const [lost] = wanted;
    return lost ? `task ${lost[0]} runs nowhere` : undefined;
  }

  /** Addresses and ports: none is used twice, and what is held is what is used. */
  checkBooks(): void {
    const leader = leaderOf(this.cluster);
    if (!leader) return;
    const used = addressesInUse(leader);
    for (const [network, owners] of used)
      for (const [address, list] of owners)
        if (list.length > 1)
          throw new Violation('addresses', `${address} of ${network} is ${list.join(' and ')}'s`);
    const allocator = leader.parts.find(({ name }) => name === 'allocator') as AllocatorInside;
    for (const [id, { endpoints, nodeLocal }] of allocator.networks.networks) {
      if (nodeLocal) continue;
      const owners = used.get(id) ?? new Map<string, string[]>();
      for (const address of endpoints.keys())
        if (!owners.has(address))
          throw new Violation('addresses', `${address} of ${id} is held for nobody`);
      for (const [address, [owner]] of owners)
        if (!endpoints.has(address))
          throw new Violation('addresses', `${address} of ${id} is ${owner}'s but not held`);
    }
    checkPorts(leader, allocator);
  }

  footprint(node: string): Footprint {
    const system = systemOf(this.cluster, node)!;
    const { containers } = this.cluster.screen(node);
    return {
      processes: system.kernel.namespaces.pid.processes.size,
      namespaces: system.stack.namespaces.size,
      containers: containers.filter(({ Labels }) => Labels[TASK_LABEL] !== undefined).length,
    };
  }

  /** Undefined when the machines are as they were before the first service, else what is left. */
  remains(before: ReadonlyMap<string, Footprint>): string | undefined {
    const leader = leaderOf(this.cluster);
    if (!leader) return 'no leader';
    const tasks = leader.store.count('task');
    if (tasks > 0) return `${tasks} tasks are left`;
    for (const [node, was] of before) {
      const is = this.footprint(node);
      for (const what of ['containers', 'processes', 'namespaces'] as const)
        if (is[what] > was[what]) return `${node} has ${is[what]} ${what}, ${was[what]} before`;
    }
    return undefined;
  }
}

function noSlotTwice({ store }: ManagerInside): void {
  for (const service of store.all('service')) {
    if (service.Spec.UpdateConfig?.Order === 'start-first') continue;
    const slots = new Map<string, string>();
    for (const task of store.tasksOfService(service.ID)) {
      if (task.DesiredState !== 'running' || task.Status.State !== 'running') continue;
      const slot = service.Spec.Mode.Global ? (task.NodeID ?? '') : `${task.Slot}`;
      const other = slots.get(slot);
      if (other !== undefined)
        throw new Violation(
          'no task twice',
          `${service.Spec.Name}.${slot} is ${other} and ${task.ID} for the leader`,
        );
      slots.set(slot, task.ID);
    }
  }
}

/** Who uses which address, by network. */
function addressesInUse({ store }: ManagerInside): Map<string, Map<string, string[]>> {
  const used = new Map<string, Map<string, string[]>>();
  const note = (network: string, address: string, owner: string) => {
    let owners = used.get(network);
    if (!owners) used.set(network, (owners = new Map<string, string[]>()));
    owners.set(address, [...(owners.get(address) ?? []), owner]);
  };
  for (const task of store.all('task')) {
    if (!isLive(task.Status.State)) continue;
    for (const { Network, Addresses } of task.NetworksAttachments ?? [])
      for (const address of Addresses ?? []) note(Network.ID, address, `task ${task.ID}`);
  }
  for (const node of store.all('node'))
    for (const { NetworkID, Addresses } of node.Attachments ?? [])
      for (const address of Addresses) note(NetworkID, address, `node ${node.ID}`);
  for (const service of store.all('service'))
    for (const { NetworkID, Addr } of service.Endpoint.VirtualIPs ?? [])
      if (Addr && NetworkID) note(NetworkID, Addr, `service ${service.Spec.Name}`);
  return used;
}

function checkPorts({ store }: ManagerInside, allocator: AllocatorInside): void {
  const owners = new Map<string, string>();
  for (const service of store.all('service'))
    for (const { Protocol, PublishedPort, PublishMode } of service.Endpoint.Ports ?? []) {
      if (!PublishedPort || (PublishMode ?? 'ingress') !== 'ingress') continue;
      const port = `${Protocol ?? 'tcp'}/${PublishedPort}`;
      const name = service.Spec.Name ?? '';
      if (owners.has(port))
        throw new Violation('ports', `${port} is ${owners.get(port)}'s and ${name}'s`);
      owners.set(port, name);
    }
  for (const [protocol, { master }] of Object.entries(allocator.endpoints.ports.spaces))
    for (const port of master.used)
      if (!owners.has(`${protocol}/${port}`))
        throw new Violation('ports', `${protocol}/${port} is held for nobody`);
}
