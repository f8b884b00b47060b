/** `docker node update`. */
import type { NodeAvailability, NodeRole } from '../../../api';
import type { Command } from '../../command';
import { exactly } from '../../command';
import { CliError } from '../../errors';
import { line } from '../../invocation';
import { changeNodes } from './change';

export const nodeUpdate: Command = {
  kind: 'command',
  name: 'update',
  usage: '[OPTIONS] NODE',
  summary: 'Update a node',
  flags: [
    {
      name: 'availability',
      type: 'string',
      help: 'Availability of the node ("active"|"pause"|"drain")',
    },
    { name: 'label-add', type: 'list', help: 'Add or update a node label (key=value)' },
    { name: 'label-rm', type: 'list', help: 'Remove a node label if exists' },
    { name: 'role', type: 'string', help: 'Role of the node ("worker"|"manager")' },
  ],
  args: exactly(1),
  completes: ['node', 'none'],
  *run({ flags, args }) {
    yield* changeNodes(
      args,
      // eslint-disable-next-line require-yield
      function* (spec) {
        if (flags.changed('role')) spec.Role = flags.text('role').toLowerCase() as NodeRole;
        if (flags.changed('availability'))
          spec.Availability = flags.text('availability').toLowerCase() as NodeAvailability;
        Object.assign(spec.Labels, flags.map('label-add'));
        for (const key of flags.list('label-rm')) {
          if (!Object.hasOwn(spec.Labels, key))
            throw new CliError(`key ${key} doesn't exist in node's labels`);
          delete spec.Labels[key];
        }
        return true;
      },
      (name) => line(name),
    );
  },
};
