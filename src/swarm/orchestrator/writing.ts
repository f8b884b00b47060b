/**
 * Transactions of the leader's components. A queued transaction may not hold a closure (machines are
 * cloned), so it names its owner, a tag and plain data, as timers do.
 */
import type { Batch, RpcError, Transaction, WriteView } from '../store';

/** A component that writes to the store. */
export interface Writer {
  /** Makes the changes of one tagged transaction. */
  write(tag: string, tx: WriteView, data: unknown): RpcError | undefined;
  /** The changes are in the store, or were refused. */
  written(tag: string, data: unknown, error: RpcError | undefined): void;
}

export class OwnedTransaction implements Transaction {
  constructor(
    readonly summary: string,
    private readonly owner: Writer,
    private readonly tag: string,
    private readonly data: unknown,
  ) {}

  run(tx: WriteView): RpcError | undefined {
    return this.owner.write(this.tag, tx, this.data);
  }
  committed(): void {
    this.owner.written(this.tag, this.data, undefined);
  }
  refused(error: RpcError): void {
    this.owner.written(this.tag, this.data, error);
  }
}

/** A component that writes lists of changes. */
export interface BatchWriter {
  /** The work to do, decided when it is our turn to write. */
  planBatch(tag: string, tx: WriteView, data: unknown): readonly unknown[];
  /** One piece of it; what fails is left out, as in swarmkit, which logs it. */
  writeItem(tag: string, tx: WriteView, item: unknown): void;
  batchWritten(tag: string, data: unknown, error: RpcError | undefined): void;
}

/** A batch whose plan is made from the state that it will change. */
export class OwnedBatch implements Batch {
  private items: readonly unknown[] | undefined;
  private at = 0;

  constructor(
    readonly summary: string,
    private readonly owner: BatchWriter,
    private readonly tag: string,
    private readonly data: unknown,
  ) {}

  step(tx: WriteView): boolean {
    this.items ??= this.owner.planBatch(this.tag, tx, this.data);
    const item = this.items[this.at++];
    if (item !== undefined) this.owner.writeItem(this.tag, tx, item);
    return this.at < this.items.length;
  }
  finished(error: RpcError | undefined): void {
    this.owner.batchWritten(this.tag, this.data, error);
  }
}
