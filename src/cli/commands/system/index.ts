/** `docker system`. */
import type { Group } from '../../command';
import { systemDf } from './df';
import { systemEvents } from './events';
import { systemInfo } from './info';
import { systemPrune } from './prune';

export const systemGroup: Group = {
  kind: 'group',
  name: 'system',
  summary: 'Manage Docker',
  commands: [systemDf, systemEvents, systemInfo, systemPrune],
};
