/** `docker update`. */
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { post } from '../../client';
import { CliError, failAll, messageOf } from '../../errors';
import { err, line } from '../../invocation';
import { restartPolicy } from './host-config';

export const containerUpdate: Command = {
  kind: 'command',
  name: 'update',
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  summary: 'Update configuration of one or more containers',
  flags: [
    {
      name: 'blkio-weight',
      type: 'uint16',
      help: 'Block IO (relative weight), between 10 and 1000, or 0 to disable (default 0)',
    },
    { name: 'cpu-period', type: 'int', help: 'Limit CPU CFS (Completely Fair Scheduler) period' },
    { name: 'cpu-quota', type: 'int', help: 'Limit CPU CFS (Completely Fair Scheduler) quota' },
    { name: 'cpu-rt-period', type: 'int', help: 'Limit the CPU real-time period in microseconds' },
    {
      name: 'cpu-rt-runtime',
      type: 'int',
      help: 'Limit the CPU real-time runtime in microseconds',
    },
    { name: 'cpu-shares', short: 'c', type: 'int', help: 'CPU shares (relative weight)' },
    { name: 'cpus', type: 'decimal', help: 'Number of CPUs' },
    { name: 'cpuset-cpus', type: 'string', help: 'CPUs in which to allow execution (0-3, 0,1)' },
    { name: 'cpuset-mems', type: 'string', help: 'MEMs in which to allow execution (0-3, 0,1)' },
    { name: 'kernel-memory', type: 'bytes', help: 'Kernel memory limit' },
    { name: 'memory', short: 'm', type: 'bytes', help: 'Memory limit' },
    { name: 'memory-reservation', type: 'bytes', help: 'Memory soft limit' },
    {
      name: 'memory-swap',
      type: 'bytes',
      help: "Swap limit equal to memory plus swap: '-1' to enable unlimited swap",
    },
    { name: 'pids-limit', type: 'int', help: 'Tune container pids limit (set -1 for unlimited)' },
    { name: 'restart', type: 'string', help: 'Restart policy to apply when a container exits' },
  ],
  args: atLeast(1),
  completes: ['container'],
  *run({ flags, args }) {
    if (!flags.flags.some((flag) => flags.changed(flag.name)))
      throw new CliError('you must provide one or more flags when using this command');
    const n = (name: string) => flags.number(name);
    const body = {
      CpuShares: n('cpu-shares'),
      Memory: n('memory'),
      NanoCpus: n('cpus'),
      CgroupParent: '',
      BlkioWeight: n('blkio-weight'),
      BlkioWeightDevice: null,
      BlkioDeviceReadBps: null,
      BlkioDeviceWriteBps: null,
      BlkioDeviceReadIOps: null,
      BlkioDeviceWriteIOps: null,
      CpuPeriod: n('cpu-period'),
      CpuQuota: n('cpu-quota'),
      CpuRealtimePeriod: n('cpu-rt-period'),
      CpuRealtimeRuntime: n('cpu-rt-runtime'),
      CpusetCpus: flags.text('cpuset-cpus'),
      CpusetMems: flags.text('cpuset-mems'),
      Devices: null,
      DeviceCgroupRules: null,
      DeviceRequests: null,
      KernelMemory: n('kernel-memory'),
      KernelMemoryTCP: 0,
      MemoryReservation: n('memory-reservation'),
      MemorySwap: n('memory-swap'),
      MemorySwappiness: null,
      OomKillDisable: null,
      PidsLimit: flags.changed('pids-limit') ? n('pids-limit') : null,
      Ulimits: null,
      CpuCount: 0,
      CpuPercent: 0,
      IOMaximumIOps: 0,
      IOMaximumBandwidth: 0,
      RestartPolicy: restartPolicy(flags.text('restart')),
    };
    const warnings: string[] = [];
    const failures: string[] = [];
    for (const name of args) {
      try {
        const answer = yield* post<{ Warnings: string[] | null }>(`/containers/${name}/update`, {
          body,
        });
        yield* line(name);
        warnings.push(...(answer.Warnings ?? []));
      } catch (error) {
        failures.push(messageOf(error));
      }
    }
    if (warnings.length > 0) yield* err(`${warnings.join('\n')}\n`);
    failAll(failures);
  },
};
