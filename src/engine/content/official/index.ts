/** Images of the Hub that are written down as Dockerfiles. */
import type { CatalogueImage } from '../catalogue';
import { BASE_IMAGES } from './base-images';
import { databaseImages } from './databases';
import { nodeImages } from './node';
import { pythonImages } from './python';
import { serverImages } from './servers';

export function officialImages(alpine: CatalogueImage, ubuntu: CatalogueImage): CatalogueImage[] {
  return [
    ...BASE_IMAGES,
    ...pythonImages(alpine),
    ...nodeImages(alpine),
    ...databaseImages(alpine, ubuntu),
    ...serverImages(alpine),
  ];
}
