/** What an image is made of, read out of its `docker save` archive and its history. */
import { decodeUtf8 } from '../../base';
import { addLayer, emptyTree, type FileNode } from './file-tree';
import { readTar } from './tar';

export interface LayerInfo {
  readonly diffId: string;
  readonly chain: string;
  /** The instruction that made it, as `docker history` has it. */
  readonly createdBy: string;
  /** Bytes as `docker history` shows them. */
  readonly size: number;
}

export interface ImageModel {
  readonly id: string;
  /** Lowest first. */
  readonly layers: readonly LayerInfo[];
  /** Instructions that made no layer, with the number of layers below. */
  readonly settings: readonly { readonly text: string; readonly after: number }[];
  readonly root: FileNode;
  readonly files: number;
  /** Milliseconds of wall time from the question to the model. */
  readonly openedInMs: number;
}

export interface HistoryLine {
  readonly CreatedBy: string;
  readonly Size: number;
}
interface ManifestItem {
  readonly Config: string;
  readonly Layers: readonly string[];
}
interface ConfigFile {
  readonly history?: readonly { readonly empty_layer?: boolean; readonly created_by?: string }[];
  readonly rootfs: { readonly diff_ids: readonly string[] };
}

/** The model of the first image of an archive. */
export function modelOf(
  id: string,
  history: readonly HistoryLine[],
  archive: Uint8Array,
): Omit<ImageModel, 'openedInMs'> {
  const files = new Map(readTar(archive).map((file) => [file.name, file]));
  const json = <T>(name: string) => JSON.parse(decodeUtf8(files.get(name)!.data)) as T;
  const item = json<readonly ManifestItem[]>('manifest.json')[0]!;
  const config = json<ConfigFile>(item.Config);
  const { layers, settings } = layersOf(config, history.toReversed());
  const root = emptyTree();
  let count = 0;
  item.Layers.forEach((path, at) => {
    const entries = readTar(layerData(files, path));
    count += entries.length;
    addLayer(root, at, entries);
  });
  return { id, layers, settings, root, files: count };
}

/** A layer that an archive has twice is a link to its first place. */
function layerData(files: ReadonlyMap<string, ReturnType<typeof readTar>[number]>, path: string) {
  const file = files.get(path);
  if (!file) return new Uint8Array(0);
  if (file.type !== 'symlink') return file.data;
  return files.get(file.target.replace(/^(\.\.\/)+/, ''))?.data ?? file.data;
}

/** Which instruction made which layer. `lines` is the engine's history, oldest first. */
function layersOf(config: ConfigFile, lines: readonly HistoryLine[]) {
  const diffIds = config.rootfs.diff_ids;
  const layers: LayerInfo[] = [];
  const settings: { text: string; after: number }[] = [];
  let chain = '';
  const push = (createdBy: string, size: number) => {
    const diffId = diffIds[layers.length]!;
    chain = `${chain}>${diffId}`;
    layers.push({ diffId, chain, createdBy, size });
  };
  (config.history ?? []).forEach((entry, i) => {
    const text = instructionOf(entry.created_by ?? lines[i]?.CreatedBy ?? '');
    if (entry.empty_layer || layers.length >= diffIds.length) {
      settings.push({ text, after: layers.length });
    } else push(text, lines[i]?.Size ?? 0);
  });
  while (layers.length < diffIds.length) push('', 0);
  return { layers, settings };
}

/** The instruction as one writes it: without the shell that runs it and the builder's remarks. */
export function instructionOf(createdBy: string): string {
  const text = createdBy.replace(/\s*# buildkit$/, '').trim();
  const nop = /^\/bin\/sh -c #\(nop\)\s+(.*)$/s.exec(text)?.[1];
  if (nop !== undefined) {
    const copy = /^(ADD|COPY) (?:file|dir|multi):\S+ in (.*)$/s.exec(nop);
    return copy ? `${copy[1]} ${copy[2]!.trim()}` : nop;
  }
  const run = /^(?:RUN )?(?:\|\d+ (?:\S+=\S* )*)?\/bin\/sh -c (.*)$/s.exec(text)?.[1];
  return run === undefined ? text : `RUN ${run}`;
}
