/** HTTP handlers of services and tasks (moby `cluster_routes.go`). */
import {
  filterValues,
  isApiError,
  route,
  unknownFilter,
  type ApiCall,
  type Router,
  type ServiceSpec,
  type TaskState,
} from '../../api';
import {
  answerCreated,
  answerEmpty,
  answerJson,
  ask,
  parseBool,
  readBody,
  readFilters,
  readVersion,
  type ControlFrontend,
} from './frontend';
import { normaliseServiceSpec } from './service-spec';
import type { LocalNetworks, ServiceFilters } from './services';
import { SERVICE_SPEC } from './shapes';
import { isTaskState } from './task-states';
import type { TaskFilters } from './tasks';

const SERVICE_FILTERS = ['name', 'id', 'label', 'mode', 'runtime'];

type Params = Readonly<Record<string, string>>;

function listServices(owner: ControlFrontend, call: ApiCall): void {
  const filters = readFilters(call, 400);
  if (isApiError(filters)) return call.fail(filters);
  const text = call.query.get('status') ?? '';
  const status = text === '' ? false : parseBool(text);
  if (status === undefined) {
    const problem = `strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`;
    return call.fail({ status: 400, message: `invalid value for status: ${text}: ${problem}` });
  }
  const refusal = owner.managerRefusal() ?? unknownFilter(filters, SERVICE_FILTERS);
  if (refusal) return call.fail(refusal);
  const params: ServiceFilters = {
    names: filterValues(filters, 'name'),
    ids: filterValues(filters, 'id'),
    labels: filterValues(filters, 'label'),
    modes: filterValues(filters, 'mode'),
    runtimes: filterValues(filters, 'runtime'),
    status,
  };
  ask(owner, call, 'service.list', params, answerJson);
}

function getService(owner: ControlFrontend, call: ApiCall, { id }: Params): void {
  const text = call.query.get('insertDefaults') ?? '';
  const insertDefaults = text === '' ? false : parseBool(text);
  if (insertDefaults === undefined) {
    const problem = `strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`;
    const message = `invalid value for insertDefaults: ${text}: ${problem}`;
    return call.fail({ status: 400, message });
  }
  ask(owner, call, 'service.get', { id, insertDefaults }, answerJson);
}

/** Which of the named networks the engine here has, and the swarm may not. */
function localNetworks(owner: ControlFrontend, spec: ServiceSpec): LocalNetworks {
  const local: Record<string, 'predefined' | 'local'> = {};
  for (const { Target } of [...(spec.TaskTemplate.Networks ?? []), ...(spec.Networks ?? [])]) {
    const kind = Target === undefined ? undefined : owner.localNetwork(Target);
    if (kind) local[Target!] = kind;
  }
  return local;
}

function createService(owner: ControlFrontend, call: ApiCall): void {
  const sent = readBody<ServiceSpec>(call, SERVICE_SPEC);
  if (!sent) return;
  const refusal = owner.managerRefusal();
  if (refusal) return call.fail(refusal);
  const normal = normaliseServiceSpec(sent, () => owner.newName());
  if (isApiError(normal)) return call.fail(normal);
  const { spec } = normal;
  const local = localNetworks(owner, spec);
  ask(owner, call, 'service.create', { spec, local }, answerCreated);
}

function updateService(owner: ControlFrontend, call: ApiCall, { id }: Params): void {
  const sent = readBody<ServiceSpec>(call, SERVICE_SPEC);
  if (!sent) return;
  const version = readVersion(call, 'service');
  if (isApiError(version)) return call.fail(version);
  const refusal = owner.managerRefusal();
  if (refusal) return call.fail(refusal);
  const normal = normaliseServiceSpec(sent, () => owner.newName());
  if (isApiError(normal)) return call.fail(normal);
  const from = call.query.get('registryAuthFrom') ?? '';
  if (!['', 'spec', 'previous-spec'].includes(from))
    return call.fail({ status: 500, message: 'unsupported registryAuthFrom value' });
  const rollback = call.query.get('rollback') ?? '';
  if (!['', 'none', 'previous'].includes(rollback))
    return call.fail({ status: 500, message: `unrecognized rollback option ${rollback}` });
  const { spec } = normal;
  const local = localNetworks(owner, spec);
  const params = { id, version, spec, local, rollback: rollback === 'previous' };
  ask(owner, call, 'service.update', params, answerJson);
}

function removeService(owner: ControlFrontend, call: ApiCall, { id }: Params): void {
  ask(owner, call, 'service.remove', { id }, answerEmpty);
}

const TASK_FILTERS = [
  'name',
  'id',
  'label',
  'service',
  'node',
  'desired-state',
  '_up-to-date',
  'runtime',
];

function listTasks(owner: ControlFrontend, call: ApiCall): void {
  const filters = readFilters(call, 500);
  if (isApiError(filters)) return call.fail(filters);
  const refusal = owner.managerRefusal() ?? unknownFilter(filters, TASK_FILTERS);
  if (refusal) return call.fail(refusal);
  const desiredStates: TaskState[] = [];
  for (const text of filterValues(filters, 'desired-state')) {
    const state = text.toLowerCase();
    if (!isTaskState(state))
      return call.fail({ status: 500, message: `Invalid desired-state filter: '${text}'` });
    desiredStates.push(state);
  }
  const params: TaskFilters = {
    names: filterValues(filters, 'name'),
    ids: filterValues(filters, 'id'),
    labels: filterValues(filters, 'label'),
    services: filterValues(filters, 'service'),
    nodes: filterValues(filters, 'node'),
    desiredStates,
    runtimes: filterValues(filters, 'runtime'),
    upToDate: filterValues(filters, '_up-to-date').includes('true'),
  };
  ask(owner, call, 'task.list', params, answerJson);
}

function getTask(owner: ControlFrontend, call: ApiCall, { id }: Params): void {
  ask(owner, call, 'task.get', { id }, answerJson);
}

export const SERVICE_ROUTES: Router<ControlFrontend> = [
  route('GET /services', listServices),
  route('POST /services/create', createService),
  route('GET /services/{id}', getService),
  route('DELETE /services/{id}', removeService),
  route('POST /services/{id}/update', updateService),
  route('GET /tasks', listTasks),
  route('GET /tasks/{id}', getTask),
];
