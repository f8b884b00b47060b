/** Rows of BuildKit's cache in `docker system df -v` (docker/cli: formatter/buildcache.go). */
import { humanSize } from '../../../api';
import type { Columns } from '../../format/formatter';
import { ago } from '../../format/text';

export interface CacheRow {
  readonly ID: string;
  readonly Type: string;
  readonly Size: number;
  readonly InUse: boolean;
  readonly Shared: boolean;
  readonly CreatedAt: string;
  readonly LastUsedAt: string | null;
  readonly UsageCount: number;
}

const seconds = (text: string) => Date.parse(text) / 1000;

export const cacheColumns: Columns<{ readonly row: CacheRow; readonly now: number }> = {
  type: '*formatter.buildCacheContext',
  columns: {
    ID: ['CACHE ID', ({ row }) => `${row.ID.slice(0, 12)}${row.InUse ? '*' : ''}`],
    CacheType: ['CACHE TYPE', ({ row }) => row.Type],
    Size: ['SIZE', ({ row }) => humanSize(row.Size)],
    CreatedSince: ['CREATED', ({ row, now }) => ago(now, seconds(row.CreatedAt))],
    LastUsedSince: [
      'LAST USED',
      ({ row, now }) => (row.LastUsedAt === null ? '' : ago(now, seconds(row.LastUsedAt))),
    ],
    UsageCount: ['USAGE', ({ row }) => String(row.UsageCount)],
    Shared: ['SHARED', ({ row }) => String(row.Shared)],
  },
};
