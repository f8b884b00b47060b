export { label, nodeMatches, parseConstraints, storedConstraints } from './constraint';
export type { Constraint, ConstraintNode } from './constraint';
export { Scheduler } from './scheduler';
