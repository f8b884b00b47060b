/**
 * Watches a group of members from outside and checks, after every event, what Raft promises: the
 * safety properties of the paper's figure 3, votes kept, marks that never go back.
 */
import type { Entry, RaftId } from '../message';

export interface Observed {
  readonly id: RaftId;
  readonly role: string;
  readonly term: number;
  readonly votedFor: RaftId;
  readonly committed: number;
  /** Everything from index 1 on that the member still holds, or undefined where compacted. */
  entry(index: number): Entry | undefined;
  readonly lastIndex: number;
  readonly firstIndex: number;
  readonly applied: readonly Entry[];
}

export class Invariants {
  private readonly leaders = new Map<number, RaftId>();
  private readonly votes = new Map<string, RaftId>();
  private readonly committed = new Map<number, Entry>();
  private readonly terms = new Map<RaftId, number>();

  /** Throws with what is broken. */
  check(members: readonly Observed[]): void {
    for (const m of members) {
      this.checkTerm(m);
      this.checkLeader(m);
      this.checkVote(m);
      this.checkApplied(m);
    }
    this.checkLogs(members);
  }

  private checkTerm(m: Observed): void {
    if (m.term < (this.terms.get(m.id) ?? 0)) throw new Error(`${m.id}: its term went back`);
    this.terms.set(m.id, m.term);
  }

  private checkLeader(m: Observed): void {
    if (m.role !== 'leader') return;
    const known = this.leaders.get(m.term);
    if (known !== undefined && known !== m.id) {
      throw new Error(`two leaders of term ${m.term}: ${known} and ${m.id}`);
    }
    this.leaders.set(m.term, m.id);
    for (const [index, entry] of this.committed) {
      if (entry.term >= m.term || index < m.firstIndex) continue;
      if (m.entry(index)?.term !== entry.term) {
        throw new Error(`leader ${m.id} of term ${m.term} lacks committed entry ${index}`);
      }
    }
  }

  private checkVote(m: Observed): void {
    if (m.votedFor === '') return;
    const key = `${m.id} ${m.term}`;
    const known = this.votes.get(key);
    if (known !== undefined && known !== m.votedFor) throw new Error(`${m.id}: two votes a term`);
    this.votes.set(key, m.votedFor);
  }

  private checkApplied(m: Observed): void {
    for (const entry of m.applied) {
      const known = this.committed.get(entry.index);
      if (!known) this.committed.set(entry.index, entry);
      else if (known.term !== entry.term || known.data !== entry.data) {
        throw new Error(`index ${entry.index} was applied in two ways`);
      }
    }
  }

  private checkLogs(members: readonly Observed[]): void {
    for (const a of members) {
      for (const b of members) {
        if (a.id >= b.id) continue;
        let agree = false;
        const low = Math.max(a.firstIndex, b.firstIndex);
        for (let i = Math.min(a.lastIndex, b.lastIndex); i >= low; i--) {
          const [x, y] = [a.entry(i), b.entry(i)];
          const same = x?.term === y?.term;
          if (agree && !same) throw new Error(`${a.id} and ${b.id} agree after ${i} but not at it`);
          if (same && x?.data !== y?.data)
            throw new Error(`one term, one index, two entries: ${i}`);
          agree ||= same;
        }
      }
    }
  }
}
