/** Random elections, proposals, losses, crashes and compactions, with the invariants watching. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RandomStream } from '../base';
import {
  EMPTY_SNAPSHOT,
  RaftNode,
  type Entry,
  type HardState,
  type RaftMessage,
  type Snapshot,
} from './index';
import { Invariants, type Observed } from './testdata/invariants';

class Member implements Observed {
  raft: RaftNode;
  up = true;
  applied: Entry[] = [];
  private hardState: HardState = { term: 0, votedFor: '', commit: 0 };
  private snapshot: Snapshot;
  private saved: Entry[] = [];

  constructor(
    readonly id: string,
    voters: readonly string[],
    private readonly seed: number,
    private readonly options: { readonly preVote: boolean; readonly checkQuorum: boolean },
  ) {
    this.snapshot = { ...EMPTY_SNAPSHOT, membership: { voters, learners: [] } };
    this.raft = this.make();
  }

  private make(): RaftNode {
    return new RaftNode(
      {
        id: this.id,
        electionTicks: 10,
        heartbeatTicks: 1,
        ...this.options,
        maxBytesPerAppend: 200,
        maxInflight: 4,
        forwardProposals: true,
        stepDownOnRemoval: false,
        random: new RandomStream(this.seed, this.id),
      },
      { hardState: this.hardState, snapshot: this.snapshot, entries: this.saved },
    );
  }

  restart(): void {
    this.up = true;
    this.applied = [...((this.snapshot.data as Entry[] | undefined) ?? [])];
    this.raft = this.make();
  }

  work(send: (m: RaftMessage) => void): void {
    while (this.up && this.raft.hasReady()) {
      const ready = this.raft.ready();
      if (ready.hardState) this.hardState = ready.hardState;
      if (ready.snapshot) {
        this.snapshot = ready.snapshot;
        this.saved = [];
        this.applied = [...(ready.snapshot.data as Entry[])];
      }
      const first = ready.entries[0]?.index;
      if (first !== undefined) {
        this.saved = [...this.saved.filter((e) => e.index < first), ...ready.entries];
      }
      for (const m of ready.messages) send(m);
      this.applied.push(...ready.committed);
      this.raft.advance();
    }
  }

  compact(): void {
    if (this.raft.core.log.applied <= this.raft.core.log.snapshot.index) return;
    this.snapshot = this.raft.compact([...this.applied], 2);
    this.saved = this.saved.filter((e) => e.index > this.snapshot.index);
  }

  get role(): string {
    return this.up ? this.raft.core.role : 'down';
  }
  get term(): number {
    return this.up ? this.raft.core.term : this.hardState.term;
  }
  get votedFor(): string {
    return this.up ? this.raft.core.votedFor : this.hardState.votedFor;
  }
  get committed(): number {
    return this.raft.core.log.committed;
  }
  get lastIndex(): number {
    return this.raft.core.log.lastIndex;
  }
  get firstIndex(): number {
    return this.raft.core.log.firstIndex;
  }
  entry(index: number): Entry | undefined {
    return this.raft.core.log.at(index);
  }
}

/** One run; throws when a promise is broken. */
function run(seed: number, events: number): void {
  const random = new RandomStream(seed, 'faults');
  const count = random.pick([3, 5]);
  const ids = Array.from({ length: count }, (_, i) => `m${i}`);
  const options = { preVote: random.chance(1, 2), checkQuorum: random.chance(1, 2) };
  const members = ids.map((id) => new Member(id, ids, seed, options));
  const invariants = new Invariants();
  let wire: RaftMessage[] = [];
  let cut = new Set<string>();
  let command = 0;
  const send = (m: RaftMessage) => {
    if (!cut.has(`${m.from}${m.to}`) && !random.chance(1, 20)) wire.push(m);
    if (random.chance(1, 30)) wire.push(m);
  };
  const deliver = (m: RaftMessage) => {
    const to = members.find((x) => x.id === m.to);
    if (to?.up) to.raft.step(m);
  };
  for (let i = 0; i < events; i++) {
    const member = random.pick(members);
    const dice = random.below(100);
    if (dice < 55 && wire.length > 0) deliver(wire.splice(random.below(wire.length), 1)[0]!);
    else if (dice < 75) {
      if (member.up) member.raft.tick();
    } else if (dice < 88) {
      if (member.up) member.raft.propose(`c${command++}`, 20);
    } else if (dice < 90) {
      member.up = false;
      wire = wire.filter((m) => m.from !== member.id && m.to !== member.id);
    } else if (dice < 94) {
      if (!member.up) member.restart();
    } else if (dice < 96) {
      if (member.up) member.compact();
    } else if (dice < 97) {
      cut = new Set(ids.flatMap((a) => ids.filter(() => random.chance(1, 3)).map((b) => a + b)));
    } else if (dice < 99) cut.clear();
    else if (member.up) member.raft.transferLeadership(random.pick(ids));
    for (const m of members) m.work(send);
    invariants.check(members);
  }
  heal(members, wire, deliver);
  expect(new Set(members.map((m) => m.applied.length)).size).toBe(1);
}

/** All up, all links whole: a leader comes and everybody applies the same. */
function heal(members: Member[], wire: RaftMessage[], deliver: (m: RaftMessage) => void): void {
  for (const m of members) if (!m.up) m.restart();
  let queue = wire;
  for (let tick = 0; tick < 400; tick++) {
    for (const m of members) {
      m.raft.tick();
      // What a transport does: a snapshot that got no answer is reported as failed.
      for (const [id, p] of m.raft.core.progress) {
        if (p.state === 'snapshot') m.raft.reportSnapshot(id, false);
      }
    }
    for (let round = 0; round < 60 && queue.length >= 0; round++) {
      const now = queue;
      queue = [];
      for (const m of now) deliver(m);
      for (const m of members) m.work((x) => queue.push(x));
      if (queue.length === 0) break;
    }
  }
  expect(members.filter((m) => m.role === 'leader').length).toBeGreaterThanOrEqual(1);
}

test('Raft keeps its promises under random faults', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e9 }), (seed) => run(seed, 600)),
    { numRuns: Number(process.env['DRYDOCK_FUZZ_RUNS'] ?? 60) },
  );
});
