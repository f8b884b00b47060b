/**
 * One direction between two machines. Models an Ethernet switch port with Linux `tc netem` on it:
 * delay, jitter, loss, duplication, reordering and a rate. Differs from it in one thing: jitter alone
 * never reorders messages of one channel, since most of them travel on one TCP connection.
 */
import { RandomStream } from '../base';
import type { Channel } from '../api';

export interface LinkSettings {
  readonly cut: boolean;
  readonly delayUs: number;
  /** Added to the delay, uniformly from 0 to this. */
  readonly jitterUs: number;
  readonly lossPermille: number;
  readonly duplicatePermille: number;
  readonly reorderPermille: number;
  readonly bytesPerSecond: number;
}

/** A quiet LAN in one room, 1 Gbit/s. */
export const DEFAULT_LINK: LinkSettings = Object.freeze({
  cut: false,
  delayUs: 200,
  jitterUs: 60,
  lossPermille: 0,
  duplicatePermille: 0,
  reorderPermille: 0,
  bytesPerSecond: 125_000_000,
});

/** No link is quicker than this, whatever it is set to. */
export const MIN_DELAY_US = 50;
/** A reordered message is late by one to so many times the link's delay. */
const REORDER_FACTOR = 10;

export class Link {
  settings: LinkSettings = DEFAULT_LINK;
  /** So many of the next messages are dropped. */
  dropNext = 0;
  /** When the sender's port is free again. */
  private busyUntil = 0;
  private readonly lastArrival = new Map<Channel, number>();
  private readonly streams = new Map<string, RandomStream>();

  constructor(
    private readonly seed: number,
    private readonly name: string,
  ) {}

  /** Instants at which copies of a message sent at `now` arrive; none if it is lost. */
  transmit(now: number, bytes: number, channel: Channel): number[] {
    const { settings } = this;
    if (this.dropNext > 0) {
      this.dropNext--;
      return [];
    }
    if (settings.cut) return [];
    const begin = Math.max(now, this.busyUntil);
    this.busyUntil = begin + Math.floor((bytes * 1_000_000) / settings.bytesPerSecond);
    if (this.happens('loss', settings.lossPermille)) return [];
    const arrivals = [this.arrival(channel)];
    if (this.happens('duplicate', settings.duplicatePermille)) {
      arrivals.push(this.arrival(channel));
    }
    return arrivals;
  }

  private arrival(channel: Channel): number {
    const { settings } = this;
    const delayUs = Math.max(MIN_DELAY_US, settings.delayUs);
    let at = this.busyUntil + delayUs;
    if (settings.jitterUs > 0) at += this.stream('jitter').below(settings.jitterUs + 1);
    if (this.happens('reorder', settings.reorderPermille)) {
      return at + this.stream('reorder').between(delayUs, REORDER_FACTOR * delayUs);
    }
    at = Math.max(at, this.lastArrival.get(channel) ?? 0);
    this.lastArrival.set(channel, at);
    return at;
  }

  private happens(what: string, permille: number): boolean {
    return permille > 0 && this.stream(what).chance(permille, 1000);
  }

  private stream(what: string): RandomStream {
    let stream = this.streams.get(what);
    if (!stream) {
      stream = new RandomStream(this.seed, `link/${this.name}/${what}`);
      this.streams.set(what, stream);
    }
    return stream;
  }
}
