/**
 * What one reads and writes of the store within a transaction. Models swarmkit's `ReadTx` and `Tx`
 * (`manager/state/store/memory.go`) with the indexes of its tables. Lists are in the order of creation,
 * where the real store gives them in the order of ids, which are random.
 */
import type { TableName } from '../seams';
import type { RpcError } from './failure';
import type { StoredTask, Tables } from './records';

export interface ReadView {
  get<T extends TableName>(table: T, id: string): Tables[T] | undefined;
  /** By name, case-insensitively; not for nodes and tasks, which have no unique name. */
  findByName<T extends TableName>(table: T, name: string): Tables[T] | undefined;
  all<T extends TableName>(table: T): readonly Tables[T][];
  tasksOfService(serviceId: string): readonly StoredTask[];
  tasksOfNode(nodeId: string): readonly StoredTask[];
  /** Tasks of one slot of a replicated service. */
  tasksOfSlot(serviceId: string, slot: number): readonly StoredTask[];
}

/** Reads see the writes made before in the same transaction. Records are frozen: build new ones. */
export interface WriteView extends ReadView {
  /** Fails with ERR_EXIST, ERR_NAME_CONFLICT. `CreatedAt`, `UpdatedAt` and `Version` are filled in. */
  create<T extends TableName>(table: T, record: Tables[T]): RpcError | undefined;
  /** Fails with ERR_NOT_EXIST, ERR_SEQUENCE_CONFLICT (record.Version is not the stored one), name. */
  update<T extends TableName>(table: T, record: Tables[T]): RpcError | undefined;
  /** Fails with ERR_NOT_EXIST. */
  remove(table: TableName, id: string): RpcError | undefined;
  /** Changes made so far. */
  readonly changeCount: number;
}

/** One change as it is published, after the commit. */
export type StoreEvent = {
  readonly [T in TableName]:
    | { readonly op: 'create'; readonly table: T; readonly object: Tables[T] }
    | {
        readonly op: 'update';
        readonly table: T;
        readonly object: Tables[T];
        readonly old: Tables[T];
      }
    | { readonly op: 'remove'; readonly table: T; readonly object: Tables[T] };
}[TableName];

export interface StoreListener {
  /** All changes of one transaction in order: the end of the call is swarmkit's EventCommit. */
  onStoreEvents(events: readonly StoreEvent[]): void;
}

/** A piece of work on the store: a class instance, queued until the writers before it are done. */
export interface Transaction {
  /** What the log shows of it ("service web created"). */
  readonly summary: string;
  /** Makes the changes; a failure drops all of them. Called exactly once, possibly later. */
  run(tx: WriteView): RpcError | undefined;
  /** The changes are in the store, and listeners have been told. */
  committed(): void;
  /** `run` failed, or the log refused the changes. */
  refused(error: RpcError): void;
}

/**
 * A long list of small changes, cut into transactions of at most 200 changes (swarmkit `Batch`). No
 * other writer comes in between.
 */
export interface Batch {
  readonly summary: string;
  /** The next small change; true while more are left. */
  step(tx: WriteView): boolean;
  /** Everything before the failure, if there is one, is in the store. */
  finished(error: RpcError | undefined): void;
}
