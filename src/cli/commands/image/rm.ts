/** `docker rmi`. */
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { remove } from '../../client';
import { CliError } from '../../errors';
import { err, out } from '../../invocation';

interface Deleted {
  readonly Untagged?: string;
  readonly Deleted?: string;
}

export const imageRm: Command = {
  kind: 'command',
  name: 'rm',
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  summary: 'Remove one or more images',
  aliases: ['rmi', 'remove'],
  flags: [
    { name: 'force', short: 'f', type: 'bool', help: 'Force removal of the image' },
    { name: 'no-prune', type: 'bool', help: 'Do not delete untagged parents' },
  ],
  args: atLeast(1),
  completes: ['image'],
  *run({ flags, args }) {
    const failures: string[] = [];
    const force = flags.bool('force');
    let fatal = false;
    for (const name of args) {
      try {
        const deleted = yield* remove<Deleted[]>(`/images/${name}`, {
          query: {
            force: force ? 1 : undefined,
            noprune: flags.bool('no-prune') ? 1 : undefined,
          },
          missing: ['image', name],
        });
        const lines = deleted.map((item) =>
          item.Deleted ? `Deleted: ${item.Deleted}\n` : `Untagged: ${item.Untagged ?? ''}\n`,
        );
        yield* out(lines.join(''));
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        if (error.status !== 404) fatal = true;
        failures.push(error.message);
      }
    }
    if (failures.length === 0) return;
    const message = failures.join('\n');
    if (!force || fatal) throw new CliError(message);
    yield* err(`${message}\n`);
  },
};
