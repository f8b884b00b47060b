/** `docker network ls`. */
import type { NetworkResource } from '../../../api';
import type { Command } from '../../command';
import { noArgs } from '../../command';
import { encodeFilters, get } from '../../client';
import { chooseFormat, printRows } from '../../format/formatter';
import { naturalCompare } from '../../format/text';
import { NETWORK_TABLE, networkColumns } from './format';

export const networkLs: Command = {
  kind: 'command',
  name: 'ls',
  usage: '[OPTIONS]',
  summary: 'List networks',
  aliases: ['list'],
  flags: [
    {
      name: 'filter',
      short: 'f',
      type: 'filter',
      help: "Provide filter values (e.g. 'driver=bridge')",
    },
    { name: 'format', type: 'string', help: 'Pretty-print networks using a Go template' },
    { name: 'no-trunc', type: 'bool', help: 'Do not truncate the output' },
    { name: 'quiet', short: 'q', type: 'bool', help: 'Only display network IDs' },
  ],
  args: noArgs,
  *run({ flags }) {
    const networks = yield* get<NetworkResource[]>('/networks', {
      query: { filters: encodeFilters(flags.list<[string, string]>('filter')) },
    });
    const trunc = !flags.bool('no-trunc');
    const rows = networks
      .toSorted((a, b) => naturalCompare(a.Name, b.Name))
      .map((network) => ({ network, trunc }));
    const format = flags.bool('quiet')
      ? '{{.ID}}'
      : chooseFormat(flags.text('format'), NETWORK_TABLE);
    yield* printRows(networkColumns, rows, format);
  },
};
