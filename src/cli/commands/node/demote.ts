/** `docker node demote`. */
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { line } from '../../invocation';
import { changeNodes } from './change';

export const nodeDemote: Command = {
  kind: 'command',
  name: 'demote',
  usage: 'NODE [NODE...]',
  summary: 'Demote one or more nodes from manager in the swarm',
  flags: [],
  args: atLeast(1),
  completes: ['node'],
  *run({ args }) {
    yield* changeNodes(
      args,
      function* (spec, node) {
        if (spec.Role === 'worker') {
          yield* line(`Node ${node.ID} is already a worker.`);
          return false;
        }
        spec.Role = 'worker';
        return true;
      },
      (name) => line(`Manager ${name} demoted in the swarm.`),
    );
  },
};
