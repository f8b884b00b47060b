/** `docker swarm unlock-key`. */
import type { SwarmInfo } from '../../../api';
import type { Command } from '../../command';
import { noArgs } from '../../command';
import { get, post } from '../../client';
import { CliError, messageOf } from '../../errors';
import { line, out } from '../../invocation';
import { printUnlockCommand } from './join-command';
import { updateQuery } from './spec';

export const swarmUnlockKey: Command = {
  kind: 'command',
  name: 'unlock-key',
  usage: '[OPTIONS]',
  summary: 'Manage the unlock key',
  flags: [
    { name: 'quiet', short: 'q', type: 'bool', help: 'Only display token' },
    { name: 'rotate', type: 'bool', help: 'Rotate unlock key' },
  ],
  args: noArgs,
  *run({ flags }) {
    const quiet = flags.bool('quiet');
    if (flags.bool('rotate')) {
      const swarm = yield* get<SwarmInfo>('/swarm');
      if (!swarm.Spec.EncryptionConfig.AutoLockManagers)
        throw new CliError('cannot rotate because autolock is not turned on');
      yield* post('/swarm/update', {
        query: updateQuery(swarm.Version.Index, { rotateManagerUnlockKey: true }),
        body: swarm.Spec,
      });
      if (!quiet) yield* out('Successfully rotated manager unlock key.\n\n');
    }
    let key: string;
    try {
      key = (yield* get<{ UnlockKey: string }>('/swarm/unlockkey')).UnlockKey;
    } catch (error) {
      throw new CliError(`could not fetch unlock key: ${messageOf(error)}`);
    }
    if (key === '') throw new CliError('no unlock key is set');
    if (quiet) yield* line(key);
    else yield* printUnlockCommand(key);
  },
};
