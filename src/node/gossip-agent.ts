/**
 * Gossip on one machine: connects networkdb (gossip/) to the LAN and to the engine's network part.
 * Models libnetwork's `agent.go`: a new 12-digit name at every start, tables joined network by
 * network, goodbye when the node leaves or its daemon is stopped.
 */
import type { Channel, GossipScreen, NoteRecord } from '../api';
import type { Runtime } from '../base';
import type { EndpointTables, NetworkController, TableName } from '../engine';
import {
  NetworkDb,
  type EntryEvent,
  type GossipListener,
  type GossipMessage,
  type GossipTransport,
} from '../gossip';

/** The LAN as this part needs it (node/lan.ts). */
export interface GossipLan {
  post(to: string, channel: Channel, label: string, bytes: number, payload: unknown): void;
}

const TABLES: readonly string[] = ['endpoint_table', 'overlay_peer_table'];

export class GossipAgent implements GossipTransport, GossipListener, EndpointTables {
  /** Undefined while the node is in no swarm. */
  private db: NetworkDb | undefined;

  constructor(
    private readonly runtime: Runtime,
    private readonly lan: GossipLan,
    private readonly networks: NetworkController,
    /** LAN address of this machine. */
    private readonly address: string,
  ) {}

  /** The node is in a swarm. `remotes` are addresses of managers to join by, without ports. */
  start(remotes: readonly string[] = []): void {
    if (this.db) return this.join(remotes);
    let name = '';
    for (const byte of this.runtime.random('gossip/names').bytes(6))
      name += byte.toString(16).padStart(2, '0');
    const { runtime, address } = this;
    this.db = new NetworkDb({ runtime, transport: this, listener: this, name, address });
    this.db.start();
    this.networks.connectTables(this);
    this.join(remotes);
  }

  /** Managers to keep in touch with; tried each second until one has answered. */
  join(remotes: readonly string[]): void {
    if (remotes.length > 0) this.db?.join(remotes);
  }

  /** Goodbye: the others hear of it by gossip within a second. */
  stop(): void {
    this.networks.connectTables(undefined);
    this.db?.leave();
    this.db = undefined;
  }

  /** A message of channel `gossip`. */
  receive(from: string, payload: unknown): void {
    this.db?.receive(from, payload as GossipMessage);
  }

  screen(): GossipScreen | undefined {
    if (!this.db) return undefined;
    const members = [...this.db.memberlist.members.values()];
    return {
      members: members.map(({ name, address, state, incarnation }) => ({
        name,
        address,
        state,
        incarnation,
      })),
    };
  }

  // --- what gossip asks for

  send(to: string, label: string, bytes: number, message: GossipMessage): void {
    this.lan.post(to, 'gossip', label, bytes, message);
  }

  onEntry(event: EntryEvent): void {
    if (!this.db || !TABLES.includes(event.table)) return;
    const { op, networkId, key, value } = event;
    this.networks.onRecord({ op, table: event.table as TableName, networkId, key, value });
  }

  onNode(event: 'join' | 'leave' | 'failed', name: string, address: string): void {
    const what = { join: 'joined the gossip', leave: 'left', failed: 'was found dead' }[event];
    const text = `gossip: node ${name} at ${address} ${what}`;
    const note: NoteRecord = { kind: 'note', topic: 'network', text };
    this.runtime.report(note);
  }

  // --- what the network part asks for

  joinNetwork(networkId: string): void {
    this.db?.joinNetwork(networkId);
  }

  leaveNetwork(networkId: string): void {
    this.db?.leaveNetwork(networkId);
  }

  create(table: TableName, networkId: string, key: string, value: unknown): void {
    this.db?.createEntry(table, networkId, key, value);
  }

  update(table: TableName, networkId: string, key: string, value: unknown): void {
    this.db?.updateEntry(table, networkId, key, value);
  }

  remove(table: TableName, networkId: string, key: string): void {
    this.db?.deleteEntry(table, networkId, key);
  }

  peers(networkId: string): readonly { readonly name: string; readonly address: string }[] {
    return this.db?.peersOf(networkId) ?? [];
  }
}
