/** The command tree of docker 20.10: groups, and the short names of old at the top. */
import { shortcut, type Command, type Group } from '../command';
import { builderGroup } from './builder';
import { completionGroup } from './completion';
import { configGroup } from './config';
import { containerGroup } from './container';
import { contextGroup } from './context';
import { imageGroup } from './image';
import { manifestGroup } from './manifest';
import { networkGroup } from './network';
import { nodeGroup } from './node';
import { pluginGroup } from './plugin';
import { secretGroup } from './secret';
import { serviceGroup } from './service';
import { stackGroup } from './stack';
import { swarmGroup } from './swarm';
import { systemGroup } from './system';
import { trustGroup } from './trust';
import { volumeGroup } from './volume';
import { containerAttach } from './container/attach';
import { containerCommit } from './container/commit';
import { containerCp } from './container/cp';
import { containerCreate } from './container/create';
import { containerDiff } from './container/diff';
import { containerExec } from './container/exec';
import { containerExport } from './container/export';
import { containerKill } from './container/kill';
import { containerLogs } from './container/logs';
import { containerLs } from './container/ls';
import { containerPause } from './container/pause';
import { containerPort } from './container/port';
import { containerRename } from './container/rename';
import { containerRestart } from './container/restart';
import { containerRm } from './container/rm';
import { containerRun } from './container/run';
import { containerStart } from './container/start';
import { containerStats } from './container/stats';
import { containerStop } from './container/stop';
import { containerTop } from './container/top';
import { containerUnpause } from './container/unpause';
import { containerUpdate } from './container/update';
import { containerWait } from './container/wait';
import { imageBuild } from './image/build';
import { imageHistory } from './image/history';
import { imageImport } from './image/import';
import { imageLoad } from './image/load';
import { imageLs } from './image/ls';
import { imagePull } from './image/pull';
import { imagePush } from './image/push';
import { imageRm } from './image/rm';
import { imageSave } from './image/save';
import { imageTag } from './image/tag';
import { systemEvents } from './system/events';
import { systemInfo } from './system/info';
import { inspect } from './top/inspect';
import { login } from './top/login';
import { logout } from './top/logout';
import { search } from './top/search';
import { version } from './top/version';

const TOP: readonly Command[] = [
  inspect,
  login,
  logout,
  search,
  version,
  shortcut('attach', containerAttach),
  shortcut('commit', containerCommit),
  shortcut('cp', containerCp),
  shortcut('create', containerCreate),
  shortcut('diff', containerDiff),
  shortcut('exec', containerExec),
  shortcut('export', containerExport),
  shortcut('kill', containerKill),
  shortcut('logs', containerLogs),
  shortcut('pause', containerPause),
  shortcut('port', containerPort),
  shortcut('rename', containerRename),
  shortcut('restart', containerRestart),
  shortcut('rm', containerRm),
  shortcut('run', containerRun),
  shortcut('start', containerStart),
  shortcut('stats', containerStats),
  shortcut('stop', containerStop),
  shortcut('top', containerTop),
  shortcut('unpause', containerUnpause),
  shortcut('update', containerUpdate),
  shortcut('wait', containerWait),
  shortcut('ps', containerLs),
  shortcut('build', imageBuild),
  shortcut('history', imageHistory),
  shortcut('import', imageImport),
  shortcut('load', imageLoad),
  shortcut('pull', imagePull),
  shortcut('push', imagePush),
  shortcut('save', imageSave),
  shortcut('tag', imageTag),
  shortcut('images', imageLs),
  shortcut('rmi', imageRm),
  shortcut('events', systemEvents),
  shortcut('info', systemInfo),
];

export const root: Group = {
  kind: 'group',
  name: 'docker',
  summary: 'A self-sufficient runtime for containers',
  commands: [
    builderGroup,
    completionGroup,
    configGroup,
    containerGroup,
    contextGroup,
    imageGroup,
    manifestGroup,
    networkGroup,
    nodeGroup,
    pluginGroup,
    secretGroup,
    serviceGroup,
    stackGroup,
    swarmGroup,
    systemGroup,
    trustGroup,
    volumeGroup,
    ...TOP,
  ],
};
