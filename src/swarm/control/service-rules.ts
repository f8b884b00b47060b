/**
 * What the leader checks of a service spec (swarmkit `manager/controlapi/service.go`
 * validateServiceSpec), in the order of the original, because the first complaint is the answer.
 */
import {
  isReferenceError,
  parseReference,
  type FileReference,
  type PortConfig,
  type Resources,
  type RestartPolicy,
  type ServiceSpec,
  type TaskSpec,
  type UpdateConfig,
} from '../../api';
import { parseConstraints } from '../scheduler';
import { rpcError, type ReadView, type RpcError, type StoredService } from '../store';

const DNS_NAME = /^[a-zA-Z0-9](?:[-_]*[A-Za-z0-9]+)*$/;
const MIN_MEMORY_BYTES = 4 * 1024 * 1024;
const MIN_NANO_CPUS = 1e6;
const MILLISECOND_NS = 1_000_000;

function invalid(desc: string): RpcError {
  return rpcError('InvalidArgument', desc);
}

export function serviceSpecError(spec: ServiceSpec): RpcError | undefined {
  return (
    nameError(spec.Name ?? '') ??
    taskSpecError(spec.TaskTemplate) ??
    modeError(spec) ??
    updateError(spec.UpdateConfig) ??
    updateError(spec.RollbackConfig) ??
    endpointError(spec) ??
    referencesError('secret', spec.TaskTemplate.ContainerSpec?.Secrets) ??
    referencesError('config', spec.TaskTemplate.ContainerSpec?.Configs)
  );
}

function nameError(name: string): RpcError | undefined {
  if (name === '') return invalid('meta: name must be provided');
  if (!DNS_NAME.test(name)) return invalid('name must be valid as a DNS name component');
  if (name.length > 63) return invalid('name must be 63 characters or fewer');
  return undefined;
}

function taskSpecError(task: TaskSpec): RpcError | undefined {
  return (
    resourcesError(task.Resources?.Limits) ??
    resourcesError(task.Resources?.Reservations) ??
    restartError(task.RestartPolicy) ??
    placementError(task) ??
    containerError(task)
  );
}

function resourcesError(resources: Resources | undefined): RpcError | undefined {
  const { NanoCPUs = 0, MemoryBytes = 0 } = resources ?? {};
  if (NanoCPUs !== 0 && NanoCPUs < MIN_NANO_CPUS)
    return invalid(`invalid cpu value ${goFloat(NanoCPUs / 1e9)}: Must be at least 0.001`);
  if (MemoryBytes !== 0 && MemoryBytes < MIN_MEMORY_BYTES)
    return invalid(`invalid memory value ${MemoryBytes}: Must be at least 4MiB`);
  return undefined;
}

/** Go's `%g`. */
function goFloat(value: number): string {
  if (value !== 0 && Math.abs(value) < 1e-4) {
    const [digits, exponent] = value.toExponential().split('e') as [string, string];
    return `${digits}e-${exponent.slice(1).padStart(2, '0')}`;
  }
  return String(value);
}

function restartError(policy: RestartPolicy | undefined): RpcError | undefined {
  if ((policy?.Delay ?? 0) < 0) return invalid('TaskSpec: restart-delay cannot be negative');
  if ((policy?.Window ?? 0) < 0) return invalid('TaskSpec: restart-window cannot be negative');
  return undefined;
}

function placementError(task: TaskSpec): RpcError | undefined {
  const constraints = task.Placement?.Constraints ?? [];
  const parsed = parseConstraints(constraints);
  // A plain Go error in the original, so its code is Unknown.
  return 'error' in parsed ? rpcError('Unknown', parsed.error) : undefined;
}

function containerError(task: TaskSpec): RpcError | undefined {
  const container = task.ContainerSpec;
  if (!container) return invalid('ContainerSpec: missing in service spec');
  const image = container.Image ?? '';
  if (image === '') return invalid('ContainerSpec: image reference must be provided');
  if (isReferenceError(parseReference(image)))
    return invalid(`ContainerSpec: ${JSON.stringify(image)} is not a valid repository/tag`);
  const targets = new Set<string>();
  for (const mount of container.Mounts ?? []) {
    const target = mount.Target ?? '';
    if (targets.has(target)) return invalid(`ContainerSpec: duplicate mount point: ${target}`);
    targets.add(target);
  }
  const check = container.Healthcheck;
  if (!check) return undefined;
  for (const [name, value] of [
    ['Interval', check.Interval],
    ['Timeout', check.Timeout],
    ['StartPeriod', check.StartPeriod],
  ] as const)
    if (value !== undefined && value !== 0 && value < MILLISECOND_NS)
      return invalid(`ContainerSpec: ${name} in HealthConfig cannot be less than 1ms`);
  if ((check.Retries ?? 0) < 0)
    return invalid('ContainerSpec: Retries in HealthConfig cannot be negative');
  return undefined;
}

export function isJob(spec: ServiceSpec): boolean {
  return spec.Mode.ReplicatedJob !== undefined || spec.Mode.GlobalJob !== undefined;
}

function modeError(spec: ServiceSpec): RpcError | undefined {
  if (!isJob(spec)) return undefined;
  if (spec.UpdateConfig) return invalid('Jobs may not have an update config');
  if (spec.RollbackConfig) return invalid('Jobs may not have an update config');
  return undefined;
}

function updateError(config: UpdateConfig | undefined): RpcError | undefined {
  if (!config) return undefined;
  if ((config.Delay ?? 0) < 0) return invalid('TaskSpec: update-delay cannot be negative');
  if ((config.Monitor ?? 0) < 0) return invalid('TaskSpec: update-monitor cannot be negative');
  if (config.MaxFailureRatio < 0 || config.MaxFailureRatio > 1)
    return invalid('TaskSpec: update-maxfailureratio cannot be less than 0 or bigger than 1');
  return undefined;
}

function endpointError(spec: ServiceSpec): RpcError | undefined {
  const endpoint = spec.EndpointSpec;
  const seen = new Set<string>();
  for (const port of endpoint?.Ports ?? []) {
    if (endpoint?.Mode === 'dnsrr' && port.PublishMode !== 'host')
      return invalid(
        "EndpointSpec: port published with ingress mode can't be used with dnsrr mode",
      );
    if (!port.PublishedPort) continue;
    const key = `${port.PublishedPort}/${port.Protocol}`;
    if (seen.has(key)) return invalid('EndpointSpec: duplicate published ports provided');
    seen.add(key);
  }
  return undefined;
}

function referencesError(
  kind: 'secret' | 'config',
  references: readonly FileReference[] | undefined,
): RpcError | undefined {
  const targets = new Map<string, string>();
  for (const reference of references ?? []) {
    const id = kind === 'secret' ? reference.SecretID : reference.ConfigID;
    const name = (kind === 'secret' ? reference.SecretName : reference.ConfigName) ?? '';
    if (!id || name === '') return invalid(`malformed ${kind} reference`);
    const file = reference.File;
    if (!file) continue;
    if (file.Name === '')
      return invalid(`malformed file ${kind} reference, no target file name provided`);
    const other = targets.get(file.Name);
    if (other !== undefined)
      return invalid(
        `${kind} references '${other}' and '${name}' have a conflicting target: '${file.Name}'`,
      );
    targets.set(file.Name, name);
  }
  return undefined;
}

/** Networks that a service may not name (`validateNetworks`). */
export function networksError(view: ReadView, spec: ServiceSpec): RpcError | undefined {
  for (const { Target } of [...(spec.TaskTemplate.Networks ?? []), ...(spec.Networks ?? [])]) {
    const network = view.get('network', Target ?? '');
    if (!network) continue;
    if (network.Spec.Ingress)
      return invalid(
        'Service cannot be explicitly attached to the ingress network ' +
          JSON.stringify(network.Spec.Name),
      );
  }
  return undefined;
}

/** `checkPortConflicts`: another service holds the port, in the mesh or on hosts. */
export function portConflict(
  view: ReadView,
  spec: ServiceSpec,
  ownId: string,
): RpcError | undefined {
  const wanted = new Map<string, 'ingress' | 'host'>();
  for (const port of spec.EndpointSpec?.Ports ?? [])
    if (port.PublishedPort) wanted.set(portKey(port), port.PublishMode ?? 'ingress');
  if (wanted.size === 0) return undefined;
  for (const service of view.all('service')) {
    if (service.ID === ownId) continue;
    const error = conflictWith(service, wanted);
    if (error) return error;
  }
  return undefined;
}

function portKey(port: PortConfig): string {
  return `${port.PublishedPort}/${port.Protocol}`;
}

function conflictWith(
  service: StoredService,
  wanted: ReadonlyMap<string, 'ingress' | 'host'>,
): RpcError | undefined {
  const held = [...(service.Spec.EndpointSpec?.Ports ?? []), ...(service.Endpoint.Ports ?? [])];
  for (const port of held) {
    if (!port.PublishedPort) continue;
    const mode = wanted.get(portKey(port));
    // Two services may both want the same port of hosts: the scheduler keeps them apart.
    if (mode === undefined || (mode === 'host' && port.PublishMode === 'host')) continue;
    const as = port.PublishMode === 'host' ? 'a host-published' : 'an ingress';
    return invalid(
      `port '${port.PublishedPort}' is already in use by service '${service.Spec.Name}' ` +
        `(${service.ID}) as ${as} port`,
    );
  }
  return undefined;
}

/** Secrets and configs that the spec names must be there (`checkSecretExistence`). */
export function missingReferences(view: ReadView, spec: ServiceSpec): RpcError | undefined {
  const container = spec.TaskTemplate.ContainerSpec;
  const secrets = (container?.Secrets ?? [])
    .filter((each) => !view.get('secret', each.SecretID ?? ''))
    .map((each) => each.SecretName ?? '');
  if (secrets.length > 0) return missing('secret', secrets);
  const configs = (container?.Configs ?? [])
    .filter((each) => !view.get('config', each.ConfigID ?? ''))
    .map((each) => each.ConfigName ?? '');
  return configs.length > 0 ? missing('config', configs) : undefined;
}

function missing(kind: string, names: readonly string[]): RpcError {
  return invalid(`${kind}${names.length > 1 ? 's' : ''} not found: ${names.join(', ')}`);
}
