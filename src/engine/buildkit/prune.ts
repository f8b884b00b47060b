/** `docker builder prune` and the cache's part of `docker system df` (moby/buildkit `cache/manager.go`). */
import { isFilters, parseFilters, queryBool, type ApiCall } from '../../api';
import type { EngineCore } from '../core';
import { formatTime } from '../time';
import { chainsOf } from '../images/store';
import { chainOf, type CacheRecord } from './build-cache';

/** Of the API's `BuildCache`. */
export interface CacheUsage {
  readonly ID: string;
  readonly Parent: string;
  readonly Type: string;
  readonly Description: string;
  readonly InUse: boolean;
  readonly Shared: boolean;
  readonly Size: number;
  readonly CreatedAt: string;
  readonly LastUsedAt: string | null;
  readonly UsageCount: number;
}

function isShared(core: EngineCore, record: CacheRecord): boolean {
  if (record.kind !== 'regular') return false;
  const chain = chainOf(record.layers);
  for (const image of core.disk.images.images.values())
    if (chainsOf(image).includes(chain)) return true;
  return false;
}

export function cacheUsage(core: EngineCore): CacheUsage[] {
  const { buildCache } = core.disk;
  return [...buildCache.records.values()].map((record) => ({
    ID: record.id,
    Parent: record.parent,
    Type: record.kind,
    Description: record.description,
    InUse: false,
    Shared: isShared(core, record),
    Size: buildCache.sizeOf(record),
    CreatedAt: formatTime(record.createdAt),
    LastUsedAt: record.lastUsedAt === undefined ? null : formatTime(record.lastUsedAt),
    UsageCount: record.usageCount,
  }));
}

/** Without `all`, what an image has as well stays. Parents go when nothing stands on them. */
export function pruneCache(core: EngineCore, call: ApiCall): void {
  const all = queryBool(call, 'all');
  const keepBytes = Number(call.query.get('keep-storage') ?? '0') || 0;
  const filters = parseFilters(call.query.get('filters') ?? '');
  if (!isFilters(filters)) return call.fail({ status: 400, message: filters.message });
  const { buildCache } = core.disk;
  const deleted: string[] = [];
  let reclaimed = 0;
  let total = [...buildCache.records.values()].reduce((sum, r) => sum + buildCache.sizeOf(r), 0);
  for (let again = true; again;) {
    again = false;
    for (const record of [...buildCache.records.values()]) {
      const parents = new Set([...buildCache.records.values()].map(({ parent }) => parent));
      const shared = isShared(core, record);
      if (parents.has(record.id) || (shared && !all)) continue;
      if (keepBytes > 0 && total <= keepBytes) break;
      const bytes = buildCache.sizeOf(record);
      // What an image has as well is given up, but frees nothing.
      if (!shared) reclaimed += bytes;
      total -= bytes;
      buildCache.remove(record);
      deleted.push(record.id);
      again = true;
    }
  }
  const CachesDeleted = deleted.length === 0 ? null : deleted;
  call.json(200, { CachesDeleted, SpaceReclaimed: reclaimed });
}
