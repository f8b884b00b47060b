/**
 * `docker login`: asks the engine, which asks the registry, and keeps what it took (docker/cli:
 * cli/command/registry/login.go). Credential helpers are not modelled.
 */
import { sys, type Sys } from '../../../kernel';
import type { Command } from '../../command';
import { atMost } from '../../command';
import { decodeUtf8 } from '../../../base';
import { get, post } from '../../client';
import { CliError } from '../../errors';
import type { FlagSet } from '../../flags';
import { err, line, out, readLine } from '../../invocation';
import {
  HUB,
  configPath,
  keepLogin,
  serverKey,
  storedLogin,
  type StoredLogin,
} from '../../registry-auth';

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
  *run({ flags, args, env }) {
    const given = yield* givenCredentials(flags);
    yield* get('/info');
    const server = args[0] ?? HUB;
    const stored = yield* storedLogin(env, server);
    if (given.username === '' && given.password === '' && stored) {
      yield* line('Authenticating with existing credentials...');
      try {
        return yield* logIn(env, stored);
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        yield* out(`Login did not succeed, error: ${error.message}\n`);
      }
    }
    const { username, password } = yield* asked(given, server, stored?.username ?? '');
    yield* logIn(env, { username, password, serveraddress: server });
  },
};

interface Given {
  readonly username: string;
  readonly password: string;
}

function* givenCredentials(flags: FlagSet): Sys<Given> {
  const username = flags.text('username');
  let password = flags.text('password');
  if (flags.changed('password')) {
    yield* err('WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n');
    if (flags.bool('password-stdin'))
      throw new CliError('--password and --password-stdin are mutually exclusive');
  }
  if (flags.bool('password-stdin')) {
    if (username === '') throw new CliError('Must provide --username with --password-stdin');
    password = decodeUtf8(yield* sys.readAll(0)).replace(/\r?\n$/, '');
  }
  return { username, password };
}

/** Asks for what is missing; `last` is who logged in before. */
function* asked(given: Given, server: string, last: string): Sys<Given> {
  let { username, password } = given;
  const terminal = yield* sys.isatty(0);
  if ((username === '' || password === '') && !terminal)
    throw new CliError('Error: Cannot perform an interactive login from a non TTY device');
  if (username === '') {
    if (serverKey(server) === HUB && last === '')
      yield* line(
        'Login with your Docker ID to push and pull images from Docker Hub. ' +
          "If you don't have a Docker ID, head over to https://hub.docker.com to create one.",
      );
    yield* out(last === '' ? 'Username: ' : `Username (${last}): `);
    username = (yield* readLine(0)).trim() || last;
    if (username === '') throw new CliError('Error: Non-null Username Required');
  }
  if (password === '') {
    password = yield* askPassword();
    if (password === '') throw new CliError('Error: Password Required');
  }
  return { username, password };
}

function* askPassword(): Sys<string> {
  const before = yield* sys.tcgetattr(0);
  yield* sys.tcsetattr(0, { ...before, echo: false });
  yield* out('Password: ');
  try {
    return yield* readLine(0);
  } finally {
    yield* sys.tcsetattr(0, before);
    yield* out('\n');
  }
}

function* logIn(env: Readonly<Record<string, string>>, login: StoredLogin): Sys<void> {
  const answer = yield* post<{ Status: string }>('/auth', { body: login });
  yield* keepLogin(env, login);
  yield* err(
    `WARNING! Your password will be stored unencrypted in ${configPath(env)}.\n` +
      'Configure a credential helper to remove this warning. See\n' +
      'https://docs.docker.com/engine/reference/commandline/login/#credentials-store\n\n',
  );
  if (answer?.Status) yield* line(answer.Status);
}
