/** `docker service`. */
import type { Group } from '../../command';
import { serviceCreate } from './create';
import { serviceInspect } from './inspect';
import { serviceLogs } from './logs';
import { serviceLs } from './ls';
import { servicePs } from './ps';
import { serviceRm } from './rm';
import { serviceRollback } from './rollback';
import { serviceScale } from './scale';
import { serviceUpdate } from './update';

export const serviceGroup: Group = {
  kind: 'group',
  name: 'service',
  summary: 'Manage services',
  commands: [
    serviceCreate,
    serviceInspect,
    serviceLogs,
    serviceLs,
    servicePs,
    serviceRm,
    serviceRollback,
    serviceScale,
    serviceUpdate,
  ],
};
