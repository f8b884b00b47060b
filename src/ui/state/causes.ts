/** What one action of the learner has led to so far: plain functions over what the page knows. */
import type { RaftLogEntry } from '../../api';
import type { ClusterState } from './cluster-store';

/** How long the accent stays on what an action touched, in wall milliseconds. */
export const TRAIL_MS = 2000;

export interface Consequences {
  /** Log entries, oldest first. */
  readonly entries: readonly RaftLogEntry[];
  /** How many managers hold the newest of them, and how many there are. */
  readonly held: number;
  readonly managers: number;
}

export function consequencesOf(state: Pick<ClusterState, 'screens'>, cause: number): Consequences {
  const rafts = Object.values(state.screens).flatMap((s) => s.raft ?? []);
  const logs = rafts.map((raft) => raft.log.filter((entry) => entry.cause === cause));
  // A leader that is cut off holds entries that nobody else has: the longest list tells most.
  const entries = logs.reduce((a, b) => (b.length > a.length ? b : a), []);
  const last = entries.at(-1);
  return {
    entries,
    held: logs.filter((log) => log.some((e) => e.index === last?.index && e.term === last.term))
      .length,
    managers: rafts.length,
  };
}
