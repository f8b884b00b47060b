export type { NetworkInterface } from './addresses';
export { SwarmDisk, type NodeIdentity } from './identity';
export type { SwarmHost } from './node-life';
export type { StatusReceiver } from './status';
export { SwarmNode, type SwarmNodeDeps } from './swarm-node';
