/** `docker create`, and the creation that `run` shares: pulls the image when it is missing. */
import { isReferenceError, parseReference } from '../../../api';
import { sys, SysError, type Sys } from '../../../kernel';
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { post } from '../../client';
import { CliError } from '../../errors';
import { errnoText } from '../../files';
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
  const host = body.HostConfig;
  if (host.OomKillDisable && host.Memory === 0)
    yield* err(
      "WARNING: Disabling the OOM killer on containers without setting a '-m/--memory' limit " +
        'may be dangerous.\n',
    );
  for (const server of host.Dns)
    if (/^127(\.\d+){3}$|^::1$/.test(server)) {
      yield* err(`WARNING: Localhost DNS setting (--dns=${server}) may fail in containers.\n`);
      break;
    }
  const cidfile = c.flags.text('cidfile');
  if (cidfile !== '') yield* checkCidFile(cidfile);
  try {
    return yield* createChecked(c, body, cidfile);
  } catch (error) {
    // The file is made before anything is asked, and goes again when there is no id to keep.
    if (cidfile !== '' && error instanceof CliError) yield* sys.unlink(cidfile);
    throw error;
  }
}

function* createChecked(c: Invocation, body: CreateBody, cidfile: string): Sys<Created> {
  const { flags } = c;
  const name = flags.text('name');
  const policy = flags.text('pull');
  const query = { name: name || undefined, platform: flags.text('platform') || undefined };
  const pull = function* () {
    const display = yield* MessageDisplay.on(2);
    yield* pullTo(withTag(body.Image), flags.text('platform'), display, c.env);
  };
  checkImage(body.Image, flags.text('platform'));
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
    if (error instanceof SysError && error.errno === 'ENOENT') return yield* makeCidFile(path);
    throw error;
  }
  throw new CliError(
    `container ID file found, make sure the other container isn't running or delete ${path}`,
  );
}

function* makeCidFile(path: string): Sys<void> {
  try {
    yield* sys.writeFile(path, '');
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const why = `open ${path}: ${errnoText(error)}`;
    throw new CliError(`failed to create the container ID file: ${why}`);
  }
}

/** The client reads both before it asks. */
function checkImage(image: string, platform: string): void {
  const reference = /^[a-f0-9]{64}$/.test(image) ? undefined : parseReference(image);
  if (reference && isReferenceError(reference)) throw new CliError(reference.referenceError);
  if (platform !== '' && !isPlatform(platform)) {
    const why = `${JSON.stringify(platform)}: unknown operating system or architecture`;
    throw new CliError(`error parsing specified platform: ${why}: invalid argument`);
  }
}

const SYSTEMS =
  /^(aix|android|darwin|dragonfly|freebsd|hurd|illumos|js|linux|nacl|netbsd|openbsd|plan9|solaris|windows|zos)$/;
const MACHINES =
  /^(386|i386|amd64|x86_64|x86-64|amd64p32|arm|armhf|armel|armbe|arm64|aarch64|arm64be|ppc|ppc64|ppc64le|loong64|mips\w*|riscv|riscv64|s390|s390x|sparc|sparc64|wasm)$/;

/** One word is a system or a machine; with slashes anything goes (containerd's platforms.Parse). */
function isPlatform(text: string): boolean {
  const word = text.toLowerCase();
  return word.includes('/') || SYSTEMS.test(word) || MACHINES.test(word) || word === 'macos';
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
