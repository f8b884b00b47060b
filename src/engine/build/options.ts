/** `POST /build`'s query (moby `api/server/router/build: newImageBuildOptions`). */
import { parseAtoi, queryBool, type ApiCall, type ApiError } from '../../api';
import { decodeWholeJson, isJsonFailure } from '../../api';

import { refusePlatform } from './platform';

export interface BuildOptions {
  readonly tags: readonly string[];
  /** Path of the Dockerfile in the context. */
  readonly dockerfile: string;
  readonly quiet: boolean;
  readonly noCache: boolean;
  readonly remove: boolean;
  readonly forceRemove: boolean;
  readonly pull: boolean;
  readonly target: string;
  readonly networkMode: string;
  readonly memory: number;
  readonly shmSize: number;
  readonly extraHosts: readonly string[];
  readonly buildArgs: ReadonlyMap<string, string | null>;
  readonly labels: ReadonlyMap<string, string>;
  readonly cacheFrom: readonly string[];
  readonly remote: string;
}

/** All values of a parameter that may be repeated. */
function queryAll(call: ApiCall, name: string): string[] {
  const mark = call.target.indexOf('?');
  if (mark < 0) return [];
  const values: string[] = [];
  for (const part of call.target.slice(mark + 1).split('&')) {
    const cut = part.indexOf('=');
    if ((cut < 0 ? part : part.slice(0, cut)) !== name) continue;
    values.push(decodeURIComponent((cut < 0 ? '' : part.slice(cut + 1)).replace(/\+/g, ' ')));
  }
  return values;
}

export function readBuildOptions(call: ApiCall): BuildOptions | ApiError {
  const text = (name: string) => call.query.get(name) ?? '';
  const refused = refuse(call);
  if (refused) return refused;
  const buildArgs = readMap(text('buildargs'), 'build args');
  if ('status' in buildArgs) return buildArgs;
  const labels = readMap(text('labels'), 'labels');
  if ('status' in labels) return labels;
  const cacheFrom = readList(text('cachefrom'));
  if (!Array.isArray(cacheFrom)) return cacheFrom;
  const remove = queryBool(call, 'forcerm') || text('rm') === '' || queryBool(call, 'rm');
  return {
    tags: queryAll(call, 't'),
    dockerfile: text('dockerfile') === '' ? 'Dockerfile' : text('dockerfile'),
    quiet: queryBool(call, 'q'),
    noCache: queryBool(call, 'nocache'),
    remove,
    forceRemove: queryBool(call, 'forcerm'),
    pull: queryBool(call, 'pull'),
    target: text('target'),
    networkMode: text('networkmode'),
    memory: number(text('memory')),
    shmSize: number(text('shmsize')),
    extraHosts: queryAll(call, 'extrahosts'),
    buildArgs: buildArgs.map,
    labels: labels.map as ReadonlyMap<string, string>,
    cacheFrom,
    remote: text('remote'),
  };
}

function refuse(call: ApiCall): ApiError | undefined {
  const version = call.query.get('version') ?? '';
  if (!['', '1', '2'].includes(version))
    return { status: 500, message: `invalid version "${version}"` };
  const isolation = call.query.get('isolation') ?? '';
  if (!['', 'default'].includes(isolation.toLowerCase()))
    return { status: 400, message: `Unsupported isolation: "${isolation}"` };
  const platform = call.query.get('platform') ?? '';
  const message = platform === '' ? undefined : refusePlatform(platform);
  return message === undefined ? refuseSquash(call) : { status: 400, message };
}

function refuseSquash(call: ApiCall): ApiError | undefined {
  if (!queryBool(call, 'squash')) return undefined;
  const message = 'squash is only supported with experimental mode';
  return { status: 400, message };
}

function number(text: string): number {
  const value = parseAtoi(text === '' ? '0' : text);
  return typeof value === 'number' ? value : 0;
}

function readMap(
  text: string,
  what: string,
): ApiError | { readonly map: ReadonlyMap<string, string | null> } {
  const map = new Map<string, string | null>();
  if (text === '') return { map };
  const parsed = decodeWholeJson(text);
  if (isJsonFailure(parsed))
    return { status: 400, message: `error reading ${what}: ${parsed.message}` };
  for (const [key, value] of Object.entries((parsed.value ?? {}) as Record<string, unknown>))
    map.set(key, typeof value === 'string' ? value : null);
  return { map };
}

function readList(text: string): string[] | ApiError {
  if (text === '') return [];
  const parsed = decodeWholeJson(text);
  if (isJsonFailure(parsed))
    return { status: 400, message: `error reading cache-from: ${parsed.message}` };
  return Array.isArray(parsed.value) ? parsed.value.map(String) : [];
}
