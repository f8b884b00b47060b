export type * from './contract';
export { NetworkController, type NetworkOptions } from './controller';
export { NetworkDisk } from './network-disk';
