/** `docker node rm`. */
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { remove } from '../../client';
import { failAll, messageOf } from '../../errors';
import { line } from '../../invocation';

export const nodeRm: Command = {
  kind: 'command',
  name: 'rm',
  usage: '[OPTIONS] NODE [NODE...]',
  summary: 'Remove one or more nodes from the swarm',
  aliases: ['remove'],
  flags: [{ name: 'force', short: 'f', type: 'bool', help: 'Force remove a node from the swarm' }],
  args: atLeast(1),
  completes: ['node'],
  *run({ flags, args }) {
    const failures: string[] = [];
    for (const name of args) {
      try {
        const query = { force: flags.bool('force') ? 1 : undefined };
        yield* remove(`/nodes/${name}`, { query, missing: ['node', name] });
        yield* line(name);
      } catch (error) {
        failures.push(messageOf(error));
      }
    }
    failAll(failures);
  },
};
