/** `docker run`. */
import { sys, type Sys } from '../../../kernel';
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { post } from '../../client';
import { CliError } from '../../errors';
import { line, type Invocation } from '../../invocation';
import { createBody, type CreateBody } from './config';
import { createContainer, runError, type Created } from './create';
import { CONTAINER_FLAGS } from './flags';
import { attachTo, openWait, waitedCode, type Session } from './session';

export const containerRun: Command = {
  kind: 'command',
  name: 'run',
  usage: '[OPTIONS] IMAGE [COMMAND] [ARG...]',
  summary: 'Run a command in a new container',
  flags: [
    ...CONTAINER_FLAGS,
    {
      name: 'detach',
      short: 'd',
      type: 'bool',
      help: 'Run container in background and print container ID',
    },
    {
      name: 'detach-keys',
      type: 'string',
      help: 'Override the key sequence for detaching a container',
    },
    {
      name: 'pull',
      type: 'string',
      help: 'Pull image before running ("always"|"missing"|"never") (default "missing")',
      preset: 'missing',
    },
    {
      name: 'sig-proxy',
      type: 'bool',
      help: 'Proxy received signals to the process (default true)',
      preset: 'true',
    },
  ],
  flagsEndAtArgs: true,
  args: atLeast(1),
  completes: ['image', 'none'],
  *run(c) {
    const detach = c.flags.bool('detach');
    if (detach && c.flags.changed('attach')) throw new CliError('Conflicting options: -a and -d');
    let body: CreateBody;
    try {
      body = yield* createBody(c, detach);
    } catch (error) {
      if (error instanceof CliError) throw runError('run', error.message);
      throw error;
    }
    if (!detach && body.Tty && body.AttachStdin && !(yield* sys.isatty(0)))
      throw new CliError('the input device is not a TTY');
    let created: Created;
    try {
      created = yield* createContainer(c, body);
    } catch (error) {
      if (error instanceof CliError)
        throw runError('run', error.message, true, startCode(error.message));
      throw error;
    }
    return yield* runCreated(c, body, created.Id, detach);
  },
};

function* runCreated(c: Invocation, body: CreateBody, id: string, detach: boolean): Sys<number> {
  const detachKeys = c.flags.text('detach-keys');
  const attach = body.AttachStdin || body.AttachStdout || body.AttachStderr;
  let session: Session | undefined;
  if (attach)
    session = yield* attachTo(id, {
      tty: body.Tty,
      stdin: body.AttachStdin,
      stdout: body.AttachStdout,
      stderr: body.AttachStderr,
      detachKeys,
      sigProxy: c.flags.bool('sig-proxy') && !body.Tty,
    });
  const condition = body.HostConfig.AutoRemove ? 'removed' : 'next-exit';
  const waiting = detach ? undefined : yield* openWait(id, condition);
  try {
    yield* post(`/containers/${id}/start`);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    if (detach || !attach) yield* line(id);
    throw runError('run', error.message, false, startCode(error.message));
  }
  if (detach || !attach) {
    yield* line(id);
    return 0;
  }
  if ((yield* session!.run()) === 'detached') return 0;
  return yield* waitedCode(waiting!);
}

/** As a shell does: 127 for a command that is not there, 126 for one that cannot run. */
function startCode(message: string): number {
  if (
    /executable file not found|no such file or directory|system cannot find the file/.test(message)
  )
    return 127;
  return message.includes('permission denied') ? 126 : 125;
}
