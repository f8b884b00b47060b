/** `docker system df` (docker/cli: cli/command/formatter/disk_usage.go). */
import { humanSize, type ContainerSummary, type ImageSummary } from '../../../api';
import type { Sys } from '../../../kernel';
import type { Command } from '../../command';
import { noArgs } from '../../command';
import { get } from '../../client';
import { CliError } from '../../errors';
import { chooseFormat, renderRows, type Columns } from '../../format/formatter';
import { nowSeconds, out } from '../../invocation';
import { containerColumns } from '../container/format';
import { imageColumns, imageRows } from '../image/format';
import { volumeColumns, type VolumeRow } from '../volume/ls';
import { cacheColumns, type CacheRow } from './cache-rows';

interface DiskUsage {
  readonly LayersSize: number;
  readonly Images: ImageSummary[] | null;
  readonly Containers: ContainerSummary[] | null;
  readonly Volumes: VolumeRow[] | null;
  readonly BuildCache: CacheRow[] | null;
}
interface UsageRow {
  readonly type: string;
  readonly total: number;
  readonly active: number;
  readonly size: number;
  readonly reclaimable: number;
  /** Whether the share of the size is shown too. */
  readonly percent: boolean;
}

const columns: Columns<UsageRow> = {
  type: '*formatter.diskUsageImagesContext',
  columns: {
    Type: ['TYPE', (row) => row.type],
    TotalCount: ['TOTAL', (row) => String(row.total)],
    Active: ['ACTIVE', (row) => String(row.active)],
    Size: ['SIZE', (row) => humanSize(row.size)],
    Reclaimable: [
      'RECLAIMABLE',
      (row) => {
        const text = humanSize(row.reclaimable);
        if (!row.percent || row.size <= 0) return text;
        return `${text} (${Math.trunc((row.reclaimable * 100) / row.size)}%)`;
      },
    ],
  },
};
const TABLE = 'table {{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}';

function summary(usage: DiskUsage): UsageRow[] {
  const images = usage.Images ?? [];
  const containers = usage.Containers ?? [];
  const volumes = usage.Volumes ?? [];
  const cache = usage.BuildCache ?? [];
  const used = images
    .filter(
      (image) => image.Containers !== 0 && image.VirtualSize !== -1 && image.SharedSize !== -1,
    )
    .reduce((sum, image) => sum + image.VirtualSize - image.SharedSize, 0);
  const isActive = (item: ContainerSummary) =>
    ['running', 'paused', 'restarting'].some((state) => item.State.includes(state));
  const writable = (list: readonly ContainerSummary[]) =>
    list.reduce((sum, item) => sum + (item.SizeRw ?? 0), 0);
  const sizeOf = (list: readonly VolumeRow[]) =>
    list.reduce((sum, item) => sum + Math.max(0, item.UsageData?.Size ?? 0), 0);
  const unused = volumes.filter((item) => (item.UsageData?.RefCount ?? 0) === 0);
  const cacheSize = cache.reduce((sum, item) => sum + (item.Shared ? 0 : item.Size), 0);
  const cacheUsed = cache.reduce(
    (sum, item) => sum + (item.InUse && !item.Shared ? item.Size : 0),
    0,
  );
  return [
    {
      type: 'Images',
      total: images.length,
      active: images.filter((image) => image.Containers > 0).length,
      size: usage.LayersSize ?? 0,
      reclaimable: Math.max(0, (usage.LayersSize ?? 0) - used),
      percent: true,
    },
    {
      type: 'Containers',
      total: containers.length,
      active: containers.filter(isActive).length,
      size: writable(containers),
      reclaimable: writable(containers.filter((item) => !isActive(item))),
      percent: true,
    },
    {
      type: 'Local Volumes',
      total: volumes.length,
      active: volumes.filter((item) => (item.UsageData?.RefCount ?? 0) > 0).length,
      size: sizeOf(volumes),
      reclaimable: sizeOf(unused),
      percent: true,
    },
    {
      type: 'Build Cache',
      total: cache.length,
      active: cache.filter((item) => item.InUse).length,
      size: cacheSize,
      reclaimable: cacheSize - cacheUsed,
      percent: false,
    },
  ];
}

export const systemDf: Command = {
  kind: 'command',
  name: 'df',
  usage: '[OPTIONS]',
  summary: 'Show docker disk usage',
  flags: [
    { name: 'format', type: 'string', help: 'Pretty-print images using a Go template' },
    { name: 'verbose', short: 'v', type: 'bool', help: 'Show detailed information on space usage' },
  ],
  args: noArgs,
  *run({ flags }) {
    const format = flags.text('format');
    const usage = yield* get<DiskUsage>('/system/df');
    if (!flags.bool('verbose')) {
      yield* out(renderRows(columns, summary(usage), chooseFormat(format, TABLE)));
      return;
    }
    if (format !== '') throw new CliError('the verbose and the format options conflict');
    yield* verbose(usage);
  },
};

function* verbose(usage: DiskUsage): Sys<void> {
  const now = yield* nowSeconds();
  const images = renderRows(
    imageColumns,
    imageRows(usage.Images ?? [], true, false, now),
    'table {{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.VirtualSize}}' +
      '\t{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}',
  );
  const containers = renderRows(
    containerColumns,
    (usage.Containers ?? []).map((container) => ({
      // Here the size of the image below does not count.
      container: { ...container, SizeRootFs: 0 },
      trunc: true,
      now,
    })),
    'table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}' +
      '\t{{.RunningFor}}\t{{.Status}}\t{{.Names}}',
  );
  const volumes = renderRows(
    volumeColumns,
    usage.Volumes ?? [],
    'table {{.Name}}\t{{.Links}}\t{{.Size}}',
  );
  const cache = summary(usage)[3]!;
  const caches = renderRows(
    cacheColumns,
    (usage.BuildCache ?? []).map((row) => ({ row, now })),
    'table {{.ID}}\t{{.CacheType}}\t{{.Size}}\t{{.CreatedSince}}\t{{.LastUsedSince}}' +
      '\t{{.UsageCount}}\t{{.Shared}}',
  );
  yield* out(
    `Images space usage:\n\n${images}\nContainers space usage:\n\n${containers}\n` +
      `Local Volumes space usage:\n\n${volumes}\nBuild cache usage: ${humanSize(cache.size)}\n\n` +
      caches,
  );
}
