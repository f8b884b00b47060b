/**
 * Linearizable reads without log entries (paper, section 8; etcd-io/raft `read_only.go`): the leader
 * notes its commit index, makes sure by a round of heartbeats that it still leads, and answers.
 */
import type { RaftId, RaftMessage } from './message';

interface PendingRead {
  readonly request: RaftMessage;
  readonly index: number;
  readonly acks: Set<RaftId>;
}

export class ReadOnly {
  /** In the order of asking. */
  private queue: string[] = [];
  private pending = new Map<string, PendingRead>();

  add(index: number, request: RaftMessage, self: RaftId): void {
    if (this.pending.has(request.context)) return;
    this.pending.set(request.context, { request, index, acks: new Set([self]) });
    this.queue.push(request.context);
  }

  /** Members that have confirmed the read with that context, the leader included. */
  acknowledge(from: RaftId, context: string): ReadonlySet<RaftId> {
    const read = this.pending.get(context);
    if (!read) return new Set();
    read.acks.add(from);
    return read.acks;
  }

  /** Takes out that read and all asked before it: one round of heartbeats serves them all. */
  advance(context: string): { request: RaftMessage; index: number }[] {
    const position = this.queue.indexOf(context);
    if (position < 0) return [];
    const done = this.queue.splice(0, position + 1);
    return done.map((key) => {
      const { request, index } = this.pending.get(key)!;
      this.pending.delete(key);
      return { request, index };
    });
  }

  /** Context that the next heartbeat should carry; '' if no read waits. */
  get lastContext(): string {
    return this.queue[this.queue.length - 1] ?? '';
  }
}
