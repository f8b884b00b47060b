/** `docker kill`. */
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { post } from '../../client';
import { forEach } from './each';

export const containerKill: Command = {
  kind: 'command',
  name: 'kill',
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  summary: 'Kill one or more running containers',
  flags: [
    {
      name: 'signal',
      short: 's',
      type: 'string',
      help: 'Signal to send to the container (default "KILL")',
      preset: 'KILL',
    },
  ],
  args: atLeast(1),
  completes: ['container'],
  *run({ args, flags }) {
    yield* forEach(args, (name) =>
      post(`/containers/${name}/kill`, { query: { signal: flags.text('signal') } }),
    );
  },
};
