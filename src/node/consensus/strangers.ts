/**
 * Members that write to this one before it has learned of them: one that was away while they joined. It
 * cannot answer them by its own list, so it asks a peer for their address (swarmkit
 * `manager/state/raft/transport` sendUnknownMessage, resolvePeer; the peer answers `ResolveAddress`).
 */
import type { RaftMessage } from '../../raft';
import type { ConsensusPorts, RaftWire } from './ports';
import { lanAddressOf, type Peers } from './peers';
import { messageBytes, messageLabel } from './labels';

export class Strangers {
  /** What waits for an address; only the newest for each, as nothing older helps. */
  private readonly waiting = new Map<string, RaftMessage>();

  constructor(
    private readonly ports: ConsensusPorts,
    private readonly peers: Peers,
    private readonly self: string,
  ) {}

  send(message: RaftMessage): void {
    const others = this.peers.all().filter(({ member }) => member.raftId !== this.self);
    const active = others.filter((peer) => peer.active && !peer.refused);
    // Where none is known to be there, all are asked: it may be only us who has not heard of them.
    const helpers = active.length > 0 ? active.slice(0, 1) : others;
    this.waiting.set(message.to, message);
    const ask: RaftWire = { kind: 'resolve', id: message.to };
    for (const { member } of helpers)
      this.ports.send(lanAddressOf(member.address), 'resolve address', 16, ask);
  }

  /** Another member asks. */
  resolve(fromAddress: string, id: string): void {
    const peer = this.peers.get(id);
    if (!peer) return;
    const { address } = peer.member;
    this.ports.send(fromAddress, 'address', 32, { kind: 'resolved', id, address });
  }

  resolved(id: string, address: string): void {
    const message = this.waiting.get(id);
    if (!message || !this.waiting.delete(id)) return;
    const payload: RaftWire = { kind: 'raft', message };
    const bytes = messageBytes(message);
    this.ports.send(lanAddressOf(address), messageLabel(message), bytes, payload);
  }
}
