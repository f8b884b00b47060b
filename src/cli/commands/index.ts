/** The command tree of docker 20.10. */
import type { Group } from '../command';
import { builderGroup } from './builder';
import { completionGroup } from './completion';
import { manifestGroup } from './manifest';
import { nodeGroup } from './node';
import { pluginGroup } from './plugin';
import { serviceGroup } from './service';
import { swarmGroup } from './swarm';
import { trustGroup } from './trust';

export const root: Group = {
  kind: 'group',
  name: 'docker',
  summary: 'A self-sufficient runtime for containers',
  commands: [
    builderGroup,
    completionGroup,
    manifestGroup,
    nodeGroup,
    pluginGroup,
    serviceGroup,
    swarmGroup,
    trustGroup,
  ],
};
