/**
 * All connections of one machine: attempts, the table of ways, segments between sockets and over the
 * LAN. Models the transport layer together with conntrack; the ways themselves are found by path.ts.
 */
import { assert } from '../../base';
import type { Runtime, Wakeable } from '../../base';
import type { Envelope } from '../../api';
import type { ConnectRequest, SocketOwner } from '../network-calls';
import type { NetNamespace } from './namespace';
import { HOP_US, bridgeForward, walkInput, walkOutput, type PathHost, type Verdict } from './path';
import { PendingConnect, type ConnectHost } from './pending-connect';
import { HEADER_BYTES, VXLAN_BYTES, type NetPayload, type Packet, type Segment } from './segment';
import { StreamSocket, type SegmentCarrier } from './stream-socket';
import { TrackTable, type Track, type TrackEnd } from './track';

/** Where what leaves the machine goes; the machine puts it on the simulated LAN. */
export interface LanPort {
  send(envelope: Envelope): void;
}

/** What the connections need of the stack around them. */
export interface ConnectionHost extends PathHost {
  readonly runtime: Runtime;
  readonly lan: LanPort;
  takeInode(): number;
  /** True when something has come from that LAN address since the machine started. */
  isKnownNeighbour(address: string): boolean;
  /** True for the LAN's router, which is no machine of the cluster. */
  isGateway(address: string): boolean;
  /** The LAN's name server: there, and listening nowhere else. */
  isNameServer(address: string): boolean;
  /** The namespace that has the VXLAN device with that identifier. */
  overlayOf(vni: number): NetNamespace | undefined;
}

interface SegmentDue {
  readonly key: string;
  readonly toServer: boolean;
  readonly segment: Segment;
}

export class Connections implements SegmentCarrier, ConnectHost, Wakeable {
  readonly tracks = new TrackTable();
  private nextFlow = 1;

  constructor(private readonly on: ConnectionHost) {}

  get runtime(): Runtime {
    return this.on.runtime;
  }

  takeFlow(): string {
    return `${this.runtime.name}/${this.nextFlow++}`;
  }

  connect(ns: NetNamespace, request: ConnectRequest, owner: SocketOwner): PendingConnect {
    const flow = this.takeFlow();
    const port = ns.takePort();
    const source = this.sourceFor(ns, request.address);
    const local = { address: source, port };
    const pending = new PendingConnect(this, ns, request, owner, TrackTable.key(flow, 0), local);
    const target = `${request.address}:${request.port}`;
    this.on.hop(flow, 'connect', `${owner.program} in ${ns.label} connects to ${target}`);
    this.begin(pending, flow);
    if (!pending.isEnded) pending.startDeadline();
    return pending;
  }

  private sourceFor(ns: NetNamespace, address: string): string {
    if (ns.holder(address)) return address;
    const route = ns.lookup(address);
    return route ? ns.sourceOf(route.device, route) : '';
  }

  private begin(pending: PendingConnect, flow: string): void {
    const { request, namespace, local } = pending;
    const packet: Packet = {
      kind: 'connect',
      protocol: request.protocol,
      flow,
      src: local.address,
      srcPort: local.port,
      dst: request.address,
      dstPort: request.port,
      ttl: 64,
      costUs: HOP_US,
      accepted: false,
    };
    const verdict = walkOutput(this.on, namespace, packet);
    if (verdict.kind === 'refused') pending.failLater('ECONNREFUSED', 2 * packet.costUs);
    else if (verdict.kind === 'no-route') pending.fail('ENETUNREACH');
    else if (verdict.kind === 'no-neighbour') pending.expectNeighbour();
    else if (verdict.kind === 'lan' && this.on.isGateway(verdict.to))
      pending.failLater('ENETUNREACH', 600);
    else if (verdict.kind === 'lan' && this.on.isNameServer(verdict.to))
      pending.failLater('ECONNREFUSED', 600);
    else if (verdict.kind !== 'dropped') {
      const client: TrackEnd = { kind: 'pending', pending };
      this.open(flow, 0, packet, client, verdict);
      if (verdict.kind !== 'lan') return;
      pending.startRetries();
      const { to, vni } = verdict;
      if (vni === undefined && !this.on.isKnownNeighbour(to)) pending.expectNeighbour();
    }
  }

  /** Remembers the way and sends the first packet on. */
  private open(
    flow: string,
    leg: number,
    packet: Packet,
    client: TrackEnd,
    verdict: Verdict & { kind: 'deliver' | 'lan' },
  ): void {
    const server = this.serverEnd(verdict, leg);
    const key = TrackTable.key(flow, leg);
    const track: Track = {
      key,
      flow,
      leg,
      packet,
      client,
      server,
      costUs: packet.costUs,
      answered: false,
      clientFin: false,
      serverFin: false,
    };
    this.tracks.add(track, this.runtime.now);
    if (server.kind === 'lan') this.sendConnect(track, server);
    else this.runtime.setTimer(packet.costUs, this, 'arrive', key);
  }

  private serverEnd(verdict: Verdict & { kind: 'deliver' | 'lan' }, leg: number): TrackEnd {
    if (verdict.kind === 'lan')
      return { kind: 'lan', address: verdict.to, vni: verdict.vni, leg: leg + 1 };
    assert(verdict.listener, 'a connection is delivered to a listener');
    return { kind: 'listener', listener: verdict.listener };
  }

  private sendConnect(track: Track, to: TrackEnd & { kind: 'lan' }): void {
    const packet: Packet = { ...track.packet, costUs: 0, accepted: false };
    delete packet.balanced;
    const payload: NetPayload = { net: 'connect', leg: to.leg, vni: to.vni, packet };
    this.sendLan(to, `connect :${packet.dstPort}`, 0, payload);
  }

  private sendLan(
    to: { readonly address: string; readonly vni: number | undefined },
    label: string,
    dataBytes: number,
    payload: NetPayload,
  ): void {
    const overlay = to.vni !== undefined;
    this.on.lan.send({
      to: to.address,
      channel: 'request',
      label: overlay ? 'vxlan' : label,
      bytes: HEADER_BYTES + dataBytes + (overlay ? VXLAN_BYTES : 0),
      payload,
    });
  }

  // --- attempts under way
  retryConnect(pending: PendingConnect): void {
    const track = this.tracks.get(pending.trackKey);
    if (!track) return;
    if (this.hasLostDestination(track)) {
      this.tracks.delete(track.key);
      return this.begin(pending, track.flow);
    }
    if (track.server.kind === 'lan') this.sendConnect(track, track.server);
  }

  /** IPVS forgets a connection whose destination was removed (`expire_nodest_conn`). */
  private hasLostDestination(track: Track): boolean {
    const chosen = track.packet.balanced;
    if (!chosen) return false;
    const service = this.on.namespaceOf(chosen.namespace)?.ipvs.get(chosen.mark);
    return !service?.destinations.some((one) => one.address === chosen.address);
  }

  dropConnect(pending: PendingConnect, timedOut: boolean): void {
    const track = this.tracks.get(pending.trackKey);
    if (track?.client.kind === 'pending') {
      this.toward(track, true, { kind: 'reset', refused: false });
      this.tracks.delete(track.key);
    }
    if (!timedOut) return;
    const { address, port } = pending.request;
    const flow = pending.trackKey.split('#')[0]!;
    this.on.hop(flow, 'timeout', `no answer from ${address}:${port}`);
  }

  // --- timers
  wake(tag: string, data: unknown): void {
    if (tag === 'arrive') {
      const track = this.tracks.get(data as string);
      if (track) this.arrive(track);
      return;
    }
    const due = data as SegmentDue;
    const track = this.tracks.get(due.key);
    if (track) this.deliver(track, due.toServer, due.segment);
  }

  /** A first packet is at its listener. */
  private arrive(track: Track): void {
    if (track.server.kind !== 'listener') return;
    const { listener } = track.server;
    if (listener.closed) return this.refuse(track);
    const { packet } = track;
    const socket = new StreamSocket(
      this,
      listener.namespace,
      this.on.takeInode(),
      packet.protocol,
      track.key,
      false,
      { address: packet.dst, port: packet.dstPort },
      { address: packet.src, port: packet.srcPort },
      track.client.kind === 'lan',
      listener.owner,
    );
    track.server = { kind: 'socket', socket };
    const { label, container } = listener.namespace;
    const text = `${packet.dst}:${packet.dstPort} of ${label} sees ${packet.src}`;
    this.on.hop(track.flow, 'accept', text, container);
    if (!listener.offer(socket)) return socket.abort();
    this.toward(track, false, { kind: 'accepted' });
  }

  private refuse(track: Track): void {
    this.toward(track, false, { kind: 'reset', refused: true });
    // An end on this machine is told by a timer, which still needs the entry.
    if (track.client.kind === 'lan') this.tracks.delete(track.key);
  }

  // --- segments
  carry(socket: StreamSocket, segment: Segment): void {
    const track = this.tracks.get(socket.trackKey);
    if (track) this.toward(track, socket.isClient, segment);
  }

  /** Sends a segment one way. */
  private toward(track: Track, toServer: boolean, segment: Segment): void {
    const end = toServer ? track.server : track.client;
    if (segment.kind === 'data' && segment.fin) {
      if (toServer) track.clientFin = true;
      else track.serverFin = true;
    }
    if (end.kind === 'lan') {
      const bytes = segment.kind === 'data' ? segment.data.length : 0;
      const label = segment.kind === 'data' && bytes > 0 ? `data ${bytes} B` : segment.kind;
      const { flow } = track;
      const payload: NetPayload = { net: 'segment', flow, leg: end.leg, toServer, segment };
      this.sendLan(end, label, bytes, payload);
    } else {
      const due: SegmentDue = { key: track.key, toServer, segment };
      this.runtime.setTimer(track.costUs, this, 'segment', due);
    }
  }

  /** A segment has come to its end on this machine, or passes through it. */
  private deliver(track: Track, toServer: boolean, segment: Segment): void {
    const end = toServer ? track.server : track.client;
    if (end.kind === 'lan') this.toward(track, toServer, segment);
    else if (end.kind === 'pending') this.deliverToPending(track, end.pending, segment);
    else if (end.kind === 'socket') {
      if (!toServer && segment.kind === 'data' && segment.data.length > 0)
        this.noteAnswer(track, end.socket);
      end.socket.receive(segment);
    } else if (segment.kind === 'reset') {
      this.tracks.delete(track.key);
      return;
    }
    this.noteEnd(track, segment);
  }

  private noteAnswer(track: Track, socket: StreamSocket): void {
    if (track.answered) return;
    track.answered = true;
    const { address, port } = socket.peer;
    this.on.hop(track.flow, 'answer', `${socket.namespace.label} hears from ${address}:${port}`);
  }

  private deliverToPending(track: Track, pending: PendingConnect, segment: Segment): void {
    if (segment.kind === 'reset') {
      this.tracks.delete(track.key);
      pending.fail('ECONNREFUSED');
      return;
    }
    const { address, port } = pending.request;
    const overLan = track.server.kind === 'lan';
    const socket = new StreamSocket(
      this,
      pending.namespace,
      this.on.takeInode(),
      pending.request.protocol,
      track.key,
      true,
      pending.local,
      { address, port },
      overLan,
      pending.owner,
    );
    track.client = { kind: 'socket', socket };
    if (overLan) socket.setRoundTrip(this.runtime.now - pending.startedAt);
    pending.succeed(socket);
    // Data may have overtaken the word that the connection stands.
    if (segment.kind !== 'accepted') this.deliver(track, false, segment);
  }

  /** Entries without a socket of this machine end with what they see pass. */
  private noteEnd(track: Track, segment: Segment): void {
    if (track.client.kind !== 'lan' || track.server.kind !== 'lan') return;
    const over = segment.kind === 'reset' || (track.clientFin && track.serverFin);
    if (over) this.tracks.finish(track, this.runtime.now);
  }

  socketDone(socket: StreamSocket): void {
    const track = this.tracks.get(socket.trackKey);
    if (!track) return;
    const other = socket.isClient ? track.server : track.client;
    if (other.kind === 'socket' && !other.socket.isDone) return;
    if (other.kind === 'listener' || other.kind === 'pending') return;
    this.tracks.finish(track, this.runtime.now);
  }

  // --- from the LAN
  receiveConnect(from: string, payload: NetPayload & { net: 'connect' }): void {
    const { leg, vni } = payload;
    const { flow } = payload.packet;
    const known = this.tracks.get(TrackTable.key(flow, leg));
    if (known && !this.hasLostDestination(known)) return this.repeatConnect(known);
    const packet: Packet = { ...payload.packet, costUs: HOP_US };
    const verdict = this.walkArrived(packet, vni);
    const client: TrackEnd = { kind: 'lan', address: from, vni, leg: leg - 1 };
    if (verdict.kind === 'deliver' || verdict.kind === 'lan') {
      this.open(flow, leg, packet, client, verdict);
    } else if (verdict.kind === 'refused') {
      const segment: Segment = { kind: 'reset', refused: true };
      const answer: NetPayload = { net: 'segment', flow, leg: leg - 1, toServer: false, segment };
      this.sendLan({ address: from, vni }, 'reset', 0, answer);
    }
  }

  /** A packet from the LAN enters by the network card, or, unwrapped, by a VXLAN device. */
  walkArrived(packet: Packet, vni: number | undefined): Verdict {
    if (vni === undefined) {
      const { host } = this.on;
      for (const device of host.interfaces.values())
        if (device.kind === 'ethernet') return walkInput(this.on, host, device, packet, 0);
      return { kind: 'dropped' };
    }
    const ns = this.on.overlayOf(vni);
    if (!ns) return { kind: 'dropped' };
    for (const device of ns.interfaces.values()) {
      if (device.kind !== 'vxlan' || device.vni !== vni || device.master === undefined) continue;
      const bridge = ns.interfaces.get(device.master);
      if (bridge) return bridgeForward(this.on, ns, bridge, device, packet.dst, packet, 0);
    }
    return { kind: 'dropped' };
  }

  /** The first packet came again: its answer was lost, or it is on its way. */
  private repeatConnect(track: Track): void {
    if (track.server.kind === 'lan') this.sendConnect(track, track.server);
    else if (track.server.kind === 'socket') this.toward(track, false, { kind: 'accepted' });
  }

  receiveSegment(
    from: string,
    payload: NetPayload & { net: 'segment' },
    vni: number | undefined,
  ): void {
    const { flow, leg, toServer, segment } = payload;
    const track = this.tracks.get(TrackTable.key(flow, leg));
    if (track) return this.deliver(track, toServer, segment);
    if (segment.kind === 'reset') return;
    const back = toServer ? leg - 1 : leg + 1;
    const reset: Segment = { kind: 'reset', refused: false };
    this.sendLan({ address: from, vni }, 'reset', 0, {
      net: 'segment',
      flow,
      leg: back,
      toServer: !toServer,
      segment: reset,
    });
  }

  /** The host at that address is up but knows nothing of its connections any more. */
  peerReset(address: string): void {
    const reset: Segment = { kind: 'reset', refused: true };
    for (const track of [...this.tracks.values()]) {
      // What travels in a VXLAN gets no answer from the node itself.
      if (leadsTo(track.server, address)) this.deliver(track, false, reset);
      else if (leadsTo(track.client, address)) this.deliver(track, true, reset);
    }
  }
}

function leadsTo(end: TrackEnd, address: string): boolean {
  return end.kind === 'lan' && end.vni === undefined && end.address === address;
}
