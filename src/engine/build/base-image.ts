/** Images that a Dockerfile names: here, or still to be pulled (moby `images/image_builder.go`). */
import {
  isApiError,
  isReferenceError,
  parseReference,
  withDefaultTag,
  type ImageReference,
} from '../../api';
import type { Image } from '../content/image';
import type { EngineCore } from '../core';
import { BuildFailure } from './failure';

export type BaseImage = { readonly image: Image } | { readonly reference: ImageReference };

export function findBase(core: EngineCore, name: string, forcePull: boolean): BaseImage {
  if (!forcePull) {
    const image = core.disk.images.find(name);
    if (!isApiError(image)) return { image };
  }
  const reference = parseReference(name);
  if (isReferenceError(reference)) throw new BuildFailure(reference.referenceError);
  if (reference.path === 'library/scratch') throw new BuildFailure("'scratch' is a reserved name");
  return { reference: withDefaultTag(reference) };
}
