/** `GET /containers/X/stats`: counters of its control group and network, one a second. */
import { SECOND_US, type TimerHandle, type Wakeable } from '../../base';
import { isApiError, queryBool, type ApiCall, type ApiReceiver } from '../../api';
import type { EngineCore } from '../core';
import { formatTime, ZERO_TIME } from '../time';
import type { Container } from './container';

interface CpuStats {
  readonly cpu_usage: Record<string, unknown>;
  readonly system_cpu_usage?: number;
  readonly online_cpus?: number;
  readonly throttling_data: Record<string, number>;
}

const NO_CPU: CpuStats = Object.freeze({
  cpu_usage: { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 },
  throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
});
const BLOCK_LISTS = [
  'io_service_bytes_recursive',
  'io_serviced_recursive',
  'io_queue_recursive',
  'io_service_time_recursive',
  'io_wait_time_recursive',
  'io_merged_recursive',
  'io_time_recursive',
  'sectors_recursive',
];
const UNLIMITED = 9223372036854772000;

class StatsStream implements Wakeable, ApiReceiver {
  private before: { readonly cpu: CpuStats; readonly read: string } = {
    cpu: NO_CPU,
    read: ZERO_TIME,
  };
  private timer: TimerHandle | undefined;

  constructor(
    private readonly core: EngineCore,
    private readonly container: Container,
    private readonly call: ApiCall,
    private readonly single: boolean,
    private readonly oneShot: boolean,
  ) {}

  begin(): void {
    const wait = this.single && !this.oneShot && this.container.isRunning;
    if (wait) this.before = { cpu: cpuStats(this.core, this.container), read: this.readTime() };
    else this.send();
    if (this.single && !wait) return this.call.end();
    this.timer = this.core.runtime.setTimer(SECOND_US, this, 'stats');
  }

  wake(): void {
    this.send();
    if (this.single || !this.core.disk.containers.has(this.container.id)) return this.call.end();
    this.timer = this.core.runtime.setTimer(SECOND_US, this, 'stats');
  }

  private readTime(): string {
    return this.container.isRunning ? formatTime(this.core.unixUs) : ZERO_TIME;
  }

  private send(): void {
    const { core, container, before } = this;
    const cpu = cpuStats(core, container);
    const read = this.readTime();
    const value = { read, preread: before.read, ...statsOf(core, container, cpu, before.cpu) };
    this.call.write(`${JSON.stringify(value)}\n`);
    this.before = { cpu, read };
  }

  receive(): void {}
  closeInput(): void {}
  hangUp(): void {
    this.core.runtime.cancelTimer(this.timer);
  }
}

function cpuStats(core: EngineCore, container: Container): CpuStats {
  const { running } = container;
  if (!running) return NO_CPU;
  const total = running.cgroup.cpuUs * 1000;
  const { cpus } = core.kernel;
  return {
    cpu_usage: {
      total_usage: total,
      percpu_usage: Array.from({ length: cpus }, (_, i) => (i === 0 ? total : 0)),
      usage_in_kernelmode: 0,
      usage_in_usermode: total,
    },
    system_cpu_usage: (core.runtime.now + 60 * SECOND_US) * cpus * 1000,
    online_cpus: cpus,
    throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
  };
}

function statsOf(core: EngineCore, container: Container, cpu: CpuStats, before: CpuStats) {
  const { running } = container;
  const lists = Object.fromEntries(BLOCK_LISTS.map((name) => [name, running ? [] : null]));
  const memory = running?.cgroup.memoryBytes ?? 0;
  const isBridged = container.networkMode !== 'host' && container.networkMode !== 'none';
  const zero = {
    rx_bytes: 0,
    rx_packets: 0,
    rx_errors: 0,
    rx_dropped: 0,
    tx_bytes: 0,
    tx_packets: 0,
    tx_errors: 0,
    tx_dropped: 0,
  };
  return {
    pids_stats: running ? { current: running.cgroup.processCount } : {},
    blkio_stats: lists,
    num_procs: 0,
    storage_stats: {},
    cpu_stats: cpu,
    precpu_stats: before,
    memory_stats: running ? memoryStats(core, container, memory) : {},
    name: `/${container.name}`,
    id: container.id,
    ...(running && isBridged ? { networks: { eth0: zero } } : {}),
  };
}

const MEMORY_COUNTERS =
  'active_anon active_file cache dirty inactive_anon inactive_file mapped_file pgfault pgmajfault ' +
  'pgpgin pgpgout rss rss_huge unevictable writeback';

function memoryStats(core: EngineCore, container: Container, bytes: number) {
  const stats: Record<string, number> = {};
  for (const name of MEMORY_COUNTERS.split(' ')) {
    const value = name === 'rss' || name === 'inactive_anon' ? bytes : 0;
    stats[name] = value;
    stats[`total_${name}`] = value;
  }
  const limit = container.hostConfig.Memory;
  stats['hierarchical_memory_limit'] = limit > 0 ? limit : UNLIMITED;
  stats['hierarchical_memsw_limit'] = limit > 0 ? container.hostConfig.MemorySwap : UNLIMITED;
  return {
    usage: bytes,
    max_usage: bytes,
    stats,
    limit: limit > 0 ? limit : core.kernel.memoryBytes,
  };
}

export function openStats(core: EngineCore, call: ApiCall, name: string): void {
  const container = core.container(name);
  if (isApiError(container)) return call.fail(container);
  // Without the parameter it is a stream.
  const single = call.query.has('stream') && !queryBool(call, 'stream');
  const oneShot = queryBool(call, 'one-shot');
  call.begin(200, single ? { 'Content-Type': 'application/json' } : {});
  const stream = new StatsStream(core, container, call, single, oneShot);
  call.receiver = stream;
  stream.begin();
}
