/** Histories that everybody agrees on, and random ones from a real cell. */
import { expect, test } from 'vitest';
import { RandomStream } from '../../../base';
import { ANY, checkHistory, explain, type Cell, type Operation } from './linearizable';

let clients = 0;
const read = (value: Cell, calledAt: number, answeredAt: number): Operation => ({
  key: 'k',
  client: `c${clients++}`,
  text: `read ${value}`,
  effect: { kind: 'read', before: value, after: undefined },
  calledAt,
  answeredAt,
});
const swap = (before: Cell, after: Cell, calledAt: number, answeredAt?: number): Operation => ({
  key: 'k',
  client: `c${clients++}`,
  text: `${before} to ${after}`,
  effect: { kind: 'swap', before, after },
  calledAt,
  answeredAt,
});

test('what happens one after the other', () => {
  const good = [swap(undefined, 'a', 1, 2), read('a', 3, 4), swap('a', 'b', 5, 6), read('b', 7, 8)];
  expect(explain(good, undefined)).toBeUndefined();
  const stale = [...good, read('a', 9, 10)];
  expect(explain(stale, undefined)?.text).toBe('read a');
  expect(checkHistory(stale, () => undefined)?.key).toBe('k');
});

test('what overlaps may have happened in any order', () => {
  const both = [swap(undefined, 'a', 1, 10), read(undefined, 2, 3), read('a', 4, 5)];
  expect(explain(both, undefined)).toBeUndefined();
  const back = [swap(undefined, 'a', 1, 10), read('a', 2, 3), read(undefined, 4, 5)];
  expect(explain(back, undefined)).toBeDefined();
});

test('what was never answered may have happened, later or never', () => {
  expect(explain([swap(undefined, 'a', 1), read(undefined, 2, 3)], undefined)).toBeUndefined();
  expect(explain([swap(undefined, 'a', 1), read('a', 20, 30)], undefined)).toBeUndefined();
  const twice = [swap(undefined, 'a', 1), read('a', 2, 3), read(undefined, 4, 5)];
  expect(explain(twice, undefined)).toBeDefined();
});

test('two swaps of the same value cannot both succeed', () => {
  const both = [swap('a', 'b', 1, 5), swap('a', 'c', 2, 6)];
  expect(explain(both, 'a')).toBeDefined();
  const blind = { ...swap('a', 'c', 2, 6), effect: { kind: 'swap', before: ANY, after: 'c' } };
  expect(explain([both[0]!, blind as Operation], 'a')).toBeUndefined();
});

test('random histories of a real cell pass, and fail when an answer is changed', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = new RandomStream(seed, 'history');
    let cell: Cell;
    const history: Operation[] = [];
    for (let at = 10; at < 800; at += random.between(1, 12)) {
      const from = at - random.below(9);
      const to = at + random.below(9);
      if (random.chance(1, 2)) {
        history.push(read(cell, from, to));
        continue;
      }
      const next = `v${at}`;
      history.push(swap(cell, next, from, random.chance(1, 6) ? undefined : to));
      cell = next;
    }
    expect(explain(history, undefined)).toBeUndefined();
    const wrong = [...history, read('v-never', 900, 901)];
    expect(explain(wrong, undefined)?.text).toBe('read v-never');
  }
});
