/** `/containers` of the API (moby `api/server/router/container`). */
import {
  decodeBody,
  filterLabels,
  filterValues,
  hasFilter,
  isApiError,
  isFilters,
  parseAtoi,
  parseFilters,
  queryBool,
  route,
  unknownFilter,
  type ApiCall,
  type ApiError,
  type Handler,
  type Router,
  type RouteParams,
} from '../../api';
import { AnswerEmpty, type Completion } from '../core';
import type { Engine } from '../engine';
import { parseDurationOrTime } from '../system/time-filter';
import type { Container } from './container';
import { chooseName, createContainer } from './create';
import {
  CREATE_SHAPE,
  RESOURCE_FIELDS,
  RESTART_POLICY_SHAPE,
  type CreateRequest,
  type HostConfig,
} from './host-config';
import { setLimits } from './launch';
import { openLogs } from './log-stream';
import { openStats } from './stats';
import { openTop } from './top';
import { updateHostConfig } from './update';
import { inspectContainer, LIST_FILTERS, listContainers } from './view';
import { openWait } from './waits';

/** 304 has no body; other errors do. */
class AnswerOrNotModified implements Completion {
  constructor(private readonly call: ApiCall) {}
  done(error: ApiError | undefined): void {
    if (!error) this.call.empty(204);
    else if (error.status === 304) this.call.empty(304);
    else this.call.fail(error);
  }
}

type ContainerHandler = (engine: Engine, call: ApiCall, container: Container) => void;

/** Looks the container up first. */
function withContainer(handler: ContainerHandler): Handler<Engine> {
  return (engine, call, { name = '' }) => {
    const container = engine.core.container(name);
    if (isApiError(container)) call.fail(container);
    else handler(engine, call, container);
  };
}

function list(engine: Engine, call: ApiCall): void {
  const filters = parseFilters(call.query.get('filters'));
  if (!isFilters(filters)) return call.fail({ status: 500, message: filters.message });
  const limitText = call.query.get('limit') ?? '';
  const limit = limitText === '' ? 0 : parseAtoi(limitText);
  if (typeof limit === 'object') return call.fail({ status: 500, ...limit });
  const unknown = unknownFilter(filters, LIST_FILTERS);
  if (unknown) return call.fail(unknown);
  const options = { all: queryBool(call, 'all'), size: queryBool(call, 'size'), limit };
  const containers = listContainers(engine.core, filters, options);
  if (isApiError(containers)) call.fail(containers);
  else call.json(200, containers);
}

function create(engine: Engine, call: ApiCall): void {
  const decoded = decodeBody(call, CREATE_SHAPE, 'bare');
  if (isApiError(decoded)) return call.fail(decoded);
  if (decoded.value === null) {
    const message = 'Config cannot be empty in order to create a container';
    return call.fail({ status: 400, message });
  }
  const created = createContainer(engine.core, decoded.value as CreateRequest, {
    name: call.query.get('name') ?? '',
    platform: call.query.get('platform') ?? '',
  });
  if (isApiError(created)) return call.fail(created);
  engine.answerLater(call, 201, { Id: created.container.id, Warnings: created.warnings });
}

function start(engine: Engine, call: ApiCall, { name = '' }: RouteParams): void {
  if (call.body.length > 2) {
    const message =
      'starting container with non-empty request body was deprecated since API v1.22 and removed in v1.24';
    return call.fail({ status: 400, message });
  }
  const container = engine.core.container(name);
  if (isApiError(container)) return call.fail(container);
  engine.lifecycle.start(container, new AnswerOrNotModified(call));
}

function readSeconds(call: ApiCall): number | undefined | ApiError {
  const text = call.query.get('t') ?? '';
  if (text === '') return undefined;
  const seconds = parseAtoi(text);
  return typeof seconds === 'object' ? { status: 500, ...seconds } : seconds;
}

function stop(engine: Engine, call: ApiCall, { name = '' }: RouteParams): void {
  const seconds = readSeconds(call);
  if (typeof seconds === 'object') return call.fail(seconds);
  const container = engine.core.container(name);
  if (isApiError(container)) return call.fail(container);
  engine.lifecycle.stop(container, seconds, new AnswerOrNotModified(call));
}

function restart(engine: Engine, call: ApiCall, { name = '' }: RouteParams): void {
  const seconds = readSeconds(call);
  if (typeof seconds === 'object') return call.fail(seconds);
  const container = engine.core.container(name);
  if (isApiError(container)) return call.fail(container);
  engine.lifecycle.restart(container, seconds, new AnswerEmpty(call, 204));
}

function kill(engine: Engine, call: ApiCall, { name = '' }: RouteParams): void {
  const container = engine.core.container(name);
  if (isApiError(container)) {
    const { status, message } = container;
    return call.fail({ status, message: `Cannot kill container: ${name}: ${message}` });
  }
  const signal = call.query.get('signal') ?? '';
  engine.lifecycle.kill(container, signal, name, new AnswerEmpty(call, 204));
}

function pause(engine: Engine, call: ApiCall, container: Container): void {
  const refusal = engine.lifecycle.pause(container);
  if (refusal) call.fail(refusal);
  else call.empty(204);
}

function unpause(engine: Engine, call: ApiCall, container: Container): void {
  const refusal = engine.lifecycle.unpause(container);
  if (refusal) call.fail(refusal);
  else call.empty(204);
}

function rename(engine: Engine, call: ApiCall, { name = '' }: RouteParams): void {
  const wanted = call.query.get('name') ?? '';
  const { core } = engine;
  const container = core.container(name);
  if (isApiError(container)) return call.fail(container);
  if (wanted === '')
    return call.fail({ status: 400, message: 'Neither old nor new names may be empty' });
  const full = wanted.startsWith('/') ? wanted : `/${wanted}`;
  if (full === `/${container.name}`) {
    const message = 'Renaming a container with the same name as its current name';
    return call.fail({ status: 400, message });
  }
  const chosen = chooseName(core, full);
  if (typeof chosen !== 'string') {
    const message = `Error when allocating new name: ${chosen.message}`;
    return call.fail({ status: chosen.status, message });
  }
  const oldName = `/${container.name}`;
  container.name = chosen;
  core.networks.renameContainer(container.id, chosen);
  core.containerEvent(container, 'rename', { oldName });
  call.empty(204);
}

function remove(engine: Engine, call: ApiCall, container: Container): void {
  if (queryBool(call, 'link')) {
    const message = 'Conflict, cannot remove the default link name of the container';
    return call.fail({ status: 500, message });
  }
  const force = queryBool(call, 'force');
  const volumes = queryBool(call, 'v');
  engine.lifecycle.remove(container, force, volumes, new AnswerEmpty(call, 204));
}

const UPDATE_SHAPE = {
  struct: 'container.UpdateConfig',
  fields: { ...RESOURCE_FIELDS, RestartPolicy: RESTART_POLICY_SHAPE },
} as const;

function update(engine: Engine, call: ApiCall, { name = '' }: RouteParams): void {
  const decoded = decodeBody(call, UPDATE_SHAPE, 'bare');
  if (isApiError(decoded)) return call.fail(decoded);
  const change = (decoded.value ?? {}) as Partial<HostConfig>;
  const { core } = engine;
  const container = core.container(name);
  if (isApiError(container)) return call.fail(container);
  const hardware = { cpus: core.kernel.cpus, memoryBytes: core.kernel.memoryBytes };
  const host = updateHostConfig(container, change, hardware);
  if ('status' in host) return call.fail(host);
  container.hostConfig = host;
  if (container.running) setLimits(container, container.running.cgroup);
  core.containerEvent(container, 'update');
  call.json(200, { Warnings: null });
}

function prune(engine: Engine, call: ApiCall): void {
  const { core } = engine;
  const filters = parseFilters(call.query.get('filters'));
  if (!isFilters(filters)) return call.fail({ status: 500, message: filters.message });
  const unknown = unknownFilter(filters, ['label', 'label!', 'until']);
  if (unknown) return call.fail(unknown);
  const until = parseDurationOrTime(filterValues(filters, 'until')[0], core.unixUs);
  if (typeof until === 'object') return call.fail({ status: 500, ...until });
  const deleted: string[] = [];
  let bytes = 0;
  for (const container of [...core.disk.containers.values()]) {
    if (container.isRunning || container.restarting || container.removing) continue;
    if (until !== undefined && container.createdAt > until) continue;
    const { Labels: labels } = container.config;
    if (hasFilter(filters, 'label') && !filterLabels(filters, 'label', labels)) continue;
    if (hasFilter(filters, 'label!') && filterLabels(filters, 'label!', labels)) continue;
    bytes += container.fs.upperBytes();
    engine.lifecycle.removeNow(container, undefined);
    deleted.push(container.id);
  }
  core.events.publish('container', 'prune', '', { reclaimed: String(bytes) });
  const ids = deleted.length > 0 ? deleted : null;
  call.json(200, { ContainersDeleted: ids, SpaceReclaimed: bytes });
}

function inspect(engine: Engine, call: ApiCall, container: Container): void {
  call.json(200, inspectContainer(engine.core, container, queryBool(call, 'size')));
}

export const CONTAINER_ROUTES: Router<Engine> = [
  route('GET /containers/json', list),
  route('POST /containers/create', create),
  route('POST /containers/prune', prune),
  route('GET /containers/{name:.*}/json', withContainer(inspect)),
  route('GET /containers/{name:.*}/logs', ({ core }, call, { name = '' }) =>
    openLogs(core, call, name),
  ),
  route('GET /containers/{name:.*}/top', ({ core }, call, { name = '' }) =>
    openTop(core, call, name),
  ),
  route('GET /containers/{name:.*}/stats', ({ core }, call, { name = '' }) =>
    openStats(core, call, name),
  ),
  route('POST /containers/{name:.*}/start', start),
  route('POST /containers/{name:.*}/stop', stop),
  route('POST /containers/{name:.*}/restart', restart),
  route('POST /containers/{name:.*}/kill', kill),
  route('POST /containers/{name:.*}/pause', withContainer(pause)),
  route('POST /containers/{name:.*}/unpause', withContainer(unpause)),
  route('POST /containers/{name:.*}/rename', rename),
  route('POST /containers/{name:.*}/update', update),
  route('POST /containers/{name:.*}/wait', ({ core }, call, { name = '' }) =>
    openWait(core, call, name),
  ),
  route('DELETE /containers/{name:.*}', withContainer(remove)),
];
