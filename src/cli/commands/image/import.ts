/** `docker image import`: declared, so that its help is right; not simulated yet. */
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { notSimulated } from '../../errors';

export const imageImport: Command = {
  kind: 'command',
  name: 'import',
  usage: '[OPTIONS] file|URL|- [REPOSITORY[:TAG]]',
  summary: 'Import the contents from a tarball to create a filesystem image',
  flags: [
    {
      name: 'change',
      short: 'c',
      type: 'list',
      help: 'Apply Dockerfile instruction to the created image',
    },
    { name: 'message', short: 'm', type: 'string', help: 'Set commit message for imported image' },
    { name: 'platform', type: 'string', help: 'Set platform if server is multi-platform capable' },
  ],
  args: atLeast(1),
  completes: ['file'],
  // eslint-disable-next-line require-yield
  *run() {
    throw notSimulated('importing images from archives');
  },
};
