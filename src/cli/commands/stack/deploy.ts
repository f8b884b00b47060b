/** `docker stack deploy`: refuses as the real one does; compose files are not simulated yet. */
import type { Command } from '../../command';
import { exactly } from '../../command';
import { get } from '../../client';
import { CliError, notSimulated } from '../../errors';
import { readUserFile } from '../../files';
import type { SwarmStatus } from '../../../api';
import { checkStackName } from './find';

const NOT_A_MANAGER =
  'this node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect ' +
  'this node to swarm and try again';

export const stackDeploy: Command = {
  kind: 'command',
  name: 'deploy',
  usage: '[OPTIONS] STACK',
  summary: 'Deploy a new stack or update an existing stack',
  aliases: ['up'],
  flags: [
    {
      name: 'compose-file',
      short: 'c',
      type: 'strings',
      help: 'Path to a Compose file, or "-" to read from stdin',
    },
    { name: 'orchestrator', type: 'string', help: 'Orchestrator to use (swarm|kubernetes|all)' },
    { name: 'prune', type: 'bool', help: 'Prune services that are no longer referenced' },
    {
      name: 'resolve-image',
      type: 'string',
      help:
        'Query the registry to resolve image digest and supported platforms ' +
        '("always"|"changed"|"never") (default "always")',
      preset: 'always',
    },
    {
      name: 'with-registry-auth',
      type: 'bool',
      help: 'Send registry authentication details to Swarm agents',
    },
  ],
  args: exactly(1),
  completes: ['stack', 'none'],
  *run({ flags, name }) {
    yield* checkStackName(name);
    const files = flags.words('compose-file');
    if (files.length === 0)
      throw new CliError('Please specify a Compose file (with --compose-file)');
    for (const file of files) if (file !== '-') yield* readUserFile(file);
    const info = yield* get<{ Swarm: SwarmStatus }>('/info');
    if (!info.Swarm.ControlAvailable) throw new CliError(NOT_A_MANAGER);
    throw notSimulated('stack deploy (compose files)');
  },
};
