/** The one door of the engine. */
export { Engine, type EngineScreen } from './engine';
export {
  EngineDisk,
  type Completion,
  type EngineOptions,
  type NamespaceFinder,
  type SwarmFace,
} from './core';
export { hubRepositories, type HubName } from './content/hub';
export { pullReference } from './images/routes';
export type { PullWatcher } from './images/pulling';
export type { Image } from './content/image';
export { hostileLab } from './images/hostile-lab';
export { layersLab } from './images/layers-lab';
export type { TarEntry } from './content/tar-writer';
export type { LayerNode } from './content/layer';
export { UnionFs } from './files/union-fs';
export type { UnionInode, UpperNode } from './files/union-inode';
export { createContainer, type CreateOptions } from './containers/create';
export type { CreateRequest, HostConfig } from './containers/host-config';
export type { Container, ContainerFile, ExitWaiter } from './containers/container';
export type { HealthListener } from './containers/health';
export { selectEntries, wantsEntry, type LogEntry, type LogListener } from './containers/log';
export { randomContainerName } from './container-names';
export { formatFixedTime, formatTime } from './time';
export { enginePrograms } from './programs';
export * from './network';
