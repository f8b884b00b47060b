/** Transactions, versions, names, batches and snapshots of the store, over a log that answers later. */
import { describe, expect, test } from 'vitest';
import { Runtime } from '../../base';
import type { Proposer, StoreChange } from '../seams';
import {
  ERR_LOST_LEADERSHIP,
  Store,
  SwarmClock,
  formatTimestamp,
  parseTimestamp,
  rpcText,
  type Batch,
  type RpcError,
  type StoreEvent,
  type StoredSecret,
  type Transaction,
  type WriteView,
} from '.';

class ManualLog implements Proposer {
  commitIndex = 7;
  isLeader = true;
  readonly open: { changes: readonly StoreChange[]; token: number }[] = [];
  propose(changes: readonly StoreChange[], token: number): void {
    this.open.push({ changes, token });
  }
  commit(store: Store): void {
    this.commitIndex++;
    store.committed(this.open.shift()!.token);
  }
}

class Put implements Transaction {
  outcome = '';
  constructor(
    readonly summary: string,
    private readonly make: (tx: WriteView) => RpcError | undefined,
  ) {}
  run(tx: WriteView): RpcError | undefined {
    return this.make(tx);
  }
  committed(): void {
    this.outcome = 'committed';
  }
  refused(error: RpcError): void {
    this.outcome = error.desc;
  }
}

function secret(ID: string, Name: string): StoredSecret {
  return {
    ID,
    Version: { Index: 0 },
    CreatedAt: '',
    UpdatedAt: '',
    Spec: { Name, Labels: {} },
  };
}

function setUp(): { store: Store; log: ManualLog; put: (make: Put['run']) => Put } {
  const runtime = new Runtime(1, 'test');
  const log = new ManualLog();
  const store = new Store(runtime, new SwarmClock(runtime, 1_700_000_000_000_000), log);
  const put = (make: (tx: WriteView) => RpcError | undefined): Put => {
    const transaction = new Put('test', make);
    store.update(transaction);
    return transaction;
  };
  return { store, log, put };
}

describe('the store', () => {
  test('shows nothing before the log has committed it, and one writer at a time', () => {
    const { store, log, put } = setUp();
    const first = put((tx) => tx.create('secret', secret('a', 'one')));
    const second = put((tx) => tx.create('secret', secret('b', 'ONE')));
    expect(store.get('secret', 'a')).toBeUndefined();
    expect(log.open.length).toBe(1);
    log.commit(store);
    expect(store.get('secret', 'a')!.Version.Index).toBe(7);
    expect(first.outcome).toBe('committed');
    expect(second.outcome).toBe('name conflicts with an existing object');
    expect(store.findByName('secret', 'One')!.ID).toBe('a');
  });

  test('refuses a stale version', () => {
    const { store, log, put } = setUp();
    put((tx) => tx.create('secret', secret('a', 'one')));
    log.commit(store);
    const stale = secret('a', 'one');
    expect(put((tx) => tx.update('secret', stale)).outcome).toBe('update out of sequence');
    const fresh = { ...store.get('secret', 'a')! };
    const good = put((tx) => tx.update('secret', fresh));
    log.commit(store);
    expect(good.outcome).toBe('committed');
    expect(store.get('secret', 'a')!.Version.Index).toBe(8);
  });

  test('reads its own writes within a transaction', () => {
    const { put } = setUp();
    put((tx) => {
      tx.create('secret', secret('a', 'one'));
      expect(tx.all('secret').map((each) => each.ID)).toEqual(['a']);
      expect(tx.findByName('secret', 'one')!.ID).toBe('a');
      tx.remove('secret', 'a');
      expect(tx.all('secret')).toEqual([]);
      return undefined;
    });
  });

  test('tells listeners in order, after which queued writers run', () => {
    const { store, log, put } = setUp();
    const seen: string[] = [];
    const listener = {
      onStoreEvents(events: readonly StoreEvent[]): void {
        for (const event of events) seen.push(`${event.op} ${event.object.ID}`);
        if (seen.length === 1) put((tx) => tx.create('secret', secret('c', 'three')));
      },
    };
    store.listen(listener);
    put((tx) => tx.create('secret', secret('a', 'one')));
    put((tx) => tx.create('secret', secret('b', 'two')));
    while (log.open.length > 0) log.commit(store);
    expect(seen).toEqual(['create a', 'create b', 'create c']);
  });

  test('gives up what the log refuses, and may still apply it later', () => {
    const { store, log, put } = setUp();
    const lost = put((tx) => tx.create('secret', secret('a', 'one')));
    const { changes, token } = log.open.shift()!;
    store.refused(token, ERR_LOST_LEADERSHIP);
    expect(lost.outcome).toBe(ERR_LOST_LEADERSHIP.desc);
    store.applyEntry(changes);
    expect(store.get('secret', 'a')).toBeDefined();
  });

  test('cuts a batch into transactions of 200 changes', () => {
    const { store, log } = setUp();
    let made = 0;
    let done = false;
    const batch: Batch = {
      summary: 'many',
      step(tx: WriteView): boolean {
        tx.create('secret', secret(`s${made}`, `name${made}`));
        return ++made < 450;
      },
      finished: () => (done = true),
    };
    store.batch(batch);
    const sizes: number[] = [];
    while (log.open.length > 0) {
      sizes.push(log.open[0]!.changes.length);
      log.commit(store);
    }
    expect(sizes).toEqual([200, 200, 50]);
    expect(done).toBe(true);
  });

  test('comes back from a snapshot', () => {
    const { store, log, put } = setUp();
    put((tx) => tx.create('secret', secret('a', 'one')));
    log.commit(store);
    const other = setUp().store;
    const events: string[] = [];
    other.listen({
      onStoreEvents: (all) => all.forEach((event) => events.push(`${event.op} ${event.object.ID}`)),
    });
    other.restore(store.snapshot());
    expect(other.findByName('secret', 'one')!.ID).toBe('a');
    expect(events).toEqual(['create a']);
  });
});

test('time stamps have no trailing zeros and read back', () => {
  expect(formatTimestamp(1_700_000_000_120_000)).toBe('2023-11-14T22:13:20.12Z');
  expect(formatTimestamp(1_700_000_000_000_000)).toBe('2023-11-14T22:13:20Z');
  expect(parseTimestamp('2023-11-14T22:13:20.12Z')).toBe(1_700_000_000_120_000);
  expect(parseTimestamp('2023-11-14T23:13:20.12+01:00')).toBe(1_700_000_000_120_000);
  expect(rpcText(ERR_LOST_LEADERSHIP)).toMatch(/^rpc error: code = Unknown desc = raft: failed/);
});
