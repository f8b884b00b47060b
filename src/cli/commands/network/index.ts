/** `docker network`. */
import type { Group } from '../../command';
import { networkConnect } from './connect';
import { networkCreate } from './create';
import { networkDisconnect } from './disconnect';
import { networkInspect } from './inspect';
import { networkLs } from './ls';
import { networkPrune } from './prune';
import { networkRm } from './rm';

export const networkGroup: Group = {
  kind: 'group',
  name: 'network',
  summary: 'Manage networks',
  commands: [
    networkConnect,
    networkCreate,
    networkDisconnect,
    networkInspect,
    networkLs,
    networkPrune,
    networkRm,
  ],
};
