/**
 * What `docker cp` packs and unpacks on the client's side (moby: pkg/archive/copy.go): names in the
 * archive are changed so that it unpacks under the name wanted. Devices and sockets are left out.
 */
import { NO_BYTES } from '../../../base';
import { SysError, sys, type FileStat, type Sys } from '../../../kernel';
import { CliError } from '../../errors';
import { errnoText } from '../../files';
import { statOf } from '../../output-file';
import { assertsDirectory, dirOf, joinPath, splitEntry } from '../../paths';
import type { TarEntry } from '../../tar-reader';
import type { ContextEntry } from '../../tar-writer';

export interface CopyInfo {
  readonly path: string;
  readonly exists: boolean;
  readonly isDir: boolean;
  /** Name that the user gave to what a link leads to. */
  readonly rebaseName: string;
}

export interface Placement {
  readonly dir: string;
  readonly from: string;
  readonly to: string;
}

/** `PrepareArchiveCopy`: the directory to unpack in, and the change of the first name. */
export function placeCopy(source: CopyInfo, target: CopyInfo): Placement {
  const [dir, to] = splitEntry(target.path);
  const [, base] = splitEntry(source.path);
  if (target.exists && target.isDir) return { dir: target.path, from: '', to: '' };
  if (target.exists && source.isDir) throw new CliError('cannot copy directory');
  const from = source.rebaseName !== '' ? source.rebaseName : base;
  if (!target.exists && !source.isDir && assertsDirectory(target.path))
    throw new CliError('no such directory');
  return { dir, from, to };
}

/** `RebaseArchiveEntries` */
export function rebase<T extends { readonly name: string; readonly link: string }>(
  entries: readonly T[],
  from: string,
  to: string,
  isLink: (entry: T) => boolean,
): T[] {
  if (from === to) return [...entries];
  const change = (text: string) => {
    const old = from === '/' ? '' : from;
    return text.startsWith(old) ? to + text.slice(old.length) : text.replace(old, () => to);
  };
  return entries.map((entry) => ({
    ...entry,
    name: change(entry.name),
    link: isLink(entry) ? change(entry.link) : entry.link,
  }));
}

/** `TarResource`: a file, or a directory with all below it, named by its last part. */
export function* pack(source: CopyInfo): Sys<ContextEntry[]> {
  const [dir, base] = splitEntry(source.path);
  const first = source.rebaseName === '' ? base : source.rebaseName;
  const entries: ContextEntry[] = [];
  const seen = new Map<string, string>();
  const walk = function* (path: string, name: string): Sys<void> {
    const stat = yield* sys.lstat(path);
    const entry = yield* entryOf(path, name, stat, seen);
    if (entry) entries.push(entry);
    if (stat.type !== 'dir') return;
    const names = (yield* sys.readdir(path)).map((item) => item.name);
    for (const item of names.sort()) yield* walk(joinPath(path, item), `${name}/${item}`);
  };
  yield* walk(joinPath(dir, base), first === '/' ? '.' : first);
  return entries;
}

function* entryOf(
  path: string,
  name: string,
  stat: FileStat,
  seen: Map<string, string>,
): Sys<ContextEntry | undefined> {
  const { mode, uid, gid } = stat;
  const mtimeSeconds = Math.floor(stat.mtimeUs / 1e6);
  const base = { name, mode, uid, gid, mtimeSeconds, link: '', data: NO_BYTES };
  if (stat.type === 'dir') return { ...base, type: 'dir', name: `${name}/` };
  if (stat.type === 'symlink') return { ...base, type: 'symlink', link: yield* sys.readlink(path) };
  if (stat.type === 'fifo') return { ...base, type: 'fifo' };
  if (stat.type !== 'file') return undefined;
  const place = `${stat.dev}:${stat.ino}`;
  const first = seen.get(place);
  if (first !== undefined) return { ...base, type: 'link', link: first };
  if (stat.nlink > 1) seen.set(place, name);
  return { ...base, type: 'file', data: yield* readOrSay(path) };
}

function* readOrSay(path: string): Sys<Uint8Array> {
  try {
    return yield* sys.readFile(path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    throw new CliError(`open ${path}: ${errnoText(error)}`);
  }
}

/** `Untar` with NoLchown and NoOverwriteDirNonDir: files become the user's own. */
export function* unpack(entries: readonly TarEntry[], dir: string): Sys<void> {
  const dirs: (readonly [string, TarEntry])[] = [];
  for (const entry of entries) {
    const path = joinPath(dir, entry.name);
    if (path !== dir && !path.startsWith(dir === '/' ? '/' : `${dir}/`))
      throw new CliError(`${JSON.stringify(entry.name)} is outside of ${JSON.stringify(dir)}`);
    try {
      yield* unpackOne(entry, path, dir);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      throw new CliError(`${verbOf(entry)} ${path}: ${errnoText(error)}`);
    }
    if (entry.flag === '5') dirs.push([path, entry]);
  }
  for (const [path, entry] of dirs)
    yield* sys.utimes(path, entry.mtimeSeconds * 1e6, entry.mtimeSeconds * 1e6);
}

const verbOf = ({ flag }: TarEntry) => (flag === '5' ? 'mkdir' : flag === '2' ? 'symlink' : 'open');

function* unpackOne(entry: TarEntry, path: string, dir: string): Sys<void> {
  if (!(yield* statOf(dirOf(path), false))) yield* sys.mkdir(dirOf(path), 0o777);
  const old = yield* statOf(path, false);
  const isDir = entry.flag === '5';
  if (old) {
    if (old.type === 'dir' && !isDir)
      throw new CliError(
        `cannot overwrite directory ${quoted(path)} with non-directory ${quoted(dir)}`,
      );
    if (old.type !== 'dir' && isDir)
      throw new CliError(
        `cannot overwrite non-directory ${quoted(path)} with directory ${quoted(dir)}`,
      );
    if (old.type !== 'dir') yield* sys.unlink(path);
  }
  const time = entry.mtimeSeconds * 1e6;
  if (entry.flag === '2') return yield* sys.symlink(entry.link, path);
  if (entry.flag === '1') return yield* sys.link(joinPath(dir, entry.link), path);
  if (isDir && !old) yield* sys.mkdir(path, entry.mode);
  else if (entry.flag === '0') yield* sys.writeFile(path, entry.data, entry.mode);
  else if (entry.flag === '6') yield* sys.mkfifo(path, entry.mode);
  else if (!isDir) return;
  yield* sys.chmod(path, entry.mode);
  yield* sys.utimes(path, time, time);
}

const quoted = (text: string) => JSON.stringify(text);
