/** `docker node ps`. */
import type { Task } from '../../../api';
import type { Command } from '../../command';
import { anyArgs } from '../../command';
import { encodeFilters, get } from '../../client';
import { failAll, messageOf } from '../../errors';
import { printTasks } from '../../tasks';
import { inspectNode, nodeReference } from './reference';

export const nodePs: Command = {
  kind: 'command',
  name: 'ps',
  usage: '[OPTIONS] [NODE...]',
  summary: 'List tasks running on one or more nodes, defaults to current node',
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
  args: anyArgs,
  completes: ['node'],
  *run({ flags, args }) {
    const failures: string[] = [];
    const tasks: Task[] = [];
    for (const name of args.length === 0 ? ['self'] : args) {
      try {
        const node = yield* inspectNode(yield* nodeReference(name));
        const filters = encodeFilters([
          ...flags.list<[string, string]>('filter'),
          ['node', node.ID],
        ]);
        tasks.push(...(yield* get<Task[]>('/tasks', { query: { filters } })));
      } catch (error) {
        failures.push(messageOf(error));
      }
    }
    if (failures.length === 0 || tasks.length > 0) yield* printTasks(tasks, flags);
    failAll(failures);
  },
};
