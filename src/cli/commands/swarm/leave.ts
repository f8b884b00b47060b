/** `docker swarm leave`. */
import type { Command } from '../../command';
import { noArgs } from '../../command';
import { post } from '../../client';
import { line } from '../../invocation';

export const swarmLeave: Command = {
  kind: 'command',
  name: 'leave',
  usage: '[OPTIONS]',
  summary: 'Leave the swarm',
  flags: [
    {
      name: 'force',
      short: 'f',
      type: 'bool',
      help: 'Force this node to leave the swarm, ignoring warnings',
    },
  ],
  args: noArgs,
  *run({ flags }) {
    yield* post('/swarm/leave', { query: { force: flags.bool('force') ? 1 : undefined } });
    yield* line('Node left the swarm.');
  },
};
