/** `POST /commit` (moby daemon/commit.go): a container's upper directory as the top layer of an image. */
import { isReferenceError, parseReference, withDefaultTag, type ApiError } from '../../api';
import { familiarString, type ImageReference } from '../../api';
import type { Image } from '../content/image';
import { sealImage, sealLayer } from '../content/seal';
import type { EngineCore } from '../core';
import { freezeUpper } from '../files/upper-tree';
import { formatTime } from '../time';
import type { Container } from './container';

export interface CommitOptions {
  readonly repository: string;
  readonly tag: string;
  readonly author: string;
  readonly comment: string;
  /** Settings of the image: the container's, with the changes asked for. */
  readonly config: Image['config'];
}

export function commitContainer(
  core: EngineCore,
  container: Container,
  options: CommitOptions,
): Image | ApiError {
  const reference = nameOf(options.repository, options.tag);
  // An error of Go's that nobody gave a status.
  if (reference && 'message' in reference) return { ...reference, status: 500 };
  const { images } = core.disk;
  const parent = images.images.get(container.imageId);
  const upper = container.fs.root.upper!;
  const layer = upper.children!.size > 0 ? sealLayer(freezeUpper(upper)) : undefined;
  const created = formatTime(core.unixUs);
  const { author, comment } = options;
  const { config } = container;
  const entry = {
    created,
    createdBy: (config.Cmd ?? []).join(' '),
    comment,
    emptyLayer: layer === undefined,
    ...(author === '' ? {} : { author }),
  };
  const image = sealImage({
    created,
    author,
    architecture: parent?.architecture ?? 'amd64',
    os: parent?.os ?? 'linux',
    dockerVersion: core.engineVersion,
    comment,
    container: container.id,
    config: structuredConfig(options.config),
    containerConfig: structuredConfig(config),
    history: [...(parent?.history ?? []), entry],
    layers: [...(parent?.layers ?? []), ...(layer ? [layer] : [])],
    parent: parent?.id ?? '',
  });
  images.add(image);
  if (reference) giveName(core, image, reference);
  core.containerEvent(container, 'commit', {
    comment,
    imageID: image.id,
    ...(reference ? { imageRef: familiarString(reference) } : {}),
  });
  return image;
}

/** A copy: an image is frozen, a container's settings are not. */
function structuredConfig(config: Container['config']): Image['config'] {
  return JSON.parse(JSON.stringify(config)) as Image['config'];
}

export function nameOf(repository: string, tag: string): ImageReference | ApiError | undefined {
  if (repository === '') return undefined;
  const reference = parseReference(repository);
  if (isReferenceError(reference)) return { status: 400, message: reference.referenceError };
  return withDefaultTag(tag === '' ? reference : { ...reference, tag });
}

export function giveName(core: EngineCore, image: Image, reference: ImageReference): void {
  const { images } = core.disk;
  images.setName(reference, image.id);
  images.noteTagged(image.id, core.unixUs);
  const attributes = { ...image.config.Labels, name: familiarString(reference) };
  core.events.publish('image', 'tag', image.id, attributes);
}
