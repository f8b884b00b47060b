/** `docker start`. */
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { post } from '../../client';
import { CliError } from '../../errors';
import { line } from '../../invocation';
import { report } from './each';
import { inspectContainer } from './find';
import { openWait, attachTo, waitedCode } from './session';

export const containerStart: Command = {
  kind: 'command',
  name: 'start',
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  summary: 'Start one or more stopped containers',
  flags: [
    { name: 'attach', short: 'a', type: 'bool', help: 'Attach STDOUT/STDERR and forward signals' },
    {
      name: 'detach-keys',
      type: 'string',
      help: 'Override the key sequence for detaching a container',
    },
    { name: 'interactive', short: 'i', type: 'bool', help: "Attach container's STDIN" },
  ],
  args: atLeast(1),
  completes: ['container'],
  *run({ flags, args }) {
    const attach = flags.bool('attach');
    const interactive = flags.bool('interactive');
    const query = { 'detach-keys': flags.text('detach-keys') || undefined };
    if (attach || interactive) {
      if (args.length > 1)
        throw new CliError('you cannot start and attach multiple containers at once');
      const container = yield* inspectContainer(args[0]!);
      const session = yield* attachTo(container.Id, {
        tty: container.Config.Tty,
        stdin: interactive && container.Config.OpenStdin,
        stdout: true,
        stderr: true,
        detachKeys: flags.text('detach-keys'),
        sigProxy: !container.Config.Tty,
      });
      const condition = container.HostConfig.AutoRemove ? 'removed' : 'next-exit';
      const waiting = yield* openWait(container.Id, condition);
      yield* post(`/containers/${container.Id}/start`, { query });
      if ((yield* session.run()) === 'detached') return 0;
      return yield* waitedCode(waiting);
    }
    const failed: string[] = [];
    for (const name of args) {
      try {
        yield* post(`/containers/${name}/start`, { query });
        yield* line(name);
      } catch (error) {
        yield* report(error);
        failed.push(name);
      }
    }
    if (failed.length > 0)
      throw new CliError(`Error: failed to start containers: ${failed.join(', ')}`);
    return 0;
  },
};
