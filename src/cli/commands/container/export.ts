/** `docker container export`: declared, so that its help is right; not simulated yet. */
import type { Command } from '../../command';
import { exactly } from '../../command';
import { notSimulated } from '../../errors';

export const containerExport: Command = {
  kind: 'command',
  name: 'export',
  usage: '[OPTIONS] CONTAINER',
  summary: "Export a container's filesystem as a tar archive",
  flags: [
    { name: 'output', short: 'o', type: 'string', help: 'Write to a file, instead of STDOUT' },
  ],
  args: exactly(1),
  completes: ['container', 'none'],
  // eslint-disable-next-line require-yield
  *run() {
    throw notSimulated('exporting containers to archives');
  },
};
