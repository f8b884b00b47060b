/** `docker image save`: declared, so that its help is right; not simulated yet. */
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { notSimulated } from '../../errors';

export const imageSave: Command = {
  kind: 'command',
  name: 'save',
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  summary: 'Save one or more images to a tar archive (streamed to STDOUT by default)',
  flags: [
    { name: 'output', short: 'o', type: 'string', help: 'Write to a file, instead of STDOUT' },
  ],
  args: atLeast(1),
  completes: ['image'],
  // eslint-disable-next-line require-yield
  *run() {
    throw notSimulated('saving images to archives');
  },
};
