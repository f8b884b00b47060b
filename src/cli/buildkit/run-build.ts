/** `docker build` with BuildKit (docker/cli: cli/command/image/build_buildkit.go). */
import {
  CREDENTIALS,
  DIFF_COPY,
  CHECK_AGENT,
  GET_SECRET,
  HEALTH_CHECK,
  SEND_FILES,
  readBuildStatus,
  type BuildStatus,
} from '../../api';
import { NO_BYTES, concatBytes, decodeUtf8, fromBase64, toHex } from '../../base';
import { SysError, sys, type Sys } from '../../kernel';
import { open, type Query } from '../client';
import { CliError } from '../errors';
import { removeImageIdFile, writeImageIdFile } from '../image-id-file';
import { out, type Invocation } from '../invocation';
import type { WireMessage } from '../message-display';
import { isArchive } from '../tar-writer';
import { BuildProgress } from './progress';
import { SessionServer, type SessionOffer } from './session-server';
import { checkSsh, parseOutputs, readSecrets, targetOf } from './specs';

const UPLOAD = 'upload-request';
const SESSION = 'client-session';
const DISPLAY_TICK_US = 150_000;

interface Plan {
  readonly remote: string;
  readonly dockerfile: string;
  readonly folders: SessionOffer['folders'];
  /** An archive on stdin. */
  readonly body: Uint8Array | undefined;
  /** Made for this build alone. */
  readonly temporary: readonly string[];
}

/** The query of the request comes from the caller, which the classic builder shares. */
export function* runBuildKit(c: Invocation, makeQuery: (dockerfile: string) => Query): Sys<void> {
  const { flags } = c;
  const idFile = flags.text('iidfile');
  if (idFile !== '') yield* removeImageIdFile(idFile, 'removing');
  const plan = yield* makePlan(c);
  const outputs = parseOutputs(flags.list('output'));
  const target = yield* targetOf(outputs[0]);
  const secrets = yield* readSecrets(flags.list('secret'), c.env);
  yield* checkSsh(flags.list('ssh'), c.env);
  const offer = { folders: plan.folders, secrets, target };
  const session = toHex(yield* sys.random(16)).slice(0, 25);
  const server = yield* openSession(c, session, offer, flags.list('ssh').length > 0);
  const buildId = toHex(yield* sys.random(32));
  if (plan.body) yield* upload(plan.body, buildId);
  const query = {
    ...makeQuery(plan.dockerfile),
    version: '2',
    remote: plan.remote,
    session,
    buildid: buildId,
    ...(outputs.length === 0 ? {} : { outputs: JSON.stringify(outputs.map(wireOutput)) }),
  };
  try {
    const { fd } = yield* open('POST', '/build', { query });
    const imageId = yield* follow(c, fd, server, target !== undefined && 'fd' in target);
    if (idFile !== '') yield* writeIdFile(idFile, imageId);
  } finally {
    for (const path of plan.temporary) yield* removeTemporary(path);
    yield* sys.close(server.fd);
  }
}

/** `dest` is the client's own affair. */
function wireOutput({ type, attributes }: ReturnType<typeof parseOutputs>[number]) {
  const { dest: _dest, ...rest } = attributes;
  return { Type: type, Attrs: type === 'local' || type === 'tar' ? rest : attributes };
}

// --- what is built

function* makePlan({ name, flags }: Invocation): Sys<Plan> {
  const given = flags.text('file');
  if (name === '-') {
    if (given === '-') {
      const what = "can't use stdin for both build context and dockerfile";
      throw new CliError(`invalid argument: ${what}`);
    }
    const data = yield* sys.readAll(0);
    const none = { folders: new Map(), temporary: [] };
    if (isArchive(data)) return { ...none, remote: UPLOAD, dockerfile: given, body: data };
    const folder = yield* temporaryFolder();
    const empty = yield* temporaryFolder();
    yield* sys.writeFile(`${folder}/Dockerfile`, data, 0o600);
    return planOf('Dockerfile', folder, empty, [`${folder}/Dockerfile`, folder, empty]);
  }
  if (yield* isThere(name)) return yield* localPlan(name, given);
  if (/^(https?|git):\/\/|^github\.com\/|^git@/.test(name))
    return {
      ...{ remote: name, dockerfile: given, body: undefined },
      ...{ folders: new Map(), temporary: [] },
    };
  throw new CliError(`unable to prepare context: path ${JSON.stringify(name)} not found`);
}

function planOf(
  dockerfile: string,
  dockerfileFolder: string,
  context: string,
  temporary: readonly string[],
): Plan {
  const folders = new Map([
    ['context', { path: context, resetOwner: true }],
    ['dockerfile', { path: dockerfileFolder, resetOwner: false }],
  ]);
  return { remote: SESSION, dockerfile, folders, body: undefined, temporary };
}

function* localPlan(context: string, given: string): Sys<Plan> {
  if (given === '') return planOf('', context, context, []);
  if (given === '-') {
    const folder = yield* temporaryFolder();
    yield* sys.writeFile(`${folder}/Dockerfile`, yield* sys.readAll(0), 0o600);
    return planOf('Dockerfile', folder, context, [`${folder}/Dockerfile`, folder]);
  }
  const clean = given.replace(/\/+$/, '');
  const slash = clean.lastIndexOf('/');
  const folder = slash < 0 ? '.' : slash === 0 ? '/' : clean.slice(0, slash);
  return planOf(clean.slice(slash + 1), folder, context, []);
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

function* temporaryFolder(): Sys<string> {
  const path = `/tmp/docker-build-tempdockerfile-${toHex(yield* sys.random(5))}`;
  yield* sys.mkdir(path, 0o700);
  return path;
}

function* removeTemporary(path: string): Sys<void> {
  try {
    if ((yield* sys.stat(path)).type === 'dir') yield* sys.rmdir(path);
    else yield* sys.unlink(path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}

// --- connections

interface OpenSession {
  readonly fd: number;
  server: SessionServer;
}

function* openSession(
  { name }: Invocation,
  id: string,
  offer: SessionOffer,
  ssh: boolean,
): Sys<OpenSession> {
  const methods = [CREDENTIALS, HEALTH_CHECK];
  if (offer.folders.size > 0) methods.push(DIFF_COPY);
  if (offer.target) methods.push(SEND_FILES);
  if (offer.secrets.size > 0) methods.push(GET_SECRET);
  if (ssh) methods.push(CHECK_AGENT);
  const cwd = yield* sys.getcwd();
  const { fd } = yield* open('POST', '/session', {
    headers: {
      connection: 'Upgrade',
      upgrade: 'h2c',
      'x-docker-expose-session-uuid': id,
      'x-docker-expose-session-name': name.slice(name.lastIndexOf('/') + 1),
      'x-docker-expose-session-sharedkey': `${cwd}:${name}`,
      'x-docker-expose-session-grpc-method': methods.join(', '),
    },
    stream: true,
  });
  return { fd, server: new SessionServer(fd, offer) };
}

function* upload(body: Uint8Array, buildId: string): Sys<void> {
  const query = { buildid: `${UPLOAD}:${buildId}`, version: '2' };
  const headers = { 'content-type': 'application/x-tar' };
  const { fd } = yield* open('POST', '/build', { query, body, headers });
  yield* sys.readAll(fd);
  yield* sys.close(fd);
}

// --- the build

interface Following {
  server: SessionServer;
  progress: BuildProgress;
  pending: Uint8Array;
  imageId: string;
  text: string;
  sessionOpen: boolean;
}

function* follow(
  { flags, env }: Invocation,
  fd: number,
  session: OpenSession,
  stdoutUsed: boolean,
): Sys<string> {
  const quiet = flags.bool('quiet');
  const wanted = flags.text('progress') || 'auto';
  const mode = wanted === 'auto' ? (env['BUILDKIT_PROGRESS'] ?? 'auto') : wanted;
  const terminal = ['auto', 'tty'].includes(mode) && (yield* sys.isatty(2));
  let state: Following = {
    server: session.server,
    progress: new BuildProgress(terminal),
    ...{ pending: NO_BYTES, imageId: '', text: '', sessionOpen: true },
  };
  let failure: CliError | undefined;
  for (;;) {
    state = yield* sys.turn('buildkit', state);
    const entries = [{ fd, read: true }];
    if (state.sessionOpen) entries.push({ fd: session.fd, read: true });
    const ready = yield* sys.poll(entries, DISPLAY_TICK_US);
    if (state.sessionOpen && ready.some((entry) => entry.fd === session.fd)) {
      const bytes = yield* sys.read(session.fd);
      state.sessionOpen = bytes.length > 0 && (yield* state.server.receive(bytes));
    }
    let over = false;
    if (ready.some((entry) => entry.fd === fd)) {
      const bytes = yield* sys.read(fd);
      over = bytes.length === 0;
      failure = (yield* takeLines(state, bytes)) ?? failure;
    }
    if (!quiet) yield* state.progress.show(over);
    if (over) break;
  }
  yield* sys.close(fd);
  if (failure) {
    if (quiet) yield* state.progress.show(true);
    throw failure;
  }
  if (quiet && !stdoutUsed) yield* out(state.text);
  return quiet ? state.text.trim() : state.imageId;
}

/** All whole lines; an error among them is the end. */
function* takeLines(state: Following, bytes: Uint8Array): Sys<CliError | undefined> {
  let rest = state.pending.length === 0 ? bytes : concatBytes([state.pending, bytes]);
  let failure: CliError | undefined;
  const { unixUs } = yield* sys.clock();
  for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
    const line = decodeUtf8(rest.subarray(0, end)).trim();
    rest = rest.subarray(end + 1);
    if (line === '') continue;
    const message = JSON.parse(line) as WireMessage;
    if (message.errorDetail) failure = new CliError(message.errorDetail.message ?? '', 1);
    else if (message.id === 'moby.image.id')
      state.imageId = (message.aux as { ID?: string }).ID ?? '';
    else if (message.id === 'moby.buildkit.trace') {
      const status = traceOf(message.aux);
      if (status) state.progress.update(status, unixUs);
    } else state.text += message.stream ?? '';
  }
  state.pending = rest.slice();
  return failure;
}

function traceOf(aux: unknown): BuildStatus | undefined {
  const bytes = typeof aux === 'string' ? fromBase64(aux) : undefined;
  return bytes && readBuildStatus(bytes);
}

function* writeIdFile(file: string, imageId: string): Sys<void> {
  if (imageId === '')
    throw new CliError(`cannot write ${file} because server did not provide an image ID`);
  yield* writeImageIdFile(file, imageId, 'cannot write image ID file: ');
}
