/**
 * What the network part remembers: networks, endpoints, and the network side of containers. Plain
 * data, owned by `NetworkController` and changed by its parts.
 */
import type { Labels } from '../../api';
import type { ListenSocket } from '../../kernel';
import type { ContainerNetworking, PeerRecord } from './contract';
import type { AddressPool } from './ipam';
import type { NameBook } from './name-book';

export interface NetworkRecord {
  readonly id: string;
  readonly name: string;
  readonly driver: 'bridge' | 'host' | 'null' | 'overlay';
  /** Unix microseconds; text for a swarm network, as the store has it. */
  readonly created: number | string;
  readonly scope: 'local' | 'swarm';
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly ingress: boolean;
  readonly enableIPv6: boolean;
  readonly configOnly: boolean;
  readonly configFrom: string;
  readonly options: Labels;
  readonly labels: Labels | null;
  readonly ipamDriver: string;
  readonly ipamOptions: Labels | null;
  readonly ipamConfig: readonly { Subnet?: string; IPRange?: string; Gateway?: string }[];
  /** The subnet was given by the user, so containers may ask for addresses. */
  readonly userSubnet: boolean;
  /** Of networks with addresses that this machine hands out. */
  readonly pool: AddressPool | undefined;
  /** Address of the bridge; '' without one. */
  readonly gateway: string;
  readonly prefixLength: number;
  readonly bridgeName: string;
  readonly endpoints: Map<string, EndpointState>;
  /** What its embedded DNS knows. */
  readonly names: NameBook;
  readonly overlay: OverlayState | undefined;
}

/** Of an overlay network on this node. */
export interface OverlayState {
  readonly vni: number;
  /** Namespace with the bridge and the VXLAN device. */
  readonly namespaceId: number;
  /** The node's load balancer: its address without prefix length, and its namespace; 0 before. */
  balancerAddress: string;
  balancerNamespaceId: number;
  /** Endpoint id of the balancer in the peer table. */
  balancerEndpoint: string;
  /** Of other nodes, by key. */
  readonly peers: Map<string, PeerRecord>;
}

export interface EndpointState {
  readonly id: string;
  readonly networkId: string;
  /** Key in the network's `Containers`: a container's id, "ingress-sbox", "lb-app". */
  readonly owner: string;
  name: string;
  readonly address: string;
  readonly prefixLength: number;
  readonly mac: string;
  /** Name and index inside the sandbox. */
  readonly device: string;
  readonly deviceIndex: number;
}

/** One published port of a running container. */
export interface PortMapping {
  /** "80/tcp" */
  readonly key: string;
  readonly protocol: 'tcp' | 'udp';
  readonly privatePort: number;
  readonly hostIp: string;
  readonly publicPort: number;
  /** docker-proxy; undefined for the IPv6 side, which has none here. */
  readonly proxy: ListenSocket | undefined;
}

/** A container's wish for one network, and its endpoint while it runs. */
export interface Attachment {
  networkId: string;
  readonly ipv4: string | undefined;
  readonly ipamConfig: { IPv4Address?: string } | null;
  readonly links: readonly string[] | null;
  readonly aliases: readonly string[] | null;
  readonly driverOpts: Labels | null;
  endpoint: EndpointState | undefined;
  /** Address on an overlay that the swarm gave to a plain container for one run. */
  granted?: { readonly address: string; readonly taskId: string } | undefined;
}

export interface ContainerState {
  readonly config: ContainerNetworking;
  name: string;
  /** By network name, in the order of connection. */
  readonly attachments: Map<string, Attachment>;
  sandbox: SandboxState | undefined;
  /** Stays after a stop, as in the real engine. */
  sandboxId: string;
  sandboxKey: string;
  readonly mappings: PortMapping[];
  /** Are the service records of its endpoints out? `draining`: known, no new connections. */
  serviceState: 'hidden' | 'active' | 'draining';
}

export interface SandboxState {
  readonly namespaceId: number;
  /** Joined another container's or the host's. */
  readonly borrowed: boolean;
  nextDevice: number;
  /** Endpoint on docker_gwbridge. */
  gateway: EndpointState | undefined;
}
