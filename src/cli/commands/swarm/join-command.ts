/** The texts that tell how to join and how to unlock (docker/cli: cli/command/swarm). */
import type { Node, SwarmInfo } from '../../../api';
import type { Sys } from '../../../kernel';
import { get } from '../../client';
import { out } from '../../invocation';

export function* printJoinCommand(nodeId: string, worker: boolean, manager: boolean): Sys<void> {
  const node = yield* get<Node>(`/nodes/${nodeId}`, { missing: ['node', nodeId] });
  const swarm = yield* get<SwarmInfo>('/swarm');
  if (!node.ManagerStatus) return;
  const command = (role: string, token: string) =>
    `To add a ${role} to this swarm, run the following command:\n\n` +
    `    docker swarm join --token ${token} ${node.ManagerStatus!.Addr}\n\n`;
  if (worker) yield* out(command('worker', swarm.JoinTokens.Worker));
  if (manager) yield* out(command('manager', swarm.JoinTokens.Manager));
}

export function* printUnlockCommand(key: string): Sys<void> {
  if (key === '') return;
  yield* out(
    'To unlock a swarm manager after it restarts, run the `docker swarm unlock`\n' +
      `command and provide the following key:\n\n    ${key}\n\n` +
      'Please remember to store this key in a password manager, since without it you\n' +
      'will not be able to restart the manager.\n',
  );
}
