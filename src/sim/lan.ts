/**
 * Who has which address, and what happens to a message between sending and arrival. Addresses that
 * nobody has are silent, as an ARP request that nobody answers is.
 */
import { MILLISECOND_US } from '../base';
import type { Channel, Input } from '../api';
import { Deliveries } from './agenda';
import type { NodeEntry } from './conductor';
import { Network } from './network';
import { Traffic } from './traffic';

/** A TCP RST with its Ethernet frame. */
const RESET_BYTES = 60;

/** To the world outside and back. */
const OUTSIDE_US = 60 * MILLISECOND_US;

/** Where an output came from and when. */
export interface Origin {
  readonly node: NodeEntry;
  readonly at: number;
  readonly seq: number;
  readonly cause: number;
}

interface Wire {
  readonly channel: Channel;
  readonly bytes: number;
  /** Undefined for what the picture does not show. */
  readonly label: string | undefined;
}

export class Lan {
  readonly network: Network;
  readonly traffic = new Traffic();
  readonly deliveries = new Deliveries();
  private readonly byIndex = new Map<number, NodeEntry>();
  private readonly byAddress = new Map<string, NodeEntry>();

  constructor(seed: number) {
    this.network = new Network(seed);
  }

  attach(node: NodeEntry): void {
    this.byIndex.set(node.index, node);
    this.byAddress.set(node.config.address, node);
    this.network.add(node.config.name);
  }

  /** One more address of a machine. */
  addAddress(address: string, node: NodeEntry): void {
    this.byAddress.set(address, node);
  }

  detach(node: NodeEntry): void {
    this.byIndex.delete(node.index);
    for (const [address, owner] of [...this.byAddress]) {
      if (owner === node) this.byAddress.delete(address);
    }
    this.network.remove(node.config.name);
  }

  node(index: number): NodeEntry | undefined {
    return this.byIndex.get(index);
  }

  send(origin: Origin, to: string, input: Input, wire: Wire): void {
    const target = this.byAddress.get(to);
    if (target) this.transmit(origin, target, input, wire);
  }

  /** RST to one address, or to everybody else. */
  reset(origin: Origin, to: string): void {
    const input: Input = { kind: 'reset', from: origin.node.config.address };
    const wire: Wire = { channel: 'control', bytes: RESET_BYTES, label: undefined };
    if (to !== '') {
      this.send(origin, to, input, wire);
      return;
    }
    for (const peer of this.byIndex.values()) {
      if (peer !== origin.node) this.transmit(origin, peer, input, wire);
    }
  }

  /** What the world outside tells every machine; links of the room have no part in it. */
  publish(origin: Origin, record: unknown): void {
    const { node, at, seq, cause } = origin;
    const arrivesAt = at + Math.max(OUTSIDE_US, this.network.minDelayUs());
    const input: Input = { kind: 'published', record };
    let copy = 0;
    for (const to of this.byIndex.keys()) {
      const delivery = { at: arrivesAt, sentAt: at, from: node.index, seq, copy, to, input, cause };
      this.deliveries.add(delivery);
      copy++;
    }
  }

  private transmit(origin: Origin, target: NodeEntry, input: Input, wire: Wire): void {
    const { node, at, seq, cause } = origin;
    const from = node.config.name;
    const to = target.config.name;
    const arrivals = this.network.transmit(from, to, at, wire.bytes, wire.channel);
    for (let copy = 0; copy < arrivals.length; copy++) {
      this.deliveries.add({
        at: arrivals[copy]!,
        sentAt: at,
        from: node.index,
        seq,
        copy,
        to: target.index,
        input,
        cause,
      });
    }
    if (wire.label === undefined || target === node) return;
    const { channel, label } = wire;
    this.traffic.record({ from, to, channel, label, sentAt: at, arrivesAt: arrivals[0], cause });
  }
}
