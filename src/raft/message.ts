/**
 * What Raft members say to each other, and what the log holds. One flat message shape for all kinds, as
 * in etcd-io/raft `raftpb/raft.proto`; unused fields stay at their zero value.
 */

/** Id of a member. Never reused in a cluster. '' means nobody. */
export type RaftId = string;
export const NOBODY: RaftId = '';

/** One change of membership; takes effect when it is applied. */
export interface ConfChange {
  readonly op: 'add' | 'add-learner' | 'remove' | 'update';
  readonly id: RaftId;
  /** What the application wants to know with it (address, node id). */
  readonly context: unknown;
}

export interface Entry {
  readonly term: number;
  readonly index: number;
  /** A normal entry without data is the one that a new leader writes. */
  readonly kind: 'normal' | 'membership';
  readonly data: unknown;
  /** Size of the data, for the limit of one append. */
  readonly bytes: number;
}

/** Members that a configuration has. */
export interface Membership {
  readonly voters: readonly RaftId[];
  readonly learners: readonly RaftId[];
}

export interface Snapshot {
  readonly index: number;
  readonly term: number;
  readonly membership: Membership;
  /** The application's state. Frozen. */
  readonly data: unknown;
}

export type MessageType =
  | 'append'
  | 'append-response'
  | 'vote'
  | 'vote-response'
  | 'pre-vote'
  | 'pre-vote-response'
  | 'heartbeat'
  | 'heartbeat-response'
  | 'snapshot'
  | 'propose'
  | 'transfer-leader'
  | 'timeout-now'
  | 'read-index'
  | 'read-index-response';

export interface RaftMessage {
  readonly type: MessageType;
  readonly from: RaftId;
  readonly to: RaftId;
  readonly term: number;
  /** Append: term of the entry before. Vote: term of the last entry. Rejection: term at the hint. */
  readonly logTerm: number;
  /** Append: index of the entry before. Vote: last index. Responses: index they speak of. */
  readonly index: number;
  readonly entries: readonly Entry[];
  readonly commit: number;
  readonly reject: boolean;
  /** Where the follower thinks that the logs may agree. */
  readonly rejectHint: number;
  /** Context of a read, or 'transfer' in the vote requests of a transfer. */
  readonly context: string;
  readonly snapshot: Snapshot | undefined;
}

export const NO_ENTRIES: readonly Entry[] = Object.freeze([]);

/** A message that is being written: all fields there, so that every message has one shape. */
export type MessageDraft = { -readonly [Field in keyof RaftMessage]: RaftMessage[Field] };

/** A message with the zero value in all other fields; the sender fills in what its kind needs. */
export function message(type: MessageType, from: RaftId, to: RaftId, term: number): MessageDraft {
  return {
    type,
    from,
    to,
    term,
    logTerm: 0,
    index: 0,
    entries: NO_ENTRIES,
    commit: 0,
    reject: false,
    rejectHint: 0,
    context: '',
    snapshot: undefined,
  };
}
