/**
 * The disk of a node: a write is durable after a delay, and writes finish in order, as fsync calls on
 * one device do. A crash forgets what was not answered yet. Models an SSD with a journalling file
 * system (about 1 ms for an fsync); the slow-disk fault raises that.
 */
import { RandomStream, TimeQueue } from '../base';

/** Time of a small synchronous write. */
export const DEFAULT_DISK_DELAY_US = 1_000;
/** 200 MB/s of sequential writing. */
const BYTES_PER_US = 200;

export interface PendingWrite {
  readonly write: number;
  readonly cause: number;
}

export class Disk {
  delayUs = DEFAULT_DISK_DELAY_US;
  private readonly random: RandomStream;
  private readonly pending = new TimeQueue<PendingWrite>();
  /** When the last accepted write is done; no later write is done before it. */
  private busyUntil = 0;

  constructor(seed: number, node: string) {
    this.random = new RandomStream(seed, `disk/${node}`);
  }

  /** Accepts a write at `now`. */
  write(now: number, write: number, bytes: number, cause: number): void {
    const spreadUs = this.random.below(Math.floor(this.delayUs / 5) + 1);
    const done = now + this.delayUs + spreadUs + Math.floor(bytes / BYTES_PER_US);
    this.busyUntil = Math.max(done, this.busyUntil);
    this.pending.push(this.busyUntil, { write, cause });
  }

  nextAt(): number {
    return this.pending.nextAt();
  }

  /** Takes the earliest finished write. */
  take(): PendingWrite | undefined {
    return this.pending.take();
  }

  /** Power loss: what was not durable is gone. */
  lose(): void {
    this.pending.clear();
    this.busyUntil = 0;
  }
}
