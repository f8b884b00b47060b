/**
 * Raft entries committed per CPU second: three members that hand each other messages in memory, 64 byte
 * entries, against a bare loop that keeps the same three logs without any protocol.
 */
import { RandomStream } from '../../base';
import { EMPTY_SNAPSHOT, RaftNode, type Entry, type RaftMessage } from '../../raft';

const BYTES = 64;
const IDS = ['a', 'b', 'c'] as const;
const PAYLOAD = Object.freeze({ text: 'x'.repeat(BYTES) });
/** Entries a log may hold before it is compacted, as in a long-running cluster. */
const COMPACT_EVERY = 10_000;

class Trio {
  private readonly nodes = new Map<string, RaftNode>();
  private readonly committed = new Map<string, number>();
  private queue: RaftMessage[] = [];

  constructor() {
    for (const id of IDS) {
      const membership = { voters: IDS, learners: [] };
      const config = {
        id,
        electionTicks: 10,
        heartbeatTicks: 1,
        preVote: false,
        checkQuorum: true,
        maxBytesPerAppend: 65_535,
        maxInflight: 256,
        forwardProposals: false,
        stepDownOnRemoval: false,
        random: new RandomStream(1, id),
      };
      const hardState = { term: 0, votedFor: '', commit: 0 };
      const snapshot = { ...EMPTY_SNAPSHOT, membership };
      this.nodes.set(id, new RaftNode(config, { hardState, snapshot, entries: [] }));
    }
    this.nodes.get('a')!.campaign();
    this.run();
  }

  /** Commits `batch` entries on all three. */
  commit(batch: number): void {
    const leader = this.nodes.get('a')!;
    if (batch === 1) leader.propose(PAYLOAD, BYTES);
    else leader.proposeAll(Array.from({ length: batch }, () => ({ data: PAYLOAD, bytes: BYTES })));
    this.run();
  }

  private run(): void {
    for (;;) {
      for (const [id, node] of this.nodes) {
        while (node.hasReady()) {
          const ready = node.ready();
          this.queue.push(...ready.messages);
          const last = ready.committed.at(-1);
          if (last) this.apply(id, node, last);
          node.advance();
        }
      }
      if (this.queue.length === 0) return;
      const now = this.queue;
      this.queue = [];
      for (const m of now) this.nodes.get(m.to)!.step(m);
    }
  }

  private apply(id: string, node: RaftNode, last: Entry): void {
    this.committed.set(id, last.index);
    const { log } = node.core;
    if (log.applied - log.snapshot.index >= COMPACT_EVERY) node.compact(undefined, 500);
  }

  get index(): number {
    return Math.min(...this.committed.values());
  }
}

interface BareMessage {
  readonly to: number;
  readonly from: number;
  readonly kind: 'append' | 'ack';
  readonly index: number;
  readonly entries: readonly Entry[];
  readonly commit: number;
}
const NONE: readonly Entry[] = [];

/**
 * The same three logs replicated without elections, terms, flow control or durability: append, send,
 * acknowledge, count, tell the commit index; messages go through a queue as above.
 */
class BareLoop {
  private readonly logs: readonly Entry[][] = [[], [], []];
  private readonly commits = [0, 0, 0];
  private readonly match = [0, 0, 0];
  private queue: BareMessage[] = [];
  private last = 0;

  commit(batch: number): void {
    const entries: Entry[] = [];
    for (let i = 0; i < batch; i++) {
      entries.push({ term: 1, index: ++this.last, kind: 'normal', data: PAYLOAD, bytes: BYTES });
    }
    this.logs[0]!.push(...entries);
    this.match[0] = this.last;
    this.send('append', 0, 1, entries);
    this.send('append', 0, 2, entries);
    while (this.queue.length > 0) {
      const now = this.queue;
      this.queue = [];
      for (const m of now) this.receive(m);
    }
    if (this.logs[0]!.length > COMPACT_EVERY) {
      for (const log of this.logs) log.splice(0, log.length - 500);
    }
  }

  private send(kind: 'append' | 'ack', from: number, to: number, entries: readonly Entry[]): void {
    const index = kind === 'append' ? this.last - entries.length : this.match[from]!;
    this.queue.push({ to, from, kind, index, entries, commit: this.commits[0]! });
  }

  private receive(m: BareMessage): void {
    if (m.kind === 'append') {
      const log = this.logs[m.to]!;
      for (const entry of m.entries) log.push(entry);
      if (m.entries.length > 0) this.match[m.to] = m.entries[m.entries.length - 1]!.index;
      this.commits[m.to] = m.commit;
      this.send('ack', m.to, 0, NONE);
      return;
    }
    const sorted = [...this.match].sort((a, b) => b - a);
    if (sorted[1]! > this.commits[0]!) {
      this.commits[0] = sorted[1]!;
      this.send('append', 0, 1, NONE);
      this.send('append', 0, 2, NONE);
    }
  }

  get index(): number {
    return Math.min(...this.commits);
  }
}

function entriesPerCpuSecond(make: () => Trio | BareLoop, batch: number, total: number): number {
  const warm = make();
  for (let i = 0; i < 2000; i += batch) warm.commit(batch);
  const subject = make();
  const before = process.cpuUsage();
  for (let i = 0; i < total; i += batch) subject.commit(batch);
  const { user, system } = process.cpuUsage(before);
  return (total / (user + system)) * 1_000_000;
}

export interface RaftFigure {
  readonly batch: number;
  readonly raft: number;
  readonly bare: number;
  readonly ratio: number;
}

/** Both subjects, the best of three runs each, batch 1 and 64. */
export function benchRaft(): readonly RaftFigure[] {
  const best = (make: () => Trio | BareLoop, batch: number, total: number) =>
    Math.max(...[1, 2, 3].map(() => entriesPerCpuSecond(make, batch, total)));
  return [1, 64].map((batch) => {
    const raft = best(() => new Trio(), batch, batch === 1 ? 60_000 : 640_000);
    const bare = best(() => new BareLoop(), batch, batch === 1 ? 600_000 : 3_200_000);
    return { batch, raft, bare, ratio: raft / bare };
  });
}
