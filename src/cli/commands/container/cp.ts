/** `docker container cp` (docker/cli: cli/command/container/cp.go). */
import type { Command } from '../../command';
import { exactly } from '../../command';
import { decodeUtf8, fromBase64 } from '../../../base';
import { SysError, sys, type Sys } from '../../../kernel';
import { open } from '../../client';
import { CliError } from '../../errors';
import { errnoText } from '../../files';
import { out } from '../../invocation';
import { checkOutputPath, statOf } from '../../output-file';
import { baseOf, dirOf, joinPath, meansContent, splitEntry, withEndOf } from '../../paths';
import { readArchive } from '../../tar-reader';
import { contextArchive } from '../../tar-writer';
import { pack, placeCopy, rebase, unpack, type CopyInfo } from './copy-archive';

export const containerCp: Command = {
  kind: 'command',
  name: 'cp',
  usage:
    '[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n\tdocker cp [OPTIONS] SRC_PATH|- ' +
    'CONTAINER:DEST_PATH',
  summary: 'Copy files/folders between a container and the local filesystem',
  long:
    "Copy files/folders between a container and the local filesystem\n\nUse '-' as " +
    'the source to read a tar archive from stdin\nand extract it to a directory ' +
    "destination in a container.\nUse '-' as the destination to stream a tar " +
    'archive of a\ncontainer source to stdout.',
  flags: [
    {
      name: 'archive',
      short: 'a',
      type: 'bool',
      help: 'Archive mode (copy all uid/gid information)',
    },
    {
      name: 'follow-link',
      short: 'L',
      type: 'bool',
      help: 'Always follow symbol link in SRC_PATH',
    },
  ],
  args: exactly(2),
  completes: ['container', 'file'],
  *run({ args, flags }) {
    const [from = '', to = ''] = args;
    if (from === '') throw new CliError('source can not be empty');
    if (to === '') throw new CliError('destination can not be empty');
    const [source, sourcePath] = splitArgument(from);
    const [target, targetPath] = splitArgument(to);
    if (source !== '' && target !== '')
      throw new CliError('copying between containers is not supported');
    const follow = flags.bool('follow-link');
    if (source !== '') yield* copyOut(source, sourcePath, targetPath, follow);
    else if (target !== '')
      yield* copyIn(target, sourcePath, targetPath, follow, flags.bool('archive'));
    else throw new CliError('must specify at least one container source');
  },
};

/** Container and path; a path of the machine has no container. */
function splitArgument(text: string): readonly [container: string, path: string] {
  const colon = text.indexOf(':');
  if (text.startsWith('/') || text.startsWith('.') || colon < 0) return ['', text];
  return [text.slice(0, colon), text.slice(colon + 1)];
}

function* localPath(path: string): Sys<string> {
  return withEndOf(
    path.startsWith('/') ? joinPath('/', path) : joinPath(yield* sys.getcwd(), path),
    path,
  );
}

interface PathStat {
  /** Bits of Go's `os.FileMode`. */
  readonly mode: number;
  readonly linkTarget: string;
}

const hasBit = ({ mode }: PathStat, bit: number) => Math.floor(mode / 2 ** bit) % 2 === 1;
const isDirectory = (stat: PathStat) => hasBit(stat, 31);
const isSymlink = (stat: PathStat) => hasBit(stat, 27);
const isDevice = (stat: PathStat) => hasBit(stat, 26);

function readStat(headers: Readonly<Record<string, string>>): PathStat {
  for (const [key, value] of Object.entries(headers)) {
    if (key.toLowerCase() !== 'x-docker-container-path-stat') continue;
    const bytes = fromBase64(value);
    if (bytes) return JSON.parse(decodeUtf8(bytes)) as PathStat;
  }
  throw new CliError('unable to decode container path stat header: EOF');
}

function request(container: string, path: string) {
  const missing = ['container:path', `${container}:${path}`] as const;
  return { query: { path }, missing };
}

/** Nothing where the daemon refuses. */
function* statPath(container: string, path: string): Sys<PathStat | undefined> {
  try {
    const opened = yield* open(
      'HEAD',
      `/containers/${container}/archive`,
      request(container, path),
    );
    yield* sys.close(opened.fd);
    return readStat(opened.headers);
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}

function leadsTo(path: string, stat: PathStat): string {
  const { linkTarget } = stat;
  return linkTarget.startsWith('/') ? linkTarget : joinPath(splitEntry(path)[0], linkTarget);
}

/** `GetRebaseName` */
function renamed(path: string, resolved: string): readonly [path: string, rebaseName: string] {
  const end = withEndOf(resolved, path);
  return [end, baseOf(path) === baseOf(end) ? '' : baseOf(path)];
}

function* copyOut(container: string, given: string, to: string, follow: boolean): Sys<void> {
  const target = to === '-' ? to : yield* localPath(to);
  yield* checkOutputPath(target);
  let path = given;
  let rebaseName = '';
  if (follow) {
    const stat = yield* statPath(container, path);
    if (stat && isSymlink(stat)) [path, rebaseName] = renamed(path, leadsTo(path, stat));
  }
  const opened = yield* open('GET', `/containers/${container}/archive`, request(container, path));
  const archive = yield* sys.readAll(opened.fd);
  yield* sys.close(opened.fd);
  if (target === '-') return yield* out(archive);
  const isDir = isDirectory(readStat(opened.headers));
  const source = { path, exists: true, isDir, rebaseName };
  const isLink = ({ flag }: { readonly flag: string }) => flag === '1';
  let entries = readArchive(archive);
  if (rebaseName !== '') entries = rebase(entries, splitEntry(path)[1], rebaseName, isLink);
  const place = placeCopy(source, yield* localTarget(target));
  yield* unpack(rebase(entries, place.from, place.to, isLink), joinPath('/', place.dir));
}

/** `CopyInfoDestinationPath`: links are followed. */
function* localTarget(given: string): Sys<CopyInfo> {
  let path = given;
  for (let links = 0; ; links++) {
    const stat = yield* statOf(path.replace(/(.)\/+$/, '$1'), false);
    if (!stat) {
      const [parent] = splitEntry(path);
      const above = yield* statOf(parent);
      if (!above) throw new CliError(`lstat ${parent}: no such file or directory`);
      if (above.type !== 'dir') throw new CliError('not a directory');
      return { path, exists: false, isDir: false, rebaseName: '' };
    }
    if (stat.type !== 'symlink')
      return { path, exists: true, isDir: stat.type === 'dir', rebaseName: '' };
    if (links >= 10) throw new CliError(`too many symlinks in ${JSON.stringify(given)}`);
    const link = yield* sys.readlink(path.replace(/(.)\/+$/, '$1'));
    path = link.startsWith('/') ? link : joinPath(splitEntry(path)[0], link);
  }
}

function* copyIn(
  container: string,
  from: string,
  to: string,
  follow: boolean,
  keepOwner: boolean,
): Sys<void> {
  const source = from === '-' ? from : yield* localPath(from);
  let path = to;
  let stat = yield* statPath(container, path);
  if (stat && isSymlink(stat)) {
    path = leadsTo(path, stat);
    stat = yield* statPath(container, path);
  }
  if (stat && isDevice(stat)) {
    const must = `destination "${container}:${to}" must be a directory or a regular file`;
    throw new CliError(`${must}: got a device`);
  }
  const isDir = stat !== undefined && isDirectory(stat);
  let dir = path;
  let archive: Uint8Array;
  if (from === '-') {
    if (!isDir) throw new CliError(`destination "${container}:${to}" must be a directory`);
    archive = yield* sys.readAll(0);
  } else {
    const info = yield* localSource(source, follow);
    const target = { path, exists: stat !== undefined, isDir, rebaseName: '' };
    const place = placeCopy(info, target);
    dir = place.dir;
    const entries = yield* pack(info);
    archive = contextArchive(rebase(entries, place.from, place.to, ({ type }) => type === 'link'));
  }
  const { query, missing } = request(container, dir);
  const copyUIDGID = keepOwner ? 'true' : undefined;
  const opened = yield* open('PUT', `/containers/${container}/archive`, {
    query: { ...query, noOverwriteDirNonDir: 'true', copyUIDGID },
    body: archive,
    missing,
  });
  yield* sys.close(opened.fd);
}

/** `CopyInfoSourcePath`; without -L a link as the last part is copied as a link. */
function* localSource(given: string, follow: boolean): Sys<CopyInfo> {
  let path = given;
  let rebaseName = '';
  const whole = follow || given.endsWith('/') || meansContent(given);
  if (whole) {
    let target = joinPath('/', given);
    for (let links = 0; (yield* lstat(target)).type === 'symlink'; links++) {
      if (links > 255) throw new CliError('EvalSymlinks: too many links');
      const link = yield* sys.readlink(target);
      target = link.startsWith('/') ? joinPath('/', link) : joinPath(dirOf(target), link);
    }
    [path, rebaseName] = renamed(given, target);
  }
  const stat = yield* lstat(path);
  return { path, exists: true, isDir: stat.type === 'dir', rebaseName };
}

function* lstat(path: string) {
  try {
    return yield* sys.lstat(path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    throw new CliError(`lstat ${path}: ${errnoText(error)}`);
  }
}
