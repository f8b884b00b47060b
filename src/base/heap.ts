/**
 * The queue of things that are due at an instant: a binary heap ordered by time, and among equal
 * times by the order of insertion, so a run never depends on how the heap was filled. Times, numbers
 * and items lie in lists of their own, which spares an object for each entry and keeps comparing cheap.
 */

export interface Due<T> {
  /** Virtual time in microseconds. */
  readonly at: number;
  /** Order of insertion; unique in one queue. */
  readonly seq: number;
  readonly item: T;
}

/** Earliest first; first in, first out among equals. */
export class TimeQueue<T> {
  private readonly times: number[] = [];
  private readonly seqs: number[] = [];
  private readonly items: T[] = [];
  private nextSeq = 0;

  get size(): number {
    return this.times.length;
  }

  /** When the earliest entry is due; Infinity if there is none. */
  nextAt(): number {
    return this.times.length === 0 ? Infinity : this.times[0]!;
  }

  push(at: number, item: T): void {
    const { times, seqs, items } = this;
    let i = times.length;
    // A new entry is the last among equals, so only an earlier time moves it up.
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = times[parent]!;
      if (above <= at) break;
      times[i] = above;
      seqs[i] = seqs[parent]!;
      items[i] = items[parent]!;
      i = parent;
    }
    times[i] = at;
    seqs[i] = this.nextSeq++;
    items[i] = item;
  }

  /** The earliest entry, or undefined. */
  peek(): Due<T> | undefined {
    if (this.times.length === 0) return undefined;
    return { at: this.times[0]!, seq: this.seqs[0]!, item: this.items[0]! };
  }

  /** Takes the earliest entry out. */
  pop(): Due<T> | undefined {
    const top = this.peek();
    this.take();
    return top;
  }

  /** Takes the earliest item out, for those who know its time from `nextAt`. */
  take(): T | undefined {
    const first = this.items[0];
    const at = this.times.pop();
    const seq = this.seqs.pop();
    const item = this.items.pop();
    if (this.times.length > 0) this.sink(at!, seq!, item!);
    return first;
  }

  /** Puts the entry that was last in the place of the first, and lets it down to where it belongs. */
  private sink(at: number, seq: number, item: T): void {
    const { times, seqs, items } = this;
    const length = times.length;
    const half = length >> 1;
    let i = 0;
    while (i < half) {
      let child = 2 * i + 1;
      const right = child + 1;
      let best = times[child]!;
      if (right < length) {
        const other = times[right]!;
        if (other < best || (other === best && seqs[right]! < seqs[child]!)) {
          child = right;
          best = other;
        }
      }
      if (best > at || (best === at && seqs[child]! > seq)) break;
      times[i] = best;
      seqs[i] = seqs[child]!;
      items[i] = items[child]!;
      i = child;
    }
    times[i] = at;
    seqs[i] = seq;
    items[i] = item;
  }

  clear(): void {
    this.times.length = 0;
    this.seqs.length = 0;
    this.items.length = 0;
  }
}
