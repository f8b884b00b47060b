/** `docker config`. */
import type { Group } from '../../command';
import { configCreate } from './create';
import { configInspect } from './inspect';
import { configLs } from './ls';
import { configRm } from './rm';

export const configGroup: Group = {
  kind: 'group',
  name: 'config',
  summary: 'Manage Docker configs',
  commands: [configCreate, configInspect, configLs, configRm],
};
