/**
 * What an orchestrator does with the tasks that it finds when it starts: a former leader may have left
 * them half-way (swarmkit `manager/orchestrator/taskinit/init.go`).
 */
import type { ManagerContext } from '../leader';
import { parseTimestamp, type StoredService, type StoredTask, type WriteView } from '../store';
import { slotKey } from './restart-history';
import type { RestartSupervisor } from './restart-supervisor';
import { COMPLETE, stateRank } from './task-state';
import { restartDelayUs, taskTimestampUs } from './tasks';

/** A change to make; a `shutdown` comes from the global orchestrator's check only. */
export interface InitialFix {
  readonly action: 'remove' | 'start' | 'shutdown';
  readonly taskId: string;
}

export interface InitHandler {
  isRelated(service: StoredService): boolean;
  /** A slot in the broad sense, as the restart history names it. */
  slotKeyOf(task: StoredTask): string;
  /** Takes note of a task to restart, or answers a fix to make now. */
  fixTask(view: WriteView, task: StoredTask): InitialFix | undefined;
}

/** Looks through all tasks; starts delays and rebuilds the restart history on the way. */
export function checkTasks(
  context: ManagerContext,
  view: WriteView,
  handler: InitHandler,
  restarts: RestartSupervisor,
): InitialFix[] {
  const fixes: InitialFix[] = [];
  const bySlot = new Map<string, StoredTask[]>();
  for (const task of view.all('task')) {
    if (!task.ServiceID) continue;
    const service = view.get('service', task.ServiceID);
    if (!service) {
      fixes.push({ action: 'remove', taskId: task.ID });
      continue;
    }
    if (!handler.isRelated(service)) continue;
    const key = `${service.ID}/${handler.slotKeyOf(task)}`;
    const slot = bySlot.get(key);
    if (slot) slot.push(task);
    else bySlot.set(key, [task]);
    const fix = handler.fixTask(view, task);
    if (fix) fixes.push(fix);
    if (task.DesiredState !== 'ready' || stateRank(task.Status.State) > COMPLETE) continue;
    // The start that the former leader was waiting for.
    const delayUs = restartDelayUs(task);
    const left = Math.min(delayUs, taskTimestampUs(task) + delayUs - context.clock.unixUs());
    if (left > 0) restarts.delayStart(undefined, task.ID, left, true, undefined);
    else fixes.push({ action: 'start', taskId: task.ID });
  }
  for (const slot of bySlot.values()) rebuildHistory(handler, restarts, slot);
  return fixes;
}

/** All tasks of the newest spec but the oldest one were restarts. */
function rebuildHistory(
  handler: InitHandler,
  restarts: RestartSupervisor,
  slot: readonly StoredTask[],
): void {
  const newest = Math.max(0, ...slot.map((task) => task.SpecVersion?.Index ?? 0));
  const current = slot
    .filter((task) => task.SpecVersion?.Index === newest)
    .map((task) => ({ task, at: parseTimestamp(task.CreatedAt) }))
    .sort((a, b) => a.at - b.at);
  for (const { task } of current.slice(1)) restarts.history.record(handler.slotKeyOf(task), task);
}

/** Slot number for replicated services and jobs. */
export function numberedSlot(task: StoredTask): string {
  return slotKey(task.Slot ?? 0, '');
}

/** Node for global services. */
export function nodeSlot(task: StoredTask): string {
  return slotKey(0, task.NodeID ?? '');
}
