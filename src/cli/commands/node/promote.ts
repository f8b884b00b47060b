/** `docker node promote`. */
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { line } from '../../invocation';
import { changeNodes } from './change';

export const nodePromote: Command = {
  kind: 'command',
  name: 'promote',
  usage: 'NODE [NODE...]',
  summary: 'Promote one or more nodes to manager in the swarm',
  flags: [],
  args: atLeast(1),
  completes: ['node'],
  *run({ args }) {
    yield* changeNodes(
      args,
      function* (spec, node) {
        if (spec.Role === 'manager') {
          yield* line(`Node ${node.ID} is already a manager.`);
          return false;
        }
        spec.Role = 'manager';
        return true;
      },
      (name) => line(`Node ${name} promoted to a manager in the swarm.`),
    );
  },
};
