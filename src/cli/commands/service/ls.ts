/** `docker service ls`. */
import type { Service } from '../../../api';
import type { Command } from '../../command';
import { noArgs } from '../../command';
import { encodeFilters, get } from '../../client';
import { chooseFormat, printRows } from '../../format/formatter';
import { naturalCompare } from '../../format/text';
import { SERVICE_TABLE, serviceColumns } from './format';

export const serviceLs: Command = {
  kind: 'command',
  name: 'ls',
  usage: '[OPTIONS]',
  summary: 'List services',
  aliases: ['list'],
  flags: [
    {
      name: 'filter',
      short: 'f',
      type: 'filter',
      help: 'Filter output based on conditions provided',
    },
    { name: 'format', type: 'string', help: 'Pretty-print services using a Go template' },
    { name: 'quiet', short: 'q', type: 'bool', help: 'Only display IDs' },
  ],
  args: noArgs,
  *run({ flags }) {
    const filters = encodeFilters(flags.list<[string, string]>('filter'));
    // Counting the tasks is work for the manager, which the ids alone do not need.
    const status = flags.bool('quiet') ? undefined : true;
    const services = yield* get<Service[]>('/services', { query: { filters, status } });
    const rows = services.toSorted((a, b) => naturalCompare(a.Spec.Name ?? '', b.Spec.Name ?? ''));
    const format = flags.bool('quiet')
      ? '{{.ID}}'
      : chooseFormat(flags.text('format'), SERVICE_TABLE);
    yield* printRows(serviceColumns, rows, format);
  },
};
