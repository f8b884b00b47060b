/** `docker stack services`. */
import type { Service } from '../../../api';
import type { Command } from '../../command';
import { exactly } from '../../command';
import { encodeFilters, get } from '../../client';
import { chooseFormat, printRows } from '../../format/formatter';
import { naturalCompare } from '../../format/text';
import { err } from '../../invocation';
import { SERVICE_TABLE, serviceColumns } from '../service/format';
import { checkStackName, stackFilter } from './find';

export const stackServicesCommand: Command = {
  kind: 'command',
  name: 'services',
  usage: '[OPTIONS] STACK',
  summary: 'List the services in the stack',
  flags: [
    {
      name: 'filter',
      short: 'f',
      type: 'filter',
      help: 'Filter output based on conditions provided',
    },
    { name: 'format', type: 'string', help: 'Pretty-print services using a Go template' },
    { name: 'orchestrator', type: 'string', help: 'Orchestrator to use (swarm|kubernetes|all)' },
    { name: 'quiet', short: 'q', type: 'bool', help: 'Only display IDs' },
  ],
  args: exactly(1),
  completes: ['stack', 'none'],
  *run({ flags, name }) {
    yield* checkStackName(name);
    const filters = encodeFilters([...flags.list<[string, string]>('filter'), stackFilter(name)]);
    const status = flags.bool('quiet') ? undefined : true;
    const services = yield* get<Service[]>('/services', { query: { filters, status } });
    if (services.length === 0) {
      yield* err(`Nothing found in stack: ${name}\n`);
      return;
    }
    const rows = services.toSorted((a, b) => naturalCompare(a.Spec.Name ?? '', b.Spec.Name ?? ''));
    const format = flags.bool('quiet')
      ? '{{.ID}}'
      : chooseFormat(flags.text('format'), SERVICE_TABLE);
    yield* printRows(serviceColumns, rows, format);
  },
};
