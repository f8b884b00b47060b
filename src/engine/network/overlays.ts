/**
 * Overlay networks on this node (libnetwork `drivers/overlay`, `network.go`
 * createLoadBalancerSandbox): each has a namespace with a bridge and a VXLAN device, and a load
 * balancer's namespace with the node's own address. Ingress stands as long as the node is in the
 * swarm; others only while a container here uses them.
 */
import { type Network, isApiError } from '../../api';
import type { NetworkStack } from '../../kernel';
import { parseCidr } from '../../kernel';
import type { EndpointTables, NodeAttachment, PeerRecord, TableEvent } from './contract';
import { NameBook } from './name-book';
import type { ContainerState, EndpointState, NetworkRecord } from './records';
import { type SandboxHost, plug, unplug } from './sandboxes';
import type { ServiceRegistry } from './mesh-services';

/** What the overlays need of the controller. */
export interface OverlayHost extends SandboxHost {
  readonly networks: Map<string, NetworkRecord>;
  /** LAN address of this node. */
  readonly address: string;
  readonly tables: EndpointTables | undefined;
  readonly services: ServiceRegistry;
}

export const VXLAN_IDS = 'com.docker.network.driver.overlay.vxlanid_list';
const INGRESS_SANDBOX = 'ingress-sbox';

export class Overlays {
  /** The node's own addresses by network id, without prefix length. */
  private readonly balancerAddresses = new Map<string, string>();
  /** Endpoint of ingress-sbox on docker_gwbridge. */
  private ingressGateway: EndpointState | undefined;

  constructor(private readonly on: OverlayHost) {}

  /** Address of ingress-sbox on docker_gwbridge: where DOCKER-INGRESS sends connections. */
  get ingressGatewayAddress(): string | undefined {
    return this.ingressGateway?.address;
  }

  setNodeAttachments(attachments: readonly NodeAttachment[]): void {
    this.balancerAddresses.clear();
    let ingressId: string | undefined;
    for (const { network, address } of attachments) {
      this.balancerAddresses.set(network.ID, address.split('/')[0]!);
      if (network.Spec.Ingress === true) {
        ingressId = network.ID;
        this.ensure(network);
      }
      const known = this.on.networks.get(network.ID);
      if (known) this.ensureBalancer(known);
    }
    for (const network of [...this.on.networks.values()])
      if (network.ingress && network.id !== ingressId) this.remove(network);
  }

  /** Makes the network on this node, if it is not there yet. */
  ensure(network: Network): NetworkRecord {
    const known = this.on.networks.get(network.ID);
    if (known) return known;
    const made = recordOf(this.on.stack, network);
    this.on.networks.set(made.id, made);
    this.on.tables?.joinNetwork(made.id);
    this.ensureBalancer(made);
    return made;
  }

  private ensureBalancer(network: NetworkRecord): void {
    const overlay = network.overlay;
    const address = this.balancerAddresses.get(network.id);
    if (!overlay || address === undefined || overlay.balancerNamespaceId !== 0) return;
    const name = network.ingress ? INGRESS_SANDBOX : `lb-${network.name}`;
    const ns = this.on.stack.makeNamespace(name);
    const sandbox = { namespaceId: ns.id, nextDevice: 0 };
    const endpoint = plug(this.on, sandbox, network, {
      owner: name,
      name: `${network.name}-endpoint`,
      address,
    });
    overlay.balancerAddress = address;
    overlay.balancerNamespaceId = ns.id;
    overlay.balancerEndpoint = endpoint.id;
    const subnet = network.ipamConfig[0]?.Subnet ?? `${address}/${network.prefixLength}`;
    ns.natRules.push({ kind: 'ipvs-snat', subnet, source: address });
    if (network.ingress) this.openIngress(sandbox);
    this.publishPeer(network, endpoint);
    this.on.services.programNetwork(network);
  }

  /** ingress-sbox has a second leg on docker_gwbridge, where the host's traffic comes in. */
  private openIngress(sandbox: { namespaceId: number; nextDevice: number }): void {
    const bridge = this.on.gatewayBridge();
    if (isApiError(bridge)) return;
    const address = bridge.pool!.takeLowest();
    if (typeof address !== 'string') return;
    this.ingressGateway = plug(this.on, sandbox, bridge, {
      owner: INGRESS_SANDBOX,
      name: `gateway_${INGRESS_SANDBOX}`,
      address,
    });
    const ns = this.on.stack.namespaceOf(sandbox.namespaceId)!;
    ns.routes.unshift({
      destination: 'default',
      gateway: bridge.gateway,
      device: this.ingressGateway.device,
    });
    const { host } = this.on.stack;
    if (!host.natRules.some((rule) => rule.kind === 'masquerade-local'))
      host.natRules.push({ kind: 'masquerade-local', bridge: bridge.bridgeName });
  }

  // --- endpoints
  joined(network: NetworkRecord, endpoint: EndpointState, container: ContainerState): void {
    this.publishPeer(network, endpoint);
    const ns = this.on.stack.namespaceOf(container.sandbox!.namespaceId);
    for (const port of network.ingress ? (container.config.service?.ingressPorts ?? []) : []) {
      if (port.Protocol === 'sctp') continue;
      ns?.natRules.push({
        kind: 'redirect',
        protocol: port.Protocol ?? 'tcp',
        address: endpoint.address,
        port: port.PublishedPort ?? 0,
        toPort: port.TargetPort ?? 0,
      });
    }
    if (!container.config.service) this.on.services.addPlain(network, endpoint, container);
  }

  left(network: NetworkRecord, endpoint: EndpointState, container: ContainerState): void {
    this.on.tables?.remove('overlay_peer_table', network.id, endpoint.id);
    if (!container.config.service) this.on.services.removePlain(network, endpoint);
  }

  /** Tells the tables what this node has, when they begin to stand. */
  announce(): void {
    for (const network of this.on.networks.values()) {
      if (!network.overlay) continue;
      this.on.tables?.joinNetwork(network.id);
      for (const endpoint of network.endpoints.values()) this.publishPeer(network, endpoint);
    }
    this.on.services.announce();
  }

  private publishPeer(network: NetworkRecord, endpoint: EndpointState): void {
    const record: PeerRecord = {
      address: endpoint.address,
      mac: endpoint.mac,
      vtep: this.on.address,
    };
    this.on.tables?.create('overlay_peer_table', network.id, endpoint.id, record);
  }

  /** A peer of another node came, changed or went. */
  onPeer(event: TableEvent): void {
    const overlay = this.on.networks.get(event.networkId)?.overlay;
    if (!overlay) return;
    const ns = this.on.stack.namespaceOf(overlay.namespaceId);
    if (!ns) return;
    const old = overlay.peers.get(event.key);
    if (old && ns.overlayNeighbours.get(old.address)?.vtep === old.vtep)
      ns.overlayNeighbours.delete(old.address);
    if (event.op === 'delete') {
      overlay.peers.delete(event.key);
      return;
    }
    const record = event.value as PeerRecord;
    overlay.peers.set(event.key, record);
    ns.overlayNeighbours.set(record.address, { mac: record.mac, vtep: record.vtep });
  }

  // --- the end
  /** Removes the network when only its load balancer is left. */
  sweep(id: string): void {
    const network = this.on.networks.get(id);
    if (!network?.overlay || network.ingress) return;
    const own = network.overlay.balancerEndpoint;
    for (const key of network.endpoints.keys()) if (key !== own) return;
    this.remove(network);
  }

  private remove(network: NetworkRecord): void {
    const { overlay } = network;
    if (!overlay) return;
    this.on.services.dropNetwork(network);
    if (overlay.balancerEndpoint !== '')
      this.on.tables?.remove('overlay_peer_table', network.id, overlay.balancerEndpoint);
    if (network.ingress) this.closeIngress(overlay.balancerNamespaceId);
    this.on.stack.deleteNamespace(overlay.balancerNamespaceId);
    this.on.stack.deleteNamespace(overlay.namespaceId);
    this.on.tables?.leaveNetwork(network.id);
    this.on.networks.delete(network.id);
  }

  private closeIngress(namespaceId: number): void {
    const { host } = this.on.stack;
    host.natRules = host.natRules.filter((rule) => rule.kind !== 'masquerade-local');
    const endpoint = this.ingressGateway;
    const bridge = endpoint && this.on.networkById(endpoint.networkId);
    if (endpoint && bridge) unplug(this.on, { namespaceId }, bridge, endpoint);
    this.ingressGateway = undefined;
  }

  leaveSwarm(): void {
    for (const network of [...this.on.networks.values()]) this.remove(network);
    this.balancerAddresses.clear();
  }
}

function recordOf(stack: NetworkStack, network: Network): NetworkRecord {
  const options = network.DriverState.Options ?? {};
  const configs = (network.IPAMOptions?.Configs ?? []).map((config) => ({ ...config }));
  const subnet = parseCidr(configs[0]?.Subnet ?? '');
  const prefixLength = subnet?.prefix.length ?? 24;
  const gateway = configs[0]?.Gateway ?? '';
  const vni = Number.parseInt(options[VXLAN_IDS] ?? '0', 10);
  const ns = stack.makeNamespace(`overlay ${network.Spec.Name}`);
  const bridge = stack.addBridge(ns, 'br0', {
    cidr: `${gateway}/${prefixLength}`,
    mac: '02:42:00:00:00:01',
    mtu: 1450,
  });
  stack.addVxlan(ns, 'vxlan0', vni, bridge);
  return {
    id: network.ID,
    name: network.Spec.Name,
    driver: 'overlay',
    created: network.CreatedAt,
    scope: 'swarm',
    internal: network.Spec.Internal ?? false,
    attachable: network.Spec.Attachable ?? false,
    ingress: network.Spec.Ingress ?? false,
    enableIPv6: network.Spec.IPv6Enabled ?? false,
    configOnly: false,
    configFrom: '',
    options,
    labels: network.Spec.Labels,
    ipamDriver: 'default',
    ipamOptions: null,
    ipamConfig: configs,
    userSubnet: true,
    pool: undefined,
    gateway,
    prefixLength,
    bridgeName: 'br0',
    endpoints: new Map(),
    names: new NameBook(),
    overlay: {
      vni,
      namespaceId: ns.id,
      balancerAddress: '',
      balancerNamespaceId: 0,
      balancerEndpoint: '',
      peers: new Map(),
    },
  };
}
