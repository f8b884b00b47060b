/**
 * A layer's tree as the tar that Docker keeps of it (moby pkg/archive: TarWithOptions with the overlay
 * whiteout format), and back. Entries stand in the order of a sorted walk, without the root.
 */
import type { FileType } from '../../kernel';
import type { LayerNode } from './layer';
import type { TarEntry, TarType } from './tar-writer';

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** Bits of the file's type, which Docker puts into the mode as Go 1.8 did. */
const TYPE_BITS: Readonly<Record<FileType, number>> = {
  file: 0o100000,
  dir: 0o40000,
  symlink: 0o120000,
  fifo: 0o10000,
  char: 0o20000,
  block: 0o60000,
  socket: 0o140000,
};

/** Entries of a layer's archive. */
export function layerEntries(tree: LayerNode): TarEntry[] {
  const walk = new LayerWalk();
  walk.children(tree, '');
  return walk.entries;
}

class LayerWalk {
  readonly entries: TarEntry[] = [];
  /** First name of each file that has several. */
  private readonly names = new Map<LayerNode, string>();

  children(dir: LayerNode, path: string): void {
    const names = [...(dir.children?.keys() ?? [])].sort();
    for (const name of names) this.visit(dir.children!.get(name)!, path, name);
  }

  private visit(node: LayerNode, folder: string, name: string): void {
    if (node.type === 'socket') return;
    const path = folder + name;
    if (node.whiteout) {
      this.entries.push(this.whiteout(node, folder, name));
      return;
    }
    const first = (node.nlink ?? 1) > 1 ? this.firstName(node, path) : undefined;
    this.entries.push(entryOf(node, path, first));
    if (node.type !== 'dir') return;
    if (node.opaque) this.entries.push(opaqueMark(node, path));
    this.children(node, `${path}/`);
  }

  private firstName(node: LayerNode, path: string): string | undefined {
    const first = this.names.get(node);
    if (first === undefined) this.names.set(node, path);
    return first;
  }

  /** All whiteouts of a layer are one inode: from the second on they are written with a link name. */
  private whiteout(node: LayerNode, folder: string, name: string): TarEntry {
    const linkname = this.firstName(node, folder + name);
    const { uid, gid, mtimeUs } = node;
    const mtimeSeconds = Math.floor(mtimeUs / 1_000_000);
    const path = `${folder}${WHITEOUT}${name}`;
    const link = linkname === undefined ? {} : { linkname };
    return { name: path, type: 'file', mode: 0o600, uid, gid, mtimeSeconds, ...link };
  }
}

export function entryOf(node: LayerNode, path: string, linkTo?: string): TarEntry {
  const { type, uid, gid, mtimeUs, rdev = 0 } = node;
  const mode = node.mode | TYPE_BITS[type];
  const base = { mode, uid, gid, mtimeSeconds: Math.floor(mtimeUs / 1_000_000) };
  if (linkTo !== undefined) return { ...base, name: path, type: 'link', linkname: linkTo };
  return {
    ...base,
    name: type === 'dir' ? `${path}/` : path,
    type: type as TarType,
    ...(node.target === undefined ? {} : { linkname: node.target }),
    ...(node.data ? { data: node.data } : {}),
    ...(type === 'char' || type === 'block' ? { major: rdev >> 8, minor: rdev & 255 } : {}),
    ...capability(node.xattrs),
  };
}

/** Docker keeps no other attribute. */
function capability(xattrs: ReadonlyMap<string, string> | undefined): Pick<TarEntry, 'xattrs'> {
  const value = xattrs?.get('security.capability');
  return value === undefined ? {} : { xattrs: new Map([['security.capability', value]]) };
}

function opaqueMark(node: LayerNode, path: string): TarEntry {
  const { uid, gid } = node;
  const mode = node.mode & 0o777;
  return { name: `${path}/${OPAQUE}`, type: 'file', mode, uid, gid, mtimeSeconds: 0 };
}
