/**
 * One network namespace: interfaces, routes, neighbours of an overlay, rules, listeners. Models what
 * the kernel keeps in `struct net`, at the level of connections. Differs: interface indexes come from
 * one counter of the machine (lo is 1 everywhere), there is no IPv6, and a bridge learns nothing: it
 * looks at its ports' far ends.
 */
import type { NetworkNamespace } from '../network-calls';
import { isLoopback, parseAddress, parseCidr, prefixHas } from './addresses';
import type { IpvsService, MarkRule, NatRule } from './nat';
import type { ListenSocket } from './listen-socket';
import type { NameServer } from './names';
import type { StreamSocket } from './stream-socket';

export type InterfaceKind = 'loopback' | 'ethernet' | 'bridge' | 'veth' | 'vxlan';

export interface NetInterface {
  readonly index: number;
  name: string;
  readonly kind: InterfaceKind;
  mac: string;
  mtu: number;
  up: boolean;
  /** Index of the bridge in the same namespace that it is a port of. */
  master?: number;
  /** The other end of a veth pair. */
  peer?: { readonly namespace: number; readonly index: number };
  /** CIDR notation; the first is the one that packets leave with. */
  addresses: string[];
  /** VXLAN network identifier. */
  vni?: number;
  /** Bridges made by the engine: what its firewall rules let through. */
  policy?: BridgePolicy;
}
export interface BridgePolicy {
  /** No way in or out of the subnet at all (`--internal`). */
  readonly internal: boolean;
  /** Containers of this bridge reach each other (`enable_icc`). */
  readonly icc: boolean;
}

export interface Route {
  /** "default" or CIDR notation. */
  readonly destination: string;
  readonly gateway?: string;
  readonly device: string;
  readonly source?: string;
}

/** Where an address of an overlay network lives; libnetwork's peer database in the kernel's tables. */
export interface OverlayNeighbour {
  readonly mac: string;
  /** LAN address of the node. */
  readonly vtep: string;
}

export class NetNamespace implements NetworkNamespace {
  readonly interfaces = new Map<number, NetInterface>();
  routes: Route[] = [];
  /** Of a namespace with a vxlan device: by address. */
  readonly overlayNeighbours = new Map<string, OverlayNeighbour>();
  /** Addresses that were spoken to on the wire, with the device. */
  readonly neighbours = new Map<string, string>();
  natRules: NatRule[] = [];
  markRules: MarkRule[] = [];
  /** By firewall mark. */
  readonly ipvs = new Map<number, IpvsService>();
  readonly listeners = new Set<ListenSocket>();
  readonly sockets = new Set<StreamSocket>();
  /** Forwards between its interfaces (`ip_forward`). */
  forwarding = false;
  /** What answers at 127.0.0.11. */
  nameServer: NameServer | undefined;
  nextPort = 32768;
  /** For the X-ray: whose namespace it is ("nginx1.2", "ingress-sbox"), and the container's id. */
  label: string;
  container: string | undefined;

  constructor(
    readonly id: number,
    label: string,
  ) {
    this.label = label;
    this.addInterface({
      index: 1,
      name: 'lo',
      kind: 'loopback',
      mac: '00:00:00:00:00:00',
      mtu: 65536,
      up: false,
      addresses: [],
    });
  }

  /** Brings lo up with its address. */
  startLoopback(): void {
    const lo = this.interfaces.get(1)!;
    lo.up = true;
    lo.addresses = ['127.0.0.1/8'];
  }

  addInterface(device: NetInterface): NetInterface {
    this.interfaces.set(device.index, device);
    return device;
  }

  /** Takes an interface away, with the routes over it. */
  removeInterface(index: number): void {
    const device = this.interfaces.get(index);
    if (!device) return;
    this.interfaces.delete(index);
    this.routes = this.routes.filter((route) => route.device !== device.name);
  }

  named(name: string): NetInterface | undefined {
    for (const device of this.interfaces.values()) if (device.name === name) return device;
    return undefined;
  }

  /** The interface that has this very address, if one has. */
  holder(address: string): NetInterface | undefined {
    for (const device of this.interfaces.values()) {
      if (!device.up) continue;
      for (const cidr of device.addresses) {
        if (cidr.startsWith(address) && cidr[address.length] === '/') return device;
      }
      if (device.kind === 'loopback' && isLoopback(address)) return device;
    }
    return undefined;
  }

  /** Longest prefix first; routes of devices that are down do not count. */
  lookup(address: string): Route | undefined {
    const value = parseAddress(address);
    if (value === undefined) return undefined;
    let best: Route | undefined;
    let bestLength = -1;
    for (const route of this.routes) {
      if (!this.named(route.device)?.up) continue;
      const cidr = route.destination === 'default' ? '0.0.0.0/0' : route.destination;
      const parsed = parseCidr(cidr);
      if (!parsed || !prefixHas(parsed.prefix, value)) continue;
      if (parsed.prefix.length <= bestLength) continue;
      best = route;
      bestLength = parsed.prefix.length;
    }
    return best;
  }

  /** The address that packets over this device carry; '' without one. */
  sourceOf(device: string, route?: Route): string {
    if (route?.source !== undefined) return route.source;
    return this.named(device)?.addresses[0]?.split('/')[0] ?? '';
  }

  /** A port for a connection that did not ask for one: every second of 32768 to 60999. */
  takePort(): number {
    const port = this.nextPort;
    this.nextPort = port + 2 > 60999 ? 32768 : port + 2;
    return port;
  }

  /** The socket that a connection to this address and port reaches. */
  listenerFor(protocol: 'tcp' | 'udp', address: string, port: number): ListenSocket | undefined {
    let any: ListenSocket | undefined;
    for (const listener of this.listeners) {
      if (listener.protocol !== protocol || listener.port !== port) continue;
      if (listener.address === address) return listener;
      if (listener.address === '0.0.0.0') any ??= listener;
    }
    return any;
  }
}
