/** `docker stack ps`. */
import type { Task } from '../../../api';
import type { Command } from '../../command';
import { exactly } from '../../command';
import { encodeFilters, get } from '../../client';
import { CliError } from '../../errors';
import { printTasks } from '../../tasks';
import { checkStackName, stackFilter } from './find';

export const stackPs: Command = {
  kind: 'command',
  name: 'ps',
  usage: '[OPTIONS] STACK',
  summary: 'List the tasks in the stack',
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
    { name: 'orchestrator', type: 'string', help: 'Orchestrator to use (swarm|kubernetes|all)' },
    { name: 'quiet', short: 'q', type: 'bool', help: 'Only display task IDs' },
  ],
  args: exactly(1),
  completes: ['stack', 'none'],
  *run({ flags, name }) {
    yield* checkStackName(name);
    const filters = encodeFilters([...flags.list<[string, string]>('filter'), stackFilter(name)]);
    const tasks = yield* get<Task[]>('/tasks', { query: { filters } });
    if (tasks.length === 0) throw new CliError(`nothing found in stack: ${name}`);
    yield* printTasks(tasks, flags);
  },
};
