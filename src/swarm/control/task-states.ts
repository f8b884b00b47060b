/** Numbers of the task states (swarmkit `api/types.proto`): a task only ever moves up. */
import type { TaskState } from '../../api';

const NUMBERS: Readonly<Record<TaskState, number>> = Object.freeze({
  new: 0,
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
});

export function taskStateNumber(state: TaskState): number {
  return NUMBERS[state];
}
export function isTaskState(text: string): text is TaskState {
  return Object.hasOwn(NUMBERS, text) && text !== 'allocated';
}
