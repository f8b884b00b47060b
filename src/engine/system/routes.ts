/** The system's part of the API (moby `api/server/router/system`, `plugin`, `session`). */
import { route, type ApiCall, type Router, type RouteParams } from '../../api';
import type { EngineCore } from '../core';
import { diskUsage, systemInfo, systemVersion } from './info';
import { answerPing } from '../../api';

function ping(_core: EngineCore, call: ApiCall): void {
  answerPing(call);
}

function info(core: EngineCore, call: ApiCall): void {
  call.json(200, systemInfo(core));
}

function version(core: EngineCore, call: ApiCall): void {
  call.json(200, systemVersion(core));
}

function usage(core: EngineCore, call: ApiCall): void {
  call.json(200, diskUsage(core));
}

function events(core: EngineCore, call: ApiCall): void {
  core.events.open(call);
}

function plugins(_core: EngineCore, call: ApiCall): void {
  call.json(200, []);
}

function plugin(_core: EngineCore, call: ApiCall, { name = '' }: RouteParams): void {
  call.fail({ status: 404, message: `plugin ${JSON.stringify(name)} not found` });
}

function session(_core: EngineCore, call: ApiCall): void {
  if (call.headers['upgrade'] === undefined)
    return call.fail({ status: 400, message: 'no upgrade proto in request' });
  call.fail({ status: 501, message: 'not simulated: BuildKit sessions' });
}

function pruneBuild(_core: EngineCore, call: ApiCall): void {
  call.json(200, { CachesDeleted: null, SpaceReclaimed: 0 });
}

function build(_core: EngineCore, call: ApiCall): void {
  call.fail({ status: 501, message: 'not simulated: docker build' });
}

export const SYSTEM_ROUTES: Router<EngineCore> = [
  route('GET /_ping', ping),
  route('HEAD /_ping', ping),
  route('GET /info', info),
  route('GET /version', version),
  route('GET /events', events),
  route('GET /system/df', usage),
  route('GET /plugins', plugins),
  route('GET /plugins/{name:.*}/json', plugin),
  route('POST /session', session),
  route('POST /build/prune', pruneBuild),
  route('POST /build', build),
];
