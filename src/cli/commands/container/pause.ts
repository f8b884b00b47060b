/** `docker pause`. */
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { post } from '../../client';
import { forEach } from './each';

export const containerPause: Command = {
  kind: 'command',
  name: 'pause',
  usage: 'CONTAINER [CONTAINER...]',
  summary: 'Pause all processes within one or more containers',
  flags: [],
  args: atLeast(1),
  completes: ['container'],
  *run({ args }) {
    yield* forEach(args, (name) => post(`/containers/${name}/pause`));
  },
};
