/** `docker container cp`: declared, so that its help is right; not simulated yet. */
import type { Command } from '../../command';
import { exactly } from '../../command';
import { notSimulated } from '../../errors';

export const containerCp: Command = {
  kind: 'command',
  name: 'cp',
  usage:
    '[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n\tdocker cp [OPTIONS] SRC_PATH|- ' +
    'CONTAINER:DEST_PATH',
  summary: 'Copy files/folders between a container and the local filesystem',
  long:
    "Copy files/folders between a container and the local filesystem\n\nUse '-' as " +
    'the source to read a tar archive from stdin\nand extract it to a directory ' +
    "destination in a container.\nUse '-' as the destination to stream a tar " +
    'archive of a\ncontainer source to stdout.',
  flags: [
    {
      name: 'archive',
      short: 'a',
      type: 'bool',
      help: 'Archive mode (copy all uid/gid information)',
    },
    {
      name: 'follow-link',
      short: 'L',
      type: 'bool',
      help: 'Always follow symbol link in SRC_PATH',
    },
  ],
  args: exactly(2),
  completes: ['container', 'file'],
  // eslint-disable-next-line require-yield
  *run() {
    throw notSimulated('copying files from and to containers');
  },
};
