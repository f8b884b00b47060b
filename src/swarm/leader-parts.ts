/**
 * The parts of a leader in the order in which they start (swarmkit `manager.Manager.becomeLeader`):
 * the agents' connections, dispatcher, log broker, allocator, scheduler, constraint enforcer, task reaper, replicated, jobs and
 * global orchestrators. The certificate authority, key manager and role manager belong to cluster/.
 */
import { Agent } from './agent';
import { Allocator } from './allocator';
import { AgentStreams, Dispatcher } from './dispatcher';
import type { LeaderComponentConstructor, NodeAgentConstructor } from './leader';
import { LogBroker } from './logbroker';
import {
  ConstraintEnforcer,
  GlobalOrchestrator,
  JobsOrchestrator,
  ReplicatedOrchestrator,
  TaskReaper,
} from './orchestrator';
import { Scheduler } from './scheduler';

export const LEADER_COMPONENTS: readonly LeaderComponentConstructor[] = [
  AgentStreams,
  Dispatcher,
  LogBroker,
  Allocator,
  Scheduler,
  ConstraintEnforcer,
  TaskReaper,
  ReplicatedOrchestrator,
  JobsOrchestrator,
  GlobalOrchestrator,
];

/** The agent that every node runs. */
export const NODE_AGENT: NodeAgentConstructor | undefined = Agent;
