/**
 * The queue of things that are due at an instant: a binary heap ordered by time, and among equal
 * times by the order of insertion, so a run never depends on how the heap was filled.
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
  private readonly entries: Due<T>[] = [];
  private nextSeq = 0;

  get size(): number {
    return this.entries.length;
  }

  /** Inserts and returns the entry. */
  push(at: number, item: T): Due<T> {
    const entry: Due<T> = { at, seq: this.nextSeq++, item };
    const entries = this.entries;
    let i = entries.length;
    entries.push(entry);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = entries[parent]!;
      if (above.at < at || (above.at === at && above.seq < entry.seq)) break;
      entries[i] = above;
      i = parent;
    }
    entries[i] = entry;
    return entry;
  }

  /** The earliest entry, or undefined. */
  peek(): Due<T> | undefined {
    return this.entries[0];
  }

  /** Takes the earliest entry out. */
  pop(): Due<T> | undefined {
    const entries = this.entries;
    const top = entries[0];
    const last = entries.pop();
    if (top === undefined || last === undefined || entries.length === 0) return top;
    const length = entries.length;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= length) break;
      let best = entries[child]!;
      const right = child + 1 < length ? entries[child + 1]! : undefined;
      if (right && (right.at < best.at || (right.at === best.at && right.seq < best.seq))) {
        child++;
        best = right;
      }
      if (last.at < best.at || (last.at === best.at && last.seq < best.seq)) break;
      entries[i] = best;
      i = child;
    }
    entries[i] = last;
    return top;
  }

  /** All entries, in no order. */
  values(): readonly Due<T>[] {
    return this.entries;
  }

  clear(): void {
    this.entries.length = 0;
  }
}
