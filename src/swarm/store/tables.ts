/**
 * The committed tables of the store with their indexes, and the overlay that a transaction writes into
 * (swarmkit uses a transactional radix tree, go-memdb).
 */
import { deepFreeze } from '../../base';
import type { StoreChange, TableName } from '../seams';
import * as failure from './failure';
import { recordName, type StoredTask, type Tables } from './records';
import type { ReadView, StoreEvent, WriteView } from './views';

export const TABLE_NAMES: readonly TableName[] = [
  'cluster',
  'node',
  'service',
  'task',
  'network',
  'secret',
  'config',
];

type AnyRecord = Tables[TableName];

interface Table {
  readonly records: Map<string, AnyRecord>;
  /** Lower-cased name to id. */
  readonly names: Map<string, string>;
}

function emptyTables(): Record<TableName, Table> {
  const made: Partial<Record<TableName, Table>> = {};
  for (const name of TABLE_NAMES) made[name] = { records: new Map(), names: new Map() };
  return made as Record<TableName, Table>;
}

const NONE: ReadonlyMap<string, StoredTask> = new Map();

/** Committed state. Only `apply` and `clear` change it. */
export class StoreTables implements ReadView {
  private tables = emptyTables();
  private readonly byService = new Map<string, Map<string, StoredTask>>();
  private readonly byNode = new Map<string, Map<string, StoredTask>>();

  get<T extends TableName>(table: T, id: string): Tables[T] | undefined {
    return this.tables[table].records.get(id) as Tables[T] | undefined;
  }

  findByName<T extends TableName>(table: T, name: string): Tables[T] | undefined {
    const id = this.tables[table].names.get(name.toLowerCase());
    return id === undefined ? undefined : this.get(table, id);
  }

  all<T extends TableName>(table: T): readonly Tables[T][] {
    return [...this.tables[table].records.values()] as Tables[T][];
  }

  count(table: TableName): number {
    return this.tables[table].records.size;
  }

  tasksOfService(serviceId: string): readonly StoredTask[] {
    return [...this.serviceTasks(serviceId).values()];
  }

  tasksOfNode(nodeId: string): readonly StoredTask[] {
    return [...this.nodeTasks(nodeId).values()];
  }

  tasksOfSlot(serviceId: string, slot: number): readonly StoredTask[] {
    return this.tasksOfService(serviceId).filter((task) => (task.Slot ?? 0) === slot);
  }

  serviceTasks(serviceId: string): ReadonlyMap<string, StoredTask> {
    return this.byService.get(serviceId) ?? NONE;
  }

  nodeTasks(nodeId: string): ReadonlyMap<string, StoredTask> {
    return this.byNode.get(nodeId) ?? NONE;
  }

  /** Puts one change in and says what to publish; undefined if it changes nothing. */
  apply(change: StoreChange): StoreEvent | undefined {
    const table = this.tables[change.table];
    const object = change.object as AnyRecord;
    const old = table.records.get(object.ID);
    if (change.op === 'remove') {
      if (!old) return undefined;
      this.unindex(change.table, old);
      table.records.delete(object.ID);
      return { op: 'remove', table: change.table, object: old } as StoreEvent;
    }
    if (old) this.unindex(change.table, old);
    table.records.set(object.ID, object);
    const name = recordName(change.table, object as never);
    if (name !== '') table.names.set(name, object.ID);
    if (change.table === 'task') this.indexTask(object as StoredTask);
    return (
      old
        ? { op: 'update', table: change.table, object, old }
        : { op: 'create', table: change.table, object }
    ) as StoreEvent;
  }

  private unindex(tableName: TableName, old: AnyRecord): void {
    const name = recordName(tableName, old as never);
    if (name !== '') this.tables[tableName].names.delete(name);
    if (tableName !== 'task') return;
    const task = old as StoredTask;
    removeFrom(this.byService, task.ServiceID, task.ID);
    removeFrom(this.byNode, task.NodeID, task.ID);
  }

  private indexTask(task: StoredTask): void {
    addTo(this.byService, task.ServiceID, task);
    addTo(this.byNode, task.NodeID, task);
  }
}

function addTo(
  index: Map<string, Map<string, StoredTask>>,
  key: string | undefined,
  task: StoredTask,
): void {
  if (key === undefined || key === '') return;
  const held = index.get(key);
  if (held) held.set(task.ID, task);
  else index.set(key, new Map([[task.ID, task]]));
}

function removeFrom(
  index: Map<string, Map<string, StoredTask>>,
  key: string | undefined,
  id: string,
): void {
  if (key === undefined || key === '') return;
  const held = index.get(key);
  held?.delete(id);
  if (held?.size === 0) index.delete(key);
}

/** What one transaction sees and writes; dropped or turned into the log entry at its end. */
export class TransactionView implements WriteView {
  readonly changes: StoreChange[] = [];
  private readonly written = new Map<string, AnyRecord | null>();
  private readonly tasksWritten = new Map<string, StoredTask | null>();

  constructor(
    private readonly base: StoreTables,
    /** Commit index when the transaction began. */
    private readonly versionIndex: number,
    private readonly timestamp: string,
  ) {}

  get changeCount(): number {
    return this.changes.length;
  }

  get<T extends TableName>(table: T, id: string): Tables[T] | undefined {
    const own = this.written.get(`${table}/${id}`);
    if (own !== undefined) return (own ?? undefined) as Tables[T] | undefined;
    return this.base.get(table, id);
  }

  findByName<T extends TableName>(table: T, name: string): Tables[T] | undefined {
    if (this.written.size === 0) return this.base.findByName(table, name);
    const wanted = name.toLowerCase();
    return this.all(table).find((record) => recordName(table, record) === wanted);
  }

  all<T extends TableName>(table: T): readonly Tables[T][] {
    const found = this.base.all(table);
    if (this.written.size === 0) return found;
    const merged = new Map<string, Tables[T]>();
    for (const record of found) merged.set(record.ID, record);
    for (const [key, record] of this.written) {
      const mark = key.indexOf('/');
      if (key.slice(0, mark) !== table) continue;
      if (record) merged.set(record.ID, record as Tables[T]);
      else merged.delete(key.slice(mark + 1));
    }
    return [...merged.values()];
  }

  tasksOfService(serviceId: string): readonly StoredTask[] {
    return this.tasksWith(this.base.serviceTasks(serviceId), 'ServiceID', serviceId);
  }

  tasksOfNode(nodeId: string): readonly StoredTask[] {
    return this.tasksWith(this.base.nodeTasks(nodeId), 'NodeID', nodeId);
  }

  tasksOfSlot(serviceId: string, slot: number): readonly StoredTask[] {
    return this.tasksOfService(serviceId).filter((task) => (task.Slot ?? 0) === slot);
  }

  create<T extends TableName>(table: T, record: Tables[T]): failure.RpcError | undefined {
    if (this.get(table, record.ID)) return failure.ERR_EXIST;
    const name = recordName(table, record);
    if (name !== '' && this.findByName(table, name)) return failure.ERR_NAME_CONFLICT;
    const made = {
      ...record,
      Version: { Index: this.versionIndex },
      CreatedAt: this.timestamp,
      UpdatedAt: this.timestamp,
    };
    this.write('create', table, made);
    return undefined;
  }

  update<T extends TableName>(table: T, record: Tables[T]): failure.RpcError | undefined {
    const old = this.get(table, record.ID);
    if (!old) return failure.ERR_NOT_EXIST;
    if (old.Version.Index !== record.Version.Index) return failure.ERR_SEQUENCE_CONFLICT;
    const name = recordName(table, record);
    if (name !== '') {
      const other = this.findByName(table, name);
      if (other && other.ID !== record.ID) return failure.ERR_NAME_CONFLICT;
    }
    const made = {
      ...record,
      Version: { Index: this.versionIndex },
      CreatedAt: old.CreatedAt,
      UpdatedAt: this.timestamp,
    };
    this.write('update', table, made);
    return undefined;
  }

  remove(table: TableName, id: string): failure.RpcError | undefined {
    const old = this.get(table, id);
    if (!old) return failure.ERR_NOT_EXIST;
    this.written.set(`${table}/${id}`, null);
    if (table === 'task') this.tasksWritten.set(id, null);
    this.changes.push({ op: 'remove', table, object: old });
    return undefined;
  }

  private write(op: 'create' | 'update', table: TableName, record: AnyRecord): void {
    const object = deepFreeze(record);
    this.written.set(`${table}/${object.ID}`, object);
    if (table === 'task') this.tasksWritten.set(object.ID, object as StoredTask);
    this.changes.push({ op, table, object });
  }

  private tasksWith(
    committed: ReadonlyMap<string, StoredTask>,
    key: 'ServiceID' | 'NodeID',
    value: string,
  ): readonly StoredTask[] {
    const found: StoredTask[] = [];
    for (const task of committed.values()) {
      const own = this.tasksWritten.get(task.ID);
      if (own === undefined) found.push(task);
      else if (own && own[key] === value) found.push(own);
    }
    for (const task of this.tasksWritten.values())
      if (task && task[key] === value && !committed.has(task.ID)) found.push(task);
    return found;
  }
}
