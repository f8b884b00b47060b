/** `docker swarm`. */
import type { Group } from '../../command';
import { swarmCa } from './ca';
import { swarmInit } from './init';
import { swarmJoin } from './join';
import { swarmJoinToken } from './join-token';
import { swarmLeave } from './leave';
import { swarmUnlock } from './unlock';
import { swarmUnlockKey } from './unlock-key';
import { swarmUpdate } from './update';

export const swarmGroup: Group = {
  kind: 'group',
  name: 'swarm',
  summary: 'Manage Swarm',
  commands: [
    swarmCa,
    swarmInit,
    swarmJoin,
    swarmJoinToken,
    swarmLeave,
    swarmUnlock,
    swarmUnlockKey,
    swarmUpdate,
  ],
};
