/** The HostConfig part of a new container, and restart policies. */
import { parseRamSize, type Mount } from '../../../api';
import { CliError } from '../../errors';
import type { FlagSet } from '../../flags';
import type { NetworkFlag } from '../../values/network';
import type { UlimitFlag } from '../../values/ulimit';
import { parseDevice, type SecurityOptions } from './checks';
import type { Ports, Volumes } from './config';

export interface RestartPolicyConfig {
  readonly Name: string;
  readonly MaximumRetryCount: number;
}

/** `on-failure:3` (opts.ParseRestartPolicy). */
export function restartPolicy(text: string): RestartPolicyConfig {
  if (text === '') return { Name: '', MaximumRetryCount: 0 };
  const parts = text.split(':');
  if (parts.length > 2) throw new CliError('invalid restart policy format');
  if (parts.length === 2 && !/^[+-]?\d+$/.test(parts[1]!))
    throw new CliError('maximum retry count must be an integer');
  return { Name: parts[0]!, MaximumRetryCount: parts.length === 2 ? Number(parts[1]) : 0 };
}

const listOrNull = (list: readonly unknown[]) => (list.length > 0 ? list : null);

/** `PATH:RATE` of the device flags; `bytes` allows units. */
function rates(flags: FlagSet, name: string, bytes: boolean): readonly object[] | null {
  const list = flags.list(name).map((text) => {
    const mark = text.lastIndexOf(':');
    const path = text.slice(0, Math.max(0, mark));
    const rate = bytes ? parseRamSize(text.slice(mark + 1)) : Number(text.slice(mark + 1));
    if (mark <= 0) throw new CliError(`bad format: ${text}`);
    if (!path.startsWith('/dev/')) throw new CliError(`bad format for device path: ${text}`);
    if (rate === undefined || Number.isNaN(rate) || rate < 0)
      throw new CliError(
        `invalid rate for device: ${text}. The correct format is ` +
          '<device-path>:<number>[<unit>]. Number must be a positive integer. ' +
          'Unit is optional and can be kb, mb, or gb',
      );
    return { Path: path, Rate: rate };
  });
  return listOrNull(list) as readonly object[] | null;
}

function deviceRequests(flags: FlagSet): readonly object[] | null {
  return listOrNull(
    flags.list('gpus').map((text) => ({
      Driver: '',
      Count: text === 'all' ? -1 : Number(text),
      DeviceIDs: null,
      Capabilities: [['gpu']],
      Options: {},
    })),
  ) as readonly object[] | null;
}

function tmpfs(flags: FlagSet): Record<string, string> {
  const map: Record<string, string> = {};
  for (const text of flags.list('tmpfs')) {
    const mark = text.indexOf(':');
    map[mark < 0 ? text : text.slice(0, mark)] = mark < 0 ? '' : text.slice(mark + 1);
  }
  return map;
}

const some = (map: Record<string, string>) => Object.keys(map).length > 0;

export function hostConfig(
  flags: FlagSet,
  volumes: Volumes,
  ports: Ports,
  restart: RestartPolicyConfig,
  security: SecurityOptions,
) {
  const networks = [...flags.list<NetworkFlag>('network'), ...flags.list<NetworkFlag>('net')];
  const storage = flags.map('storage-opt');
  const sysctls = flags.map('sysctl');
  const mounts = flags.list<Mount>('mount');
  const temporary = tmpfs(flags);
  return {
    Binds: listOrNull(volumes.binds),
    ContainerIDFile: flags.text('cidfile'),
    LogConfig: { Type: flags.text('log-driver'), Config: flags.map('log-opt') },
    NetworkMode: networks[0]?.target || 'default',
    PortBindings: ports.bindings,
    RestartPolicy: restart,
    AutoRemove: flags.bool('rm'),
    VolumeDriver: flags.text('volume-driver'),
    VolumesFrom: listOrNull(flags.list('volumes-from')),
    CapAdd: listOrNull(flags.list('cap-add')),
    CapDrop: listOrNull(flags.list('cap-drop')),
    CgroupnsMode: flags.text('cgroupns'),
    Dns: flags.list('dns'),
    DnsOptions: [...flags.list('dns-option'), ...flags.list('dns-opt')],
    DnsSearch: flags.list('dns-search'),
    ExtraHosts: listOrNull(flags.list('add-host')),
    GroupAdd: listOrNull(flags.list('group-add')),
    IpcMode: flags.text('ipc'),
    Cgroup: '',
    Links: listOrNull(flags.list('link')),
    OomScoreAdj: flags.number('oom-score-adj'),
    PidMode: flags.text('pid'),
    Privileged: flags.bool('privileged'),
    PublishAllPorts: flags.bool('publish-all'),
    ReadonlyRootfs: flags.bool('read-only'),
    SecurityOpt: listOrNull(security.options),
    ...(some(storage) ? { StorageOpt: storage } : {}),
    ...(some(temporary) ? { Tmpfs: temporary } : {}),
    UTSMode: flags.text('uts'),
    UsernsMode: flags.text('userns'),
    ShmSize: flags.number('shm-size'),
    ...(some(sysctls) ? { Sysctls: sysctls } : {}),
    ...(flags.text('runtime') ? { Runtime: flags.text('runtime') } : {}),
    ConsoleSize: [0, 0],
    Isolation: flags.text('isolation'),
    ...limits(flags),
    ...(mounts.length > 0 ? { Mounts: mounts } : {}),
    MaskedPaths: security.unmasked ? [] : null,
    ReadonlyPaths: security.unmasked ? [] : null,
    ...(flags.changed('init') ? { Init: flags.bool('init') } : {}),
  };
}

function limits(flags: FlagSet) {
  const n = (name: string) => flags.number(name);
  return {
    CpuShares: n('cpu-shares'),
    Memory: n('memory'),
    NanoCpus: n('cpus'),
    CgroupParent: flags.text('cgroup-parent'),
    BlkioWeight: n('blkio-weight'),
    BlkioWeightDevice:
      rates(flags, 'blkio-weight-device', false)?.map((item) => ({
        Path: (item as { Path: string }).Path,
        Weight: (item as { Rate: number }).Rate,
      })) ?? [],
    BlkioDeviceReadBps: rates(flags, 'device-read-bps', true),
    BlkioDeviceWriteBps: rates(flags, 'device-write-bps', true),
    BlkioDeviceReadIOps: rates(flags, 'device-read-iops', false),
    BlkioDeviceWriteIOps: rates(flags, 'device-write-iops', false),
    CpuPeriod: n('cpu-period'),
    CpuQuota: n('cpu-quota'),
    CpuRealtimePeriod: n('cpu-rt-period'),
    CpuRealtimeRuntime: n('cpu-rt-runtime'),
    CpusetCpus: flags.text('cpuset-cpus'),
    CpusetMems: flags.text('cpuset-mems'),
    Devices: flags.list('device').map(parseDevice),
    DeviceCgroupRules: listOrNull(flags.list('device-cgroup-rule')),
    DeviceRequests: deviceRequests(flags),
    KernelMemory: n('kernel-memory'),
    KernelMemoryTCP: 0,
    MemoryReservation: n('memory-reservation'),
    MemorySwap: n('memory-swap'),
    MemorySwappiness: n('memory-swappiness'),
    OomKillDisable: flags.bool('oom-kill-disable'),
    PidsLimit: n('pids-limit'),
    Ulimits: listOrNull(flags.list<UlimitFlag>('ulimit')),
    CpuCount: 0,
    CpuPercent: 0,
    IOMaximumIOps: 0,
    IOMaximumBandwidth: 0,
  };
}
