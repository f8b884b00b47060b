export * from './cluster';
export type { ControlRequest, NetworkFilters } from './control';
export * from './leader';
export { toApiError, type Failure, type FailureCause, type RpcReply } from './rpc';
export * from './seams';
export * from './store';
