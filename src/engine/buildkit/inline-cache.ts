/**
 * The cache inside an image (`BUILDKIT_INLINE_CACHE=1`, `--cache-from`): keys of the steps that led to its
 * layers, in its configuration under `moby.buildkit.cache.v0`.
 *
 * Differs: the keys are those of this cache and mean nothing to another BuildKit.
 */
import { decodeUtf8, encodeUtf8, fromBase64, toBase64 } from '../../base';
import type { Image } from '../content/image';
import { newId } from '../ids';
import type { Definition } from './frontend';
import type { BuildJob } from './job';
import { nodesOf } from './llb';
import type { Solver } from './solver';
import type { StepResult } from './vertex';

interface CacheEntry {
  readonly digest: string;
  readonly base: string;
  readonly keys: readonly string[];
  /** Layers of the image that the result has. */
  readonly layers: number;
  readonly createdAt: number;
  readonly name: string;
}

const FIELD = 'moby.buildkit.cache.v0';

export function inlineCache(job: BuildJob, { target }: Definition, result: StepResult): string {
  if (!target) return '';
  const entries: CacheEntry[] = [];
  for (const node of nodesOf(target)) {
    const vertex = job.solver.find(node);
    const layers = vertex?.result?.layers ?? [];
    const inside = layers.every((layer, i) => layer.diffId === result.layers[i]?.diffId);
    if (!vertex || vertex.keys.length === 0 || !inside || node.op.kind === 'image') continue;
    const createdAt = job.solver.cache.records.get(vertex.result?.record ?? '')?.createdAt ?? 0;
    const { name, digest } = node;
    const base = vertex.baseKey;
    entries.push({ digest, base, keys: vertex.keys, layers: layers.length, createdAt, name });
  }
  return toBase64(encodeUtf8(JSON.stringify({ records: entries })));
}

export function importInlineCache(solver: Solver, image: Image): void {
  const text = new RegExp(`"${FIELD}":"([^"]*)"`).exec(image.configText ?? '')?.[1];
  const bytes = text === undefined ? undefined : fromBase64(text);
  if (!bytes) return;
  const entries = readEntries(decodeUtf8(bytes));
  let parent = '';
  for (const { base, keys, layers, createdAt, name } of entries) {
    const known = solver.cache.find(keys[0] ?? '');
    if (known) {
      parent = known.record;
      continue;
    }
    const id = newId(solver.core.ids).slice(0, 25);
    solver.cache.store(
      {
        ...{ id, kind: 'regular', description: name, createdAt, lastUsedAt: undefined },
        ...{ usageCount: 0, parent, mutable: false, name: '' },
        layers: image.layers.slice(0, layers),
      },
      base,
      keys,
    );
    parent = id;
  }
}

function readEntries(text: string): CacheEntry[] {
  try {
    const { records } = JSON.parse(text) as { records?: CacheEntry[] };
    return (records ?? []).filter((entry) => Array.isArray(entry.keys));
  } catch {
    return [];
  }
}
