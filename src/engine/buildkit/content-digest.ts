/**
 * Digests of what a step takes from another one's result (moby/buildkit `cache/contenthash`): content,
 * mode, owner, links; never times, and never the name of the thing itself.
 */
import { shellPattern } from '../../api';
import { encodeUtf8 } from '../../base';
import type { FileSystem } from '../../kernel';
import { BuildFailure } from '../build/failure';
import { cleanPath, joinPath } from '../build/go-text';
import { findIn, readAll, resolveIn, walkIn, type Found } from '../build/source';
import { digestOf, sha256Hex } from '../content/digest';

export interface HashedFiles {
  readonly fs: FileSystem;
  /** Told of each file and its digest. */
  readonly looked?: Map<string, string>;
  /** By path without the slash: what counts in place of the mode of a directory. */
  readonly modes: ReadonlyMap<string, number>;
}

export interface Selector {
  readonly path: string;
  readonly wildcard: boolean;
  readonly follow: boolean;
}

/** Of all that a selector means; throws what keeps the cache's key from being computed. */
export function contentDigest(files: HashedFiles, selectors: readonly Selector[]): string {
  const parts = selectors.map((selector) => selectorDigest(files, selector));
  return parts.length === 1 ? parts[0]! : digestOf(parts.join('\0'));
}

function selectorDigest(files: HashedFiles, { path, wildcard, follow }: Selector): string {
  if (!wildcard || !hasWildcards(path)) return fileDigest(files, path, follow);
  const found = wildcardMatches(files.fs, path);
  if (found.length === 0) return digestOf('');
  if (found.length === 1 && follow) return fileDigest(files, found[0]!.path, true);
  const parts = found.map((match) => `${match.path}\0${fileDigest(files, match.path, follow)}`);
  return digestOf(parts.join('\0'));
}

export function hasWildcards(path: string): boolean {
  for (let i = 0; i < path.length; i++) {
    if (path[i] === '\\') i++;
    else if ('*?['.includes(path[i]!)) return true;
  }
  return false;
}

/** In the order of their names; a pattern that is none matches nothing. */
export function wildcardMatches(fs: FileSystem, path: string): Found[] {
  const pattern = shellPattern(cleanPath(joinPath('/', path)).slice(1));
  if (!pattern) return [];
  const out: Found[] = [];
  for (const found of walkIn(fs, { inode: fs.root, path: '' }))
    if (pattern.test(found.path)) out.push(found);
  return out;
}

function fileDigest(files: HashedFiles, path: string, follow: boolean): string {
  const clean = joinPath('/', path);
  const found = locate(files.fs, clean, follow);
  return entryDigest(files, found, '');
}

function locate(fs: FileSystem, path: string, follow: boolean): Found {
  if (follow) {
    const found = findIn(fs, path);
    if (found) return found;
    throw missing(fs, path);
  }
  const slash = path.lastIndexOf('/');
  const dir = findIn(fs, path.slice(0, slash));
  const name = path.slice(slash + 1);
  if (dir && name === '') return dir;
  const inode = dir?.inode.type === 'dir' ? fs.lookup(dir.inode, name) : undefined;
  if (!dir || !inode) throw missing(fs, path);
  return { inode, path: dir.path === '' ? name : `${dir.path}/${name}` };
}

/** A missing directory is met while walking, a missing file in the list of what was found. */
function missing(fs: FileSystem, path: string): BuildFailure {
  const slash = path.lastIndexOf('/');
  const parent = path.slice(0, slash);
  if (parent !== '' && !findIn(fs, parent)) {
    const shown = `/var/lib/docker/tmp/buildkit-mount000000000${parent}`;
    return new BuildFailure(`failed to walk ${shown}: lstat ${shown}: no such file or directory`);
  }
  const { known, rest } = resolveIn(fs, path);
  const resolved = `/${[...(known.path === '' ? [] : [known.path]), ...rest].join('/')}`;
  return new BuildFailure(`${JSON.stringify(resolved)} not found: not found`);
}

/** Of a directory: what it is and all that is in it. */
function entryDigest(files: HashedFiles, found: Found, name: string): string {
  const { fs, modes } = files;
  const { inode, path } = found;
  const { type, mode, uid, gid, size, rdev } = fs.stat(inode);
  const content = type === 'file' ? digestOf(readAll(fs, inode)) : '';
  const link = type === 'symlink' ? fs.readlink(inode) : '';
  const counted = type === 'dir' ? (modes.get(path) ?? mode) : mode;
  const header = [type, counted, uid, gid, type === 'file' ? size : 0, link, rdev, content];
  if (type !== 'dir') {
    files.looked?.set(path, digestOf(header.join('\0')));
    return digestOf([name, ...header].join('\0'));
  }
  const parts = [[name, ...header].join('\0')];
  const names = fs
    .entries(inode)
    .map((entry) => entry.name)
    .sort();
  for (const child of names) {
    const next = fs.lookup(inode, child);
    if (!next) continue;
    const below = { inode: next, path: path === '' ? child : `${path}/${child}` };
    parts.push(entryDigest(files, below, child));
  }
  return `sha256:${sha256Hex(encodeUtf8(parts.join('\0')))}`;
}
