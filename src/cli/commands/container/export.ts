/** `docker container export` (docker/cli: cli/command/container/export.go). */
import type { Command } from '../../command';
import { exactly } from '../../command';
import { open } from '../../client';
import { toOutput } from '../../output-file';

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
  *run({ name, flags }) {
    yield* toOutput(flags.text('output'), 'failed to export container', function* () {
      return (yield* open('GET', `/containers/${name}/export`)).fd;
    });
  },
};
