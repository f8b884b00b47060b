/**
 * The network stack of one machine: its namespaces and devices, its connections, and its place on the
 * LAN. It answers the system calls of kernel/network-calls.ts and is built upon by engine/network.
 *
 * Differs from Linux: whole connections and messages travel, not packets; there is no IPv6; beyond
 * the LAN's router there is nothing.
 */
import type { Runtime } from '../../base';
import type { HopRecord } from '../../api';
import type {
  ConnectRequest,
  NetworkCalls,
  NetworkNamespace,
  PendingCall,
  PingRequest,
  ResolveRequest,
  SocketOwner,
} from '../network-calls';
import type { StreamSocket } from './stream-socket';
import { SysError, type NetInfo, type SocketAddress } from '../syscalls';
import { dockerMac, formatPrefix, isLoopback, parseAddress, parseCidr } from './addresses';
import { Connections, type ConnectionHost, type LanPort } from './connections';
import { Echoes } from './echo';
import { ListenSocket } from './listen-socket';
import { nameServersOf, searchHosts, searchListOf } from './names';
import type { NameServer } from './names';
import { describeNamespace } from './netinfo';
import { NetNamespace, type BridgePolicy, type NetInterface } from './namespace';
import { PendingAnswer } from './pending-answer';
import type { NetPayload } from './segment';

export interface StackOptions {
  readonly runtime: Runtime;
  readonly lan: LanPort;
  /** Inode number of the host's network namespace. */
  readonly hostNamespaceId: number;
  /** Host name, for the X-ray. */
  readonly name: string;
  /** CIDR notation: 192.168.0.11/24. */
  readonly address: string;
  /** The LAN's router; no machine of the cluster. */
  readonly gateway: string | undefined;
  /** Address of the LAN's name server. */
  readonly nameServer?: string;
}

/** Inode numbers of namespaces that the engine makes, apart from the kernel's own. */
const FIRST_NAMESPACE_ID = 4026533000;
/** What a lookup at the embedded server and at the LAN's server takes. */
const EMBEDDED_LOOKUP_US = 150;
const UPSTREAM_LOOKUP_US = 900;

export class NetworkStack implements NetworkCalls, ConnectionHost {
  readonly runtime: Runtime;
  readonly lan: LanPort;
  readonly host: NetNamespace;
  readonly connections: Connections;
  readonly echoes: Echoes;
  /** The server of the LAN; it knows no names unless the machine gives it some. */
  upstream: NameServer | undefined;
  private readonly namespaces = new Map<number, NetNamespace>();
  private readonly heardFrom = new Set<string>();
  private readonly gateway: string | undefined;
  private readonly nameServer: string | undefined;
  private nextIndex = 2;
  private nextInode = 20001;
  private nextNamespaceId = FIRST_NAMESPACE_ID;

  constructor(options: StackOptions) {
    this.runtime = options.runtime;
    this.lan = options.lan;
    this.gateway = options.gateway;
    this.nameServer = options.nameServer;
    this.host = new NetNamespace(options.hostNamespaceId, options.name);
    this.host.startLoopback();
    this.host.forwarding = true;
    this.namespaces.set(this.host.id, this.host);
    this.connections = new Connections(this);
    this.echoes = new Echoes(this, this.connections);
    this.addLanInterface('eth0', options.address);
    if (options.gateway !== undefined)
      this.host.routes.unshift({
        destination: 'default',
        gateway: options.gateway,
        device: 'eth0',
      });
  }

  // --- system calls
  newNamespace(id: number): NetNamespace {
    const ns = new NetNamespace(id, `namespace ${id}`);
    this.namespaces.set(id, ns);
    return ns;
  }

  connect(
    namespace: NetworkNamespace,
    request: ConnectRequest,
    owner: SocketOwner,
  ): PendingCall<StreamSocket> {
    return this.connections.connect(this.mine(namespace), request, owner);
  }

  listen(
    namespace: NetworkNamespace,
    address: string,
    port: number,
    protocol: 'tcp' | 'udp',
    owner: SocketOwner,
  ): ListenSocket {
    return this.listenFor(this.mine(namespace), { address, port }, protocol, owner, undefined);
  }

  /** Listens for docker-proxy where `proxyTo` is given. Throws EADDRINUSE, EADDRNOTAVAIL. */
  listenFor(
    ns: NetNamespace,
    at: SocketAddress,
    protocol: 'tcp' | 'udp',
    owner: SocketOwner | undefined,
    proxyTo: SocketAddress | undefined,
  ): ListenSocket {
    const address = at.address === '' || at.address === '::' ? '0.0.0.0' : at.address;
    if (address !== '0.0.0.0' && !ns.holder(address)) throw new SysError('EADDRNOTAVAIL');
    const port = at.port === 0 ? ns.takePort() : at.port;
    for (const other of ns.listeners) {
      if (other.protocol !== protocol || other.port !== port) continue;
      const overlaps = other.address === address || other.address === '0.0.0.0';
      if (overlaps || address === '0.0.0.0') throw new SysError('EADDRINUSE');
    }
    const inode = this.takeInode();
    const socket = new ListenSocket(ns, inode, protocol, address, port, owner, proxyTo);
    ns.listeners.add(socket);
    return socket;
  }

  ping(
    namespace: NetworkNamespace,
    request: PingRequest,
  ): PendingCall<{ readonly roundTripUs: number; readonly ttl: number; readonly from: string }> {
    return this.echoes.ping(this.mine(namespace), request);
  }

  resolve(
    namespace: NetworkNamespace,
    request: ResolveRequest,
  ): PendingCall<{ readonly addresses: readonly string[]; readonly server: string }> {
    const ns = this.mine(namespace);
    const { name, type, hostsFile, resolvConf } = request;
    const pending = new PendingAnswer<{ addresses: readonly string[]; server: string }>(
      this.runtime,
    );
    if (type === 'A' && parseAddress(name) !== undefined) {
      pending.answer({ addresses: [name], server: '' });
      return pending;
    }
    const listed = searchHosts(hostsFile, name, type);
    if (listed) {
      pending.answer({ addresses: listed, server: '' });
      return pending;
    }
    const server = nameServersOf(resolvConf)[0];
    if (server === undefined) {
      pending.fail('ENOTFOUND');
      return pending;
    }
    const embedded = isLoopback(server) && ns.nameServer !== undefined;
    const asked = embedded ? ns.nameServer : this.upstream;
    const suffixes = type === 'PTR' ? [] : searchListOf(resolvConf);
    for (const full of [name, ...suffixes.map((suffix) => `${name}.${suffix}`)]) {
      const answer = asked?.lookup(full, type);
      if (!answer) continue;
      const delay = embedded ? EMBEDDED_LOOKUP_US : UPSTREAM_LOOKUP_US;
      pending.answerLater({ addresses: answer.addresses, server }, delay);
      const what = answer.addresses.join(', ') || 'no record';
      this.hop(`dns ${full}`, 'dns', `${ns.label} asks ${server} for ${full}: ${what}`);
      return pending;
    }
    pending.failLater('ENOTFOUND', UPSTREAM_LOOKUP_US);
    this.hop(`dns ${name}`, 'dns', `${ns.label} asks ${server} for ${name}: no such name`);
    return pending;
  }

  netinfo(namespace: NetworkNamespace): NetInfo {
    return describeNamespace(this, this.mine(namespace));
  }

  private mine(namespace: NetworkNamespace): NetNamespace {
    const ns = this.namespaces.get(namespace.id);
    if (!ns) throw new SysError('EINVAL');
    return ns;
  }

  // --- the LAN
  /** A payload of another machine's stack. */
  receive(from: string, data: unknown): void {
    this.heard(from);
    const payload = data as NetPayload;
    if (payload.net === 'connect') this.connections.receiveConnect(from, payload);
    else if (payload.net === 'segment') this.connections.receiveSegment(from, payload, undefined);
    else if (payload.net === 'echo') this.echoes.receiveEcho(from, payload);
    else this.echoes.receiveReply(from, payload);
  }

  /** Something of any kind came from that LAN address: its neighbour entry is good. */
  heard(from: string): void {
    this.heardFrom.add(from);
  }

  /** The host at that address is up, its daemon and processes are gone. */
  peerReset(from: string): void {
    this.connections.peerReset(from);
  }

  isKnownNeighbour(address: string): boolean {
    return this.heardFrom.has(address);
  }

  knownNeighbours(): readonly string[] {
    return [...this.heardFrom];
  }

  isGateway(address: string): boolean {
    return address === this.gateway;
  }

  isNameServer(address: string): boolean {
    return address === this.nameServer;
  }

  // --- devices
  /** Another network card (the first is made with the stack). */
  addLanInterface(name: string, cidr: string): void {
    const parsed = parseCidr(cidr);
    const address = cidr.split('/')[0]!;
    const device: NetInterface = {
      index: this.nextIndex++,
      name,
      kind: 'ethernet',
      mac: dockerMac(address),
      mtu: 1500,
      up: true,
      addresses: [cidr],
    };
    this.host.addInterface(device);
    if (parsed)
      this.host.routes.push({
        destination: formatPrefix(parsed.prefix),
        device: name,
        source: address,
      });
  }

  /** A namespace of the engine: a sandbox, an overlay network, a load balancer. */
  makeNamespace(label: string, container?: string): NetNamespace {
    const ns = this.newNamespace(this.nextNamespaceId++);
    ns.label = label;
    ns.container = container;
    ns.startLoopback();
    return ns;
  }

  /** What its processes left open is reset; the far ends of its veth pairs go with it. */
  deleteNamespace(id: number): void {
    const ns = this.namespaces.get(id);
    if (!ns || ns === this.host) return;
    for (const listener of [...ns.listeners]) listener.close();
    for (const socket of [...ns.sockets]) socket.abort();
    for (const device of [...ns.interfaces.values()]) this.removeDevice(ns, device.index);
    this.namespaces.delete(id);
  }

  addBridge(
    ns: NetNamespace,
    name: string,
    options: { readonly cidr: string; readonly mac: string; readonly mtu: number },
    policy?: BridgePolicy,
  ): NetInterface {
    const device: NetInterface = {
      index: this.nextIndex++,
      name,
      kind: 'bridge',
      mac: options.mac,
      mtu: options.mtu,
      up: true,
      addresses: [options.cidr],
      ...(policy ? { policy } : {}),
    };
    ns.addInterface(device);
    const parsed = parseCidr(options.cidr);
    const source = options.cidr.split('/')[0]!;
    if (parsed) ns.routes.push({ destination: formatPrefix(parsed.prefix), device: name, source });
    return device;
  }

  addVxlan(ns: NetNamespace, name: string, vni: number, bridge: NetInterface): void {
    ns.addInterface({
      index: this.nextIndex++,
      name,
      kind: 'vxlan',
      mac: bridge.mac,
      mtu: 1450,
      up: true,
      addresses: [],
      vni,
      master: bridge.index,
    });
  }

  /** A veth pair: `inside` in a sandbox, the other end a port of `bridge`. */
  addVeth(
    inside: NetNamespace,
    device: {
      readonly name: string;
      readonly cidr: string;
      readonly mac: string;
      readonly mtu: number;
    },
    outside: NetNamespace,
    bridge: NetInterface,
    outsideName: string,
  ): NetInterface {
    const index = this.nextIndex++;
    const peerIndex = this.nextIndex++;
    const made = inside.addInterface({
      index,
      name: device.name,
      kind: 'veth',
      mac: device.mac,
      mtu: device.mtu,
      up: true,
      addresses: [device.cidr],
      peer: { namespace: outside.id, index: peerIndex },
    });
    outside.addInterface({
      index: peerIndex,
      name: outsideName,
      kind: 'veth',
      mac: device.mac,
      mtu: device.mtu,
      up: true,
      addresses: [],
      master: bridge.index,
      peer: { namespace: inside.id, index },
    });
    const parsed = parseCidr(device.cidr);
    const source = device.cidr.split('/')[0]!;
    if (parsed)
      inside.routes.push({ destination: formatPrefix(parsed.prefix), device: device.name, source });
    return made;
  }

  /** A device goes, and with it the other end of its pair. */
  removeDevice(ns: NetNamespace, index: number): void {
    const device = ns.interfaces.get(index);
    if (!device) return;
    ns.removeInterface(index);
    if (!device.peer) return;
    this.namespaces.get(device.peer.namespace)?.removeInterface(device.peer.index);
  }

  // --- for the parts of the stack
  namespaceOf(id: number): NetNamespace | undefined {
    return this.namespaces.get(id);
  }

  overlayOf(vni: number): NetNamespace | undefined {
    for (const ns of this.namespaces.values())
      for (const device of ns.interfaces.values()) if (device.vni === vni) return ns;
    return undefined;
  }

  takeInode(): number {
    return this.nextInode++;
  }

  hop(flow: string, step: HopRecord['step'], text: string, container?: string): void {
    const record: HopRecord = {
      kind: 'hop',
      flow,
      step,
      text,
      ...(container === undefined ? {} : { container }),
    };
    this.runtime.report(record);
  }
}
