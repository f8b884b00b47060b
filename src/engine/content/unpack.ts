/**
 * A layer's tree out of the entries of its archive (moby pkg/archive `Unpack` with the overlay whiteout
 * format). Stricter than moby, which relies on a chroot: whatever would leave the layer, go through a
 * symbolic link, or make a device that no image needs is refused before anything is changed.
 */
import type { LayerNode } from './layer';
import { ArchiveError, type ReadEntry } from './tar-reader';

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';
/** null, zero, full, random, urandom; tty, console, ptmx; what base images bring. */
const HARMLESS_DEVICES: ReadonlySet<string> = new Set(
  ['1:3', '1:5', '1:7', '1:8', '1:9', '5:0', '5:1', '5:2'].concat(['0:0', '10:229', '10:200']),
);

interface Open {
  readonly node: Omit<LayerNode, 'children' | 'nlink' | 'opaque' | 'mode'> & { mode: number };
  readonly children: Map<string, Open> | undefined;
  opaque: boolean;
  nlink: number;
}

/** Throws ArchiveError. */
export function unpackLayer(entries: readonly ReadEntry[]): LayerNode {
  const root = directory(0o755, 0, 0, 0);
  for (const entry of entries) place(root, entry);
  return seal(root, new Map());
}

/** Components of a name; leaving the layer is refused. */
export function safePath(name: string): string[] {
  const parts: string[] = [];
  for (const part of name.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (parts.length === 0) throw new ArchiveError(`"${name}" is outside of "/"`);
      parts.pop();
    } else parts.push(part);
  }
  if (name.includes('\0')) throw new ArchiveError(`invalid name ${JSON.stringify(name)}`);
  return parts;
}

function place(root: Open, entry: ReadEntry): void {
  const parts = safePath(entry.name);
  const name = parts.pop();
  if (name === undefined) {
    if (entry.type !== 'dir') throw new ArchiveError(`"${entry.name}" is not a directory`);
    return;
  }
  const parent = folderAt(root, parts, entry);
  if (name === OPAQUE) {
    parent.opaque = true;
    return;
  }
  // Marks of aufs that no layer of this engine has.
  if (name.startsWith('.wh..wh.')) return;
  if (name.startsWith(WHITEOUT)) {
    const hidden = name.slice(WHITEOUT.length);
    if (hidden === '' || hidden === '.' || hidden === '..')
      throw new ArchiveError(`invalid whiteout ${JSON.stringify(entry.name)}`);
    drop(parent, hidden);
    parent.children!.set(hidden, whiteoutOf(entry));
    return;
  }
  const there = parent.children!.get(name);
  if (there?.children && entry.type === 'dir') {
    Object.assign(there.node, attributesOf(entry));
    return;
  }
  const made = entry.type === 'link' ? linked(root, entry) : nodeOf(entry);
  if (made === there) return;
  drop(parent, name);
  parent.children!.set(name, made);
}

/** The directory of a name, made where it is missing (root, 0755). */
function folderAt(root: Open, parts: readonly string[], entry: ReadEntry): Open {
  let at = root;
  for (const part of parts) {
    let next = at.children!.get(part);
    if (!next || next.node.whiteout) {
      next = directory(0o755, 0, 0, entry.mtimeSeconds);
      at.children!.set(part, next);
    }
    if (next.node.type === 'symlink')
      throw new ArchiveError(`"${entry.name}" goes through the symbolic link "${part}"`);
    if (!next.children) throw new ArchiveError(`mkdir ${part}: not a directory`);
    at = next;
  }
  return at;
}

function drop(parent: Open, name: string): void {
  const old = parent.children!.get(name);
  if (old) old.nlink--;
  parent.children!.delete(name);
}

function linked(root: Open, entry: ReadEntry): Open {
  const path = `/${entry.name}`.replace(/\/+/g, '/');
  const refusal = `invalid hardlink "${path}" -> "${entry.linkname}"`;
  let at: Open | undefined = root;
  const raw = entry.linkname.split('/');
  if (raw.includes('..')) throw new ArchiveError(refusal);
  for (const part of safePath(entry.linkname)) at = at?.children?.get(part);
  if (!at || at.node.whiteout)
    throw new ArchiveError(`link /${entry.linkname} ${path}: no such file or directory`);
  if (at.children)
    throw new ArchiveError(`link /${entry.linkname} ${path}: operation not permitted`);
  // Its own owner and mode are applied to the file that both names are.
  Object.assign(at.node, attributesOf(entry));
  at.nlink++;
  return at;
}

function attributesOf(entry: ReadEntry) {
  const { uid, gid } = entry;
  return { mode: entry.mode & 0o7777, uid, gid, mtimeUs: entry.mtimeSeconds * 1_000_000 };
}

function nodeOf(entry: ReadEntry): Open {
  const attributes = attributesOf(entry);
  const xattrs = entry.xattrs ? { xattrs: Object.freeze(new Map(entry.xattrs)) } : {};
  const open = (node: Open['node']): Open => ({
    node,
    children: node.type === 'dir' ? new Map() : undefined,
    opaque: false,
    nlink: 1,
  });
  switch (entry.type) {
    case 'dir':
      return open({ type: 'dir', ...attributes, ...xattrs });
    case 'file':
      return open({ type: 'file', ...attributes, data: entry.data, ...xattrs });
    case 'symlink':
      return open({ type: 'symlink', ...attributes, mode: 0o777, target: entry.linkname });
    case 'fifo':
      return open({ type: 'fifo', ...attributes });
    default:
      return open({ type: deviceType(entry), ...attributes, rdev: deviceNumberOf(entry) });
  }
}

function deviceType(entry: ReadEntry): 'char' {
  const number = `${entry.major ?? 0}:${entry.minor ?? 0}`;
  if (entry.type === 'char' && HARMLESS_DEVICES.has(number)) return 'char';
  const kind = entry.type === 'char' ? 'character' : 'block';
  throw new ArchiveError(`"${entry.name}" is a ${kind} device (${number}): not allowed here`);
}

function deviceNumberOf(entry: ReadEntry): number {
  return ((entry.major ?? 0) << 8) | (entry.minor ?? 0);
}

function directory(mode: number, uid: number, gid: number, mtimeSeconds: number): Open {
  const node = { type: 'dir' as const, mode, uid, gid, mtimeUs: mtimeSeconds * 1_000_000 };
  return { node, children: new Map(), opaque: false, nlink: 1 };
}

function whiteoutOf(entry: ReadEntry): Open {
  const node = { type: 'char' as const, ...attributesOf(entry), whiteout: true as const };
  return { node, children: undefined, opaque: false, nlink: 1 };
}

function seal(open: Open, sealed: Map<Open, LayerNode>): LayerNode {
  const known = sealed.get(open);
  if (known) return known;
  const children = new Map<string, LayerNode>();
  for (const name of [...(open.children?.keys() ?? [])].sort())
    children.set(name, seal(open.children!.get(name)!, sealed));
  const made: LayerNode = Object.freeze({
    ...open.node,
    ...(open.children ? { children: Object.freeze(children) } : {}),
    ...(open.opaque ? ({ opaque: true } as const) : {}),
    ...(open.nlink > 1 ? { nlink: open.nlink } : {}),
  });
  sealed.set(open, made);
  return made;
}
