/**
 * The network side of one engine: networks, containers' endpoints, and the node's part of swarm
 * networks. Models libnetwork's `controller.go` with moby's `daemon/network.go` and
 * `daemon/container_operations.go` around it.
 */
import {
  type ApiCall,
  type ApiError,
  type EndpointSettings,
  type Filters,
  type Labels,
  type Network,
  type NetworkResource,
  type PortSummary,
  dispatch,
  isApiError,
} from '../../api';
import { type Runtime, assert } from '../../base';
import {
  type NameAnswer,
  type NetworkStack,
  type RecordType,
  type WallClock,
  parseCidr,
} from '../../kernel';
import {
  type BridgeMaker,
  DEFAULT_BRIDGE_OPTIONS,
  GWBRIDGE_OPTIONS,
  type NetworkWish,
  makeNetwork,
  plainWish,
  removeBridge,
} from './bridges';
import { connectContainer, disconnectContainer } from './connecting';
import { hostsFile, resolvConf } from './container-files';
import type {
  AttachEnd,
  ContainerDirectory,
  ContainerNetworking,
  EndpointTables,
  NetworkEventSink,
  NetworkSettings,
  Networks,
  NodeAttachment,
  StartedSandbox,
  SwarmNetworks,
  TableEvent,
} from './contract';
import { checkEndpoint, isPredefined, networkOfMode, newAttachment } from './endpoint-rules';
import { NETWORK_ROUTES, allViews } from './handlers';
import { PoolBook } from './ipam';
import { ServiceRegistry } from './mesh-services';
import { NetworkDisk } from './network-disk';
import { Overlays } from './overlays';
import { PortBook } from './ports';
import { pruneNetworks } from './prune';
import type { ContainerState, EndpointState, NetworkRecord } from './records';
import {
  type SandboxHost,
  closeSandbox,
  hasUserNetwork,
  joinNetwork,
  openSandbox,
} from './sandboxes';
import { networkView, portSummaries, settingsView } from './views';

export interface NetworkOptions {
  readonly runtime: Runtime;
  readonly stack: NetworkStack;
  readonly clock: WallClock;
  readonly containers: ContainerDirectory;
  readonly events: NetworkEventSink;
  /** LAN address of the machine, without prefix length: its VTEP. */
  readonly address: string;
  /** Text of the host's /etc/resolv.conf. */
  readonly hostResolvConf: string;
  /** Kept over a loss of power; new and empty if not given. */
  readonly disk?: NetworkDisk;
}

export class NetworkController implements Networks, SandboxHost, BridgeMaker {
  readonly runtime: Runtime;
  readonly stack: NetworkStack;
  readonly clock: WallClock;
  readonly directory: ContainerDirectory;
  readonly pools: PoolBook;
  readonly ports: PortBook;
  readonly address: string;
  /** Set by node/ when the swarm parts stand. */
  swarm: SwarmNetworks | undefined;
  tables: EndpointTables | undefined;
  readonly networks = new Map<string, NetworkRecord>();
  readonly disk: NetworkDisk;
  readonly overlays: Overlays;
  readonly services: ServiceRegistry;
  private readonly events: NetworkEventSink;
  private readonly hostResolvConf: string;

  constructor(options: NetworkOptions) {
    this.runtime = options.runtime;
    this.stack = options.stack;
    this.clock = options.clock;
    this.directory = options.containers;
    this.events = options.events;
    this.address = options.address;
    this.hostResolvConf = options.hostResolvConf;
    this.disk = options.disk ?? new NetworkDisk();
    const lan = [...this.stack.host.interfaces.values()]
      .filter((device) => device.kind === 'ethernet')
      .map((device) => parseCidr(device.addresses[0] ?? '')?.prefix)
      .filter((prefix) => prefix !== undefined);
    this.pools = new PoolBook(lan);
    this.ports = new PortBook(this.stack);
    this.services = new ServiceRegistry(this);
    this.overlays = new Overlays(this);
  }

  boot(): void {
    this.disk.forgetRuntime();
    for (const saved of this.disk.networks.values())
      this.keep(makeNetwork(this, saved.wish, saved));
    if (this.networks.size > 0) return;
    const now = this.clock.now();
    this.addNetwork(plainWish('none', 'null', now));
    this.addNetwork(plainWish('host', 'host', now));
    this.addNetwork({
      ...plainWish('bridge', 'bridge', now),
      options: DEFAULT_BRIDGE_OPTIONS,
      ipamConfig: [{ Subnet: '172.17.0.0/16' }],
    });
  }

  shutdown(): void {
    for (const id of this.disk.containers.keys()) this.stopContainer(id);
    this.leaveSwarm();
    for (const network of this.networks.values()) if (network.pool) removeBridge(this, network);
  }

  /** Makes a network of this machine and writes it down. */
  addNetwork(wish: NetworkWish): NetworkRecord | ApiError {
    const made = makeNetwork(this, wish);
    if (isApiError(made)) return made;
    const { id, gateway } = made;
    this.disk.networks.set(id, { id, wish, subnet: made.pool?.subnet ?? '', gateway });
    return this.keep(made);
  }

  private keep(network: NetworkRecord | ApiError): NetworkRecord {
    assert(!isApiError(network), 'what is on the disk can be made again');
    this.networks.set(network.id, network);
    return network;
  }

  get states(): Map<string, ContainerState> {
    return this.disk.containers;
  }

  gatewayBridge(): NetworkRecord | ApiError {
    const known = this.networkNamed('docker_gwbridge');
    if (known) return known;
    const wish = plainWish('docker_gwbridge', 'bridge', this.clock.now());
    return this.addNetwork({ ...wish, options: GWBRIDGE_OPTIONS });
  }

  // --- looking up
  networkById(id: string): NetworkRecord | undefined {
    return this.networks.get(id);
  }

  networkNamed(name: string): NetworkRecord | undefined {
    for (const network of this.networks.values()) if (network.name === name) return network;
    return undefined;
  }

  /** By id, name, or a prefix of an id that only one has. */
  findNetwork(reference: string): NetworkRecord | undefined {
    const exact = this.networks.get(reference) ?? this.networkNamed(reference);
    if (exact || reference === '') return exact;
    const matches = [...this.networks.values()].filter(({ id }) => id.startsWith(reference));
    return matches.length === 1 ? matches[0] : undefined;
  }

  notFound(reference: string): ApiError {
    return { status: 404, message: `network ${reference} not found` };
  }

  upstreamLookup(name: string, type: RecordType): NameAnswer | undefined {
    return this.stack.upstream?.lookup(name, type);
  }

  event(action: string, network: NetworkRecord, container?: string): void {
    if (container !== undefined && this.states.get(container)?.config.quiet) return;
    const attributes: Labels = { name: network.name, type: network.driver };
    const whole = container === undefined ? attributes : { container, ...attributes };
    this.events.networkEvent(action, network.id, whole);
  }

  prunedEvent(): void {
    this.events.networkEvent('prune', '', { reclaimed: '0' });
  }

  // --- containers
  addContainer(config: ContainerNetworking): ApiError | undefined {
    const names = Object.keys(config.endpoints);
    if (names.length > 1 && !config.service) {
      const list = [...names].sort().join(', ');
      const message = `Container cannot be connected to network endpoints: ${list}`;
      return { status: 400, message };
    }
    for (const name of names) {
      const ipv4 = config.endpoints[name]?.IPAMConfig?.IPv4Address ?? '';
      if (ipv4 !== '' && parseCidr(`${ipv4.split('/')[0]}/32`) === undefined)
        return { status: 400, message: `invalid IPv4 address: ${ipv4}` };
    }
    const state: ContainerState = {
      config,
      name: config.name,
      attachments: new Map(),
      sandbox: undefined,
      sandboxId: '',
      sandboxKey: '',
      mappings: [],
      serviceState: 'hidden',
    };
    this.states.set(config.containerId, state);
    const main = networkOfMode(config.networkMode);
    // What is named replaces the network of the mode; a task has that one first.
    if (main !== undefined && (names.length === 0 || names.includes(main) || config.service))
      this.wish(state, main);
    if (main !== undefined) for (const name of names) if (name !== main) this.wish(state, name);
    return undefined;
  }

  private wish(state: ContainerState, reference: string): void {
    const { config } = state;
    const network = this.findNetwork(reference);
    const name = network?.name ?? reference;
    const settings = config.endpoints[reference] ?? config.endpoints[name];
    const attachment = newAttachment(settings, config.containerId, !isPredefined(name));
    state.attachments.set(name, attachment);
  }

  renameContainer(containerId: string, name: string): void {
    const state = this.states.get(containerId);
    if (!state) return;
    for (const { networkId, endpoint } of state.attachments.values()) {
      const network = endpoint && this.networks.get(networkId);
      if (!network || !endpoint) continue;
      endpoint.name = name;
      if (network.driver !== 'bridge' || network.name === 'bridge') continue;
      network.names.remove(state.name, endpoint.address);
      network.names.add(name, endpoint.address);
      network.names.setReverse(endpoint.address, name);
    }
    state.name = name;
  }

  startContainer(containerId: string): StartedSandbox | ApiError {
    const state = this.states.get(containerId);
    if (!state) return { status: 404, message: `No such container: ${containerId}` };
    const mode = state.config.networkMode;
    if (mode.startsWith('container:')) return this.startShared(state, mode.slice(10));
    if (mode === 'host') return this.startOnHost(state);
    openSandbox(this, state);
    for (const [name, attachment] of state.attachments) {
      const network = this.findNetwork(name);
      const refused =
        this.attachRefusal(name, state) ??
        (network
          ? (checkEndpoint(network, attachment, state.config.service !== undefined) ??
            joinNetwork(this, state, network, attachment))
          : this.notFound(name));
      if (!refused) {
        this.event('connect', network!, containerId);
        continue;
      }
      closeSandbox(this, state);
      return refused;
    }
    return this.started(state);
  }

  letIn(containerId: string, end: AttachEnd): void {
    const state = this.states.get(containerId);
    for (const [name, attachment] of state?.attachments ?? []) {
      if (attachment.granted || !this.isOfSwarm(state!, name)) continue;
      return this.swarm!.attach(name, containerId, new LettingIn(this, containerId, end));
    }
    end.done(undefined);
  }

  /** Is that a network for which a plain container has to ask the swarm? */
  private isOfSwarm(state: ContainerState, reference: string): boolean {
    const { networkMode, service } = state.config;
    if (service || networkMode.startsWith('container:')) return false;
    if (!this.swarm || this.swarm.role() === 'inactive') return false;
    const local = this.findNetwork(reference);
    return !local || local.overlay !== undefined;
  }

  letInto(containerId: string, network: Network, address: string, taskId: string): void {
    const state = this.states.get(containerId);
    const { name, id } = this.overlays.ensure(network);
    for (const [key, attachment] of state?.attachments ?? []) {
      if (key !== name && !id.startsWith(key)) continue;
      attachment.granted = { address, taskId };
    }
  }

  /** A plain container on an overlay network: a manager has to give it an address. */
  attachRefusal(reference: string, state: ContainerState): ApiError | undefined {
    if (state.config.service || state.attachments.get(reference)?.granted) return undefined;
    const local = this.findNetwork(reference);
    if (local && !local.overlay) return undefined;
    const remote = this.swarm?.networks().find(({ Spec }) => Spec.Name === reference);
    const name = local?.name ?? remote?.Spec.Name;
    if (name === undefined) return undefined;
    if (local ? !local.attachable : remote?.Spec.Attachable !== true) {
      const reason = `rpc error: code = PermissionDenied desc = network ${name} not manually attachable`;
      return { status: 403, message: `Could not attach to network ${name}: ${reason}` };
    }
    const message = `not simulated: connecting a running container to the swarm network ${name}`;
    return { status: 501, message };
  }

  private started(state: ContainerState): StartedSandbox {
    const ports = state.mappings
      .filter(({ proxy }) => proxy !== undefined)
      .map(({ privatePort, publicPort, protocol }) => ({
        target: privatePort,
        published: publicPort,
        protocol,
      }));
    return {
      namespace: state.sandbox!.namespaceId,
      hosts: this.hostsText(state),
      resolvConf: resolvConf(state, hasUserNetwork(this, state), this.hostResolvConf),
      ports,
    };
  }

  hostsText(state: ContainerState): string {
    return hostsFile(state, this.linkLines(state));
  }

  /** `--link` on the default network: address, alias, id and name of the other container. */
  private linkLines(state: ContainerState): string[] {
    const lines: string[] = [];
    for (const link of state.config.links) {
      const [reference, alias] = link.split(':') as [string, string | undefined];
      const face = this.directory.findContainer(reference.replace(/^\//, ''));
      const other = face && this.states.get(face.id);
      const address = other?.attachments.get('bridge')?.endpoint?.address;
      if (!face || address === undefined) continue;
      const shown = (alias ?? reference).replace(/^.*\//, '');
      lines.push(`${address}\t${shown} ${face.id.slice(0, 12)} ${face.name}`);
    }
    return lines;
  }

  private startOnHost(state: ContainerState): StartedSandbox | ApiError {
    const network = this.networkNamed('host')!;
    openSandbox(this, state);
    this.stack.deleteNamespace(state.sandbox!.namespaceId);
    state.sandboxKey = '/var/run/docker/default';
    state.sandbox = {
      namespaceId: this.stack.host.id,
      borrowed: true,
      nextDevice: 0,
      gateway: undefined,
    };
    const attachment = state.attachments.get('host')!;
    const refused = joinNetwork(this, state, network, attachment);
    if (refused) return refused;
    this.event('connect', network, state.config.containerId);
    return { namespace: this.stack.host.id, hosts: undefined, resolvConf: undefined, ports: [] };
  }

  private startShared(state: ContainerState, reference: string): StartedSandbox | ApiError {
    const face = this.directory.findContainer(reference);
    if (!face) return { status: 404, message: `No such container: ${reference}` };
    const other = this.states.get(face.id);
    if (!face.running || !other?.sandbox) {
      const message = `cannot join network of a non running container: ${face.id}`;
      return { status: 409, message };
    }
    state.sandbox = { ...other.sandbox, borrowed: true, gateway: undefined };
    const namespace = other.sandbox.namespaceId;
    return { namespace, hosts: undefined, resolvConf: undefined, ports: [] };
  }

  stopContainer(containerId: string): void {
    const state = this.states.get(containerId);
    if (!state) return;
    if (!state.sandbox) return this.letGo(state);
    const joined = [...state.attachments.values()].filter(({ endpoint }) => endpoint);
    const networks = joined.map(({ networkId }) => this.networks.get(networkId));
    this.services.deactivate(state, true);
    closeSandbox(this, state);
    for (const network of networks) if (network) this.event('disconnect', network, containerId);
    this.letGo(state);
  }

  /** Gives addresses back to the swarm. */
  private letGo(state: ContainerState): void {
    for (const attachment of state.attachments.values()) {
      if (!attachment.granted) continue;
      this.swarm?.detach(attachment.granted.taskId);
      attachment.granted = undefined;
    }
  }

  removeContainer(containerId: string): void {
    this.stopContainer(containerId);
    this.states.delete(containerId);
  }

  networkSettings(containerId: string): NetworkSettings {
    const state = this.states.get(containerId);
    if (!state) throw new Error(`no network state of container ${containerId}`);
    return settingsView(state, (id) => this.networks.get(id));
  }

  portSummary(containerId: string): PortSummary[] {
    const state = this.states.get(containerId);
    return state ? portSummaries(state) : [];
  }

  overlayJoined(network: NetworkRecord, endpoint: EndpointState, state: ContainerState): void {
    this.overlays.joined(network, endpoint, state);
  }

  overlayLeft(network: NetworkRecord, endpoint: EndpointState, state: ContainerState): void {
    this.overlays.left(network, endpoint, state);
  }

  connect(
    networkRef: string,
    containerRef: string,
    settings: Partial<EndpointSettings> | null,
  ): ApiError | undefined {
    return connectContainer(this, networkRef, containerRef, settings);
  }

  disconnect(networkRef: string, containerRef: string, force: boolean): ApiError | undefined {
    return disconnectContainer(this, networkRef, containerRef, force);
  }

  // --- API
  handle(call: ApiCall): boolean {
    return dispatch(NETWORK_ROUTES, this, call);
  }

  list(): NetworkResource[] {
    return allViews(this);
  }

  inspect(reference: string): NetworkResource | ApiError {
    const network = this.findNetwork(reference);
    return network ? this.view(network) : this.notFound(reference);
  }

  /** With its containers and, for an overlay, the nodes that share it. */
  view(network: NetworkRecord): NetworkResource {
    const peers = network.overlay ? this.tables?.peers(network.id) : undefined;
    return networkView(network, true, peers);
  }

  prune(filters: Filters): string[] {
    return pruneNetworks(this, filters);
  }

  // --- swarm
  connectTables(tables: EndpointTables | undefined): void {
    this.tables = tables;
    if (tables) this.overlays.announce();
  }

  setNodeAttachments(attachments: readonly NodeAttachment[]): void {
    this.overlays.setNodeAttachments(attachments);
  }

  addTaskNetworks(networks: readonly Network[]): void {
    for (const network of networks) this.overlays.ensure(network);
  }

  sweepTaskNetworks(networks: readonly Network[]): void {
    for (const { ID } of networks) this.overlays.sweep(ID);
  }

  activateService(containerId: string): void {
    const state = this.states.get(containerId);
    if (state) this.services.activate(state);
  }

  deactivateService(containerId: string): void {
    const state = this.states.get(containerId);
    if (state) this.services.deactivate(state, false);
  }

  leaveSwarm(): void {
    this.overlays.leaveSwarm();
  }

  onRecord(event: TableEvent): void {
    if (event.table === 'overlay_peer_table') this.overlays.onPeer(event);
    else this.services.onEndpoint(event);
  }
}

/** One network after the other. */
class LettingIn implements AttachEnd {
  constructor(
    private readonly controller: NetworkController,
    private readonly containerId: string,
    private readonly end: AttachEnd,
  ) {}

  done(error: ApiError | undefined): void {
    if (error) this.end.done(error);
    else this.controller.letIn(this.containerId, this.end);
  }
}
