export * from './disk';
export * from './factory';
export type { ConsensusPorts, RaftWire } from './ports';
