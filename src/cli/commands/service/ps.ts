/** `docker service ps`. */
import type { Service, Task } from '../../../api';
import type { Sys } from '../../../kernel';
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { encodeFilters, get } from '../../client';
import { CliError, failAll } from '../../errors';
import { printTasks } from '../../tasks';
import { nodeReference } from '../node/reference';

export const servicePs: Command = {
  kind: 'command',
  name: 'ps',
  usage: '[OPTIONS] SERVICE [SERVICE...]',
  summary: 'List the tasks of one or more services',
  flags: [
    {
      name: 'filter',
      short: 'f',
      type: 'filter',
      help: 'Filter output based on conditions provided',
    },
    { name: 'format', type: 'string', help: 'Pretty-print tasks using a Go template' },
    { name: 'no-resolve', type: 'bool', help: 'Do not map IDs to Names' },
    { name: 'no-trunc', type: 'bool', help: 'Do not truncate output' },
    { name: 'quiet', short: 'q', type: 'bool', help: 'Only display task IDs' },
  ],
  args: atLeast(1),
  completes: ['service'],
  *run({ flags, args }) {
    const { ids, missing } = yield* findServices(args);
    const filters: [string, string][] = ids.map((id) => ['service', id]);
    for (const [key, value] of flags.list<[string, string]>('filter'))
      filters.push([key, key === 'node' ? yield* nodeReference(value) : value]);
    const tasks = yield* get<Task[]>('/tasks', { query: { filters: encodeFilters(filters) } });
    yield* printTasks(tasks, flags, flags.bool('quiet'));
    failAll(missing);
  },
};

/** By full id, then by name, then by the beginning of an id. */
function* findServices(names: readonly string[]): Sys<{ ids: string[]; missing: string[] }> {
  const ask = function* (key: string) {
    const filters = encodeFilters(names.map((name): [string, string] => [key, name]));
    return yield* get<Service[]>('/services', { query: { filters } });
  };
  const byId = yield* ask('id');
  const byName = yield* ask('name');
  const ids: string[] = [];
  const missing: string[] = [];
  for (const name of names) {
    const found =
      byId.find((service) => service.ID === name) ??
      byName.find((service) => service.Spec.Name === name) ??
      byId.find((service) => service.ID.startsWith(name));
    if (found) ids.push(found.ID);
    else missing.push(`no such service: ${name}`);
  }
  if (ids.length === 0) throw new CliError(missing.join('\n'));
  return { ids, missing };
}
