/**
 * The store of one manager. Models swarmkit `manager/state/store/memory.go`: one writer at a time, whose
 * changes become one log entry; they are put into the tables when the log has committed them, then the
 * listeners are told. On a follower the entries of the log are the only writers.
 */
import { assert, deepFreeze, type Runtime } from '../../base';
import type { Proposer, StoreChange, TableName } from '../seams';
import type { SwarmClock } from './clock';
import { ERR_TOO_LARGE, type RpcError } from './failure';
import type { StoredTask, Tables } from './records';
import { StoreTables, TABLE_NAMES, TransactionView } from './tables';
import type { Batch, ReadView, StoreEvent, StoreListener, Transaction, WriteView } from './views';

/** swarmkit `MaxChangesPerTransaction`. */
export const MAX_CHANGES_PER_TRANSACTION = 200;
/** swarmkit `MaxTransactionBytes`. */
const MAX_TRANSACTION_BYTES = 1.5 * 1024 * 1024;

/** The whole content, in the order of creation. Frozen records, so it may be kept and sent. */
export type StoreSnapshot = { readonly [T in TableName]: readonly Tables[T][] };

interface Queued {
  readonly transaction: Transaction;
  readonly cause: number;
}
interface InFlight extends Queued {
  readonly token: number;
  readonly changes: readonly StoreChange[];
}

export class Store implements ReadView {
  private tables = new StoreTables();
  private listeners: StoreListener[] = [];
  private queue: Queued[] = [];
  /** The transaction that the log has not answered yet. */
  private inFlight: InFlight | undefined;
  private nextToken = 1;
  private pumping = false;

  constructor(
    private readonly runtime: Runtime,
    private readonly clock: SwarmClock,
    private proposer: Proposer | undefined,
  ) {}

  setProposer(proposer: Proposer): void {
    this.proposer = proposer;
  }

  // --- reading: committed state only
  get<T extends TableName>(table: T, id: string): Tables[T] | undefined {
    return this.tables.get(table, id);
  }
  findByName<T extends TableName>(table: T, name: string): Tables[T] | undefined {
    return this.tables.findByName(table, name);
  }
  all<T extends TableName>(table: T): readonly Tables[T][] {
    return this.tables.all(table);
  }
  count(table: TableName): number {
    return this.tables.count(table);
  }
  tasksOfService(serviceId: string): readonly StoredTask[] {
    return this.tables.tasksOfService(serviceId);
  }
  tasksOfNode(nodeId: string): readonly StoredTask[] {
    return this.tables.tasksOfNode(nodeId);
  }
  tasksOfSlot(serviceId: string, slot: number): readonly StoredTask[] {
    return this.tables.tasksOfSlot(serviceId, slot);
  }

  // --- writing
  /** Queues a transaction. It runs at once if no writer is active, else after those before it. */
  update(transaction: Transaction): void {
    this.queue.push({ transaction, cause: this.runtime.cause });
    this.pump();
  }

  batch(batch: Batch): void {
    this.update(new BatchTransaction(this, batch));
  }

  /** Lets a batch go on before any other writer. */
  continueBatch(transaction: Transaction): void {
    this.queue.unshift({ transaction, cause: this.runtime.cause });
  }

  /** The log committed our proposal. */
  committed(token: number): void {
    const flight = this.inFlight;
    if (!flight || flight.token !== token) return;
    this.runtime.cause = flight.cause;
    this.applyChanges(flight.changes);
    this.inFlight = undefined;
    this.runtime.cause = flight.cause;
    flight.transaction.committed();
    this.pump();
  }

  /** The log did not take our proposal, or we are no longer the leader while it is under way. */
  refused(token: number, error: RpcError): void {
    const flight = this.inFlight;
    if (!flight || flight.token !== token) return;
    this.inFlight = undefined;
    this.runtime.cause = flight.cause;
    flight.transaction.refused(error);
    this.pump();
  }

  /** An entry that another leader wrote, or one of ours that was given up before it was committed. */
  applyEntry(changes: readonly StoreChange[]): void {
    this.applyChanges(changes);
  }

  // --- listening
  listen(listener: StoreListener): void {
    if (!this.listeners.includes(listener)) this.listeners = [...this.listeners, listener];
  }
  unlisten(listener: StoreListener): void {
    this.listeners = this.listeners.filter((other) => other !== listener);
  }

  // --- snapshots
  snapshot(): StoreSnapshot {
    const made: Partial<Record<TableName, readonly unknown[]>> = {};
    for (const name of TABLE_NAMES) made[name] = Object.freeze([...this.tables.all(name)]);
    return Object.freeze(made) as StoreSnapshot;
  }

  /** Replaces the content; listeners are told of the differences. */
  restore(snapshot: StoreSnapshot): void {
    const old = this.tables;
    this.tables = new StoreTables();
    const events: StoreEvent[] = [];
    for (const table of TABLE_NAMES) {
      const kept = new Set<string>();
      for (const object of snapshot[table]) {
        kept.add(object.ID);
        const made = this.tables.apply({ op: 'create', table, object: deepFreeze(object) })!;
        const before = old.get(table, object.ID);
        if (!before) events.push(made);
        else if (before !== object)
          events.push({ op: 'update', table, object, old: before } as StoreEvent);
      }
      for (const object of old.all(table))
        if (!kept.has(object.ID)) events.push({ op: 'remove', table, object } as StoreEvent);
    }
    this.publish(events);
  }

  private applyChanges(changes: readonly StoreChange[]): void {
    const events: StoreEvent[] = [];
    for (const change of changes) {
      const event = this.tables.apply(change);
      if (event) events.push(event);
    }
    this.publish(events);
  }

  private publish(events: readonly StoreEvent[]): void {
    if (events.length === 0) return;
    // Writers that a listener queues wait until every listener has seen this commit.
    const wasPumping = this.pumping;
    this.pumping = true;
    const { cause } = this.runtime;
    for (const listener of this.listeners) {
      if (!this.listeners.includes(listener)) continue;
      this.runtime.cause = cause;
      listener.onStoreEvents(events);
    }
    this.runtime.cause = cause;
    this.pumping = wasPumping;
    if (!wasPumping) this.pump();
  }

  /** Runs queued transactions until one has to wait for the log. */
  private pump(): void {
    if (this.pumping) return;
    this.pumping = true;
    const { cause } = this.runtime;
    while (!this.inFlight) {
      const next = this.queue.shift();
      if (!next) break;
      this.runtime.cause = next.cause;
      this.begin(next);
    }
    this.runtime.cause = cause;
    this.pumping = false;
  }

  private begin({ transaction, cause }: Queued): void {
    assert(this.proposer !== undefined, 'a store that is written to has a log');
    const view = new TransactionView(
      this.tables,
      this.proposer.commitIndex,
      this.clock.timestamp(),
    );
    const error = transaction.run(view);
    if (error) return transaction.refused(error);
    if (view.changes.length === 0) return transaction.committed();
    if (estimateBytes(view.changes) > MAX_TRANSACTION_BYTES)
      return transaction.refused(ERR_TOO_LARGE);
    const token = this.nextToken++;
    const changes = Object.freeze(view.changes);
    this.inFlight = { transaction, cause, token, changes };
    this.proposer.propose(changes, token, transaction.summary);
  }
}

/** Near enough to the size of the protocol buffers. */
export function estimateBytes(changes: readonly StoreChange[]): number {
  let bytes = 0;
  for (const change of changes) bytes += JSON.stringify(change.object).length;
  return bytes;
}

class BatchTransaction implements Transaction {
  readonly summary: string;
  private more = true;

  constructor(
    private readonly store: Store,
    private readonly batch: Batch,
  ) {
    this.summary = batch.summary;
  }

  run(tx: WriteView): RpcError | undefined {
    while (this.more && tx.changeCount < MAX_CHANGES_PER_TRANSACTION)
      this.more = this.batch.step(tx);
    return undefined;
  }

  committed(): void {
    if (this.more) this.store.continueBatch(this);
    else this.batch.finished(undefined);
  }

  refused(error: RpcError): void {
    this.batch.finished(error);
  }
}
