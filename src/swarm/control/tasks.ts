/** Tasks (swarmkit `manager/controlapi/task.go`, moby `daemon/cluster/tasks.go`). */
import type { TaskState } from '../../api';
import { isTaskDirty } from '../orchestrator';
import type { ReadView, StoredTask } from '../store';
import { taskAnswer } from './answers';
import type { ControlMethod } from './context';
import { find, hasPrefix, isFound, matchesLabels, taskName } from './find';

export interface TaskFilters {
  readonly names: readonly string[];
  readonly ids: readonly string[];
  readonly labels: readonly string[];
  readonly services: readonly string[];
  readonly nodes: readonly string[];
  readonly desiredStates: readonly TaskState[];
  readonly runtimes: readonly string[];
  readonly upToDate: boolean;
}

const list: ControlMethod = (context, filters: TaskFilters, responder) => {
  const { store } = context.manager;
  const services = new Set<string>();
  for (const input of filters.services) {
    const service = find(store, 'service', input);
    if (!isFound(service)) return responder.fail(service);
    services.add(service.ID);
  }
  const nodes = new Set<string>();
  for (const input of filters.nodes) {
    const node = find(store, 'node', input);
    if (!isFound(node)) return responder.fail(node);
    nodes.add(node.ID);
  }
  const candidates: StoredTask[] = [];
  if (services.size === 0) candidates.push(...store.all('task'));
  else for (const id of services) candidates.push(...store.tasksOfService(id));
  const { desiredStates } = filters;
  const found = candidates.filter(
    (task) =>
      (nodes.size === 0 || nodes.has(task.NodeID ?? '')) &&
      hasPrefix(taskName(task), filters.names) &&
      hasPrefix(task.ID, filters.ids) &&
      matchesLabels(task.ServiceAnnotations.Labels, filters.labels) &&
      (desiredStates.length === 0 || desiredStates.includes(task.DesiredState)) &&
      hasRuntime(task, filters.runtimes) &&
      (!filters.upToDate || isUpToDate(store, task)),
  );
  responder.answer(found.map(taskAnswer));
};

/** Tasks that only attach a container to a network are not shown unless asked for. */
function hasRuntime(task: StoredTask, runtimes: readonly string[]): boolean {
  const runtime = task.Spec.NetworkAttachmentSpec ? 'attachment' : 'container';
  return (runtimes.length === 0 ? ['container'] : runtimes).includes(runtime);
}

/** What `service update` waits for: tasks that an update would leave alone. */
function isUpToDate(view: ReadView, task: StoredTask): boolean {
  const service = view.get('service', task.ServiceID ?? '');
  if (!service) return false;
  return !isTaskDirty(service, task, view.get('node', task.NodeID ?? ''));
}

const get: ControlMethod = (context, { id }: { id: string }, responder) => {
  const task = find(context.manager.store, 'task', id);
  if (!isFound(task)) return responder.fail(task);
  responder.answer(taskAnswer(task));
};

export const TASK_METHODS: Readonly<Record<string, ControlMethod>> = {
  'task.list': list,
  'task.get': get,
};
