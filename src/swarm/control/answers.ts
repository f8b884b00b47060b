/**
 * Records as the Engine API answers them (moby `daemon/cluster/convert`): the store's own fields left
 * out, keys in the order of the Go structs, empty ones absent where Go leaves them out.
 */
import type {
  ClusterInfo,
  Config,
  Labels,
  Node,
  NodeDescription,
  Secret,
  Service,
  SwarmInfo,
  Task,
  TaskSpec,
} from '../../api';
import { tlsInfo } from '../ca';
import type { ConsensusMemberState } from '../seams';
import type {
  StoredCluster,
  StoredConfig,
  StoredNode,
  StoredSecret,
  StoredService,
  StoredTask,
} from '../store';

/** Go prints maps with sorted keys. */
export function sortedMap(map: Readonly<Labels> | null | undefined): Labels {
  const out: Labels = {};
  for (const key of Object.keys(map ?? {}).sort()) out[key] = map![key]!;
  return out;
}

type Loose<T> = { readonly [K in keyof T]: T[K] | undefined };

/** Leaves out keys that are undefined, '', 0, false, and empty lists and maps (`omitempty`). */
export function compact<T extends object>(value: Loose<T>): T {
  const out: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) if (!isEmpty(item)) out[key] = item;
  return out as T;
}

function isEmpty(item: unknown): boolean {
  if (item === undefined || item === null || item === '' || item === 0 || item === false)
    return true;
  return Array.isArray(item) && item.length === 0;
}

export function nodeAnswer(node: StoredNode, members: readonly ConsensusMemberState[]): Node {
  const { ID, Version, CreatedAt, UpdatedAt, Spec, Description, Status } = node;
  const member = members.find((each) => each.nodeId === ID);
  const named = Spec.Name ? { Name: Spec.Name } : {};
  return {
    ID,
    Version,
    CreatedAt,
    UpdatedAt,
    Spec: {
      ...named,
      Labels: sortedMap(Spec.Labels),
      Role: Spec.Role,
      Availability: Spec.Availability,
    },
    Description: descriptionAnswer(Description),
    Status: compact({ State: Status.State, Message: Status.Message, Addr: Status.Addr }),
    ...(member
      ? {
          ManagerStatus: compact({
            Leader: member.leader,
            Reachability: member.reachable ? ('reachable' as const) : ('unreachable' as const),
            Addr: member.address,
          }),
        }
      : {}),
  };
}

function descriptionAnswer(description: NodeDescription): NodeDescription {
  const { Hostname, Platform, Resources, Engine, TLSInfo } = description;
  return {
    ...(Hostname === '' ? {} : { Hostname }),
    Platform: compact(Platform),
    Resources: compact(Resources),
    Engine: compact({
      EngineVersion: Engine.EngineVersion,
      Labels: Engine.Labels && Object.keys(Engine.Labels).length > 0 ? Engine.Labels : undefined,
      Plugins: Engine.Plugins,
    }) as NodeDescription['Engine'],
    TLSInfo: TLSInfo ?? ({} as NonNullable<NodeDescription['TLSInfo']>),
  } as NodeDescription;
}

export function serviceAnswer(service: StoredService): Service {
  const { ID, Version, CreatedAt, UpdatedAt, Spec, PreviousSpec, Endpoint } = service;
  const { UpdateStatus, JobStatus } = service;
  return {
    ID,
    Version,
    CreatedAt,
    UpdatedAt,
    Spec,
    ...(PreviousSpec ? { PreviousSpec } : {}),
    Endpoint,
    ...(UpdateStatus ? { UpdateStatus } : {}),
    ...(JobStatus ? { JobStatus } : {}),
  };
}

export function taskAnswer(task: StoredTask): Task {
  const { ID, Version, CreatedAt, UpdatedAt, Spec, ServiceID, Slot, NodeID, Status } = task;
  return {
    ID,
    Version,
    CreatedAt,
    UpdatedAt,
    Labels: {},
    Spec: taskSpecAnswer(Spec),
    ...compact<Pick<Task, 'ServiceID' | 'Slot' | 'NodeID'>>({ ServiceID, Slot, NodeID }),
    Status: {
      Timestamp: Status.Timestamp,
      State: Status.State,
      Message: Status.Message,
      ...(Status.Err ? { Err: Status.Err } : {}),
      ...(Status.ContainerStatus ? { ContainerStatus: Status.ContainerStatus } : {}),
      PortStatus: Status.PortStatus,
    },
    DesiredState: task.DesiredState,
    ...(task.NetworksAttachments && task.NetworksAttachments.length > 0
      ? { NetworksAttachments: task.NetworksAttachments }
      : {}),
    ...(task.JobIteration ? { JobIteration: task.JobIteration } : {}),
  };
}

/** A task's spec does not say that it is a container. */
function taskSpecAnswer(spec: TaskSpec): TaskSpec {
  if (spec.Runtime !== 'container') return spec;
  const { Runtime: _container, ...rest } = spec;
  return rest;
}

export function secretAnswer(secret: StoredSecret): Secret {
  const { ID, Version, CreatedAt, UpdatedAt, Spec } = secret;
  const { Data: _never, ...shown } = Spec;
  return { ID, Version, CreatedAt, UpdatedAt, Spec: shown };
}

export function configAnswer(config: StoredConfig): Config {
  const { ID, Version, CreatedAt, UpdatedAt, Spec } = config;
  return { ID, Version, CreatedAt, UpdatedAt, Spec };
}

export function clusterAnswer(cluster: StoredCluster): ClusterInfo {
  const { ID, Version, CreatedAt, UpdatedAt, Spec } = cluster;
  const { Raft } = Spec;
  return {
    ID,
    Version,
    CreatedAt,
    UpdatedAt,
    Spec: {
      Name: Spec.Name,
      Labels: sortedMap(Spec.Labels),
      Orchestration: {
        TaskHistoryRetentionLimit: Spec.Orchestration.TaskHistoryRetentionLimit ?? 0,
      },
      Raft: {
        ...compact<{ SnapshotInterval?: number }>({ SnapshotInterval: Raft.SnapshotInterval }),
        KeepOldSnapshots: Raft.KeepOldSnapshots ?? 0,
        ...compact<{ LogEntriesForSlowFollowers?: number }>({
          LogEntriesForSlowFollowers: Raft.LogEntriesForSlowFollowers,
        }),
        ElectionTick: Raft.ElectionTick,
        HeartbeatTick: Raft.HeartbeatTick,
      },
      Dispatcher: compact({ HeartbeatPeriod: Spec.Dispatcher.HeartbeatPeriod }),
      CAConfig: compact({
        NodeCertExpiry: Spec.CAConfig.NodeCertExpiry,
        ExternalCAs: Spec.CAConfig.ExternalCAs,
        ForceRotate: Spec.CAConfig.ForceRotate,
      }),
      TaskDefaults: compact({ LogDriver: Spec.TaskDefaults.LogDriver }),
      EncryptionConfig: { AutoLockManagers: Spec.EncryptionConfig.AutoLockManagers },
    },
    TLSInfo: tlsInfo(cluster.RootCA),
    RootRotationInProgress: cluster.RootCA.RootRotation !== undefined,
    DefaultAddrPool: cluster.DefaultAddrPool,
    SubnetSize: cluster.SubnetSize,
    DataPathPort: cluster.DataPathPort,
  };
}

export function swarmAnswer(cluster: StoredCluster): SwarmInfo {
  const { Worker, Manager } = cluster.RootCA.JoinTokens;
  return { ...clusterAnswer(cluster), JoinTokens: { Worker, Manager } };
}
