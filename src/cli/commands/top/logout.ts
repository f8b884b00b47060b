/** `docker logout`: what a login has kept is removed (docker/cli: cli/command/registry/logout.go). */
import type { Command } from '../../command';
import { atMost } from '../../command';
import { get } from '../../client';
import { line } from '../../invocation';
import { HUB, forgetLogin, serverKey } from '../../registry-auth';

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
  *run({ args, env }) {
    if (args.length === 0) yield* get('/info');
    const server = serverKey(args[0] ?? HUB);
    yield* line(`Removing login credentials for ${server}`);
    yield* forgetLogin(env, server);
  },
};
