/** `docker rename`. */
import type { Command } from '../../command';
import { exactly } from '../../command';
import { post } from '../../client';
import { CliError } from '../../errors';
import { report } from './each';

export const containerRename: Command = {
  kind: 'command',
  name: 'rename',
  usage: 'CONTAINER NEW_NAME',
  summary: 'Rename a container',
  flags: [],
  args: exactly(2),
  completes: ['container', 'none'],
  *run({ args }) {
    const from = args[0]!.trim();
    const to = args[1]!.trim();
    if (from === '' || to === '')
      throw new CliError('Error: Neither old nor new names may be empty');
    try {
      yield* post(`/containers/${from}/rename`, { query: { name: to } });
    } catch (error) {
      yield* report(error);
      throw new CliError(`Error: failed to rename container named ${from}`);
    }
  },
};
