/**
 * News that waits to be told: each item goes out a limited number of times, least told first
 * (memberlist `queue.go`, TransmitLimitedQueue).
 */
import { retransmitLimit } from './formulas';

interface Item<M> {
  /** News about the same thing replaces what is queued; '' for none. */
  readonly subject: string;
  readonly message: M;
  readonly bytes: number;
  readonly id: number;
  transmits: number;
}

export class BroadcastQueue<M> {
  private items: Item<M>[] = [];
  private nextId = 1;

  get size(): number {
    return this.items.length;
  }

  add(subject: string, message: M, bytes: number): void {
    if (subject !== '') this.items = this.items.filter((item) => item.subject !== subject);
    this.items.push({ subject, message, bytes, id: this.nextId++, transmits: 0 });
  }

  /** What fits into `bytesMax`: least told, then larger, then newest. */
  take(members: number, bytesMax: number): { readonly messages: M[]; readonly bytes: number } {
    const messages: M[] = [];
    let bytes = 0;
    if (this.items.length === 0) return { messages, bytes };
    const limit = retransmitLimit(members);
    this.items.sort((a, b) => a.transmits - b.transmits || b.bytes - a.bytes || b.id - a.id);
    const kept: Item<M>[] = [];
    for (const item of this.items) {
      if (bytes + item.bytes <= bytesMax) {
        messages.push(item.message);
        bytes += item.bytes;
        item.transmits++;
        if (item.transmits >= limit) continue;
      }
      kept.push(item);
    }
    this.items = kept;
    return { messages, bytes };
  }

  clear(): void {
    this.items = [];
  }
}
