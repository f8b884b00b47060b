/** Containers as `GET /containers/json` and `/containers/X/json` answer them. */
import {
  filterExact,
  filterLabels,
  filterPattern,
  filterPrefix,
  filterValues,
  hasFilter,
  humanDuration,
  isApiError,
  type ApiError,
  type ContainerSummary,
  type Filters,
  type MountPoint,
} from '../../api';
import { imageSize } from '../content/image';
import { containerFolder, type EngineCore } from '../core';
import { orderedConfig, orderedHostConfig } from '../go-order';
import { graphDriver } from '../images/view';
import { formatTime } from '../time';
import type { Container } from './container';
import { shownImage } from './create';

/** "Up 5 minutes (healthy)" (moby `State.String`). */
export function statusText(core: EngineCore, container: Container): string {
  const ago = (at: number | undefined) => humanDuration((core.unixUs - (at ?? 0)) / 1_000_000);
  if (container.restarting) {
    return `Restarting (${container.exitCode}) ${ago(container.finishedAt)} ago`;
  }
  if (container.isRunning) {
    const up = `Up ${ago(container.startedAt)}`;
    if (container.paused) return `${up} (Paused)`;
    if (!container.health) return up;
    const { Status: health } = container.health;
    return `${up} (${health === 'starting' ? 'health: starting' : health})`;
  }
  if (container.removing) return 'Removal In Progress';
  if (container.startedAt === undefined) return 'Created';
  return `Exited (${container.exitCode}) ${ago(container.finishedAt)} ago`;
}

/** The command as lists show it: arguments with blanks or quotes in quotes. */
function commandText(container: Container): string {
  const args = container.args.map((arg) => (/[ '"]/.test(arg) ? quoteArgument(arg) : arg));
  return [container.path, ...args].join(' ');
}

function quoteArgument(text: string): string {
  return `'${text.replace(/'/g, "'\"'\"'")}'`;
}

export function mountPoints(container: Container): MountPoint[] {
  return container.mounts.map((mount) => mount.point);
}

export function summarise(core: EngineCore, container: Container, size: boolean): ContainerSummary {
  const { id, hostConfig, config } = container;
  const settings = core.networks.networkSettings(id);
  const upper = size ? container.fs.upperBytes() : 0;
  return {
    Id: id,
    Names: [`/${container.name}`],
    Image: shownImage(core, container),
    ImageID: container.imageId,
    Command: commandText(container),
    Created: Math.floor(container.createdAt / 1_000_000),
    Ports: container.isRunning ? core.networks.portSummary(id) : [],
    ...(upper > 0 ? { SizeRw: upper } : {}),
    ...(size ? { SizeRootFs: rootBytes(core, container) + upper } : {}),
    Labels: config.Labels ?? {},
    State: container.stateText,
    Status: statusText(core, container),
    HostConfig: { NetworkMode: hostConfig.NetworkMode },
    NetworkSettings: { Networks: settings.Networks },
    Mounts: mountPoints(container),
  };
}

function rootBytes(core: EngineCore, container: Container): number {
  const image = core.disk.images.images.get(container.imageId);
  return image ? imageSize(image) : 0;
}

export const LIST_FILTERS = [
  'ancestor',
  'before',
  'exited',
  'id',
  'isolation',
  'label',
  'name',
  'status',
  'health',
  'since',
  'volume',
  'network',
  'is-task',
  'publish',
  'expose',
];
const STATES = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'];
const HEALTHS = ['none', 'starting', 'healthy', 'unhealthy'];

export interface ListOptions {
  readonly all: boolean;
  readonly size: boolean;
  readonly limit: number;
}

/** Newest first (moby `daemon/list.go`). */
export function listContainers(
  core: EngineCore,
  filters: Filters,
  options: ListOptions,
): ContainerSummary[] | ApiError {
  const problem = checkFilters(filters);
  if (problem) return problem;
  const bounds = findBounds(core, filters);
  if (isApiError(bounds)) return bounds;
  const everything = options.all || options.limit > 0 || hasFilter(filters, 'status');
  const out: ContainerSummary[] = [];
  const newest = [...core.disk.containers.values()].reverse();
  newest.sort((a, b) => b.createdAt - a.createdAt);
  for (const container of newest) {
    if (options.limit > 0 && out.length >= options.limit) break;
    const anyState = everything || hasFilter(filters, 'exited') || bounds.before || bounds.since;
    if (!anyState && !container.isRunning && !container.restarting) continue;
    if (bounds.before && container.createdAt >= bounds.before.createdAt) continue;
    if (bounds.since && container.createdAt <= bounds.since.createdAt) continue;
    if (matches(core, container, filters)) out.push(summarise(core, container, options.size));
  }
  return out;
}

function checkFilters(filters: Filters): ApiError | undefined {
  const bad = (name: string, value: string): ApiError => ({
    status: 400,
    message: `Invalid filter '${name}=${value}'`,
  });
  for (const value of filterValues(filters, 'exited'))
    if (!/^-?\d+$/.test(value))
      return { status: 500, message: `strconv.Atoi: parsing "${value}": invalid syntax` };
  for (const value of filterValues(filters, 'status'))
    if (!STATES.includes(value)) return bad('status', value);
  for (const value of filterValues(filters, 'health'))
    if (!HEALTHS.includes(value)) return bad('health', value);
  const task = filterValues(filters, 'is-task');
  if (task.some((value) => !['1', 'true', '0', 'false'].includes(value)))
    return bad('is-task', `[${task.join(' ')}]`);
  for (const name of ['publish', 'expose'])
    for (const value of filterValues(filters, name)) {
      if (/^\d+(-\d+)?(\/\w+)?$/.test(value)) continue;
      const reason = `strconv.ParseUint: parsing "${value}": invalid syntax`;
      const message = `error while looking up for ${name} ${value}: ${reason}`;
      return { status: 500, message };
    }
  return undefined;
}

function findBounds(
  core: EngineCore,
  filters: Filters,
): { before: Container | undefined; since: Container | undefined } | ApiError {
  const find = (name: string): Container | undefined | ApiError => {
    const value = filterValues(filters, name)[0];
    if (value === undefined) return undefined;
    const found = core.container(value);
    return isApiError(found) ? { status: 500, message: `no such container ${value}` } : found;
  };
  const before = find('before');
  if (before && isApiError(before)) return before;
  const since = find('since');
  if (since && isApiError(since)) return since;
  return { before, since };
}

function matches(core: EngineCore, container: Container, filters: Filters): boolean {
  const { config } = container;
  const isTask = config.Labels?.['com.docker.swarm.task.id'] !== undefined;
  const wantsTask = filterValues(filters, 'is-task')[0];
  const settled = !container.isRunning && container.startedAt !== undefined;
  return (
    filterPrefix(filters, 'id', container.id) &&
    (filterPattern(filters, 'name', container.name) ||
      filterPattern(filters, 'name', `/${container.name}`)) &&
    (!hasFilter(filters, 'label') || filterLabels(filters, 'label', config.Labels)) &&
    filterExact(filters, 'status', container.stateText) &&
    filterExact(filters, 'health', container.health?.Status ?? 'none') &&
    (!hasFilter(filters, 'exited') ||
      (settled && filterExact(filters, 'exited', String(container.exitCode)))) &&
    (wantsTask === undefined || isTask === ['1', 'true'].includes(wantsTask)) &&
    matchesAncestor(core, container, filters) &&
    matchesVolume(container, filters) &&
    matchesNetwork(core, container, filters) &&
    matchesPort(core, container, filters)
  );
}

function matchesAncestor(core: EngineCore, container: Container, filters: Filters): boolean {
  if (!hasFilter(filters, 'ancestor')) return true;
  return filterValues(filters, 'ancestor').some((value) => {
    const image = core.disk.images.find(value);
    if (isApiError(image)) return false;
    const own = core.disk.images.images.get(container.imageId);
    const top = image.layers.map((layer) => layer.diffId).join();
    const mine = own?.layers.map((layer) => layer.diffId).join() ?? '';
    return image.id === container.imageId || (image.parent === '' && mine.startsWith(`${top},`));
  });
}

function matchesVolume(container: Container, filters: Filters): boolean {
  const values = filterValues(filters, 'volume');
  return (
    values.length === 0 ||
    container.mounts.some(({ point }) =>
      [point.Name ?? '', point.Source, point.Destination].some((text) => values.includes(text)),
    )
  );
}

function matchesNetwork(core: EngineCore, container: Container, filters: Filters): boolean {
  const values = filterValues(filters, 'network');
  if (values.length === 0) return true;
  const { Networks: networks } = core.networks.networkSettings(container.id);
  return Object.entries(networks).some(([name, settings]) =>
    values.some((value) => value === name || value === settings.NetworkID),
  );
}

function matchesPort(core: EngineCore, container: Container, filters: Filters): boolean {
  const ports = () => core.networks.portSummary(container.id);
  const inRange = (value: string, port: number, type: string) => {
    const [range = '', protocol = 'tcp'] = value.split('/');
    const [low = '', high = low] = range.split('-');
    return protocol === type && port >= Number(low) && port <= Number(high);
  };
  const publish = filterValues(filters, 'publish');
  if (publish.length > 0) {
    const published = ports().filter((port) => port.PublicPort !== undefined);
    const hit = publish.some((value) =>
      published.some((port) => inRange(value, port.PublicPort!, port.Type)),
    );
    if (!hit) return false;
  }
  const expose = filterValues(filters, 'expose');
  if (expose.length === 0) return true;
  const exposed = Object.keys(container.config.ExposedPorts ?? {}).map((key) => key.split('/'));
  return expose.some((value) =>
    exposed.some(([port = '', type = 'tcp']) => inRange(value, Number(port), type)),
  );
}

export function inspectContainer(
  core: EngineCore,
  container: Container,
  size: boolean,
): Record<string, unknown> {
  const { id, fs } = container;
  const folder = containerFolder(id);
  const own = (name: string) => (container.hasBeenStarted ? `${folder}/${name}` : '');
  const logged = container.hasRunLog && container.hostConfig.LogConfig.Type === 'json-file';
  const top = `/var/lib/docker/overlay2/${container.layerId}`;
  const upper = size ? fs.upperBytes() : 0;
  return {
    Id: id,
    Created: formatTime(container.createdAt),
    Path: container.path,
    Args: container.args,
    State: stateOf(container),
    Image: container.imageId,
    ResolvConfPath: own('resolv.conf'),
    HostnamePath: own('hostname'),
    HostsPath: own('hosts'),
    LogPath: logged ? `${folder}/${id}-json.log` : '',
    Name: `/${container.name}`,
    RestartCount: container.restartCount,
    Driver: 'overlay2',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: execIds(container),
    HostConfig: shownHostConfig(core, container),
    GraphDriver: graphDriver([`${top}-init`, ...container.lowerFolders], top),
    ...(size ? { SizeRw: upper, SizeRootFs: rootBytes(core, container) + upper } : {}),
    Mounts: mountPoints(container),
    Config: orderedConfig(container.config),
    NetworkSettings: core.networks.networkSettings(id),
  };
}

/** Links show the paths of both ends (moby `daemon/inspect.go: getInspectData`). */
function shownHostConfig(core: EngineCore, container: Container): Record<string, unknown> {
  const { hostConfig } = container;
  const links = (hostConfig.Links ?? []).map((link) => {
    const [target = '', alias = target] = link.split(':') as [string?, string?];
    const child = core.container(target);
    return isApiError(child) ? link : `/${child.name}:/${container.name}/${alias}`;
  });
  return orderedHostConfig({ ...hostConfig, Links: links.length > 0 ? links : hostConfig.Links });
}

function execIds(container: Container): string[] | null {
  if (!container.isRunning) return null;
  const ids = [...container.execs.values()]
    .filter((exec) => exec.running || !exec.begun)
    .map((exec) => exec.id);
  return ids.length > 0 ? ids : null;
}

export function stateOf(container: Container): Record<string, unknown> {
  const running = container.isRunning || container.restarting;
  return {
    Status: container.stateText,
    Running: running,
    Paused: container.paused,
    Restarting: container.restarting,
    OOMKilled: container.oomKilled,
    Dead: false,
    Pid: container.running?.pid ?? 0,
    ExitCode: container.exitCode,
    Error: container.error,
    StartedAt: formatTime(container.startedAt),
    FinishedAt: formatTime(container.finishedAt),
    ...(container.health ? { Health: container.health } : {}),
  };
}
