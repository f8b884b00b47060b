/** `docker container inspect`. */
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { inspectAll } from '../../inspect';
import { findContainer } from './find';

export const containerInspect: Command = {
  kind: 'command',
  name: 'inspect',
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  summary: 'Display detailed information on one or more containers',
  flags: [
    {
      name: 'format',
      short: 'f',
      type: 'string',
      help: 'Format the output using the given Go template',
    },
    { name: 'size', short: 's', type: 'bool', help: 'Display total file sizes' },
  ],
  args: atLeast(1),
  completes: ['container'],
  *run({ flags, args }) {
    yield* inspectAll(args, flags.text('format'), (name) =>
      findContainer(name, flags.bool('size')),
    );
  },
};
