/** `docker image`. */
import type { Group } from '../../command';
import { imageBuild } from './build';
import { imageHistory } from './history';
import { imageImport } from './import';
import { imageInspect } from './inspect';
import { imageLoad } from './load';
import { imageLs } from './ls';
import { imagePrune } from './prune';
import { imagePull } from './pull';
import { imagePush } from './push';
import { imageRm } from './rm';
import { imageSave } from './save';
import { imageTag } from './tag';

export const imageGroup: Group = {
  kind: 'group',
  name: 'image',
  summary: 'Manage images',
  commands: [
    imageBuild,
    imageHistory,
    imageImport,
    imageInspect,
    imageLoad,
    imageLs,
    imagePrune,
    imagePull,
    imagePush,
    imageRm,
    imageSave,
    imageTag,
  ],
};
