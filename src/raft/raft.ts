/**
 * The Raft state machine of one member: etcd's algorithm (etcd-io/raft `raft.go` 3.6) as a pure core. It
 * owns no clock and sends nothing: `tick` and `step` go in, `messages` and the log's marks come out
 * (node.ts packs them into a `Ready`).
 *
 * Differs from etcd: no joint consensus, no asynchronous storage, no lease-based reads; messages are
 * plain records. Swarm runs it with checkQuorum on, preVote off, 10 election ticks.
 */
import { assert, type RandomStream } from '../base';
import { RaftLog } from './log';
import {
  NOBODY,
  message,
  type ConfChange,
  type Entry,
  type Membership,
  type RaftId,
  type RaftMessage,
  type Snapshot,
} from './message';
import { Progress } from './progress';
import { committedIndex, majority, voteResult } from './quorum';
import { ReadOnly } from './read-only';

export interface RaftConfig {
  readonly id: RaftId;
  /** Ticks without a leader after which a member stands: this plus 0 to electionTicks - 1. */
  readonly electionTicks: number;
  readonly heartbeatTicks: number;
  readonly preVote: boolean;
  readonly checkQuorum: boolean;
  /** Size of one append. */
  readonly maxBytesPerAppend: number;
  /** Appends under way to one follower. */
  readonly maxInflight: number;
  /** A follower hands proposals on to the leader (swarm does not). */
  readonly forwardProposals: boolean;
  /** A leader that was removed steps down at once. */
  readonly stepDownOnRemoval: boolean;
  readonly random: RandomStream;
  /** Set in tests: the same timeout after every reset. */
  readonly fixedTimeout?: number;
}

/** What survives a crash. */
export interface HardState {
  readonly term: number;
  readonly votedFor: RaftId;
  readonly commit: number;
}

export interface StoredState {
  readonly hardState: HardState;
  readonly snapshot: Snapshot;
  readonly entries: readonly Entry[];
}

export const EMPTY_SNAPSHOT: Snapshot = Object.freeze({
  index: 0,
  term: 0,
  membership: Object.freeze({ voters: Object.freeze([]), learners: Object.freeze([]) }),
  data: undefined,
});

export type Role = 'follower' | 'pre-candidate' | 'candidate' | 'leader';
type CampaignKind = 'pre-vote' | 'election' | 'transfer';

/** Answer of a read: the state is good once `index` is applied. */
export interface ReadState {
  readonly context: string;
  readonly index: number;
}

export class Raft {
  role: Role = 'follower';
  term: number;
  votedFor: RaftId;
  leader: RaftId = NOBODY;
  readonly log: RaftLog;
  readonly voters = new Set<RaftId>();
  readonly learners = new Set<RaftId>();
  /** What is known of each member, also of itself; only a leader's is up to date. */
  readonly progress = new Map<RaftId, Progress>();
  /** Answers of the election under way. */
  readonly votes = new Map<RaftId, boolean>();
  /** To be sent once what stands before them is durable. */
  messages: RaftMessage[] = [];
  readStates: ReadState[] = [];
  electionElapsed = 0;
  electionTimeout = 0;
  private heartbeatElapsed = 0;
  private transferTo: RaftId = NOBODY;
  /** No membership change is proposed before this index is applied. */
  private pendingConfIndex = 0;
  private readonly reads = new ReadOnly();
  /** Reads that wait for this leader's first commit. */
  private earlyReads: RaftMessage[] = [];

  constructor(
    private readonly config: RaftConfig,
    stored: StoredState,
  ) {
    this.term = stored.hardState.term;
    this.votedFor = stored.hardState.votedFor;
    this.log = new RaftLog(stored.snapshot, stored.entries, stored.hardState.commit);
    this.setMembership(stored.snapshot.membership);
    this.becomeFollower(this.term, NOBODY);
  }

  get id(): RaftId {
    return this.config.id;
  }
  get leadTransferee(): RaftId {
    return this.transferTo;
  }

  // --- membership

  /** Starts with these members (a snapshot's, or a test's). */
  setMembership(membership: Membership): void {
    this.voters.clear();
    this.learners.clear();
    const before = new Map(this.progress);
    this.progress.clear();
    for (const id of membership.voters) this.voters.add(id);
    for (const id of membership.learners) this.learners.add(id);
    for (const id of [...membership.voters, ...membership.learners]) {
      const isLearner = this.learners.has(id);
      const known = before.get(id);
      this.progress.set(
        id,
        known && known.isLearner === isLearner ? known : this.freshProgress(id, isLearner),
      );
    }
  }

  private freshProgress(id: RaftId, isLearner: boolean): Progress {
    const match = id === this.id ? this.log.stable : 0;
    const progress = new Progress(
      match,
      this.log.lastIndex + 1,
      isLearner,
      this.config.maxInflight,
    );
    progress.recentActive = true;
    return progress;
  }

  /** Applies a committed membership change. */
  applyConfChange(change: ConfChange): void {
    const voters = new Set(this.voters);
    const learners = new Set(this.learners);
    if (change.op === 'update') return;
    voters.delete(change.id);
    learners.delete(change.id);
    if (change.op === 'add') voters.add(change.id);
    if (change.op === 'add-learner') learners.add(change.id);
    const match = this.progress.get(change.id)?.match;
    this.setMembership({ voters: [...voters].sort(), learners: [...learners].sort() });
    const progress = this.progress.get(change.id);
    if (progress && match !== undefined && progress.match < match) progress.maybeUpdate(match);
    this.membershipChanged();
  }

  private membershipChanged(): void {
    const isMember = this.progress.has(this.id);
    const isVoter = this.voters.has(this.id);
    if (this.role === 'leader' && !isVoter && this.config.stepDownOnRemoval) {
      this.becomeFollower(this.term, NOBODY);
      return;
    }
    if (this.role !== 'leader' || (!isMember && this.voters.size === 0)) return;
    if (this.maybeCommit()) this.broadcastAppend();
    else for (const id of this.progress.keys()) this.maybeSendAppend(id, false);
    if (this.transferTo !== NOBODY && !this.voters.has(this.transferTo)) this.transferTo = NOBODY;
  }

  // --- roles

  private reset(term: number): void {
    if (this.term !== term) {
      this.term = term;
      this.votedFor = NOBODY;
    }
    this.leader = NOBODY;
    this.electionElapsed = 0;
    this.heartbeatElapsed = 0;
    const { electionTicks, fixedTimeout, random } = this.config;
    this.electionTimeout = fixedTimeout ?? electionTicks + random.below(electionTicks);
    this.transferTo = NOBODY;
    this.votes.clear();
    this.pendingConfIndex = 0;
    for (const [id, old] of this.progress) {
      const match = id === this.id ? this.log.stable : 0;
      const next = this.log.lastIndex + 1;
      this.progress.set(id, new Progress(match, next, old.isLearner, this.config.maxInflight));
    }
  }

  becomeFollower(term: number, leader: RaftId): void {
    this.reset(term);
    this.leader = leader;
    this.role = 'follower';
  }

  private becomeCandidate(): void {
    assert(this.role !== 'leader', 'a leader does not stand');
    this.reset(this.term + 1);
    this.votedFor = this.id;
    this.role = 'candidate';
  }

  private becomePreCandidate(): void {
    this.votes.clear();
    this.leader = NOBODY;
    this.role = 'pre-candidate';
  }

  private becomeLeader(): void {
    this.reset(this.term);
    this.leader = this.id;
    this.role = 'leader';
    const own = this.progress.get(this.id)!;
    own.becomeReplicate();
    own.recentActive = true;
    // Conservative: an unapplied change may stand anywhere before the empty entry.
    this.pendingConfIndex = this.log.lastIndex;
    this.appendOwn([{ kind: 'normal', data: undefined, bytes: 0 }]);
    this.broadcastAppend();
  }

  // --- time

  /** One tick of the clock (a second, in swarm). */
  tick(): void {
    if (this.role === 'leader') this.tickLeader();
    else this.tickElection();
  }

  private tickElection(): void {
    this.electionElapsed++;
    if (this.promotable && this.electionElapsed >= this.electionTimeout) {
      this.electionElapsed = 0;
      this.campaign();
    }
  }

  private tickLeader(): void {
    this.heartbeatElapsed++;
    this.electionElapsed++;
    if (this.electionElapsed >= this.config.electionTicks) {
      this.electionElapsed = 0;
      if (this.config.checkQuorum && !this.quorumActive()) {
        this.becomeFollower(this.term, NOBODY);
        return;
      }
      this.transferTo = NOBODY;
    }
    if (this.heartbeatElapsed >= this.config.heartbeatTicks) {
      this.heartbeatElapsed = 0;
      this.broadcastHeartbeat(this.reads.lastContext);
    }
  }

  /** Counts who was heard from since the last check, and starts the next count. */
  private quorumActive(): boolean {
    let active = 0;
    for (const [id, progress] of this.progress) {
      if (this.voters.has(id) && (id === this.id || progress.recentActive)) active++;
      progress.recentActive = id === this.id;
    }
    return active >= majority(this.voters.size);
  }

  private get promotable(): boolean {
    return this.voters.has(this.id) && this.log.unsavedSnapshot === undefined;
  }

  // --- elections

  /** The election timer fires now. */
  campaign(): void {
    this.stand(this.config.preVote ? 'pre-vote' : 'election');
  }

  private stand(kind: CampaignKind): void {
    if (this.role === 'leader' || !this.promotable) return;
    const unapplied = this.log.range(this.log.applied, this.log.committed);
    if (unapplied.some((entry) => entry.kind === 'membership')) return;
    const preVote = kind === 'pre-vote';
    if (preVote) this.becomePreCandidate();
    else this.becomeCandidate();
    const term = preVote ? this.term + 1 : this.term;
    this.votes.set(this.id, true);
    if (this.countVotes() === 'won') return this.electionWon();
    for (const id of [...this.voters].sort()) {
      if (id === this.id) continue;
      const ask = message(preVote ? 'pre-vote' : 'vote', this.id, id, term);
      ask.index = this.log.lastIndex;
      ask.logTerm = this.log.lastTerm;
      if (kind === 'transfer') ask.context = 'transfer';
      this.send(ask);
    }
  }

  private countVotes(): 'won' | 'lost' | 'pending' {
    return voteResult(this.voters, this.votes);
  }

  private electionWon(): void {
    if (this.role === 'pre-candidate') this.stand('election');
    else this.becomeLeader();
  }

  // --- messages in

  /** Takes one message from another member. */
  step(m: RaftMessage): void {
    if (m.term > this.term) {
      if (this.ignoresHigherTerm(m)) return;
      const keepsTerm = m.type === 'pre-vote' || (m.type === 'pre-vote-response' && !m.reject);
      if (!keepsTerm) {
        const fromLeader = m.type === 'append' || m.type === 'heartbeat' || m.type === 'snapshot';
        this.becomeFollower(m.term, fromLeader ? m.from : NOBODY);
      }
    } else if (m.term < this.term && m.term > 0) {
      this.answerLowerTerm(m);
      return;
    }
    if (m.type === 'vote' || m.type === 'pre-vote') this.stepVote(m);
    else if (this.role === 'leader') this.stepLeader(m);
    else if (this.role === 'follower') this.stepFollower(m);
    else this.stepCandidate(m);
  }

  /** While a leader's lease holds, vote requests change nothing (checkQuorum). */
  private ignoresHigherTerm(m: RaftMessage): boolean {
    if (m.type !== 'vote' && m.type !== 'pre-vote') return false;
    if (m.context === 'transfer') return false;
    const { checkQuorum, electionTicks } = this.config;
    return checkQuorum && this.leader !== NOBODY && this.electionElapsed < electionTicks;
  }

  private answerLowerTerm(m: RaftMessage): void {
    const { checkQuorum, preVote } = this.config;
    if ((checkQuorum || preVote) && (m.type === 'heartbeat' || m.type === 'append')) {
      // Makes a leader of an old term step down, for our vote requests may be ignored by its lease.
      this.send(message('append-response', this.id, m.from, this.term));
    } else if (m.type === 'pre-vote') {
      const refusal = message('pre-vote-response', this.id, m.from, this.term);
      refusal.reject = true;
      this.send(refusal);
    }
  }

  private stepVote(m: RaftMessage): void {
    const free =
      this.votedFor === m.from ||
      (this.votedFor === NOBODY && this.leader === NOBODY) ||
      (m.type === 'pre-vote' && m.term > this.term);
    const granted = free && this.log.isUpToDate(m.index, m.logTerm);
    const type = m.type === 'vote' ? 'vote-response' : 'pre-vote-response';
    const answer = message(type, this.id, m.from, granted ? m.term : this.term);
    answer.reject = !granted;
    this.send(answer);
    if (granted && m.type === 'vote') {
      this.electionElapsed = 0;
      this.votedFor = m.from;
    }
  }

  private stepFollower(m: RaftMessage): void {
    switch (m.type) {
      case 'append':
        this.followLeader(m.from);
        return this.handleAppend(m);
      case 'heartbeat':
        this.followLeader(m.from);
        return this.handleHeartbeat(m);
      case 'snapshot':
        this.followLeader(m.from);
        return this.handleSnapshot(m);
      case 'propose':
      case 'transfer-leader':
      case 'read-index':
        if (this.leader !== NOBODY && (m.type !== 'propose' || this.config.forwardProposals)) {
          this.send({ ...m, to: this.leader });
        }
        return;
      case 'timeout-now':
        return this.stand('transfer');
      case 'read-index-response':
        this.readStates.push({ context: m.context, index: m.index });
        return;
      default:
        return;
    }
  }

  private followLeader(leader: RaftId): void {
    this.electionElapsed = 0;
    this.leader = leader;
  }

  private stepCandidate(m: RaftMessage): void {
    switch (m.type) {
      case 'append':
      case 'heartbeat':
      case 'snapshot':
        this.becomeFollower(m.term, m.from);
        return this.stepFollower(m);
      case 'vote-response':
      case 'pre-vote-response': {
        if ((m.type === 'vote-response') !== (this.role === 'candidate')) return;
        if (!this.votes.has(m.from)) this.votes.set(m.from, !m.reject);
        const result = this.countVotes();
        if (result === 'won') this.electionWon();
        else if (result === 'lost') this.becomeFollower(this.term, NOBODY);
        return;
      }
      default:
        return;
    }
  }

  // --- follower

  private handleAppend(m: RaftMessage): void {
    const answer = message('append-response', this.id, m.from, this.term);
    this.send(answer);
    if (m.index < this.log.committed) {
      answer.index = this.log.committed;
      return;
    }
    const last = this.log.maybeAppend(m.index, m.logTerm, m.commit, m.entries);
    if (last !== undefined) {
      answer.index = last;
      return;
    }
    const hint = this.log.findConflictByTerm(Math.min(m.index, this.log.lastIndex), m.logTerm);
    answer.index = m.index;
    answer.reject = true;
    answer.rejectHint = hint.index;
    answer.logTerm = hint.term;
  }

  private handleHeartbeat(m: RaftMessage): void {
    this.log.commitTo(Math.min(m.commit, this.log.lastIndex));
    const answer = message('heartbeat-response', this.id, m.from, this.term);
    answer.context = m.context;
    this.send(answer);
  }

  private handleSnapshot(m: RaftMessage): void {
    const restored = m.snapshot !== undefined && this.restore(m.snapshot);
    const answer = message('append-response', this.id, m.from, this.term);
    answer.index = restored ? this.log.lastIndex : this.log.committed;
    this.send(answer);
  }

  private restore(snapshot: Snapshot): boolean {
    if (snapshot.index <= this.log.committed) return false;
    if (this.log.matchTerm(snapshot.index, snapshot.term)) {
      this.log.commitTo(snapshot.index);
      return false;
    }
    this.log.restore(snapshot);
    this.setMembership(snapshot.membership);
    return true;
  }

  // --- leader

  private stepLeader(m: RaftMessage): void {
    if (m.type === 'propose') {
      for (const entry of m.entries) this.propose(entry.kind, entry.data, entry.bytes);
      return;
    }
    if (m.type === 'read-index') return this.handleReadIndex(m);
    const progress = this.progress.get(m.from);
    if (!progress) return;
    if (m.type === 'append-response') this.handleAppendResponse(m, progress);
    else if (m.type === 'heartbeat-response') this.handleHeartbeatResponse(m, progress);
    else if (m.type === 'transfer-leader') this.transferLeadership(m.from);
  }

  /** Appends a command if this member leads; false where it must be refused. */
  propose(kind: Entry['kind'], data: unknown, bytes: number): boolean {
    if (this.role !== 'leader') {
      if (this.leader === NOBODY || !this.config.forwardProposals) return false;
      const entry: Entry = { term: 0, index: 0, kind, data, bytes };
      const forward = message('propose', this.id, this.leader, 0);
      forward.entries = [entry];
      this.send(forward);
      return true;
    }
    if (!this.progress.has(this.id) || this.transferTo !== NOBODY) return false;
    if (kind === 'membership') {
      if (this.pendingConfIndex > this.log.applied) {
        this.appendOwn([{ kind: 'normal', data: undefined, bytes: 0 }]);
        this.broadcastAppend();
        return true;
      }
      this.pendingConfIndex = this.log.lastIndex + 1;
    }
    this.appendOwn([{ kind, data, bytes }]);
    this.broadcastAppend();
    return true;
  }

  /** Several commands in one append. */
  proposeAll(commands: readonly { data: unknown; bytes: number }[]): boolean {
    if (this.role !== 'leader' || !this.progress.has(this.id)) return false;
    if (this.transferTo !== NOBODY) return false;
    this.appendOwn(commands.map(({ data, bytes }) => ({ kind: 'normal', data, bytes })));
    this.broadcastAppend();
    return true;
  }

  private appendOwn(items: readonly Pick<Entry, 'kind' | 'data' | 'bytes'>[]): void {
    let index = this.log.lastIndex;
    const term = this.term;
    this.log.append(
      items.map(({ kind, data, bytes }) => ({ term, index: ++index, kind, data, bytes })),
    );
  }

  private handleAppendResponse(m: RaftMessage, progress: Progress): void {
    progress.recentActive = true;
    if (m.reject) {
      let hint = m.rejectHint;
      if (m.logTerm > 0) hint = this.log.findConflictByTerm(m.rejectHint, m.logTerm).index;
      if (!progress.maybeDecrease(m.index, hint)) return;
      if (progress.state === 'replicate') progress.becomeProbe();
      this.sendAppend(m.from);
      return;
    }
    const news = progress.maybeUpdate(m.index);
    if (!news && !(progress.match === m.index && progress.state === 'probe')) return;
    if (progress.state === 'probe') progress.becomeReplicate();
    else if (progress.state === 'snapshot') {
      if (progress.match + 1 >= this.log.firstIndex) {
        progress.becomeProbe();
        progress.becomeReplicate();
      }
    } else progress.freeInflights(m.index);

    if (this.maybeCommit()) {
      this.releaseEarlyReads();
      this.broadcastAppend();
    } else if (m.from !== this.id && progress.canBumpCommit(this.log.committed)) {
      this.sendAppend(m.from);
    }
    if (m.from !== this.id) while (this.maybeSendAppend(m.from, false));
    if (m.from === this.transferTo && progress.match === this.log.lastIndex) {
      this.sendTimeoutNow(m.from);
    }
  }

  private handleHeartbeatResponse(m: RaftMessage, progress: Progress): void {
    progress.recentActive = true;
    progress.paused = false;
    if (progress.match < this.log.lastIndex || progress.state === 'probe') this.sendAppend(m.from);
    if (m.context === '') return;
    const acks = this.reads.acknowledge(m.from, m.context);
    let count = 0;
    for (const id of acks) if (this.voters.has(id)) count++;
    if (count < majority(this.voters.size)) return;
    for (const { request, index } of this.reads.advance(m.context)) this.answerRead(request, index);
  }

  /** An append to that member is known to be lost. */
  reportUnreachable(id: RaftId): void {
    const progress = this.progress.get(id);
    if (this.role === 'leader' && progress?.state === 'replicate') progress.becomeProbe();
  }

  /** How the sending of a snapshot ended; the member is probed after its next answer. */
  reportSnapshot(id: RaftId, ok: boolean): void {
    const progress = this.progress.get(id);
    if (this.role !== 'leader' || progress?.state !== 'snapshot') return;
    if (!ok) progress.pendingSnapshot = 0;
    progress.becomeProbe();
    progress.paused = true;
  }

  /** Entries of this member are durable up to the log's `stable` mark. */
  ownEntriesStable(): void {
    const own = this.progress.get(this.id);
    if (this.role !== 'leader' || !own) return;
    if (own.maybeUpdate(this.log.stable) && this.maybeCommit()) {
      this.releaseEarlyReads();
      this.broadcastAppend();
    }
  }

  private maybeCommit(): boolean {
    const index = committedIndex(this.voters, (id) => this.progress.get(id)?.match ?? 0);
    if (index === Infinity || index <= this.log.committed) return false;
    // Only entries of the own term are committed by counting (paper, figure 8).
    if (!this.log.matchTerm(index, this.term)) return false;
    this.log.commitTo(index);
    return true;
  }

  // --- reads

  /** Asks for a linearizable read; its index comes in `readStates`. False if there is no leader. */
  readIndex(context: string): boolean {
    if (this.role !== 'leader' && this.leader === NOBODY) return false;
    const to = this.role === 'leader' ? this.id : this.leader;
    const ask = message('read-index', this.id, to, 0);
    ask.context = context;
    if (this.role === 'leader') this.handleReadIndex(ask);
    else this.send(ask);
    return true;
  }

  private handleReadIndex(m: RaftMessage): void {
    if (this.log.term(this.log.committed) !== this.term) {
      this.earlyReads.push(m);
      return;
    }
    if (this.voters.size <= 1 && this.voters.has(this.id)) {
      this.answerRead(m, this.log.committed);
      return;
    }
    this.reads.add(this.log.committed, m, this.id);
    this.broadcastHeartbeat(m.context);
  }

  private releaseEarlyReads(): void {
    if (this.log.term(this.log.committed) !== this.term) return;
    const waiting = this.earlyReads;
    this.earlyReads = [];
    for (const m of waiting) this.handleReadIndex(m);
  }

  private answerRead(m: RaftMessage, index: number): void {
    if (m.from === this.id) {
      this.readStates.push({ context: m.context, index });
      return;
    }
    const answer = message('read-index-response', this.id, m.from, this.term);
    answer.index = index;
    answer.context = m.context;
    this.send(answer);
  }

  // --- transfer

  /** Hands leadership to a member; refused for itself, learners and strangers. */
  transferLeadership(to: RaftId): void {
    if (this.role !== 'leader') {
      if (this.leader !== NOBODY) {
        // `from` names the transferee, as in etcd.
        this.send(message('transfer-leader', to, this.leader, 0));
      }
      return;
    }
    const progress = this.progress.get(to);
    if (!progress || progress.isLearner || to === this.id || to === this.transferTo) return;
    this.electionElapsed = 0;
    this.transferTo = to;
    if (progress.match === this.log.lastIndex) this.sendTimeoutNow(to);
    else this.sendAppend(to);
  }

  private sendTimeoutNow(to: RaftId): void {
    this.send(message('timeout-now', this.id, to, this.term));
  }

  // --- messages out

  private send(m: RaftMessage): void {
    this.messages.push(m);
  }

  private sendAppend(to: RaftId): void {
    this.maybeSendAppend(to, true);
  }

  private broadcastAppend(): void {
    for (const id of this.progress.keys()) if (id !== this.id) this.sendAppend(id);
  }

  private maybeSendAppend(to: RaftId, evenIfEmpty: boolean): boolean {
    const progress = this.progress.get(to)!;
    if (to === this.id || progress.isPaused) return false;
    const index = progress.next - 1;
    const logTerm = this.log.term(index);
    if (logTerm === undefined) return this.maybeSendSnapshot(to, progress);
    const mayCarry = progress.state !== 'replicate' || !progress.windowFull;
    const entries = mayCarry ? this.log.from(progress.next, this.config.maxBytesPerAppend) : [];
    if (entries.length === 0 && !evenIfEmpty) return false;
    const commit = this.log.committed;
    const append = message('append', this.id, to, this.term);
    append.index = index;
    append.logTerm = logTerm;
    append.entries = entries;
    append.commit = commit;
    this.send(append);
    progress.sentEntries(entries.length);
    progress.sentCommit = Math.min(commit, progress.next - 1);
    return true;
  }

  private maybeSendSnapshot(to: RaftId, progress: Progress): boolean {
    if (!progress.recentActive) return false;
    const { snapshot } = this.log;
    assert(snapshot.index > 0, 'a compacted log has a snapshot');
    progress.becomeSnapshot(snapshot.index);
    const offer = message('snapshot', this.id, to, this.term);
    offer.snapshot = snapshot;
    this.send(offer);
    return true;
  }

  private broadcastHeartbeat(context: string): void {
    for (const [to, progress] of this.progress) {
      if (to === this.id) continue;
      const beat = message('heartbeat', this.id, to, this.term);
      beat.commit = Math.min(progress.match, this.log.committed);
      beat.context = context;
      this.send(beat);
    }
  }
}
