/**
 * Numbers handed out one after another: the search goes on behind the last one handed out and wraps at
 * the end, so a freed number is not used again at once (docker/libnetwork `bitseq` and `idm` with the
 * serial option, which swarmkit asks for).
 */

export class SerialIds {
  private readonly used = new Set<number>();
  private next: number;

  /** Numbers from `first` to `last`, both included. */
  constructor(
    readonly first: number,
    readonly last: number,
  ) {
    this.next = first;
  }

  /** The next free number, or undefined when all are in use. */
  take(): number | undefined {
    const count = this.last - this.first + 1;
    if (this.used.size >= count) return undefined;
    let candidate = this.next;
    while (this.used.has(candidate))
      candidate = candidate === this.last ? this.first : candidate + 1;
    this.used.add(candidate);
    this.next = candidate === this.last ? this.first : candidate + 1;
    return candidate;
  }

  /**
   * Takes that very number; false if it is in use or out of range. The search does not move, so after
   * a change of leader, which takes all numbers anew this way, it starts from the lowest free one.
   */
  takeThis(id: number): boolean {
    if (id < this.first || id > this.last || this.used.has(id)) return false;
    this.used.add(id);
    return true;
  }

  release(id: number): void {
    this.used.delete(id);
  }

  has(id: number): boolean {
    return this.used.has(id);
  }

  get size(): number {
    return this.used.size;
  }
}
