/**
 * All files of an image in one tree, each name with what every layer says of it. What shows, what is
 * hidden and what is wasted are questions to this tree; a container's own layer is one layer more.
 */
import type { TarFile } from './tar';

/** What one layer says of a name. */
export interface Version {
  /** Position of the layer, 0 is the lowest. */
  readonly layer: number;
  readonly type: TarFile['type'];
  readonly size: number;
  readonly mode: number;
  readonly owner: string;
  readonly mtime: number;
  readonly target: string;
  readonly data: Uint8Array | undefined;
  /** The name is deleted from here on up. */
  readonly whiteout: boolean;
}

const NO_CHILDREN: ReadonlyMap<string, FileNode> = new Map();

export class FileNode {
  /** One empty map stands for all files, of which there may be many thousands. */
  children: ReadonlyMap<string, FileNode> = NO_CHILDREN;
  /** Lowest layer first. */
  readonly versions: Version[] = [];
  /** Layers that hide all that lower ones have below this directory. */
  opaqueIn: number[] | undefined;
  /** Layers that say anything of this name or of one below, the lowest first. */
  readonly touched: number[] = [];

  constructor(
    readonly name: string,
    readonly parent: FileNode | undefined,
  ) {}

  touches(layer: number): boolean {
    return this.touched.includes(layer);
  }

  addChild(child: FileNode): FileNode {
    if (this.children === NO_CHILDREN) this.children = new Map();
    (this.children as Map<string, FileNode>).set(child.name, child);
    return child;
  }

  get path(): string {
    if (!this.parent) return '/';
    const above = this.parent.path;
    return above === '/' ? `/${this.name}` : `${above}/${this.name}`;
  }
}

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

export function emptyTree(): FileNode {
  return new FileNode('', undefined);
}

/** Adds what a layer's archive says. Folders are kept at hand, so a path is walked once. */
export function addLayer(root: FileNode, layer: number, files: readonly TarFile[]): void {
  const folders = new Map<string, FileNode>([['', root]]);
  for (const file of files) {
    const whole = bare(file.name);
    if (whole === '' || whole === '.') continue;
    const slash = whole.lastIndexOf('/');
    const above = slash < 0 ? '' : whole.slice(0, slash);
    let folder = folders.get(above);
    if (!folder) {
      folder = nodeAt(root, above);
      folders.set(above, folder);
    }
    const name = whole.slice(slash + 1);
    if (name === OPAQUE) (folder.opaqueIn ??= []).push(layer);
    else if (name.startsWith(WHITEOUT)) {
      addVersion(child(folder, name.slice(WHITEOUT.length)), whiteout(layer));
    } else addVersion(child(folder, name), versionOf(root, layer, file));
  }
}

/** Without `./` in front and `/` behind. */
function bare(name: string): string {
  const plain = !/^[./]|\/$/.test(name);
  return plain ? name : name.replace(/^(?:\.?\/)+|\/+$/g, '');
}

export function whiteout(layer: number): Version {
  const none = { size: 0, mode: 0, owner: '', mtime: 0, target: '', data: undefined };
  return { layer, type: 'other', ...none, whiteout: true };
}

function versionOf(root: FileNode, layer: number, file: TarFile): Version {
  const { type, size, mode, mtime, target, data, uid, gid } = file;
  const owner = uid === 0 && gid === 0 ? '0:0' : `${uid}:${gid}`;
  if (type !== 'link') {
    return { layer, type, size, mode, owner, mtime, target, data, whiteout: false };
  }
  const first = nodeAt(root, target).versions.find((version) => version.layer === layer);
  // A second name of the same file takes no space of its own.
  return {
    ...{ layer, type, size: 0, mode, owner, mtime, target },
    data: first?.data,
    whiteout: false,
  };
}

export function addVersion(node: FileNode, version: Version): void {
  node.versions.push(version);
  for (let at: FileNode | undefined = node; at; at = at.parent) {
    if (at.touched[at.touched.length - 1] === version.layer) break;
    at.touched.push(version.layer);
  }
}

function child(node: FileNode, name: string): FileNode {
  return node.children.get(name) ?? node.addChild(new FileNode(name, node));
}

export function nodeAt(root: FileNode, path: string): FileNode {
  let at = root;
  for (const part of path.split('/')) if (part !== '') at = child(at, part);
  return at;
}

/** The node of a path, if there ever was a file. */
export function findNode(root: FileNode, path: string): FileNode | undefined {
  let at: FileNode | undefined = root;
  for (const part of path.split('/')) {
    if (part === '' || !at) continue;
    at = at.children.get(part);
  }
  return at;
}

/** Highest layer at or below `top` that speaks of the node itself. */
export function versionAt(node: FileNode, top: number): Version | undefined {
  for (let i = node.versions.length - 1; i >= 0; i--) {
    const version = node.versions[i]!;
    if (version.layer <= top) return version;
  }
  return undefined;
}

/** Layer of the last deletion or opaque mark above the node's own version, by itself or a parent. */
export function hiddenBy(node: FileNode, top: number): number | undefined {
  const own = versionAt(node, top);
  if (own?.whiteout) return own.layer;
  const since = own?.layer ?? -1;
  for (let at = node.parent; at; at = at.parent) {
    const opaque = at.opaqueIn?.findLast((layer) => layer <= top && layer > since);
    if (opaque !== undefined) return opaque;
    const deleted = at.versions.findLast((v) => v.layer <= top && isNoDir(v));
    if (deleted && deleted.layer > since) return deleted.layer;
  }
  return undefined;
}

function isNoDir(version: Version): boolean {
  return version.whiteout || version.type !== 'dir';
}

export type Mark = 'added' | 'changed' | 'deleted' | 'same' | '';

/** What a layer does to a name, compared with what showed below it. */
export function markOf(node: FileNode, layer: number): Mark {
  const version = node.versions.find((v) => v.layer === layer);
  if (!version) return '';
  const before = hiddenBy(node, layer - 1) === undefined ? versionAt(node, layer - 1) : undefined;
  if (version.whiteout) return before ? 'deleted' : '';
  if (!before) return 'added';
  if (version.type === 'dir' && before.type === 'dir') {
    return version.mode === before.mode && version.owner === before.owner ? '' : 'changed';
  }
  return sameFile(before, version) ? 'same' : 'changed';
}

function sameFile(a: Version, b: Version): boolean {
  if (a.type !== b.type || a.target !== b.target || a.mode !== b.mode) return false;
  if (a.size !== b.size || a.owner !== b.owner) return false;
  if (a.data === undefined || b.data === undefined) return false;
  return a.data.every((byte, i) => byte === b.data![i]);
}

/** Every node below, the node itself not included. */
export function nodesBelow(node: FileNode): FileNode[] {
  const found: FileNode[] = [];
  const visit = (at: FileNode) => {
    for (const below of at.children.values()) {
      found.push(below);
      if (below.children.size > 0) visit(below);
    }
  };
  visit(node);
  return found;
}
