/** `docker secret rm`. */
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { remove } from '../../client';
import { forEach } from '../container/each';

export const secretRm: Command = {
  kind: 'command',
  name: 'rm',
  usage: 'SECRET [SECRET...]',
  summary: 'Remove one or more secrets',
  aliases: ['remove'],
  flags: [],
  args: atLeast(1),
  completes: ['secret'],
  *run({ args }) {
    yield* forEach(args, (name) => remove(`/secrets/${name}`, { missing: ['secret', name] }));
  },
};
