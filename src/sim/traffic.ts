/**
 * What the picture shows of the LAN: messages in flight and how many there were. It is bounded, and
 * nothing in the simulation depends on it.
 */
import type { Channel } from '../api';

/** A message on the LAN, for the picture. */
export interface Flight {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  readonly channel: Channel;
  readonly label: string;
  readonly sentAt: number;
  /** When it arrives; undefined if it is lost. */
  readonly arrivesAt: number | undefined;
  readonly cause: number;
}

export type ChannelCounts = Record<Channel, number>;

/** The page draws no more than so many between two updates. */
const MAX_FLIGHTS = 300;

const NO_TRAFFIC: Readonly<ChannelCounts> = Object.freeze({
  raft: 0,
  gossip: 0,
  dispatcher: 0,
  control: 0,
  request: 0,
});

export class Traffic {
  private flights: Flight[] = [];
  private counts: ChannelCounts = { ...NO_TRAFFIC };
  private totals: ChannelCounts = { ...NO_TRAFFIC };
  private nextId = 1;

  record(flight: Omit<Flight, 'id'>): void {
    this.counts[flight.channel]++;
    this.totals[flight.channel]++;
    const id = this.nextId++;
    if (this.flights.length >= 2 * MAX_FLIGHTS) this.flights.splice(0, MAX_FLIGHTS);
    this.flights.push({ id, ...flight });
  }

  /** What was sent since the last call. */
  take(): { flights: Flight[]; counts: ChannelCounts } {
    const taken = { flights: this.flights.slice(-MAX_FLIGHTS), counts: this.counts };
    this.flights = [];
    this.counts = { ...NO_TRAFFIC };
    return taken;
  }

  /** Messages since the run began. */
  total(): Readonly<ChannelCounts> {
    return this.totals;
  }
}
