export { describeAction, type Delivery } from './agenda';
export { Conductor, type ChaosAnswer, type NodeEntry, type Plan } from './conductor';
export type { Entry, Exported, NodeOutput, NodeResult, NodeWork } from './entry';
export { DEFAULT_LINK, type LinkSettings } from './link';
export { LocalCluster, type Computer, type MachineFactory } from './local-cluster';
export { NodeRunner, type Computation } from './node-runner';
export * from './scenario';
export type { ChannelCounts, Flight } from './traffic';
