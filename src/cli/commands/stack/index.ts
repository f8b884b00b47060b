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
  flags: [
    { name: 'kubeconfig', type: 'string', help: 'Kubernetes config file', hidden: true },
    {
      name: 'orchestrator',
      type: 'string',
      help: 'Orchestrator to use (swarm|kubernetes|all)',
    },
  ],
  commands: [stackDeploy, stackLs, stackPs, stackRm, stackServicesCommand],
};
