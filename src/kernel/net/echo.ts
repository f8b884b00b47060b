/**
 * Echo requests (ping): answered by whichever namespace has the address, over bridges, overlays and
 * the LAN. The LAN's router answers too.
 */
import { NEIGHBOUR_TIMEOUT_US } from './pending-connect';
import type { PendingCall, PingRequest } from '../network-calls';
import type { ConnectionHost, Connections } from './connections';
import type { NetNamespace } from './namespace';
import { HOP_US, walkOutput } from './path';
import { PendingAnswer } from './pending-answer';
import type { NetPayload, Packet } from './segment';

export interface EchoAnswer {
  readonly roundTripUs: number;
  readonly ttl: number;
  readonly from: string;
}
/** Round trip to the LAN's router. */
const GATEWAY_ROUND_TRIP_US = 310;
const TTL_FIRST = 64;
/** Headers of an echo packet on Ethernet. */
const ECHO_HEADER_BYTES = 42;

interface EchoUnderWay {
  readonly pending: PendingAnswer<EchoAnswer>;
  readonly address: string;
  readonly costUs: number;
}

export class Echoes {
  private readonly underWay = new Map<string, EchoUnderWay>();

  constructor(
    private readonly on: ConnectionHost,
    private readonly connections: Connections,
  ) {}

  ping(ns: NetNamespace, request: PingRequest): PendingCall<EchoAnswer> {
    const pending = new PendingAnswer<EchoAnswer>(this.on.runtime);
    const { address, timeoutUs } = request;
    const packet: Packet = {
      kind: 'echo',
      protocol: 'udp',
      flow: this.connections.takeFlow(),
      src: '',
      srcPort: 0,
      dst: address,
      dstPort: 0,
      ttl: request.ttl,
      costUs: HOP_US,
      accepted: false,
    };
    const verdict = walkOutput(this.on, ns, packet);
    if (verdict.kind === 'deliver') {
      const ttl = TTL_FIRST - (request.ttl - packet.ttl);
      pending.answerLater(
        { roundTripUs: 2 * packet.costUs, ttl, from: address },
        2 * packet.costUs,
      );
    } else if (verdict.kind === 'no-route') pending.fail('ENETUNREACH');
    else if (verdict.kind === 'no-neighbour') failOr(pending, timeoutUs, NEIGHBOUR_TIMEOUT_US);
    else if (verdict.kind === 'lan' && this.on.isGateway(verdict.to)) {
      const roundTripUs = GATEWAY_ROUND_TRIP_US;
      const answer = { roundTripUs, ttl: TTL_FIRST, from: address };
      if (address === verdict.to) pending.answerLater(answer, roundTripUs);
      else pending.failLater('ENETUNREACH', roundTripUs);
    } else if (verdict.kind === 'lan') this.send(pending, packet, verdict, request);
    else pending.failLater('ETIMEDOUT', timeoutUs);
    return pending;
  }

  private send(
    pending: PendingAnswer<EchoAnswer>,
    packet: Packet,
    to: { readonly to: string; readonly vni: number | undefined },
    request: PingRequest,
  ): void {
    const { flow, costUs } = packet;
    for (const [known, echo] of this.underWay)
      if (echo.pending.isSettled) this.underWay.delete(known);
    this.underWay.set(flow, { pending, address: request.address, costUs });
    const silent = to.vni === undefined && !this.on.isKnownNeighbour(to.to);
    failOr(pending, request.timeoutUs, silent ? NEIGHBOUR_TIMEOUT_US : Infinity);
    const payload: NetPayload = {
      net: 'echo',
      vni: to.vni,
      packet: { ...packet, costUs: 0 },
      bytes: request.bytes,
    };
    this.sendLan(to.to, to.vni, request.bytes, 'ping', payload);
  }

  private sendLan(
    to: string,
    vni: number | undefined,
    bytes: number,
    label: string,
    payload: NetPayload,
  ): void {
    this.on.lan.send({
      to,
      channel: 'request',
      label: vni === undefined ? label : 'vxlan',
      bytes: ECHO_HEADER_BYTES + bytes + (vni === undefined ? 0 : 50),
      payload,
    });
  }

  receiveEcho(from: string, payload: NetPayload & { net: 'echo' }): void {
    const packet: Packet = { ...payload.packet, costUs: HOP_US };
    const { ttl } = packet;
    const verdict = this.connections.walkArrived(packet, payload.vni);
    if (verdict.kind !== 'deliver') return;
    this.sendLan(from, payload.vni, payload.bytes, 'pong', {
      net: 'echo-reply',
      flow: packet.flow,
      ttl: TTL_FIRST - (ttl - packet.ttl),
      costUs: packet.costUs,
      unreachable: false,
    });
  }

  receiveReply(_from: string, payload: NetPayload & { net: 'echo-reply' }): void {
    const echo = this.underWay.get(payload.flow);
    if (!echo) return;
    this.underWay.delete(payload.flow);
    const own = 2 * (echo.costUs + payload.costUs);
    const roundTripUs = this.on.runtime.now - echo.pending.startedAt + own;
    const answer = { roundTripUs, ttl: payload.ttl, from: echo.address };
    if (!echo.pending.isSettled) echo.pending.answerLater(answer, own);
  }
}

/** Whichever comes first: the caller's patience, or the wire's word that nobody is there. */
function failOr(
  pending: PendingAnswer<EchoAnswer>,
  timeoutUs: number,
  unreachableUs: number,
): void {
  if (unreachableUs < timeoutUs) pending.failLater('EHOSTUNREACH', unreachableUs);
  else pending.failLater('ETIMEDOUT', timeoutUs);
}
