/**
 * `docker login`: asks the engine, which asks the registry; nothing is kept, as nobody can log
 * in here.
 */
import { sys } from '../../../kernel';
import type { Command } from '../../command';
import { atMost } from '../../command';
import { decodeUtf8 } from '../../../base';
import { get, post } from '../../client';
import { CliError } from '../../errors';
import { err, line, out, readLine } from '../../invocation';

export const HUB = 'https://index.docker.io/v1/';

export const login: Command = {
  kind: 'command',
  name: 'login',
  usage: '[OPTIONS] [SERVER]',
  summary: 'Log in to a Docker registry',
  long:
    'Log in to a Docker registry.\nIf no server is specified, the default is ' +
    'defined by the daemon.',
  flags: [
    { name: 'password', short: 'p', type: 'string', help: 'Password' },
    { name: 'password-stdin', type: 'bool', help: 'Take the password from stdin' },
    { name: 'username', short: 'u', type: 'string', help: 'Username' },
  ],
  args: atMost(1),
  completes: ['none'],
  *run({ flags, args }) {
    let user = flags.text('username');
    let password = flags.text('password');
    if (flags.changed('password')) {
      yield* err('WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n');
      if (flags.bool('password-stdin'))
        throw new CliError('--password and --password-stdin are mutually exclusive');
    }
    if (flags.bool('password-stdin')) {
      if (user === '') throw new CliError('Must provide --username with --password-stdin');
      password = decodeUtf8(yield* sys.readAll(0)).replace(/\r?\n$/, '');
    }
    yield* get('/info');
    const server = args[0] ?? HUB;
    const terminal = yield* sys.isatty(0);
    if ((user === '' || password === '') && !terminal)
      throw new CliError('Error: Cannot perform an interactive login from a non TTY device');
    if (user === '') {
      if (server === HUB)
        yield* line(
          'Login with your Docker ID to push and pull images from Docker Hub. ' +
            "If you don't have a Docker ID, head over to https://hub.docker.com to create one.",
        );
      yield* out('Username: ');
      user = (yield* readLine(0)).trim();
      if (user === '') throw new CliError('Error: Non-null Username Required');
    }
    if (password === '') {
      const before = yield* sys.tcgetattr(0);
      yield* sys.tcsetattr(0, { ...before, echo: false });
      yield* out('Password: ');
      try {
        password = yield* readLine(0);
      } finally {
        yield* sys.tcsetattr(0, before);
      }
      yield* out('\n');
      if (password === '') throw new CliError('Error: Password Required');
    }
    const answer = yield* post<{ Status: string }>('/auth', {
      body: { username: user, password, serveraddress: server },
    });
    yield* err(
      'WARNING! Your password will be stored unencrypted in /root/.docker/config.json.\n' +
        'Configure a credential helper to remove this warning. See\n' +
        'https://docs.docker.com/engine/reference/commandline/login/#credentials-store\n\n',
    );
    if (answer?.Status) yield* line(answer.Status);
  },
};
