/**
 * A container's own layer on top of its image's: what `docker diff` names, with sizes out of the archive
 * endpoint. The image's tree is copied, as others look at it too.
 */
import { jsonRequest } from '../../api';
import { decodeUtf8 } from '../../base';
import { host } from '../state/cluster';
import { FileNode, addVersion, nodeAt, whiteout, type Version } from './file-tree';
import { look, lookJson } from './images';
import { readTar } from './tar';

/** An item of `GET /containers/X/changes`. */
export interface Change {
  readonly Path: string;
  /** 0 changed, 1 added, 2 deleted. */
  readonly Kind: 0 | 1 | 2;
}
interface PathStat {
  readonly size: number;
  readonly mode: number;
  readonly mtime: string;
  readonly linkTarget: string;
}

export interface Upper {
  readonly changes: readonly Change[];
  /** Bytes that it takes (`docker ps -s`). */
  readonly bytes: number;
  readonly stats: ReadonlyMap<string, PathStat>;
}

/** Sizes are asked for so many names only. */
const MAX_STATS = 120;
const GO_DIR = 2 ** 31;
const GO_SYMLINK = 2 ** 27;
const GO_SETUID = 2 ** 23;
const GO_SETGID = 2 ** 22;
const GO_STICKY = 2 ** 20;

export async function readUpper(node: string, container: string): Promise<Upper> {
  const [changes, { SizeRw }] = await Promise.all([
    lookJson<readonly Change[] | null>(node, `/containers/${container}/changes`),
    lookJson<{ SizeRw?: number }>(node, `/containers/${container}/json?size=1`),
  ]);
  const asked = (changes ?? []).filter((change) => change.Kind !== 2).slice(0, MAX_STATS);
  const found = await Promise.all(asked.map(({ Path }) => statOf(node, container, Path)));
  const stats = new Map<string, PathStat>();
  asked.forEach(({ Path }, i) => {
    if (found[i]) stats.set(Path, found[i]);
  });
  return { changes: changes ?? [], bytes: SizeRw ?? 0, stats };
}

async function statOf(node: string, container: string, path: string) {
  const address = `/v1.41/containers/${container}/archive?path=${encodeURIComponent(path)}`;
  const { headers } = await host().look(node, jsonRequest('HEAD', address));
  const value = headers['X-Docker-Container-Path-Stat'];
  if (value === undefined) return undefined;
  const bytes = Uint8Array.from(atob(value), (letter) => letter.charCodeAt(0));
  return JSON.parse(decodeUtf8(bytes)) as PathStat;
}

/** A file of a container as it is now. */
export async function readContainerFile(node: string, container: string, path: string) {
  const at = `/containers/${container}/archive?path=${encodeURIComponent(path)}`;
  return readTar(await look(node, at))[0];
}

/** The image's tree with one layer more. */
export function withUpper(root: FileNode, layer: number, upper: Upper): FileNode {
  const copy = copyTree(root, undefined);
  for (const { Path, Kind } of upper.changes) {
    const node = nodeAt(copy, Path);
    const made = Kind === 2 ? whiteout(layer) : versionOf(layer, upper.stats.get(Path));
    // `docker diff` names every folder on the way; most of them are as they were.
    const below = node.versions.at(-1);
    addVersion(node, made.type === 'dir' && below ? { ...made, owner: below.owner } : made);
  }
  return copy;
}

function versionOf(layer: number, stat: PathStat | undefined): Version {
  const mode = stat?.mode ?? 0o644;
  const type = mode >= GO_DIR ? 'dir' : mode >= GO_SYMLINK ? 'symlink' : 'file';
  return {
    layer,
    type,
    size: type === 'file' ? (stat?.size ?? 0) : 0,
    mode: permissionsOf(mode),
    owner: '',
    mtime: stat ? Date.parse(stat.mtime) / 1000 : 0,
    target: stat?.linkTarget ?? '',
    data: undefined,
    whiteout: false,
  };
}

/** Go keeps setuid, setgid and sticky elsewhere than the kernel. */
function permissionsOf(mode: number): number {
  const special = [GO_SETUID, GO_SETGID, GO_STICKY];
  const bits = special.map((bit, i) => (mode & bit ? 0o4000 >> i : 0));
  return (mode & 0o777) + bits.reduce((sum, bit) => sum + bit, 0);
}

function copyTree(node: FileNode, parent: FileNode | undefined): FileNode {
  const copy = new FileNode(node.name, parent);
  copy.versions.push(...node.versions);
  copy.opaqueIn = node.opaqueIn;
  copy.touched.push(...node.touched);
  for (const below of node.children.values()) copy.addChild(copyTree(below, copy));
  return copy;
}
