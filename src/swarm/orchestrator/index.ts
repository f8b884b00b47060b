export { ConstraintEnforcer } from './constraint-enforcer';
export { deepEqual, tasksEqualStable } from './equality';
export { GlobalOrchestrator } from './global';
export { JobsOrchestrator } from './jobs';
export { ReplicatedOrchestrator } from './replicated';
export { TaskReaper } from './task-reaper';
export * from './task-state';
export { isInvalidNode, isJob, serviceKind, type ServiceKind } from './tasks';
export * from './writing';
