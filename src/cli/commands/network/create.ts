/** `docker network create`. */
import type { Command } from '../../command';
import { exactly } from '../../command';
import { post } from '../../client';
import { CliError } from '../../errors';
import type { FlagSet } from '../../flags';
import { line } from '../../invocation';

interface IpamEntry {
  Subnet: string;
  IPRange?: string;
  Gateway?: string;
  AuxiliaryAddresses?: Record<string, string>;
}

const bitsOf = (address: string) =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

/** Does the subnet (CIDR) hold the address or the first address of the range? */
function contains(subnet: string, text: string): boolean {
  const [base, length] = subnet.split('/') as [string, string];
  const size = 2 ** (32 - Number(length));
  const first = Math.floor(bitsOf(base) / size);
  return Math.floor(bitsOf(text.split('/')[0]!) / size) === first;
}

/** Ranges, gateways and further addresses belong to the subnet that holds them. */
function ipamConfig(flags: FlagSet): IpamEntry[] {
  const subnets = flags.words('subnet');
  const ranges = flags.words('ip-range');
  const gateways = flags.words('gateway');
  const auxiliary = flags.map('aux-address');
  if (subnets.length < ranges.length || subnets.length < gateways.length)
    throw new CliError('every ip-range or gateway must have a corresponding subnet');
  const entries = subnets.map((subnet): IpamEntry => ({ Subnet: subnet }));
  const owner = (text: string, what: string) => {
    const entry = entries.find((item) => contains(item.Subnet, text));
    if (!entry) throw new CliError(`no matching subnet for ${what} ${text}`);
    return entry;
  };
  for (const range of ranges) owner(range, 'range').IPRange = range;
  for (const gateway of gateways) owner(gateway, 'gateway').Gateway = gateway;
  for (const [key, address] of Object.entries(auxiliary))
    (owner(address, 'aux-address').AuxiliaryAddresses ??= {})[key] = address;
  return entries.map(({ Subnet, IPRange, Gateway, AuxiliaryAddresses }) => ({
    Subnet,
    ...(IPRange === undefined ? {} : { IPRange }),
    ...(Gateway === undefined ? {} : { Gateway }),
    ...(AuxiliaryAddresses === undefined ? {} : { AuxiliaryAddresses }),
  }));
}

export const networkCreate: Command = {
  kind: 'command',
  name: 'create',
  usage: '[OPTIONS] NETWORK',
  summary: 'Create a network',
  flags: [
    { name: 'attachable', type: 'bool', help: 'Enable manual container attachment' },
    {
      name: 'aux-address',
      type: 'map',
      help: 'Auxiliary IPv4 or IPv6 addresses used by Network driver (default map[])',
    },
    {
      name: 'config-from',
      type: 'string',
      help: 'The network from which to copy the configuration',
    },
    { name: 'config-only', type: 'bool', help: 'Create a configuration only network' },
    {
      name: 'driver',
      short: 'd',
      type: 'string',
      help: 'Driver to manage the Network (default "bridge")',
      preset: 'bridge',
    },
    { name: 'gateway', type: 'strings', help: 'IPv4 or IPv6 Gateway for the master subnet' },
    { name: 'ingress', type: 'bool', help: 'Create swarm routing-mesh network' },
    { name: 'internal', type: 'bool', help: 'Restrict external access to the network' },
    { name: 'ip-range', type: 'strings', help: 'Allocate container ip from a sub-range' },
    {
      name: 'ipam-driver',
      type: 'string',
      help: 'IP Address Management Driver (default "default")',
      preset: 'default',
    },
    { name: 'ipam-opt', type: 'map', help: 'Set IPAM driver specific options (default map[])' },
    { name: 'ipv6', type: 'bool', help: 'Enable IPv6 networking' },
    { name: 'label', type: 'list', help: 'Set metadata on a network' },
    { name: 'opt', short: 'o', type: 'map', help: 'Set driver specific options (default map[])' },
    { name: 'scope', type: 'string', help: "Control the network's scope" },
    {
      name: 'subnet',
      type: 'strings',
      help: 'Subnet in CIDR format that represents a network segment',
    },
  ],
  args: exactly(1),
  completes: ['none'],
  *run({ flags, name }) {
    const from = flags.text('config-from');
    const created = yield* post<{ Id: string; Warning: string }>('/networks/create', {
      body: {
        CheckDuplicate: true,
        Driver: flags.text('driver'),
        Scope: flags.text('scope'),
        EnableIPv6: flags.bool('ipv6'),
        IPAM: {
          Driver: flags.text('ipam-driver'),
          Options: flags.map('ipam-opt'),
          Config: ipamConfig(flags),
        },
        Internal: flags.bool('internal'),
        Attachable: flags.bool('attachable'),
        Ingress: flags.bool('ingress'),
        ConfigOnly: flags.bool('config-only'),
        ConfigFrom: from === '' ? null : { Network: from },
        Options: flags.map('opt'),
        Labels: flags.map('label'),
        Name: name,
      },
    });
    yield* line(created.Id);
  },
};
