/** `docker attach`. */
import { sys } from '../../../kernel';
import type { Command } from '../../command';
import { exactly } from '../../command';
import { CliError } from '../../errors';
import { inspectContainer } from './find';
import { attachTo, openWait, waitedCode } from './session';

export const containerAttach: Command = {
  kind: 'command',
  name: 'attach',
  usage: '[OPTIONS] CONTAINER',
  summary: 'Attach local standard input, output, and error streams to a running container',
  flags: [
    {
      name: 'detach-keys',
      type: 'string',
      help: 'Override the key sequence for detaching a container',
    },
    { name: 'no-stdin', type: 'bool', help: 'Do not attach STDIN' },
    {
      name: 'sig-proxy',
      type: 'bool',
      help: 'Proxy all received signals to the process (default true)',
      preset: 'true',
    },
  ],
  args: exactly(1),
  completes: ['container', 'none'],
  *run({ flags, name }) {
    const waiting = yield* openWait(name, '');
    const container = yield* inspectContainer(name);
    if (!container.State.Running)
      throw new CliError('You cannot attach to a stopped container, start it first');
    if (container.State.Paused)
      throw new CliError('You cannot attach to a paused container, unpause it first');
    if (container.State.Restarting)
      throw new CliError('You cannot attach to a restarting container, wait until it is running');
    const stdin = !flags.bool('no-stdin') && container.Config.OpenStdin;
    if (stdin && container.Config.Tty && !(yield* sys.isatty(0)))
      throw new CliError('the input device is not a TTY');
    const session = yield* attachTo(container.Id, {
      tty: container.Config.Tty,
      stdin,
      stdout: true,
      stderr: true,
      detachKeys: flags.text('detach-keys'),
      sigProxy: flags.bool('sig-proxy') && !container.Config.Tty,
    });
    if ((yield* session.run()) === 'detached') return 0;
    return yield* waitedCode(waiting);
  },
};
