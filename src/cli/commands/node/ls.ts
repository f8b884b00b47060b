/** `docker node ls`. */
import type { Node, SwarmStatus } from '../../../api';
import type { Command } from '../../command';
import { noArgs } from '../../command';
import { encodeFilters, get } from '../../client';
import { chooseFormat, printRows } from '../../format/formatter';
import { naturalCompare } from '../../format/text';
import { NODE_TABLE, nodeColumns } from './format';

export const nodeLs: Command = {
  kind: 'command',
  name: 'ls',
  usage: '[OPTIONS]',
  summary: 'List nodes in the swarm',
  aliases: ['list'],
  flags: [
    {
      name: 'filter',
      short: 'f',
      type: 'filter',
      help: 'Filter output based on conditions provided',
    },
    { name: 'format', type: 'string', help: 'Pretty-print nodes using a Go template' },
    { name: 'quiet', short: 'q', type: 'bool', help: 'Only display IDs' },
  ],
  args: noArgs,
  *run({ flags }) {
    const filters = encodeFilters(flags.list<[string, string]>('filter'));
    const nodes = yield* get<Node[]>('/nodes', { query: { filters } });
    const quiet = flags.bool('quiet');
    let swarm: SwarmStatus | undefined;
    if (nodes.length > 0 && !quiet) swarm = (yield* get<{ Swarm: SwarmStatus }>('/info')).Swarm;
    const rows = nodes
      .toSorted((a, b) => naturalCompare(a.Description.Hostname, b.Description.Hostname))
      .map((node) => ({
        node,
        self: node.ID === swarm?.NodeID,
        tls: swarm?.Cluster?.TLSInfo,
      }));
    const format = quiet ? '{{.ID}}' : chooseFormat(flags.text('format'), NODE_TABLE);
    yield* printRows(nodeColumns, rows, format);
  },
};
