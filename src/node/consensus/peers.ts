/**
 * The connections of a manager to the other members (swarmkit `manager/state/raft/transport`). A peer is
 * active until a send to it fails: the connection is reset, or nothing comes back within two seconds.
 *
 * A refused connection is tried again in the background, at first after a second, then less and less
 * often up to every eight (grpc's backoff with swarmkit's limit); until it is back every send fails.
 *
 * Differs: the real transport has an answer to each call; here anything heard from the peer counts as
 * one, which saves every second message.
 */
import type { ConsensusMember } from '../../swarm';

/** swarmkit `SendTimeout`. */
export const SEND_TIMEOUT_US = 2_000_000;

const BACKOFF_MAX_US = 8_000_000;
const BACKOFF_BASE_US = 1_000_000;

export interface Peer {
  member: ConsensusMember;
  active: boolean;
  /** Since when something sent has no answer; undefined if nothing is open. */
  waitingSince: number | undefined;
  /** The connection was refused and is being tried again. */
  refused: boolean;
  backoffUs: number;
}

export class Peers {
  private readonly peers = new Map<string, Peer>();

  get(raftId: string): Peer | undefined {
    return this.peers.get(raftId);
  }
  all(): Peer[] {
    return [...this.peers.values()];
  }
  put(member: ConsensusMember): void {
    const known = this.peers.get(member.raftId);
    if (known) known.member = member;
    else
      this.peers.set(member.raftId, {
        member,
        active: true,
        waitingSince: undefined,
        refused: false,
        backoffUs: BACKOFF_BASE_US,
      });
  }
  remove(raftId: string): void {
    this.peers.delete(raftId);
  }
  clear(): void {
    this.peers.clear();
  }

  sent(raftId: string, now: number): void {
    const peer = this.peers.get(raftId);
    if (peer && peer.waitingSince === undefined) peer.waitingSince = now;
  }

  /** True if it was thought to be lost. */
  heard(raftId: string): boolean {
    const peer = this.peers.get(raftId);
    if (!peer) return false;
    peer.waitingSince = undefined;
    // What it sends comes over its own connection; ours may still be down.
    const wasLost = !peer.active && !peer.refused;
    if (wasLost) peer.active = true;
    return wasLost;
  }

  /** Notes a refused connection; the delay before the next attempt, undefined if one is planned. */
  refuse(raftId: string): number | undefined {
    const peer = this.peers.get(raftId);
    if (!peer || peer.refused) return undefined;
    peer.refused = true;
    return peer.backoffUs;
  }

  /** An attempt to connect failed as well: the delay before the next one. */
  backOff(raftId: string): number {
    const peer = this.peers.get(raftId);
    if (!peer) return BACKOFF_MAX_US;
    peer.backoffUs = Math.min(BACKOFF_MAX_US, Math.floor(peer.backoffUs * 1.6));
    return peer.backoffUs;
  }

  /** The connection is back. */
  connected(raftId: string): void {
    const peer = this.peers.get(raftId);
    if (!peer) return;
    peer.refused = false;
    peer.backoffUs = BACKOFF_BASE_US;
    peer.active = true;
    peer.waitingSince = undefined;
  }

  failed(raftId: string): void {
    const peer = this.peers.get(raftId);
    if (!peer) return;
    peer.active = false;
    peer.waitingSince = undefined;
  }

  /** Peers that have not answered in time. */
  overdue(now: number): string[] {
    const late: string[] = [];
    for (const [raftId, peer] of this.peers)
      if (peer.waitingSince !== undefined && now - peer.waitingSince >= SEND_TIMEOUT_US)
        late.push(raftId);
    return late;
  }

  /** Members at a LAN address (a node that joined anew has two for a moment). */
  at(lanAddress: string): string[] {
    const found: string[] = [];
    for (const [raftId, { member }] of this.peers)
      if (lanAddressOf(member.address) === lanAddress) found.push(raftId);
    return found;
  }
}

/** "192.168.0.11" of "192.168.0.11:2377". */
export function lanAddressOf(address: string): string {
  const mark = address.lastIndexOf(':');
  return mark < 0 ? address : address.slice(0, mark);
}
