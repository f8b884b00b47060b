/**
 * What BuildKit keeps between builds (moby/buildkit `cache`, `solver/cachemanager.go`): results of steps
 * by their keys, the contexts that clients sent, and the directories of `--mount=type=cache`. Part of the
 * machine's disk.
 */
import type { Layer } from '../content/image';
import { chainIdOf } from '../content/digest';
import type { UnionFs } from '../files/union-fs';
import type { SyncedFiles } from './synced-files';

export interface CacheRecord {
  readonly id: string;
  readonly kind: 'regular' | 'source.local' | 'exec.cachemount';
  readonly description: string;
  /** Unix microseconds. */
  readonly createdAt: number;
  lastUsedAt: number | undefined;
  usageCount: number;
  /** Record whose layer is below; '' for none. */
  readonly parent: string;
  readonly mutable: boolean;
  /** Of a step's result: all layers, lowest first. */
  readonly layers: readonly Layer[];
  /** Of a context, a mount: what they are known by. */
  readonly name: string;
}

/** A result that can be found again. */
export interface CachedResult {
  readonly record: string;
  readonly layers: readonly Layer[];
}

export class BuildCache {
  readonly records = new Map<string, CacheRecord>();
  /** Keys of results to the record's id; the newest counts. */
  private readonly results = new Map<string, string>();
  /** Keys that mean the same result: to the one that keys below are made of. */
  private readonly canonical = new Map<string, string>();
  /** Operations on inputs without slow keys that were done before. */
  private readonly seen = new Set<string>();
  /** By shared key. */
  readonly contexts = new Map<string, SyncedFiles>();
  /** By id of the mount. */
  readonly mounts = new Map<string, UnionFs>();
  /** Chain ids of base images that were pulled for a build. */
  readonly pulled = new Set<string>();

  canonicalKey(key: string): string | undefined {
    return this.canonical.get(key);
  }

  find(key: string): CachedResult | undefined {
    const id = this.results.get(this.canonical.get(key) ?? key);
    const record = id === undefined ? undefined : this.records.get(id);
    return record && { record: record.id, layers: record.layers };
  }

  /** Anything at all was stored for this operation on these inputs. */
  mayMatch(baseKey: string): boolean {
    return this.seen.has(baseKey);
  }

  store(record: CacheRecord, baseKey: string, keys: readonly string[]): void {
    this.records.set(record.id, record);
    const [first] = keys;
    if (first === undefined) return;
    this.seen.add(baseKey);
    this.results.set(first, record.id);
    for (const key of keys) this.canonical.set(key, first);
  }

  use(id: string, atUs: number): void {
    const record = this.records.get(id);
    if (!record) return;
    record.lastUsedAt = atUs;
    record.usageCount++;
  }

  remove(record: CacheRecord): void {
    this.records.delete(record.id);
    if (record.kind === 'source.local') this.contexts.delete(record.name);
    if (record.kind === 'exec.cachemount') this.mounts.delete(record.name);
    for (const [key, id] of [...this.results]) if (id === record.id) this.results.delete(key);
  }

  /** Bytes that a record takes for itself. */
  sizeOf(record: CacheRecord): number {
    if (record.kind === 'source.local') return this.contexts.get(record.name)?.bytes ?? 0;
    if (record.kind === 'exec.cachemount') return this.mounts.get(record.name)?.upperBytes() ?? 0;
    return record.layers.at(-1)?.size ?? 0;
  }

  recordNamed(kind: CacheRecord['kind'], name: string): CacheRecord | undefined {
    for (const record of this.records.values())
      if (record.kind === kind && record.name === name) return record;
    return undefined;
  }
}

/** Chain id of a whole stack; '' for none. */
export function chainOf(layers: readonly Layer[]): string {
  let chain: string | undefined;
  for (const layer of layers) chain = chainIdOf(chain, layer.diffId);
  return chain ?? '';
}
