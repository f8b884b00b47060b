/** `docker stop`. */
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { post } from '../../client';
import { forEach } from './each';

export const containerStop: Command = {
  kind: 'command',
  name: 'stop',
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  summary: 'Stop one or more running containers',
  flags: [
    {
      name: 'time',
      short: 't',
      type: 'int',
      help: 'Seconds to wait for stop before killing it (default 10)',
      preset: '10',
    },
  ],
  args: atLeast(1),
  completes: ['container'],
  *run({ args, flags }) {
    yield* forEach(args, (name) =>
      post(`/containers/${name}/stop`, {
        query: { t: flags.changed('time') ? flags.number('time') : undefined },
      }),
    );
  },
};
