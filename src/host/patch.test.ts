import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPatch, diff, invertPatch } from './patch';

function check(before: unknown, after: unknown): unknown {
  const patch = diff(before, after);
  if (!patch) {
    expect(before).toEqual(after);
    return before;
  }
  const result = applyPatch(before, patch);
  expect(result).toStrictEqual(after);
  expect(applyPatch(result, invertPatch(patch))).toStrictEqual(before);
  return result;
}

describe('patches', () => {
  it('are none for what is equal', () => {
    expect(diff({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toBeUndefined();
    expect(diff(new Uint8Array([1]), new Uint8Array([1]))).toBeUndefined();
  });

  it('leave untouched records identical', () => {
    const before = {
      nodes: [
        { ID: 'a', x: 1 },
        { ID: 'b', x: 1 },
      ],
      info: { deep: [1] },
    };
    const after = {
      nodes: [{ ID: 'c' }, { ID: 'b', x: 1 }, { ID: 'a', x: 2 }],
      info: { deep: [1] },
    };
    const result = check(before, after) as typeof before;
    expect(result.nodes[1]).toBe(before.nodes[1]);
    expect(result.info).toBe(before.info);
    expect(result.nodes[2]).not.toBe(before.nodes[0]);
  });

  it('know a field that is undefined from one that is not there', () => {
    check({ a: undefined, b: 1 }, { b: undefined });
    check({ a: 1 }, { a: undefined });
    check({}, { a: undefined });
  });

  it('turn any state into any other and back', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'ID');
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.integer({ min: 0, max: 3 }),
        fc.constantFrom('x', 'y', undefined, null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.array(
          fc.record(
            { ID: fc.constantFrom('1', '2', '3'), v: tie('value') },
            { noNullPrototype: true },
          ),
          {
            maxLength: 3,
          },
        ),
        fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(value, value, (before, after) => void check(before, after)),
      { numRuns: 300 },
    );
  });
});
