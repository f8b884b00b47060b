/**
 * What a transaction of swarm's log changes, in words that fit a cell of the page: tasks by state, and
 * otherwise the first record's name. The real system keeps no such words; the changes themselves are its.
 */
import type { StoreChange } from '../../swarm';

/** The part of a record that the words need, whatever its table. */
interface Named {
  readonly ID: string;
  readonly Spec?: { readonly Name?: string; readonly Annotations?: { readonly Name?: string } };
  readonly ServiceAnnotations?: { readonly Name: string };
  readonly Slot?: number;
  readonly NodeID?: string;
  readonly DesiredState?: string;
  readonly Status?: { readonly State: string };
  readonly Description?: { readonly Hostname?: string };
}

const DONE = { create: 'made', update: 'changed', remove: 'removed' } as const;
/** States in which a task has ended, so that nothing more is wanted of it. */
const ENDED = new Set(['complete', 'shutdown', 'failed', 'rejected', 'remove', 'orphaned']);

export function aboutChanges(
  changes: readonly StoreChange[],
  nameOf: (nodeId: string) => string,
): { readonly about?: string; readonly of?: string } {
  const tasks = changes.filter((change) => change.table === 'task');
  if (tasks.length > 0) return aboutTasks(tasks, nameOf);
  const [first] = changes;
  if (!first) return {};
  const record = first.object as Named;
  const more = changes.length > 1 ? ` and ${changes.length - 1} more` : '';
  if (first.table === 'node') {
    const name = nameOf(record.ID);
    const state = first.op === 'remove' ? 'removed' : (record.Status?.State ?? '');
    return { about: `${name} ${state}${more}`.trim() };
  }
  const name = record.Spec?.Name ?? record.Spec?.Annotations?.Name ?? '';
  const what = first.table === 'cluster' ? 'swarm' : name || first.table;
  return { about: `${what} ${DONE[first.op]}${more}` };
}

function aboutTasks(
  changes: readonly StoreChange[],
  nameOf: (nodeId: string) => string,
): { readonly about: string; readonly of?: string } {
  const counts = new Map<string, number>();
  const names = new Set<string>();
  for (const { op, object } of changes) {
    const task = object as Named;
    const state = op === 'remove' ? 'deleted' : stateOf(task);
    counts.set(state, (counts.get(state) ?? 0) + 1);
    names.add(task.ServiceAnnotations?.Name ?? '');
  }
  const lone = changes.length === 1 ? (changes[0]!.object as Named) : undefined;
  const about = lone
    ? [...counts.keys()][0]!
    : [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
  const [name = ''] = names;
  if (names.size > 1 || name === '') return { about };
  if (!lone) return { about, of: name };
  const node = lone.NodeID === undefined ? '' : nameOf(lone.NodeID);
  return { about, of: `${name}.${lone.Slot ?? node}` };
}

function stateOf(task: Named): string {
  const state = task.Status?.State ?? 'new';
  return task.DesiredState === 'shutdown' && !ENDED.has(state) ? 'to stop' : state;
}
