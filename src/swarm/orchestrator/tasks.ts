/**
 * What all orchestrators know of services and tasks: making a task, telling whether it still fits its
 * service, and which nodes can hold none (swarmkit `manager/orchestrator/{task,service}.go`). The
 * cluster-wide default log driver is not simulated.
 */
import type { TaskSpec } from '../../api';
import type { ManagerContext } from '../leader';
import { nodeMatches, storedConstraints } from '../scheduler/constraint';
import { parseTimestamp, type StoredNode, type StoredService, type StoredTask } from '../store';
import { deepEqual } from './equality';

export const DEFAULT_RESTART_DELAY_US = 5_000_000;
/** The API gives durations in nanoseconds. */
export const NANOSECONDS_PER_US = 1_000;

export type ServiceKind = 'replicated' | 'global' | 'replicated-job' | 'global-job';

export function serviceKind(service: StoredService): ServiceKind {
  const mode = service.Spec.Mode;
  if (mode.Global) return 'global';
  if (mode.ReplicatedJob) return 'replicated-job';
  if (mode.GlobalJob) return 'global-job';
  return 'replicated';
}

export function isJob(service: StoredService): boolean {
  return service.Spec.Mode.ReplicatedJob !== undefined || service.Spec.Mode.GlobalJob !== undefined;
}

/** A task of the service as its spec is now, in a slot or on a node. */
export function makeTask(
  context: ManagerContext,
  service: StoredService,
  slot: number,
  nodeId: string,
): StoredTask {
  const timestamp = context.clock.timestamp();
  return {
    ID: context.newId(),
    Version: { Index: 0 },
    CreatedAt: timestamp,
    UpdatedAt: timestamp,
    Labels: {},
    Spec: service.Spec.TaskTemplate,
    SpecVersion: service.SpecVersion,
    ServiceID: service.ID,
    ServiceAnnotations: { Name: service.Spec.Name ?? '', Labels: service.Spec.Labels ?? {} },
    ...(slot === 0 ? {} : { Slot: slot }),
    ...(nodeId === '' ? {} : { NodeID: nodeId }),
    Status: { Timestamp: timestamp, State: 'new', Message: 'created', PortStatus: {} },
    Endpoint: { Spec: service.Spec.EndpointSpec ?? {} },
    DesiredState: 'running',
  };
}

export function restartCondition(task: StoredTask): 'none' | 'on-failure' | 'any' {
  return task.Spec.RestartPolicy?.Condition ?? 'any';
}

export function restartDelayUs(task: StoredTask): number {
  const delay = task.Spec.RestartPolicy?.Delay;
  return delay === undefined ? DEFAULT_RESTART_DELAY_US : delay / NANOSECONDS_PER_US;
}

/** Gone, down or drained: its tasks have to move. */
export function isInvalidNode(node: StoredNode | undefined): boolean {
  return !node || node.Status.State === 'down' || node.Spec.Availability === 'drain';
}

/** When the manager wrote the status, else when the agent made it; Unix microseconds. */
export function taskTimestampUs(task: StoredTask): number {
  return parseTimestamp(task.AppliedAt ?? task.Status.Timestamp);
}

/** Oldest first. */
export function byTimestamp(tasks: readonly StoredTask[]): StoredTask[] {
  return tasks
    .map((task) => ({ task, at: taskTimestampUs(task) }))
    .sort((a, b) => a.at - b.at)
    .map(({ task }) => task);
}

/**
 * True if the task no longer is what its service asks for. A change of nothing but placement
 * constraints leaves a task clean while its node satisfies the new ones.
 */
export function isTaskDirty(
  service: StoredService,
  task: StoredTask,
  node: StoredNode | undefined,
): boolean {
  if (task.SpecVersion && task.SpecVersion.Index === service.SpecVersion.Index) return false;
  const spec = service.Spec.TaskTemplate;
  if (onlyPlacementDiffers(spec, task.Spec) && meetsConstraints(service, node)) return false;
  return (
    !deepEqual(spec, task.Spec) ||
    !deepEqual(service.Spec.EndpointSpec ?? {}, task.Endpoint?.Spec ?? {})
  );
}

function onlyPlacementDiffers(a: TaskSpec, b: TaskSpec): boolean {
  if (deepEqual(a.Placement, b.Placement)) return false;
  const { Placement: _a, ...restA } = a;
  const { Placement: _b, ...restB } = b;
  return deepEqual(restA, restB);
}

/** True if the node satisfies the placement constraints that the service has now. */
export function meetsConstraints(service: StoredService, node: StoredNode | undefined): boolean {
  if (!node) return false;
  return nodeMatches(storedConstraints(service.Spec.TaskTemplate.Placement?.Constraints), node);
}
