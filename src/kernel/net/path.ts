/**
 * The way of a first packet through one machine: NAT rules, routes, bridges, IPVS, until it reaches a
 * socket's namespace, leaves over the LAN, or is refused. Models the chain of netfilter hooks around
 * `ip_route_output`, `ip_rcv` and `br_handle_frame`. What follows on a connection is not walked
 * again: the stack remembers the way (conntrack).
 */
import { assert } from '../../base';
import type { HopRecord } from '../../api';
import { isLoopback, parseAddress, parseCidr, prefixHas } from './addresses';
import type { ListenSocket } from './listen-socket';
import type { NatRule } from './nat';
import type { NetInterface, NetNamespace, Route } from './namespace';
import type { Packet } from './segment';

/** Time that one namespace or bridge takes on the way. */
export const HOP_US = 12;
/** More than any way that exists; a loop of routes ends here. */
const HOPS_MAX = 32;

export type Verdict =
  /** At its end: `listener` takes the connection (never set for an echo). */
  | {
      readonly kind: 'deliver';
      readonly namespace: NetNamespace;
      readonly listener: ListenSocket | undefined;
    }
  | { readonly kind: 'lan'; readonly to: string; readonly vni: number | undefined }
  /** Nobody listens, or IPVS has no destination. */
  | { readonly kind: 'refused' }
  /** A firewall swallows it. */
  | { readonly kind: 'dropped' }
  /** Nobody has that address on the wire: EHOSTUNREACH after three seconds. */
  | { readonly kind: 'no-neighbour' }
  /** ENETUNREACH at once. */
  | { readonly kind: 'no-route' };

/** What the walk needs of the stack. */
export interface PathHost {
  namespaceOf(id: number): NetNamespace | undefined;
  readonly host: NetNamespace;
  hop(flow: string, step: HopRecord['step'], text: string, container?: string): void;
}

/** A packet that a process of `ns` sends. */
export function walkOutput(on: PathHost, ns: NetNamespace, packet: Packet, depth = 0): Verdict {
  if (depth > HOPS_MAX) return { kind: 'dropped' };
  if (packet.kind === 'connect') translateOutput(on, ns, packet);
  if (ns.holder(packet.dst)) {
    if (packet.src === '') packet.src = packet.dst;
    return walkLocal(on, ns, packet, depth);
  }
  const route = ns.lookup(packet.dst);
  if (!route) return { kind: 'no-route' };
  if (packet.src === '') packet.src = ns.sourceOf(route.device, route);
  return leave(on, ns, packet, route, depth);
}

/** A packet that comes in over `device` of `ns`. */
export function walkInput(
  on: PathHost,
  ns: NetNamespace,
  device: NetInterface,
  packet: Packet,
  depth: number,
): Verdict {
  if (depth > HOPS_MAX) return { kind: 'dropped' };
  packet.costUs += HOP_US;
  if (packet.kind === 'connect') translateInput(on, ns, device, packet);
  if (ns.holder(packet.dst)) {
    const balanced = balance(on, ns, packet);
    if (balanced === 'none') return { kind: 'refused' };
    if (balanced === 'sent') return walkBalanced(on, ns, packet, depth);
    return walkLocal(on, ns, packet, depth);
  }
  if (!ns.forwarding) return { kind: 'dropped' };
  packet.ttl--;
  if (packet.ttl <= 0) return { kind: 'dropped' };
  const route = ns.lookup(packet.dst);
  if (!route) return { kind: 'no-route' };
  const out = ns.named(route.device);
  assert(out, 'a route has its device');
  if (!packet.accepted && !mayForward(device, out)) return { kind: 'dropped' };
  return leave(on, ns, packet, route, depth);
}

/** DNAT in chain OUTPUT. */
function translateOutput(on: PathHost, ns: NetNamespace, packet: Packet): void {
  if (ns.natRules.length === 0 || !ns.holder(packet.dst)) return;
  for (const rule of ns.natRules) {
    if (rule.kind === 'ingress' && matchesIngress(rule, packet)) {
      toIngress(on, packet, rule);
      return;
    }
    if (rule.kind === 'publish' && !isLoopback(packet.dst) && matchesPublish(rule, packet)) {
      toPublished(on, packet, rule);
      return;
    }
  }
}

/** DNAT and REDIRECT in chain PREROUTING. */
function translateInput(
  on: PathHost,
  ns: NetNamespace,
  device: NetInterface,
  packet: Packet,
): void {
  if (ns.natRules.length === 0 || !ns.holder(packet.dst)) return;
  for (const rule of ns.natRules) {
    if (rule.kind === 'ingress' && matchesIngress(rule, packet)) {
      toIngress(on, packet, rule);
      return;
    }
    // The engine's own bridges return early from chain DOCKER (its userland proxy serves them).
    if (rule.kind === 'publish' && !device.policy && matchesPublish(rule, packet)) {
      toPublished(on, packet, rule);
      return;
    }
    if (rule.kind !== 'redirect' || rule.protocol !== packet.protocol) continue;
    if (rule.address !== packet.dst || rule.port !== packet.dstPort) continue;
    packet.dstPort = rule.toPort;
    return;
  }
}

function matchesIngress(rule: NatRule & { kind: 'ingress' }, packet: Packet): boolean {
  return rule.protocol === packet.protocol && rule.port === packet.dstPort;
}

function matchesPublish(rule: NatRule & { kind: 'publish' }, packet: Packet): boolean {
  if (rule.protocol !== packet.protocol || rule.port !== packet.dstPort) return false;
  return rule.hostIp === '' || rule.hostIp === '0.0.0.0' || rule.hostIp === packet.dst;
}

function toIngress(on: PathHost, packet: Packet, rule: NatRule & { kind: 'ingress' }): void {
  on.hop(
    packet.flow,
    'published-port',
    `port ${rule.port} of the node: DOCKER-INGRESS sends it to ${rule.to}:${rule.port}`,
  );
  packet.dst = rule.to;
  packet.accepted = true;
}

function toPublished(on: PathHost, packet: Packet, rule: NatRule & { kind: 'publish' }): void {
  on.hop(
    packet.flow,
    'published-port',
    `port ${rule.port} of the node: DOCKER sends it to ${rule.to}:${rule.toPort}`,
  );
  packet.dst = rule.to;
  packet.dstPort = rule.toPort;
  packet.accepted = true;
}

/** IPVS at local input: marked connections get a destination, and the node's own address as source. */
function balance(on: PathHost, ns: NetNamespace, packet: Packet): 'local' | 'none' | 'sent' {
  if (ns.ipvs.size === 0 || packet.kind !== 'connect') return 'local';
  const rule = ns.markRules.find((one) =>
    one.kind === 'address'
      ? one.address === packet.dst
      : one.protocol === packet.protocol && one.port === packet.dstPort,
  );
  const service = rule && ns.ipvs.get(rule.mark);
  if (!service) return 'local';
  if (rule.kind === 'port')
    on.hop(packet.flow, 'ingress-sandbox', `${ns.label} marks port ${rule.port} as ${rule.mark}`);
  const destination = service.next();
  if (!destination) {
    on.hop(packet.flow, 'refused', `IPVS has no destination for mark ${service.mark}`);
    return 'none';
  }
  const count = service.destinations.length;
  on.hop(
    packet.flow,
    'ipvs',
    `${service.label}: round robin chooses ${destination.address} of ${count}`,
  );
  packet.dst = destination.address;
  packet.balanced = { namespace: ns.id, mark: service.mark, address: destination.address };
  return 'sent';
}

function walkBalanced(on: PathHost, ns: NetNamespace, packet: Packet, depth: number): Verdict {
  const value = parseAddress(packet.dst);
  for (const rule of ns.natRules) {
    if (rule.kind !== 'ipvs-snat' || value === undefined) continue;
    const subnet = parseCidr(rule.subnet);
    if (!subnet || !prefixHas(subnet.prefix, value)) continue;
    packet.src = rule.source;
    packet.srcPort = ns.takePort();
  }
  const route = ns.lookup(packet.dst);
  return route ? leave(on, ns, packet, route, depth) : { kind: 'no-route' };
}

/** The packet is for this namespace. */
function walkLocal(on: PathHost, ns: NetNamespace, packet: Packet, depth: number): Verdict {
  if (packet.kind === 'echo') return { kind: 'deliver', namespace: ns, listener: undefined };
  const listener = ns.listenerFor(packet.protocol, packet.dst, packet.dstPort);
  if (!listener) {
    on.hop(packet.flow, 'refused', `nobody listens at ${packet.dst}:${packet.dstPort}`);
    return { kind: 'refused' };
  }
  const target = listener.proxyTo;
  if (!target) return { kind: 'deliver', namespace: ns, listener };
  on.hop(
    packet.flow,
    'published-port',
    `docker-proxy on port ${packet.dstPort} connects to ${target.address}:${target.port}`,
  );
  packet.src = '';
  packet.srcPort = ns.takePort();
  packet.dst = target.address;
  packet.dstPort = target.port;
  return walkOutput(on, ns, packet, depth + 1);
}

/** Docker's rules in the filter table between its bridges and the world. */
function mayForward(from: NetInterface, to: NetInterface): boolean {
  if (from.policy?.internal === true || to.policy?.internal === true) return false;
  if (from.policy && to.policy) return from === to;
  // Into a bridge from outside only by a DNAT rule; containers reach the world.
  return to.policy === undefined;
}

/** POSTROUTING, then out over the route's device. */
function leave(
  on: PathHost,
  ns: NetNamespace,
  packet: Packet,
  route: Route,
  depth: number,
): Verdict {
  const device = ns.named(route.device);
  assert(device, 'a route has its device');
  if (packet.kind === 'connect' || ns === on.host) translateSource(ns, device, packet);
  const nextHop = route.gateway ?? packet.dst;
  return transmit(on, ns, device, nextHop, packet, depth);
}

function translateSource(ns: NetNamespace, out: NetInterface, packet: Packet): void {
  const value = parseAddress(packet.src);
  for (const rule of ns.natRules) {
    if (rule.kind === 'masquerade-local') {
      if (out.name !== rule.bridge || !ns.holder(packet.src)) continue;
    } else if (rule.kind === 'masquerade') {
      const subnet = parseCidr(rule.subnet);
      if (out.name === rule.bridge || value === undefined || !subnet) continue;
      if (!prefixHas(subnet.prefix, value) || ns.holder(packet.src)) continue;
    } else {
      continue;
    }
    packet.src = ns.sourceOf(out.name);
    return;
  }
}

function transmit(
  on: PathHost,
  ns: NetNamespace,
  device: NetInterface,
  nextHop: string,
  packet: Packet,
  depth: number,
): Verdict {
  if (device.kind === 'ethernet') return { kind: 'lan', to: nextHop, vni: undefined };
  ns.neighbours.set(nextHop, device.name);
  if (device.kind === 'bridge')
    return bridgeForward(on, ns, device, undefined, nextHop, packet, depth);
  if (device.kind !== 'veth' || !device.peer) return { kind: 'no-neighbour' };
  const other = on.namespaceOf(device.peer.namespace);
  const peer = other?.interfaces.get(device.peer.index);
  if (!other || !peer?.up) return { kind: 'no-neighbour' };
  const bridge = peer.master === undefined ? undefined : other.interfaces.get(peer.master);
  if (bridge) return bridgeForward(on, other, bridge, peer, nextHop, packet, depth);
  return walkInput(on, other, peer, packet, depth + 1);
}

/** A frame on a bridge: to the bridge itself, to the port that has the next hop, or into a VXLAN. */
export function bridgeForward(
  on: PathHost,
  ns: NetNamespace,
  bridge: NetInterface,
  from: NetInterface | undefined,
  nextHop: string,
  packet: Packet,
  depth: number,
): Verdict {
  packet.costUs += HOP_US;
  if (from && ns.holder(nextHop) === bridge) return walkInput(on, ns, bridge, packet, depth + 1);
  for (const port of ns.interfaces.values()) {
    if (port.master !== bridge.index || !port.up || port === from) continue;
    if (port.kind !== 'veth' || !port.peer) continue;
    const other = on.namespaceOf(port.peer.namespace);
    const peer = other?.interfaces.get(port.peer.index);
    if (!other || !peer?.up || other.holder(nextHop) !== peer) continue;
    if (from?.kind === 'veth' && bridge.policy?.icc === false) return { kind: 'dropped' };
    on.hop(packet.flow, 'bridge', `${bridge.name} to ${nextHop} (${other.label})`, other.container);
    return walkInput(on, other, peer, packet, depth + 1);
  }
  const neighbour = ns.overlayNeighbours.get(nextHop);
  if (!neighbour || from?.kind === 'vxlan') return { kind: 'no-neighbour' };
  for (const port of ns.interfaces.values()) {
    if (port.master !== bridge.index || port.kind !== 'vxlan') continue;
    on.hop(packet.flow, 'vxlan', `VXLAN ${port.vni} to node ${neighbour.vtep} for ${nextHop}`);
    return { kind: 'lan', to: neighbour.vtep, vni: port.vni };
  }
  return { kind: 'no-neighbour' };
}
