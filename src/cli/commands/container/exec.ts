/** `docker exec`. */
import { sys } from '../../../kernel';
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { post } from '../../client';
import { CliError } from '../../errors';
import { readEnvironment } from './environment';
import { inspectContainer } from './find';
import { execCode, startExec } from './session';

export const containerExec: Command = {
  kind: 'command',
  name: 'exec',
  usage: '[OPTIONS] CONTAINER COMMAND [ARG...]',
  summary: 'Run a command in a running container',
  flags: [
    {
      name: 'detach',
      short: 'd',
      type: 'bool',
      help: 'Detached mode: run command in the background',
    },
    {
      name: 'detach-keys',
      type: 'string',
      help: 'Override the key sequence for detaching a container',
    },
    { name: 'env', check: 'env', short: 'e', type: 'list', help: 'Set environment variables' },
    { name: 'env-file', type: 'list', help: 'Read in a file of environment variables' },
    { name: 'interactive', short: 'i', type: 'bool', help: 'Keep STDIN open even if not attached' },
    { name: 'privileged', type: 'bool', help: 'Give extended privileges to the command' },
    { name: 'tty', short: 't', type: 'bool', help: 'Allocate a pseudo-TTY' },
    {
      name: 'user',
      short: 'u',
      type: 'string',
      help: 'Username or UID (format: <name|uid>[:<group|gid>])',
    },
    { name: 'workdir', short: 'w', type: 'string', help: 'Working directory inside the container' },
  ],
  args: atLeast(2),
  flagsEndAtArgs: true,
  completes: ['container', 'none'],
  *run({ flags, args, env }) {
    const [name, ...command] = args as [string, ...string[]];
    const detach = flags.bool('detach');
    const tty = flags.bool('tty');
    const stdin = flags.bool('interactive') && !detach;
    const variables = yield* readEnvironment(flags.list('env-file'), flags.list('env'), env);
    // Asked first so that a missing container is told in the client's own words.
    yield* inspectContainer(name);
    if (!detach && tty && stdin && !(yield* sys.isatty(0)))
      throw new CliError('the input device is not a TTY');
    const detachKeys = flags.text('detach-keys');
    const created = yield* post<{ Id: string }>(`/containers/${name}/exec`, {
      body: {
        User: flags.text('user'),
        Privileged: flags.bool('privileged'),
        Tty: tty,
        AttachStdin: stdin,
        AttachStderr: !detach,
        AttachStdout: !detach,
        Detach: detach,
        DetachKeys: detachKeys,
        Env: variables.length > 0 ? variables : null,
        WorkingDir: flags.text('workdir'),
        Cmd: command,
      },
    });
    if (!created.Id) throw new CliError('exec ID empty');
    if (detach) {
      yield* post(`/exec/${created.Id}/start`, { body: { Detach: true, Tty: tty } });
      return 0;
    }
    const session = yield* startExec(created.Id, {
      tty,
      stdin,
      stdout: true,
      stderr: true,
      detachKeys,
      sigProxy: false,
    });
    if ((yield* session.run()) === 'detached') return 0;
    return yield* execCode(created.Id);
  },
};
