export { ConstraintEnforcer } from './constraint-enforcer';
export { GlobalOrchestrator } from './global';
export { JobsOrchestrator } from './jobs';
export { ReplicatedOrchestrator } from './replicated';
export { TaskReaper } from './task-reaper';
export { isTaskDirty } from './tasks';
