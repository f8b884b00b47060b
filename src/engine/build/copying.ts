/**
 * COPY and ADD: which files a line means, and how they come into the image (moby
 * `builder/dockerfile/copy.go`).
 */
import type { FileSystem, Inode } from '../../kernel';
import { SysError } from '../../kernel';
import { shellPattern } from '../../api';
import { BuildFailure, wrapFailure } from './failure';
import { cleanPath, joinPath } from './go-text';
import { archiveIn } from './context-tar';
import { unpackInto } from './unpack-add';
import {
  findIn,
  hashAll,
  hashEntry,
  readAll,
  removeTree,
  resolveIn,
  walkIn,
  type Found,
} from './source';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** One source of the line. */
export interface CopyInfo {
  readonly path: string;
  /** `file:...` or `dir:...` */
  readonly hash: string;
}

export interface CopySource {
  readonly fs: FileSystem;
  /** The build context: its errors say so. */
  readonly isContext: boolean;
  /** User and group names that the archive gave, by path. */
  readonly owners: ReadonlyMap<string, string>;
  /** Told of each file and its digest. */
  readonly looked?: Map<string, string>;
}

/** `createCopyInstruction`: what the line's sources stand for. Throws. */
export function collectSources(
  source: CopySource,
  paths: readonly string[],
  command: 'ADD' | 'COPY',
): CopyInfo[] {
  const infos = wrapFailure(`${command} failed`, () => {
    const all = paths.slice(0, -1).flatMap((path) => infosOf(source, path, command));
    if (all.length === 0) throw new BuildFailure('no source files were specified');
    return all;
  });
  if (infos.length > 1 && !paths.at(-1)!.endsWith('/')) {
    const rule = 'the destination must be a directory and end with a /';
    throw new BuildFailure(`When using ${command} with more than one source file, ${rule}`);
  }
  return infos;
}

function infosOf(source: CopySource, path: string, command: 'ADD' | 'COPY'): CopyInfo[] {
  if (/^https?:\/\//.test(path)) {
    if (command === 'COPY') throw new BuildFailure("source can't be a URL for COPY");
    throw unreachable(path);
  }
  const trimmed = path.replace(/^\//, '').replace(/^\.\//, '');
  if (!hasWildcards(trimmed)) return [infoOf(source, trimmed)];
  const pattern = shellPattern(trimmed);
  if (!pattern) return [];
  const out: CopyInfo[] = [];
  for (const found of walkIn(source.fs, { inode: source.fs.root, path: '' }))
    if (pattern.test(found.path)) out.push(infoOf(source, found.path));
  return out;
}

function hasWildcards(path: string): boolean {
  for (let i = 0; i < path.length; i++) {
    if (path[i] === '\\') i++;
    else if ('*?['.includes(path[i]!)) return true;
  }
  return false;
}

function infoOf(source: CopySource, path: string): CopyInfo {
  const clean = cleanPath(path);
  if (source.isContext && (clean === '..' || clean.startsWith('../')))
    throw new BuildFailure(`forbidden path outside the build context: ${path} ()`);
  const found = findIn(source.fs, path);
  if (!found) {
    const reason = `stat ${path}: file does not exist`;
    const where = 'file not found in build context or excluded by .dockerignore';
    throw new BuildFailure(source.isContext ? `${where}: ${reason}` : reason);
  }
  const hashOf = (entry: Found) => {
    const hash = hashEntry(source.fs, entry, source.owners);
    if (entry.inode.type !== 'dir') source.looked?.set(entry.path, `sha256:${hash}`);
    return hash;
  };
  if (found.inode.type !== 'dir') return { path, hash: `file:${hashOf(found)}` };
  const below = [...walkIn(source.fs, found)];
  const all = found.path === '' ? below : [found, ...below];
  const hashes = all.map(hashOf);
  return { path, hash: hashAll('dir', hashes.sort()) };
}

/** `getSourceHashFromInfos` */
export function hashOfSources(infos: readonly CopyInfo[]): string {
  if (infos.length === 1) return infos[0]!.hash;
  return hashAll(
    'multi',
    infos.map((info) => info.hash),
  );
}

/** ADD of something that is out there: this world has no such place. */
function unreachable(url: string): BuildFailure {
  const host = /^https?:\/\/([^/:?#]*)/.exec(url)![1]!;
  const port = /^https?:\/\/[^/:?#]*:(\d+)/.exec(url)?.[1] ?? (url.startsWith('https') ? 443 : 80);
  const reason = /^[\d.]+$/.test(host)
    ? `dial tcp ${host}:${port}: connect: connection refused`
    : `dial tcp: lookup ${host} on 192.168.0.100:53: no such host`;
  return new BuildFailure(`Get "${url}": ${reason}`);
}

// --- writing

export interface CopyJob {
  readonly source: CopySource;
  readonly infos: readonly CopyInfo[];
  readonly destination: string;
  readonly workingDir: string;
  /** Undefined: owners stay as they are (COPY --from without --chown). */
  readonly owner: Owner | undefined;
  /** ADD unpacks archives. */
  readonly unpack: boolean;
  /** As the messages show the place of the root. */
  readonly rootName: string;
}

const ROOT: Owner = { uid: 0, gid: 0 };

/** `performCopyForInfo` for all sources of a line. */
export function copyInto(fs: FileSystem, job: CopyJob): void {
  const destination = normalizeDestination(job.workingDir, job.destination);
  wrapFailure('failed to copy files', () => {
    try {
      for (const info of job.infos) copyOne(fs, job, info, destination);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const shown = `${job.rootName}${cleanPath(destination)}`;
      throw new BuildFailure(`lstat ${shown}: ${ERRNO[error.errno] ?? error.errno}`);
    }
  });
}

const ERRNO: Readonly<Record<string, string>> = {
  ENOTDIR: 'not a directory',
  EISDIR: 'is a directory',
  ENOSPC: 'no space left on device',
  ENOENT: 'no such file or directory',
};

function normalizeDestination(workingDir: string, requested: string): string {
  const endsInSlash = requested.endsWith('/') || /(^|\/)\.$/.test(requested);
  const path = requested.startsWith('/') ? requested : joinPath('/', workingDir, requested);
  return endsInSlash && !path.endsWith('/') ? `${path}/` : path;
}

function copyOne(fs: FileSystem, job: CopyJob, info: CopyInfo, destination: string): void {
  const from = findIn(job.source.fs, info.path)!;
  if (from.inode.type === 'dir') {
    const dir = makeDirectory(fs, destination, ROOT);
    if (job.owner && dir.made) fs.setAttributes(dir.inode, job.owner);
    copyTree(job.source.fs, from.inode, fs, dir.inode, job.owner);
    return;
  }
  if (job.unpack && from.inode.type === 'file') {
    const packed = archiveIn(readAll(job.source.fs, from.inode));
    if (packed) {
      unpackInto(fs, makeDirectory(fs, destination, ROOT).inode, packed);
      return;
    }
  }
  const place = resolveIn(fs, destination);
  const isDir = place.rest.length === 0 && place.known.inode.type === 'dir';
  const base = info.path.slice(info.path.lastIndexOf('/') + 1);
  const path = destination.endsWith('/') || isDir ? joinPath(destination, base) : destination;
  copyFile(fs, job, from, path);
}

function copyFile(fs: FileSystem, job: CopyJob, from: Found, path: string): void {
  const { known, rest } = resolveIn(fs, path);
  const resolved = joinPath('/', known.path, ...rest);
  const slash = resolved.lastIndexOf('/');
  const parent = makeDirectory(fs, resolved.slice(0, slash), job.owner ?? ROOT).inode;
  putNode(job.source.fs, from.inode, fs, parent, resolved.slice(slash + 1), job.owner);
}

/** `MkdirAllAndChownNew`: new ones get the owner. */
function makeDirectory(
  fs: FileSystem,
  path: string,
  owner: Owner,
): { readonly inode: Inode; readonly made: boolean } {
  const { known, rest } = resolveIn(fs, path);
  let at = known.inode;
  if (at.type !== 'dir') throw new SysError('ENOTDIR');
  for (const name of rest) at = fs.create(at, name, { type: 'dir', mode: 0o755, ...owner });
  return { inode: at, made: rest.length > 0 };
}

function copyTree(
  from: FileSystem,
  source: Inode,
  to: FileSystem,
  target: Inode,
  owner: Owner | undefined,
  links: Links = new Map(),
): void {
  for (const { name } of from.entries(source)) {
    const child = from.lookup(source, name);
    if (child) putNode(from, child, to, target, name, owner, links);
  }
}

/** Copies by the number of the file that several names share: they share one again. */
type Links = Map<number, Inode>;

/** One file or a whole directory under a name, in place of what was there. */
function putNode(
  from: FileSystem,
  source: Inode,
  to: FileSystem,
  parent: Inode,
  name: string,
  owner: Owner | undefined,
  links: Links = new Map(),
): void {
  const { type, mode, uid, gid, rdev, mtimeUs, ino, nlink } = from.stat(source);
  const who = owner ?? { uid, gid };
  const old = to.lookup(parent, name);
  if (old && !(old.type === 'dir' && type === 'dir')) removeTree(to, parent, name, old);
  const shared = type === 'file' && nlink > 1 ? links.get(ino) : undefined;
  if (shared) {
    to.link(shared, parent, name);
    return;
  }
  const kept = old?.type === 'dir' && type === 'dir' ? old : undefined;
  const link = type === 'symlink' ? { target: from.readlink(source) } : {};
  const made = kept ?? to.create(parent, name, { type, mode, rdev, ...who, ...link });
  if (type === 'dir') copyTree(from, source, to, made, owner, links);
  else if (type === 'file') {
    const data = readAll(from, source);
    if (data.length > 0) to.write(made, 0, data);
  }
  if (type === 'file' && nlink > 1) links.set(ino, made);
  to.setAttributes(made, { ...who, mtimeUs, ...(type === 'symlink' ? {} : { mode }) });
}
