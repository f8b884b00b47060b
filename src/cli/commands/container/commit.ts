/** `docker container commit`: declared, so that its help is right; not simulated yet. */
import type { Command } from '../../command';
import { between } from '../../command';
import { notSimulated } from '../../errors';

export const containerCommit: Command = {
  kind: 'command',
  name: 'commit',
  usage: '[OPTIONS] CONTAINER [REPOSITORY[:TAG]]',
  summary: "Create a new image from a container's changes",
  flags: [
    {
      name: 'author',
      short: 'a',
      type: 'string',
      help: 'Author (e.g., "John Hannibal Smith <hannibal@a-team.com>")',
    },
    {
      name: 'change',
      short: 'c',
      type: 'list',
      help: 'Apply Dockerfile instruction to the created image',
    },
    { name: 'message', short: 'm', type: 'string', help: 'Commit message' },
    {
      name: 'pause',
      short: 'p',
      type: 'bool',
      help: 'Pause container during commit (default true)',
      preset: 'true',
    },
  ],
  args: between(1, 2),
  completes: ['container', 'none'],
  // eslint-disable-next-line require-yield
  *run() {
    throw notSimulated('committing containers to images');
  },
};
