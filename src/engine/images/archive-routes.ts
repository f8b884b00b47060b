/** `/images/get`, `/images/X/get`, `/images/load` and imports of the API. */
import {
  isApiError,
  isReferenceError,
  parseReference,
  route,
  withDefaultTag,
  type ApiCall,
  type ApiError,
  type Router,
} from '../../api';
import { nameOf, giveName } from '../containers/commit';
import { changedConfig } from '../containers/config-changes';
import { queryList } from '../containers/query-list';
import { emptyConfig, type Layer } from '../content/image';
import { ArchiveError } from '../content/tar-reader';
import type { EngineCore } from '../core';
import { formatTime } from '../time';
import { importImage } from './import';
import { readImages, type LoadedImage } from './load';
import { saveArchive, type SavedImage } from './save';
import { chainsOf } from './store';
import { familiarString } from '../../api';

function save(core: EngineCore, call: ApiCall, texts: readonly string[]): void {
  const images: SavedImage[] = [];
  for (const text of texts) {
    const saved = findSaved(core, text);
    if (isApiError(saved)) return call.fail(saved);
    const known = images.findIndex((item) => item.image.id === saved.image.id);
    if (known < 0) images.push(saved);
    else {
      const names = [...images[known]!.names, ...saved.names];
      images[known] = { image: saved.image, names };
    }
  }
  call.begin(200, { 'Content-Type': 'application/x-tar' });
  call.write(saveArchive(images));
  for (const { image } of images) {
    const attributes = { ...image.config.Labels, name: image.id };
    core.events.publish('image', 'save', image.id, attributes);
  }
  call.end();
}

/** By name: under that name. A bare repository: under all its tags. By id: under none. */
function findSaved(core: EngineCore, text: string): SavedImage | ApiError {
  const { images } = core.disk;
  const image = images.find(text);
  if (isApiError(image)) {
    const missing = { status: 404, message: `No such image: ${text}` };
    return image.status === 404 ? missing : image;
  }
  const reference = parseReference(text);
  if (isReferenceError(reference)) return { image, names: [] };
  if (images.resolveName(reference) !== image.id) return { image, names: [] };
  if (reference.digest !== undefined) return { image, names: [] };
  return { image, names: [withDefaultTag(reference)] };
}

function knownLayers(core: EngineCore): Map<string, Layer> {
  const known = new Map<string, Layer>();
  for (const image of core.disk.images.images.values())
    chainsOf(image).forEach((chain, i) => known.set(chain, image.layers[i]!));
  return known;
}

function load(core: EngineCore, call: ApiCall): void {
  call.begin(200, { 'Content-Type': 'application/json' });
  const say = (line: unknown) => call.write(`${JSON.stringify(line)}\r\n`);
  try {
    const place = String(core.ids.below(900_000_000) + 100_000_000);
    const loaded = readImages(call.body, place, knownLayers(core));
    for (const line of addLoaded(core, loaded)) say({ stream: line });
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    const { message } = error;
    say({ errorDetail: { message }, error: message });
  }
  call.end();
}

/** Lines to show. */
function addLoaded(core: EngineCore, loaded: readonly LoadedImage[]): string[] {
  const lines: string[] = [];
  const ids: string[] = [];
  const { images } = core.disk;
  for (const { image, names, parent } of loaded) {
    images.add(images.images.has(parent) ? { ...image, parent } : image);
    ids.push(`Loaded image ID: ${image.id}\n`);
    for (const name of names) {
      const before = images.resolveName(name);
      const shown = familiarString(name);
      if (before !== undefined && before !== image.id)
        lines.push(
          `The image ${shown} already exists, renaming the old one with ID ${before} to empty string\n`,
        );
      images.setName(name, image.id);
      lines.push(`Loaded image: ${shown}\n`);
    }
    const attributes = { ...image.config.Labels, name: image.id };
    core.events.publish('image', 'load', image.id, attributes);
  }
  return loaded.some((item) => item.names.length > 0) ? lines : [...lines, ...ids];
}

/** `POST /images/create?fromSrc=`; its refusals come as lines of the stream, too. */
export function importFromRequest(core: EngineCore, call: ApiCall): void {
  const source = call.query.get('fromSrc') ?? '';
  if (source === '')
    return call.fail({ status: 500, message: 'Get "http:": http: no Host in request URL' });
  if (source !== '-')
    return call.fail({ status: 501, message: `not simulated: importing from ${source}` });
  const reference = nameOf(call.query.get('repo') ?? '', call.query.get('tag') ?? '');
  if (isApiError(reference)) return call.fail(reference);
  const config = changedConfig(emptyConfig(), queryList(call, 'changes'));
  if (isApiError(config)) return call.fail(config);
  try {
    const image = importImage(call.body, {
      source,
      message: call.query.get('message') ?? '',
      created: formatTime(core.unixUs),
      engineVersion: core.engineVersion,
      config,
    });
    core.disk.images.add(image);
    if (reference) giveName(core, image, reference);
    core.events.publish('image', 'import', image.id, { name: image.id });
    call.begin(200, { 'Content-Type': 'application/json' });
    call.write(`${JSON.stringify({ status: image.id })}\r\n`);
    call.end();
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    call.fail({ status: 500, message: error.message });
  }
}

export const IMAGE_ARCHIVE_ROUTES: Router<EngineCore> = [
  route('GET /images/get', (core, call) => save(core, call, queryList(call, 'names'))),
  route('GET /images/{name:.*}/get', (core, call, { name = '' }) => save(core, call, [name])),
  route('POST /images/load', load),
];
