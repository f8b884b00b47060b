/**
 * What the scheduler knows of a node: its tasks, what they leave of its resources, and how often tasks
 * of a service failed there of late (swarmkit `manager/scheduler/nodeinfo.go`). Generic resources are
 * counted for reservations by kind only.
 */
import { SECOND_US } from '../../base';
import type { Resources } from '../../api';
import { COMPLETE, stateRank } from '../orchestrator/task-state';
import type { StoredNode, StoredTask } from '../store';

/** How long a failure counts (`monitorFailures`). */
export const MONITOR_FAILURES_US = 300 * SECOND_US;
/** From so many failures on a node is avoided for a service (`maxFailures`). */
export const MAX_FAILURES = 5;

export class NodeInfo {
  readonly tasks = new Map<string, StoredTask>();
  activeTasks = 0;
  readonly activeTasksByService = new Map<string, number>();
  readonly usedHostPorts = new Set<string>();
  nanoCpus = 0;
  memoryBytes = 0;
  readonly generic = new Map<string, number>();
  /** Instants of failures, by service and spec version. */
  private readonly failures = new Map<string, number[]>();

  constructor(public node: StoredNode) {
    this.updateNode(node);
  }

  /** The node changed: its resources are counted anew. */
  updateNode(node: StoredNode): void {
    this.node = node;
    const total = node.Description?.Resources;
    this.nanoCpus = total?.NanoCPUs ?? 0;
    this.memoryBytes = total?.MemoryBytes ?? 0;
    this.generic.clear();
    for (const [kind, amount] of genericAmounts(total)) this.generic.set(kind, amount);
    for (const task of this.tasks.values()) this.reserve(task, -1);
  }

  /** Adds or updates a task; true if that changes anything for the ranking. */
  addTask(task: StoredTask): boolean {
    const old = this.tasks.get(task.ID);
    if (old) {
      const wasActive = isActive(old);
      if (wasActive === isActive(task)) return false;
      this.tasks.set(task.ID, task);
      this.count(task, wasActive ? -1 : 1);
      return true;
    }
    this.tasks.set(task.ID, task);
    this.reserve(task, -1);
    for (const port of hostPorts(task)) this.usedHostPorts.add(port);
    if (isActive(task)) this.count(task, 1);
    return true;
  }

  /** Forgets a task; false if it was not known. */
  removeTask(task: StoredTask): boolean {
    const old = this.tasks.get(task.ID);
    if (!old) return false;
    this.tasks.delete(task.ID);
    if (isActive(old)) this.count(old, -1);
    for (const port of hostPorts(task)) this.usedHostPorts.delete(port);
    this.reserve(old, 1);
    return true;
  }

  tasksOfService(serviceId: string): number {
    return this.activeTasksByService.get(serviceId) ?? 0;
  }

  taskFailed(task: StoredTask, now: number): void {
    const key = failureKey(task);
    const recent = (this.failures.get(key) ?? []).filter((at) => now - at < MONITOR_FAILURES_US);
    recent.push(now);
    this.failures.set(key, recent);
    // Old specs leave their entries behind.
    for (const [other, instants] of this.failures)
      if (now - instants.at(-1)! >= MONITOR_FAILURES_US) this.failures.delete(other);
  }

  recentFailures(task: StoredTask, now: number): number {
    const list = this.failures.get(failureKey(task));
    return list ? list.filter((at) => now - at <= MONITOR_FAILURES_US).length : 0;
  }

  private count(task: StoredTask, by: number): void {
    this.activeTasks += by;
    const service = task.ServiceID ?? '';
    this.activeTasksByService.set(service, this.tasksOfService(service) + by);
  }

  private reserve(task: StoredTask, sign: number): void {
    const reserved = task.Spec.Resources?.Reservations;
    if (!reserved) return;
    this.nanoCpus += sign * (reserved.NanoCPUs ?? 0);
    this.memoryBytes += sign * (reserved.MemoryBytes ?? 0);
    for (const [kind, amount] of genericAmounts(reserved))
      this.generic.set(kind, (this.generic.get(kind) ?? 0) + sign * amount);
  }
}

function isActive(task: StoredTask): boolean {
  return stateRank(task.DesiredState) <= COMPLETE;
}

function failureKey(task: StoredTask): string {
  return `${task.ServiceID ?? ''}/${task.SpecVersion?.Index ?? 0}`;
}

/** Host-mode ports with a number, as "tcp/8080". */
export function hostPorts(task: StoredTask): string[] {
  const ports: string[] = [];
  for (const port of task.Endpoint?.Ports ?? [])
    if (port.PublishMode === 'host' && port.PublishedPort)
      ports.push(`${port.Protocol ?? 'tcp'}/${port.PublishedPort}`);
  return ports;
}

/** Amount of each kind of generic resource; a named one counts one. */
export function genericAmounts(resources: Resources | undefined): Map<string, number> {
  const amounts = new Map<string, number>();
  for (const resource of resources?.GenericResources ?? []) {
    const { NamedResourceSpec: named, DiscreteResourceSpec: discrete } = resource;
    const kind = named?.Kind ?? discrete?.Kind ?? '';
    const amount = named ? 1 : Number(discrete?.Value ?? 0);
    amounts.set(kind, (amounts.get(kind) ?? 0) + amount);
  }
  return amounts;
}
