/**
 * A layer's file tree as frozen data, and a builder for it. What a layer's tar holds in the real
 * system: files with their attributes, whiteouts, and the mark of an opaque directory. Being frozen, a
 * tree is shared by all machines and all clones.
 *
 * Knowingly different: the executables of real images are stood for by `#!drydock NAME` files, so a
 * layer's size is data of the catalogue and not the sum of its files.
 */
import { encodeUtf8 } from '../../base';
import { ELF_HEADER_BYTES, elfHeader, type FileType } from '../../kernel';
import { digestOf } from './digest';

export interface LayerNode {
  readonly type: FileType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Unix time in microseconds. */
  readonly mtimeUs: number;
  /** Of a regular file. */
  readonly data?: Uint8Array;
  /** Of a symbolic link. */
  readonly target?: string;
  readonly rdev?: number;
  /** Names that hold this same node, where there are several (hard links). */
  readonly nlink?: number;
  /** Extended attributes, values as text of one byte a character. */
  readonly xattrs?: ReadonlyMap<string, string>;
  /** Of a directory. */
  readonly children?: ReadonlyMap<string, LayerNode>;
  /** The name is deleted here, whatever lower layers have. */
  readonly whiteout?: true;
  /** Lower layers' directories of this path do not show through. */
  readonly opaque?: true;
}

interface OpenNode {
  readonly node: Omit<LayerNode, 'children'>;
  readonly children: Map<string, OpenNode> | undefined;
}

/** Collects files, then freezes the tree. Parent directories are made as needed (root, 0755). */
export class LayerBuilder {
  private readonly root: OpenNode;

  constructor(private readonly mtimeUs: number) {
    this.root = this.directory(0o755, 0, 0);
  }

  dir(path: string, mode = 0o755, uid = 0, gid = 0): this {
    const { parent, name } = this.place(path);
    if (!parent.children!.has(name)) parent.children!.set(name, this.directory(mode, uid, gid));
    return this;
  }

  file(path: string, text: string, mode = 0o644, uid = 0, gid = 0): this {
    const data = encodeUtf8(text);
    return this.put(path, { type: 'file', mode, uid, gid, mtimeUs: this.mtimeUs, data });
  }

  /** An executable that the simulator runs as the program of that name. */
  program(path: string, name = path.slice(path.lastIndexOf('/') + 1)): this {
    return this.file(path, `#!drydock ${name}\n`, 0o755);
  }

  /** The same with the looks of machine code of that size. */
  machineCode(path: string, name: string, bytes: number): this {
    const data = new Uint8Array(bytes);
    data.set(elfHeader());
    data.set(encodeUtf8(`#!drydock ${name}\n`), ELF_HEADER_BYTES);
    const owner = { mode: 0o755, uid: 0, gid: 0, mtimeUs: this.mtimeUs };
    return this.put(path, { type: 'file', ...owner, data });
  }

  symlink(path: string, target: string): this {
    const owner = { uid: 0, gid: 0, mtimeUs: this.mtimeUs };
    return this.put(path, { type: 'symlink', mode: 0o777, target, ...owner });
  }

  build(): LayerNode {
    return freezeNode(this.root);
  }

  private put(path: string, node: OpenNode['node']): this {
    const { parent, name } = this.place(path);
    parent.children!.set(name, { node, children: undefined });
    return this;
  }

  private directory(mode: number, uid: number, gid: number): OpenNode {
    const node = { type: 'dir', mode, uid, gid, mtimeUs: this.mtimeUs } as const;
    return { node, children: new Map() };
  }

  private place(path: string): { parent: OpenNode; name: string } {
    const parts = path.split('/').filter((part) => part !== '');
    const name = parts.pop() ?? '';
    let parent = this.root;
    for (const part of parts) {
      let next = parent.children!.get(part);
      if (!next) {
        next = this.directory(0o755, 0, 0);
        parent.children!.set(part, next);
      }
      parent = next;
    }
    return { parent, name };
  }
}

function freezeNode(open: OpenNode): LayerNode {
  if (!open.children) return Object.freeze({ ...open.node });
  const children = new Map<string, LayerNode>();
  for (const name of [...open.children.keys()].sort())
    children.set(name, freezeNode(open.children.get(name)!));
  return Object.freeze({ ...open.node, children: Object.freeze(children) });
}

/** A digest over all that a layer holds; stands for the diff id where the real tar is not known. */
export function layerDigest(layer: LayerNode, salt: string): string {
  const lines: string[] = [salt];
  describe(layer, '', lines);
  return digestOf(lines.join('\n'));
}

function describe(node: LayerNode, path: string, lines: string[]): void {
  const data = node.data ? digestOf(node.data) : (node.target ?? '');
  lines.push([path, node.type, node.mode, node.uid, node.gid, node.mtimeUs, data].join(' '));
  for (const [name, child] of node.children ?? []) describe(child, `${path}/${name}`, lines);
}
