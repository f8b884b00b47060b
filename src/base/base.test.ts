import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CLONE,
  Fingerprint,
  RandomStream,
  Runtime,
  TimeQueue,
  decodeUtf8,
  deepClone,
  deepFreeze,
  encodeUtf8,
  fromBase64,
  toBase64,
  type CopyValue,
  type Wakeable,
} from './index';

describe('bytes', () => {
  test('UTF-8 is what the platform says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const bytes = new TextEncoder().encode(text);
        const decoded = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
        expect([...encodeUtf8(text)]).toEqual([...bytes]);
        expect(decodeUtf8(encodeUtf8(text))).toBe(decoded);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
        expect(decodeUtf8(bytes)).toBe(decoder.decode(bytes));
      }),
    );
  });

  test('base64 goes round', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
      }),
    );
    expect(fromBase64('a')).toBeUndefined();
    expect(fromBase64('*')).toBeUndefined();
  });
});

test('the time queue is a stable sort', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
      const queue = new TimeQueue<number>();
      times.forEach((at, i) => queue.push(at, i));
      const out: number[] = [];
      for (let next = queue.pop(); next; next = queue.pop()) out.push(next.item);
      const order = times.map((_, i) => i).sort((a, b) => times[a]! - times[b]! || a - b);
      expect(out).toEqual(order);
    }),
  );
});

class Counter implements Wakeable {
  count = 0;
  peer: Counter | undefined;
  wake(_tag: string, data: unknown): void {
    this.count += data as number;
  }
}

class Replayed {
  constructor(readonly journal: readonly number[]) {}
  [CLONE](copy: CopyValue): Replayed {
    return new Replayed(copy(this.journal));
  }
}

describe('clones', () => {
  test('keep identity, prototypes and cycles, and go apart', () => {
    const runtime = new Runtime(1, 'm');
    const a = new Counter();
    a.peer = new Counter();
    a.peer.peer = a;
    runtime.setTimer(5, a, 'x', 7);
    const world = {
      runtime,
      a,
      map: new Map([[a, new Set([a.peer])]]),
      replayed: new Replayed([1]),
    };
    const copy = deepClone(world);
    expect(copy.a.peer!.peer).toBe(copy.a);
    expect(copy.a).toBeInstanceOf(Counter);
    expect(copy.map.get(copy.a)!.has(copy.a.peer!)).toBe(true);
    expect(copy.replayed.journal).toEqual([1]);
    copy.runtime.now = 5;
    copy.runtime.fireOne();
    expect([copy.a.count, a.count]).toEqual([7, 0]);
    expect(runtime.random('r').uint32()).toBe(copy.runtime.random('r').uint32());
  });

  test('share what is frozen and survive long lists', () => {
    const frozen = deepFreeze({ deep: [{ x: 1 }] });
    expect(deepClone({ frozen }).frozen).toBe(frozen);
    interface Link {
      next: Link | undefined;
    }
    let head: Link = { next: undefined };
    for (let i = 0; i < 200_000; i++) head = { next: head };
    let length = 0;
    for (let at: Link | undefined = deepClone(head); at; at = at.next) length++;
    expect(length).toBe(200_001);
  });
});

describe('the runtime', () => {
  test('fires in order, carries the cause, forgets what was cancelled', () => {
    const runtime = new Runtime(1, 'm');
    const counter = new Counter();
    runtime.cause = 3;
    runtime.setTimer(10, counter, 'a', 1);
    const cancelled = runtime.setTimer(5, counter, 'b', 100);
    runtime.cause = 0;
    runtime.cancelTimer(cancelled);
    expect(runtime.nextAt()).toBe(10);
    expect(runtime.fireOne()).toBe(false);
    runtime.now = 10;
    expect(runtime.fireOne()).toBe(true);
    expect([counter.count, runtime.cause, runtime.nextAt()]).toEqual([1, 3, Infinity]);
  });

  test('streams are repeatable and independent', () => {
    const draw = (name: string) => new RandomStream(4, name).uint32();
    expect(draw('a')).toBe(draw('a'));
    expect(draw('a')).not.toBe(draw('b'));
    const stream = new RandomStream(1, 'range');
    for (let i = 0; i < 1000; i++) {
      const n = stream.between(3, 5);
      expect(n >= 3 && n <= 5).toBe(true);
    }
  });
});

test('fingerprints see every difference', () => {
  const of = (value: unknown) => new Fingerprint().data(value).digest();
  expect(of({ a: 1, b: [2] })).toBe(of({ a: 1, b: [2] }));
  expect(of({ a: 1, b: [2] })).not.toBe(of({ b: [2], a: 1 }));
  expect(of({ a: 1 })).not.toBe(of({ a: '1' }));
  expect(of([null])).not.toBe(of([undefined]));
  expect(of('ab')).not.toBe(of(['a', 'b']));
});
