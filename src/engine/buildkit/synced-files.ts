/**
 * Files that a client has sent, as the daemon keeps them for the next time (moby/buildkit
 * `source/local`, fsutil `receive.go`, `diskwriter.go`): what has the same size and time as before is not
 * sent again.
 */
import {
  GO_MODE_CHAR,
  GO_MODE_DEVICE,
  GO_MODE_DIR,
  GO_MODE_FIFO,
  GO_MODE_SYMLINK,
  hasBit,
  unixPermissions,
  type SyncStat,
} from '../../api';
import { NO_BYTES } from '../../base';
import { deviceNumber, type FileType } from '../../kernel';
import type { LayerNode } from '../content/layer';

export interface SyncedFile {
  readonly stat: SyncStat;
  /** The mode that the cache looks at: of a directory that was there before the old one. */
  readonly hashedMode: number;
  readonly data: Uint8Array;
}

export class SyncedFiles {
  constructor(
    /** By path, in the order of the walk. */
    readonly files: ReadonlyMap<string, SyncedFile>,
  ) {}

  get bytes(): number {
    let sum = 0;
    for (const { data } of this.files.values()) sum += data.length;
    return sum;
  }

  /** The tree with what the cache looks at in place of modes of directories. */
  get hashedModes(): ReadonlyMap<string, number> {
    const modes = new Map<string, number>();
    for (const [path, { stat, hashedMode }] of this.files)
      if (hashedMode !== stat.mode) modes.set(path, unixPermissions(hashedMode));
    return modes;
  }

  tree(): LayerNode {
    const root = openDir({ type: 'dir', mode: 0o755, uid: 0, gid: 0, mtimeUs: 0 });
    const made = new Map<string, OpenDir | LayerNode>([['', root]]);
    for (const [path, file] of this.files) {
      const slash = path.lastIndexOf('/');
      const parent = made.get(slash < 0 ? '' : path.slice(0, slash));
      if (!parent || !('children' in parent) || !(parent.children instanceof Map)) continue;
      const node = nodeOf(file, made);
      made.set(path, node);
      (parent as OpenDir).children.set(path.slice(slash + 1), node);
    }
    return freeze(root);
  }
}

interface OpenDir {
  readonly node: Omit<LayerNode, 'children'>;
  readonly children: Map<string, OpenDir | LayerNode>;
}

function openDir(node: OpenDir['node']): OpenDir {
  return { node, children: new Map() };
}

function nodeOf(
  { stat, data }: SyncedFile,
  made: ReadonlyMap<string, OpenDir | LayerNode>,
): OpenDir | LayerNode {
  const type = typeOf(stat.mode);
  const mode = unixPermissions(stat.mode);
  const own = { mode, uid: stat.uid, gid: stat.gid, mtimeUs: stat.mtimeUs };
  if (type === 'dir') return openDir({ type, ...own });
  if (type === 'symlink')
    return Object.freeze({ type, ...own, mode: 0o777, target: stat.linkname });
  const linked = stat.linkname === '' ? undefined : made.get(stat.linkname);
  if (linked && !('node' in linked)) return linked;
  if (type === 'file') return Object.freeze({ type, ...own, data });
  const rdev = deviceNumber(stat.devmajor, stat.devminor);
  return Object.freeze({ type, ...own, ...(rdev === 0 ? {} : { rdev }) });
}

export function typeOf(mode: number): FileType {
  if (hasBit(mode, GO_MODE_DIR)) return 'dir';
  if (hasBit(mode, GO_MODE_SYMLINK)) return 'symlink';
  if (hasBit(mode, GO_MODE_FIFO)) return 'fifo';
  if (hasBit(mode, GO_MODE_DEVICE)) return hasBit(mode, GO_MODE_CHAR) ? 'char' : 'block';
  return 'file';
}

function freeze(dir: OpenDir): LayerNode {
  const children = new Map<string, LayerNode>();
  for (const name of [...dir.children.keys()].sort()) {
    const child = dir.children.get(name)!;
    children.set(name, 'node' in child ? freeze(child) : child);
  }
  return Object.freeze({ ...dir.node, children: Object.freeze(children) });
}

/** Takes the sender's list, says what it wants, and takes that. */
export class Receiving {
  private readonly stats: SyncStat[] = [];
  private readonly data = new Map<number, Uint8Array[]>();
  private readonly open = new Set<number>();
  listed = false;

  constructor(private readonly before: SyncedFiles | undefined) {}

  /** Number of the file to ask for; undefined for one that is known or has no content. */
  take(stat: SyncStat): number | undefined {
    const id = this.stats.length;
    this.stats.push(stat);
    const isFile = typeOf(stat.mode) === 'file' && stat.linkname === '';
    if (!isFile || this.known(stat)) return undefined;
    this.open.add(id);
    return id;
  }

  private known(stat: SyncStat): SyncedFile | undefined {
    const old = this.before?.files.get(stat.path);
    return old && sameFile(old.stat, stat) ? old : undefined;
  }

  takeData(id: number, data: Uint8Array): void {
    if (data.length === 0) this.open.delete(id);
    else this.data.set(id, [...(this.data.get(id) ?? []), data]);
  }

  get complete(): boolean {
    return this.listed && this.open.size === 0;
  }

  finish(): SyncedFiles {
    const files = new Map<string, SyncedFile>();
    this.stats.forEach((stat, id) => {
      const known = this.known(stat);
      const old = this.before?.files.get(stat.path);
      const bothDirs = typeOf(stat.mode) === 'dir' && old && typeOf(old.stat.mode) === 'dir';
      const data = known ? known.data : joined(this.data.get(id));
      files.set(stat.path, { stat, hashedMode: bothDirs ? old.hashedMode : stat.mode, data });
    });
    return new SyncedFiles(files);
  }
}

function sameFile(a: SyncStat, b: SyncStat): boolean {
  return (
    a.mode === b.mode &&
    a.uid === b.uid &&
    a.gid === b.gid &&
    a.linkname === b.linkname &&
    a.size === b.size &&
    a.mtimeUs === b.mtimeUs
  );
}

function joined(parts: readonly Uint8Array[] | undefined): Uint8Array {
  if (!parts) return NO_BYTES;
  if (parts.length === 1) return parts[0]!;
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
