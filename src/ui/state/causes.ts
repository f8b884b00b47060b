/** What one action of the learner has led to so far: plain functions over what the page knows. */
import type { RaftLogEntry } from '../../api';
import type { XrayEvent } from '../../host';
import type { ClusterState } from './cluster-store';
import { clusterRecords } from './session';

/** How long the accent stays on what an action touched, in wall milliseconds. */
export const TRAIL_MS = 2000;

export interface Consequences {
  /** Log entries, oldest first. */
  readonly entries: readonly RaftLogEntry[];
  /** How many managers hold the newest of them, and how many there are. */
  readonly held: number;
  readonly managers: number;
  /** The newest event of each task, oldest first. */
  readonly tasks: readonly XrayEvent[];
  readonly notes: readonly XrayEvent[];
}

export function consequencesOf(
  state: Pick<ClusterState, 'screens' | 'xray'>,
  cause: number,
): Consequences {
  const rafts = Object.values(state.screens).flatMap((s) => s.raft ?? []);
  const log = [...rafts].sort((a, b) => b.term - a.term || b.lastIndex - a.lastIndex)[0]?.log ?? [];
  const entries = log.filter((entry) => entry.cause === cause);
  const last = entries.at(-1)?.index ?? 0;
  const mine = state.xray.filter((event) => event.cause === cause);
  const tasks = new Map<string, XrayEvent>();
  for (const event of mine) {
    if (event.record.kind !== 'task') continue;
    tasks.delete(event.record.task);
    tasks.set(event.record.task, event);
  }
  return {
    entries,
    held: rafts.filter((r) => r.lastIndex >= last).length,
    managers: rafts.length,
    tasks: [...tasks.values()],
    notes: mine.filter((e) => e.record.kind === 'note' || e.record.kind === 'election'),
  };
}

/** "nginx1.2" for a task's id. */
export function taskName(state: Pick<ClusterState, 'screens'>, id: string): string {
  const records = clusterRecords(state.screens);
  const task = records?.tasks.find((t) => t.ID === id);
  if (!task) return id.slice(0, 12);
  const service = records?.services.find((s) => s.ID === task.ServiceID);
  return `${service?.Spec.Name ?? 'task'}.${task.Slot ?? task.NodeID?.slice(0, 12) ?? ''}`;
}
