/**
 * Who is alive: SWIM with suspicion and Lifeguard as hashicorp/memberlist does it (`state.go`). A pure
 * core: messages come in through `receive`, leave through the host, time comes by timers.
 *
 * Differs: one message stands for a TCP exchange, there are no versions and no metadata, and the
 * 200 ms gossip timer runs only while there is news.
 */
import type { RandomStream, Runtime, TimerHandle, Wakeable } from '../base';
import { BroadcastQueue } from './broadcast-queue';
import {
  AWARENESS_MAX,
  GOSSIP_INTERVAL_US,
  GOSSIP_NODES,
  GOSSIP_TO_DEAD_US,
  INDIRECT_CHECKS,
  PACKET_BYTES_MAX,
  PROBE_INTERVAL_US,
  PROBE_TIMEOUT_US,
  confirmationsNeeded,
  pushPullIntervalUs,
  suspicionTimeoutUs,
} from './formulas';
import {
  ACK_BYTES,
  PING_BYTES,
  newsBytes,
  type ClusterState,
  type EntryNews,
  type ClusterNews,
  type GossipMessage,
  type GossipTransport,
  type MemberNews,
  type MemberRecord,
  type MemberState,
  type News,
} from './messages';

export interface Member {
  readonly name: string;
  address: string;
  incarnation: number;
  state: MemberState;
  /** When the state changed last. */
  changedAt: number;
}

/** What sits on top: networkdb. */
export interface MemberDelegate {
  onMemberJoin(member: Member): void;
  /** `left`: it said so itself. */
  onMemberLeave(member: Member, left: boolean): void;
  /** News that is not about members. */
  onNews(news: ClusterNews | EntryNews, from: string): void;
  /** Its part of a full exchange. */
  localState(): Pick<ClusterState, 'attachments' | 'time'>;
  mergeState(state: ClusterState): void;
  onBulkSync(from: string, message: GossipMessage & { kind: 'bulk-sync' }): void;
}

export interface MemberlistOptions {
  readonly runtime: Runtime;
  readonly transport: GossipTransport;
  readonly name: string;
  readonly address: string;
}

interface Suspicion {
  readonly startedAt: number;
  /** Members when it began. */
  readonly members: number;
  /** Who accused, the first accuser included. */
  readonly accusers: Set<string>;
  timer: TimerHandle;
}

/** A probe of ours, or one that we make for somebody else. */
interface Probe {
  readonly seq: number;
  readonly node: string;
  /** Set for an indirect probe: who asked, and the number there. */
  readonly asker: { readonly address: string; readonly seq: number } | undefined;
  timer: TimerHandle;
  nacksExpected: number;
  nacks: number;
}

export class Memberlist implements Wakeable {
  readonly members = new Map<string, Member>();
  readonly queue = new BroadcastQueue<News>();
  private readonly random: RandomStream;
  private readonly suspicions = new Map<string, Suspicion>();
  private readonly probes = new Map<number, Probe>();
  private order: string[] = [];
  private nextProbe = 0;
  private nextSeq = 1;
  private incarnation = 1;
  private awareness = 0;
  private gossipTimer: TimerHandle | undefined;
  private phaseUs = 0;
  private running = false;
  private leaving = false;

  constructor(
    private readonly options: MemberlistOptions,
    private readonly delegate: MemberDelegate,
  ) {
    this.random = options.runtime.random('gossip');
  }

  get name(): string {
    return this.options.name;
  }

  private get runtime(): Runtime {
    return this.options.runtime;
  }

  start(): void {
    this.running = true;
    const { name, address } = this.options;
    this.takeAlive({ news: 'alive', node: name, address, incarnation: this.incarnation });
    this.phaseUs = this.random.below(GOSSIP_INTERVAL_US);
    this.runtime.setTimer(this.random.below(PROBE_INTERVAL_US), this, 'probe');
    this.schedulePushPull(this.random.below(pushPullIntervalUs(1)));
  }

  stop(): void {
    this.running = false;
    this.queue.clear();
  }

  get isRunning(): boolean {
    return this.running;
  }

  /** Exchanges everything with a node at that address, known or not. */
  contact(address: string): void {
    if (address !== this.options.address) this.pushPull(address, false);
  }

  /** Says goodbye; the news goes out by gossip. */
  leave(): void {
    this.leaving = true;
    const { name } = this.options;
    const { incarnation } = this;
    this.takeDead({ news: 'dead', node: name, incarnation, from: name });
  }

  /** Members that are neither dead nor gone, without this one. */
  living(): Member[] {
    return [...this.members.values()].filter(
      ({ name, state }) => name !== this.name && (state === 'alive' || state === 'suspect'),
    );
  }

  wake(tag: string, data: unknown): void {
    if (!this.running) return;
    if (tag === 'probe') this.probeNext();
    else if (tag === 'probe-timeout') this.askOthers(data as number);
    else if (tag === 'probe-end') this.endProbe(data as number);
    else if (tag === 'nack') this.sendNack(data as number);
    else if (tag === 'suspicion') this.endSuspicion(data as string);
    else if (tag === 'gossip') this.gossip();
    else this.pushPullOne();
  }

  // --- probing
  private probeNext(): void {
    const interval = PROBE_INTERVAL_US * (this.awareness + 1);
    this.runtime.setTimer(interval, this, 'probe');
    for (let checked = 0; checked < this.order.length + 1; checked++) {
      if (this.nextProbe >= this.order.length) this.reshuffle();
      const name = this.order[this.nextProbe++];
      const member = name === undefined ? undefined : this.members.get(name);
      if (!member || member.name === this.name) continue;
      if (member.state === 'dead' || member.state === 'left') continue;
      this.probe(member);
      return;
    }
  }

  private probe(member: Member): void {
    const seq = this.nextSeq++;
    const timer = this.runtime.setTimer(PROBE_TIMEOUT_US, this, 'probe-timeout', seq);
    const { name: node } = member;
    this.probes.set(seq, { seq, node, asker: undefined, timer, nacksExpected: 0, nacks: 0 });
    const news: News[] = [];
    if (member.state === 'suspect')
      // So that it can defend itself at once.
      news.push({
        news: 'suspect',
        node,
        incarnation: member.incarnation,
        from: this.name,
      });
    this.sendPacket(member.address, 'ping', PING_BYTES, { kind: 'ping', seq, node, news });
  }

  /** No direct answer: three others try, and a connection is tried. */
  private askOthers(seq: number): void {
    const probe = this.probes.get(seq);
    const member = probe && this.members.get(probe.node);
    if (!probe || !member) return;
    const { name: node, address } = member;
    const helpers = this.pick(INDIRECT_CHECKS, [node]);
    probe.nacksExpected = helpers.length;
    for (const helper of helpers)
      this.sendPacket(helper.address, 'ping for', PING_BYTES, {
        kind: 'indirect-ping',
        seq,
        node,
        address,
        news: [],
      });
    const ping: GossipMessage = { kind: 'stream-ping', seq, node };
    this.options.transport.send(address, 'ping (tcp)', PING_BYTES, ping);
    const rest = PROBE_INTERVAL_US * (this.awareness + 1) - PROBE_TIMEOUT_US;
    probe.timer = this.runtime.setTimer(rest, this, 'probe-end', seq);
  }

  private endProbe(seq: number): void {
    const probe = this.probes.get(seq);
    this.probes.delete(seq);
    const member = probe && this.members.get(probe.node);
    if (!probe || !member) return;
    const missing = probe.nacksExpected - probe.nacks;
    this.adjustAwareness(probe.nacksExpected > 0 ? missing : 1);
    const { name: node, incarnation } = member;
    this.takeSuspect({ news: 'suspect', node, incarnation, from: this.name });
  }

  private adjustAwareness(delta: number): void {
    this.awareness = Math.min(AWARENESS_MAX - 1, Math.max(0, this.awareness + delta));
  }

  private sendNack(seq: number): void {
    const probe = this.probes.get(seq);
    this.probes.delete(seq);
    if (!probe?.asker) return;
    const { address, seq: theirs } = probe.asker;
    this.sendPacket(address, 'nack', ACK_BYTES, { kind: 'nack', seq: theirs, news: [] });
  }

  private takeAck(seq: number): void {
    const probe = this.probes.get(seq);
    if (!probe) return;
    this.probes.delete(seq);
    this.runtime.cancelTimer(probe.timer);
    if (!probe.asker) return this.adjustAwareness(-1);
    const { address, seq: theirs } = probe.asker;
    this.sendPacket(address, 'ack', ACK_BYTES, { kind: 'ack', seq: theirs, news: [] });
  }

  /** All names in a new order; those long dead are forgotten. */
  private reshuffle(): void {
    this.nextProbe = 0;
    for (const [name, member] of this.members) {
      const gone = member.state === 'dead' || member.state === 'left';
      if (!gone || this.runtime.now - member.changedAt <= GOSSIP_TO_DEAD_US) continue;
      if (name !== this.name) this.members.delete(name);
    }
    this.order = this.random.shuffle([...this.members.keys()]);
  }

  /** Up to `count` living members at random, without some. */
  private pick(count: number, without: readonly string[]): Member[] {
    const candidates = this.living().filter(
      ({ name, state }) => state === 'alive' && !without.includes(name),
    );
    return this.random.shuffle(candidates).slice(0, count);
  }

  // --- messages
  receive(from: string, message: GossipMessage): void {
    if (!this.running) return;
    if ('news' in message) for (const news of message.news) this.takeNews(news, from);
    switch (message.kind) {
      case 'ping':
        if (message.node !== this.name) return;
        return this.sendPacket(from, 'ack', ACK_BYTES, {
          kind: 'ack',
          seq: message.seq,
          news: [],
        });
      case 'indirect-ping':
        return this.probeFor(from, message);
      case 'ack':
      case 'stream-ack':
        return this.takeAck(message.seq);
      case 'nack': {
        const probe = this.probes.get(message.seq);
        if (probe) probe.nacks++;
        return;
      }
      case 'stream-ping': {
        if (message.node !== this.name) return;
        const answer: GossipMessage = { kind: 'stream-ack', seq: message.seq };
        return this.options.transport.send(from, 'ack (tcp)', ACK_BYTES, answer);
      }
      case 'push-pull':
        this.mergeState(message.state);
        if (!message.answer && !this.leaving) this.pushPull(from, true);
        return;
      case 'bulk-sync':
        return this.delegate.onBulkSync(from, message);
      case 'news':
        return;
    }
  }

  private probeFor(from: string, message: GossipMessage & { kind: 'indirect-ping' }): void {
    const seq = this.nextSeq++;
    const { node, address } = message;
    const asker = { address: from, seq: message.seq };
    const timer = this.runtime.setTimer(PROBE_TIMEOUT_US, this, 'nack', seq);
    this.probes.set(seq, { seq, node, asker, timer, nacksExpected: 0, nacks: 0 });
    this.sendPacket(address, 'ping', PING_BYTES, { kind: 'ping', seq, node, news: [] });
  }

  private takeNews(news: News, from: string): void {
    switch (news.news) {
      case 'alive':
        return this.takeAlive(news as MemberNews & { news: 'alive' });
      case 'suspect':
        return this.takeSuspect(news as MemberNews & { news: 'suspect' });
      case 'dead':
        return this.takeDead(news as MemberNews & { news: 'dead' });
      default:
        return this.delegate.onNews(news as ClusterNews | EntryNews, from);
    }
  }

  /** A datagram takes news along as far as there is room. */
  private sendPacket(
    to: string,
    label: string,
    bytes: number,
    message: GossipMessage & { news: News[] },
  ): void {
    const extra = this.queue.take(this.members.size, PACKET_BYTES_MAX - bytes);
    message.news.push(...extra.messages);
    this.options.transport.send(to, label, bytes + extra.bytes, message);
  }

  // --- news about members
  private takeAlive(news: MemberNews & { news: 'alive' }): void {
    const { node, address, incarnation } = news;
    const isSelf = node === this.name;
    if (isSelf && this.leaving) return;
    let member = this.members.get(node);
    if (!member) {
      member = { name: node, address, incarnation: 0, state: 'dead', changedAt: 0 };
      this.members.set(node, member);
      this.order.splice(this.random.below(this.order.length + 1), 0, node);
    } else if (isSelf) {
      if (incarnation > this.incarnation) this.refute(incarnation);
      return;
    } else if (incarnation <= member.incarnation) {
      return;
    }
    const before = member.state;
    this.clearSuspicion(node);
    member.incarnation = incarnation;
    member.address = address;
    if (before !== 'alive') this.setState(member, 'alive');
    this.tell(node, news);
    if (!isSelf && (before === 'dead' || before === 'left')) this.delegate.onMemberJoin(member);
  }

  private takeSuspect(news: MemberNews & { news: 'suspect' | 'dead' }): void {
    const { node, incarnation, from } = news;
    const member = this.members.get(node);
    if (!member || incarnation < member.incarnation) return;
    const suspicion = this.suspicions.get(node);
    if (suspicion) return this.confirm(node, suspicion, news);
    if (member.state !== 'alive') return;
    if (node === this.name) return this.refute(incarnation);
    this.tell(node, { ...news, news: 'suspect' });
    member.incarnation = incarnation;
    this.setState(member, 'suspect');
    const members = this.members.size;
    const delay = suspicionTimeoutUs(members, 0);
    this.suspicions.set(node, {
      startedAt: this.runtime.now,
      members,
      accusers: new Set([from]),
      timer: this.runtime.setTimer(delay, this, 'suspicion', node),
    });
  }

  /** Another accuser makes the wait shorter. */
  private confirm(
    node: string,
    suspicion: Suspicion,
    news: MemberNews & { news: 'suspect' | 'dead' },
  ): void {
    const { accusers, members, startedAt } = suspicion;
    if (accusers.has(news.from) || accusers.size > confirmationsNeeded(members)) return;
    accusers.add(news.from);
    const total = suspicionTimeoutUs(members, accusers.size - 1);
    this.runtime.cancelTimer(suspicion.timer);
    const rest = startedAt + total - this.runtime.now;
    suspicion.timer = this.runtime.setTimer(rest, this, 'suspicion', node);
    this.tell(node, { ...news, news: 'suspect' });
  }

  private endSuspicion(node: string): void {
    const member = this.members.get(node);
    if (!this.suspicions.has(node) || member?.state !== 'suspect') return;
    const { incarnation } = member;
    this.takeDead({ news: 'dead', node, incarnation, from: this.name });
  }

  private clearSuspicion(node: string): void {
    this.runtime.cancelTimer(this.suspicions.get(node)?.timer);
    this.suspicions.delete(node);
  }

  private takeDead(news: MemberNews & { news: 'suspect' | 'dead' }): void {
    const { node, incarnation, from } = news;
    const member = this.members.get(node);
    if (!member || incarnation < member.incarnation) return;
    this.clearSuspicion(node);
    if (member.state === 'dead' || member.state === 'left') return;
    if (node === this.name && !this.leaving) return this.refute(incarnation);
    this.tell(node, news);
    member.incarnation = incarnation;
    this.setState(member, node === from ? 'left' : 'dead');
    if (node !== this.name) this.delegate.onMemberLeave(member, node === from);
  }

  /** Somebody says that this node is in trouble: it is not. */
  private refute(accused: number): void {
    this.incarnation = Math.max(this.incarnation, accused) + 1;
    this.adjustAwareness(1);
    const { name, address } = this.options;
    const member = this.members.get(name)!;
    member.incarnation = this.incarnation;
    const { incarnation } = this;
    this.tell(name, { news: 'alive', node: name, address, incarnation });
  }

  private setState(member: Member, state: MemberState): void {
    member.state = state;
    member.changedAt = this.runtime.now;
  }

  // --- gossip
  private tell(subject: string, news: MemberNews): void {
    this.broadcast(`member ${subject}`, news);
  }

  /** Queues news for everyone. */
  broadcast(subject: string, news: MemberNews | ClusterNews): void {
    if (this.members.size < 2 && this.living().length === 0) return;
    this.queue.add(subject, news, newsBytes(news));
    this.armGossip();
  }

  /** The next instant of this node's 200 ms grid. */
  untilTick(): number {
    return GOSSIP_INTERVAL_US - ((this.runtime.now + this.phaseUs) % GOSSIP_INTERVAL_US);
  }

  private armGossip(): void {
    if (this.gossipTimer || !this.running) return;
    this.gossipTimer = this.runtime.setTimer(this.untilTick(), this, 'gossip');
  }

  private gossip(): void {
    this.gossipTimer = undefined;
    const { now } = this.runtime;
    const candidates = [...this.members.values()].filter((member) => {
      if (member.name === this.name) return false;
      const gone = member.state === 'dead' || member.state === 'left';
      return !gone || now - member.changedAt <= GOSSIP_TO_DEAD_US;
    });
    for (const { address } of this.random.shuffle(candidates).slice(0, GOSSIP_NODES)) {
      const { messages, bytes } = this.queue.take(this.members.size, PACKET_BYTES_MAX);
      if (messages.length === 0) break;
      const message: GossipMessage = { kind: 'news', news: messages };
      this.options.transport.send(address, labelOf(messages), 40 + bytes, message);
    }
    if (candidates.length === 0) this.queue.clear();
    if (this.queue.size > 0) this.armGossip();
  }

  // --- push/pull
  private schedulePushPull(delayUs: number): void {
    this.runtime.setTimer(delayUs, this, 'push-pull');
  }

  private pushPullOne(): void {
    this.schedulePushPull(pushPullIntervalUs(this.members.size));
    const [member] = this.pick(1, []);
    if (member) this.pushPull(member.address, false);
  }

  private pushPull(to: string, answer: boolean): void {
    const members: MemberRecord[] = [...this.members.values()].map(
      ({ name, address, incarnation, state }) => ({ name, address, incarnation, state }),
    );
    const state: ClusterState = { members, ...this.delegate.localState() };
    const bytes = 200 + 70 * members.length + 60 * state.attachments.length;
    this.options.transport.send(to, 'push/pull', bytes, { kind: 'push-pull', answer, state });
  }

  private mergeState(state: ClusterState): void {
    for (const { name: node, address, incarnation, state: theirs } of state.members) {
      const from = this.name;
      if (theirs === 'alive') this.takeAlive({ news: 'alive', node, address, incarnation });
      else if (theirs === 'left') this.takeDead({ news: 'dead', node, incarnation, from: node });
      else this.takeSuspect({ news: 'suspect', node, incarnation, from });
    }
    this.delegate.mergeState(state);
  }
}

function labelOf(news: readonly News[]): string {
  const first = news[0]!;
  const what =
    first.news === 'entry'
      ? `${first.table === 'endpoint_table' ? 'endpoint' : 'peer'}`
      : first.news;
  return news.length === 1 ? what : `${what} +${news.length - 1}`;
}
