/**
 * `layers`: recorded images of the real engine, recomputed. A layer's archive written anew from the
 * recorded entries must have the recorded digest; the configuration written anew from what was read of
 * it must be the recorded text; chain ids must follow; an archive must load to the recorded ids and be
 * saved as the same bytes. Layers whose bytes were not recorded, or with owners whose names only the
 * recording machine knows, are compared by size.
 */
import { readFileSync } from 'node:fs';
import { layersLab, type TarEntry } from '../../engine';
import { judgeCase, type RecordedCase } from './layers/judge';
import type { OracleOptions, OracleRunner } from './runner';

interface Entry {
  readonly name: string;
  readonly type: string;
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly linkname: string;
  readonly mtime: number;
  readonly content?: string;
}
interface RecordedLayer {
  readonly tarSha256: string;
  readonly tarSize: number;
  readonly entries: readonly Entry[];
}
interface Build {
  readonly builder: string;
  readonly save: {
    readonly configRaw: string;
    readonly configSha256: string;
    readonly chainIDs: readonly string[];
    readonly layers: readonly RecordedLayer[];
  };
}
interface Expected {
  readonly id: string;
  readonly configRaw: string;
  readonly diffIDs: readonly string[];
  readonly chainIDs: readonly string[];
  readonly size: number;
}

class Score {
  passed = 0;
  failed = 0;
  constructor(private readonly options: OracleOptions) {}

  check(name: string, ours: unknown, wanted: unknown): void {
    const { only } = this.options;
    if (only.length > 0 && !only.some((prefix) => name.startsWith(prefix))) return;
    if (JSON.stringify(ours) === JSON.stringify(wanted)) this.passed++;
    else {
      this.failed++;
      this.options.print(`${name}: ${show(ours)}, not ${show(wanted)}`);
    }
  }
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 300);
}

export const runLayersFile: OracleRunner = (file, content, options) => {
  if (typeof content !== 'object' || content === null) return undefined;
  const score = new Score(options);
  if ('builds' in content && 'name' in content) {
    const { name, builds } = content as { name: string; builds: readonly Build[] };
    for (const build of builds) checkBuild(`${name} ${build.builder}`, build, score);
    if ('dockerfile' in content && 'containers' in content)
      judgeCase(content as RecordedCase, (...args) => score.check(...args));
  } else if (file.endsWith('.expected.json')) {
    const tar = new Uint8Array(readFileSync(file.replace(/\.expected\.json$/, '.tar')));
    for (const [name, expected] of Object.entries(content))
      checkArchive(name, tar, expected as Expected, score);
  } else return undefined;
  return { passed: score.passed, failed: score.failed };
};

function checkBuild(name: string, build: Build, score: Score): void {
  const { save } = build;
  save.layers.forEach((layer, i) => checkLayer(`${name} layer ${i}`, layer, score));
  const diffIds = save.layers.map((layer) => layer.tarSha256);
  score.check(`${name} chain ids`, layersLab.chainIds(diffIds), save.chainIDs);
  // BuildKit writes its configurations in another form, which this engine does not write yet.
  if (build.builder === 'classic') checkConfig(name, save.configRaw, score);
  score.check(`${name} image id`, layersLab.digest(save.configRaw), prefixed(save.configSha256));
}

function prefixed(digest: string): string {
  return digest.startsWith('sha256:') ? digest : `sha256:${digest}`;
}

function checkConfig(name: string, text: string, score: Score): void {
  score.check(`${name} configuration`, layersLab.rewriteConfig(text), text);
}

function checkLayer(name: string, layer: RecordedLayer, score: Score): void {
  if (layer.entries.some((entry) => entry.size > 0 && entry.content === undefined)) return;
  const tar = layersLab.writeTar(layer.entries.map(entryOf));
  const isNamed = layer.entries.every(({ uid, gid }) => uid < 1000 && gid < 1000);
  if (isNamed) score.check(name, layersLab.digest(tar), layer.tarSha256);
  else score.check(`${name} (size)`, tar.length, layer.tarSize);
  const read = layersLab.readTar(tar).map((entry) => entry.name);
  const names = layer.entries.map((entry) => entry.name);
  score.check(`${name} read back`, read, names);
}

function entryOf(entry: Entry): TarEntry {
  const { name, uid, gid, linkname, content = '' } = entry;
  const type = entry.type === 'hardlink' ? 'link' : (entry.type as TarEntry['type']);
  const data = Uint8Array.from(content, (ch) => ch.charCodeAt(0));
  const mode = Number.parseInt(entry.mode, 8);
  return { name, type, mode, uid, gid, linkname, mtimeSeconds: entry.mtime, data };
}

function checkArchive(name: string, tar: Uint8Array, expected: Expected, score: Score): void {
  const loaded = layersLab.load(tar);
  score.check(`${name} id`, loaded.id, expected.id);
  score.check(`${name} diff ids`, loaded.diffIds, expected.diffIDs);
  score.check(`${name} chain ids`, loaded.chainIds, expected.chainIDs);
  score.check(`${name} size`, loaded.size, expected.size);
  checkConfig(name, expected.configRaw, score);
  score.check(`${name} saved again`, layersLab.digest(loaded.saved), layersLab.digest(tar));
}
