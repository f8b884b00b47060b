export * from './message';
export * from './node';
export * from './quorum';
export { EMPTY_SNAPSHOT } from './raft';
export type { HardState, RaftConfig, ReadState, Role, StoredState } from './raft';
