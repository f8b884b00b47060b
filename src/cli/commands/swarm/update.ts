/** `docker swarm update`: without flags it shows its help. */
import type { SwarmInfo } from '../../../api';
import type { Command } from '../../command';
import { noArgs } from '../../command';
import { get, post } from '../../client';
import { messageOf, CliError } from '../../errors';
import { commandUsage } from '../../help';
import { line, out } from '../../invocation';
import { printUnlockCommand } from './join-command';
import { applySwarmFlags, updateQuery } from './spec';

export const swarmUpdate: Command = {
  kind: 'command',
  name: 'update',
  usage: '[OPTIONS]',
  summary: 'Update the swarm',
  flags: [
    { name: 'autolock', type: 'bool', help: 'Change manager autolocking setting (true|false)' },
    {
      name: 'cert-expiry',
      type: 'duration',
      help: 'Validity period for node certificates (ns|us|ms|s|m|h) (default 2160h0m0s)',
      preset: '2160h0m0s',
    },
    {
      name: 'dispatcher-heartbeat',
      type: 'duration',
      help: 'Dispatcher heartbeat period (ns|us|ms|s|m|h) (default 5s)',
      preset: '5s',
    },
    {
      name: 'external-ca',
      type: 'external-ca',
      help: 'Specifications of one or more certificate signing endpoints',
    },
    { name: 'max-snapshots', type: 'uint', help: 'Number of additional Raft snapshots to retain' },
    {
      name: 'snapshot-interval',
      type: 'uint',
      help: 'Number of log entries between Raft snapshots (default 10000)',
      preset: '10000',
    },
    {
      name: 'task-history-limit',
      type: 'int',
      help: 'Task history retention limit (default 5)',
      preset: '5',
    },
  ],
  args: noArgs,
  *run({ flags, path, command }) {
    if (!flags.flags.some((flag) => flags.changed(flag.name))) {
      yield* out(`\n${commandUsage(path, command)}`);
      return;
    }
    const swarm = yield* get<SwarmInfo>('/swarm');
    const locked = swarm.Spec.EncryptionConfig.AutoLockManagers;
    applySwarmFlags(swarm.Spec, flags);
    yield* post('/swarm/update', { query: updateQuery(swarm.Version.Index), body: swarm.Spec });
    yield* line('Swarm updated.');
    if (locked || !swarm.Spec.EncryptionConfig.AutoLockManagers) return;
    try {
      const { UnlockKey } = yield* get<{ UnlockKey: string }>('/swarm/unlockkey');
      yield* printUnlockCommand(UnlockKey);
    } catch (error) {
      throw new CliError(`could not fetch unlock key: ${messageOf(error)}`);
    }
  },
};
