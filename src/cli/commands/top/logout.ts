/** `docker logout`. */
import type { Command } from '../../command';
import { atMost } from '../../command';
import { get } from '../../client';
import { line } from '../../invocation';
import { HUB } from './login';

export const logout: Command = {
  kind: 'command',
  name: 'logout',
  usage: '[SERVER]',
  summary: 'Log out from a Docker registry',
  long:
    'Log out from a Docker registry.\nIf no server is specified, the default is ' +
    'defined by the daemon.',
  flags: [],
  args: atMost(1),
  completes: ['none'],
  *run({ args }) {
    if (args.length === 0) yield* get('/info');
    yield* line(`Removing login credentials for ${args[0] ?? HUB}`);
  },
};
