/**
 * The build context's archive, unpacked into a tree (docker `pkg/archive.Untar` as the builder uses it:
 * names that begin with `.wh.` are files like others).
 */
import { SECOND_US } from '../../base';
import { isGzip, plainArchive } from '../content/gunzip';
import type { LayerNode } from '../content/layer';
import { ArchiveError, readTar, type ReadEntry } from '../content/tar-reader';
import { BLOCK } from '../content/tar-writer';
import { deviceNumber } from '../../kernel';
import { BuildFailure } from './failure';
import { cleanPath } from './go-text';

interface OpenDir {
  node: Omit<LayerNode, 'children'>;
  readonly children: Map<string, OpenDir | LayerNode>;
}

/** The archive of a file that ADD unpacks; undefined if it is none (`archive.isArchivePath`). */
export function archiveIn(bytes: Uint8Array): Uint8Array | undefined {
  try {
    const plain = isGzip(bytes) ? plainArchive(bytes) : bytes;
    return plain.length >= BLOCK && checksumHolds(plain) ? plain : undefined;
  } catch (error) {
    if (error instanceof ArchiveError) return undefined;
    throw error;
  }
}

/** The tree of an archive; its root is a directory of mode 0755. `owners` is told names of users. */
export function readTree(bytes: Uint8Array, owners?: Map<string, string>): LayerNode {
  const root = openDir({ type: 'dir', mode: 0o755, uid: 0, gid: 0, mtimeUs: 0 });
  for (const entry of entriesOf(bytes)) {
    place(root, entry);
    const owner = `${entry.uname ?? ''}:${entry.gname ?? ''}`;
    if (owner !== ':') owners?.set(cleanPath(`/${entry.name}`).slice(1), owner);
  }
  return freeze(root);
}

export function entriesOf(bytes: Uint8Array): readonly ReadEntry[] {
  try {
    return readTar(plainArchive(bytes));
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    throw new BuildFailure(error.message);
  }
}

function openDir(node: OpenDir['node']): OpenDir {
  return { node, children: new Map() };
}

function isOpen(node: OpenDir | LayerNode): node is OpenDir {
  return 'node' in node;
}

function freeze(dir: OpenDir): LayerNode {
  const children = new Map<string, LayerNode>();
  for (const name of [...dir.children.keys()].sort()) {
    const child = dir.children.get(name)!;
    children.set(name, isOpen(child) ? freeze(child) : child);
  }
  return Object.freeze({ ...dir.node, children: Object.freeze(children) });
}

function place(root: OpenDir, entry: ReadEntry): void {
  const parts = cleanPath(`/${entry.name}`)
    .split('/')
    .filter((part) => part !== '');
  const attributes = ownAttributes(entry);
  const name = parts.pop();
  if (name === undefined) {
    if (entry.type === 'dir') root.node = { ...attributes, type: 'dir' };
    return;
  }
  const dir = parts.reduce(childDir, root);
  if (entry.type === 'dir') {
    const known = dir.children.get(name);
    if (known && isOpen(known)) known.node = { ...attributes, type: 'dir' };
    else dir.children.set(name, openDir({ ...attributes, type: 'dir' }));
    return;
  }
  dir.children.set(name, Object.freeze(fileNode(root, entry, attributes)));
}

function fileNode(
  root: OpenDir,
  entry: ReadEntry,
  attributes: ReturnType<typeof ownAttributes>,
): LayerNode {
  switch (entry.type) {
    case 'link':
      return linkTarget(root, entry.linkname);
    case 'symlink':
      return { ...attributes, type: 'symlink', mode: 0o777, target: entry.linkname };
    case 'char':
    case 'block': {
      const rdev = deviceNumber(entry.major ?? 0, entry.minor ?? 0);
      return { ...attributes, type: entry.type, rdev };
    }
    case 'fifo':
      return { ...attributes, type: 'fifo' };
    default:
      return { ...attributes, type: 'file', data: entry.data.slice() };
  }
}

function linkTarget(root: OpenDir, link: string): LayerNode {
  const parts = cleanPath(`/${link}`)
    .split('/')
    .filter((part) => part !== '');
  let at: OpenDir | LayerNode | undefined = root;
  for (const part of parts) at = at && isOpen(at) ? at.children.get(part) : undefined;
  if (!at || isOpen(at)) throw new BuildFailure(`link ${link}: no such file or directory`);
  return at;
}

function childDir(dir: OpenDir, name: string): OpenDir {
  const known = dir.children.get(name);
  if (known && isOpen(known)) return known;
  const made = openDir({ type: 'dir', mode: 0o755, uid: 0, gid: 0, mtimeUs: 0 });
  dir.children.set(name, made);
  return made;
}

function ownAttributes({ mode, uid, gid, mtimeSeconds }: ReadEntry) {
  return { mode: mode & 0o7777, uid, gid, mtimeUs: Math.round(mtimeSeconds * SECOND_US) };
}

/** The sum in the first header, over the bytes with the sum's own place blank. */
function checksumHolds(bytes: Uint8Array): boolean {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : bytes[i]!;
  const text = String.fromCharCode(...bytes.subarray(148, 156)).replace(/[\0 ]+$/, '');
  return parseInt(text.trim(), 8) === sum;
}
