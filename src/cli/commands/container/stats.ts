/** `docker stats`: one line a container, rewritten each half second on the screen. */
import { bytesSize, humanSize, type ContainerSummary } from '../../../api';
import { sys, SysError, type Sys } from '../../../kernel';
import type { Command } from '../../command';
import { anyArgs } from '../../command';
import { get } from '../../client';
import { CliError } from '../../errors';
import { chooseFormat, renderRows, type Columns } from '../../format/formatter';
import { out } from '../../invocation';

const REFRESH_US = 500_000;
const TABLE =
  'table {{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}' +
  '\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}';

/** The part of `GET /containers/NAME/stats` that is shown. */
interface Stats {
  readonly name: string;
  readonly id: string;
  readonly cpu_stats: CpuStats;
  readonly precpu_stats: CpuStats;
  readonly memory_stats: { usage?: number; limit?: number; stats?: Record<string, number> };
  readonly networks?: Record<string, { rx_bytes: number; tx_bytes: number }>;
  readonly blkio_stats: {
    io_service_bytes_recursive?: { op: string; value: number }[] | null;
  };
  readonly pids_stats: { current?: number };
}
interface CpuStats {
  readonly cpu_usage: { total_usage: number; percpu_usage?: number[] | null };
  readonly system_cpu_usage?: number;
  readonly online_cpus?: number;
}
interface StatsRow {
  readonly asked: string;
  readonly stats: Stats | undefined;
  readonly trunc: boolean;
}

function cpuPercent({ cpu_stats: now, precpu_stats: before }: Stats): number {
  const cpu = now.cpu_usage.total_usage - before.cpu_usage.total_usage;
  const system = (now.system_cpu_usage ?? 0) - (before.system_cpu_usage ?? 0);
  const count = now.online_cpus || now.cpu_usage.percpu_usage?.length || 0;
  return system > 0 && cpu > 0 ? (cpu / system) * count * 100 : 0;
}

/** Memory without the page cache that can be given back. */
function memory({ memory_stats: m }: Stats): number {
  const usage = m.usage ?? 0;
  const cache = m.stats?.['total_inactive_file'] ?? m.stats?.['inactive_file'] ?? 0;
  return cache < usage ? usage - cache : usage;
}

function blockIo(stats: Stats): readonly [number, number] {
  let read = 0;
  let write = 0;
  for (const item of stats.blkio_stats.io_service_bytes_recursive ?? []) {
    if (/^r/i.test(item.op)) read += item.value;
    else if (/^w/i.test(item.op)) write += item.value;
  }
  return [read, write];
}

function netIo(stats: Stats): readonly [number, number] {
  const all = Object.values(stats.networks ?? {});
  return [
    all.reduce((sum, item) => sum + item.rx_bytes, 0),
    all.reduce((sum, item) => sum + item.tx_bytes, 0),
  ];
}

const pair = ([a, b]: readonly [number, number]) => `${humanSize(a, 3)} / ${humanSize(b, 3)}`;
const shown = (value: (stats: Stats, row: StatsRow) => string) => (row: StatsRow) =>
  row.stats ? value(row.stats, row) : '--';

const statsColumns: Columns<StatsRow> = {
  type: '*container.statsContext',
  columns: {
    Container: ['CONTAINER', (row) => row.asked],
    ID: ['CONTAINER ID', shown((stats, row) => (row.trunc ? stats.id.slice(0, 12) : stats.id))],
    Name: ['NAME', shown((stats) => stats.name.replace(/^\//, ''))],
    CPUPerc: ['CPU %', shown((stats) => `${cpuPercent(stats).toFixed(2)}%`)],
    MemUsage: [
      'MEM USAGE / LIMIT',
      (row) =>
        row.stats
          ? `${bytesSize(memory(row.stats))} / ${bytesSize(row.stats.memory_stats.limit ?? 0)}`
          : '-- / --',
    ],
    MemPerc: [
      'MEM %',
      shown((stats) => {
        const limit = stats.memory_stats.limit ?? 0;
        return `${(limit === 0 ? 0 : (memory(stats) / limit) * 100).toFixed(2)}%`;
      }),
    ],
    NetIO: ['NET I/O', shown((stats) => pair(netIo(stats)))],
    BlockIO: ['BLOCK I/O', shown((stats) => pair(blockIo(stats)))],
    PIDs: ['PIDS', shown((stats) => String(stats.pids_stats.current ?? 0))],
  },
};

export const containerStats: Command = {
  kind: 'command',
  name: 'stats',
  usage: '[OPTIONS] [CONTAINER...]',
  summary: 'Display a live stream of container(s) resource usage statistics',
  flags: [
    {
      name: 'all',
      short: 'a',
      type: 'bool',
      help: 'Show all containers (default shows just running)',
    },
    { name: 'format', type: 'string', help: 'Pretty-print images using a Go template' },
    {
      name: 'no-stream',
      type: 'bool',
      help: 'Disable streaming stats and only pull the first result',
    },
    { name: 'no-trunc', type: 'bool', help: 'Do not truncate output' },
  ],
  args: anyArgs,
  completes: ['container'],
  *run({ flags, args }) {
    const format = chooseFormat(flags.text('format'), TABLE);
    for (;;) {
      yield* sys.turn('stats', undefined);
      const rows = yield* collect(args, flags.bool('all'), !flags.bool('no-trunc'));
      const text = renderRows(statsColumns, rows, format);
      if (flags.bool('no-stream')) {
        yield* out(text);
        return;
      }
      yield* out(`\x1b[2J\x1b[H${text}`);
      yield* sys.sleep(REFRESH_US);
    }
  },
};

function* collect(names: readonly string[], all: boolean, trunc: boolean): Sys<StatsRow[]> {
  let wanted = names;
  if (names.length === 0) {
    const query = { all: all ? 1 : undefined };
    const list = yield* get<ContainerSummary[]>('/containers/json', { query });
    wanted = list.map((item) => item.Id.slice(0, 12));
  }
  const rows: StatsRow[] = [];
  for (const name of wanted) {
    try {
      const stats = yield* get<Stats>(`/containers/${name}/stats`, {
        query: { stream: 0, 'one-shot': undefined },
      });
      rows.push({ asked: name, stats: stats.id ? stats : undefined, trunc });
    } catch (error) {
      if (error instanceof SysError || !(error instanceof CliError)) throw error;
      if (names.length > 0) throw error;
    }
  }
  return rows;
}
