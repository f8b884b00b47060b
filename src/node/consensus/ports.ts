/** What the log of a manager says to the outside, and how it gets there. */
import type { RaftMessage } from '../../raft';
import type { ConsensusMember, ConsensusReply } from '../../swarm';

/** How the log reaches the outside; node/ provides it. */
export interface ConsensusPorts {
  /** To the daemon at a LAN address, on channel 'raft'. */
  send(address: string, label: string, bytes: number, payload: unknown): void;
  /** Asks for durability; `persisted` of the log is told when it is there. */
  persist(bytes: number, token: number): void;
}

/** Payloads on channel 'raft'. */
export type RaftWire =
  | { readonly kind: 'raft'; readonly message: RaftMessage }
  | { readonly kind: 'removed'; readonly to: string }
  /** Where is that member? */
  | { readonly kind: 'resolve'; readonly id: string }
  | { readonly kind: 'resolved'; readonly id: string; readonly address: string }
  | { readonly kind: 'health'; readonly id: number }
  | { readonly kind: 'healthy'; readonly id: number };

/** Why a health check was made. */
export type HealthPurpose =
  | { readonly kind: 'connect'; readonly raftId: string }
  | { readonly kind: 'vote'; readonly message: RaftMessage }
  | { readonly kind: 'join'; readonly member: ConsensusMember; readonly reply: ConsensusReply };
