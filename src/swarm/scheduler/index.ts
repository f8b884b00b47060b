export { parseConstraints } from './constraint';
export { Scheduler } from './scheduler';
