/** `docker config rm`. */
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { remove } from '../../client';
import { forEach } from '../container/each';

export const configRm: Command = {
  kind: 'command',
  name: 'rm',
  usage: 'CONFIG [CONFIG...]',
  summary: 'Remove one or more configs',
  aliases: ['remove'],
  flags: [],
  args: atLeast(1),
  completes: ['config'],
  *run({ args }) {
    yield* forEach(args, (name) => remove(`/configs/${name}`, { missing: ['config', name] }));
  },
};
