/** `container.HostConfig` of the API with its defaults, keys in the order in which inspect gives them. */
import type { HealthConfig, Labels, Mount } from '../../api';
import type { Shape, StructShape } from '../../api';
import type { ContainerConfig } from '../content/image';

export interface PortBinding {
  HostIp: string;
  HostPort: string;
}
export interface RestartPolicyConfig {
  Name: string;
  MaximumRetryCount: number;
}
export interface HostConfig {
  Binds: string[] | null;
  ContainerIDFile: string;
  LogConfig: { Type: string; Config: Labels };
  NetworkMode: string;
  PortBindings: Record<string, PortBinding[] | null> | null;
  RestartPolicy: RestartPolicyConfig;
  AutoRemove: boolean;
  VolumeDriver: string;
  VolumesFrom: string[] | null;
  CapAdd: string[] | null;
  CapDrop: string[] | null;
  CgroupnsMode: string;
  Dns: string[] | null;
  DnsOptions: string[] | null;
  DnsSearch: string[] | null;
  ExtraHosts: string[] | null;
  GroupAdd: string[] | null;
  IpcMode: string;
  Cgroup: string;
  Links: string[] | null;
  OomScoreAdj: number;
  PidMode: string;
  Privileged: boolean;
  PublishAllPorts: boolean;
  ReadonlyRootfs: boolean;
  SecurityOpt: string[] | null;
  StorageOpt?: Labels;
  Tmpfs?: Labels;
  UTSMode: string;
  UsernsMode: string;
  ShmSize: number;
  Sysctls?: Labels;
  Runtime?: string;
  ConsoleSize: [number, number];
  Isolation: string;
  CpuShares: number;
  Memory: number;
  NanoCpus: number;
  CgroupParent: string;
  BlkioWeight: number;
  BlkioWeightDevice: unknown[] | null;
  BlkioDeviceReadBps: unknown[] | null;
  BlkioDeviceWriteBps: unknown[] | null;
  BlkioDeviceReadIOps: unknown[] | null;
  BlkioDeviceWriteIOps: unknown[] | null;
  CpuPeriod: number;
  CpuQuota: number;
  CpuRealtimePeriod: number;
  CpuRealtimeRuntime: number;
  CpusetCpus: string;
  CpusetMems: string;
  Devices: unknown[] | null;
  DeviceCgroupRules: string[] | null;
  DeviceRequests: unknown[] | null;
  KernelMemory: number;
  KernelMemoryTCP: number;
  MemoryReservation: number;
  MemorySwap: number;
  MemorySwappiness: number | null;
  OomKillDisable: boolean;
  PidsLimit: number | null;
  Ulimits: { Name: string; Hard: number; Soft: number }[] | null;
  CpuCount: number;
  CpuPercent: number;
  IOMaximumIOps: number;
  IOMaximumBandwidth: number;
  Mounts?: Mount[];
  MaskedPaths: string[] | null;
  ReadonlyPaths: string[] | null;
  Init?: boolean;
}

const MASKED_PATHS = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
];
const READONLY_PATHS = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];
/** `/dev/shm` of 64 MiB. */
const SHM_BYTES = 67108864;

/** What the client left out, as inspect shows it. */
export function defaultHostConfig(): HostConfig {
  return {
    Binds: null,
    ContainerIDFile: '',
    LogConfig: { Type: 'json-file', Config: {} },
    NetworkMode: 'default',
    PortBindings: null,
    RestartPolicy: { Name: '', MaximumRetryCount: 0 },
    AutoRemove: false,
    VolumeDriver: '',
    VolumesFrom: null,
    CapAdd: null,
    CapDrop: null,
    CgroupnsMode: 'host',
    Dns: null,
    DnsOptions: null,
    DnsSearch: null,
    ExtraHosts: null,
    GroupAdd: null,
    IpcMode: 'private',
    Cgroup: '',
    Links: null,
    OomScoreAdj: 0,
    PidMode: '',
    Privileged: false,
    PublishAllPorts: false,
    ReadonlyRootfs: false,
    SecurityOpt: null,
    UTSMode: '',
    UsernsMode: '',
    ShmSize: SHM_BYTES,
    ConsoleSize: [0, 0],
    Isolation: '',
    CpuShares: 0,
    Memory: 0,
    NanoCpus: 0,
    CgroupParent: '',
    BlkioWeight: 0,
    BlkioWeightDevice: null,
    BlkioDeviceReadBps: null,
    BlkioDeviceWriteBps: null,
    BlkioDeviceReadIOps: null,
    BlkioDeviceWriteIOps: null,
    CpuPeriod: 0,
    CpuQuota: 0,
    CpuRealtimePeriod: 0,
    CpuRealtimeRuntime: 0,
    CpusetCpus: '',
    CpusetMems: '',
    Devices: null,
    DeviceCgroupRules: null,
    DeviceRequests: null,
    KernelMemory: 0,
    KernelMemoryTCP: 0,
    MemoryReservation: 0,
    MemorySwap: 0,
    MemorySwappiness: null,
    OomKillDisable: false,
    PidsLimit: null,
    Ulimits: null,
    CpuCount: 0,
    CpuPercent: 0,
    IOMaximumIOps: 0,
    IOMaximumBandwidth: 0,
    MaskedPaths: MASKED_PATHS,
    ReadonlyPaths: READONLY_PATHS,
  };
}

/** The client's values over the defaults; `null` of a list stays, empty texts take the default. */
export function fillHostConfig(given: Partial<HostConfig> | null | undefined): HostConfig {
  const filled: HostConfig = { ...defaultHostConfig(), ...given };
  if (!given) return filled;
  filled.LogConfig = {
    Type: given.LogConfig?.Type || 'json-file',
    Config: given.LogConfig?.Config ?? {},
  };
  if (filled.LogConfig.Type === 'none') filled.LogConfig.Config = given.LogConfig?.Config ?? {};
  const policy = given.RestartPolicy;
  filled.RestartPolicy = {
    Name: policy?.Name ?? '',
    MaximumRetryCount: policy?.MaximumRetryCount ?? 0,
  };
  filled.NetworkMode = given.NetworkMode || 'default';
  filled.IpcMode = given.IpcMode || 'private';
  filled.CgroupnsMode = given.CgroupnsMode || 'host';
  filled.ShmSize = given.ShmSize || SHM_BYTES;
  filled.Runtime = given.Runtime || 'runc';
  if (filled.Memory > 0 && filled.MemorySwap === 0) filled.MemorySwap = filled.Memory * 2;
  if (given.PidsLimit !== undefined && given.PidsLimit !== null && given.PidsLimit <= 0)
    filled.PidsLimit = null;
  if (filled.PortBindings) filled.PortBindings = fillBindings(filled.PortBindings);
  if (filled.Privileged && given.MaskedPaths === undefined) {
    filled.MaskedPaths = null;
    filled.ReadonlyPaths = null;
  }
  return filled;
}

function fillBindings(
  bindings: Record<string, Partial<PortBinding>[] | null>,
): Record<string, PortBinding[] | null> {
  const out: Record<string, PortBinding[] | null> = {};
  for (const port of Object.keys(bindings).sort()) {
    const list = bindings[port];
    out[port] =
      list?.map((entry) => ({ HostIp: entry.HostIp ?? '', HostPort: entry.HostPort ?? '' })) ??
      null;
  }
  return out;
}

// --- shapes of the request bodies

const STRINGS: Shape = { list: 'string' };
const TEXT_MAP: Shape = { map: 'string' };
const EMPTY_STRUCTS: Shape = { map: { struct: 'struct {}', fields: {} } };

export const RESTART_POLICY_SHAPE: StructShape = {
  struct: 'container.RestartPolicy',
  fields: { Name: 'string', MaximumRetryCount: 'int' },
};

export const RESOURCE_FIELDS: Readonly<Record<string, Shape>> = {
  CpuShares: 'int64',
  Memory: 'int64',
  NanoCpus: 'int64',
  CgroupParent: 'string',
  BlkioWeight: 'uint16',
  BlkioWeightDevice: { list: 'any' },
  BlkioDeviceReadBps: { list: 'any' },
  BlkioDeviceWriteBps: { list: 'any' },
  BlkioDeviceReadIOps: { list: 'any' },
  BlkioDeviceWriteIOps: { list: 'any' },
  CpuPeriod: 'int64',
  CpuQuota: 'int64',
  CpuRealtimePeriod: 'int64',
  CpuRealtimeRuntime: 'int64',
  CpusetCpus: 'string',
  CpusetMems: 'string',
  Devices: { list: 'any' },
  DeviceCgroupRules: STRINGS,
  DeviceRequests: { list: 'any' },
  KernelMemory: 'int64',
  KernelMemoryTCP: 'int64',
  MemoryReservation: 'int64',
  MemorySwap: 'int64',
  MemorySwappiness: 'int64',
  OomKillDisable: 'bool',
  PidsLimit: 'int64',
  Ulimits: {
    list: { struct: 'units.Ulimit', fields: { Name: 'string', Hard: 'int64', Soft: 'int64' } },
  },
  CpuCount: 'int64',
  CpuPercent: 'int64',
  IOMaximumIOps: 'uint64',
  IOMaximumBandwidth: 'uint64',
};

const HOST_CONFIG_SHAPE: StructShape = {
  struct: 'container.HostConfig',
  fields: {
    Binds: STRINGS,
    ContainerIDFile: 'string',
    LogConfig: {
      struct: 'container.LogConfig',
      fields: { Type: 'string', Config: TEXT_MAP },
    },
    NetworkMode: 'string',
    PortBindings: {
      map: {
        list: { struct: 'nat.PortBinding', fields: { HostIp: 'string', HostPort: 'string' } },
      },
    },
    RestartPolicy: RESTART_POLICY_SHAPE,
    AutoRemove: 'bool',
    VolumeDriver: 'string',
    VolumesFrom: STRINGS,
    CapAdd: 'strings',
    CapDrop: 'strings',
    CgroupnsMode: 'string',
    Dns: STRINGS,
    DnsOptions: STRINGS,
    DnsSearch: STRINGS,
    ExtraHosts: STRINGS,
    GroupAdd: STRINGS,
    IpcMode: 'string',
    Cgroup: 'string',
    Links: STRINGS,
    OomScoreAdj: 'int',
    PidMode: 'string',
    Privileged: 'bool',
    PublishAllPorts: 'bool',
    ReadonlyRootfs: 'bool',
    SecurityOpt: STRINGS,
    StorageOpt: TEXT_MAP,
    Tmpfs: TEXT_MAP,
    UTSMode: 'string',
    UsernsMode: 'string',
    ShmSize: 'int64',
    Sysctls: TEXT_MAP,
    Runtime: 'string',
    ConsoleSize: { list: 'int' },
    Isolation: 'string',
    ...RESOURCE_FIELDS,
    Mounts: {
      list: {
        struct: 'mount.Mount',
        fields: {
          Type: 'string',
          Source: 'string',
          Target: 'string',
          ReadOnly: 'bool',
          Consistency: 'string',
          BindOptions: {
            struct: 'mount.BindOptions',
            fields: { Propagation: 'string', NonRecursive: 'bool' },
          },
          VolumeOptions: {
            struct: 'mount.VolumeOptions',
            fields: {
              NoCopy: 'bool',
              Labels: TEXT_MAP,
              DriverConfig: {
                struct: 'mount.Driver',
                fields: { Name: 'string', Options: TEXT_MAP },
              },
            },
          },
          TmpfsOptions: {
            struct: 'mount.TmpfsOptions',
            fields: { SizeBytes: 'int64', Mode: 'uint32' },
          },
        },
      },
    },
    MaskedPaths: STRINGS,
    ReadonlyPaths: STRINGS,
    Init: 'bool',
  },
};

export const HEALTH_SHAPE: StructShape = {
  struct: 'container.HealthConfig',
  fields: {
    Test: STRINGS,
    Interval: 'int64',
    Timeout: 'int64',
    StartPeriod: 'int64',
    Retries: 'int',
  },
};

/** Body of `POST /containers/create`. */
export const CREATE_SHAPE: StructShape = {
  struct: 'runconfig.ContainerConfigWrapper',
  fields: {
    Hostname: 'string',
    Domainname: 'string',
    User: 'string',
    AttachStdin: 'bool',
    AttachStdout: 'bool',
    AttachStderr: 'bool',
    ExposedPorts: EMPTY_STRUCTS,
    Tty: 'bool',
    OpenStdin: 'bool',
    StdinOnce: 'bool',
    Env: STRINGS,
    Cmd: 'strings',
    Healthcheck: HEALTH_SHAPE,
    ArgsEscaped: 'bool',
    Image: 'string',
    Volumes: EMPTY_STRUCTS,
    WorkingDir: 'string',
    Entrypoint: 'strings',
    NetworkDisabled: 'bool',
    MacAddress: 'string',
    OnBuild: STRINGS,
    Labels: TEXT_MAP,
    StopSignal: 'string',
    StopTimeout: 'int',
    Shell: 'strings',
    HostConfig: HOST_CONFIG_SHAPE,
    NetworkingConfig: {
      struct: 'network.NetworkingConfig',
      fields: {
        EndpointsConfig: {
          map: {
            struct: 'network.EndpointSettings',
            fields: {
              IPAMConfig: {
                struct: 'network.EndpointIPAMConfig',
                fields: { IPv4Address: 'string', IPv6Address: 'string', LinkLocalIPs: STRINGS },
              },
              Links: STRINGS,
              Aliases: STRINGS,
              NetworkID: 'string',
              EndpointID: 'string',
              Gateway: 'string',
              IPAddress: 'string',
              IPPrefixLen: 'int',
              IPv6Gateway: 'string',
              GlobalIPv6Address: 'string',
              GlobalIPv6PrefixLen: 'int',
              MacAddress: 'string',
              DriverOpts: TEXT_MAP,
            },
          },
        },
      },
    },
  },
};

/** A decoded create request. */
export interface CreateRequest extends Partial<Omit<ContainerConfig, 'Healthcheck'>> {
  Healthcheck?: HealthConfig | null;
  HostConfig?: Partial<HostConfig> | null;
  NetworkingConfig?: {
    EndpointsConfig?: Record<string, Record<string, unknown> | null>;
  } | null;
}
