/** `/build` of the API (moby `api/server/router/build`). */
import {
  ignoreRules,
  isApiError,
  isPatternFailure,
  isReferenceError,
  parseReference,
  readIgnoreFile,
  route,
  type ApiCall,
  type Router,
} from '../../api';
import { decodeUtf8 } from '../../base';
import type { EngineCore } from '../core';
import type { Engine } from '../engine';
import { UnionFs } from '../files/union-fs';
import { Build } from './build';
import { readTree } from './context-tar';
import { readDockerfile, type ParsedDockerfile } from './dockerfile';
import { BuildFailure } from './failure';
import { readBuildOptions, type BuildOptions } from './options';
import { BuildOutput } from './output';
import { findIn, readAll } from './source';

function build(engine: Engine, call: ApiCall): void {
  const options = readBuildOptions(call);
  if (isApiError(options)) return call.fail(options);
  if (call.query.get('version') === '2') return engine.buildKit.build(call, options);
  const output = new BuildOutput(call, options.quiet);
  try {
    checkTags(options);
    const owners = new Map<string, string>();
    const context = openContext(engine.core, call, options, owners);
    const dockerfile = takeDockerfile(context, options.dockerfile);
    const started = new Build(
      engine.core,
      engine.lifecycle,
      options,
      output,
      context,
      owners,
      dockerfile,
    );
    call.receiver = started;
    started.start();
  } catch (error) {
    if (!(error instanceof BuildFailure)) throw error;
    output.fail(error);
  }
}

function checkTags({ tags }: BuildOptions): void {
  for (const tag of tags) {
    const reference = parseReference(tag);
    if (isReferenceError(reference)) throw new BuildFailure(reference.referenceError);
    if (reference.digest !== undefined) throw new BuildFailure('build tag cannot contain a digest');
  }
}

function openContext(
  core: EngineCore,
  call: ApiCall,
  options: BuildOptions,
  owners: Map<string, string>,
): UnionFs {
  const { kernel } = core;
  const { remote } = options;
  if (remote !== '') throw unreachableContext(remote);
  const tree = readTree(call.body, owners);
  return new UnionFs(kernel.nextDevice(), [tree], kernel.wallClock, kernel.disk);
}

/** Nothing of this world's network has a context to give. */
function unreachableContext(remote: string): BuildFailure {
  const match = /^https?:\/\/([^/:?#]*)(?::(\d+))?/.exec(remote);
  if (!match) return new BuildFailure(`not simulated: context ${remote}`, undefined, 501);
  const [, host, port = remote.startsWith('https') ? '443' : '80'] = match;
  const reason = /^[\d.]+$/.test(host!)
    ? `dial tcp ${host}:${port}: connect: connection refused`
    : `dial tcp: lookup ${host} on 192.168.0.2:53: no such host`;
  return new BuildFailure(`error downloading remote context ${remote}: Get "${remote}": ${reason}`);
}

/** `withDockerfileFromContext` */
function takeDockerfile(context: UnionFs, path: string): ParsedDockerfile {
  let found = findIn(context, path);
  let name = path;
  if (!found && path === 'Dockerfile') {
    name = 'dockerfile';
    found = findIn(context, name);
  }
  if (!found) throw new BuildFailure(`Cannot locate specified Dockerfile: ${path}`);
  if (found.inode.type === 'dir') {
    const where = `/var/lib/docker/tmp/docker-builder000000000/${found.path}`;
    throw new BuildFailure(`unexpected error reading Dockerfile: read ${where}: is a directory`);
  }
  const parsed = readDockerfile(path, readAll(context, found.inode));
  removeIgnored(context, name);
  return parsed;
}

/** The Dockerfile and `.dockerignore` are sent even if they are ignored: COPY must not see them. */
function removeIgnored(context: UnionFs, dockerfile: string): void {
  const ignore = findIn(context, '.dockerignore');
  if (!ignore || ignore.inode.type !== 'file') return;
  const rules = ignoreRules(readIgnoreFile(decodeUtf8(readAll(context, ignore.inode))));
  if (isPatternFailure(rules)) return;
  for (const path of ['.dockerignore', dockerfile]) {
    if (rules.matches(path) !== true) continue;
    const slash = path.lastIndexOf('/');
    const dir = findIn(context, slash < 0 ? '' : path.slice(0, slash));
    if (dir && context.lookup(dir.inode, path.slice(slash + 1)))
      context.unlink(dir.inode, path.slice(slash + 1));
  }
}

export const BUILD_ROUTES: Router<Engine> = [
  route('POST /build', build),
  route('POST /build/prune', (engine, call) => engine.buildKit.prune(call)),
  route('POST /build/cancel', (engine, call) => engine.buildKit.cancel(call)),
];
