/**
 * Where COPY and ADD take files from: the build context or another image's root, as a filesystem with
 * links followed inside it only, and digests of what is copied (moby `builder/remotecontext`).
 */
import { encodeUtf8 } from '../../base';
import type { FileSystem, Inode } from '../../kernel';
import { digestOf, sha256Hex } from '../content/digest';
import { cleanPath } from './go-text';

export interface Found {
  readonly inode: Inode;
  /** Without links, relative to the root; '' for the root. */
  readonly path: string;
}

const LINKS_MAX = 255;

/** `FollowSymlinkInScope` and `Stat`: undefined where there is nothing. */
export function findIn(fs: FileSystem, path: string): Found | undefined {
  const { known, rest } = resolveIn(fs, path);
  return rest.length === 0 ? known : undefined;
}

export interface Resolved {
  /** As far as it is there. */
  readonly known: Found;
  /** Names that are not there yet. */
  readonly rest: readonly string[];
}

/** Follows links without leaving the root; what is missing at the end is left over. */
export function resolveIn(fs: FileSystem, path: string): Resolved {
  const pending = cleanPath(`/${path}`)
    .split('/')
    .filter((part) => part !== '');
  let trail: { name: string; inode: Inode }[] = [];
  let links = 0;
  const here = () => trail.at(-1)?.inode ?? fs.root;
  const found = (): Found => ({ inode: here(), path: trail.map(({ name }) => name).join('/') });
  while (pending.length > 0) {
    const name = pending.shift()!;
    if (name === '.' || name === '') continue;
    if (name === '..') {
      trail = trail.slice(0, -1);
      continue;
    }
    const at = here();
    const next = at.type === 'dir' ? fs.lookup(at, name) : undefined;
    if (!next || links > LINKS_MAX) return { known: found(), rest: [name, ...pending] };
    if (next.type !== 'symlink') {
      trail.push({ name, inode: next });
      continue;
    }
    links++;
    const target = fs.readlink(next);
    if (target.startsWith('/')) trail = [];
    pending.unshift(...target.split('/').filter((part) => part !== ''));
  }
  return { known: found(), rest: [] };
}

/** All below a directory in `filepath.Walk`'s order, paths relative to the filesystem's root. */
export function* walkIn(fs: FileSystem, from: Found): Generator<Found> {
  const names = fs
    .entries(from.inode)
    .map((entry) => entry.name)
    .sort(compareBytes);
  for (const name of names) {
    const inode = fs.lookup(from.inode, name);
    if (!inode) continue;
    const found = { inode, path: from.path === '' ? name : `${from.path}/${name}` };
    yield found;
    if (inode.type === 'dir') yield* walkIn(fs, found);
  }
}

function compareBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function readAll(fs: FileSystem, inode: Inode): Uint8Array {
  return fs.read(inode, 0, fs.stat(inode).size);
}

/** Digest over a file's header, without times, and its content (`tarsum` version 1). */
export function hashEntry(
  fs: FileSystem,
  { inode, path }: Found,
  owners: ReadonlyMap<string, string>,
): string {
  const { type, mode, uid, gid, size, rdev } = fs.stat(inode);
  const link = type === 'symlink' ? fs.readlink(inode) : '';
  const content = type === 'file' ? digestOf(readAll(fs, inode)) : '';
  const fields = [
    path,
    type,
    mode,
    uid,
    gid,
    type === 'file' ? size : 0,
    link,
    rdev,
    content,
    owners.get(path) ?? '',
  ];
  return sha256Hex(encodeUtf8(fields.join('\0')));
}

/** `hashStringSlice` */
export function hashAll(kind: string, hashes: readonly string[]): string {
  return `${kind}:${sha256Hex(hashes.join(','))}`;
}

export function removeTree(fs: FileSystem, parent: Inode, name: string, inode: Inode): void {
  if (inode.type !== 'dir') return fs.unlink(parent, name);
  for (const entry of [...fs.entries(inode)]) {
    const child = fs.lookup(inode, entry.name);
    if (child) removeTree(fs, inode, entry.name, child);
  }
  fs.rmdir(parent, name);
}
