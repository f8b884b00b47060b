/**
 * Replays `raft` cases (scenarios of etcd-io/raft's behaviour as neutral data) on the Raft core. Members
 * are joined by FIFO links without delay; every value of an `expect` must hold.
 */
import { RandomStream } from '../../base';
import {
  EMPTY_SNAPSHOT,
  RaftNode,
  message,
  type ConfChange,
  type Entry,
  type HardState,
  type RaftMessage,
  type Snapshot,
  type StoredState,
} from '../../raft';

type LogPair = readonly [number, string];
export interface CaseConfig {
  readonly electionTicks?: number;
  readonly heartbeatTicks?: number;
  readonly preVote?: boolean;
  readonly checkQuorum?: boolean;
  readonly stepDownOnRemoval?: boolean;
  readonly maxEntriesPerAppend?: number;
}
export interface CaseNode {
  readonly id: number;
  readonly voters?: readonly number[];
  readonly learners?: readonly number[];
  readonly term?: number;
  readonly vote?: number;
  readonly commit?: number;
  readonly log?: readonly LogPair[];
  readonly timeout?: number;
}
export interface CaseMessage {
  readonly type: string;
  readonly from: number;
  readonly to: number;
  readonly term: number;
  readonly lastLogIndex?: number;
  readonly lastLogTerm?: number;
  readonly prevLogIndex?: number;
  readonly prevLogTerm?: number;
  readonly leaderCommit?: number;
  readonly entries?: readonly LogPair[];
  readonly granted?: boolean;
  readonly success?: boolean;
  readonly matchIndex?: number;
}
export interface ExpectedNode {
  readonly [field: string]: unknown;
}
export interface CaseStep {
  readonly op: string;
  readonly node?: number;
  readonly settle?: boolean;
  readonly data?: string;
  readonly accepted?: boolean;
  readonly count?: number;
  readonly groups?: readonly (readonly number[])[];
  readonly from?: number;
  readonly to?: number;
  readonly add?: number;
  readonly remove?: number;
  readonly addLearner?: number;
  readonly with?: CaseNode;
  readonly msg?: CaseMessage;
  readonly reply?: Readonly<Record<string, unknown>>;
  readonly nodes?: readonly number[] | Readonly<Record<string, ExpectedNode>>;
  readonly leaderCount?: number;
  readonly counts?: readonly {
    readonly from: number;
    readonly to: number;
    readonly kind: string;
    readonly min?: number;
    readonly max?: number;
    readonly exactly?: number;
  }[];
}
export interface RaftCase {
  readonly id: string;
  readonly config: CaseConfig;
  readonly nodes: readonly CaseNode[];
  readonly steps: readonly CaseStep[];
}

const text = (data: unknown): string => (typeof data === 'string' ? data : '');

/** One member with its disk. */
class Member {
  raft: RaftNode;
  up = true;
  applied: string[] = [];
  private disk: StoredState;

  constructor(
    readonly spec: CaseNode,
    private readonly config: CaseConfig,
  ) {
    const membership = {
      voters: (spec.voters ?? []).map(String),
      learners: (spec.learners ?? []).map(String),
    };
    const entries = (spec.log ?? []).map(([term, data], i): Entry => {
      return { term, index: i + 1, kind: 'normal', data: data === '' ? undefined : data, bytes: 1 };
    });
    const hardState: HardState = {
      term: spec.term ?? 0,
      votedFor: spec.vote ? String(spec.vote) : '',
      commit: spec.commit ?? 0,
    };
    this.disk = { hardState, snapshot: { ...EMPTY_SNAPSHOT, membership }, entries };
    this.raft = this.makeRaft();
    this.settle();
  }

  private makeRaft(): RaftNode {
    const { config, spec } = this;
    const electionTicks = config.electionTicks ?? 10;
    const raft = new RaftNode(
      {
        id: String(spec.id),
        electionTicks,
        heartbeatTicks: config.heartbeatTicks ?? 1,
        preVote: config.preVote ?? false,
        checkQuorum: config.checkQuorum ?? false,
        stepDownOnRemoval: config.stepDownOnRemoval ?? false,
        maxBytesPerAppend: config.maxEntriesPerAppend === 1 ? 1 : 1e9,
        maxInflight: 256,
        forwardProposals: true,
        random: new RandomStream(1, String(spec.id)),
        fixedTimeout: spec.timeout ?? electionTicks,
      },
      this.disk,
    );
    return raft;
  }

  crash(): void {
    this.up = false;
  }

  restart(): void {
    this.up = true;
    this.applied = [...((this.disk.snapshot.data as string[] | undefined) ?? [])];
    this.raft = this.makeRaft();
    this.settle();
  }

  /** Does all the work that is ready; answers what is to be sent. */
  settle(): RaftMessage[] {
    const out: RaftMessage[] = [];
    while (this.up && this.raft.hasReady()) {
      const ready = this.raft.ready();
      this.save(ready.hardState, ready.snapshot, ready.entries);
      out.push(...ready.messages);
      if (ready.snapshot) this.applied = [...(ready.snapshot.data as string[])];
      for (const entry of ready.committed) this.apply(entry);
      this.raft.advance();
    }
    return out;
  }

  private save(hardState?: HardState, snapshot?: Snapshot, entries: readonly Entry[] = []): void {
    let { entries: kept } = this.disk;
    if (snapshot) kept = [];
    const first = entries[0]?.index;
    if (first !== undefined) kept = [...kept.filter((e) => e.index < first), ...entries];
    this.disk = {
      hardState: hardState ?? this.disk.hardState,
      snapshot: snapshot ?? this.disk.snapshot,
      entries: kept,
    };
  }

  private apply(entry: Entry): void {
    if (entry.kind === 'membership') this.raft.applyConfChange(entry.data as ConfChange);
    else if (entry.data !== undefined) this.applied.push(text(entry.data));
  }

  compact(): void {
    const { core } = this.raft;
    if (core.log.applied <= core.log.snapshot.index) return;
    const snapshot = this.raft.compact([...this.applied], 0);
    const entries = this.disk.entries.filter((e) => e.index > snapshot.index);
    this.disk = { ...this.disk, snapshot, entries };
  }
}

const KINDS: Readonly<Record<string, string>> = {
  append: 'append',
  heartbeat: 'heartbeat',
  snapshot: 'snapshot',
  vote: 'requestVote',
};

function kindOf(m: RaftMessage): string {
  if (m.type === 'append-response') return m.reject ? 'appendReject' : 'appendReply';
  return KINDS[m.type] ?? m.type;
}

/** One run of one case. */
class Run {
  readonly failures: string[] = [];
  private readonly members = new Map<number, Member>();
  private queue: RaftMessage[] = [];
  private cuts = new Set<string>();
  private counts = new Map<string, number>();
  private stepNumber = 0;

  constructor(private readonly test: RaftCase) {
    for (const spec of test.nodes) this.members.set(spec.id, new Member(spec, test.config));
  }

  run(): void {
    for (const step of this.test.steps) {
      this.stepNumber++;
      this.perform(step);
      if (step.settle) this.settle();
    }
  }

  private fail(reason: string): void {
    this.failures.push(`step ${this.stepNumber}: ${reason}`);
  }

  private member(id: number | undefined): Member {
    const member = this.members.get(id ?? -1);
    if (!member) throw new Error(`the case names an unknown member ${String(id)}`);
    return member;
  }

  private perform(step: CaseStep): void {
    switch (step.op) {
      case 'timeout':
        if (this.member(step.node).up) this.member(step.node).raft.campaign();
        return;
      case 'propose': {
        const accepted = this.member(step.node).raft.propose(step.data, 1);
        if (step.accepted !== undefined && step.accepted !== accepted) {
          this.fail(`proposal was ${accepted ? 'accepted' : 'refused'}`);
        }
        return;
      }
      case 'settle':
        return this.settle();
      case 'tick':
        return this.tick(step);
      case 'mark':
        this.counts.clear();
        return;
      case 'compact':
        return this.member(step.node).compact();
      case 'transfer':
        return this.member(step.node).raft.transferLeadership(String(step.to));
      case 'conf':
        return this.conf(step);
      case 'inject':
        return this.inject(step);
      case 'expect':
        return this.expect(step);
      default:
        return this.performFault(step);
    }
  }

  private performFault(step: CaseStep): void {
    switch (step.op) {
      case 'partition':
        this.partition(step.groups ?? []);
        return;
      case 'cutLink':
        this.cuts.add(`${step.from}>${step.to}`);
        this.dropCut();
        return;
      case 'heal':
        this.cuts.clear();
        return;
      case 'crash':
        this.member(step.node).crash();
        this.queue = this.queue.filter((m) => m.from !== `${step.node}` && m.to !== `${step.node}`);
        return;
      case 'restart':
        return this.member(step.node).restart();
      case 'start': {
        const id = step.with?.id ?? step.node ?? 0;
        this.members.set(id, new Member(step.with ?? { id }, this.test.config));
        return;
      }
      default:
        this.fail(`unknown step ${step.op}`);
    }
  }

  private tick(step: CaseStep): void {
    const named = Array.isArray(step.nodes) ? (step.nodes as number[]) : [...this.members.keys()];
    for (let i = 0; i < (step.count ?? 1); i++) {
      for (const id of named) if (this.member(id).up) this.member(id).raft.tick();
      this.settle();
    }
  }

  private conf(step: CaseStep): void {
    const { raft } = this.member(step.node);
    const change = (op: ConfChange['op'], id: number) =>
      raft.proposeConfChange({ op, id: String(id), context: undefined });
    if (step.add !== undefined) change('add', step.add);
    if (step.remove !== undefined) change('remove', step.remove);
    if (step.addLearner !== undefined) change('add-learner', step.addLearner);
  }

  private partition(groups: readonly (readonly number[])[]): void {
    this.cuts.clear();
    const ids = new Set([...this.members.keys(), ...groups.flat()]);
    for (const a of ids) {
      for (const b of ids) {
        if (a !== b && !groups.some((g) => g.includes(a) && g.includes(b)))
          this.cuts.add(`${a}>${b}`);
      }
    }
    this.dropCut();
  }

  private dropCut(): void {
    this.queue = this.queue.filter((m) => !this.cuts.has(`${m.from}>${m.to}`));
  }

  /** Persist, send, deliver and apply until nothing is left. */
  private settle(): void {
    for (let round = 0; round < 100_000; round++) {
      for (const member of this.members.values()) for (const m of member.settle()) this.post(m);
      const next = this.queue.shift();
      if (!next) return;
      const to = this.members.get(Number(next.to));
      if (to?.up) to.raft.step(next);
    }
    this.fail('the members never come to rest');
  }

  private post(m: RaftMessage): void {
    const key = `${m.from}>${m.to} ${kindOf(m)}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    if (!this.cuts.has(`${m.from}>${m.to}`)) this.queue.push(m);
  }

  private inject(step: CaseStep): void {
    const msg = step.msg!;
    const member = this.member(msg.to);
    const first = (msg.prevLogIndex ?? 0) + 1;
    const entries = (msg.entries ?? []).map(([term, data], i): Entry => {
      return {
        term,
        index: first + i,
        kind: 'normal',
        data: data === '' ? undefined : data,
        bytes: 1,
      };
    });
    const type = {
      requestVote: 'vote',
      voteReply: 'vote-response',
      appendEntries: 'append',
      appendReply: 'append-response',
      heartbeat: 'heartbeat',
    }[msg.type] as RaftMessage['type'];
    member.settle();
    const m = message(type, String(msg.from), String(msg.to), msg.term);
    m.index = msg.lastLogIndex ?? msg.prevLogIndex ?? msg.matchIndex ?? 0;
    m.logTerm = msg.lastLogTerm ?? msg.prevLogTerm ?? 0;
    m.entries = entries;
    m.commit = msg.leaderCommit ?? 0;
    m.reject = msg.granted === false || msg.success === false;
    member.raft.step(m);
    const answers = member.settle().filter((m) => m.to === String(msg.from));
    if (step.reply) this.checkReply(step.reply, answers);
  }

  private checkReply(want: Readonly<Record<string, unknown>>, answers: RaftMessage[]): void {
    const answer = answers.find((m) => m.type === 'vote-response' || m.type === 'append-response');
    const positive = want['granted'] ?? want['success'];
    if (positive === false) {
      const stale = answer?.type === 'append-response' && answer.index === 0 && !answer.reject;
      if (answer && !answer.reject && !stale) this.fail('a reply that should refuse agrees');
      return;
    }
    if (!answer) return this.fail('no reply');
    if (answer.reject) this.fail('the reply refuses');
    if (want['term'] !== undefined && answer.term !== want['term']) {
      this.fail(`reply has term ${answer.term}, not ${JSON.stringify(want['term'])}`);
    }
    if (want['matchIndex'] !== undefined && answer.index !== want['matchIndex']) {
      this.fail(`reply has index ${answer.index}, not ${JSON.stringify(want['matchIndex'])}`);
    }
  }

  private expect(step: CaseStep): void {
    for (const [id, want] of Object.entries(step.nodes ?? {})) {
      const have = this.describe(Number(id));
      for (const [field, value] of Object.entries(want as ExpectedNode)) {
        const [a, b] = [JSON.stringify(have[field]), JSON.stringify(value)];
        if (a !== b) this.fail(`node ${id}: ${field} is ${a}, not ${b}`);
      }
    }
    if (step.leaderCount !== undefined) {
      const leaders = [...this.members.values()].filter(
        (m) => m.up && m.raft.core.role === 'leader',
      );
      if (leaders.length !== step.leaderCount) this.fail(`${leaders.length} leaders`);
    }
    for (const { from, to, kind, min, max, exactly } of step.counts ?? []) {
      const count = this.counts.get(`${from}>${to} ${kind}`) ?? 0;
      const low = exactly ?? min ?? 0;
      const high = exactly ?? max ?? Infinity;
      if (count < low || count > high) this.fail(`${count} ${kind} from ${from} to ${to}`);
    }
  }

  /** A member in the words of the cases. */
  describe(id: number): Record<string, unknown> {
    const member = this.member(id);
    if (!member.up) return { up: false };
    const { core } = member.raft;
    const ids = (set: ReadonlySet<string>) => [...set].map(Number).sort((a, b) => a - b);
    return {
      up: true,
      role: core.role === 'pre-candidate' ? 'preCandidate' : core.role,
      term: core.term,
      commit: core.log.committed,
      lastIndex: core.log.lastIndex,
      log: core.log
        .range(core.log.firstIndex - 1, core.log.lastIndex)
        .map((e) => [e.term, e.kind === 'membership' ? '<conf>' : text(e.data)]),
      applied: member.applied,
      voters: ids(core.voters),
      learners: ids(core.learners),
      leader: Number(core.leader),
      votedFor: Number(core.votedFor),
    };
  }

  /** The case with what was seen in place of what is expected. */
  observed(): RaftCase {
    const run = new Run(this.test);
    const steps = this.test.steps.map((step): CaseStep => {
      run.perform(step);
      if (step.settle) run.settle();
      if (step.op !== 'expect') return step;
      const nodes: Record<string, ExpectedNode> = {};
      for (const [id, want] of Object.entries(step.nodes ?? {})) {
        const have = run.describe(Number(id));
        nodes[id] = Object.fromEntries(Object.keys(want as object).map((key) => [key, have[key]]));
      }
      return { ...step, nodes };
    });
    return { ...this.test, steps };
  }
}

/** Whether parsed JSON is a file of Raft cases. */
export function isRaftFile(value: unknown): value is { scenarios: RaftCase[]; format: string } {
  const format = (value as { format?: unknown } | null)?.format;
  return typeof format === 'string' && format.startsWith('swarm-raft-scenarios/');
}

/** Why a case fails; empty if it passes. */
export function runRaftCase(test: RaftCase): readonly string[] {
  const run = new Run(test);
  try {
    run.run();
  } catch (error) {
    return [...run.failures, `threw ${String(error)}`];
  }
  return run.failures;
}

/** The case as our core answers it. */
export function observeRaftCase(test: RaftCase): RaftCase {
  return new Run(test).observed();
}
