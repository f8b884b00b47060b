/** `docker swarm init`. */
import type { Command } from '../../command';
import { noArgs } from '../../command';
import { get, post } from '../../client';
import { CliError } from '../../errors';
import { out } from '../../invocation';
import { printJoinCommand, printUnlockCommand } from './join-command';
import { applySwarmFlags, emptySpec } from './spec';

export const swarmInit: Command = {
  kind: 'command',
  name: 'init',
  usage: '[OPTIONS]',
  summary: 'Initialize a swarm',
  flags: [
    {
      name: 'advertise-addr',
      type: 'string',
      help: 'Advertised address (format: <ip|interface>[:port])',
    },
    {
      name: 'autolock',
      type: 'bool',
      help: 'Enable manager autolocking (requiring an unlock key to start a stopped ' + 'manager)',
    },
    {
      name: 'availability',
      type: 'string',
      help: 'Availability of the node ("active"|"pause"|"drain") (default "active")',
      preset: 'active',
    },
    {
      name: 'cert-expiry',
      type: 'duration',
      help: 'Validity period for node certificates (ns|us|ms|s|m|h) (default 2160h0m0s)',
      preset: '2160h0m0s',
    },
    {
      name: 'data-path-addr',
      type: 'string',
      help: 'Address or interface to use for data path traffic (format: <ip|interface>)',
    },
    {
      name: 'data-path-port',
      type: 'uint32',
      help:
        'Port number to use for data path traffic (1024 - 49151). If no value is set ' +
        'or is set to 0, the default port (4789) is used.',
    },
    {
      name: 'default-addr-pool',
      type: 'ipNetSlice',
      help: 'default address pool in CIDR format (default [])',
    },
    {
      name: 'default-addr-pool-mask-length',
      type: 'uint32',
      help: 'default address pool subnet mask length (default 24)',
      preset: '24',
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
    {
      name: 'force-new-cluster',
      type: 'bool',
      help: 'Force create a new cluster from current state',
    },
    {
      name: 'listen-addr',
      type: 'node-addr',
      help: 'Listen address (format: <ip|interface>[:port]) (default 0.0.0.0:2377)',
      preset: '0.0.0.0:2377',
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
  *run({ flags }) {
    const spec = emptySpec();
    applySwarmFlags(spec, flags);
    let availability = '';
    if (flags.changed('availability')) {
      availability = flags.text('availability').toLowerCase();
      if (!['active', 'pause', 'drain'].includes(availability))
        throw new CliError(
          `invalid availability "${availability}", only active, pause and drain are supported`,
        );
    }
    const pools = flags.list('default-addr-pool');
    const body = {
      ListenAddr: flags.text('listen-addr'),
      AdvertiseAddr: flags.text('advertise-addr'),
      DataPathAddr: flags.text('data-path-addr'),
      DataPathPort: flags.number('data-path-port'),
      ForceNewCluster: flags.bool('force-new-cluster'),
      Spec: spec,
      AutoLockManagers: spec.EncryptionConfig.AutoLockManagers,
      Availability: availability,
      DefaultAddrPool: pools.length === 0 ? null : pools,
      SubnetSize: flags.number('default-addr-pool-mask-length'),
    };
    let node: string;
    try {
      node = yield* post<string>('/swarm/init', { body });
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      if (
        /could not choose an IP address to advertise|could not find the system's IP address/.test(
          error.message,
        )
      )
        throw new CliError(`${error.message} - specify one with --advertise-addr`);
      throw error;
    }
    yield* out(`Swarm initialized: current node (${node}) is now a manager.\n\n`);
    yield* printJoinCommand(node, true, false);
    yield* out(
      "To add a manager to this swarm, run 'docker swarm join-token manager' " +
        'and follow the instructions.\n\n',
    );
    if (!body.AutoLockManagers) return;
    const { UnlockKey } = yield* get<{ UnlockKey: string }>('/swarm/unlockkey');
    yield* printUnlockCommand(UnlockKey);
  },
};
