/** `docker swarm join`. */
import type { SwarmStatus } from '../../../api';
import type { Command } from '../../command';
import { exactly } from '../../command';
import { get, post } from '../../client';
import { CliError } from '../../errors';
import { line } from '../../invocation';

export const swarmJoin: Command = {
  kind: 'command',
  name: 'join',
  usage: '[OPTIONS] HOST:PORT',
  summary: 'Join a swarm as a node and/or manager',
  flags: [
    {
      name: 'advertise-addr',
      type: 'string',
      help: 'Advertised address (format: <ip|interface>[:port])',
    },
    {
      name: 'availability',
      type: 'string',
      help: 'Availability of the node ("active"|"pause"|"drain") (default "active")',
      preset: 'active',
    },
    {
      name: 'data-path-addr',
      type: 'string',
      help: 'Address or interface to use for data path traffic (format: <ip|interface>)',
    },
    {
      name: 'listen-addr',
      type: 'node-addr',
      help: 'Listen address (format: <ip|interface>[:port]) (default 0.0.0.0:2377)',
      preset: '0.0.0.0:2377',
    },
    { name: 'token', type: 'string', help: 'Token for entry into the swarm' },
  ],
  args: exactly(1),
  completes: ['none'],
  *run({ flags, name }) {
    let availability = '';
    if (flags.changed('availability')) {
      availability = flags.text('availability').toLowerCase();
      if (!['active', 'pause', 'drain'].includes(availability))
        throw new CliError(
          `invalid availability "${availability}", only active, pause and drain are supported`,
        );
    }
    yield* post('/swarm/join', {
      body: {
        ListenAddr: flags.text('listen-addr'),
        AdvertiseAddr: flags.text('advertise-addr'),
        DataPathAddr: flags.text('data-path-addr'),
        RemoteAddrs: [name],
        JoinToken: flags.text('token'),
        Availability: availability,
      },
    });
    const info = yield* get<{ Swarm: SwarmStatus }>('/info');
    const role = info.Swarm.ControlAvailable ? 'manager' : 'worker';
    yield* line(`This node joined a swarm as a ${role}.`);
  },
};
