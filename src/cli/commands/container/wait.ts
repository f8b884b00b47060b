/** `docker wait`. */
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { post } from '../../client';
import { CliError, failAll, messageOf } from '../../errors';
import { line } from '../../invocation';

export const containerWait: Command = {
  kind: 'command',
  name: 'wait',
  usage: 'CONTAINER [CONTAINER...]',
  summary: 'Block until one or more containers stop, then print their exit codes',
  flags: [],
  args: atLeast(1),
  completes: ['container'],
  *run({ args }) {
    const failures: string[] = [];
    for (const name of args) {
      try {
        const answer = yield* post<{ StatusCode: number; Error: { Message: string } | null }>(
          `/containers/${name}/wait`,
          { query: { condition: '' } },
        );
        if (answer.Error) throw new CliError(answer.Error.Message);
        yield* line(String(answer.StatusCode ?? 0));
      } catch (error) {
        failures.push(messageOf(error));
      }
    }
    failAll(failures);
  },
};
