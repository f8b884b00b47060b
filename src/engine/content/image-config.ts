/**
 * The configuration of an image as JSON text (moby `image.Image`), both ways. The top level is sorted by
 * key, everything below stands in the order of Go's structs; absent and empty fields are left out as
 * there.
 */
import { decodeWholeJson, goJson, isJsonFailure, type HealthConfig } from '../../api';
import { ArchiveError } from './tar-reader';
import { emptyConfig, type ContainerConfig, type HistoryEntry, type Image } from './image';

type Sealed = Omit<Image, 'id' | 'configText'>;

export function configTextOf(image: Sealed): string {
  return goJson({
    architecture: image.architecture,
    ...some('author', image.author),
    ...some('comment', image.comment),
    config: configInOrder(image.config),
    ...some('container', image.container),
    container_config: configInOrder(image.containerConfig),
    created: image.created,
    ...some('docker_version', image.dockerVersion),
    ...(image.history.length > 0 ? { history: image.history.map(historyLine) } : {}),
    os: image.os,
    rootfs: {
      type: 'layers',
      ...(image.layers.length > 0 ? { diff_ids: image.layers.map((l) => l.diffId) } : {}),
    },
  });
}

function some(key: string, value: string): Record<string, string> {
  return value === '' ? {} : { [key]: value };
}

function historyLine(entry: HistoryEntry): Record<string, unknown> {
  return {
    created: entry.created,
    ...some('author', entry.author ?? ''),
    ...some('created_by', entry.createdBy),
    ...some('comment', entry.comment),
    ...(entry.emptyLayer ? { empty_layer: true } : {}),
  };
}

/** `container.Config` in its struct's order, maps sorted by key. */
export function configInOrder(config: ContainerConfig): ContainerConfig {
  const { ExposedPorts, Volumes, Labels, Healthcheck, ArgsEscaped, NetworkDisabled } = config;
  const { MacAddress, StopSignal, StopTimeout, Shell } = config;
  return {
    Hostname: config.Hostname,
    Domainname: config.Domainname,
    User: config.User,
    AttachStdin: config.AttachStdin,
    AttachStdout: config.AttachStdout,
    AttachStderr: config.AttachStderr,
    ...(isEmpty(ExposedPorts) ? {} : { ExposedPorts: sorted(ExposedPorts!) }),
    Tty: config.Tty,
    OpenStdin: config.OpenStdin,
    StdinOnce: config.StdinOnce,
    Env: config.Env,
    Cmd: config.Cmd,
    ...(Healthcheck ? { Healthcheck: healthInOrder(Healthcheck) } : {}),
    ...(ArgsEscaped === true ? { ArgsEscaped } : {}),
    Image: config.Image,
    Volumes: Volumes && sorted(Volumes),
    WorkingDir: config.WorkingDir,
    Entrypoint: config.Entrypoint,
    ...(NetworkDisabled === true ? { NetworkDisabled } : {}),
    ...(MacAddress === undefined || MacAddress === '' ? {} : { MacAddress }),
    OnBuild: config.OnBuild,
    Labels: Labels && sorted(Labels),
    ...(StopSignal === undefined || StopSignal === '' ? {} : { StopSignal }),
    ...(StopTimeout === undefined ? {} : { StopTimeout }),
    ...(Shell && Shell.length > 0 ? { Shell } : {}),
  };
}

function isEmpty(record: object | undefined): boolean {
  return !record || Object.keys(record).length === 0;
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function healthInOrder(health: HealthConfig): HealthConfig {
  const { Test, Interval, Timeout, StartPeriod, Retries } = health;
  return {
    ...(Test && Test.length > 0 ? { Test } : {}),
    ...(Interval ? { Interval } : {}),
    ...(Timeout ? { Timeout } : {}),
    ...(StartPeriod ? { StartPeriod } : {}),
    ...(Retries ? { Retries } : {}),
  };
}

/** What a configuration says, with the diff ids that it promises. */
export interface ReadConfig {
  readonly image: Omit<Sealed, 'layers'>;
  readonly diffIds: readonly string[];
}

/** Reads a configuration; throws ArchiveError with Go's words. */
export function readConfig(text: string): ReadConfig {
  const parsed = decodeWholeJson(text);
  if (isJsonFailure(parsed)) throw new ArchiveError(parsed.message);
  const value = record(parsed.value, 'image.Image');
  if (value['rootfs'] === undefined || value['rootfs'] === null)
    throw new ArchiveError('invalid image JSON, no RootFS key');
  const rootfs = record(value['rootfs'], 'image.RootFS');
  const history = list(value['history']).map((entry) => historyOf(record(entry, 'image.History')));
  return {
    diffIds: list(rootfs['diff_ids']).map(String),
    image: {
      created: textOf(value['created']) || '0001-01-01T00:00:00Z',
      author: textOf(value['author']),
      architecture: textOf(value['architecture']),
      os: textOf(value['os']) || 'linux',
      dockerVersion: textOf(value['docker_version']),
      comment: textOf(value['comment']),
      container: textOf(value['container']),
      config: configOf(value['config']),
      containerConfig: configOf(value['container_config']),
      history,
      parent: '',
    },
  };
}

function historyOf(entry: Readonly<Record<string, unknown>>): HistoryEntry {
  const author = textOf(entry['author']);
  return {
    created: textOf(entry['created']) || '0001-01-01T00:00:00Z',
    createdBy: textOf(entry['created_by']),
    comment: textOf(entry['comment']),
    emptyLayer: entry['empty_layer'] === true,
    ...(author === '' ? {} : { author }),
  };
}

function record(value: unknown, type: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  const kind = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  throw new ArchiveError(`json: cannot unmarshal ${kind} into Go value of type ${type}`);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Every field has a value of its kind afterwards, whatever the text said. */
function configOf(value: unknown): ContainerConfig {
  const config = emptyConfig();
  if (typeof value !== 'object' || value === null) return config;
  const given = value as Readonly<Record<string, unknown>>;
  for (const key of ['Hostname', 'Domainname', 'User', 'Image', 'WorkingDir'] as const)
    config[key] = textOf(given[key]);
  for (const key of ['AttachStdin', 'AttachStdout', 'AttachStderr', 'Tty', 'OpenStdin'] as const)
    config[key] = given[key] === true;
  config.StdinOnce = given['StdinOnce'] === true;
  for (const key of ['Env', 'Cmd', 'Entrypoint', 'OnBuild'] as const)
    config[key] = Array.isArray(given[key]) ? list(given[key]).map(String) : null;
  const shell = list(given['Shell']).map(String);
  if (shell.length > 0) config.Shell = shell;
  config.Volumes = sets(given['Volumes']) ?? null;
  const ports = sets(given['ExposedPorts']);
  if (ports) config.ExposedPorts = ports;
  const labels = given['Labels'];
  if (typeof labels === 'object' && labels !== null)
    config.Labels = Object.fromEntries(Object.entries(labels).map(([k, v]) => [k, String(v)]));
  if (typeof given['Healthcheck'] === 'object' && given['Healthcheck'] !== null)
    config.Healthcheck = given['Healthcheck'];
  if (given['ArgsEscaped'] === true) config.ArgsEscaped = true;
  if (textOf(given['StopSignal']) !== '') config.StopSignal = textOf(given['StopSignal']);
  if (typeof given['StopTimeout'] === 'number') config.StopTimeout = given['StopTimeout'];
  return config;
}

function sets(value: unknown): Record<string, Record<string, never>> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.fromEntries(Object.keys(value).map((key) => [key, {}]));
}
