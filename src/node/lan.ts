/**
 * The machine's place on the LAN: everything that it sends leaves here as an envelope, and what arrives
 * is sorted by channel. Payloads are plain data and are not changed after they were sent.
 */
import type { Channel, Envelope } from '../api';
import type { LanPort } from '../kernel';
import type { SwarmTransport } from '../swarm';
import type { Outbox } from './outbox';

/** Size on the wire of a control message (a gRPC frame with a few fields), in bytes. */
const MESSAGE_BYTES = 256;

export class Lan implements LanPort, SwarmTransport {
  constructor(private readonly outbox: Outbox) {}

  /** Traffic of connections (kernel/net). */
  send(envelope: Envelope): void;
  /** A message of the swarm parts. */
  send(address: string, channel: 'dispatcher' | 'control', label: string, message: unknown): void;
  send(
    first: Envelope | string,
    channel?: 'dispatcher' | 'control',
    label?: string,
    message?: unknown,
  ): void {
    if (typeof first !== 'string') this.outbox.put({ kind: 'send', envelope: first });
    else this.post(first, channel!, label!, MESSAGE_BYTES, message);
  }

  post(to: string, channel: Channel, label: string, bytes: number, payload: unknown): void {
    this.outbox.put({ kind: 'send', envelope: { to, channel, label, bytes, payload } });
  }
}
