/**
 * Writes that must be durable before something goes on: the machine asks the conductor, whose disk model
 * says when they are, and tells the asker. What was not answered before a power loss never happened.
 */
import type { Outbox } from './outbox';

/** Told that one of its writes is durable. */
export interface Writer {
  persisted(token: number): void;
}

export class Writes {
  private readonly pending = new Map<number, { readonly writer: Writer; readonly token: number }>();
  private last = 0;

  constructor(private readonly outbox: Outbox) {}

  persist(writer: Writer, bytes: number, token: number): void {
    this.last++;
    this.pending.set(this.last, { writer, token });
    this.outbox.put({ kind: 'persist', write: this.last, bytes });
  }

  persisted(write: number): void {
    const waiting = this.pending.get(write);
    this.pending.delete(write);
    waiting?.writer.persisted(waiting.token);
  }

  lose(): void {
    this.pending.clear();
  }
}
