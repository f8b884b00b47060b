export type * from './contract';
export { NetworkController, type NetworkOptions } from './controller';
