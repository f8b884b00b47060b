/**
 * A service spec as a client sent it, in the form that the store keeps and the API answers: what moby's
 * conversion to gRPC and back makes of it (`daemon/cluster/convert/service.go`, `container.go`), with
 * the conversion's own complaints. Keys stand in the order of the Go structs.
 */
import type {
  ApiError,
  ContainerSpec,
  EndpointSpec,
  FileReference,
  Mount,
  NetworkAttachmentConfig,
  Placement,
  PortConfig,
  Resources,
  RestartPolicy,
  ServiceMode,
  ServiceSpec,
  TaskSpec,
  UpdateConfig,
} from '../../api';
import { compact, sortedMap } from './answers';

class SpecError extends Error {}

function reject(message: string): never {
  throw new SpecError(message);
}

export function normaliseServiceSpec(
  sent: ServiceSpec,
  newName: () => string,
): { readonly spec: ServiceSpec } | ApiError {
  try {
    return { spec: serviceSpec(sent, newName) };
  } catch (error) {
    if (error instanceof SpecError) return { status: 400, message: error.message };
    throw error;
  }
}

function serviceSpec(sent: ServiceSpec, newName: () => string): ServiceSpec {
  const template: TaskSpec = sent.TaskTemplate ?? { ForceUpdate: 0 };
  const runtime = template.Runtime ?? '';
  if (runtime !== '' && runtime !== 'container') {
    if (runtime === 'plugin') reject('not simulated: services that run plugins');
    reject('unsupported runtime');
  }
  if (!template.ContainerSpec) reject('mismatched Runtime and *Spec fields');
  const TaskTemplate = taskSpec(template);
  const update = updateConfig(sent.UpdateConfig);
  const rollback = updateConfig(sent.RollbackConfig);
  const endpoint = endpointSpec(sent.EndpointSpec);
  const Networks = networks(sent.Networks);
  return {
    Name: sent.Name || newName(),
    Labels: sortedMap(sent.Labels),
    TaskTemplate,
    Mode: serviceMode(sent.Mode ?? {}),
    ...(update ? { UpdateConfig: update } : {}),
    ...(rollback ? { RollbackConfig: rollback } : {}),
    ...(Networks.length > 0 ? { Networks } : {}),
    ...(endpoint ? { EndpointSpec: endpoint } : {}),
  };
}

function taskSpec(sent: TaskSpec): TaskSpec {
  const container = containerSpec(sent.ContainerSpec!);
  const restart = restartPolicy(sent.RestartPolicy);
  const Networks = networks(sent.Networks);
  const { Resources, LogDriver } = sent;
  return {
    ContainerSpec: container,
    ...(Resources ? { Resources: requirements(Resources) } : {}),
    ...(restart ? { RestartPolicy: restart } : {}),
    ...(sent.Placement ? { Placement: placement(sent.Placement) } : {}),
    ...(Networks.length > 0 ? { Networks } : {}),
    ...(LogDriver ? { LogDriver: driver(LogDriver) } : {}),
    ForceUpdate: sent.ForceUpdate ?? 0,
    Runtime: 'container',
  };
}

function driver(sent: { Name?: string; Options?: Record<string, string> }): {
  Name?: string;
  Options?: Record<string, string>;
} {
  const Options = nonEmptyMap(sent.Options);
  return { ...(sent.Name ? { Name: sent.Name } : {}), ...(Options ? { Options } : {}) };
}

function nonEmptyMap(
  map: Readonly<Record<string, string>> | null | undefined,
): Record<string, string> | undefined {
  return map && Object.keys(map).length > 0 ? sortedMap(map) : undefined;
}

function requirements(
  sent: NonNullable<TaskSpec['Resources']>,
): NonNullable<TaskSpec['Resources']> {
  const pick = (resources: Resources): Resources => compact<Resources>({ ...resources });
  return {
    ...(sent.Limits ? { Limits: pick(sent.Limits) } : {}),
    ...(sent.Reservations ? { Reservations: pick(sent.Reservations) } : {}),
  };
}

function restartPolicy(sent: RestartPolicy | undefined): RestartPolicy | undefined {
  if (!sent) return undefined;
  const condition: string = sent.Condition ?? '';
  if (!['', 'none', 'on-failure', 'any'].includes(condition))
    reject(`invalid RestartCondition: ${JSON.stringify(condition)}`);
  return {
    Condition: sent.Condition || 'any',
    ...(sent.Delay === undefined ? {} : { Delay: sent.Delay }),
    MaxAttempts: sent.MaxAttempts ?? 0,
    ...(sent.Window === undefined ? {} : { Window: sent.Window }),
  };
}

function placement(sent: Placement): Placement {
  const Preferences = (sent.Preferences ?? []).filter((each) => each.Spread);
  return compact<Placement>({
    Constraints: sent.Constraints,
    Preferences,
    MaxReplicas: sent.MaxReplicas,
    Platforms: sent.Platforms?.map((platform) => compact({ ...platform })),
  });
}

function networks(
  sent: readonly NetworkAttachmentConfig[] | null | undefined,
): NetworkAttachmentConfig[] {
  return (sent ?? []).map(({ Target, Aliases, DriverOpts }) =>
    compact<NetworkAttachmentConfig>({ Target, Aliases, DriverOpts: nonEmptyMap(DriverOpts) }),
  );
}

function updateConfig(sent: UpdateConfig | undefined): UpdateConfig | undefined {
  if (!sent) return undefined;
  const action: string = sent.FailureAction ?? '';
  if (!['', 'pause', 'continue', 'rollback'].includes(action))
    reject(`unrecognized update failure action ${action}`);
  const order: string = sent.Order ?? '';
  if (!['', 'stop-first', 'start-first'].includes(order))
    reject(`unrecognized update order ${order}`);
  return {
    Parallelism: sent.Parallelism ?? 0,
    ...(sent.Delay ? { Delay: sent.Delay } : {}),
    FailureAction: sent.FailureAction || 'pause',
    ...(sent.Monitor ? { Monitor: sent.Monitor } : {}),
    MaxFailureRatio: sent.MaxFailureRatio ?? 0,
    Order: sent.Order || 'stop-first',
  };
}

function endpointSpec(sent: EndpointSpec | undefined): EndpointSpec | undefined {
  if (!sent) return undefined;
  const mode: string = sent.Mode ?? '';
  if (!['', 'vip', 'dnsrr'].includes(mode))
    reject(`invalid resolution mode: ${JSON.stringify(mode)}`);
  const Ports = (sent.Ports ?? []).map(portConfig);
  return { Mode: sent.Mode || 'vip', ...(Ports.length > 0 ? { Ports } : {}) };
}

function portConfig(sent: PortConfig): PortConfig {
  const protocol = (sent.Protocol ?? '').toLowerCase();
  return compact<PortConfig>({
    Name: sent.Name,
    // Values that the enumeration does not know become its first one.
    Protocol: protocol === 'udp' || protocol === 'sctp' ? protocol : 'tcp',
    TargetPort: sent.TargetPort,
    PublishedPort: sent.PublishedPort,
    PublishMode: (sent.PublishMode ?? '').toLowerCase() === 'host' ? 'host' : 'ingress',
  });
}

function serviceMode(sent: ServiceMode): ServiceMode {
  const { Global, Replicated, ReplicatedJob, GlobalJob } = sent;
  const count = [Global, Replicated, ReplicatedJob, GlobalJob].filter(Boolean).length;
  if (count > 1) reject('must specify only one service mode');
  if (Global) return { Global: {} };
  if (GlobalJob) return { GlobalJob: {} };
  if (ReplicatedJob) {
    const MaxConcurrent = ReplicatedJob.MaxConcurrent ?? 1;
    const TotalCompletions = ReplicatedJob.TotalCompletions ?? MaxConcurrent;
    return { ReplicatedJob: { MaxConcurrent, TotalCompletions } };
  }
  return { Replicated: { Replicas: Replicated?.Replicas ?? 1 } };
}

function containerSpec(sent: ContainerSpec): ContainerSpec {
  const spec: Record<string, unknown> = compact<ContainerSpec>({
    Image: sent.Image,
    Labels: nonEmptyMap(sent.Labels),
    Command: sent.Command,
    Args: sent.Args,
    Hostname: sent.Hostname,
    Env: sent.Env,
    Dir: sent.Dir,
    User: sent.User,
    Groups: sent.Groups,
    Privileges: sent.Privileges,
  }) as Record<string, unknown>;
  if (sent.Init !== undefined) spec['Init'] = sent.Init;
  Object.assign(
    spec,
    compact<ContainerSpec>({
      StopSignal: sent.StopSignal,
      TTY: sent.TTY,
      OpenStdin: sent.OpenStdin,
      ReadOnly: sent.ReadOnly,
      Mounts: sent.Mounts?.map(mount),
    }),
  );
  if (sent.StopGracePeriod !== undefined) spec['StopGracePeriod'] = sent.StopGracePeriod;
  if (sent.Healthcheck) spec['Healthcheck'] = compact({ ...sent.Healthcheck });
  if (sent.Hosts && sent.Hosts.length > 0) spec['Hosts'] = sent.Hosts;
  if (sent.DNSConfig) spec['DNSConfig'] = compact({ ...sent.DNSConfig });
  Object.assign(
    spec,
    compact<ContainerSpec>({
      Secrets: sent.Secrets?.filter((each) => each.File).map(secretReference),
      Configs: sent.Configs?.map(configReference),
      Isolation: isolation(sent.Isolation),
      Sysctls: nonEmptyMap(sent.Sysctls),
      CapabilityAdd: sent.CapabilityAdd,
      CapabilityDrop: sent.CapabilityDrop,
      Ulimits: sent.Ulimits?.map(({ Name, Soft, Hard }) => ({ Name, Soft, Hard })),
    }),
  );
  return spec as ContainerSpec;
}

function isolation(sent: string | undefined): string {
  const mode = (sent ?? '').toLowerCase();
  return mode === 'process' || mode === 'hyperv' ? mode : 'default';
}

const MOUNT_TYPES = ['', 'bind', 'volume', 'tmpfs', 'npipe'];
const PROPAGATIONS = ['', 'rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave'];

function mount(sent: Mount): Mount {
  const type: string = (sent.Type ?? '').toLowerCase();
  if (!MOUNT_TYPES.includes(type)) reject(`invalid MountType: ${JSON.stringify(sent.Type)}`);
  const bind = sent.BindOptions;
  const propagation: string = (bind?.Propagation ?? '').toLowerCase();
  if (!PROPAGATIONS.includes(propagation))
    reject(`invalid MountPropagation: ${JSON.stringify(bind?.Propagation)}`);
  const { VolumeOptions, TmpfsOptions } = sent;
  return {
    // The enumeration's first value stands for a mount that does not say.
    Type: (type || 'bind') as Mount['Type'],
    ...(sent.Source ? { Source: sent.Source } : {}),
    ...(sent.Target ? { Target: sent.Target } : {}),
    ...(sent.ReadOnly ? { ReadOnly: true } : {}),
    ...(bind && (propagation !== '' || bind.NonRecursive)
      ? {
          BindOptions: {
            Propagation: propagation || 'rprivate',
            ...(bind.NonRecursive ? { NonRecursive: true } : {}),
          },
        }
      : {}),
    ...(VolumeOptions ? { VolumeOptions: volumeOptions(VolumeOptions) } : {}),
    ...(TmpfsOptions ? { TmpfsOptions: compact({ ...TmpfsOptions }) } : {}),
  } as Mount;
}

function volumeOptions(sent: NonNullable<Mount['VolumeOptions']>): Mount['VolumeOptions'] {
  const Labels = nonEmptyMap(sent.Labels);
  return {
    ...(sent.NoCopy ? { NoCopy: true } : {}),
    ...(Labels ? { Labels } : {}),
    ...(sent.DriverConfig ? { DriverConfig: driver(sent.DriverConfig) } : {}),
  };
}

function fileTarget(file: FileReference['File']): FileReference['File'] {
  if (!file) return undefined;
  const { Name, UID, GID, Mode } = file;
  return { Name: Name ?? '', UID: UID ?? '', GID: GID ?? '', Mode: Mode ?? 0 };
}

function secretReference(sent: FileReference): FileReference {
  return {
    File: fileTarget(sent.File)!,
    SecretID: sent.SecretID ?? '',
    SecretName: sent.SecretName ?? '',
  };
}

function configReference(sent: FileReference): FileReference {
  if (!sent.File && !sent.Runtime) reject('invalid Config: either File or Runtime should be set');
  if (sent.File && sent.Runtime) reject('invalid Config: cannot specify both File and Runtime');
  return {
    ...(sent.Runtime ? { Runtime: {} } : { File: fileTarget(sent.File)! }),
    ConfigID: sent.ConfigID ?? '',
    ConfigName: sent.ConfigName ?? '',
  };
}
