/** The text of `docker info` below "Server:" (docker/cli: cli/command/system/info.go). */
import { bytesSize, humanDuration, type SwarmStatus } from '../../../api';

/** What is shown of `GET /info`. */
export interface Info {
  readonly ID: string;
  readonly Containers: number;
  readonly ContainersRunning: number;
  readonly ContainersPaused: number;
  readonly ContainersStopped: number;
  readonly Images: number;
  readonly ServerVersion: string;
  readonly Driver: string;
  readonly DriverStatus: readonly (readonly [string, string])[] | null;
  readonly LoggingDriver: string;
  readonly CgroupDriver: string;
  readonly CgroupVersion: string;
  readonly Plugins: {
    readonly Volume: readonly string[] | null;
    readonly Network: readonly string[] | null;
    readonly Log: readonly string[] | null;
    readonly Authorization?: readonly string[] | null;
  };
  readonly Swarm: SwarmStatus | undefined;
  readonly Runtimes: Readonly<Record<string, unknown>>;
  readonly DefaultRuntime: string;
  readonly InitBinary: string;
  readonly ContainerdCommit: Commit;
  readonly RuncCommit: Commit;
  readonly InitCommit: Commit;
  readonly SecurityOptions: readonly string[] | null;
  readonly KernelVersion: string;
  readonly OperatingSystem: string;
  readonly OSType: string;
  readonly Architecture: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly Name: string;
  readonly DockerRootDir: string;
  readonly Debug: boolean;
  readonly HttpProxy?: string;
  readonly IndexServerAddress: string;
  readonly Labels: readonly string[] | null;
  readonly ExperimentalBuild: boolean;
  readonly RegistryConfig: {
    readonly InsecureRegistryCIDRs?: readonly string[] | null;
    readonly IndexConfigs?: Readonly<Record<string, { readonly Secure: boolean }>>;
    readonly Mirrors?: readonly string[] | null;
  } | null;
  readonly LiveRestoreEnabled: boolean;
  readonly ProductLicense?: string;
  readonly DefaultAddressPools?: readonly { readonly Base: string; readonly Size: number }[];
  readonly Warnings: readonly string[] | null;
}
interface Commit {
  readonly ID: string;
  readonly Expected: string;
}

export function serverInfoText(info: Info): string {
  const lines = [
    ` Containers: ${info.Containers}`,
    `  Running: ${info.ContainersRunning}`,
    `  Paused: ${info.ContainersPaused}`,
    `  Stopped: ${info.ContainersStopped}`,
    ` Images: ${info.Images}`,
  ];
  const some = (label: string, value: string | undefined) => {
    if (value) lines.push(` ${label}: ${value}`);
  };
  some('Server Version', info.ServerVersion);
  some('Storage Driver', info.Driver);
  for (const [key, value] of info.DriverStatus ?? []) lines.push(`  ${key}: ${value}`);
  some('Logging Driver', info.LoggingDriver);
  some('Cgroup Driver', info.CgroupDriver);
  some('Cgroup Version', info.CgroupVersion);
  const plugins = (list: readonly string[] | null | undefined) => (list ?? []).join(' ');
  lines.push(
    ' Plugins:',
    `  Volume: ${plugins(info.Plugins?.Volume)}`,
    `  Network: ${plugins(info.Plugins?.Network)}`,
  );
  if (info.Plugins?.Authorization?.length)
    lines.push(`  Authorization: ${plugins(info.Plugins.Authorization)}`);
  lines.push(`  Log: ${plugins(info.Plugins?.Log)}`);
  lines.push(` Swarm: ${info.Swarm?.LocalNodeState ?? 'inactive'}`, ...swarmLines(info.Swarm));
  lines.push(...runtimeLines(info), ...securityLines(info));
  some('Kernel Version', info.KernelVersion);
  some('Operating System', info.OperatingSystem);
  some('OSType', info.OSType);
  some('Architecture', info.Architecture);
  lines.push(` CPUs: ${info.NCPU}`, ` Total Memory: ${bytesSize(info.MemTotal)}`);
  some('Name', info.Name);
  some('ID', info.ID);
  lines.push(` Docker Root Dir: ${info.DockerRootDir}`, ` Debug Mode: ${info.Debug}`);
  some('HTTP Proxy', info.HttpProxy);
  some('Registry', info.IndexServerAddress);
  if (info.Labels !== null && info.Labels !== undefined) {
    lines.push(' Labels:', ...info.Labels.map((label) => `  ${label}`));
  }
  lines.push(` Experimental: ${info.ExperimentalBuild}`, ...registryLines(info));
  lines.push(` Live Restore Enabled: ${info.LiveRestoreEnabled}`);
  some('Product License', info.ProductLicense);
  if (info.DefaultAddressPools?.length)
    lines.push(
      ' Default Address Pools:',
      ...info.DefaultAddressPools.map((pool) => `   Base: ${pool.Base}, Size: ${pool.Size}`),
    );
  return `${lines.join('\n')}\n\n`;
}

function runtimeLines(info: Info): string[] {
  const names = Object.keys(info.Runtimes ?? {});
  if (names.length === 0) return [];
  const commit = (item: Commit | undefined) => item?.ID ?? '';
  return [
    ` Runtimes: ${names.sort().join(' ')}`,
    ` Default Runtime: ${info.DefaultRuntime}`,
    ` Init Binary: ${info.InitBinary}`,
    ` containerd version: ${commit(info.ContainerdCommit)}`,
    ` runc version: ${commit(info.RuncCommit)}`,
    ` init version: ${commit(info.InitCommit)}`,
  ];
}

/** `name=seccomp,profile=default` reads as `seccomp` with `Profile: default` below. */
function securityLines(info: Info): string[] {
  if (!info.SecurityOptions?.length) return [];
  const lines = [' Security Options:'];
  for (const option of info.SecurityOptions) {
    const parts = option.split(',').map((item) => item.split('='));
    const name = parts.find(([key]) => key === 'name')?.[1] ?? option;
    lines.push(`  ${name}`);
    for (const [key, value] of parts)
      if (key === 'profile') lines.push(`   Profile: ${value ?? ''}`);
  }
  return lines;
}

function registryLines(info: Info): string[] {
  const config = info.RegistryConfig;
  if (!config) return [];
  const lines: string[] = [];
  const insecure = Object.entries(config.IndexConfigs ?? {})
    .filter(([, item]) => !item.Secure)
    .map(([name]) => name);
  const networks = config.InsecureRegistryCIDRs ?? [];
  if (insecure.length > 0 || networks.length > 0)
    lines.push(
      ' Insecure Registries:',
      ...insecure.map((name) => `  ${name}`),
      ...networks.map((name) => `  ${name}`),
    );
  if (config.Mirrors?.length)
    lines.push(' Registry Mirrors:', ...config.Mirrors.map((name) => `  ${name}`));
  return lines;
}

function swarmLines(swarm: SwarmStatus | undefined): string[] {
  if (!swarm || swarm.LocalNodeState === 'inactive' || swarm.LocalNodeState === 'locked') return [];
  const lines = [`  NodeID: ${swarm.NodeID}`];
  if (swarm.Error) lines.push(`  Error: ${swarm.Error}`);
  lines.push(`  Is Manager: ${swarm.ControlAvailable}`);
  if (swarm.Cluster && swarm.ControlAvailable && !swarm.Error) lines.push(...clusterLines(swarm));
  lines.push(`  Node Address: ${swarm.NodeAddr}`);
  const managers = (swarm.RemoteManagers ?? []).map((item) => item.Addr).sort();
  if (managers.length > 0)
    lines.push('  Manager Addresses:', ...managers.map((address) => `   ${address}`));
  return lines;
}

function clusterLines(swarm: SwarmStatus): string[] {
  const cluster = swarm.Cluster!;
  const { Spec: spec } = cluster;
  const pools = (cluster.DefaultAddrPool ?? []).map((pool) => `${pool}  `).join('');
  const lines = [
    `  ClusterID: ${cluster.ID}`,
    `  Managers: ${swarm.Managers ?? 0}`,
    `  Nodes: ${swarm.Nodes ?? 0}`,
    `  Default Address Pool: ${pools}`,
    `  SubnetSize: ${cluster.SubnetSize}`,
    `  Data Path Port: ${cluster.DataPathPort}`,
    '  Orchestration:',
    `   Task History Retention Limit: ${spec.Orchestration.TaskHistoryRetentionLimit ?? 5}`,
    '  Raft:',
    `   Snapshot Interval: ${spec.Raft.SnapshotInterval ?? 0}`,
  ];
  if (spec.Raft.KeepOldSnapshots !== undefined)
    lines.push(`   Number of Old Snapshots to Retain: ${spec.Raft.KeepOldSnapshots}`);
  lines.push(
    `   Heartbeat Tick: ${spec.Raft.HeartbeatTick}`,
    `   Election Tick: ${spec.Raft.ElectionTick}`,
    '  Dispatcher:',
    `   Heartbeat Period: ${humanDuration((spec.Dispatcher.HeartbeatPeriod ?? 0) / 1e9)}`,
    '  CA Configuration:',
    `   Expiry Duration: ${humanDuration((spec.CAConfig.NodeCertExpiry ?? 0) / 1e9)}`,
    `   Force Rotate: ${spec.CAConfig.ForceRotate ?? 0}`,
  );
  if (spec.CAConfig.ExternalCAs?.length)
    lines.push(
      '   External CAs:',
      ...spec.CAConfig.ExternalCAs.map((ca) => `     ${ca.Protocol}: ${ca.URL}`),
    );
  lines.push(
    `  Autolock Managers: ${spec.EncryptionConfig.AutoLockManagers}`,
    `  Root Rotation In Progress: ${cluster.RootRotationInProgress}`,
  );
  return lines;
}
