/** `docker swarm join-token`. */
import type { SwarmInfo, SwarmStatus } from '../../../api';
import type { Command } from '../../command';
import { exactly } from '../../command';
import { get, post } from '../../client';
import { CliError } from '../../errors';
import { line, out } from '../../invocation';
import { printJoinCommand } from './join-command';
import { updateQuery } from './spec';

export const swarmJoinToken: Command = {
  kind: 'command',
  name: 'join-token',
  usage: '[OPTIONS] (worker|manager)',
  summary: 'Manage join tokens',
  flags: [
    { name: 'quiet', short: 'q', type: 'bool', help: 'Only display token' },
    { name: 'rotate', type: 'bool', help: 'Rotate join token' },
  ],
  args: exactly(1),
  completes: ['join-token', 'none'],
  *run({ flags, name: role }) {
    const worker = role === 'worker';
    const manager = role === 'manager';
    if (!worker && !manager) throw new CliError(`unknown role ${role}`);
    const quiet = flags.bool('quiet');
    if (flags.bool('rotate')) {
      const swarm = yield* get<SwarmInfo>('/swarm');
      yield* post('/swarm/update', {
        query: updateQuery(swarm.Version.Index, {
          rotateWorkerToken: worker,
          rotateManagerToken: manager,
        }),
        body: swarm.Spec,
      });
      if (!quiet) yield* out(`Successfully rotated ${role} join token.\n\n`);
    }
    // Asked in any case, so that refusals come from here.
    const swarm = yield* get<SwarmInfo>('/swarm');
    if (quiet) {
      yield* line(worker ? swarm.JoinTokens.Worker : swarm.JoinTokens.Manager);
      return;
    }
    const info = yield* get<{ Swarm: SwarmStatus }>('/info');
    yield* printJoinCommand(info.Swarm.NodeID, worker, manager);
  },
};
