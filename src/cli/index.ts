/**
 * The docker command line: one program over system calls, which talks to the engine's API only.
 */
export { dockerProgram } from './program';
export { root as dockerCommands } from './commands';
export type { Command, Flag, Group } from './command';
