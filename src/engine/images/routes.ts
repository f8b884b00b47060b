/** `/images` and `/distribution` of the API (moby `api/server/router/image`, `distribution`). */
import {
  familiarString,
  filterValues,
  isApiError,
  isDigest,
  isFilters,
  isReferenceError,
  isTag,
  parseFilters,
  parseReference,
  queryBool,
  route,
  unknownFilter,
  withDefaultTag,
  type ApiCall,
  type ApiError,
  type ImageReference,
  type ImageSummary,
  type Router,
  type RouteParams,
} from '../../api';
import type { Image } from '../content/image';
import type { EngineCore } from '../core';
import { parseDurationOrTime } from '../system/time-filter';
import { importFromRequest } from './archive-routes';
import { basicAuth, credentialsOf } from '../registry/credentials';
import { REGISTRY_ROUTES } from '../registry/routes';
import type { PullWatcher } from './pulling';
import { ImageRemover, type ImageUser } from './remove';
import { IMAGE_FILTERS, imageHistory, inspectImage, listImages } from './view';

/** A pull's stream to one client: an error before the first line is a plain answer. */
class PullStream implements PullWatcher {
  private begun = false;
  constructor(private readonly call: ApiCall) {}
  pullLine(line: Readonly<Record<string, unknown>>): void {
    if (!this.begun) this.call.begin(200, { 'Content-Type': 'application/json' });
    this.begun = true;
    this.call.write(`${JSON.stringify(line)}\r\n`);
  }
  pullDone(result: Image | ApiError): void {
    if (!isApiError(result)) return this.call.end();
    if (!this.begun) return this.call.fail(result);
    const { message } = result;
    this.call.write(`${JSON.stringify({ errorDetail: { message }, error: message })}\r\n`);
    this.call.end();
  }
}

/** `fromImage` and `tag` as one reference. */
export function pullReference(image: string, tag: string): ImageReference | ApiError {
  const reference = parseReference(image.replace(/:$/, ''));
  if (isReferenceError(reference)) return { status: 400, message: reference.referenceError };
  if (tag === '') return reference;
  if (isDigest(tag)) return { ...reference, tag: undefined, digest: tag };
  if (!isTag(tag)) return { status: 400, message: 'invalid tag format' };
  return { ...reference, tag };
}

function pull(core: EngineCore, call: ApiCall): void {
  const image = call.query.get('fromImage') ?? '';
  const platform = call.query.get('platform') ?? '';
  if (platform.split('/').length > 3) {
    const quoted = JSON.stringify(platform);
    const message = `${quoted}: cannot parse platform specifier: invalid argument`;
    return call.fail({ status: 400, message });
  }
  if (image === '') return importFromRequest(core, call);
  const reference = pullReference(image, call.query.get('tag') ?? '');
  if ('status' in reference) return call.fail(reference);
  const auth = basicAuth(credentialsOf(call));
  if (reference.tag === undefined && reference.digest === undefined)
    core.puller.pullAll(reference, new PullStream(call), auth);
  else core.puller.pull(reference, new PullStream(call), auth);
}

function list(core: EngineCore, call: ApiCall): void {
  const filters = parseFilters(call.query.get('filters'));
  if (!isFilters(filters)) return call.fail({ status: 500, message: filters.message });
  const unknown = unknownFilter(filters, IMAGE_FILTERS);
  if (unknown) return call.fail(unknown);
  const images = listImages(core.disk.images, filters, queryBool(call, 'all'));
  if (isApiError(images)) call.fail(images);
  else call.json(200, images satisfies ImageSummary[]);
}

function inspect(core: EngineCore, call: ApiCall, { name = '' }: RouteParams): void {
  const image = core.disk.images.find(name);
  if (!isApiError(image)) return call.json(200, inspectImage(core.disk.images, image));
  const { status, message } = image;
  call.fail({ status, message: `no such image: ${name}: ${message}` });
}

function history(core: EngineCore, call: ApiCall, { name = '' }: RouteParams): void {
  const image = core.disk.images.find(name);
  if (isApiError(image)) call.fail(image);
  else call.json(200, imageHistory(core.disk.images, image));
}

function tag(core: EngineCore, call: ApiCall, { name = '' }: RouteParams): void {
  const image = core.disk.images.find(name);
  if (isApiError(image)) return call.fail(image);
  const reference = parseReference(call.query.get('repo') ?? '');
  if (isReferenceError(reference))
    return call.fail({ status: 500, message: reference.referenceError });
  const wanted = call.query.get('tag') ?? '';
  if (wanted !== '' && !isTag(wanted))
    return call.fail({ status: 500, message: 'invalid tag format' });
  const named = withDefaultTag(wanted === '' ? reference : { ...reference, tag: wanted });
  core.disk.images.setName(named, image.id);
  core.disk.images.noteTagged(image.id, core.unixUs);
  const attributes = { ...image.config.Labels, name: familiarString(named) };
  core.events.publish('image', 'tag', image.id, attributes);
  call.empty(201);
}

export function imageUsers(core: EngineCore): ImageUser[] {
  return [...core.disk.containers.values()].map((container) => ({
    id: container.id,
    imageId: container.imageId,
    running: container.isRunning,
  }));
}

function remove(core: EngineCore, call: ApiCall, { name = '' }: RouteParams): void {
  const remover = new ImageRemover(core.disk.images, core.events);
  const force = queryBool(call, 'force');
  const prune = !queryBool(call, 'noprune');
  const removed = remover.remove(name, force, prune, imageUsers(core));
  if (isApiError(removed)) call.fail(removed);
  else call.json(200, removed);
}

function prune(core: EngineCore, call: ApiCall): void {
  const filters = parseFilters(call.query.get('filters'));
  if (!isFilters(filters)) return call.fail({ status: 500, message: filters.message });
  const unknown = unknownFilter(filters, ['dangling', 'label', 'label!', 'until']);
  if (unknown) return call.fail(unknown);
  const until = parseDurationOrTime(filterValues(filters, 'until')[0], core.unixUs);
  if (typeof until === 'object') return call.fail({ status: 500, ...until });
  const remover = new ImageRemover(core.disk.images, core.events);
  const { removed, bytes } = remover.prune(filters, imageUsers(core), until);
  core.events.publish('image', 'prune', '', { reclaimed: String(bytes) });
  call.json(200, { ImagesDeleted: removed.length > 0 ? removed : null, SpaceReclaimed: bytes });
}

export const IMAGE_ROUTES: Router<EngineCore> = [
  route('GET /images/json', list),
  ...REGISTRY_ROUTES,
  route('GET /images/{name:.*}/history', history),
  route('GET /images/{name:.*}/json', inspect),
  route('POST /images/create', pull),
  route('POST /images/{name:.*}/tag', tag),
  route('POST /images/prune', prune),
  route('DELETE /images/{name:.*}', remove),
];
