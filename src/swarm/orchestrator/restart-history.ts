/**
 * How often the tasks of each slot were restarted, for `--restart-max-attempts` and its window
 * (swarmkit `manager/orchestrator/restart/restart.go`). Counted for one version of the service's spec;
 * in memory of the leader only, the next one rebuilds it from the tasks that are left.
 */
import { parseTimestamp, type StoredService, type StoredTask } from '../store';
import { isJob, NANOSECONDS_PER_US, restartCondition, taskTimestampUs } from './tasks';

interface SlotHistory {
  specVersion: number;
  totalRestarts: number;
  /** Creation times of the restarts; only kept with a window. */
  restarts: number[];
}

/** A slot in the broad sense: number for replicated services, node for global ones. */
export function slotKey(slot: number, nodeId: string): string {
  return `${slot}/${nodeId}`;
}

export class RestartHistory {
  private readonly byService = new Map<string, Map<string, SlotHistory>>();

  /** Takes note of a replacement. */
  record(key: string, replacement: StoredTask): void {
    const policy = replacement.Spec.RestartPolicy;
    if (!policy?.MaxAttempts) return;
    const history = this.historyOf(replacement.ServiceID ?? '', key);
    const version = replacement.SpecVersion?.Index;
    if (version !== undefined && version !== history.specVersion) {
      history.specVersion = version;
      history.totalRestarts = 0;
      history.restarts = [];
    }
    history.totalRestarts++;
    if (policy.Window) history.restarts.push(parseTimestamp(replacement.CreatedAt));
  }

  /** What the restart policy says about a task that has ended. */
  shouldRestart(task: StoredTask, service: StoredService): boolean {
    const condition = restartCondition(task);
    if (condition === 'none') return false;
    // A job that is done is done, whatever its policy says.
    if ((condition === 'on-failure' || isJob(service)) && task.Status.State === 'complete')
      return false;
    const policy = task.Spec.RestartPolicy;
    if (!policy?.MaxAttempts) return true;
    const key = slotKey(task.Slot ?? 0, service.Spec.Mode.Global ? (task.NodeID ?? '') : '');
    const history = this.byService.get(task.ServiceID ?? '')?.get(key);
    if (!history) return true;
    if (task.SpecVersion && task.SpecVersion.Index !== history.specVersion) return true;
    if (!policy.Window) return history.totalRestarts < policy.MaxAttempts;
    const at = taskTimestampUs(task);
    const lookback = at - policy.Window / NANOSECONDS_PER_US;
    while (history.restarts.length > 0 && history.restarts[0]! <= lookback)
      history.restarts.shift();
    const counted = history.restarts.filter((restart) => restart < at).length;
    return counted < policy.MaxAttempts;
  }

  forget(serviceId: string): void {
    this.byService.delete(serviceId);
  }

  private historyOf(serviceId: string, key: string): SlotHistory {
    let slots = this.byService.get(serviceId);
    if (!slots) this.byService.set(serviceId, (slots = new Map()));
    let history = slots.get(key);
    if (!history) slots.set(key, (history = { specVersion: 0, totalRestarts: 0, restarts: [] }));
    return history;
  }
}
