/**
 * Services on this node's networks: names in DNS, and destinations in IPVS (libnetwork
 * `service_common.go`, `service_linux.go`, `agent.go`). Records of this node's tasks go out through
 * the endpoint table; records of others come in through it.
 */
import type { PortConfig } from '../../api';
import { IpvsService, type ListenSocket, type NetNamespace, SysError } from '../../kernel';
import type { EndpointRecord, TableEvent } from './contract';
import type { OverlayHost, Overlays } from './overlays';
import type { ContainerState, EndpointState, NetworkRecord } from './records';

export interface ServiceHost extends OverlayHost {
  readonly overlays: Overlays;
  /** All containers. */
  readonly states: Map<string, ContainerState>;
}

/** One load balancer: a service with a set of ports, on one network. */
interface Balancer {
  readonly networkId: string;
  readonly serviceName: string;
  readonly mark: number;
  readonly virtualIp: string;
  readonly ports: readonly PortConfig[];
  readonly service: IpvsService;
  /** By endpoint id. */
  readonly backends: Map<string, string>;
  programmed: boolean;
}

interface OpenPort {
  readonly listener: ListenSocket | undefined;
  users: number;
}

/** Marks count from here (libnetwork `fwMarkCtr`). */
const FIRST_MARK = 256;

export class ServiceRegistry {
  /** "network/service/ports" */
  private readonly balancers = new Map<string, Balancer>();
  /** Records whose names are in DNS, by "network/endpoint". */
  private readonly named = new Map<string, EndpointRecord>();
  /** How many backends gave a service its plain name: "network/name/address". */
  private readonly serviceNames = new Map<string, number>();
  /** Published ports of the mesh: "tcp/80". */
  private readonly openPorts = new Map<string, OpenPort>();
  private nextMark = FIRST_MARK;

  constructor(private readonly on: ServiceHost) {}

  // --- this node's tasks
  activate(container: ContainerState): void {
    if (!container.config.service || container.serviceState === 'active') return;
    container.serviceState = 'active';
    this.eachRecord(container, (network, id, record) => {
      this.on.tables?.create('endpoint_table', network.id, id, record);
      this.add(network, id, record);
    });
  }

  /** `full`: its endpoints are about to go. */
  deactivate(container: ContainerState, full: boolean): void {
    const before = container.serviceState;
    if (before === 'hidden' || (before === 'draining' && !full)) return;
    container.serviceState = full ? 'hidden' : 'draining';
    this.eachRecord(container, (network, id, record) => {
      if (full) this.on.tables?.remove('endpoint_table', network.id, id);
      else
        this.on.tables?.update('endpoint_table', network.id, id, {
          ...record,
          serviceDisabled: true,
        });
      this.remove(network, id, record, full);
    });
  }

  /** Tells the tables of this node's tasks again. */
  announce(): void {
    for (const container of this.on.states.values()) {
      if (container.serviceState !== 'active') continue;
      this.eachRecord(container, (network, id, record) =>
        this.on.tables?.create('endpoint_table', network.id, id, record),
      );
    }
  }

  private eachRecord(
    container: ContainerState,
    use: (network: NetworkRecord, id: string, record: EndpointRecord) => void,
  ): void {
    for (const { networkId, endpoint, aliases } of container.attachments.values()) {
      const network = this.on.networkById(networkId);
      if (!network?.overlay || !endpoint) continue;
      use(network, endpoint.id, recordOf(container, network, endpoint, aliases ?? []));
    }
  }

  /** A plain container on an attachable network: names only. */
  addPlain(network: NetworkRecord, endpoint: EndpointState, container: ContainerState): void {
    const attachment = container.attachments.get(network.name);
    const record = recordOf(container, network, endpoint, attachment?.aliases ?? []);
    this.on.tables?.create('endpoint_table', network.id, endpoint.id, record);
    this.add(network, endpoint.id, record);
  }

  removePlain(network: NetworkRecord, endpoint: EndpointState): void {
    const record = this.named.get(`${network.id}/${endpoint.id}`);
    this.on.tables?.remove('endpoint_table', network.id, endpoint.id);
    if (record) this.remove(network, endpoint.id, record, true);
  }

  /** A record of another node came, changed or went. */
  onEndpoint(event: TableEvent): void {
    const network = this.on.networkById(event.networkId);
    if (!network?.overlay) return;
    const record = event.value as EndpointRecord;
    if (event.op === 'delete') this.remove(network, event.key, record, true);
    else if (record.serviceDisabled) this.remove(network, event.key, record, false);
    else this.add(network, event.key, record);
  }

  // --- bindings
  private add(network: NetworkRecord, id: string, record: EndpointRecord): void {
    this.addNames(network, id, record);
    const { serviceId, virtualIp, ingressPorts } = record;
    if (serviceId === '' || (virtualIp === '' && ingressPorts.length === 0)) return;
    if (virtualIp === '' && !network.ingress) return;
    const key = balancerKey(network, record);
    let balancer = this.balancers.get(key);
    if (!balancer) {
      const mark = this.nextMark++;
      balancer = {
        networkId: network.id,
        serviceName: record.serviceName,
        mark,
        virtualIp,
        ports: network.ingress ? ingressPorts : [],
        service: new IpvsService(mark, record.serviceName),
        backends: new Map(),
        programmed: false,
      };
      this.balancers.set(key, balancer);
    }
    balancer.backends.set(id, record.endpointIp);
    balancer.service.set(record.endpointIp, 1);
    this.program(network, balancer);
  }

  private remove(network: NetworkRecord, id: string, record: EndpointRecord, full: boolean): void {
    this.removeNames(network, id);
    const key = balancerKey(network, record);
    const balancer = this.balancers.get(key);
    if (!balancer?.backends.has(id)) return;
    if (!full) {
      balancer.service.set(record.endpointIp, 0);
      return;
    }
    balancer.backends.delete(id);
    balancer.service.remove(record.endpointIp);
    if (balancer.backends.size > 0) return;
    this.unprogram(network, balancer);
    this.balancers.delete(key);
  }

  // --- DNS
  private addNames(network: NetworkRecord, id: string, record: EndpointRecord): void {
    const key = `${network.id}/${id}`;
    if (this.named.has(key)) return;
    this.named.set(key, record);
    const { names } = network;
    const { endpointIp, name, serviceName, virtualIp } = record;
    names.add(name, endpointIp);
    names.setReverse(endpointIp, name);
    for (const alias of record.taskAliases) names.add(alias, endpointIp);
    if (record.serviceId === '') return;
    for (const alias of [serviceName, ...record.aliases]) {
      names.add(`tasks.${alias}`, endpointIp);
      const address = virtualIp === '' ? endpointIp : virtualIp;
      const count = `${network.id}/${alias}/${address}`;
      const users = this.serviceNames.get(count) ?? 0;
      this.serviceNames.set(count, users + 1);
      if (users === 0) names.add(alias, address);
    }
  }

  private removeNames(network: NetworkRecord, id: string): void {
    const key = `${network.id}/${id}`;
    const record = this.named.get(key);
    if (!record) return;
    this.named.delete(key);
    const { names } = network;
    const { endpointIp, name, serviceName, virtualIp } = record;
    names.remove(name, endpointIp);
    names.clearReverse(endpointIp);
    for (const alias of record.taskAliases) names.remove(alias, endpointIp);
    if (record.serviceId === '') return;
    for (const alias of [serviceName, ...record.aliases]) {
      names.remove(`tasks.${alias}`, endpointIp);
      const address = virtualIp === '' ? endpointIp : virtualIp;
      const count = `${network.id}/${alias}/${address}`;
      const users = (this.serviceNames.get(count) ?? 1) - 1;
      if (users > 0) {
        this.serviceNames.set(count, users);
        continue;
      }
      this.serviceNames.delete(count);
      names.remove(alias, address);
    }
  }

  // --- IPVS and the mesh
  /** The network's load balancer stands now: what is known goes into it. */
  programNetwork(network: NetworkRecord): void {
    for (const balancer of this.balancers.values())
      if (balancer.networkId === network.id) this.program(network, balancer);
  }

  private program(network: NetworkRecord, balancer: Balancer): void {
    const ns = this.sandboxOf(network);
    if (!ns || balancer.programmed) return;
    balancer.programmed = true;
    const { mark, virtualIp } = balancer;
    ns.ipvs.set(mark, balancer.service);
    if (virtualIp !== '') {
      ns.named('eth0')?.addresses.push(`${virtualIp}/32`);
      ns.markRules.push({ kind: 'address', address: virtualIp, mark });
    }
    for (const port of balancer.ports) {
      if (port.Protocol === 'sctp') continue;
      const protocol = port.Protocol ?? 'tcp';
      const published = port.PublishedPort ?? 0;
      ns.markRules.unshift({ kind: 'port', protocol, port: published, mark });
      this.openPort(protocol, published);
    }
  }

  private unprogram(network: NetworkRecord, balancer: Balancer): void {
    const ns = this.sandboxOf(network);
    if (!ns || !balancer.programmed) return;
    balancer.programmed = false;
    ns.ipvs.delete(balancer.mark);
    ns.markRules = ns.markRules.filter((rule) => rule.mark !== balancer.mark);
    const device = ns.named('eth0');
    if (device)
      device.addresses = device.addresses.filter((one) => one !== `${balancer.virtualIp}/32`);
    for (const port of balancer.ports)
      if (port.Protocol !== 'sctp') this.closePort(port.Protocol ?? 'tcp', port.PublishedPort ?? 0);
  }

  private sandboxOf(network: NetworkRecord): NetNamespace | undefined {
    return this.on.stack.namespaceOf(network.overlay?.balancerNamespaceId ?? 0);
  }

  /** DNAT of the port on this node, and a socket of dockerd that holds it. */
  private openPort(protocol: 'tcp' | 'udp', port: number): void {
    const key = `${protocol}/${port}`;
    const open = this.openPorts.get(key);
    if (open) {
      open.users++;
      return;
    }
    const { stack } = this.on;
    let listener: ListenSocket | undefined;
    try {
      const owner = { pid: 0, program: 'dockerd' };
      listener = stack.listenFor(stack.host, { address: '', port }, protocol, owner, undefined);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
    this.openPorts.set(key, { listener, users: 1 });
    const to = this.on.overlays.ingressGatewayAddress ?? '';
    stack.host.natRules.unshift({ kind: 'ingress', protocol, port, to });
  }

  private closePort(protocol: 'tcp' | 'udp', port: number): void {
    const key = `${protocol}/${port}`;
    const open = this.openPorts.get(key);
    if (!open || --open.users > 0) return;
    this.openPorts.delete(key);
    open.listener?.close();
    const { host } = this.on.stack;
    host.natRules = host.natRules.filter(
      (rule) => rule.kind !== 'ingress' || rule.protocol !== protocol || rule.port !== port,
    );
  }

  /** The network leaves this node. */
  dropNetwork(network: NetworkRecord): void {
    for (const [key, balancer] of this.balancers) {
      if (balancer.networkId !== network.id) continue;
      this.unprogram(network, balancer);
      this.balancers.delete(key);
    }
    const prefix = `${network.id}/`;
    for (const key of [...this.named.keys()]) if (key.startsWith(prefix)) this.named.delete(key);
    for (const key of [...this.serviceNames.keys()])
      if (key.startsWith(prefix)) this.serviceNames.delete(key);
  }
}

/** Service and its set of ports, on one network (libnetwork `serviceKey`). */
function balancerKey(network: NetworkRecord, record: EndpointRecord): string {
  const ports = record.ingressPorts
    .map((port) => `${port.Protocol ?? 'tcp'}:${port.PublishedPort ?? 0}:${port.TargetPort ?? 0}`)
    .join(',');
  return `${network.id}/${record.serviceId}/${ports}`;
}

function recordOf(
  container: ContainerState,
  network: NetworkRecord,
  endpoint: EndpointState,
  taskAliases: readonly string[],
): EndpointRecord {
  const { service, containerId } = container.config;
  return {
    name: container.name,
    serviceName: service?.serviceName ?? '',
    serviceId: service?.serviceId ?? '',
    virtualIp: (service?.virtualIps[network.id] ?? '').split('/')[0]!,
    endpointIp: endpoint.address,
    ingressPorts: service?.ingressPorts ?? [],
    aliases: service?.aliases[network.id] ?? [],
    taskAliases,
    serviceDisabled: false,
    container: containerId,
  };
}
