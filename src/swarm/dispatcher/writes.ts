/**
 * What the dispatcher writes of tasks and nodes (swarmkit `manager/dispatcher/dispatcher.go`,
 * processUpdates and moveTasksToOrphaned).
 */
import type { NodeDescription, NodeState } from '../../api';
import type { ManagerContext } from '../leader';
import { ASSIGNED, RUNNING, stateRank } from '../orchestrator/task-state';
import type { WriteView } from '../store';
import type { StatusUpdate } from './protocol';

export interface NodeUpdate {
  readonly nodeId: string;
  readonly state: NodeState;
  readonly message: string;
  /** '' leaves the one that is known. */
  readonly address: string;
  readonly description: NodeDescription | undefined;
}

/** A state that an agent reported; states never go back. */
export function writeStatus(
  context: ManagerContext,
  tx: WriteView,
  { taskId, status }: StatusUpdate,
): void {
  const task = tx.get('task', taskId);
  if (!task || stateRank(task.Status.State) > stateRank(status.State)) return;
  tx.update('task', {
    ...task,
    Status: status,
    AppliedBy: context.nodeId,
    AppliedAt: context.clock.timestamp(),
  });
}

export function writeNode(tx: WriteView, update: NodeUpdate): void {
  const node = tx.get('node', update.nodeId);
  if (!node) return;
  tx.update('node', {
    ...node,
    Status: {
      State: update.state,
      Addr: update.address === '' ? node.Status.Addr : update.address,
      ...(update.message === '' ? {} : { Message: update.message }),
    },
    ...(update.description ? { Description: update.description } : {}),
  });
}

/** Nobody can tell whether the task still runs on its lost node. */
export function orphanTask(tx: WriteView, taskId: string): void {
  const task = tx.get('task', taskId);
  if (!task) return;
  const rank = stateRank(task.Status.State);
  if (rank < ASSIGNED || rank > RUNNING) return;
  tx.update('task', { ...task, Status: { ...task.Status, State: 'orphaned' } });
}
