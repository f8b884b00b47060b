/** `docker container`. */
import type { Group } from '../../command';
import { containerAttach } from './attach';
import { containerCommit } from './commit';
import { containerCp } from './cp';
import { containerCreate } from './create';
import { containerDiff } from './diff';
import { containerExec } from './exec';
import { containerExport } from './export';
import { containerInspect } from './inspect';
import { containerKill } from './kill';
import { containerLogs } from './logs';
import { containerLs } from './ls';
import { containerPause } from './pause';
import { containerPort } from './port';
import { containerPrune } from './prune';
import { containerRename } from './rename';
import { containerRestart } from './restart';
import { containerRm } from './rm';
import { containerRun } from './run';
import { containerStart } from './start';
import { containerStats } from './stats';
import { containerStop } from './stop';
import { containerTop } from './top';
import { containerUnpause } from './unpause';
import { containerUpdate } from './update';
import { containerWait } from './wait';

export const containerGroup: Group = {
  kind: 'group',
  name: 'container',
  summary: 'Manage containers',
  commands: [
    containerAttach,
    containerCommit,
    containerCp,
    containerCreate,
    containerDiff,
    containerExec,
    containerExport,
    containerInspect,
    containerKill,
    containerLogs,
    containerLs,
    containerPause,
    containerPort,
    containerPrune,
    containerRename,
    containerRestart,
    containerRm,
    containerRun,
    containerStart,
    containerStats,
    containerStop,
    containerTop,
    containerUnpause,
    containerUpdate,
    containerWait,
  ],
};
