/**
 * The LAN: a full mesh of one-way links. It knows machines by name only; who has which address is the
 * conductor's business.
 */
import type { Channel } from '../api';
import { DEFAULT_LINK, Link, MIN_DELAY_US, type LinkSettings } from './link';

export class Network {
  /** Counts changes of the links and of who is there. */
  version = 0;
  private readonly links = new Map<string, Link>();
  private readonly names: string[] = [];
  /** Smallest delay that any link has now; recomputed when a link changes. */
  private minDelay = DEFAULT_LINK.delayUs;

  constructor(private readonly seed: number) {}

  add(name: string): void {
    this.names.push(name);
    this.refresh();
  }

  remove(name: string): void {
    this.names.splice(this.names.indexOf(name), 1);
    for (const key of [...this.links.keys()]) {
      if (key.split('>').includes(name)) this.links.delete(key);
    }
    this.refresh();
  }

  /** Nobody can affect anybody else sooner than this. */
  minDelayUs(): number {
    return this.minDelay;
  }

  /** Arrivals of a message; a machine's messages to itself take the shortest way. */
  transmit(from: string, to: string, now: number, bytes: number, channel: Channel): number[] {
    if (from === to) return [now + this.minDelay];
    return this.link(from, to).transmit(now, bytes, channel);
  }

  settings(from: string, to: string): LinkSettings {
    return this.links.get(`${from}>${to}`)?.settings ?? DEFAULT_LINK;
  }

  change(from: string, to: string, change: Partial<LinkSettings>): void {
    const link = this.link(from, to);
    link.settings = Object.freeze({ ...link.settings, ...change });
    this.refresh();
  }

  /** Drops so many more of the next messages from one machine to another; fewer if negative. */
  dropNext(from: string, to: string, count: number): void {
    const link = this.link(from, to);
    link.dropNext = Math.max(0, link.dropNext + count);
  }

  dropping(from: string, to: string): number {
    return this.links.get(`${from}>${to}`)?.dropNext ?? 0;
  }

  /** All links whose settings are not the usual ones, in a fixed order. */
  changed(): { from: string; to: string; settings: LinkSettings }[] {
    const found: { from: string; to: string; settings: LinkSettings }[] = [];
    for (const [from, to] of this.pairs()) {
      const settings = this.settings(from, to);
      if (!sameSettings(settings, DEFAULT_LINK)) found.push({ from, to, settings });
    }
    return found;
  }

  /** All ordered pairs of machines. */
  pairs(): [string, string][] {
    const pairs: [string, string][] = [];
    for (const from of this.names) {
      for (const to of this.names) if (from !== to) pairs.push([from, to]);
    }
    return pairs;
  }

  private link(from: string, to: string): Link {
    const key = `${from}>${to}`;
    let link = this.links.get(key);
    if (!link) {
      link = new Link(this.seed, key);
      this.links.set(key, link);
    }
    return link;
  }

  private refresh(): void {
    this.version++;
    let min = Infinity;
    for (const [from, to] of this.pairs()) min = Math.min(min, this.settings(from, to).delayUs);
    if (min === Infinity) min = DEFAULT_LINK.delayUs;
    this.minDelay = Math.max(MIN_DELAY_US, min);
  }
}

export function sameSettings(a: LinkSettings, b: LinkSettings): boolean {
  return (Object.keys(DEFAULT_LINK) as (keyof LinkSettings)[]).every((key) => a[key] === b[key]);
}
