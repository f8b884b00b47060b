/** A stable sort that may ask Python code: merge sort, as few questions as timsort about. */
import type { Sys } from '../../kernel';
import { truth } from './iteration';
import { compare, quickCompare } from './operators';
import type { Value } from './values';
import type { Vm } from './vm';

interface Item {
  readonly key: Value;
  readonly value: Value;
}

export function* sorted(
  vm: Vm,
  values: readonly Value[],
  key: Value,
  reverse: boolean,
): Sys<Value[]> {
  const items: Item[] = [];
  for (const value of values)
    items.push({ key: key === null ? value : yield* vm.call(key, [value]), value });
  if (reverse) items.reverse();
  const result = yield* merge(vm, items);
  if (reverse) result.reverse();
  return result.map((item) => item.value);
}

function* merge(vm: Vm, items: readonly Item[]): Sys<Item[]> {
  if (items.length < 2) return [...items];
  const middle = items.length >> 1;
  const left = yield* merge(vm, items.slice(0, middle));
  const right = yield* merge(vm, items.slice(middle));
  const out: Item[] = [];
  let [i, j] = [0, 0];
  while (i < left.length && j < right.length) {
    const [a, b] = [left[i]!, right[j]!];
    const quick = quickCompare('<', b.key, a.key);
    const less = quick ?? (yield* truth(vm, yield* compare(vm, '<', b.key, a.key)));
    if (less) {
      out.push(b);
      j++;
    } else {
      out.push(a);
      i++;
    }
  }
  return [...out, ...left.slice(i), ...right.slice(j)];
}
