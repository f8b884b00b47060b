/** `docker restart`. */
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { post } from '../../client';
import { forEach } from './each';

export const containerRestart: Command = {
  kind: 'command',
  name: 'restart',
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  summary: 'Restart one or more containers',
  flags: [
    {
      name: 'time',
      short: 't',
      type: 'int',
      help: 'Seconds to wait for stop before killing the container (default 10)',
      preset: '10',
    },
  ],
  args: atLeast(1),
  completes: ['container'],
  *run({ args, flags }) {
    yield* forEach(args, (name) =>
      post(`/containers/${name}/restart`, {
        query: { t: flags.changed('time') ? flags.number('time') : undefined },
      }),
    );
  },
};
