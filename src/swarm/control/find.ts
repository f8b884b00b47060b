/**
 * Objects by what a user typed (moby `daemon/cluster/helpers.go`): the id, else the name, else the
 * beginning of an id, as long as it is only one.
 */
import type { ApiError } from '../../api';
import type { ReadView, StoredTask, Tables } from '../store';
import { notFound } from './context';

export type Findable = 'node' | 'service' | 'secret' | 'config' | 'network' | 'task';

export function find<T extends Findable>(
  view: ReadView,
  table: T,
  input: string,
): Tables[T] | ApiError {
  const exact = view.get(table, input);
  if (exact) return exact;
  const all = view.all(table);
  const wanted = input.toLowerCase();
  let matches = all.filter((record) => nameOf(table, record).toLowerCase() === wanted);
  if (matches.length === 0 && input !== '')
    matches = all.filter((record) => record.ID.startsWith(input));
  const [first, second] = matches;
  if (!first) return notFound(table, input);
  if (second)
    return {
      status: 500,
      message: `${table} ${input} is ambiguous (${matches.length} matches found)`,
    };
  return first;
}

export function isFound<T extends { readonly ID: string }>(result: T | ApiError): result is T {
  return 'ID' in result;
}

/** Name that the lists and lookups know an object by. */
export function nameOf<T extends Findable>(table: T, record: Tables[T]): string {
  if (table === 'node') {
    const node = record as Tables['node'];
    return node.Spec.Name || node.Description.Hostname;
  }
  if (table === 'task') return taskName(record as StoredTask);
  return (record as { Spec: { Name?: string } }).Spec.Name ?? '';
}

/** swarmkit `naming.Task`: service, slot or node, id. */
export function taskName(task: StoredTask): string {
  const slot = task.Slot ? String(task.Slot) : (task.NodeID ?? '');
  return `${task.ServiceAnnotations.Name}.${slot}.${task.ID}`;
}

/** `filterMatchLabels`: every wanted label is there, with that value unless none was given. */
export function matchesLabels(
  labels: Readonly<Record<string, string>> | null | undefined,
  wanted: readonly string[],
): boolean {
  return wanted.every((text) => {
    const mark = text.indexOf('=');
    const key = mark < 0 ? text : text.slice(0, mark);
    if (!labels || !Object.hasOwn(labels, key)) return false;
    const value = mark < 0 ? '' : text.slice(mark + 1);
    return value === '' || labels[key] === value;
  });
}

export function hasPrefix(text: string, prefixes: readonly string[] | undefined): boolean {
  if (!prefixes || prefixes.length === 0) return true;
  return prefixes.some((prefix) => text.toLowerCase().startsWith(prefix.toLowerCase()));
}
