/** The one door of a simulated node: what the hosts make machines with. */
export { createMachine } from './machine';
export { programs } from './programs';
