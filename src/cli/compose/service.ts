/** A service of a compose file as a service spec (docker/cli: cli/compose/convert/service.go). */
import {
  compareText,
  parseDuration,
  parseRamSize,
  type ContainerSpec,
  type FileReference,
  type HealthConfig,
  type Mount,
  type NetworkAttachmentConfig,
  type PortConfig,
  type RestartPolicy,
  type ServiceMode,
  type ServiceSpec,
  type TaskSpec,
  type UpdateConfig,
} from '../../api';
import { CliError } from '../errors';
import { ValueError } from '../value-error';
import { parsePorts } from '../values/port';
import { isDict, type Dict } from './document';
import { absolute, labelsOf, pairs, strings, words, type Compose, type Environment } from './load';
import type { Namespace } from './namespace';

export const LABEL_IMAGE = 'com.docker.stack.image';

/** What the conversion needs beyond the service itself. */
export interface ServiceContext {
  readonly compose: Compose;
  readonly namespace: Namespace;
  readonly env: Environment;
  /** Texts of the env files that services name, by path. */
  readonly envFiles: ReadonlyMap<string, string>;
  /** Ids of the stack's and external secrets and configs by their names in the swarm. */
  readonly secretIds: ReadonlyMap<string, string>;
  readonly configIds: ReadonlyMap<string, string>;
}

const dict = (value: unknown): Dict => (isDict(value) ? value : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const defined = <T extends object>(fields: T): T => {
  for (const key of Object.keys(fields) as (keyof T)[])
    if (fields[key] === undefined) delete fields[key];
  return fields;
};
const some = <T>(items: readonly T[]): T[] | undefined =>
  items.length > 0 ? [...items] : undefined;

function duration(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const parsed = parseDuration(typeof value === 'string' ? value : JSON.stringify(value));
  return typeof parsed === 'number' ? parsed : undefined;
}

export function serviceSpec(name: string, service: Dict, context: ServiceContext): ServiceSpec {
  const { namespace } = context;
  const deploy = dict(service['deploy']);
  const mode = serviceMode(deploy);
  const placement = dict(deploy['placement']);
  const ports = portsOf(service['ports']);
  const endpointMode = text(deploy['endpoint_mode']);
  const task: TaskSpec = defined({
    ContainerSpec: containerSpec(name, service, context),
    Resources: resources(dict(deploy['resources'])),
    RestartPolicy: restartPolicy(text(service['restart']), deploy['restart_policy']),
    Placement: defined({
      Constraints: some(strings(placement['constraints'])),
      Preferences: some(
        ((placement['preferences'] as Dict[] | undefined) ?? []).map((item) => ({
          Spread: { SpreadDescriptor: text(item['spread']) },
        })),
      ),
      MaxReplicas: placement['max_replicas_per_node'] as number | undefined,
    }),
    Networks: networksOf(name, service['networks'], context),
    LogDriver: logDriver(service['logging']),
    ForceUpdate: 0,
  } as TaskSpec);
  return defined({
    Name: namespace.scope(name),
    Labels: namespace.labels({
      ...labelsOf(deploy['labels']),
      [LABEL_IMAGE]: text(service['image']),
    }),
    TaskTemplate: task,
    Mode: mode,
    UpdateConfig: updateConfig(deploy['update_config']),
    RollbackConfig: updateConfig(deploy['rollback_config']),
    EndpointSpec: defined({
      Mode: endpointMode === '' ? undefined : endpointMode,
      Ports: some(ports),
    }),
  } as ServiceSpec);
}

function containerSpec(name: string, service: Dict, context: ServiceContext): ContainerSpec {
  const { namespace } = context;
  const dns = strings(service['dns']);
  const search = strings(service['dns_search']);
  const hosts = Object.entries(pairs(service['extra_hosts'], ':'));
  const sysctls = labelsOf(service['sysctls']);
  return defined({
    Image: text(service['image']),
    Labels: namespace.labels(labelsOf(service['labels'])),
    Command: some(words(service['entrypoint'])),
    Args: some(words(service['command'])),
    Hostname: service['hostname'],
    Env: some(environmentOf(service, context)),
    Dir: service['working_dir'],
    User: service['user'],
    TTY: service['tty'] || undefined,
    OpenStdin: service['stdin_open'] || undefined,
    ReadOnly: service['read_only'] || undefined,
    Mounts: some(mountsOf(service, context)),
    StopSignal: service['stop_signal'],
    StopGracePeriod: duration(service['stop_grace_period']),
    Healthcheck: healthcheck(service['healthcheck']),
    Hosts: some(hosts.map(([host, address]) => `${address ?? ''} ${host}`)),
    DNSConfig:
      dns.length + search.length > 0
        ? defined({ Nameservers: some(dns), Search: some(search) })
        : undefined,
    Secrets: some(filesOf(name, service['secrets'], 'secret', context)),
    Configs: some(filesOf(name, service['configs'], 'config', context)),
    Isolation: service['isolation'],
    Init: service['init'],
    Sysctls: Object.keys(sysctls).length > 0 ? sysctls : undefined,
    CapabilityAdd: some(strings(service['cap_add'])),
    CapabilityDrop: some(strings(service['cap_drop'])),
    Ulimits: some(ulimits(dict(service['ulimits']))),
  } as ContainerSpec);
}

function ulimits(given: Dict): { Name: string; Soft: number; Hard: number }[] {
  return Object.keys(given)
    .sort(compareText)
    .map((name) => {
      const value = given[name];
      if (!isDict(value)) return { Name: name, Soft: Number(value), Hard: Number(value) };
      return { Name: name, Soft: Number(value['soft']), Hard: Number(value['hard']) };
    });
}

/** Env files first, `environment` over them; names without a value come from the client's. */
function environmentOf(service: Dict, context: ServiceContext): string[] {
  const merged: Record<string, string | null> = {};
  for (const file of strings(service['env_file'])) {
    const path = absolute(context.compose.folder, file, context.env['HOME'] ?? '');
    for (const raw of (context.envFiles.get(path) ?? '').split('\n')) {
      const entry = raw.trimStart();
      if (entry === '' || entry.startsWith('#')) continue;
      Object.assign(merged, pairs([entry]));
    }
  }
  Object.assign(merged, pairs(service['environment']));
  return Object.entries(merged)
    .map(([key, value]) => {
      const known = value ?? context.env[key];
      return known === undefined ? key : `${key}=${known}`;
    })
    .sort(compareText);
}

function serviceMode(deploy: Dict): ServiceMode {
  const mode = text(deploy['mode']);
  const replicas = deploy['replicas'] as number | undefined;
  if (mode === 'global') {
    if (replicas !== undefined)
      throw new CliError('replicas can only be used with replicated mode');
    return { Global: {} };
  }
  if (mode !== '' && mode !== 'replicated') throw new CliError(`Unknown mode: ${mode}`);
  return { Replicated: replicas === undefined ? {} : { Replicas: replicas } };
}

function updateConfig(value: unknown): UpdateConfig | undefined {
  if (!isDict(value)) return undefined;
  return defined({
    Parallelism: (value['parallelism'] as number | undefined) ?? 1,
    Delay: duration(value['delay']),
    FailureAction: value['failure_action'] as UpdateConfig['FailureAction'],
    Monitor: duration(value['monitor']),
    MaxFailureRatio: (value['max_failure_ratio'] as number | undefined) ?? 0,
    Order: value['order'] as UpdateConfig['Order'],
  } as UpdateConfig);
}

function restartPolicy(restart: string, value: unknown): RestartPolicy | undefined {
  if (isDict(value))
    return defined({
      Condition: value['condition'],
      Delay: duration(value['delay']),
      MaxAttempts: value['max_attempts'],
      Window: duration(value['window']),
    } as RestartPolicy);
  const [policy, attempts] = restart.split(':');
  if (policy === 'always' || policy === 'unless-stopped') return { Condition: 'any' };
  if (policy !== 'on-failure') return undefined;
  return { Condition: 'on-failure', MaxAttempts: Number(attempts ?? 0) };
}

function resources(given: Dict): TaskSpec['Resources'] {
  const part = (value: unknown) => {
    if (!isDict(value)) return undefined;
    const bytes = value['memory'] === undefined ? undefined : parseRamSize(text(value['memory']));
    const cpus = value['cpus'];
    return defined({
      NanoCPUs: cpus === undefined ? undefined : Math.round(Number(cpus) * 1e9),
      MemoryBytes: typeof bytes === 'number' ? bytes : undefined,
      Pids: value['pids'] as number | undefined,
    });
  };
  return defined({
    Limits: part(given['limits']),
    Reservations: part(given['reservations']),
  }) as TaskSpec['Resources'];
}

function logDriver(value: unknown): TaskSpec['LogDriver'] {
  if (!isDict(value)) return undefined;
  return { Name: text(value['driver']), Options: labelsOf(value['options']) };
}

function healthcheck(value: unknown): HealthConfig | undefined {
  if (!isDict(value)) return undefined;
  const { test } = value;
  if (value['disable'] === true) {
    if (test !== undefined) throw new CliError("test and disable can't be set at the same time");
    return { Test: ['NONE'] };
  }
  const command = typeof test === 'string' ? ['CMD-SHELL', test] : strings(test);
  return defined({
    Test: some(command),
    Interval: duration(value['interval']),
    Timeout: duration(value['timeout']),
    StartPeriod: duration(value['start_period']),
    Retries: value['retries'] as number | undefined,
  } as HealthConfig);
}

function portsOf(value: unknown): PortConfig[] {
  const ports: PortConfig[] = [];
  for (const item of Array.isArray(value) ? (value as unknown[]) : []) {
    if (isDict(item)) {
      ports.push(
        defined({
          Protocol: (item['protocol'] as PortConfig['Protocol']) ?? 'tcp',
          TargetPort: item['target'] as number | undefined,
          PublishedPort: item['published'] as number | undefined,
          PublishMode: (item['mode'] as PortConfig['PublishMode']) ?? 'ingress',
        } as PortConfig),
      );
      continue;
    }
    try {
      ports.push(...parsePorts(String(item).replace(/^[\d.]+:(?=[\d-]*:)/, '')));
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      throw new CliError(error.message);
    }
  }
  return ports.toSorted((a, b) => (a.PublishedPort ?? 0) - (b.PublishedPort ?? 0));
}

function networksOf(
  name: string,
  value: unknown,
  { compose, namespace }: ServiceContext,
): NetworkAttachmentConfig[] {
  const given: Dict = Array.isArray(value)
    ? Object.fromEntries((value as string[]).map((item) => [item, null]))
    : dict(value);
  const wanted = Object.keys(given).length > 0 ? given : { default: null };
  const attached = Object.entries(wanted).map(([network, settings]) => {
    const entry = compose.networks[network];
    if (!entry && network !== 'default')
      throw new CliError(`undefined network ${JSON.stringify(network)}`);
    const target = namespace.nameOf(network, entry);
    const aliases = [...strings(dict(settings)['aliases']), name];
    return { Target: target, Aliases: aliases };
  });
  return attached.toSorted((a, b) => compareText(a.Target, b.Target));
}

function filesOf(
  _service: string,
  value: unknown,
  kind: 'secret' | 'config',
  context: ServiceContext,
): FileReference[] {
  const section = kind === 'secret' ? context.compose.secrets : context.compose.configs;
  const ids = kind === 'secret' ? context.secretIds : context.configIds;
  const references: FileReference[] = [];
  for (const item of Array.isArray(value) ? (value as unknown[]) : []) {
    const given: Dict = isDict(item) ? item : { source: item };
    const source = text(given['source']);
    const entry = section[source];
    if (!entry) throw new CliError(`undefined ${kind} ${JSON.stringify(source)}`);
    const name = context.namespace.nameOf(source, entry);
    const id = ids.get(name);
    if (id === undefined) throw new CliError(`${kind} not found: ${name}`);
    const fallback = kind === 'secret' ? source : `/${source}`;
    const file = {
      Name: text(given['target']) || fallback,
      UID: text(given['uid']) || '0',
      GID: text(given['gid']) || '0',
      Mode: (given['mode'] as number | undefined) ?? 0o444,
    };
    references.push(
      kind === 'secret'
        ? { File: file, SecretID: id, SecretName: name }
        : { File: file, ConfigID: id, ConfigName: name },
    );
  }
  const nameOf = (item: FileReference) => item.SecretName ?? item.ConfigName ?? '';
  return references.toSorted((a, b) => compareText(nameOf(a), nameOf(b)));
}

function mountsOf(service: Dict, context: ServiceContext): Mount[] {
  const mounts: Mount[] = [];
  for (const item of Array.isArray(service['volumes']) ? (service['volumes'] as unknown[]) : [])
    mounts.push(mountOf(isDict(item) ? item : shortVolume(String(item)), context));
  for (const target of strings(service['tmpfs'])) mounts.push({ Type: 'tmpfs', Target: target });
  return mounts;
}

/** `SOURCE:TARGET:MODE` in the long form. */
function shortVolume(spec: string): Dict {
  const parts = spec.split(':');
  if (parts.length > 3 || parts.some((part) => part === ''))
    throw new CliError(`invalid spec: ${spec}: empty section between colons`);
  if (parts.length === 1) return { type: 'volume', target: parts[0] };
  const [source, target, modes = ''] = parts;
  const isPath = /^[./~]/.test(source!);
  const volume: Dict = { type: isPath ? 'bind' : 'volume', source, target };
  for (const mode of modes.split(',')) {
    if (mode === 'ro') volume['read_only'] = true;
    else if (mode === 'nocopy') volume['volume'] = { nocopy: true };
    else if (/^r?(shared|slave|private)$/.test(mode)) volume['bind'] = { propagation: mode };
  }
  return volume;
}

function mountOf(volume: Dict, { compose, namespace, env }: ServiceContext): Mount {
  const type = text(volume['type']) as Mount['Type'];
  const source = text(volume['source']);
  const base: Mount = defined({
    Type: type,
    Source: source === '' ? undefined : source,
    Target: text(volume['target']),
    ReadOnly: volume['read_only'] === true || undefined,
    Consistency: volume['consistency'],
  } as Mount);
  if (type === 'bind') {
    if (source === '') throw new CliError('invalid bind source, source cannot be empty');
    base.Source = absolute(compose.folder, source, env['HOME'] ?? '');
    const propagation = dict(volume['bind'])['propagation'];
    if (propagation !== undefined) base.BindOptions = { Propagation: text(propagation) };
    return base;
  }
  if (type === 'tmpfs') {
    const { size } = dict(volume['tmpfs']);
    if (size !== undefined) base.TmpfsOptions = { SizeBytes: Number(size) };
    return base;
  }
  if (type !== 'volume') throw new CliError('volume type must be volume, bind, tmpfs or npipe');
  if (source === '') return base;
  const entry = compose.volumes[source];
  if (!entry) throw new CliError(`undefined volume ${JSON.stringify(source)}`);
  base.Source = namespace.nameOf(source, entry);
  base.VolumeOptions = {};
  if (dict(volume['volume'])['nocopy'] === true) base.VolumeOptions.NoCopy = true;
  if (entry['external']) return base;
  base.VolumeOptions.Labels = namespace.labels(labelsOf(entry['labels']));
  const options = labelsOf(entry['driver_opts']);
  if (entry['driver'] !== undefined || Object.keys(options).length > 0)
    base.VolumeOptions.DriverConfig = defined({
      Name: entry['driver'] as string | undefined,
      Options: Object.keys(options).length > 0 ? options : undefined,
    } as { Name?: string; Options?: Record<string, string> });
  return base;
}
