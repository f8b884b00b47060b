/** `docker secret`. */
import type { Group } from '../../command';
import { secretCreate } from './create';
import { secretInspect } from './inspect';
import { secretLs } from './ls';
import { secretRm } from './rm';

export const secretGroup: Group = {
  kind: 'group',
  name: 'secret',
  summary: 'Manage Docker secrets',
  commands: [secretCreate, secretInspect, secretLs, secretRm],
};
