/**
 * The parts of a leader in the order in which they start (swarmkit `manager.Manager.becomeLeader`):
 * dispatcher, log broker, allocator, scheduler, constraint enforcer, task reaper, replicated, jobs and
 * global orchestrators. The certificate authority, key manager and role manager belong to cluster/.
 */
import type { LeaderComponentConstructor, NodeAgentConstructor } from './leader';

export const LEADER_COMPONENTS: readonly LeaderComponentConstructor[] = [];

/** The agent that every node runs; undefined until there is one. */
export const NODE_AGENT: NodeAgentConstructor | undefined = undefined;
