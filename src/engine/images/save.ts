/**
 * `docker save` (moby image/tarexport/save.go): the archive with each layer in a folder of its version 1
 * id, the configurations, manifest.json and repositories. The walk is sorted, as of a directory.
 */
import { encodeUtf8 } from '../../base';
import { familiarName, goJson, type ImageReference } from '../../api';
import { digestOf } from '../content/digest';
import { withNames } from '../content/host-names';
import { emptyConfig, type ContainerConfig, type Image } from '../content/image';
import { configInOrder, configTextOf } from '../content/image-config';
import { layerTar } from '../content/seal';
import { writeTar, type TarEntry } from '../content/tar-writer';
import { parseRfc3339 } from '../time';
import { chainsOf } from './store';

/** An image with the names that it is saved under. */
export interface SavedImage {
  readonly image: Image;
  readonly names: readonly ImageReference[];
}

interface ManifestItem {
  Config: string;
  RepoTags: string[] | null;
  Layers: string[];
}

export function saveArchive(images: readonly SavedImage[]): Uint8Array {
  const files = new Map<string, TarEntry>();
  const manifest: ManifestItem[] = [];
  const repositories = new Map<string, Map<string, string>>();
  for (const { image, names } of images) {
    const top = saveLayers(image, files);
    const text = image.configText ?? configTextOf(image);
    const config = `${digestOf(text).slice(7)}.json`;
    const layers = top.map((id) => `${id}/layer.tar`);
    addFile(files, config, encodeUtf8(text), seconds(image.created));
    const tags = names.map((name) => `${familiarName(name)}:${name.tag ?? 'latest'}`);
    manifest.push({ Config: config, RepoTags: tags.length > 0 ? tags : null, Layers: layers });
    for (const name of names) {
      const known = repositories.get(familiarName(name)) ?? new Map<string, string>();
      known.set(name.tag ?? 'latest', top.at(-1) ?? '');
      repositories.set(familiarName(name), known);
    }
  }
  const list = manifest.length > 0 ? manifest : null;
  addFile(files, 'manifest.json', encodeUtf8(`${goJson(list)}\n`), 0);
  if (repositories.size > 0) {
    const text = `${goJson(sortedMaps(repositories))}\n`;
    addFile(files, 'repositories', encodeUtf8(text), 0);
  }
  const names = [...files.keys()].sort();
  return writeTar(names.map((name) => files.get(name)!));
}

function sortedMaps(maps: ReadonlyMap<string, ReadonlyMap<string, string>>): object {
  const out: Record<string, Record<string, string>> = {};
  for (const name of [...maps.keys()].sort())
    out[name] = Object.fromEntries([...maps.get(name)!].sort(([a], [b]) => (a < b ? -1 : 1)));
  return out;
}

function seconds(time: string): number {
  return Math.floor((parseRfc3339(time) ?? 0) / 1_000_000);
}

function addFile(
  files: Map<string, TarEntry>,
  name: string,
  data: Uint8Array,
  mtimeSeconds: number,
): void {
  const base = { type: 'file', mode: 0o100644, uid: 0, gid: 0 } as const;
  files.set(name, withNames({ ...base, name, mtimeSeconds, data }));
}

/** Version 1 ids of the layers, lowest first. */
function saveLayers(image: Image, files: Map<string, TarEntry>): string[] {
  const ids: string[] = [];
  const mtimeSeconds = seconds(image.created);
  chainsOf(image).forEach((chain, i) => {
    const isTop = i === image.layers.length - 1;
    const parent = ids.at(-1);
    const fields = isTop ? topFields(image) : LOWER_FIELDS;
    const id = versionOneId(fields, chain, parent);
    ids.push(id);
    const json = { id, ...(parent === undefined ? {} : { parent }), ...fields, os: image.os };
    const base = { uid: 0, gid: 0, mtimeSeconds };
    const folder = { ...base, name: `${id}/`, type: 'dir', mode: 0o40755 } as const;
    files.set(`${id}/`, withNames(folder));
    addFile(files, `${id}/VERSION`, encodeUtf8('1.0'), mtimeSeconds);
    addFile(files, `${id}/json`, encodeUtf8(goJson(json)), mtimeSeconds);
    addFile(files, `${id}/layer.tar`, layerTar(image.layers[i]!), mtimeSeconds);
  });
  return ids;
}

type VersionOne = Readonly<Record<string, string | ContainerConfig>>;

/** Fields of `image.V1Image` in their order; empty ones are left out. */
function topFields(image: Image): VersionOne {
  const fields: [string, string | ContainerConfig][] = [
    ['comment', image.comment],
    ['created', image.created],
    ['container', image.container],
    ['container_config', configInOrder(image.containerConfig)],
    ['docker_version', image.dockerVersion],
    ['author', image.author],
    ['config', configInOrder(image.config)],
    ['architecture', image.architecture],
    ['os', image.os],
  ];
  return Object.fromEntries(fields.filter(([, value]) => value !== ''));
}

/** What the engines before 1.10 find in a layer that is not the top one. */
const LOWER_FIELDS: VersionOne = Object.freeze({
  created: '1970-01-01T00:00:00Z',
  container_config: configInOrder(emptyConfig()),
});

/** `v1.CreateID`: over the same fields sorted by key, with the layer's chain id. */
function versionOneId(fields: VersionOne, chain: string, parent: string | undefined): string {
  const all = {
    ...fields,
    layer_id: chain,
    ...(parent === undefined ? {} : { parent: `sha256:${parent}` }),
  };
  const sorted = Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1));
  return digestOf(goJson(Object.fromEntries(sorted))).slice(7);
}
