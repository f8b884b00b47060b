/**
 * Swarm objects in the shapes of the Engine API v1.41. The store of a manager keeps these very
 * records, so what a view shows is what the API answers. Keys that the API leaves out when empty are
 * optional here.
 */

export interface Version {
  Index: number;
}
export interface Meta {
  ID: string;
  Version: Version;
  /** RFC 3339 with nanoseconds, UTC. */
  CreatedAt: string;
  UpdatedAt: string;
}
export type Labels = Record<string, string>;

// --- nodes
export type NodeRole = 'manager' | 'worker';
export type NodeAvailability = 'active' | 'pause' | 'drain';
export type NodeState = 'unknown' | 'down' | 'ready' | 'disconnected';
export interface NodeSpec {
  Name?: string;
  Labels: Labels;
  Role: NodeRole;
  Availability: NodeAvailability;
}
export interface Resources {
  NanoCPUs?: number;
  MemoryBytes?: number;
  Pids?: number;
  GenericResources?: GenericResource[];
}
export interface GenericResource {
  NamedResourceSpec?: { Kind: string; Value: string };
  DiscreteResourceSpec?: { Kind: string; Value: number };
}
export interface PluginName {
  Type: string;
  Name: string;
}
export interface NodeDescription {
  Hostname: string;
  Platform: { Architecture: string; OS: string };
  Resources: Resources;
  Engine: { EngineVersion: string; Labels?: Labels; Plugins: PluginName[] };
  TLSInfo?: TlsInfo;
}
export interface TlsInfo {
  TrustRoot: string;
  CertIssuerSubject: string;
  CertIssuerPublicKey: string;
}
export interface Node extends Meta {
  Spec: NodeSpec;
  Description: NodeDescription;
  Status: { State: NodeState; Message?: string; Addr: string };
  ManagerStatus?: {
    Leader?: boolean;
    Reachability: 'unknown' | 'unreachable' | 'reachable';
    Addr: string;
  };
}

// --- services
export interface Mount {
  Type: 'bind' | 'volume' | 'tmpfs' | 'npipe';
  Source?: string;
  Target?: string;
  ReadOnly?: boolean;
  Consistency?: string;
  BindOptions?: { Propagation?: string; NonRecursive?: boolean };
  VolumeOptions?: {
    NoCopy?: boolean;
    Labels?: Labels;
    DriverConfig?: { Name?: string; Options?: Labels };
  };
  TmpfsOptions?: { SizeBytes?: number; Mode?: number };
}
export interface HealthConfig {
  Test?: string[];
  /** Nanoseconds, as all durations of the API. */
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  Retries?: number;
}
export interface FileReference {
  File?: { Name: string; UID: string; GID: string; Mode: number };
  SecretID?: string;
  SecretName?: string;
  ConfigID?: string;
  ConfigName?: string;
  Runtime?: Record<string, never>;
}
export interface ContainerSpec {
  Image?: string;
  Labels?: Labels;
  Command?: string[];
  Args?: string[];
  Hostname?: string;
  Env?: string[];
  Dir?: string;
  User?: string;
  Groups?: string[];
  Privileges?: Record<string, unknown>;
  TTY?: boolean;
  OpenStdin?: boolean;
  ReadOnly?: boolean;
  Mounts?: Mount[];
  StopSignal?: string;
  StopGracePeriod?: number;
  Healthcheck?: HealthConfig;
  Hosts?: string[];
  DNSConfig?: { Nameservers?: string[]; Search?: string[]; Options?: string[] };
  Secrets?: FileReference[];
  Configs?: FileReference[];
  Isolation?: string;
  Init?: boolean;
  Sysctls?: Labels;
  CapabilityAdd?: string[];
  CapabilityDrop?: string[];
  Ulimits?: { Name: string; Soft: number; Hard: number }[];
}
export interface Placement {
  Constraints?: string[];
  Preferences?: { Spread: { SpreadDescriptor: string } }[];
  MaxReplicas?: number;
  Platforms?: { Architecture?: string; OS?: string }[];
}
export interface RestartPolicy {
  Condition?: 'none' | 'on-failure' | 'any';
  Delay?: number;
  MaxAttempts?: number;
  Window?: number;
}
export interface NetworkAttachmentConfig {
  Target?: string;
  Aliases?: string[];
  DriverOpts?: Labels;
}
export interface TaskSpec {
  ContainerSpec?: ContainerSpec;
  PluginSpec?: Record<string, unknown>;
  NetworkAttachmentSpec?: { ContainerID: string };
  Resources?: { Limits?: Resources; Reservations?: Resources };
  RestartPolicy?: RestartPolicy;
  Placement?: Placement;
  Networks?: NetworkAttachmentConfig[];
  LogDriver?: { Name?: string; Options?: Labels };
  ForceUpdate: number;
  Runtime?: string;
}
export interface UpdateConfig {
  Parallelism: number;
  Delay?: number;
  FailureAction?: 'pause' | 'continue' | 'rollback';
  Monitor?: number;
  MaxFailureRatio: number;
  Order?: 'stop-first' | 'start-first';
}
export type PortProtocol = 'tcp' | 'udp' | 'sctp';
export interface PortConfig {
  Name?: string;
  Protocol?: PortProtocol;
  TargetPort?: number;
  PublishedPort?: number;
  PublishMode?: 'ingress' | 'host';
}
export interface EndpointSpec {
  Mode?: 'vip' | 'dnsrr';
  Ports?: PortConfig[];
}
export interface ServiceMode {
  Replicated?: { Replicas?: number };
  Global?: Record<string, never>;
  ReplicatedJob?: { MaxConcurrent?: number; TotalCompletions?: number };
  GlobalJob?: Record<string, never>;
}
export interface ServiceSpec {
  Name?: string;
  Labels?: Labels;
  TaskTemplate: TaskSpec;
  Mode: ServiceMode;
  UpdateConfig?: UpdateConfig;
  RollbackConfig?: UpdateConfig;
  Networks?: NetworkAttachmentConfig[];
  EndpointSpec?: EndpointSpec;
}
export type UpdateState =
  | 'updating'
  | 'paused'
  | 'completed'
  | 'rollback_started'
  | 'rollback_paused'
  | 'rollback_completed';
export interface UpdateStatus {
  State: UpdateState;
  StartedAt?: string;
  CompletedAt?: string;
  Message: string;
}
export interface Endpoint {
  Spec: EndpointSpec;
  Ports?: PortConfig[];
  VirtualIPs?: { NetworkID: string; Addr?: string }[];
}
export interface Service extends Meta {
  Spec: ServiceSpec;
  PreviousSpec?: ServiceSpec;
  Endpoint: Endpoint;
  UpdateStatus?: UpdateStatus;
  JobStatus?: { JobIteration: Version; LastExecution?: string };
  ServiceStatus?: { RunningTasks: number; DesiredTasks: number; CompletedTasks: number };
}

// --- tasks
export type TaskState =
  | 'new'
  | 'allocated'
  | 'pending'
  | 'assigned'
  | 'accepted'
  | 'preparing'
  | 'ready'
  | 'starting'
  | 'running'
  | 'complete'
  | 'shutdown'
  | 'failed'
  | 'rejected'
  | 'remove'
  | 'orphaned';
export interface TaskStatus {
  Timestamp: string;
  State: TaskState;
  Message: string;
  Err?: string;
  ContainerStatus?: { ContainerID: string; PID: number; ExitCode: number };
  PortStatus: { Ports?: PortConfig[] };
}
export interface NetworkAttachment {
  Network: Network;
  /** CIDR notation. */
  Addresses?: string[];
}
export interface Task extends Meta {
  Name?: string;
  Labels: Labels;
  Spec: TaskSpec;
  ServiceID?: string;
  Slot?: number;
  NodeID?: string;
  Status: TaskStatus;
  DesiredState: TaskState;
  NetworksAttachments?: NetworkAttachment[];
  JobIteration?: Version;
}

// --- networks as the swarm keeps them (the store's Network; engine networks are in engine-wire.ts)
export interface IpamConfig {
  Subnet?: string;
  IPRange?: string;
  Gateway?: string;
}
export interface NetworkSpec {
  Name: string;
  Labels: Labels;
  DriverConfiguration: { Name?: string; Options?: Labels };
  IPv6Enabled?: boolean;
  Internal?: boolean;
  Attachable?: boolean;
  Ingress?: boolean;
  IPAMOptions?: { Driver: { Name?: string; Options?: Labels }; Configs?: IpamConfig[] };
  Scope?: string;
}
export interface Network extends Meta {
  Spec: NetworkSpec;
  DriverState: { Name?: string; Options?: Labels };
  IPAMOptions?: { Driver: { Name?: string }; Configs?: IpamConfig[] };
}

// --- secrets, configs, the swarm itself
export interface SecretSpec {
  Name: string;
  Labels: Labels;
  /** Base64; never answered by the API. */
  Data?: string;
  Driver?: { Name: string; Options?: Labels };
  Templating?: { Name: string; Options?: Labels };
}
export interface Secret extends Meta {
  Spec: SecretSpec;
}
export interface ConfigSpec {
  Name: string;
  Labels: Labels;
  Data?: string;
  Templating?: { Name: string; Options?: Labels };
}
export interface Config extends Meta {
  Spec: ConfigSpec;
}
export interface SwarmSpec {
  Name: string;
  Labels: Labels | null;
  Orchestration: { TaskHistoryRetentionLimit?: number };
  Raft: {
    SnapshotInterval?: number;
    KeepOldSnapshots?: number;
    LogEntriesForSlowFollowers?: number;
    ElectionTick: number;
    HeartbeatTick: number;
  };
  Dispatcher: { HeartbeatPeriod?: number };
  CAConfig: {
    NodeCertExpiry?: number;
    ExternalCAs?: { Protocol: string; URL: string; Options?: Labels; CACert: string }[];
    SigningCACert?: string;
    SigningCAKey?: string;
    ForceRotate?: number;
  };
  TaskDefaults: { LogDriver?: { Name?: string; Options?: Labels } };
  EncryptionConfig: { AutoLockManagers: boolean };
}
export interface ClusterInfo extends Meta {
  Spec: SwarmSpec;
  TLSInfo: TlsInfo;
  RootRotationInProgress: boolean;
  DefaultAddrPool: string[];
  SubnetSize: number;
  DataPathPort: number;
}
export interface SwarmInfo extends ClusterInfo {
  JoinTokens: { Worker: string; Manager: string };
}
/** The `Swarm` part of `GET /info`. */
export interface SwarmStatus {
  NodeID: string;
  NodeAddr: string;
  LocalNodeState: 'inactive' | 'pending' | 'active' | 'error' | 'locked';
  ControlAvailable: boolean;
  Error: string;
  RemoteManagers: { NodeID: string; Addr: string }[] | null;
  Nodes?: number;
  Managers?: number;
  Cluster?: ClusterInfo;
}
