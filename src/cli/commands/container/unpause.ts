/** `docker unpause`. */
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { post } from '../../client';
import { forEach } from './each';

export const containerUnpause: Command = {
  kind: 'command',
  name: 'unpause',
  usage: 'CONTAINER [CONTAINER...]',
  summary: 'Unpause all processes within one or more containers',
  flags: [],
  args: atLeast(1),
  completes: ['container'],
  *run({ args }) {
    yield* forEach(args, (name) => post(`/containers/${name}/unpause`));
  },
};
