/**
 * "self" and empty mean the node that the command runs on (docker/cli:
 * cli/command/node/cmd.go).
 */
import type { Node, SwarmStatus } from '../../../api';
import type { Sys } from '../../../kernel';
import { get } from '../../client';
import { CliError } from '../../errors';

export function* nodeReference(name: string): Sys<string> {
  if (name !== 'self') return name;
  const info = yield* get<{ Swarm: SwarmStatus }>('/info');
  if (info.Swarm.NodeID !== '') return info.Swarm.NodeID;
  // Not a member: the list of nodes has the daemon's own words for that.
  yield* get('/nodes');
  throw new CliError('node ID not found in /info');
}

export function* inspectNode(name: string): Sys<Node> {
  return yield* get<Node>(`/nodes/${name}`, { missing: ['node', name] });
}
