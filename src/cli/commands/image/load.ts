/** `docker image load`: declared, so that its help is right; not simulated yet. */
import type { Command } from '../../command';
import { noArgs } from '../../command';
import { notSimulated } from '../../errors';

export const imageLoad: Command = {
  kind: 'command',
  name: 'load',
  usage: '[OPTIONS]',
  summary: 'Load an image from a tar archive or STDIN',
  flags: [
    {
      name: 'input',
      short: 'i',
      type: 'string',
      help: 'Read from tar archive file, instead of STDIN',
    },
    { name: 'quiet', short: 'q', type: 'bool', help: 'Suppress the load output' },
  ],
  args: noArgs,
  completes: ['none'],
  // eslint-disable-next-line require-yield
  *run() {
    throw notSimulated('loading images from archives');
  },
};
