/** The system's part of the API (moby `api/server/router/system`, `plugin`, `session`). */
import {
  decodeBody,
  route,
  type ApiCall,
  type Router,
  type RouteParams,
  type Shape,
} from '../../api';
import type { EngineCore } from '../core';
import { unreachableRegistry } from '../images/pull';
import { diskUsage, systemInfo, systemVersion } from './info';
import { answerPing } from '../../api';

const AUTH_SHAPE: Shape = {
  struct: 'types.AuthConfig',
  fields: {
    username: 'string',
    password: 'string',
    auth: 'string',
    email: 'string',
    serveraddress: 'string',
    identitytoken: 'string',
    registrytoken: 'string',
  },
};

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

/** Nobody has an account at the simulated Hub. */
function auth(_core: EngineCore, call: ApiCall): void {
  const decoded = decodeBody(call, AUTH_SHAPE, 'bare');
  if ('status' in decoded) return call.fail(decoded);
  const given = (decoded.value ?? {}) as Record<string, string>;
  const server = given['serveraddress'] ?? '';
  const isHub = server === '' || server.includes('docker.io');
  if (!isHub) {
    const host = server.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
    return call.fail(unreachableRegistry(host));
  }
  if ((given['username'] ?? '') === '' && (given['password'] ?? '') === '')
    return call.json(200, { IdentityToken: '', Status: 'Login Succeeded' });
  const url = 'https://registry-1.docker.io/v2/';
  const message = `Get "${url}": unauthorized: incorrect username or password`;
  call.fail({ status: 401, message });
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
  route('POST /auth', auth),
  route('GET /plugins', plugins),
  route('GET /plugins/{name:.*}/json', plugin),
  route('POST /session', session),
  route('POST /build/prune', pruneBuild),
  route('POST /build', build),
];
