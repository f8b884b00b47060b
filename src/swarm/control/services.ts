/** Services (swarmkit `manager/controlapi/service.go`, moby `daemon/cluster/services.go`). */
import type { ApiError, NetworkAttachmentConfig, Service, ServiceSpec } from '../../api';
import {
  ERR_NAME_CONFLICT,
  rpcError,
  type ReadView,
  type StoredService,
  type WriteView,
} from '../store';
import { serviceAnswer } from './answers';
import { write, type ControlContext, type ControlMethod, type WriteResult } from './context';
import { insertDefaults } from './defaults';
import { find, hasPrefix, isFound, matchesLabels } from './find';
import {
  isJob,
  missingReferences,
  networksError,
  portConflict,
  serviceSpecError,
} from './service-rules';

export interface ServiceFilters {
  readonly names: readonly string[];
  readonly ids: readonly string[];
  readonly labels: readonly string[];
  readonly modes: readonly string[];
  readonly runtimes: readonly string[];
  readonly status: boolean;
}

const list: ControlMethod = (context, filters: ServiceFilters, responder) => {
  const { store } = context.manager;
  const { modes, runtimes } = filters;
  const found = store
    .all('service')
    .filter(
      ({ ID, Spec }) =>
        hasPrefix(Spec.Name ?? '', filters.names) &&
        hasPrefix(ID, filters.ids) &&
        matchesLabels(Spec.Labels, filters.labels) &&
        (modes.length === 0 || modes.includes(modeName(Spec))) &&
        (runtimes.length === 0 || runtimes.includes(Spec.TaskTemplate.Runtime ?? 'container')),
    );
  responder.answer(
    found.map((service) => (filters.status ? withStatus(store, service) : serviceAnswer(service))),
  );
};

export function modeName({ Mode }: ServiceSpec): string {
  if (Mode.Global) return 'global';
  if (Mode.ReplicatedJob) return 'replicated-job';
  if (Mode.GlobalJob) return 'global-job';
  return 'replicated';
}

/** `ListServiceStatuses`: running counts all tasks that say so, also those on dead nodes. */
function withStatus(view: ReadView, service: StoredService): Service {
  const { JobStatus, ...answer } = serviceAnswer(service);
  const { Mode } = service.Spec;
  let RunningTasks = 0;
  let CompletedTasks = 0;
  let DesiredTasks = Mode.Replicated?.Replicas ?? Mode.ReplicatedJob?.MaxConcurrent ?? 0;
  for (const task of view.tasksOfService(service.ID)) {
    if (isJob(service.Spec)) {
      // Tasks of an earlier run of a job do not count.
      if (task.JobIteration?.Index !== service.JobStatus?.JobIteration.Index) continue;
      if (task.Status.State === 'complete') CompletedTasks++;
    }
    if (task.Status.State === 'running') RunningTasks++;
    if (Mode.Global && task.DesiredState === 'running') DesiredTasks++;
    if (Mode.GlobalJob && task.DesiredState === 'complete' && task.Status.State !== 'complete')
      DesiredTasks++;
  }
  const ServiceStatus = { RunningTasks, DesiredTasks, CompletedTasks };
  return { ...answer, ServiceStatus, ...(JobStatus ? { JobStatus } : {}) };
}

interface GetParams {
  readonly id: string;
  readonly insertDefaults: boolean;
}

const get: ControlMethod = (context, params: GetParams, responder) => {
  const service = find(context.manager.store, 'service', params.id);
  if (!isFound(service)) return responder.fail(service);
  const answer = serviceAnswer(service);
  responder.answer(
    params.insertDefaults ? { ...answer, Spec: insertDefaults(answer.Spec) } : answer,
  );
};

/** Networks of the asking daemon's engine that are no swarm networks, by name. */
export type LocalNetworks = Readonly<Record<string, 'predefined' | 'local'>>;

interface CreateParams {
  readonly spec: ServiceSpec;
  readonly local: LocalNetworks;
}

const create: ControlMethod = (context, params: CreateParams, responder) => {
  const { store } = context.manager;
  const resolved = resolveNetworks(store, params.spec, params.local);
  if ('message' in resolved) return responder.fail(resolved);
  const { spec } = resolved;
  const error =
    serviceSpecError(spec) ??
    networksError(store, spec) ??
    portConflict(store, spec, '') ??
    missingReferences(store, spec);
  if (error) return responder.fail(error);
  const id = context.manager.newId();
  write(context, responder, `service ${spec.Name} created`, createService, { id, spec });
};

function createService(
  tx: WriteView,
  { id, spec }: { readonly id: string; readonly spec: ServiceSpec },
  context: ControlContext,
): WriteResult {
  const service: StoredService = {
    ID: id,
    Version: { Index: 0 },
    CreatedAt: '',
    UpdatedAt: '',
    Spec: spec,
    Endpoint: { Spec: {} },
    SpecVersion: { Index: 0 },
    ...(isJob(spec)
      ? {
          JobStatus: {
            JobIteration: { Index: 0 },
            LastExecution: context.manager.clock.timestamp(),
          },
        }
      : {}),
  };
  const failure = tx.create('service', service);
  if (failure === ERR_NAME_CONFLICT) {
    const desc = `${failure.desc}: service ${spec.Name} already exists`;
    return { failure: rpcError('AlreadyExists', desc) };
  }
  return failure ? { failure } : { value: { ID: id } };
}

/** `populateNetworkID`: the ids of the networks that the spec names. */
function resolveNetworks(
  view: ReadView,
  spec: ServiceSpec,
  local: LocalNetworks,
): { readonly spec: ServiceSpec } | ApiError {
  const own = spec.TaskTemplate.Networks ?? [];
  const named = own.length > 0 ? own : (spec.Networks ?? []);
  const resolved: NetworkAttachmentConfig[] = [];
  for (const attachment of named) {
    const target = attachment.Target ?? '';
    const network = find(view, 'network', target);
    if (!isFound(network)) {
      if (local[target] === 'local')
        return {
          status: 403,
          message:
            `The network ${target} cannot be used with services. Only networks scoped to the swarm ` +
            'can be used, such as those created with the overlay driver.',
        };
      return { status: 500, message: network.message };
    }
    resolved.push({ ...attachment, Target: network.ID });
  }
  if (named.length === 0) return { spec };
  if (own.length === 0) return { spec: { ...spec, Networks: resolved } };
  return { spec: { ...spec, TaskTemplate: { ...spec.TaskTemplate, Networks: resolved } } };
}

interface UpdateParams {
  readonly id: string;
  readonly version: number;
  readonly spec: ServiceSpec;
  readonly rollback: boolean;
  readonly local: LocalNetworks;
}

const update: ControlMethod = (context, params: UpdateParams, responder) => {
  const { store } = context.manager;
  const resolved = resolveNetworks(store, params.spec, params.local);
  if ('message' in resolved) return responder.fail(resolved);
  const { spec } = resolved;
  const service = find(store, 'service', params.id);
  if (!isFound(service)) return responder.fail(service);
  const error =
    serviceSpecError(spec) ?? networksError(store, spec) ?? portConflict(store, spec, service.ID);
  if (error) return responder.fail(error);
  const verb = params.rollback ? 'rolled back' : 'updated';
  const summary = `service ${service.Spec.Name} ${verb}`;
  write(context, responder, summary, changeService, { ...params, id: service.ID, spec });
};

function changeService(tx: WriteView, params: UpdateParams, context: ControlContext): WriteResult {
  const { spec, version } = params;
  const old = tx.get('service', params.id);
  if (!old) return { failure: rpcError('NotFound', `service ${params.id} not found`) };
  const refusal = updateRefusal(tx, old, spec);
  if (refusal) return refusal;
  const Version = { Index: version };
  const { UpdateStatus: _reset, PreviousSpecVersion, ...rest } = old;
  let service: StoredService;
  if (params.rollback) {
    if (!old.PreviousSpec) {
      const desc = `service ${params.id} does not have a previous spec`;
      return { failure: rpcError('FailedPrecondition', desc) };
    }
    service = {
      ...rest,
      Version,
      Spec: old.PreviousSpec,
      SpecVersion: PreviousSpecVersion ?? { Index: 0 },
      PreviousSpec: old.Spec,
      PreviousSpecVersion: old.SpecVersion,
      UpdateStatus: {
        State: 'rollback_started',
        StartedAt: context.manager.clock.timestamp(),
        Message: 'manually requested rollback',
      },
    };
  } else {
    service = {
      ...rest,
      Version,
      Spec: spec,
      SpecVersion: Version,
      PreviousSpec: old.Spec,
      PreviousSpecVersion: old.SpecVersion,
    };
  }
  if (isJob(service.Spec)) {
    const Index = (old.JobStatus?.JobIteration.Index ?? 0) + 1;
    const LastExecution = context.manager.clock.timestamp();
    service = { ...service, JobStatus: { JobIteration: { Index }, LastExecution } };
  }
  const failure = tx.update('service', service);
  return failure ? { failure } : { value: { Warnings: null } };
}

function updateRefusal(
  tx: WriteView,
  old: StoredService,
  spec: ServiceSpec,
): WriteResult | undefined {
  const unimplemented = (desc: string): WriteResult => ({
    failure: rpcError('Unimplemented', desc),
  });
  const before = old.Spec.Networks ?? [];
  const after = spec.Networks ?? [];
  if ((before.length > 0 || after.length > 0) && JSON.stringify(before) !== JSON.stringify(after))
    return unimplemented('networks must be migrated to TaskSpec before being changed');
  const missing = missingReferences(tx, spec);
  if (missing) return { failure: missing };
  if (modeName(old.Spec) !== modeName(spec))
    return unimplemented('service mode change is not allowed');
  if (old.Spec.Name !== spec.Name) return unimplemented('renaming services is not supported');
  return undefined;
}

const remove: ControlMethod = (context, { id }: { id: string }, responder) => {
  const service = find(context.manager.store, 'service', id);
  if (!isFound(service)) return responder.fail(service);
  const summary = `service ${service.Spec.Name} removed`;
  write(context, responder, summary, removeService, { id: service.ID });
};

function removeService(tx: WriteView, { id }: { readonly id: string }): WriteResult {
  const failure = tx.remove('service', id);
  if (failure) return { failure: rpcError('NotFound', `service ${id} not found`) };
  return { value: null };
}

export const SERVICE_METHODS: Readonly<Record<string, ControlMethod>> = {
  'service.list': list,
  'service.get': get,
  'service.create': create,
  'service.update': update,
  'service.remove': remove,
};
