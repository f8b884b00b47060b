/**
 * The door to the core (etcd-io/raft `rawnode.go`): call `tick`, `step` and `propose`; while `hasReady`,
 * take a `Ready`, make its state durable, send its messages, apply its entries, then call `advance`.
 */
import type { ConfChange, Entry, Membership, RaftId, RaftMessage, Snapshot } from './message';
import { Raft, type HardState, type RaftConfig, type ReadState, type StoredState } from './raft';

/** Work for the owner, in this order: save, send, apply. */
export interface Ready {
  /** Set when term, vote or commit changed. */
  readonly hardState: HardState | undefined;
  /** A snapshot from the leader that replaces the whole log: save it and load its data. */
  readonly snapshot: Snapshot | undefined;
  /** New entries to save; they replace saved ones from their first index on. */
  readonly entries: readonly Entry[];
  readonly messages: readonly RaftMessage[];
  /** Committed entries to apply. */
  readonly committed: readonly Entry[];
  readonly readStates: readonly ReadState[];
}

export class RaftNode {
  private readonly raft: Raft;
  private saved: HardState;
  private underWay: Ready | undefined;

  constructor(config: RaftConfig, stored: StoredState) {
    this.raft = new Raft(config, stored);
    this.saved = this.hardState();
  }

  /** The state machine, for observers; nobody but this class changes it. */
  get core(): Readonly<Pick<Raft, Observable>> {
    return this.raft;
  }

  tick(): void {
    this.raft.tick();
  }
  campaign(): void {
    this.raft.campaign();
  }
  step(m: RaftMessage): void {
    this.raft.step(m);
  }
  /** False when the command is refused at once (no leader, or a transfer is under way). */
  propose(data: unknown, bytes: number): boolean {
    return this.raft.propose('normal', data, bytes);
  }
  /** Several commands at once, on the leader only. */
  proposeAll(commands: readonly { data: unknown; bytes: number }[]): boolean {
    return this.raft.proposeAll(commands);
  }
  proposeConfChange(change: ConfChange): boolean {
    return this.raft.propose('membership', change, 64);
  }
  applyConfChange(change: ConfChange): void {
    this.raft.applyConfChange(change);
  }
  setMembership(membership: Membership): void {
    this.raft.setMembership(membership);
  }
  transferLeadership(to: RaftId): void {
    this.raft.transferLeadership(to);
  }
  readIndex(context: string): boolean {
    return this.raft.readIndex(context);
  }
  reportUnreachable(id: RaftId): void {
    this.raft.reportUnreachable(id);
  }
  reportSnapshot(id: RaftId, ok: boolean): void {
    this.raft.reportSnapshot(id, ok);
  }

  /** Replaces the log up to the applied index by a snapshot, keeping `keep` entries for slow members. */
  compact(data: unknown, keep: number): Snapshot {
    const { log } = this.raft;
    const index = log.applied;
    const snapshot: Snapshot = {
      index,
      term: log.term(index) ?? log.snapshot.term,
      membership: { voters: [...this.raft.voters], learners: [...this.raft.learners] },
      data,
    };
    log.compact(snapshot, index - keep);
    return snapshot;
  }

  private hardState(): HardState {
    const { term, votedFor, log } = this.raft;
    return { term, votedFor, commit: log.committed };
  }

  private hardStateChanged(): boolean {
    const { term, votedFor, log } = this.raft;
    const { saved } = this;
    return term !== saved.term || votedFor !== saved.votedFor || log.committed !== saved.commit;
  }

  /** Whether there is work; never while a `Ready` is under way. */
  hasReady(): boolean {
    if (this.underWay) return false;
    const { log, messages, readStates } = this.raft;
    return (
      messages.length > 0 ||
      log.unsavedSnapshot !== undefined ||
      log.stable < log.lastIndex ||
      log.applied < log.committed ||
      readStates.length > 0 ||
      this.hardStateChanged()
    );
  }

  ready(): Ready {
    const { raft } = this;
    const { log } = raft;
    const snapshot = log.unsavedSnapshot;
    // Only what is durable here is applied here.
    const applyTo = Math.min(log.committed, log.stable);
    const from = snapshot ? snapshot.index : log.applied;
    const ready: Ready = {
      hardState: this.hardStateChanged() ? this.hardState() : undefined,
      snapshot,
      entries: log.range(log.stable, log.lastIndex),
      messages: raft.messages,
      committed: log.range(from, applyTo),
      readStates: raft.readStates,
    };
    raft.messages = [];
    if (raft.readStates.length > 0) raft.readStates = [];
    this.underWay = ready;
    return ready;
  }

  /** The work of the last `Ready` is done. */
  advance(): void {
    const ready = this.underWay;
    if (!ready) return;
    this.underWay = undefined;
    const { log } = this.raft;
    if (ready.hardState) this.saved = ready.hardState;
    if (ready.snapshot && log.unsavedSnapshot === ready.snapshot) {
      log.unsavedSnapshot = undefined;
      log.applied = Math.max(log.applied, ready.snapshot.index);
    }
    const applied = ready.committed[ready.committed.length - 1];
    if (applied) log.applied = Math.max(log.applied, applied.index);
    const last = ready.entries[ready.entries.length - 1];
    // What was overwritten meanwhile is not stable.
    if (last && log.matchTerm(last.index, last.term)) log.stable = Math.max(log.stable, last.index);
    this.raft.ownEntriesStable();
  }
}

/** What observers may read of the core. */
type Observable =
  | 'id'
  | 'role'
  | 'term'
  | 'votedFor'
  | 'leader'
  | 'log'
  | 'voters'
  | 'learners'
  | 'progress'
  | 'votes'
  | 'electionElapsed'
  | 'electionTimeout'
  | 'leadTransferee';
