/** `docker stack`. */
import type { Group } from '../../command';
import { stackDeploy } from './deploy';
import { stackLs } from './ls';
import { stackPs } from './ps';
import { stackRm } from './rm';
import { stackServicesCommand } from './services';

export const stackGroup: Group = {
  kind: 'group',
  name: 'stack',
  summary: 'Manage Docker stacks',
  commands: [stackDeploy, stackLs, stackPs, stackRm, stackServicesCommand],
};
