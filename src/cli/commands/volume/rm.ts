/** `docker volume rm`. */
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { remove } from '../../client';
import { forEach } from '../container/each';

export const volumeRm: Command = {
  kind: 'command',
  name: 'rm',
  usage: '[OPTIONS] VOLUME [VOLUME...]',
  summary: 'Remove one or more volumes',
  long:
    'Remove one or more volumes. You cannot remove a volume that is in use by a ' + 'container.',
  aliases: ['remove'],
  examples: '\n$ docker volume rm hello\nhello\n',
  flags: [
    { name: 'force', short: 'f', type: 'bool', help: 'Force the removal of one or more volumes' },
  ],
  args: atLeast(1),
  completes: ['volume'],
  *run({ flags, args }) {
    const query = { force: flags.bool('force') ? 1 : undefined };
    yield* forEach(args, (name) =>
      remove(`/volumes/${name}`, { query, missing: ['volume', name] }),
    );
  },
};
