/** `/volumes` of the API (moby `api/server/router/volume`). */
import { SECOND_US, type Wakeable } from '../../base';
import {
  decodeBody,
  isApiError,
  isFilters,
  parseFilters,
  queryBool,
  route,
  unknownFilter,
  type ApiCall,
  type ApiError,
  type Labels,
  type Router,
  type RouteParams,
  type Shape,
} from '../../api';
import { volumeUsers } from '../containers/lifecycle';
import type { EngineCore } from '../core';
import { describeVolume } from './volumes';

const CREATE: Shape = {
  struct: 'volume.VolumeCreateBody',
  fields: {
    Name: 'string',
    Driver: 'string',
    DriverOpts: { map: 'string' },
    Labels: { map: 'string' },
  },
};

/** A plugin that is not there is looked for this long. */
const PLUGIN_SEARCH_US = 15 * SECOND_US;

/** Answers an error once the search for a plugin is given up. */
class LateRefusal implements Wakeable {
  constructor(
    private readonly call: ApiCall,
    private readonly error: ApiError,
  ) {}
  wake(): void {
    this.call.fail(this.error);
  }
}

function volumesInUse(core: EngineCore): Set<string> {
  const names = new Set<string>();
  for (const container of core.disk.containers.values())
    for (const mount of container.mounts) if (mount.kind === 'volume') names.add(mount.source);
  return names;
}

function readFilters(call: ApiCall, known: readonly string[]) {
  const filters = parseFilters(call.query.get('filters'));
  if (!isFilters(filters)) {
    const message = `error reading volume filters: ${filters.message}`;
    return { status: 400, message } satisfies ApiError;
  }
  return unknownFilter(filters, known) ?? filters;
}

function list(core: EngineCore, call: ApiCall): void {
  const filters = readFilters(call, ['dangling', 'name', 'driver', 'label']);
  if ('status' in filters) return call.fail(filters);
  const volumes = core.volumes.list(filters, volumesInUse(core));
  if (isApiError(volumes)) return call.fail(volumes);
  call.json(200, { Volumes: volumes.map(describeVolume), Warnings: null });
}

function inspect(core: EngineCore, call: ApiCall, { name = '' }: RouteParams): void {
  const volume = core.volumes.get(name);
  if (!volume) return call.fail({ status: 404, message: `get ${name}: no such volume` });
  call.json(200, describeVolume(volume));
}

function create(core: EngineCore, call: ApiCall): void {
  const decoded = decodeBody(call, CREATE, 'read-json');
  if (isApiError(decoded)) return call.fail(decoded);
  const body = (decoded.value ?? {}) as {
    Name?: string;
    Driver?: string;
    DriverOpts?: Labels;
    Labels?: Labels;
  };
  const { Name: name = '', Driver: driver = '', DriverOpts: options, Labels: labels } = body;
  const volume = core.volumes.create(name, driver, options ?? null, labels ?? null);
  if (!isApiError(volume)) return call.json(201, describeVolume(volume));
  if (driver === '' || driver === 'local') return call.fail(volume);
  core.runtime.setTimer(PLUGIN_SEARCH_US, new LateRefusal(call, volume), 'refuse');
}

function remove(core: EngineCore, call: ApiCall, { name = '' }: RouteParams): void {
  const refusal = core.volumes.remove(name, volumeUsers(core, name), queryBool(call, 'force'));
  if (refusal) call.fail(refusal);
  else call.empty(204);
}

function prune(core: EngineCore, call: ApiCall): void {
  const filters = readFilters(call, ['label', 'label!']);
  if ('status' in filters) return call.fail(filters);
  const { names, bytes } = core.volumes.prune(filters, volumesInUse(core));
  call.json(200, { VolumesDeleted: names, SpaceReclaimed: bytes });
}

export const VOLUME_ROUTES: Router<EngineCore> = [
  route('GET /volumes', list),
  route('GET /volumes/{name:.*}', inspect),
  route('POST /volumes/create', create),
  route('POST /volumes/prune', prune),
  route('DELETE /volumes/{name:.*}', remove),
];
