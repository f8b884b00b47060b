/**
 * The order of task states. swarmkit's numbers (`api/types.proto`) leave gaps and so do ours; what
 * counts is which of two states is later.
 */
import type { TaskState } from '../../api';

const RANK: Readonly<Record<TaskState, number>> = {
  new: 0,
  // Only the API's list has it; no task is ever in it.
  allocated: 32,
  pending: 64,
  assigned: 192,
  accepted: 256,
  preparing: 320,
  ready: 384,
  starting: 448,
  running: 512,
  complete: 576,
  shutdown: 640,
  failed: 704,
  rejected: 768,
  remove: 800,
  orphaned: 832,
};

/** Position of a state on the way of a task; greater is later. */
export function stateRank(state: TaskState): number {
  return RANK[state];
}

/** Named bounds, so that comparisons read as in swarmkit. */
export const PENDING = RANK.pending;
export const ASSIGNED = RANK.assigned;
export const ACCEPTED = RANK.accepted;
export const READY = RANK.ready;
export const STARTING = RANK.starting;
export const RUNNING = RANK.running;
export const COMPLETE = RANK.complete;
export const SHUTDOWN = RANK.shutdown;
export const REMOVE = RANK.remove;
