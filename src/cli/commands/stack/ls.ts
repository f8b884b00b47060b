/** `docker stack ls`. */
import type { Service } from '../../../api';
import type { Command } from '../../command';
import { noArgs } from '../../command';
import { encodeFilters, get } from '../../client';
import { CliError } from '../../errors';
import { chooseFormat, printRows, type Columns } from '../../format/formatter';
import { naturalCompare } from '../../format/text';
import { NAMESPACE } from './find';

interface StackRow {
  readonly name: string;
  readonly services: number;
}

const columns: Columns<StackRow> = {
  type: '*formatter.stackContext',
  columns: {
    Name: ['NAME', (stack) => stack.name],
    Services: ['SERVICES', (stack) => String(stack.services)],
    Orchestrator: ['ORCHESTRATOR', () => 'Swarm'],
    Namespace: ['NAMESPACE', () => ''],
  },
};

export const stackLs: Command = {
  kind: 'command',
  name: 'ls',
  usage: '[OPTIONS]',
  summary: 'List stacks',
  aliases: ['list'],
  flags: [
    { name: 'format', type: 'string', help: 'Pretty-print stacks using a Go template' },
    { name: 'orchestrator', type: 'string', help: 'Orchestrator to use (swarm|kubernetes|all)' },
  ],
  args: noArgs,
  *run({ flags }) {
    const services = yield* get<Service[]>('/services', {
      query: { filters: encodeFilters([['label', NAMESPACE]]) },
    });
    const counts = new Map<string, number>();
    for (const service of services) {
      const name = service.Spec.Labels?.[NAMESPACE];
      if (name === undefined)
        throw new CliError(`cannot get label ${NAMESPACE} for service ${service.ID}`);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const rows = [...counts]
      .map(([name, count]) => ({ name, services: count }))
      .toSorted((a, b) => naturalCompare(a.name, b.name));
    const table = 'table {{.Name}}\t{{.Services}}\t{{.Orchestrator}}';
    yield* printRows(columns, rows, chooseFormat(flags.text('format'), table));
  },
};
