/**
 * Tables shared by the nodes of a network: libnetwork's networkdb (`networkdb.go`, `delegate.go`,
 * `broadcast.go`, `cluster.go`, `event_delegate.go`) on top of memberlist. Two Lamport clocks; an
 * entry is known only to nodes that are in its network; each has one owner.
 *
 * Differs: the name of a node is chosen by the owner, tombstones go by one timer for the earliest.
 */
import { SECOND_US } from '../base';
import type { RandomStream, Runtime, TimerHandle, Wakeable } from '../base';
import { BroadcastQueue } from './broadcast-queue';
import { GOSSIP_NODES, PACKET_BYTES_MAX, PUSH_PULL_INTERVAL_US } from './formulas';
import { Memberlist, type Member, type MemberDelegate } from './memberlist';
import {
  newsBytes,
  type ClusterNews,
  type ClusterState,
  type EntryNews,
  type GossipMessage,
  type GossipTransport,
  type NetworkAttachmentRecord,
} from './messages';

/** A change of a table that another node made. */
export interface EntryEvent {
  readonly op: 'create' | 'update' | 'delete';
  readonly table: string;
  readonly networkId: string;
  readonly key: string;
  readonly value: unknown;
  readonly owner: string;
}

export interface GossipListener {
  onEntry(event: EntryEvent): void;
  /** `failed`: it was found dead; else it said goodbye. */
  onNode(event: 'join' | 'leave' | 'failed', name: string, address: string): void;
}

export interface GossipOptions {
  readonly runtime: Runtime;
  readonly transport: GossipTransport;
  readonly listener: GossipListener;
  /** Unique for each start of the daemon: 12 hexadecimal digits. */
  readonly name: string;
  /** LAN address. */
  readonly address: string;
}

interface Entry {
  readonly networkId: string;
  readonly table: string;
  readonly key: string;
  readonly owner: string;
  value: unknown;
  time: number;
  /** Set in a tombstone. */
  deletedAt: number | undefined;
}
interface Attachment {
  time: number;
  leaving: boolean;
}
interface OwnNetwork {
  readonly queue: BroadcastQueue<EntryNews>;
  inSync: boolean;
}

/** How long a tombstone stands. */
const REAP_US = 1800 * SECOND_US;
const RECONNECT_US = SECOND_US;
/** networkdb `nodeReapInterval`: after that a dead node is given up. */
const NODE_REAP_US = 24 * 3600 * SECOND_US;
/** networkdb `rejoinClusterInterval`. */
const REJOIN_US = 60 * SECOND_US;
const GOODBYE_US_MAX = SECOND_US;

export class NetworkDb implements MemberDelegate, Wakeable {
  readonly memberlist: Memberlist;
  private readonly random: RandomStream;
  private networkTime = 0;
  private tableTime = 0;
  /** By "network/table/key". */
  private readonly entries = new Map<string, Entry>();
  /** node -> network -> attachment, of all nodes. */
  private readonly attachments = new Map<string, Map<string, Attachment>>();
  private readonly own = new Map<string, OwnNetwork>();
  /** Found dead, to be tried again each second for a day, by name. */
  private readonly failed = new Map<string, { readonly address: string; readonly at: number }>();
  private bootstrap: readonly string[] = [];
  private reconnectTimer: TimerHandle | undefined;
  private reapTimer: TimerHandle | undefined;
  private tableTimer: TimerHandle | undefined;

  constructor(private readonly options: GossipOptions) {
    this.random = options.runtime.random('networkdb');
    this.memberlist = new Memberlist(options, this);
  }

  get name(): string {
    return this.options.name;
  }

  private get runtime(): Runtime {
    return this.options.runtime;
  }

  // --- life
  start(): void {
    this.memberlist.start();
    this.runtime.setTimer(this.random.below(PUSH_PULL_INTERVAL_US), this, 'bulk-sync');
  }

  /** Addresses that are tried until one answers, and again whenever this node is alone. */
  join(addresses: readonly string[]): void {
    this.bootstrap = addresses;
    this.rejoin();
  }

  private rejoin(): void {
    if (!this.memberlist.isRunning) return;
    const known = new Set(this.memberlist.living().map(({ address }) => address));
    const { address: own } = this.options;
    const others = this.bootstrap.filter((address) => address !== own);
    const reached = others.some((address) => known.has(address));
    if (!reached) for (const address of others) this.memberlist.contact(address);
    const alone = !reached && others.length > 0;
    this.runtime.setTimer(alone ? RECONNECT_US : REJOIN_US, this, 'rejoin');
  }

  /** Goodbye to all; `stop` follows within a second. */
  leave(): void {
    const time = ++this.networkTime;
    this.memberlist.broadcast('', { news: 'node-leave', node: this.name, time });
    this.memberlist.leave();
    this.runtime.setTimer(GOODBYE_US_MAX, this, 'stop');
  }

  stop(): void {
    this.memberlist.stop();
  }

  receive(from: string, message: GossipMessage): void {
    this.memberlist.receive(from, message);
  }

  wake(tag: string): void {
    if (tag === 'stop') return this.stop();
    if (!this.memberlist.isRunning) return;
    if (tag === 'bulk-sync') this.bulkSyncOne();
    else if (tag === 'reconnect') this.reconnect();
    else if (tag === 'rejoin') this.rejoin();
    else if (tag === 'reap') this.reap();
    else this.gossipTables();
  }

  // --- networks
  joinNetwork(networkId: string): void {
    if (this.own.has(networkId)) return;
    const time = ++this.networkTime;
    this.setAttachment(this.name, networkId, time, false);
    this.own.set(networkId, { queue: new BroadcastQueue<EntryNews>(), inSync: false });
    const node = this.name;
    this.memberlist.broadcast('', { news: 'network-join', node, networkId, time });
    for (const peer of this.nodesOf(networkId)) this.sendBulkSync(peer, true);
    this.own.get(networkId)!.inSync = true;
  }

  /** All entries of the network are forgotten here. */
  leaveNetwork(networkId: string): void {
    if (!this.own.delete(networkId)) return;
    const time = ++this.networkTime;
    this.setAttachment(this.name, networkId, time, true);
    const node = this.name;
    this.memberlist.broadcast('', { news: 'network-leave', node, networkId, time });
    for (const [key, entry] of this.entries)
      if (entry.networkId === networkId) this.entries.delete(key);
  }

  private setAttachment(node: string, networkId: string, time: number, leaving: boolean): void {
    let networks = this.attachments.get(node);
    if (!networks) this.attachments.set(node, (networks = new Map<string, Attachment>()));
    networks.set(networkId, { time, leaving });
  }

  private isIn(node: string, networkId: string): boolean {
    return this.attachments.get(node)?.get(networkId)?.leaving === false;
  }

  /** Living nodes that are in the network, without this one. */
  nodesOf(networkId: string): Member[] {
    return this.memberlist.living().filter(({ name }) => this.isIn(name, networkId));
  }

  /** All living nodes in the network, this one first. */
  peersOf(networkId: string): { readonly name: string; readonly address: string }[] {
    const { name, address } = this.options;
    const own = this.own.has(networkId) ? [{ name, address }] : [];
    return [...own, ...this.nodesOf(networkId)];
  }

  // --- entries of this node
  createEntry(table: string, networkId: string, key: string, value: unknown): void {
    this.write('create', table, networkId, key, value);
  }

  updateEntry(table: string, networkId: string, key: string, value: unknown): void {
    this.write('update', table, networkId, key, value);
  }

  deleteEntry(table: string, networkId: string, key: string): void {
    const entry = this.entries.get(pathOf(networkId, table, key));
    if (entry && entry.deletedAt === undefined)
      this.write('delete', table, networkId, key, entry.value);
  }

  private write(
    op: EntryNews['op'],
    table: string,
    networkId: string,
    key: string,
    value: unknown,
  ): void {
    if (!this.own.has(networkId)) return;
    const time = ++this.tableTime;
    const owner = this.name;
    const deletedAt = op === 'delete' ? this.runtime.now : undefined;
    const entry: Entry = { networkId, table, key, owner, value, time, deletedAt };
    this.entries.set(pathOf(networkId, table, key), entry);
    if (op === 'delete') this.armReap();
    this.tellEntry(this.newsOf(entry, op));
  }

  private newsOf(entry: Entry, op: EntryNews['op']): EntryNews {
    const { owner: node, networkId, table, key, value, time, deletedAt } = entry;
    const age = deletedAt === undefined ? 0 : this.runtime.now - deletedAt;
    const residualUs = deletedAt === undefined ? 0 : REAP_US - age;
    return { news: 'entry', op, node, networkId, table, key, value, time, residualUs };
  }

  private tellEntry(news: EntryNews): void {
    const network = this.own.get(news.networkId);
    if (!network || this.nodesOf(news.networkId).length === 0) return;
    network.queue.add(pathOf(news.networkId, news.table, news.key), news, newsBytes(news));
    this.tableTimer ??= this.runtime.setTimer(this.memberlist.untilTick(), this, 'tables');
  }

  private gossipTables(): void {
    this.tableTimer = undefined;
    let more = false;
    for (const [networkId, { queue }] of this.own) {
      const nodes = this.nodesOf(networkId);
      for (const { address } of this.random.shuffle(nodes).slice(0, GOSSIP_NODES)) {
        const { messages, bytes } = queue.take(nodes.length + 1, PACKET_BYTES_MAX);
        if (messages.length === 0) break;
        const label = `${messages[0]!.table === 'endpoint_table' ? 'endpoint' : 'peer'} news`;
        const message: GossipMessage = { kind: 'news', news: messages };
        this.options.transport.send(address, label, 40 + bytes, message);
      }
      if (nodes.length === 0) queue.clear();
      if (queue.size > 0) more = true;
    }
    if (more) this.tableTimer = this.runtime.setTimer(this.memberlist.untilTick(), this, 'tables');
  }

  // --- news
  onNews(news: ClusterNews | EntryNews): void {
    if (news.news === 'entry') {
      if (this.takeEntry(news, false)) this.rebroadcast(news);
      return;
    }
    if (news.node === this.name) return;
    this.networkTime = Math.max(this.networkTime, news.time);
    if (news.news === 'network-join' || news.news === 'network-leave') {
      const leaving = news.news === 'network-leave';
      if (this.takeAttachment({ ...news, leaving })) this.memberlist.broadcast('', news);
    }
  }

  /** What a node told of its networks; false when it is old news. */
  private takeAttachment(record: NetworkAttachmentRecord): boolean {
    const { node, networkId, time, leaving } = record;
    if (node === this.name) return false;
    const known = this.attachments.get(node)?.get(networkId);
    if (known && known.time >= time) return false;
    if (!known && leaving) return false;
    this.setAttachment(node, networkId, time, leaving);
    if (leaving) this.dropEntries((entry) => entry.owner === node && entry.networkId === networkId);
    return true;
  }

  private rebroadcast(news: EntryNews): void {
    if (this.own.get(news.networkId)?.inSync !== true) return;
    if (news.op === 'delete' && news.residualUs <= REAP_US / 6) return;
    this.tellEntry(news);
  }

  /** True when it was new. */
  private takeEntry(news: EntryNews, bulk: boolean): boolean {
    this.tableTime = Math.max(this.tableTime, news.time);
    const { networkId, table, key, node: owner, value, time } = news;
    if (!this.own.has(networkId) || owner === this.name) return false;
    if (!this.isIn(owner, networkId)) return false;
    const path = pathOf(networkId, table, key);
    const known = this.entries.get(path);
    if (known && known.time >= time) return false;
    const gone = news.op === 'delete';
    if (!known && gone && !bulk) return false;
    const age = REAP_US - news.residualUs;
    const deletedAt = gone ? this.runtime.now - age : undefined;
    this.entries.set(path, { networkId, table, key, owner, value, time, deletedAt });
    if (gone) this.armReap();
    const wasThere = known !== undefined && known.deletedAt === undefined;
    if (gone && !wasThere) return true;
    const op = gone ? 'delete' : wasThere ? 'update' : 'create';
    this.options.listener.onEntry({ op, table, networkId, key, value, owner });
    return true;
  }

  private dropEntries(which: (entry: Entry) => boolean): void {
    for (const [path, entry] of [...this.entries]) {
      if (!which(entry)) continue;
      this.entries.delete(path);
      if (entry.deletedAt !== undefined) continue;
      const { table, networkId, key, value, owner } = entry;
      this.options.listener.onEntry({ op: 'delete', table, networkId, key, value, owner });
    }
  }

  private armReap(): void {
    this.reapTimer ??= this.runtime.setTimer(REAP_US, this, 'reap');
  }

  private reap(): void {
    this.reapTimer = undefined;
    let earliest = Infinity;
    for (const [path, { deletedAt }] of [...this.entries]) {
      if (deletedAt === undefined) continue;
      if (deletedAt + REAP_US <= this.runtime.now) this.entries.delete(path);
      else earliest = Math.min(earliest, deletedAt + REAP_US);
    }
    if (earliest < Infinity)
      this.reapTimer = this.runtime.setTimer(earliest - this.runtime.now, this, 'reap');
  }

  // --- members
  onMemberJoin(member: Member): void {
    // It was out of reach: its networks and entries are asked for.
    if (this.failed.delete(member.name)) this.memberlist.contact(member.address);
    // The same host under a new name: its former self is gone.
    for (const other of this.memberlist.members.values())
      if (other.address === member.address && other.name !== member.name) this.forget(other.name);
    for (const [name, { address }] of this.failed)
      if (address === member.address) this.failed.delete(name);
    this.options.listener.onNode('join', member.name, member.address);
  }

  onMemberLeave(member: Member, left: boolean): void {
    const { name, address } = member;
    this.forget(name);
    this.options.listener.onNode(left ? 'leave' : 'failed', name, address);
    if (left) return;
    this.failed.set(name, { address, at: this.runtime.now });
    this.reconnectTimer ??= this.runtime.setTimer(RECONNECT_US, this, 'reconnect');
  }

  /** Its entries and attachments go. */
  private forget(name: string): void {
    this.attachments.delete(name);
    this.dropEntries(({ owner }) => owner === name);
  }

  /** Tries one of the dead nodes. */
  private reconnect(): void {
    this.reconnectTimer = undefined;
    if (this.failed.size === 0) return;
    const candidates = [...this.failed.values()];
    this.memberlist.contact(this.random.pick(candidates).address);
    for (const [name, { at }] of this.failed)
      if (this.runtime.now - at > NODE_REAP_US) this.failed.delete(name);
    this.reconnectTimer = this.runtime.setTimer(RECONNECT_US, this, 'reconnect');
  }

  // --- full exchanges
  localState(): Pick<ClusterState, 'attachments' | 'time'> {
    const attachments: NetworkAttachmentRecord[] = [];
    for (const [node, networks] of this.attachments)
      for (const [networkId, { time, leaving }] of networks)
        attachments.push({ node, networkId, time, leaving });
    return { attachments, time: this.networkTime };
  }

  mergeState(state: ClusterState): void {
    this.networkTime = Math.max(this.networkTime, state.time);
    const living = new Set(this.memberlist.living().map(({ name }) => name));
    const before = new Map<string, number>();
    for (const record of state.attachments) {
      if (!living.has(record.node)) continue;
      if (this.takeAttachment(record) && !record.leaving && this.own.has(record.networkId))
        before.set(record.node, record.time);
    }
    // Nodes that turned out to be in a network of this one: their entries are asked for.
    for (const name of before.keys()) {
      const member = this.memberlist.members.get(name);
      if (member) this.sendBulkSync(member, true);
    }
  }

  private bulkSyncOne(): void {
    this.runtime.setTimer(PUSH_PULL_INTERVAL_US, this, 'bulk-sync');
    const asked = new Set<string>();
    for (const networkId of this.own.keys()) {
      const nodes = this.nodesOf(networkId).filter(({ name }) => !asked.has(name));
      if (nodes.length === 0) continue;
      const peer = this.random.pick(nodes);
      asked.add(peer.name);
      this.sendBulkSync(peer, true);
    }
  }

  private sendBulkSync(peer: Member, unsolicited: boolean): void {
    const networks = [...this.own.keys()].filter((networkId) => this.isIn(peer.name, networkId));
    if (networks.length === 0) return;
    const entries: EntryNews[] = [];
    let bytes = 100;
    for (const entry of this.entries.values()) {
      if (!networks.includes(entry.networkId)) continue;
      const news = this.newsOf(entry, entry.deletedAt === undefined ? 'create' : 'delete');
      entries.push(news);
      bytes += newsBytes(news);
    }
    this.options.transport.send(peer.address, 'bulk sync', bytes, {
      kind: 'bulk-sync',
      node: this.name,
      unsolicited,
      networks,
      entries,
      time: this.tableTime,
    });
  }

  onBulkSync(_from: string, message: GossipMessage & { kind: 'bulk-sync' }): void {
    this.tableTime = Math.max(this.tableTime, message.time);
    for (const networkId of message.networks)
      if (!this.isIn(message.node, networkId))
        this.setAttachment(message.node, networkId, 0, false);
    for (const news of message.entries) this.takeEntry(news, true);
    const member = this.memberlist.members.get(message.node);
    if (message.unsolicited && member) this.sendBulkSync(member, false);
  }
}

function pathOf(networkId: string, table: string, key: string): string {
  return `${networkId}/${table}/${key}`;
}
