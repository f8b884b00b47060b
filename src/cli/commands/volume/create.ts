/** `docker volume create`. */
import type { Command } from '../../command';
import { atMost } from '../../command';
import { post } from '../../client';
import { CliError } from '../../errors';
import { line } from '../../invocation';

export const volumeCreate: Command = {
  kind: 'command',
  name: 'create',
  usage: '[OPTIONS] [VOLUME]',
  summary: 'Create a volume',
  flags: [
    { name: 'name', type: 'string', help: 'Specify volume name', hidden: true },
    {
      name: 'driver',
      short: 'd',
      type: 'string',
      help: 'Specify volume driver name (default "local")',
      preset: 'local',
    },
    { name: 'label', type: 'list', help: 'Set metadata for a volume' },
    { name: 'opt', short: 'o', type: 'map', help: 'Set driver specific options (default map[])' },
  ],
  args: atMost(1),
  completes: ['none'],
  *run({ flags, args }) {
    let name = flags.text('name');
    if (args.length === 1) {
      if (name !== '')
        throw new CliError(
          'conflicting options: either specify --name or provide positional arg, not both',
        );
      name = args[0]!;
    }
    const volume = yield* post<{ Name: string }>('/volumes/create', {
      body: {
        Driver: flags.text('driver'),
        DriverOpts: flags.map('opt'),
        Labels: flags.map('label'),
        Name: name,
      },
    });
    yield* line(volume.Name);
  },
};
