/** `docker network connect`. */
import type { Command } from '../../command';
import { exactly } from '../../command';
import { post } from '../../client';
import { CliError } from '../../errors';

export const networkConnect: Command = {
  kind: 'command',
  name: 'connect',
  usage: '[OPTIONS] NETWORK CONTAINER',
  summary: 'Connect a container to a network',
  flags: [
    { name: 'alias', type: 'strings', help: 'Add network-scoped alias for the container' },
    { name: 'driver-opt', type: 'strings', help: 'driver options for the network' },
    { name: 'ip', type: 'string', help: 'IPv4 address (e.g., 172.30.100.104)' },
    { name: 'ip6', type: 'string', help: 'IPv6 address (e.g., 2001:db8::33)' },
    { name: 'link', type: 'list', help: 'Add link to another container' },
    { name: 'link-local-ip', type: 'strings', help: 'Add a link-local address for the container' },
  ],
  args: exactly(2),
  completes: ['network', 'container', 'none'],
  *run({ flags, args }) {
    const driverOpts: Record<string, string> = {};
    for (const text of flags.words('driver-opt')) {
      const mark = text.indexOf('=');
      if (mark < 0) throw new CliError('invalid key/value pair format in driver options');
      driverOpts[text.slice(0, mark).trim().toLowerCase()] = text.slice(mark + 1).trim();
    }
    const list = (name: string) => (flags.changed(name) ? flags.words(name) : null);
    const local = flags.words('link-local-ip');
    yield* post(`/networks/${args[0]!}/connect`, {
      body: {
        Container: args[1],
        EndpointConfig: {
          IPAMConfig: {
            ...(flags.text('ip') ? { IPv4Address: flags.text('ip') } : {}),
            ...(flags.text('ip6') ? { IPv6Address: flags.text('ip6') } : {}),
            ...(local.length > 0 ? { LinkLocalIPs: local } : {}),
          },
          Links: list('link'),
          Aliases: flags.words('alias'),
          NetworkID: '',
          EndpointID: '',
          Gateway: '',
          IPAddress: '',
          IPPrefixLen: 0,
          IPv6Gateway: '',
          GlobalIPv6Address: '',
          GlobalIPv6PrefixLen: 0,
          MacAddress: '',
          DriverOpts: driverOpts,
        },
      },
    });
  },
};
