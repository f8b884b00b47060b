/**
 * What a leader knows of one member (etcd-io/raft `tracker/progress.go`, `tracker/inflights.go`).
 *
 * Probe: one append at a time until the logs are known to agree. Replicate: appends are sent ahead, as
 * many as the window allows. Snapshot: nothing until the snapshot is through.
 */

export class Progress {
  state: 'probe' | 'replicate' | 'snapshot' = 'probe';
  /** Highest index known to be in the member's log. match < next. */
  match: number;
  /** Next index to send. */
  next: number;
  /** Snapshot state: index of the snapshot under way. */
  pendingSnapshot = 0;
  /** Heard from since the last quorum check. */
  recentActive = false;
  /** Set when no further append may go until an answer comes. */
  paused = false;
  /** Highest commit index that was sent. */
  sentCommit = 0;
  /** Last indexes of the appends under way, ascending. */
  private inflights: number[] = [];

  constructor(
    match: number,
    next: number,
    readonly isLearner: boolean,
    private readonly maxInflight: number,
  ) {
    this.match = match;
    this.next = next;
  }

  private reset(state: 'probe' | 'replicate' | 'snapshot'): void {
    this.state = state;
    this.paused = false;
    this.pendingSnapshot = 0;
    this.inflights = [];
  }

  becomeProbe(): void {
    const after =
      this.state === 'snapshot' ? Math.max(this.match, this.pendingSnapshot) : this.match;
    this.reset('probe');
    this.next = after + 1;
    this.sentCommit = Math.min(this.sentCommit, this.next - 1);
  }

  becomeReplicate(): void {
    this.reset('replicate');
    this.next = this.match + 1;
  }

  becomeSnapshot(index: number): void {
    this.reset('snapshot');
    this.pendingSnapshot = index;
    this.next = index + 1;
    this.sentCommit = index;
  }

  get isPaused(): boolean {
    return this.state === 'snapshot' || this.paused;
  }

  get windowFull(): boolean {
    return this.inflights.length >= this.maxInflight;
  }

  /** An append with this many entries was sent. */
  sentEntries(count: number): void {
    if (this.state === 'replicate') {
      if (count > 0) {
        this.next += count;
        this.inflights.push(this.next - 1);
      }
      this.paused = this.windowFull;
    } else if (count > 0) {
      this.paused = true;
    }
  }

  /** The member has everything up to `index`; false if that is nothing new. */
  maybeUpdate(index: number): boolean {
    if (index <= this.match) return false;
    this.match = index;
    if (this.next <= index) this.next = index + 1;
    this.paused = false;
    return true;
  }

  /** The member refused an append after `rejected`; false if that is old news. */
  maybeDecrease(rejected: number, hint: number): boolean {
    if (this.state === 'replicate') {
      if (rejected <= this.match) return false;
      this.next = this.match + 1;
      this.sentCommit = Math.min(this.sentCommit, this.next - 1);
      return true;
    }
    if (this.next - 1 !== rejected) return false;
    this.next = Math.max(Math.min(rejected, hint + 1), this.match + 1);
    this.sentCommit = Math.min(this.sentCommit, this.next - 1);
    this.paused = false;
    return true;
  }

  /** Appends up to `index` have arrived. */
  freeInflights(index: number): void {
    let count = 0;
    while (count < this.inflights.length && this.inflights[count]! <= index) count++;
    if (count > 0) this.inflights.splice(0, count);
    this.paused = this.windowFull;
  }

  /** Whether telling the member of `committed` would teach it something. */
  canBumpCommit(committed: number): boolean {
    return this.sentCommit < Math.min(committed, this.next - 1);
  }
}
