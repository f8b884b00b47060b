/**
 * An archive that ADD unpacks, entry by entry into the image (docker `pkg/archive.Unpack` in a root of
 * its own): names cannot lead above the target, links are hard links, a folder without an entry is
 * made where it is missing and left alone where it is not.
 */
import { SECOND_US } from '../../base';
import { deviceNumber, type FileSystem, type Inode } from '../../kernel';
import type { ReadEntry } from '../content/tar-reader';
import { entriesOf } from './context-tar';
import { BuildFailure } from './failure';
import { cleanPath } from './go-text';
import { removeTree } from './source';

function partsOf(name: string): string[] {
  return cleanPath(`/${name}`)
    .split('/')
    .filter((part) => part !== '');
}

export function unpackInto(fs: FileSystem, target: Inode, archive: Uint8Array): void {
  const folders: { inode: Inode; entry: ReadEntry }[] = [];
  for (const entry of entriesOf(archive)) {
    const made = put(fs, target, entry);
    if (made && entry.type === 'dir') folders.push({ inode: made, entry });
  }
  // What came into a folder has changed its time.
  for (const { inode, entry } of folders)
    fs.setAttributes(inode, { mtimeUs: Math.round(entry.mtimeSeconds * SECOND_US) });
}

function put(fs: FileSystem, target: Inode, entry: ReadEntry): Inode | undefined {
  const parts = partsOf(entry.name);
  const name = parts.pop();
  if (name === undefined) {
    if (entry.type === 'dir') fs.setAttributes(target, attributesOf(entry));
    return entry.type === 'dir' ? target : undefined;
  }
  const parent = folderIn(fs, target, parts);
  const old = fs.lookup(parent, name);
  if (old && !(old.type === 'dir' && entry.type === 'dir')) removeTree(fs, parent, name, old);
  const made = old?.type === 'dir' && entry.type === 'dir' ? old : make(fs, target, parent, entry);
  if (entry.type === 'file' && entry.data.length > 0) fs.write(made, 0, entry.data);
  const { mode, ...owner } = attributesOf(entry);
  fs.setAttributes(made, entry.type === 'symlink' ? owner : { mode, ...owner });
  return made;
}

function make(fs: FileSystem, target: Inode, parent: Inode, entry: ReadEntry): Inode {
  const name = partsOf(entry.name).at(-1)!;
  const { uid, gid, mode } = attributesOf(entry);
  if (entry.type === 'link') {
    const other = partsOf(entry.linkname).reduce<Inode | undefined>(
      (at, part) => (at?.type === 'dir' ? fs.lookup(at, part) : undefined),
      target,
    );
    if (!other) throw new BuildFailure(`link ${entry.linkname}: no such file or directory`);
    fs.link(other, parent, name);
    return other;
  }
  const rdev = deviceNumber(entry.major ?? 0, entry.minor ?? 0);
  const link = entry.type === 'symlink' ? { target: entry.linkname } : {};
  const isDevice = entry.type === 'char' || entry.type === 'block';
  return fs.create(parent, name, {
    type: entry.type,
    mode: entry.type === 'symlink' ? 0o777 : mode,
    uid,
    gid,
    ...(isDevice ? { rdev } : {}),
    ...link,
  });
}

function folderIn(fs: FileSystem, target: Inode, parts: readonly string[]): Inode {
  let at = target;
  for (const part of parts) {
    const known = fs.lookup(at, part);
    if (known?.type === 'dir') {
      at = known;
      continue;
    }
    if (known) throw new BuildFailure(`mkdir ${part}: not a directory`);
    at = fs.create(at, part, { type: 'dir', mode: 0o755, uid: 0, gid: 0 });
  }
  return at;
}

function attributesOf({ mode, uid, gid, mtimeSeconds }: ReadEntry) {
  return { mode: mode & 0o7777, uid, gid, mtimeUs: Math.round(mtimeSeconds * SECOND_US) };
}
