/** `docker rm`. */
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { remove } from '../../client';
import { CliError, failAll } from '../../errors';
import { err, line } from '../../invocation';

export const containerRm: Command = {
  kind: 'command',
  name: 'rm',
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  summary: 'Remove one or more containers',
  flags: [
    {
      name: 'force',
      short: 'f',
      type: 'bool',
      help: 'Force the removal of a running container (uses SIGKILL)',
    },
    { name: 'link', short: 'l', type: 'bool', help: 'Remove the specified link' },
    {
      name: 'volumes',
      short: 'v',
      type: 'bool',
      help: 'Remove anonymous volumes associated with the container',
    },
  ],
  args: atLeast(1),
  completes: ['container'],
  *run({ args, flags }) {
    const failures: string[] = [];
    const force = flags.bool('force');
    for (const given of args) {
      const name = given.replace(/^\/+|\/+$/g, '');
      if (name === '') {
        failures.push('Container name cannot be empty');
        continue;
      }
      try {
        yield* remove(`/containers/${name}`, {
          query: {
            v: flags.bool('volumes') ? 1 : undefined,
            link: flags.bool('link') ? 1 : undefined,
            force: force ? 1 : undefined,
          },
          missing: ['container', name],
        });
        yield* line(given);
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        // With --force a container that is not there is as good as removed.
        if (force && error.status === 404) yield* err(`${error.message}\n`);
        else failures.push(error.message);
      }
    }
    failAll(failures);
  },
};
