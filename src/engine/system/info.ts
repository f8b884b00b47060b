/** `GET /info`, `/version` and `/system/df` (moby `daemon/info.go`, `daemon/disk_usage.go`). */
import { API_VERSION, API_VERSION_MIN, type SwarmStatus, type SystemInfo } from '../../api';
import { cacheUsage } from '../buildkit';
import { chainsOf } from '../images/store';
import { imageSummary } from '../images/view';
import type { EngineCore } from '../core';
import { formatTime } from '../time';
import { describeVolume } from '../volumes/volumes';
import { summarise } from '../containers/view';
import { volumeUsers } from '../containers/lifecycle';

const KERNEL_VERSION = '5.10.0-21-amd64';
const OPERATING_SYSTEM = 'Debian GNU/Linux 12 (bookworm)';
const GIT_COMMIT = '5d6db84';
const GO_VERSION = 'go1.19.8';
const BUILD_TIME = '2023-05-18T14:21:24.000000000+00:00';
const CONTAINERD = '1.6.20~ds1';
const RUNC = '1.1.5+ds1';

const NO_SWARM: SwarmStatus = Object.freeze({
  NodeID: '',
  NodeAddr: '',
  LocalNodeState: 'inactive',
  ControlAvailable: false,
  Error: '',
  RemoteManagers: null,
});

const DRIVER_STATUS = [
  ['Backing Filesystem', 'extfs'],
  ['Supports d_type', 'true'],
  ['Native Overlay Diff', 'true'],
  ['userxattr', 'false'],
];

const PLUGINS = {
  Volume: ['local'],
  Network: ['bridge', 'host', 'ipvlan', 'macvlan', 'null', 'overlay'],
  Authorization: null,
  Log: [
    'awslogs',
    'fluentd',
    'gcplogs',
    'gelf',
    'journald',
    'json-file',
    'local',
    'logentries',
    'splunk',
    'syslog',
  ],
};

const REGISTRY_CONFIG = {
  AllowNondistributableArtifactsCIDRs: [],
  AllowNondistributableArtifactsHostnames: [],
  InsecureRegistryCIDRs: ['192.168.0.0/24', '127.0.0.0/8'],
  IndexConfigs: {
    'docker.io': { Name: 'docker.io', Mirrors: [], Secure: true, Official: true },
  },
  Mirrors: [],
};

const RUNTIMES = {
  'io.containerd.runc.v2': { path: 'runc' },
  'io.containerd.runtime.v1.linux': { path: 'runc' },
  runc: { path: 'runc' },
};

export function systemInfo(core: EngineCore): SystemInfo & Record<string, unknown> {
  const containers = [...core.disk.containers.values()];
  const running = containers.filter((c) => c.isRunning && !c.paused).length;
  const paused = containers.filter((c) => c.paused).length;
  return {
    ID: core.disk.engineId,
    Containers: containers.length,
    ContainersRunning: running,
    ContainersPaused: paused,
    ContainersStopped: containers.length - running - paused,
    Images: core.disk.images.images.size,
    Driver: 'overlay2',
    DriverStatus: DRIVER_STATUS,
    Plugins: PLUGINS,
    ...LIMITS,
    Debug: false,
    NFd: 25 + running * 6,
    OomKillDisable: true,
    NGoroutines: 39 + running * 9 + core.events.listeners,
    SystemTime: formatTime(core.unixUs),
    LoggingDriver: 'json-file',
    CgroupDriver: 'cgroupfs',
    CgroupVersion: '1',
    NEventsListener: core.events.listeners,
    KernelVersion: KERNEL_VERSION,
    OperatingSystem: OPERATING_SYSTEM,
    OSVersion: '12',
    OSType: 'linux',
    Architecture: 'x86_64',
    IndexServerAddress: 'https://index.docker.io/v1/',
    RegistryConfig: REGISTRY_CONFIG,
    NCPU: core.kernel.cpus,
    MemTotal: core.kernel.memoryBytes,
    GenericResources: null,
    DockerRootDir: '/var/lib/docker',
    HttpProxy: '',
    HttpsProxy: '',
    NoProxy: '',
    Name: core.name,
    Labels: [],
    ExperimentalBuild: false,
    ServerVersion: core.engineVersion,
    Runtimes: RUNTIMES,
    DefaultRuntime: 'runc',
    Swarm: core.swarm?.status() ?? NO_SWARM,
    LiveRestoreEnabled: false,
    Isolation: '',
    InitBinary: 'docker-init',
    ContainerdCommit: { ID: CONTAINERD, Expected: CONTAINERD },
    RuncCommit: { ID: RUNC, Expected: RUNC },
    InitCommit: { ID: '', Expected: '' },
    SecurityOptions: ['name=seccomp,profile=default'],
    Warnings: null,
  };
}

const LIMITS = {
  MemoryLimit: true,
  SwapLimit: true,
  KernelMemory: true,
  KernelMemoryTCP: true,
  CpuCfsPeriod: true,
  CpuCfsQuota: true,
  CPUShares: true,
  CPUSet: true,
  PidsLimit: true,
  IPv4Forwarding: true,
  BridgeNfIptables: true,
  BridgeNfIp6tables: true,
} as const;

export function systemVersion(core: EngineCore): Record<string, unknown> {
  const version = core.engineVersion;
  return {
    Platform: { Name: '' },
    Components: [
      {
        Name: 'Engine',
        Version: version,
        Details: {
          ApiVersion: API_VERSION,
          Arch: 'amd64',
          BuildTime: BUILD_TIME,
          Experimental: 'false',
          GitCommit: GIT_COMMIT,
          GoVersion: GO_VERSION,
          KernelVersion: KERNEL_VERSION,
          MinAPIVersion: API_VERSION_MIN,
          Os: 'linux',
        },
      },
      { Name: 'containerd', Version: CONTAINERD, Details: { GitCommit: CONTAINERD } },
      { Name: 'runc', Version: RUNC, Details: { GitCommit: RUNC } },
      { Name: 'docker-init', Version: '0.19.0', Details: { GitCommit: '' } },
    ],
    Version: version,
    ApiVersion: API_VERSION,
    MinAPIVersion: API_VERSION_MIN,
    GitCommit: GIT_COMMIT,
    GoVersion: GO_VERSION,
    Os: 'linux',
    Arch: 'amd64',
    KernelVersion: KERNEL_VERSION,
    BuildTime: BUILD_TIME,
  };
}

/** Shared layers count for the images. */
function buildCacheUsage(core: EngineCore) {
  const usage = cacheUsage(core);
  const own = usage.filter(({ Shared }) => !Shared);
  return {
    BuildCache: usage.length === 0 ? null : usage,
    BuilderSize: own.reduce((sum, { Size }) => sum + Size, 0),
  };
}

export function diskUsage(core: EngineCore): Record<string, unknown> {
  const { images, containers } = core.disk;
  const users = new Map<string, number>();
  for (const chainList of [...images.images.values()].map(chainsOf))
    for (const chain of chainList) users.set(chain, (users.get(chain) ?? 0) + 1);
  const newestFirst = [...images.images.values()].sort((a, b) =>
    a.created < b.created ? 1 : a.created > b.created ? -1 : 0,
  );
  const listed = newestFirst.map((image) => {
    const chains = chainsOf(image);
    const shared = image.layers.reduce(
      (sum, layer, i) => sum + ((users.get(chains[i]!) ?? 0) > 1 ? layer.size : 0),
      0,
    );
    const count = [...containers.values()].filter((c) => c.imageId === image.id).length;
    return { ...imageSummary(images, image), SharedSize: shared, Containers: count };
  });
  return {
    LayersSize: images.layerBytes(),
    Images: listed,
    Containers: [...containers.values()]
      .reverse()
      .map((container) => summarise(core, container, true)),
    Volumes: [...core.disk.volumes.volumes.values()].map((volume) => ({
      ...describeVolume(volume),
      UsageData: {
        RefCount: volumeUsers(core, volume.name).length,
        Size: core.volumes.bytes(volume.name),
      },
    })),
    ...buildCacheUsage(core),
  };
}
