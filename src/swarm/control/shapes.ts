/** Go types of the request bodies (moby `api/types/swarm`), for the decoder and its error texts. */
import type { Shape, StructShape } from '../../api';

function struct(name: string, fields: Readonly<Record<string, Shape>>): StructShape {
  return Object.freeze({ struct: name, fields: Object.freeze(fields) });
}

const LABELS: Shape = { map: 'string' };
const STRINGS: Shape = { list: 'string' };
const DRIVER = struct('swarm.Driver', { Name: 'string', Options: LABELS });

export const NODE_SPEC = struct('swarm.NodeSpec', {
  Name: 'string',
  Labels: LABELS,
  Role: 'string',
  Availability: 'string',
});

const RAFT = struct('swarm.RaftConfig', {
  SnapshotInterval: 'uint64',
  KeepOldSnapshots: 'uint64',
  LogEntriesForSlowFollowers: 'uint64',
  ElectionTick: 'int',
  HeartbeatTick: 'int',
});
const EXTERNAL_CA = struct('swarm.ExternalCA', {
  Protocol: 'string',
  URL: 'string',
  Options: LABELS,
  CACert: 'string',
});
export const SWARM_SPEC = struct('swarm.Spec', {
  Name: 'string',
  Labels: LABELS,
  Orchestration: struct('swarm.OrchestrationConfig', { TaskHistoryRetentionLimit: 'int64' }),
  Raft: RAFT,
  Dispatcher: struct('swarm.DispatcherConfig', { HeartbeatPeriod: 'int64' }),
  CAConfig: struct('swarm.CAConfig', {
    NodeCertExpiry: 'int64',
    ExternalCAs: { list: EXTERNAL_CA },
    SigningCACert: 'string',
    SigningCAKey: 'string',
    ForceRotate: 'uint64',
  }),
  TaskDefaults: struct('swarm.TaskDefaults', { LogDriver: DRIVER }),
  EncryptionConfig: struct('swarm.EncryptionConfig', { AutoLockManagers: 'bool' }),
});

export const INIT_REQUEST = struct('swarm.InitRequest', {
  ListenAddr: 'string',
  AdvertiseAddr: 'string',
  DataPathAddr: 'string',
  DataPathPort: 'uint32',
  ForceNewCluster: 'bool',
  Spec: SWARM_SPEC,
  AutoLockManagers: 'bool',
  Availability: 'string',
  DefaultAddrPool: STRINGS,
  SubnetSize: 'uint32',
});
export const JOIN_REQUEST = struct('swarm.JoinRequest', {
  ListenAddr: 'string',
  AdvertiseAddr: 'string',
  DataPathAddr: 'string',
  RemoteAddrs: STRINGS,
  JoinToken: 'string',
  Availability: 'string',
});
export const UNLOCK_REQUEST = struct('swarm.UnlockRequest', { UnlockKey: 'string' });

export const SECRET_SPEC = struct('swarm.SecretSpec', {
  Name: 'string',
  Labels: LABELS,
  Data: 'string',
  Driver: DRIVER,
  Templating: DRIVER,
});
export const CONFIG_SPEC = struct('swarm.ConfigSpec', {
  Name: 'string',
  Labels: LABELS,
  Data: 'string',
  Templating: DRIVER,
});

const FILE_TARGET = struct('swarm.FileTarget', {
  Name: 'string',
  UID: 'string',
  GID: 'string',
  Mode: 'uint32',
});
const REFERENCE_FIELDS: Readonly<Record<string, Shape>> = { File: FILE_TARGET };
const MOUNT = struct('mount.Mount', {
  Type: 'string',
  Source: 'string',
  Target: 'string',
  ReadOnly: 'bool',
  Consistency: 'string',
  BindOptions: struct('mount.BindOptions', { Propagation: 'string', NonRecursive: 'bool' }),
  VolumeOptions: struct('mount.VolumeOptions', {
    NoCopy: 'bool',
    Labels: LABELS,
    DriverConfig: struct('mount.Driver', { Name: 'string', Options: LABELS }),
  }),
  TmpfsOptions: struct('mount.TmpfsOptions', { SizeBytes: 'int64', Mode: 'uint32' }),
});
const HEALTH = struct('container.HealthConfig', {
  Test: STRINGS,
  Interval: 'int64',
  Timeout: 'int64',
  StartPeriod: 'int64',
  Retries: 'int',
});
const CONTAINER_SPEC = struct('swarm.ContainerSpec', {
  Image: 'string',
  Labels: LABELS,
  Command: STRINGS,
  Args: STRINGS,
  Hostname: 'string',
  Env: STRINGS,
  Dir: 'string',
  User: 'string',
  Groups: STRINGS,
  Privileges: 'any',
  Init: 'bool',
  StopSignal: 'string',
  TTY: 'bool',
  OpenStdin: 'bool',
  ReadOnly: 'bool',
  Mounts: { list: MOUNT },
  StopGracePeriod: 'int64',
  Healthcheck: HEALTH,
  Hosts: STRINGS,
  DNSConfig: struct('swarm.DNSConfig', {
    Nameservers: STRINGS,
    Search: STRINGS,
    Options: STRINGS,
  }),
  Secrets: {
    list: struct('swarm.SecretReference', {
      ...REFERENCE_FIELDS,
      SecretID: 'string',
      SecretName: 'string',
    }),
  },
  Configs: {
    list: struct('swarm.ConfigReference', {
      ...REFERENCE_FIELDS,
      Runtime: struct('swarm.ConfigReferenceRuntimeTarget', {}),
      ConfigID: 'string',
      ConfigName: 'string',
    }),
  },
  Isolation: 'string',
  Sysctls: LABELS,
  CapabilityAdd: STRINGS,
  CapabilityDrop: STRINGS,
  Ulimits: { list: struct('units.Ulimit', { Name: 'string', Soft: 'int64', Hard: 'int64' }) },
});
const GENERIC: Shape = {
  list: struct('swarm.GenericResource', {
    NamedResourceSpec: struct('swarm.NamedGenericResource', { Kind: 'string', Value: 'string' }),
    DiscreteResourceSpec: struct('swarm.DiscreteGenericResource', {
      Kind: 'string',
      Value: 'int64',
    }),
  }),
};
const NETWORKS: Shape = {
  list: struct('swarm.NetworkAttachmentConfig', {
    Target: 'string',
    Aliases: STRINGS,
    DriverOpts: LABELS,
  }),
};
const TASK_SPEC = struct('swarm.TaskSpec', {
  ContainerSpec: CONTAINER_SPEC,
  PluginSpec: 'any',
  NetworkAttachmentSpec: 'any',
  Resources: struct('swarm.ResourceRequirements', {
    Limits: struct('swarm.Limit', { NanoCPUs: 'int64', MemoryBytes: 'int64', Pids: 'int64' }),
    Reservations: struct('swarm.Resources', {
      NanoCPUs: 'int64',
      MemoryBytes: 'int64',
      GenericResources: GENERIC,
    }),
  }),
  RestartPolicy: struct('swarm.RestartPolicy', {
    Condition: 'string',
    Delay: 'int64',
    MaxAttempts: 'uint64',
    Window: 'int64',
  }),
  Placement: struct('swarm.Placement', {
    Constraints: STRINGS,
    Preferences: {
      list: struct('swarm.PlacementPreference', {
        Spread: struct('swarm.SpreadOver', { SpreadDescriptor: 'string' }),
      }),
    },
    MaxReplicas: 'uint64',
    Platforms: { list: struct('swarm.Platform', { Architecture: 'string', OS: 'string' }) },
  }),
  Networks: NETWORKS,
  LogDriver: DRIVER,
  ForceUpdate: 'uint64',
  Runtime: 'string',
});
const UPDATE_CONFIG = struct('swarm.UpdateConfig', {
  Parallelism: 'uint64',
  Delay: 'int64',
  FailureAction: 'string',
  Monitor: 'int64',
  MaxFailureRatio: 'float64',
  Order: 'string',
});
export const SERVICE_SPEC = struct('swarm.ServiceSpec', {
  Name: 'string',
  Labels: LABELS,
  TaskTemplate: TASK_SPEC,
  Mode: struct('swarm.ServiceMode', {
    Replicated: struct('swarm.ReplicatedService', { Replicas: 'uint64' }),
    Global: struct('swarm.GlobalService', {}),
    ReplicatedJob: struct('swarm.ReplicatedJob', {
      MaxConcurrent: 'uint64',
      TotalCompletions: 'uint64',
    }),
    GlobalJob: struct('swarm.GlobalJob', {}),
  }),
  UpdateConfig: UPDATE_CONFIG,
  RollbackConfig: UPDATE_CONFIG,
  Networks: NETWORKS,
  EndpointSpec: struct('swarm.EndpointSpec', {
    Mode: 'string',
    Ports: {
      list: struct('swarm.PortConfig', {
        Name: 'string',
        Protocol: 'string',
        TargetPort: 'uint32',
        PublishedPort: 'uint32',
        PublishMode: 'string',
      }),
    },
  }),
});
