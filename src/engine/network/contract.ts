/**
 * What the engine and its network part say to each other: the signature of `NetworkController` and
 * the interfaces that it needs from its neighbours. Models the boundary between dockerd and libnetwork
 * (`daemon/container_operations.go`, `daemon/network.go`); differs in that the settings of a container's
 * endpoints live here, not in the container's record.
 */
import type {
  ApiCall,
  ApiError,
  EndpointSettings,
  Labels,
  Network,
  NetworkResource,
  PortConfig,
  PortSummary,
} from '../../api';

/** What the network part asks of the engine's containers. */
export interface ContainerDirectory {
  /** By name, id or unique prefix of an id. */
  findContainer(reference: string): ContainerFace | undefined;
  /** `/etc/hosts` of a running container has changed. */
  hostsChanged(containerId: string, text: string): void;
}
export interface ContainerFace {
  readonly id: string;
  /** Without the slash. */
  readonly name: string;
  readonly running: boolean;
}

/** An event of type `network` (`create`, `connect`, `disconnect`, `destroy`). */
export interface NetworkEventSink {
  networkEvent(action: string, networkId: string, attributes: Labels): void;
}

/** Swarm side of /networks; node/ connects it to the swarm part. */
export interface SwarmNetworks {
  /** 'manager' answers for overlay networks; else the sentence that refuses. */
  role(): 'inactive' | 'worker' | 'manager';
  /** Networks of the cluster as the store has them; [] on a worker. */
  networks(): readonly Network[];
  /** Takes over a whole exchange that concerns a swarm network (create, delete). */
  handle(call: ApiCall): void;
  /** The refusal of a node that is no manager. */
  notManager(): ApiError;
  /**
   * A plain container wants to join a network of the swarm: ends in the refusal, or after `letInto`.
   */
  attach(network: string, containerId: string, end: AttachEnd): void;
  /** The container has left; `taskId` is what `letInto` said. */
  detach(taskId: string): void;
}

/** Told of the end of an attachment; `error` undefined where the container may go on. */
export interface AttachEnd {
  done(error: ApiError | undefined): void;
}

/**
 * Gossiped tables as libnetwork uses them (`networkdb`); node/ connects them to gossip/. Changes of
 * other nodes come back through `NetworkController.onRecord`.
 */
export interface EndpointTables {
  joinNetwork(networkId: string): void;
  leaveNetwork(networkId: string): void;
  create(table: TableName, networkId: string, key: string, value: unknown): void;
  update(table: TableName, networkId: string, key: string, value: unknown): void;
  remove(table: TableName, networkId: string, key: string): void;
  /** Nodes that are in the network, this one first. */
  peers(networkId: string): readonly { readonly name: string; readonly address: string }[];
}
export type TableName = 'endpoint_table' | 'overlay_peer_table';
export interface TableEvent {
  readonly op: 'create' | 'update' | 'delete';
  readonly table: TableName;
  readonly networkId: string;
  readonly key: string;
  /** The last value for a delete. */
  readonly value: unknown;
}

/** Value in `endpoint_table` (libnetwork `EndpointRecord`). Plain data, never changed. */
export interface EndpointRecord {
  readonly name: string;
  readonly serviceName: string;
  readonly serviceId: string;
  /** '' without one (dnsrr, plain containers). */
  readonly virtualIp: string;
  readonly endpointIp: string;
  readonly ingressPorts: readonly PortConfig[];
  readonly aliases: readonly string[];
  readonly taskAliases: readonly string[];
  /** Known, but takes no new connections. */
  readonly serviceDisabled: boolean;
  /** Container, for the X-ray. */
  readonly container: string;
}
/** Value in `overlay_peer_table`: which node has an address. */
export interface PeerRecord {
  readonly address: string;
  readonly mac: string;
  /** LAN address of the node (VTEP). */
  readonly vtep: string;
}

/** `HostConfig.PortBindings` of the API. */
export type PortBindings = Readonly<
  Record<string, readonly { readonly HostIp?: string; readonly HostPort?: string }[] | null>
>;

/** What `containers/create` says of networks. */
export interface ContainerNetworking {
  readonly containerId: string;
  readonly name: string;
  readonly hostname: string;
  readonly domainname: string;
  /** `HostConfig.NetworkMode`: default, bridge, host, none, container:REF, or a network. */
  readonly networkMode: string;
  /** `NetworkingConfig.EndpointsConfig`. */
  readonly endpoints: Readonly<Record<string, Partial<EndpointSettings> | null>>;
  /** `ExposedPorts` of config and image: "80/tcp". */
  readonly exposedPorts: readonly string[];
  readonly portBindings: PortBindings;
  readonly publishAllPorts: boolean;
  readonly macAddress?: string;
  readonly dns: readonly string[];
  readonly dnsSearch: readonly string[];
  readonly dnsOptions: readonly string[];
  /** "name:address" */
  readonly extraHosts: readonly string[];
  /** "container:alias" of `--link` */
  readonly links: readonly string[];
  /** Of a task: what the mesh and the DNS need. */
  readonly service?: ServiceBinding;
  /** A step of a build: its comings and goings are no events. */
  readonly quiet?: boolean;
}
/** Service side of a task's container (libnetwork `SandboxOptions` of swarm services). */
export interface ServiceBinding {
  readonly serviceId: string;
  readonly serviceName: string;
  /** Task name "web.1.ID" is the container's name. Aliases by network id. */
  readonly aliases: Readonly<Record<string, readonly string[]>>;
  /** Virtual address (without prefix length) by network id; none in dnsrr mode. */
  readonly virtualIps: Readonly<Record<string, string>>;
  /** Ports published in ingress mode. */
  readonly ingressPorts: readonly PortConfig[];
}

/** What a started sandbox gives to the kernel and to the container's files. */
export interface StartedSandbox {
  /** Network namespace (of kernel/net's `NetworkStack`) that the first process runs in. */
  readonly namespace: number;
  /** Text of /etc/hosts; undefined where another container's or the host's is used. */
  readonly hosts: string | undefined;
  readonly resolvConf: string | undefined;
  /** Host-mode ports with the numbers that were chosen, for a task's status. */
  readonly ports: readonly {
    readonly target: number;
    readonly published: number;
    readonly protocol: 'tcp' | 'udp' | 'sctp';
  }[];
}

/** `NetworkSettings` of container inspect, complete. */
export interface NetworkSettings {
  Bridge: string;
  SandboxID: string;
  HairpinMode: boolean;
  LinkLocalIPv6Address: string;
  LinkLocalIPv6PrefixLen: number;
  Ports: Record<string, { HostIp: string; HostPort: string }[] | null>;
  SandboxKey: string;
  SecondaryIPAddresses: null;
  SecondaryIPv6Addresses: null;
  EndpointID: string;
  Gateway: string;
  GlobalIPv6Address: string;
  GlobalIPv6PrefixLen: number;
  IPAddress: string;
  IPPrefixLen: number;
  IPv6Gateway: string;
  MacAddress: string;
  Networks: Record<string, EndpointSettings>;
}

/** A network of the swarm that this node needs, with the node's own address in it. */
export interface NodeAttachment {
  readonly network: Network;
  /** CIDR notation: the node's load balancer address. */
  readonly address: string;
}

/** The signature of `NetworkController` (controller.ts). */
export interface Networks {
  /** Makes bridge, host and none, or what the disk has; called once when the daemon starts. */
  boot(): void;
  /** Orderly end of the daemon, after its containers: devices and rules go from the host. */
  shutdown(): void;

  // --- containers
  /** Called by containers/create. An error (unknown network and the like are found at start only). */
  addContainer(config: ContainerNetworking): ApiError | undefined;
  /** Called when the container's name changes. */
  renameContainer(containerId: string, name: string): void;
  /**
   * Called by start: sandbox, endpoints, ports. On an error nothing remains allocated. The message is
   * the driver's; wrap it no further (start answers it with its status).
   */
  startContainer(containerId: string): StartedSandbox | ApiError;
  /** Called before start: gets it addresses on networks of the swarm, if it needs any. */
  letIn(containerId: string, end: AttachEnd): void;
  /** The swarm gave a plain container this address (CIDR notation) for a run. */
  letInto(containerId: string, network: Network, address: string, taskId: string): void;
  /** Called when the container's first process has ended: endpoints, ports and namespace go. */
  stopContainer(containerId: string): void;
  /** Called by remove. */
  removeContainer(containerId: string): void;
  /** As `docker network connect` and `disconnect`; a created container is connected at its start. */
  connect(
    networkRef: string,
    containerRef: string,
    settings: Partial<EndpointSettings> | null,
  ): ApiError | undefined;
  disconnect(networkRef: string, containerRef: string, force: boolean): ApiError | undefined;
  networkSettings(containerId: string): NetworkSettings;
  portSummary(containerId: string): PortSummary[];

  // --- API: true if the call was one of /networks and is being answered
  handle(call: ApiCall): boolean;
  list(): NetworkResource[];
  /** By id, name or unique prefix of an id. */
  inspect(reference: string): NetworkResource | ApiError;
  /** `docker system prune` and `POST /networks/prune`. */
  prune(filters: ReadonlyMap<string, readonly string[]>): string[];

  // --- swarm
  /** Gossip runs (or ends): what this node has is told to it. */
  connectTables(tables: EndpointTables | undefined): void;
  /** Ingress and the other networks of this node, whenever the dispatcher says so. */
  setNodeAttachments(attachments: readonly NodeAttachment[]): void;
  /** Makes the networks of a task known before its container is created. */
  addTaskNetworks(networks: readonly Network[]): void;
  /** Removes swarm networks that no container uses (called after a task's container is removed). */
  sweepTaskNetworks(networks: readonly Network[]): void;
  /** The task runs (and is healthy): DNS and mesh records appear. */
  activateService(containerId: string): void;
  /** About to stop: DNS records go, the mesh makes no new connections to it. */
  deactivateService(containerId: string): void;
  /** The node left the swarm. */
  leaveSwarm(): void;
  onRecord(event: TableEvent): void;
}
