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

export class FileNode {
  readonly children = new Map<string, FileNode>();
  /** Lowest layer first. */
  readonly versions: Version[] = [];
  /** Layers that hide all that lower ones have below this directory. */
  opaqueIn: number[] | undefined;
  /** Layers that say anything of this name or of one below, as bits of a set. */
  readonly touched = new Set<number>();

  constructor(
    readonly name: string,
    readonly parent: FileNode | undefined,
  ) {}

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

/** Adds what a layer's archive says. Entries of one folder stand together, so it is kept at hand. */
export function addLayer(root: FileNode, layer: number, files: readonly TarFile[]): void {
  let folderName = '';
  let folder = root;
  for (const file of files) {
    const whole = file.name.replace(/^(?:\.?\/)+|\/+$/g, '');
    if (whole === '' || whole === '.') continue;
    const slash = whole.lastIndexOf('/');
    const above = slash < 0 ? '' : whole.slice(0, slash);
    if (above !== folderName) {
      folder = nodeAt(root, above);
      folderName = above;
    }
    const name = whole.slice(slash + 1);
    if (name === OPAQUE) (folder.opaqueIn ??= []).push(layer);
    else if (name.startsWith(WHITEOUT)) {
      addVersion(child(folder, name.slice(WHITEOUT.length)), whiteout(layer));
    } else addVersion(child(folder, name), versionOf(root, layer, file));
  }
}

export function whiteout(layer: number): Version {
  const none = { size: 0, mode: 0, owner: '', mtime: 0, target: '', data: undefined };
  return { layer, type: 'other', ...none, whiteout: true };
}

function versionOf(root: FileNode, layer: number, file: TarFile): Version {
  const { size, mode, mtime, target, data, type } = file;
  const owner = `${file.uid}:${file.gid}`;
  const base = { layer, mode, owner, mtime, whiteout: false };
  if (type !== 'link') return { ...base, type, size, target, data };
  const first = nodeAt(root, target.replace(/^\/+/, '')).versions.find((v) => v.layer === layer);
  // A second name of the same file takes no space of its own.
  return { ...base, type: 'link', size: 0, target, data: first?.data };
}

export function addVersion(node: FileNode, version: Version): void {
  node.versions.push(version);
  for (let at: FileNode | undefined = node; at; at = at.parent) {
    if (at.touched.has(version.layer)) break;
    at.touched.add(version.layer);
  }
}

function child(node: FileNode, name: string): FileNode {
  let found = node.children.get(name);
  if (!found) {
    found = new FileNode(name, node);
    node.children.set(name, found);
  }
  return found;
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
export function* nodesBelow(node: FileNode): Generator<FileNode> {
  for (const below of node.children.values()) {
    yield below;
    yield* nodesBelow(below);
  }
}
