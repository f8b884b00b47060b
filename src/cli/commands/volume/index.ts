/** `docker volume`. */
import type { Group } from '../../command';
import { volumeCreate } from './create';
import { volumeInspect } from './inspect';
import { volumeLs } from './ls';
import { volumePrune } from './prune';
import { volumeRm } from './rm';

export const volumeGroup: Group = {
  kind: 'group',
  name: 'volume',
  summary: 'Manage volumes',
  commands: [volumeCreate, volumeInspect, volumeLs, volumePrune, volumeRm],
};
