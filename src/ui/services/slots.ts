/** Tasks of a service by slot (by node, where it is global): those wanted now, and those before. */
import type { Task } from '../../api';
import { isWanted } from '../topology/facts';

export interface Slot {
  readonly slot: string;
  readonly now: readonly Task[];
  /** Newest first. */
  readonly past: readonly Task[];
}

export function slotsOf(tasks: readonly Task[]): readonly Slot[] {
  const bySlot = new Map<string, Task[]>();
  for (const task of tasks) {
    const slot = task.Slot === undefined ? (task.NodeID ?? '').slice(0, 5) : String(task.Slot);
    const list = bySlot.get(slot);
    if (list) list.push(task);
    else bySlot.set(slot, [task]);
  }
  return [...bySlot]
    .sort(([a], [b]) => Number(a) - Number(b) || (a < b ? -1 : 1))
    .map(([slot, list]) => ({
      slot,
      now: list.filter(isWanted),
      past: list.filter((t) => !isWanted(t)).sort((a, b) => (a.CreatedAt < b.CreatedAt ? 1 : -1)),
    }));
}
