/** `docker network disconnect`. */
import type { Command } from '../../command';
import { exactly } from '../../command';
import { post } from '../../client';

export const networkDisconnect: Command = {
  kind: 'command',
  name: 'disconnect',
  usage: '[OPTIONS] NETWORK CONTAINER',
  summary: 'Disconnect a container from a network',
  flags: [
    {
      name: 'force',
      short: 'f',
      type: 'bool',
      help: 'Force the container to disconnect from a network',
    },
  ],
  args: exactly(2),
  completes: ['network', 'container', 'none'],
  *run({ flags, args }) {
    const body = { Container: args[1], Force: flags.bool('force') };
    yield* post(`/networks/${args[0]!}/disconnect`, { body });
  },
};
