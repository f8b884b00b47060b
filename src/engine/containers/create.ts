/**
 * `POST /containers/create` behind its decoding (moby `daemon/create.go`): image, name, merged config,
 * mounts and volumes, the writable layer. Nothing takes virtual time here; the caller answers later.
 */
import {
  familiarString,
  isApiError,
  isReferenceError,
  parseReference,
  type ApiError,
  type HealthConfig,
  type MountPoint,
} from '../../api';
import { emptyConfig, type ContainerConfig, type Image } from '../content/image';
import { randomContainerName } from '../container-names';
import type { EngineCore } from '../core';
import { CopyUpReporter } from '../files/copy-up-report';
import { UnionFs } from '../files/union-fs';
import { newId, shortId } from '../ids';
import { layerFolder } from '../images/view';
import { chainsOf } from '../images/store';
import { SysError } from '../../kernel';
import { mountpointOf, refuseVolumeName } from '../volumes/volumes';
import { errnoWords } from './command';
import { Container, type ContainerMount } from './container';
import { fillHostConfig, type CreateRequest, type HostConfig } from './host-config';
import { ContainerLog } from './log';
import {
  anonymousVolume,
  missingSource,
  parseBind,
  parseMount,
  type MountSpec,
} from './mount-specs';
import { initLayer } from './rootfs';
import { validateConfig, validateHostConfig } from './validate';
import { validateModes } from './validate-modes';
import { resourceWarnings } from './validate-resources';
import type { ServiceBinding } from '../network/contract';

export interface CreateOptions {
  /** '' for a random one. */
  readonly name: string;
  readonly platform: string;
  /** Of a task. */
  readonly service?: ServiceBinding;
  /** First network of a task; `HostConfig` keeps saying "default". */
  readonly networkMode?: string;
}

export interface Created {
  readonly container: Container;
  readonly warnings: string[];
}

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

export function createContainer(
  core: EngineCore,
  request: CreateRequest,
  options: CreateOptions,
): Created | ApiError {
  const given = request.HostConfig ?? undefined;
  const hardware = { cpus: core.kernel.cpus, memoryBytes: core.kernel.memoryBytes };
  const flaw =
    validateModes(request) ??
    validateConfig(request) ??
    (given ? validateHostConfig(given, hardware) : undefined) ??
    (options.service ? undefined : checkEndpoints(request)) ??
    checkPlatform(options.platform);
  if (flaw) return flaw;
  const image = findImage(core, request.Image ?? '', options.platform);
  if (image && isApiError(image)) return image;
  const id = newId(core.ids);
  const config = mergeConfig(request, image);
  if (config.Entrypoint?.length === 1 && config.Entrypoint[0] === '') config.Entrypoint = null;
  const command = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])];
  if (command.length === 0) return { status: 400, message: 'No command specified' };
  const name = chooseName(core, options.name);
  if (typeof name !== 'string') return name;
  const hostConfig = fillHostConfig(given);
  const references = checkReferences(core, hostConfig);
  if (references) return references;
  if (config.Hostname === '')
    config.Hostname = hostConfig.NetworkMode === 'host' ? core.name : id.slice(0, 12);
  const specs = collectMounts(core, hostConfig, config);
  if (isApiError(specs)) return specs;
  const container = buildContainer(core, { id, name, config, hostConfig, image, command, specs });
  if (isApiError(container)) return container;
  const refused = core.networks.addContainer(networkingOf(container, request, options));
  if (refused) return refused;
  core.disk.containers.set(id, container);
  core.containerEvent(container, 'create');
  return { container, warnings: warningsOf(hostConfig) };
}

function warningsOf(host: HostConfig): string[] {
  const warnings = resourceWarnings(host);
  if (host.NetworkMode === 'host' && Object.keys(host.PortBindings ?? {}).length > 0)
    warnings.push('Published ports are discarded when using host network mode');
  return warnings;
}

function checkPlatform(platform: string): ApiError | undefined {
  if (platform === '' || platform.split('/').length <= 3) return undefined;
  const message = `${JSON.stringify(platform)}: cannot parse platform specifier: invalid argument`;
  return { status: 400, message };
}

function checkEndpoints(request: CreateRequest): ApiError | undefined {
  const endpoints = request.NetworkingConfig?.EndpointsConfig ?? {};
  const names = Object.keys(endpoints);
  if (names.length > 1) {
    const list = names.sort().join(', ');
    return { status: 400, message: `Container cannot be connected to network endpoints: ${list}` };
  }
  for (const settings of Object.values(endpoints)) {
    const ipam = settings?.['IPAMConfig'] as { IPv4Address?: string } | null | undefined;
    const address = ipam?.IPv4Address ?? '';
    if (address !== '' && !/^\d{1,3}(\.\d{1,3}){3}$/.test(address))
      return { status: 400, message: `invalid IPv4 address: ${address}` };
  }
  return undefined;
}

function findImage(core: EngineCore, text: string, platform: string): Image | ApiError | undefined {
  if (text === '') return undefined;
  const image = core.disk.images.find(text);
  if (isApiError(image)) return image;
  const [os = '', architecture = ''] = platform.split('/');
  if (platform === '' || (os === image.os && ['', image.architecture].includes(architecture)))
    return image;
  const reason = `wanted ${platform}, actual: ${image.os}/${image.architecture}`;
  const message = `image with reference ${text} was found but does not match the specified platform: ${reason}`;
  return { status: 404, message };
}

/** Container settings over those of the image (moby `daemon/commit.go: merge`). */
function mergeConfig(request: CreateRequest, image: Image | undefined): ContainerConfig {
  const { HostConfig: _host, NetworkingConfig: _network, Healthcheck: health, ...own } = request;
  const config: ContainerConfig = { ...emptyConfig(), ...own };
  if (health) config.Healthcheck = health;
  if (config.StopSignal === '') delete config.StopSignal;
  if (config.MacAddress === '') delete config.MacAddress;
  const from = image?.config;
  if (from) mergeSettings(config, from);
  config.Labels = sortKeys(config.Labels ?? {});
  if (config.ExposedPorts) config.ExposedPorts = sortKeys(config.ExposedPorts);
  return config;
}

/** Settings below those that are given (moby `daemon/commit.go: merge`). */
export function mergeSettings(config: ContainerConfig, from: ContainerConfig): void {
  if (config.User === '') config.User = from.User;
  if (from.ExposedPorts) config.ExposedPorts = { ...from.ExposedPorts, ...config.ExposedPorts };
  config.Env = mergeEnvironment(config.Env, from.Env);
  config.Labels = { ...from.Labels, ...config.Labels };
  if (!config.Entrypoint || config.Entrypoint.length === 0) {
    if (!config.Cmd || config.Cmd.length === 0) config.Cmd = from.Cmd;
    if (config.Entrypoint === null) config.Entrypoint = from.Entrypoint;
  }
  const health = mergeHealth(config.Healthcheck, from.Healthcheck);
  if (health) config.Healthcheck = health;
  if (config.WorkingDir === '') config.WorkingDir = from.WorkingDir;
  if (Object.keys(config.Volumes ?? {}).length === 0) config.Volumes = from.Volumes;
  else if (from.Volumes) config.Volumes = { ...from.Volumes, ...config.Volumes };
  if (config.StopSignal === undefined && from.StopSignal !== undefined)
    config.StopSignal = from.StopSignal;
  if (config.OnBuild === null && from.OnBuild && from.OnBuild.length > 0)
    config.OnBuild = from.OnBuild;
  else if (from.OnBuild !== null && config.OnBuild === null) config.OnBuild = null;
}

function mergeEnvironment(own: string[] | null, from: string[] | null): string[] | null {
  if (!own || own.length === 0) return from;
  const names = new Set(own.map((entry) => entry.split('=')[0]));
  return [...own, ...(from ?? []).filter((entry) => !names.has(entry.split('=')[0]))];
}

function mergeHealth(
  own: HealthConfig | undefined,
  from: HealthConfig | undefined,
): HealthConfig | undefined {
  if (!own) return from;
  if (!from) return own;
  const merged: HealthConfig = { ...from };
  if ((own.Test ?? []).length > 0) merged.Test = own.Test!;
  for (const key of ['Interval', 'Timeout', 'StartPeriod', 'Retries'] as const)
    if ((own[key] ?? 0) !== 0) merged[key] = own[key]!;
  return merged;
}

function sortKeys<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The name to use, or why it cannot be had. */
export function chooseName(core: EngineCore, wanted: string): string | ApiError {
  if (wanted === '') {
    for (let tries = 0; ; tries++) {
      const name = randomContainerName(core.ids, tries > 0);
      if (!core.containerNamed(name)) return name;
    }
  }
  const name = wanted.replace(/^\//, '');
  if (!NAME.test(name)) {
    const text = `Invalid container name (${wanted}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`;
    return { status: 400, message: text };
  }
  const holder = core.containerNamed(name);
  if (!holder) return name;
  const message =
    `Conflict. The container name "/${name}" is already in use by container "${holder.id}". ` +
    'You have to remove (or rename) that container to be able to reuse that name.';
  return { status: 409, message };
}

/** Containers that links and volumes-from name must be there. */
function checkReferences(core: EngineCore, host: HostConfig): ApiError | undefined {
  for (const mode of [host.IpcMode, host.PidMode]) {
    const found = mode.startsWith('container:') ? core.container(mode.slice(10)) : undefined;
    if (found && isApiError(found)) return found;
  }
  for (const link of host.Links ?? []) {
    const name = link.split(':')[0]!;
    const found = core.container(name);
    if (isApiError(found))
      return { status: 400, message: `could not get container for ${name}: ${found.message}` };
  }
  for (const from of host.VolumesFrom ?? []) {
    const found = core.container(from.split(':')[0]!);
    if (isApiError(found)) return { status: 400, message: found.message };
    const mode = from.includes(':') ? from.slice(from.indexOf(':') + 1) : '';
    if (!/^(ro|rw|z|Z|)$/.test(mode)) return { status: 500, message: `invalid mode: ${mode}` };
  }
  return undefined;
}

function collectMounts(
  core: EngineCore,
  host: HostConfig,
  config: ContainerConfig,
): MountSpec[] | ApiError {
  const byTarget = new Map<string, MountSpec>();
  // What is inherited may be covered, what was asked for twice may not.
  const taken = new Set<string>();
  for (const from of host.VolumesFrom ?? []) inheritMounts(core, from, byTarget);
  for (const text of host.Binds ?? []) {
    const spec = parseBind(text);
    if (isApiError(spec)) return spec;
    const named = spec.kind === 'volume' && spec.source !== '';
    const badName = named ? refuseVolumeName(spec.source) : undefined;
    if (badName) return badName;
    if (taken.has(spec.target)) return duplicate(spec.target);
    taken.add(spec.target);
    byTarget.set(spec.target, spec);
  }
  for (const target of Object.keys(host.Tmpfs ?? {}))
    if (!target.startsWith('/')) {
      const message = `invalid mount path: '${target}' mount path must be absolute`;
      return { status: 400, message };
    }
  for (const mount of host.Mounts ?? []) {
    const spec = parseMount(mount);
    if (isApiError(spec)) return spec;
    if (taken.has(spec.target)) return duplicate(spec.target);
    taken.add(spec.target);
    byTarget.set(spec.target, spec);
  }
  for (const target of Object.keys(config.Volumes ?? {})) {
    if (!target.startsWith('/')) {
      const text = `invalid mount path: '${target}' mount path must be absolute`;
      return { status: 400, message: `invalid volume specification: '${target}': ${text}` };
    }
    const spec = anonymousVolume(target);
    if (!byTarget.has(spec.target) && !(spec.target in (host.Tmpfs ?? {})))
      byTarget.set(spec.target, spec);
  }
  return [...byTarget.values()];
}

function duplicate(target: string): ApiError {
  return { status: 400, message: `Duplicate mount point: ${target}` };
}

function inheritMounts(core: EngineCore, text: string, into: Map<string, MountSpec>): void {
  const [name, mode] = text.split(':') as [string, string?];
  const found = core.container(name);
  if (isApiError(found)) return;
  for (const mount of found.mounts) {
    const target = mount.point.Destination;
    into.set(target, {
      ...anonymousVolume(target),
      kind: mount.kind,
      source: mount.source,
      mode: mount.point.Mode,
      readOnly: mount.readOnly || mode === 'ro',
      propagation: mount.point.Propagation,
    });
  }
}

interface Parts {
  readonly id: string;
  readonly name: string;
  readonly config: ContainerConfig;
  readonly hostConfig: HostConfig;
  readonly image: Image | undefined;
  readonly command: readonly string[];
  readonly specs: readonly MountSpec[];
}

function buildContainer(core: EngineCore, parts: Parts): Container | ApiError {
  const { kernel } = core;
  const mounts: ContainerMount[] = [];
  for (const spec of parts.specs) {
    const mount = makeMount(core, spec);
    if (isApiError(mount)) return mount;
    mounts.push(mount);
  }
  const layers = (parts.image?.layers ?? []).map((layer) => layer.tree).reverse();
  const fs = new UnionFs(
    kernel.nextDevice(),
    [initLayer(core.unixUs), ...layers],
    kernel.wallClock,
    kernel.disk,
  );
  fs.watcher = new CopyUpReporter(core.runtime, parts.id);
  const folders = parts.image ? chainsOf(parts.image).map(layerFolder).reverse() : [];
  return new Container(
    parts.id,
    parts.name,
    core.unixUs,
    parts.command[0]!,
    parts.command.slice(1),
    parts.config,
    parts.hostConfig,
    parts.image?.id ?? '',
    mounts,
    fs,
    new ContainerLog(parts.hostConfig.LogConfig.Type),
    newId(core.ids),
    folders,
  );
}

function makeMount(core: EngineCore, spec: MountSpec): ContainerMount | ApiError {
  const base = { kind: spec.kind, readOnly: spec.readOnly, anonymous: false, copyUp: false };
  if (spec.kind === 'tmpfs')
    return { ...base, source: spec.tmpfsOptions, point: pointOf(spec, '', '') };
  if (spec.kind === 'bind') {
    const missing = ensureBindSource(core, spec);
    if (missing) return missing;
    return { ...base, source: spec.source, point: pointOf(spec, '', spec.source) };
  }
  const anonymous = spec.source === '';
  const volume = core.volumes.create(spec.source, spec.driver, spec.driverOptions, spec.labels);
  if (isApiError(volume)) return volume;
  const { name } = volume;
  const point = pointOf(spec, name, mountpointOf(name));
  return { ...base, source: name, anonymous, copyUp: !spec.noCopy, point };
}

function pointOf(spec: MountSpec, name: string, source: string): MountPoint {
  return {
    Type: spec.kind,
    ...(name === '' ? {} : { Name: name }),
    Source: source,
    Destination: spec.target,
    ...(spec.kind === 'volume' ? { Driver: 'local' } : {}),
    Mode: spec.mode,
    RW: !spec.readOnly,
    Propagation: spec.propagation,
  };
}

function ensureBindSource(core: EngineCore, spec: MountSpec): ApiError | undefined {
  try {
    core.kernel.find(spec.source);
    return undefined;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (!spec.makeSource) return missingSource(spec.source);
    return makeSource(core, spec.source);
  }
}

function makeSource(core: EngineCore, path: string): ApiError | undefined {
  try {
    core.kernel.makeDirectories(path);
    return undefined;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const reason = `mkdir ${path}: ${errnoWords(error.errno)}`;
    const message = `error while creating mount source path '${path}': ${reason}`;
    return { status: 500, message };
  }
}

function networkingOf(container: Container, request: CreateRequest, options: CreateOptions) {
  const { config, hostConfig } = container;
  const endpoints = request.NetworkingConfig?.EndpointsConfig ?? {};
  return {
    containerId: container.id,
    name: container.name,
    hostname: config.Hostname,
    domainname: config.Domainname,
    networkMode: options.networkMode ?? hostConfig.NetworkMode,
    endpoints,
    exposedPorts: Object.keys(config.ExposedPorts ?? {}),
    portBindings: hostConfig.PortBindings ?? {},
    publishAllPorts: hostConfig.PublishAllPorts,
    ...(config.MacAddress === undefined ? {} : { macAddress: config.MacAddress }),
    dns: hostConfig.Dns ?? [],
    dnsSearch: hostConfig.DnsSearch ?? [],
    dnsOptions: hostConfig.DnsOptions ?? [],
    extraHosts: hostConfig.ExtraHosts ?? [],
    links: hostConfig.Links ?? [],
    ...(options.service ? { service: options.service } : {}),
  };
}

/** Text that lists show for the image: its name while that still means it, else a short id. */
export function shownImage(core: EngineCore, container: Container): string {
  const text = container.config.Image;
  const reference = parseReference(text);
  if (isReferenceError(reference)) return text;
  const named = core.disk.images.resolveName(reference);
  if (named === container.imageId || container.imageId === '') return text;
  if (reference.digest !== undefined && reference.tag !== undefined)
    return familiarString({ ...reference, digest: undefined });
  return shortId(container.imageId);
}
