/**
 * What gossiping nodes say to each other: memberlist's messages (`net.go`) and networkdb's
 * (`networkdb.proto`), as plain data that nobody changes.
 */
export type MemberState = 'alive' | 'suspect' | 'dead' | 'left';

export interface MemberRecord {
  readonly name: string;
  readonly address: string;
  readonly incarnation: number;
  readonly state: MemberState;
}

/** News about members. */
export type MemberNews =
  | {
      readonly news: 'alive';
      readonly node: string;
      readonly address: string;
      readonly incarnation: number;
    }
  | {
      readonly news: 'suspect' | 'dead';
      readonly node: string;
      readonly incarnation: number;
      readonly from: string;
    };

/** News of networkdb that goes to everyone. */
export type ClusterNews =
  | {
      readonly news: 'node-join' | 'node-leave';
      readonly node: string;
      readonly time: number;
    }
  | {
      readonly news: 'network-join' | 'network-leave';
      readonly node: string;
      readonly networkId: string;
      readonly time: number;
    };

/** One entry of a table; goes to the nodes of its network. */
export interface EntryNews {
  readonly news: 'entry';
  readonly op: 'create' | 'update' | 'delete';
  /** Owner. */
  readonly node: string;
  readonly networkId: string;
  readonly table: string;
  readonly key: string;
  readonly value: unknown;
  readonly time: number;
  /** Of a deleted entry: how long the tombstone still stands. */
  readonly residualUs: number;
}
export type News = MemberNews | ClusterNews | EntryNews;

/** Who is in which network, as push/pull exchanges it. */
export interface NetworkAttachmentRecord {
  readonly node: string;
  readonly networkId: string;
  readonly time: number;
  readonly leaving: boolean;
}
export interface ClusterState {
  readonly members: readonly MemberRecord[];
  readonly attachments: readonly NetworkAttachmentRecord[];
  readonly time: number;
}

export type GossipMessage =
  | { readonly kind: 'ping'; readonly seq: number; readonly node: string; readonly news: News[] }
  | { readonly kind: 'ack' | 'nack'; readonly seq: number; readonly news: News[] }
  | {
      readonly kind: 'indirect-ping';
      readonly seq: number;
      readonly node: string;
      readonly address: string;
      readonly news: News[];
    }
  | { readonly kind: 'news'; readonly news: News[] }
  /** Over TCP in the real system. */
  | { readonly kind: 'stream-ping'; readonly seq: number; readonly node: string }
  | { readonly kind: 'stream-ack'; readonly seq: number }
  | { readonly kind: 'push-pull'; readonly answer: boolean; readonly state: ClusterState }
  | {
      readonly kind: 'bulk-sync';
      readonly node: string;
      /** An answer with one's own entries is wanted. */
      readonly unsolicited: boolean;
      readonly networks: readonly string[];
      readonly entries: readonly EntryNews[];
      readonly time: number;
    };

/** How messages leave; the owner puts them on the LAN. */
export interface GossipTransport {
  send(to: string, label: string, bytes: number, message: GossipMessage): void;
}

/** Sizes on the wire, as measured (20.10, encrypted), or near it. */
export const PING_BYTES = 110;
export const ACK_BYTES = 47;
export function newsBytes(news: News): number {
  if (news.news !== 'entry') return 80;
  return 120 + news.key.length + valueBytes(news.value);
}

/** Values of tables never change, and the same ones are told again and again. */
const bytesOfValues = new WeakMap<object, number>();

function valueBytes(value: unknown): number {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null).length;
  let bytes = bytesOfValues.get(value);
  if (bytes === undefined) {
    bytes = JSON.stringify(value).length;
    bytesOfValues.set(value, bytes);
  }
  return bytes;
}
