/**
 * The five safety properties of Raft (Ongaro and Ousterhout 2014, figure 3), and that a member keeps its
 * word over a crash. Looks at all logs from outside after each window of the simulation. A change is seen
 * by comparing marks, so that looking costs little.
 *
 * Log matching is checked by induction: an index with a term has one command and one predecessor, in
 * every log that ever held it.
 */
import type { InlineCluster } from '../../../host/inline';
import type { Entry } from '../../../raft';
import { entryText, managerOf, type ManagerInside } from './inside';
import { Violation } from './violation';

interface Known {
  raftId: string;
  role: string;
  term: number;
  votedFor: string;
  committed: number;
  applied: number;
  lastIndex: number;
  lastTerm: number;
  /** The log as it was seen last, by index. */
  entries: Map<number, Entry>;
}

interface Fact {
  readonly term: number;
  readonly text: string;
}

export class RaftProperties {
  private readonly members = new Map<string, Known>();
  private readonly leaders = new Map<number, string>();
  /** The highest term that each member has made durable. */
  private readonly terms = new Map<string, number>();
  private readonly votes = new Map<string, string>();
  private readonly commands = new Map<string, { readonly before: number; readonly text: string }>();
  private readonly committed = new Map<number, Fact>();
  private readonly applied = new Map<number, Fact>();
  private highestCommitted = 0;
  /** The highest term that had a leader. */
  private latestReign = 0;
  /** When a leader of an earlier term still took itself for one: first and last instant of each time. */
  private readonly staleReigns: { from: number; to: number }[] = [];

  constructor(private readonly cluster: InlineCluster) {}

  /** Throws `Violation`. */
  look(): void {
    let stale = false;
    for (const name of this.cluster.nodes) {
      const manager = managerOf(this.cluster, name);
      if (!manager) continue;
      this.lookAt(name, manager);
      const { role, term } = manager.consensus.node.core;
      // The later leader may be gone again: what it committed is what the old one does not know.
      stale ||= role === 'leader' && term < this.latestReign;
    }
    if (stale) this.noteStaleReign();
  }

  /** Whether a leader may have answered that was one no more. */
  hadStaleLeader(from: number, to: number): boolean {
    return this.staleReigns.some((reign) => reign.from <= to && from <= reign.to);
  }

  private noteStaleReign(): void {
    const { now } = this.cluster;
    const last = this.staleReigns.at(-1);
    if (last && now - last.to < 2_000_000) last.to = now;
    else this.staleReigns.push({ from: now - 2_000_000, to: now + 2_000_000 });
  }

  private lookAt(name: string, manager: ManagerInside): void {
    const { raftId, node } = manager.consensus;
    const { role, term, votedFor, log } = node.core;
    let known = this.members.get(name);
    if (!known || known.raftId !== raftId) {
      known = fresh(raftId);
      this.members.set(name, known);
    }
    this.checkWord(name, manager, term, votedFor);
    const { committed, applied, lastIndex, lastTerm } = log;
    const sameLog = known.lastIndex === lastIndex && known.lastTerm === lastTerm;
    if (
      sameLog &&
      known.role === role &&
      known.term === term &&
      known.votedFor === votedFor &&
      known.committed === committed &&
      known.applied === applied
    )
      return;
    const reigned = known.role === 'leader' && known.term === term;
    if (!sameLog || role === 'leader')
      this.takeLog(name, known, manager, reigned && role === 'leader');
    if (role === 'leader' && !reigned) this.checkElected(name, raftId, term, manager);
    this.checkCommitted(name, known, manager);
    Object.assign(known, { role, term, votedFor, committed, applied, lastIndex, lastTerm });
  }

  /**
   * A term never goes back, and a member has one vote in each. What is not durable yet does not count:
   * nobody has been told of it.
   */
  private checkWord(name: string, manager: ManagerInside, term: number, votedFor: string): void {
    const { raftId, saving } = manager.consensus;
    if (saving !== undefined) return;
    const before = this.terms.get(raftId) ?? 0;
    if (term < before)
      throw new Violation('vote kept', `${name} went back from term ${before} to ${term}`);
    this.terms.set(raftId, term);
    if (votedFor === '') return;
    const key = `${raftId}/${term}`;
    const vote = this.votes.get(key);
    if (vote !== undefined && vote !== votedFor)
      throw new Violation('vote kept', `${name} voted twice in term ${term}`);
    this.votes.set(key, votedFor);
  }

  private takeLog(name: string, known: Known, manager: ManagerInside, appendOnly: boolean): void {
    const { log } = manager.consensus.node.core;
    const now = new Map<number, Entry>();
    let before = log.term(log.firstIndex - 1) ?? 0;
    for (let index = log.firstIndex; index <= log.lastIndex; index++) {
      const entry = log.at(index)!;
      if (entry.index !== index)
        throw new Violation('log matching', `${name} holds ${entry.index} at ${index}`);
      now.set(index, entry);
      const old = known.entries.get(index);
      if (old !== entry) {
        if (appendOnly && old && old.term !== entry.term) this.overwritten(name, index);
        this.checkMatch(name, entry, before);
      }
      before = entry.term;
    }
    if (appendOnly && log.lastIndex < known.lastIndex) this.overwritten(name, known.lastIndex);
    known.entries = now;
  }

  private overwritten(name: string, index: number): never {
    throw new Violation('leader append-only', `${name} changed its own entry ${index}`);
  }

  private checkMatch(name: string, entry: Entry, before: number): void {
    const key = `${entry.index}/${entry.term}`;
    const text = entryText(entry);
    const known = this.commands.get(key);
    if (!known) this.commands.set(key, { before, text });
    else if (known.text !== text || known.before !== before)
      throw new Violation(
        'log matching',
        `${name} has at ${entry.index} of term ${entry.term} "${text}" behind term ${before}, ` +
          `another had "${known.text}" behind term ${known.before}`,
      );
  }

  private checkElected(name: string, raftId: string, term: number, manager: ManagerInside): void {
    const other = this.leaders.get(term);
    if (other !== undefined && other !== raftId)
      throw new Violation('election safety', `two leaders in term ${term}, one is ${name}`);
    if (other !== undefined) return;
    this.leaders.set(term, raftId);
    this.latestReign = Math.max(this.latestReign, term);
    const { log } = manager.consensus.node.core;
    for (let index = log.firstIndex; index <= this.highestCommitted; index++) {
      const fact = this.committed.get(index);
      if (!fact || fact.term >= term) continue;
      const own = log.at(index);
      if (!own || own.term !== fact.term || entryText(own) !== fact.text)
        throw new Violation(
          'leader completeness',
          `${name}, leader of term ${term}, lacks committed entry ${index} of term ${fact.term}`,
        );
    }
  }

  private checkCommitted(name: string, known: Known, manager: ManagerInside): void {
    const { log } = manager.consensus.node.core;
    const { committed, applied } = log;
    if (committed < known.committed && applied < known.applied) {
      // It was started again: what it holds is checked from the beginning.
      known.committed = 0;
      known.applied = 0;
    }
    this.compare(name, log.at.bind(log), this.committed, known.committed, committed, 'committed');
    this.compare(name, log.at.bind(log), this.applied, known.applied, applied, 'applied');
    this.highestCommitted = Math.max(this.highestCommitted, committed);
  }

  private compare(
    name: string,
    at: (index: number) => Entry | undefined,
    facts: Map<number, Fact>,
    from: number,
    to: number,
    verb: string,
  ): void {
    for (let index = from + 1; index <= to; index++) {
      const entry = at(index);
      if (!entry) continue;
      const text = entryText(entry);
      const fact = facts.get(index);
      if (!fact) facts.set(index, { term: entry.term, text });
      else if (fact.term !== entry.term || fact.text !== text)
        throw new Violation(
          'state machine safety',
          `${name} ${verb} at ${index} "${text}" of term ${entry.term}, ` +
            `another "${fact.text}" of term ${fact.term}`,
        );
    }
  }

  /** Managers that have applied equally much hold the same store. */
  compareStores(): void {
    const byApplied = new Map<number, { readonly name: string; readonly text: string }>();
    for (const name of this.cluster.nodes) {
      const manager = managerOf(this.cluster, name);
      if (!manager) continue;
      const { applied } = manager.consensus.node.core.log;
      const text = JSON.stringify(manager.store.snapshot());
      const other = byApplied.get(applied);
      if (!other) byApplied.set(applied, { name, text });
      else if (other.text !== text) {
        const where = firstDifference(other.text, text);
        throw new Violation(
          'state machine safety',
          `the stores of ${other.name} and ${name} differ at ${applied}: ${where}`,
        );
      }
    }
  }
}

function fresh(raftId: string): Known {
  const none = { committed: 0, applied: 0, lastIndex: 0, lastTerm: 0 };
  return { raftId, role: 'follower', term: 0, votedFor: '', ...none, entries: new Map() };
}

function firstDifference(a: string, b: string): string {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return `"${a.slice(Math.max(0, at - 60), at + 60)}" and "${b.slice(Math.max(0, at - 60), at + 60)}"`;
}
