/** `docker create`, and the creation that `run` shares: pulls the image when it is missing. */
import { sys, SysError, type Sys } from '../../../kernel';
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { post } from '../../client';
import { CliError } from '../../errors';
import { err, line, type Invocation } from '../../invocation';
import { MessageDisplay } from '../../message-display';
import { pullTo } from '../image/pulling';
import { withTag } from '../service/image';
import { createBody, type CreateBody } from './config';
import { CONTAINER_FLAGS } from './flags';

export interface Created {
  readonly Id: string;
  readonly Warnings: readonly string[] | null;
}

export function* createContainer(c: Invocation, body: CreateBody): Sys<Created> {
  const { flags } = c;
  const name = flags.text('name');
  const policy = flags.text('pull');
  const query = { name: name || undefined, platform: flags.text('platform') || undefined };
  const pull = function* () {
    const display = yield* MessageDisplay.on(2);
    yield* pullTo(withTag(body.Image), flags.text('platform'), display, c.env);
  };
  const cidfile = flags.text('cidfile');
  if (cidfile !== '') yield* checkCidFile(cidfile);
  if (policy === 'always') yield* pull();
  let created: Created;
  try {
    created = yield* post<Created>('/containers/create', { query, body });
  } catch (error) {
    const missing =
      error instanceof CliError && error.status === 404 && /No such image/i.test(error.message);
    if (!missing || policy !== 'missing') throw error;
    yield* err(`Unable to find image '${withTag(body.Image)}' locally\n`);
    yield* pull();
    created = yield* post<Created>('/containers/create', { query, body });
  }
  for (const warning of created.Warnings ?? []) yield* err(`WARNING: ${warning}\n`);
  if (cidfile !== '') yield* sys.writeFile(cidfile, created.Id);
  return created;
}

function* checkCidFile(path: string): Sys<void> {
  try {
    yield* sys.stat(path);
  } catch (error) {
    if (error instanceof SysError && error.errno === 'ENOENT') return;
    throw error;
  }
  throw new CliError(
    `container ID file found, make sure the other container isn't running or delete ${path}`,
  );
}

/**
 * An error of `run` or `create` before anything ran: code 125 and, mostly, a pointer to the
 * help.
 */
export function runError(verb: string, message: string, help = true, code = 125): CliError {
  const text = `docker: ${message.replace(/\.$/, '')}.`;
  return new CliError(help ? `${text}\nSee 'docker ${verb} --help'.` : text, code);
}

export const containerCreate: Command = {
  kind: 'command',
  name: 'create',
  usage: '[OPTIONS] IMAGE [COMMAND] [ARG...]',
  summary: 'Create a new container',
  flags: [
    ...CONTAINER_FLAGS,
    {
      name: 'pull',
      type: 'string',
      help: 'Pull image before creating ("always"|"missing"|"never") (default "missing")',
      preset: 'missing',
    },
  ],
  flagsEndAtArgs: true,
  args: atLeast(1),
  completes: ['image', 'none'],
  *run(c) {
    let body: CreateBody;
    try {
      body = yield* createBody(c, false);
    } catch (error) {
      if (error instanceof CliError) throw runError('create', error.message);
      throw error;
    }
    const created = yield* createContainer(c, body);
    yield* line(created.Id);
  },
};
