/**
 * The replicated log of one member (etcd-io/raft `log.go`, `log_unstable.go`): entries after the last
 * snapshot, and three marks with `applied <= committed <= lastIndex`, `stable <= lastIndex`.
 */
import { assert } from '../base';
import { NO_ENTRIES, type Entry, type Snapshot } from './message';

export class RaftLog {
  /** entries[i] has index offset + 1 + i. */
  private entries: Entry[] = [];
  /** Index of the last entry that was compacted away, and its term. offset <= snapshot.index. */
  private offset: number;
  private offsetTerm: number;
  /** The last snapshot taken or received. */
  snapshot: Snapshot;
  /** A snapshot from the leader that is not yet saved. */
  unsavedSnapshot: Snapshot | undefined;
  /** Highest index known to be in the log of a majority. */
  committed: number;
  /** Highest index that the application has taken. */
  applied: number;
  /** Highest index that is durable here. */
  stable: number;

  constructor(snapshot: Snapshot, entries: readonly Entry[], commit: number) {
    this.snapshot = snapshot;
    this.offset = snapshot.index;
    this.offsetTerm = snapshot.term;
    this.entries = entries.filter((entry) => entry.index > snapshot.index);
    this.committed = Math.max(commit, snapshot.index);
    this.applied = snapshot.index;
    this.stable = this.lastIndex;
    assert(this.committed <= this.lastIndex, 'a member never commits what it does not hold');
  }

  get firstIndex(): number {
    return this.offset + 1;
  }
  get lastIndex(): number {
    return this.offset + this.entries.length;
  }
  get lastTerm(): number {
    const last = this.entries[this.entries.length - 1];
    return last === undefined ? this.offsetTerm : last.term;
  }

  /** Term of the entry at an index; undefined if it was compacted away or does not exist. */
  term(index: number): number | undefined {
    if (index === this.offset) return this.offsetTerm;
    return this.entries[index - this.offset - 1]?.term;
  }

  matchTerm(index: number, term: number): boolean {
    return this.term(index) === term;
  }

  at(index: number): Entry | undefined {
    return this.entries[index - this.offset - 1];
  }

  /** Entries from `from` on, at least one, until `maxBytes` is passed. */
  from(from: number, maxBytes: number): readonly Entry[] {
    const start = from - this.offset - 1;
    if (start >= this.entries.length) return NO_ENTRIES;
    let bytes = 0;
    let end = start;
    while (end < this.entries.length) {
      bytes += this.entries[end]!.bytes;
      if (bytes > maxBytes && end > start) break;
      end++;
    }
    return this.entries.slice(start, end);
  }

  /** Entries in (from, to]. */
  range(from: number, to: number): readonly Entry[] {
    if (to <= from) return NO_ENTRIES;
    return this.entries.slice(from - this.offset, to - this.offset);
  }

  /** Adds at the end, replacing what conflicts. */
  append(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    const first = entries[0]!.index;
    assert(first > this.committed, 'a committed entry is never replaced');
    const keep = first - this.offset - 1;
    assert(keep >= 0 && keep <= this.entries.length, 'the log has no gaps');
    if (keep < this.entries.length) this.entries.length = keep;
    for (const entry of entries) this.entries.push(entry);
    if (this.stable >= first) this.stable = first - 1;
  }

  /**
   * What a leader says follows (index, term): answers the last index that now agrees, or undefined
   * when the entry before is not ours.
   */
  maybeAppend(
    index: number,
    term: number,
    leaderCommit: number,
    entries: readonly Entry[],
  ): number | undefined {
    if (!this.matchTerm(index, term)) return undefined;
    let conflict = 0;
    while (conflict < entries.length) {
      const entry = entries[conflict]!;
      if (this.term(entry.index) !== entry.term) break;
      conflict++;
    }
    if (conflict < entries.length) {
      this.append(conflict === 0 ? entries : entries.slice(conflict));
    }
    const last = index + entries.length;
    this.commitTo(Math.min(leaderCommit, last));
    return last;
  }

  commitTo(index: number): void {
    if (index <= this.committed) return;
    assert(index <= this.lastIndex, 'a commit index is within the log');
    this.committed = index;
  }

  /** Whether a log that ends like this may lead us (paper, 5.4.1). */
  isUpToDate(lastIndex: number, lastTerm: number): boolean {
    return lastTerm > this.lastTerm || (lastTerm === this.lastTerm && lastIndex >= this.lastIndex);
  }

  /**
   * The largest index not above `index` whose term is not above `term`, with its term. One probe then
   * skips a whole divergent term (etcd `findConflictByTerm`).
   */
  findConflictByTerm(index: number, term: number): { index: number; term: number } {
    for (let i = index; i > 0; i--) {
      const ours = this.term(i);
      if (ours === undefined) return { index: i, term: 0 };
      if (ours <= term) return { index: i, term: ours };
    }
    return { index: 0, term: 0 };
  }

  /** Starts over from a leader's snapshot. */
  restore(snapshot: Snapshot): void {
    this.entries = [];
    this.snapshot = snapshot;
    this.offset = snapshot.index;
    this.offsetTerm = snapshot.term;
    this.unsavedSnapshot = snapshot;
    this.committed = snapshot.index;
    this.stable = snapshot.index;
  }

  /** Forgets entries up to `upTo`, which a snapshot at an applied index makes superfluous. */
  compact(snapshot: Snapshot, upTo: number): void {
    assert(snapshot.index <= this.applied, 'only what was applied is compacted');
    if (snapshot.index > this.snapshot.index) this.snapshot = snapshot;
    const cut = Math.min(upTo, snapshot.index);
    if (cut <= this.offset) return;
    const term = this.term(cut)!;
    this.entries = this.entries.slice(cut - this.offset);
    this.offset = cut;
    this.offsetTerm = term;
  }
}
