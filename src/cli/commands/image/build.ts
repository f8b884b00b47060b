/**
 * `docker image build` (docker/cli: cli/command/image/build.go): the classic builder's client here, that of
 * BuildKit in cli/buildkit.
 */
import { gzipSync } from 'fflate';
import { concatBytes, encodeUtf8, toBase64, toHex } from '../../../base';
import { humanSize } from '../../../api';
import { SysError, sys, type Sys } from '../../../kernel';
import { runBuildKit } from '../../buildkit';
import { open, type Query } from '../../client';
import { exactly, type Command } from '../../command';
import { CliError } from '../../errors';
import { errnoText } from '../../files';
import type { FlagSet } from '../../flags';
import { removeImageIdFile, writeImageIdFile } from '../../image-id-file';
import { err, out, type Invocation } from '../../invocation';
import {
  MessageDisplay,
  showMessages,
  type Message,
  type MessageSink,
} from '../../message-display';
import { BUILD_FLAGS } from './build-flags';
import { contextArchive, isArchive, type ContextEntry } from '../../tar-writer';
import { collectEntries, findFolder, readIgnored } from './context-folder';

export const imageBuild: Command = {
  kind: 'command',
  name: 'build',
  usage: '[OPTIONS] PATH | URL | -',
  summary: 'Build an image from a Dockerfile',
  flags: BUILD_FLAGS,
  args: exactly(1),
  completes: ['file'],
  *run(c) {
    const { flags } = c;
    if (flags.bool('squash')) {
      const needs = 'on a Docker daemon with experimental features enabled';
      throw new CliError(`"--squash" is only supported ${needs}`);
    }
    if (wantsBuildKit(c.env['DOCKER_BUILDKIT'] ?? '')) {
      yield* runBuildKit(c, (dockerfile) => buildQuery(flags, dockerfile, c.env));
      return;
    }
    const file = flags.text('iidfile');
    if (file !== '') yield* removeImageIdFile(file, 'Removing');
    const context = compressed(yield* readContext(c), flags.bool('compress'));
    const quiet = flags.bool('quiet');
    if (!quiet) yield* out(`Sending build context to Docker daemon ${size(context.archive)}\r\r\n`);
    const imageId = yield* send(c, context);
    if (file !== '') yield* writeIdFile(file, imageId);
  },
};

/** `--compress`, where the context is no archive that came as it is. */
function compressed(context: Context, wanted: boolean): Context {
  if (!wanted || context.asGiven === true) return context;
  return { ...context, archive: gzipSync(context.archive, { mtime: 0 }) };
}

function wantsBuildKit(text: string): boolean {
  if (text === '' || ['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)) return false;
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  const reason = `strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`;
  throw new CliError(`DOCKER_BUILDKIT environment variable expects boolean value: ${reason}`);
}

const size = (bytes: Uint8Array) => humanSize(bytes.length).padStart(8);

interface Context {
  readonly archive: Uint8Array;
  /** It came on stdin. */
  readonly asGiven?: true;
  readonly dockerfile: string;
}

function* readContext({ name, flags }: Invocation): Sys<Context> {
  const dockerfile = flags.text('file');
  if (name === '-') {
    if (dockerfile === '-') {
      const what = "can't use stdin for both build context and dockerfile";
      throw new CliError(`invalid argument: ${what}`);
    }
    return yield* prepared(contextFromStdin(dockerfile));
  }
  if (yield* isThere(name)) return yield* folderContext(name, dockerfile);
  if (/^(git:\/\/|github\.com\/|git@)/.test(name) || /^https?:\/\/.*\.git(#.*)?$/.test(name))
    throw new CliError(`unable to prepare context: ${gitFailure(name)}`);
  if (/^https?:\/\//.test(name)) return yield* prepared(remoteContext(name));
  throw new CliError(`unable to prepare context: path ${JSON.stringify(name)} not found`);
}

/** Puts the words before an error of finding the context. */
function* prepared<T>(work: Sys<T>): Sys<T> {
  try {
    return yield* work;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(`unable to prepare context: ${error.message}`);
  }
}

function* isThere(path: string): Sys<boolean> {
  try {
    yield* sys.stat(path);
    return true;
  } catch (error) {
    if (error instanceof SysError) return false;
    throw error;
  }
}

/** An archive as it is, or a lone Dockerfile. */
function* contextFromStdin(dockerfile: string): Sys<Context> {
  const data = yield* sys.readAll(0);
  if (isArchive(data)) return { archive: data, dockerfile, asGiven: true };
  const { unixUs } = yield* sys.clock();
  const entry = plainFile('Dockerfile', 0o644, data, unixUs);
  return { archive: contextArchive([entry]), dockerfile: 'Dockerfile' };
}

/** `git clone` of what nobody offers. */
function gitFailure(url: string): string {
  const [, host = '', port] = /^(?:[a-z]+:\/\/|git@)?([^/:]+)(?::(\d+))?/.exec(url) ?? [];
  const words = "unable to 'git clone' to temporary context directory: error fetching: fatal:";
  const end = '\n: exit status 128';
  const numeric = /^[\d.]+$/.test(host);
  if (url.startsWith('git://')) {
    const reason = numeric
      ? `unable to connect to ${host}:\n${host}[0: ${host}]: errno=Connection refused\n`
      : `unable to look up ${host} (port ${port ?? 9418}) (Name or service not known)`;
    return `${words} ${reason}${end}`;
  }
  const remote = /^https?:/.test(url) ? url : `https://${url.replace(/^git@/, '')}`;
  const to = port ?? (remote.startsWith('http:') ? '80' : '443');
  const reason = numeric
    ? `Failed to connect to ${host} port ${to} after 0 ms: Couldn't connect to server`
    : `Could not resolve host: ${host}`;
  return `${words} unable to access '${remote}/': ${reason}${end}`;
}

/** Nothing out there answers; the machine's own network says how. */
// eslint-disable-next-line require-yield
function* remoteContext(url: string): Sys<Context> {
  const [, host = '', port] = /^https?:\/\/([^/:?#]*)(?::(\d+))?/.exec(url) ?? [];
  const to = `${host}:${port ?? (url.startsWith('https') ? 443 : 80)}`;
  const reason = /^[\d.]+$/.test(host)
    ? `dial tcp ${to}: connect: connection refused`
    : `dial tcp: lookup ${host}: no such host`;
  throw new CliError(`unable to download remote context ${url}: Get "${url}": ${reason}`);
}

function plainFile(name: string, mode: number, data: Uint8Array, unixUs: number): ContextEntry {
  return { name, type: 'file', mode, data, link: '', mtimeSeconds: Math.floor(unixUs / 1e6) };
}

function* folderContext(path: string, given: string): Sys<Context> {
  const context = yield* prepared(findFolder(path, given));
  const outside = context.dockerfile === '..' || context.dockerfile.startsWith('../');
  let foreign: Uint8Array | undefined;
  if (given === '-') foreign = yield* sys.readAll(0);
  else if (outside) foreign = yield* readForeign(given);
  const rules = yield* readIgnored(context, foreign === undefined);
  const entries = yield* collectEntries(context.folder, rules);
  if (foreign === undefined)
    return { archive: contextArchive(entries), dockerfile: context.dockerfile };
  return yield* withDockerfile(entries, foreign);
}

function* readForeign(path: string): Sys<Uint8Array> {
  try {
    return yield* sys.readFile(path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const reason = `open ${path}: ${errnoText(error)}`;
    throw new CliError(`unable to open Dockerfile: ${reason}`);
  }
}

/** `AddDockerfileToBuildContext`: under a name of its own, which the builder is told to ignore. */
function* withDockerfile(entries: readonly ContextEntry[], data: Uint8Array): Sys<Context> {
  const name = `.dockerfile.${toHex(yield* sys.random(10))}`;
  const { unixUs } = yield* sys.clock();
  const old = entries.find((entry) => entry.name === '.dockerignore');
  const ignore = concatBytes([
    old ? old.data : encodeUtf8('.dockerignore'),
    encodeUtf8(`\n${name}\n`),
  ]);
  const kept = entries.map((entry) => (entry === old ? { ...old, data: ignore } : entry));
  const added = [plainFile(name, 0o600, data, unixUs)];
  if (!old) added.push(plainFile('.dockerignore', 0o600, ignore, unixUs));
  // The real client's writer is not closed here: no padding and no end of the archive.
  const archive = contextArchive([...kept, ...added]);
  const last = added.at(-1)!.data.length;
  const end = archive.length - 2 * 512 - ((512 - (last % 512)) % 512);
  return { archive: archive.subarray(0, end), dockerfile: name };
}

// --- the request

function* send(c: Invocation, context: Context): Sys<string> {
  const { flags, env } = c;
  const quiet = flags.bool('quiet');
  const opened = yield* openBuild(context, buildQuery(flags, context.dockerfile, env), quiet);
  let imageId = '';
  const onAux = (aux: unknown) => {
    imageId = (aux as { readonly ID?: string }).ID ?? imageId;
  };
  const display = quiet ? new QuietDisplay() : yield* MessageDisplay.onStdout();
  try {
    yield* showMessages(opened, display, onAux);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    if (display instanceof QuietDisplay) yield* err(progress(context) + display.text);
    throw new CliError(error.message, error.status ?? 1);
  }
  yield* sys.close(opened);
  if (display instanceof QuietDisplay) {
    yield* out(display.text);
    imageId = display.text.trim();
  }
  return imageId;
}

const progress = (context: Context) =>
  `Sending build context to Docker daemon ${size(context.archive)}\r\r\n`;

function* openBuild(context: Context, query: Query, quiet: boolean): Sys<number> {
  try {
    const opened = yield* open('POST', '/build', {
      query,
      body: context.archive,
      headers: {
        'content-type': 'application/x-tar',
        'x-registry-config': toBase64(encodeUtf8('{}')),
      },
    });
    return opened.fd;
  } catch (error) {
    if (quiet && error instanceof CliError) yield* err(progress(context));
    throw error;
  }
}

/** Keeps what is said until it is known whether it is an image's id or the way to an error. */
class QuietDisplay implements MessageSink {
  text = '';
  // eslint-disable-next-line require-yield
  *show({ stream, status }: Message): Sys<void> {
    this.text += stream ?? `${status ?? ''}\n`;
  }
}

function buildQuery(
  flags: FlagSet,
  dockerfile: string,
  env: Readonly<Record<string, string>>,
): Query {
  const one = (name: string) => (flags.bool(name) ? '1' : undefined);
  const some = (text: string) => (text === '' ? undefined : text);
  return {
    t: flags.list('tag'),
    securityopt: flags.words('security-opt'),
    extrahosts: flags.list('add-host'),
    q: one('quiet'),
    nocache: one('no-cache'),
    rm: flags.bool('rm') ? '1' : '0',
    forcerm: one('force-rm'),
    pull: one('pull'),
    networkmode: flags.text('network'),
    isolation: some(flags.text('isolation')),
    cpusetcpus: flags.text('cpuset-cpus'),
    cpusetmems: flags.text('cpuset-mems'),
    cpushares: flags.number('cpu-shares'),
    cpuquota: flags.number('cpu-quota'),
    cpuperiod: flags.number('cpu-period'),
    memory: flags.number('memory'),
    memswap: flags.number('memory-swap'),
    cgroupparent: flags.text('cgroup-parent'),
    shmsize: flags.number('shm-size'),
    dockerfile,
    ulimits: JSON.stringify(flags.list('ulimit')),
    buildargs: JSON.stringify(buildArguments(flags.list('build-arg'), env)),
    labels: JSON.stringify(flags.map('label')),
    cachefrom: JSON.stringify(flags.words('cache-from')),
    target: flags.text('target'),
    platform: some(flags.text('platform').toLowerCase()),
    version: '1',
  };
}

/** A name alone takes the client's own value; null where it has none. */
function buildArguments(
  items: readonly string[],
  env: Readonly<Record<string, string>>,
): Record<string, string | null> {
  const args: Record<string, string | null> = {};
  for (const item of items) {
    const mark = item.indexOf('=');
    if (mark < 0) args[item] = env[item] ?? null;
    else args[item.slice(0, mark)] = item.slice(mark + 1);
  }
  return args;
}

function* writeIdFile(file: string, imageId: string): Sys<void> {
  if (imageId === '')
    throw new CliError(`Server did not provide an image ID. Cannot write ${file}`);
  yield* writeImageIdFile(file, imageId);
}
