/** `/containers/X/archive`, `/changes`, `/export` and `/commit` of the API. */
import {
  decodeBody,
  isApiError,
  queryBool,
  route,
  type ApiCall,
  type ApiError,
  type Router,
} from '../../api';

import type { EngineCore } from '../core';
import { archiveOf, extractArchive, findPath } from './archive';
import { changesOf } from './changes';
import { commitContainer } from './commit';
import { emptyConfig, type ContainerConfig } from '../content/image';
import { mergeSettings } from './create';
import type { Container } from './container';
import { changedConfig } from './config-changes';
import { exportArchive } from './export';
import { CREATE_SHAPE } from './host-config';
import { queryList } from './query-list';
import { resolveUser } from './users';

const NO_PATH: ApiError = { status: 400, message: 'bad parameter: pathcannot be empty' };
const TAR = { 'Content-Type': 'application/x-tar' };

type Ask = (core: EngineCore, call: ApiCall, container: Container, name: string) => void;

function asked(ask: Ask) {
  return (core: EngineCore, call: ApiCall, { name = '' }: Readonly<Record<string, string>>) => {
    const container = core.container(name);
    if (isApiError(container)) refuse(call, container);
    else ask(core, call, container, name);
  };
}

/** An answer to HEAD has no body. */
function refuse(call: ApiCall, error: ApiError): void {
  if (call.method !== 'HEAD') return call.fail(error);
  call.begin(error.status, { 'Content-Type': 'application/json' });
  call.end();
}

function readArchive(core: EngineCore, call: ApiCall, container: Container, name: string): void {
  const path = call.query.get('path') ?? '';
  if (path === '') return refuse(call, NO_PATH);
  const found = findPath(core, container, path, name);
  if (isApiError(found)) return refuse(call, found);
  const stat = { 'X-Docker-Container-Path-Stat': found.header };
  if (call.method === 'HEAD') {
    call.begin(200, stat);
    return call.end();
  }
  call.begin(200, { ...TAR, ...stat });
  call.write(archiveOf(found));
  core.containerEvent(container, 'archive-path');
  call.end();
}

function putArchive(core: EngineCore, call: ApiCall, container: Container, name: string): void {
  const path = call.query.get('path') ?? '';
  if (path === '') return call.fail(NO_PATH);
  let owner: { uid: number; gid: number } | undefined;
  if (queryBool(call, 'copyUIDGID') && container.config.User !== '') {
    const user = resolveUser(container.fs, container.config.User);
    if (isApiError(user)) return call.fail({ ...user, status: 500 });
    owner = { uid: user.uid, gid: user.gid };
  }
  const options = { noOverwriteDirNonDir: queryBool(call, 'noOverwriteDirNonDir'), owner };
  const flaw = extractArchive(core, container, path, name, call.body, options);
  if (flaw) return call.fail(flaw);
  core.containerEvent(container, 'extract-to-dir');
  call.empty(200);
}

function changes(_core: EngineCore, call: ApiCall, container: Container): void {
  const list = changesOf(container.fs);
  call.json(200, list.length > 0 ? list : null);
}

function exportContainer(core: EngineCore, call: ApiCall, container: Container): void {
  call.begin(200, { 'Content-Type': 'application/octet-stream' });
  call.write(exportArchive(container.fs));
  core.containerEvent(container, 'export');
  call.end();
}

function commit(core: EngineCore, call: ApiCall): void {
  const container = core.container(call.query.get('container') ?? '');
  if (isApiError(container)) return call.fail(container);
  const text = (name: string) => call.query.get(name) ?? '';
  const given = call.body.length > 0 ? decodeBody(call, CREATE_SHAPE, 'bare') : undefined;
  if (isApiError(given)) return call.fail(given);
  const body = given?.value;
  const own = isConfig(body);
  const base = own ? { ...emptyConfig(), ...configOf(body) } : container.config;
  const config = changedConfig(base, queryList(call, 'changes'));
  if (isApiError(config)) return call.fail(config);
  // Settings that came with the request stand over those of the container.
  if (own) mergeSettings(config, container.config);
  const image = commitContainer(core, container, {
    repository: text('repo'),
    tag: text('tag'),
    author: text('author'),
    comment: text('comment'),
    config,
  });
  if (isApiError(image)) call.fail(image);
  else call.json(201, { Id: image.id });
}

function isConfig(given: unknown): given is Partial<ContainerConfig> {
  return typeof given === 'object' && given !== null && Object.keys(given).length > 0;
}

/** What of the body is settings, empty ones left out. */
function configOf(given: Partial<ContainerConfig>): Partial<ContainerConfig> {
  const known = Object.keys(emptyConfig());
  const entries = Object.entries(given).filter(
    ([key, value]) => known.includes(key) && value !== null && value !== undefined,
  );
  return Object.fromEntries(entries);
}

export const ARCHIVE_ROUTES: Router<EngineCore> = [
  route('HEAD /containers/{name:.*}/archive', asked(readArchive)),
  route('GET /containers/{name:.*}/archive', asked(readArchive)),
  route('PUT /containers/{name:.*}/archive', asked(putArchive)),
  route('GET /containers/{name:.*}/changes', asked(changes)),
  route('GET /containers/{name:.*}/export', asked(exportContainer)),
  // Gone since API 1.24.
  route('POST /containers/{name:.*}/copy', (_core, call) => call.empty(404)),
  route('POST /commit', commit),
];
