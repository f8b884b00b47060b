/**
 * Walks paths: components, '.', '..', symbolic links, mounts, permission to search. Models
 * `fs/namei.c`, including its limits: 40 symbolic links, names of 255 and paths of 4096 bytes.
 */
import type { Description } from '../descriptors';
import type { Credentials } from '../process';
import { SysError } from '../syscalls';
import type { FileStat } from '../syscalls';
import { type MountNamespace, type Mount, type Place, samePlace } from './mounts';

const LINKS_MAX = 40;
const NAME_BYTES_MAX = 255;
const PATH_BYTES_MAX = 4096;

/** From where and as whom a path is walked. */
export interface Walker {
  readonly namespace: MountNamespace;
  readonly root: Place;
  readonly cwd: Place;
  readonly credentials: Credentials;
}

/** Where a path leads. */
export interface Walked {
  /** Undefined: there is nothing of that name in `parent`. */
  readonly place: Place | undefined;
  /** Directory of the last component, for making and removing names. */
  readonly parent: Place;
  /** Last component; '.', '..' and '' (the root) name nothing that could be made or removed. */
  readonly name: string;
  /** The path ended in a slash: only a directory will do. */
  readonly trailingSlash: boolean;
  /** A link of procfs led to an open file that has no place. */
  readonly description?: Description;
}

export type AccessMask = number;
export const READ = 4;
export const WRITE = 2;
export const EXECUTE = 1;

/** True if these credentials may do that (generic_permission with root's capabilities). */
export function permits(stat: FileStat, who: Credentials, want: AccessMask): boolean {
  if (who.uid === 0) {
    const needsBit = (want & EXECUTE) !== 0 && stat.type !== 'dir';
    return !needsBit || (stat.mode & 0o111) !== 0;
  }
  const shift = who.uid === stat.uid ? 6 : who.gid === stat.gid ? 3 : 0;
  return ((stat.mode >> shift) & 7 & want) === want;
}

export function requireAccess(place: Place, who: Credentials, want: AccessMask): void {
  const { inode } = place;
  if (!permits(inode.fs.stat(inode), who, want)) throw new SysError('EACCES');
}

interface WalkState {
  links: number;
  description: Description | undefined;
}

/** Where a path leads; `follow` says whether a link at its very end is followed. */
export function walk(walker: Walker, path: string, follow: boolean): Walked {
  if (path === '') throw new SysError('ENOENT');
  if (path.length >= PATH_BYTES_MAX) throw new SysError('ENAMETOOLONG');
  return walkFrom(walker, walker.cwd, path, follow, { links: 0, description: undefined });
}

function walkFrom(
  walker: Walker,
  start: Place,
  path: string,
  follow: boolean,
  state: WalkState,
): Walked {
  const parts = path.split('/').filter((part) => part !== '');
  const trailingSlash = path.endsWith('/') && parts.length > 0;
  let at = path.startsWith('/') ? walker.root : start;
  let parent = at;
  if (parts.length === 0) return { place: at, parent: at, name: '', trailingSlash: false };
  for (let i = 0; i < parts.length; i++) {
    const name = parts[i]!;
    const last = i === parts.length - 1;
    parent = requireDirectory(at, walker.credentials);
    if (name === '.') continue;
    if (name === '..') {
      at = stepUp(walker, at);
      continue;
    }
    if (name.length > NAME_BYTES_MAX) throw new SysError('ENAMETOOLONG');
    const found = at.inode.fs.lookup(at.inode, name);
    if (!found) {
      if (last) return { place: undefined, parent: at, name, trailingSlash };
      throw new SysError('ENOENT');
    }
    const step = walker.namespace.enter({ mount: at.mount, inode: found });
    if (step.inode.type !== 'symlink' || (last && !follow && !trailingSlash)) {
      at = step;
      continue;
    }
    const led = followLink(walker, parent, step, state);
    if (state.description && last)
      return { place: undefined, parent, name, trailingSlash, description: state.description };
    if (state.description) throw new SysError('ENOTDIR');
    if (!led.place) {
      // A dangling link: O_CREAT makes what it points at.
      if (last) return { ...led, trailingSlash: trailingSlash || led.trailingSlash };
      throw new SysError('ENOENT');
    }
    at = led.place;
  }
  if (trailingSlash && at.inode.type !== 'dir') throw new SysError('ENOTDIR');
  return { place: at, parent, name: parts[parts.length - 1]!, trailingSlash };
}

function followLink(walker: Walker, dir: Place, link: Place, state: WalkState): Walked {
  state.links++;
  if (state.links > LINKS_MAX) throw new SysError('ELOOP');
  const { inode } = link;
  const magic = inode.fs.magicTarget?.(inode);
  if (magic?.place) {
    const place = { mount: magic.place.mount as Mount, inode: magic.place.inode };
    return { place, parent: dir, name: '', trailingSlash: false };
  }
  if (magic?.description) {
    state.description = magic.description;
    return { place: undefined, parent: dir, name: '', trailingSlash: false };
  }
  const target = inode.fs.readlink(inode);
  if (target === '') throw new SysError('ENOENT');
  return walkFrom(walker, dir, target, true, state);
}

function requireDirectory(place: Place, who: Credentials): Place {
  if (place.inode.type !== 'dir') throw new SysError('ENOTDIR');
  if (who.uid !== 0) requireAccess(place, who, EXECUTE);
  return place;
}

function stepUp(walker: Walker, at: Place): Place {
  if (samePlace(at, walker.root)) return at;
  const up = walker.namespace.parentOf(at);
  return up ? walker.namespace.enter(up) : at;
}

/** The place of a path that must exist. */
export function find(walker: Walker, path: string, follow = true): Place {
  const walked = walk(walker, path, follow);
  if (!walked.place) throw new SysError('ENOENT');
  return walked.place;
}

/** Absolute path of a directory or, with the name known, of anything; undefined if unreachable. */
export function pathOf(namespace: MountNamespace, root: Place, place: Place): string | undefined {
  const names: string[] = [];
  let at = place;
  for (let depth = 0; depth < PATH_BYTES_MAX; depth++) {
    if (samePlace(at, root)) return `/${names.reverse().join('/')}`;
    const covered = uncover(at);
    const up = namespace.parentOf(at);
    if (!up || samePlace(up, at)) return up ? `/${names.reverse().join('/')}` : undefined;
    const name = nameIn(up, covered);
    if (name === undefined) return undefined;
    names.push(name);
    at = namespace.enter(up);
  }
  return undefined;
}

/**
 * The inode that a place has in the directory above: the mount point, where it is a mount's root.
 */
function uncover(place: Place): Place {
  let at = place;
  while (at.inode === at.mount.root && at.mount.parent && at.mount.mountPoint)
    at = { mount: at.mount.parent, inode: at.mount.mountPoint };
  return at;
}

function nameIn(dir: Place, child: Place): string | undefined {
  const { fs } = dir.inode;
  for (const entry of fs.entries(dir.inode))
    if (fs.lookup(dir.inode, entry.name) === child.inode) return entry.name;
  return undefined;
}
