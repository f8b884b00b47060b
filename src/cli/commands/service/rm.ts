/** `docker service rm`. */
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { remove } from '../../client';
import { failAll, messageOf } from '../../errors';
import { line } from '../../invocation';

export const serviceRm: Command = {
  kind: 'command',
  name: 'rm',
  usage: 'SERVICE [SERVICE...]',
  summary: 'Remove one or more services',
  aliases: ['remove'],
  flags: [],
  args: atLeast(1),
  completes: ['service'],
  *run({ args }) {
    const failures: string[] = [];
    for (const name of args) {
      try {
        yield* remove(`/services/${name}`, { missing: ['service', name] });
        yield* line(name);
      } catch (error) {
        failures.push(messageOf(error));
      }
    }
    failAll(failures);
  },
};
