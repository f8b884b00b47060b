/** The format of the overlayfs traces, and the layers of one as the engine's trees. */
import type { LayerNode } from '../../../engine';

export interface TraceEntry {
  readonly path: string;
  readonly type: string;
  readonly mode?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly mtime?: number | 'now';
  readonly size?: number;
  readonly content?: string;
  readonly sha256?: string;
  readonly fill?: string;
  readonly n?: number;
  readonly target?: string;
  readonly rdev?: readonly [number, number];
  readonly nlink?: number;
  readonly xattrs?: Readonly<Record<string, string>>;
  readonly opaque?: boolean;
  readonly inode?: string;
}
export interface TraceResult {
  readonly ok?: boolean;
  readonly errno?: string;
  readonly stat?: Readonly<Record<string, unknown>>;
  readonly [more: string]: unknown;
}
export interface TraceOp {
  readonly op: string;
  readonly path: string;
  readonly from: string;
  readonly to: string;
  readonly mode?: string;
  readonly data?: string;
  readonly fill?: string;
  readonly n?: number;
  readonly offset?: number;
  readonly size?: number;
  readonly target?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly mtime?: number;
  readonly name?: string;
  readonly value?: string;
  readonly kind?: string;
  readonly rdev?: readonly [number, number];
  readonly flags?: string;
  readonly h?: number | string;
  readonly result: TraceResult;
}
export interface Checkpoint {
  readonly afterOp: number;
  readonly merged: readonly TraceEntry[];
  readonly upper: readonly TraceEntry[];
}
export interface Trace {
  readonly seed: number;
  readonly profile: string;
  readonly layers: readonly (readonly TraceEntry[])[];
  readonly ops: readonly TraceOp[];
  readonly checkpoints: readonly Checkpoint[];
}

/** Bytes of a text of one byte a character, or of one repeated. */
export function bytesOf(given: {
  data?: string | undefined;
  content?: string | undefined;
  fill?: string | undefined;
  n?: number | undefined;
}): Uint8Array {
  if (given.fill !== undefined) return new Uint8Array(given.n ?? 0).fill(given.fill.charCodeAt(0));
  const text = given.data ?? given.content ?? '';
  return Uint8Array.from(text, (ch) => ch.charCodeAt(0));
}

type Open = { -readonly [K in keyof LayerNode]: LayerNode[K] } & { kids?: Map<string, Open> };

/** A layer's list of entries, parents first, as a tree. */
export function layerTree(entries: readonly TraceEntry[]): LayerNode {
  const byPath = new Map<string, Open>();
  for (const entry of entries) {
    const first = entry.inode === undefined ? undefined : byPath.get(entry.inode);
    const node = first ?? openNode(entry);
    if (first) first.nlink = (first.nlink ?? 1) + 1;
    byPath.set(entry.path, node);
    if (entry.path === '/') continue;
    const slash = entry.path.lastIndexOf('/');
    const parent = byPath.get(entry.path.slice(0, slash) || '/')!;
    parent.kids!.set(entry.path.slice(slash + 1), node);
  }
  return seal(byPath.get('/')!, new Map());
}

function openNode(entry: TraceEntry): Open {
  const whiteout = entry.type === 'whiteout';
  const node: Open = {
    type: whiteout ? 'char' : (entry.type as LayerNode['type']),
    mode: Number.parseInt(entry.mode ?? (entry.type === 'symlink' ? '777' : '0'), 8),
    uid: entry.uid ?? 0,
    gid: entry.gid ?? 0,
    mtimeUs: (entry.mtime as number) * 1_000_000,
  };
  if (whiteout) node.whiteout = true;
  if (entry.opaque === true) node.opaque = true;
  if (entry.type === 'file') node.data = bytesOf(entry);
  if (entry.target !== undefined) node.target = entry.target;
  if (entry.rdev) node.rdev = (entry.rdev[0] << 8) | entry.rdev[1];
  if (entry.xattrs) node.xattrs = new Map(Object.entries(entry.xattrs));
  if (entry.type === 'dir') node.kids = new Map();
  return node;
}

function seal(open: Open, sealed: Map<Open, LayerNode>): LayerNode {
  const known = sealed.get(open);
  if (known) return known;
  const { kids, ...node } = open;
  const children = new Map([...(kids ?? [])].map(([name, kid]) => [name, seal(kid, sealed)]));
  const made = Object.freeze(kids ? { ...node, children } : node);
  sealed.set(open, made);
  return made;
}
