/**
 * Slots of a replicated service: which live, which are dead, which go first when it is scaled down
 * (swarmkit `manager/orchestrator/replicated/{services,slot}.go`).
 */
import type { StoredTask } from '../store';
import type { Slot } from './updater';

/** Tasks by slot number, ascending. */
export function groupBySlot(tasks: readonly StoredTask[]): Map<number, StoredTask[]> {
  const slots = new Map<number, StoredTask[]>();
  for (const task of tasks) {
    const number = task.Slot ?? 0;
    const slot = slots.get(number);
    if (slot) slot.push(task);
    else slots.set(number, [task]);
  }
  return new Map([...slots].sort(([a], [b]) => a - b));
}

/**
 * Slots in the order in which they are kept: first those whose task is the first of the service on its
 * node, then the second ones and so on; slots between two tasks or without a node last. Among equals
 * running ones come before others and low numbers before high ones.
 */
export function scaleDownOrder(slots: ReadonlyMap<number, Slot>): Slot[] {
  const ordered = [...slots.values()].sort(
    (a, b) => runningFirst(a) - runningFirst(b) || (a[0]!.Slot ?? 0) - (b[0]!.Slot ?? 0),
  );
  const copies = new Map<string, number>();
  const ranked = ordered.map((slot) => {
    const nodeId = slot.length === 1 ? (slot[0]!.NodeID ?? '') : '';
    if (nodeId === '') return { slot, copy: Infinity };
    const copy = (copies.get(nodeId) ?? 0) + 1;
    copies.set(nodeId, copy);
    return { slot, copy };
  });
  ranked.sort((a, b) => (a.copy === b.copy ? 0 : a.copy - b.copy));
  return ranked.map(({ slot }) => slot);
}

function runningFirst(slot: Slot): number {
  return slot.some((task) => task.Status.State === 'running') ? 0 : 1;
}
