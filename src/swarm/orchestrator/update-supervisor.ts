/**
 * The updates that are under way, one for each service at most (swarmkit
 * `manager/orchestrator/update/updater.go`, Supervisor).
 */
import type { ManagerContext } from '../leader';
import type { StoredService, StoredTask } from '../store';
import { deepEqual } from './equality';
import type { RestartSupervisor } from './restart-supervisor';
import { Updater, type Slot, type UpdaterOwner } from './updater';

export class UpdateSupervisor implements UpdaterOwner {
  private readonly updates = new Map<string, Updater>();

  constructor(
    private readonly context: ManagerContext,
    private readonly restarts: RestartSupervisor,
  ) {}

  /** Brings the slots to the service's spec, unless an update to that very spec is under way. */
  update(service: StoredService, slots: readonly Slot[]): void {
    const current = this.updates.get(service.ID);
    if (current) {
      if (deepEqual(current.service.Spec, service.Spec)) return;
      current.cancel();
    }
    const updater = new Updater(this.context, this.restarts, service, this);
    this.updates.set(service.ID, updater);
    updater.run(slots);
  }

  onTaskUpdate(task: StoredTask): void {
    this.updates.get(task.ServiceID ?? '')?.onTaskUpdate(task);
  }

  cancelAll(): void {
    for (const updater of [...this.updates.values()]) updater.cancel();
  }

  updateEnded(updater: Updater): void {
    if (this.updates.get(updater.service.ID) === updater) this.updates.delete(updater.service.ID);
  }
}
