/**
 * The table of connections that pass this machine (conntrack): for each, where its two directions
 * lead. An entry is made by the first packet; segments never look at rules again.
 */
import { SECOND_US } from '../../base';
import type { ListenSocket } from './listen-socket';
import type { PendingConnect } from './pending-connect';
import type { Packet } from './segment';
import type { StreamSocket } from './stream-socket';

/** Where one direction of a connection leads on this machine. */
export type TrackEnd =
  | { readonly kind: 'pending'; readonly pending: PendingConnect }
  | { readonly kind: 'listener'; readonly listener: ListenSocket }
  | { readonly kind: 'socket'; readonly socket: StreamSocket }
  | {
      readonly kind: 'lan';
      readonly address: string;
      readonly vni: number | undefined;
      /** Number of the crossing, as the machine there knows it. */
      readonly leg: number;
    };

export interface Track {
  readonly key: string;
  readonly flow: string;
  readonly leg: number;
  /** The first packet as it left the rules of this machine. */
  readonly packet: Packet;
  client: TrackEnd;
  server: TrackEnd;
  readonly costUs: number;
  /** The first data towards the client was seen. */
  answered: boolean;
  clientFin: boolean;
  serverFin: boolean;
}

/** Entries of finished connections stay so long, for segments that are sent again (TIME_WAIT). */
const LINGER_US = 120 * SECOND_US;
/** net.netfilter.nf_conntrack_max */
const TRACKS_MAX = 65536;

export class TrackTable {
  private readonly tracks = new Map<string, Track>();
  /** Finished ones, oldest first. */
  private readonly finished: { readonly key: string; readonly at: number }[] = [];

  static key(flow: string, leg: number): string {
    return `${flow}#${leg}`;
  }

  get(key: string): Track | undefined {
    return this.tracks.get(key);
  }

  add(track: Track, now: number): void {
    this.expire(now);
    this.tracks.set(track.key, track);
    if (this.tracks.size <= TRACKS_MAX) return;
    for (const oldest of this.tracks.keys()) {
      this.tracks.delete(oldest);
      return;
    }
  }

  delete(key: string): void {
    this.tracks.delete(key);
  }

  /** It is over: forgotten later, or at once where nothing can be sent again. */
  finish(track: Track, now: number): void {
    const local = track.client.kind !== 'lan' && track.server.kind !== 'lan';
    if (local) this.tracks.delete(track.key);
    else this.finished.push({ key: track.key, at: now + LINGER_US });
  }

  values(): IterableIterator<Track> {
    return this.tracks.values();
  }

  get size(): number {
    return this.tracks.size;
  }

  private expire(now: number): void {
    let count = 0;
    while (count < this.finished.length && this.finished[count]!.at <= now) {
      this.tracks.delete(this.finished[count]!.key);
      count++;
    }
    if (count > 0) this.finished.splice(0, count);
  }
}
