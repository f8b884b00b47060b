/** `docker node`. */
import type { Group } from '../../command';
import { nodeDemote } from './demote';
import { nodeInspect } from './inspect';
import { nodeLs } from './ls';
import { nodePromote } from './promote';
import { nodePs } from './ps';
import { nodeRm } from './rm';
import { nodeUpdate } from './update';

export const nodeGroup: Group = {
  kind: 'group',
  name: 'node',
  summary: 'Manage Swarm nodes',
  commands: [nodeDemote, nodeInspect, nodeLs, nodePromote, nodePs, nodeRm, nodeUpdate],
};
