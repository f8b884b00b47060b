/**
 * Settings as Go's encoder writes them: fields in the order of the struct, maps sorted, and what is
 * marked `omitempty` left out where it is empty (moby `api/types/container`).
 */
import type { ContainerConfig } from './content/image';
import type { HostConfig } from './containers/host-config';

const CONFIG_FIELDS =
  'Hostname Domainname User AttachStdin AttachStdout AttachStderr ExposedPorts? Tty OpenStdin ' +
  'StdinOnce Env Cmd Healthcheck? ArgsEscaped? Image Volumes WorkingDir Entrypoint ' +
  'NetworkDisabled? MacAddress? OnBuild Labels StopSignal? StopTimeout? Shell?';
const HOST_FIELDS =
  'Binds ContainerIDFile LogConfig NetworkMode PortBindings RestartPolicy AutoRemove VolumeDriver ' +
  'VolumesFrom CapAdd CapDrop CgroupnsMode Dns DnsOptions DnsSearch ExtraHosts GroupAdd IpcMode ' +
  'Cgroup Links OomScoreAdj PidMode Privileged PublishAllPorts ReadonlyRootfs SecurityOpt ' +
  'StorageOpt? Tmpfs? UTSMode UsernsMode ShmSize Sysctls? Runtime? ConsoleSize Isolation ' +
  'CpuShares Memory NanoCpus CgroupParent BlkioWeight BlkioWeightDevice BlkioDeviceReadBps ' +
  'BlkioDeviceWriteBps BlkioDeviceReadIOps BlkioDeviceWriteIOps CpuPeriod CpuQuota ' +
  'CpuRealtimePeriod CpuRealtimeRuntime CpusetCpus CpusetMems Devices DeviceCgroupRules ' +
  'DeviceRequests KernelMemory KernelMemoryTCP MemoryReservation MemorySwap MemorySwappiness ' +
  'OomKillDisable PidsLimit Ulimits CpuCount CpuPercent IOMaximumIOps IOMaximumBandwidth Mounts? ' +
  'MaskedPaths ReadonlyPaths Init?';
/** Their members are Go maps. */
const MAPS = [
  'Labels',
  'ExposedPorts',
  'Volumes',
  'PortBindings',
  'Tmpfs',
  'Sysctls',
  'StorageOpt',
];

type Data = Readonly<Record<string, unknown>>;

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, (value as Data)[key]]));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (value === false || value === 0) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function ordered(data: Data, fields: string, keep: readonly string[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const field of fields.split(' ')) {
    const name = field.replace('?', '');
    const value = data[name];
    if (value === undefined) continue;
    if (field.endsWith('?') && isEmpty(value) && !keep.includes(name)) continue;
    result[name] = MAPS.includes(name) ? sorted(value) : value;
  }
  return result;
}

/** Pointers are kept although what they point to is zero. */
export function orderedConfig(config: ContainerConfig): Record<string, unknown> {
  return ordered(config as unknown as Data, CONFIG_FIELDS, ['StopTimeout']);
}

export function orderedHostConfig(host: HostConfig): Record<string, unknown> {
  const { LogConfig: log } = host;
  const data = { ...host, LogConfig: { Type: log.Type, Config: sorted(log.Config) } };
  return ordered(data, HOST_FIELDS, ['Init']);
}
