/**
 * The image that a Dockerfile describes while BuildKit reads it (buildkit `dockerfile2llb/image.go`), and
 * its configuration's JSON, which has fewer fields than that of the classic builder.
 */
import { deepFreeze } from '../../base';
import { goJson } from '../../api';
import { configInOrder } from '../content/image-config';
import { digestOf } from '../content/digest';
import { emptyConfig, type ContainerConfig, type HistoryEntry, type Image } from '../content/image';
import type { Layer } from '../content/image';

export interface ImageSpec {
  config: ContainerConfig;
  author: string;
  architecture: string;
  os: string;
  /** `created` is '' where it is not known yet. */
  history: HistoryEntry[];
}

export function emptySpec(): ImageSpec {
  return { config: emptyConfig(), author: '', architecture: 'amd64', os: 'linux', history: [] };
}

export function copySpec(spec: ImageSpec): ImageSpec {
  return { ...spec, config: { ...spec.config }, history: [...spec.history] };
}

/** What a base image brings. */
export function specOf(image: Image): ImageSpec {
  const { config, author, architecture, os, history } = image;
  const spec = emptySpec();
  for (const key of ['User', 'ExposedPorts', 'Env', 'Entrypoint', 'Cmd', 'Volumes'] as const)
    Object.assign(spec.config, { [key]: config[key] });
  for (const key of ['WorkingDir', 'Labels', 'OnBuild', 'StopTimeout'] as const)
    Object.assign(spec.config, { [key]: config[key] });
  for (const key of ['StopSignal', 'Healthcheck', 'ArgsEscaped', 'Shell'] as const)
    if (config[key] !== undefined) Object.assign(spec.config, { [key]: config[key] });
  return { ...spec, author, architecture, os, history: [...history] };
}

/** The last line says when the image was made. */
export function imageOf(spec: ImageSpec, layers: readonly Layer[], cache: string): Image {
  const { config, author, architecture, os, history } = spec;
  const created = history.at(-1)?.created ?? '0001-01-01T00:00:00Z';
  const configText = goJson({
    architecture,
    ...(author === '' ? {} : { author }),
    config: briefConfig(config),
    created,
    history: history.map(historyLine),
    ...(cache === '' ? {} : { 'moby.buildkit.cache.v0': cache }),
    os,
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
  });
  const image: Image = {
    id: digestOf(configText),
    created,
    author,
    architecture,
    os,
    dockerVersion: '',
    comment: '',
    container: '',
    config: { ...emptyConfig(), ...config, ...noneForEmpty(config) },
    containerConfig: emptyConfig(),
    history,
    layers,
    parent: '',
    configText,
  };
  return deepFreeze(image);
}

/** An empty list is not written, and so is none when it is read. */
function noneForEmpty({ Cmd, Entrypoint }: ContainerConfig) {
  return {
    Cmd: Cmd && Cmd.length > 0 ? Cmd : null,
    Entrypoint: Entrypoint && Entrypoint.length > 0 ? Entrypoint : null,
  };
}

function historyLine(entry: HistoryEntry): Record<string, unknown> {
  return {
    created: entry.created,
    ...(entry.createdBy === '' ? {} : { created_by: entry.createdBy }),
    ...(entry.author === undefined ? {} : { author: entry.author }),
    ...(entry.comment === '' ? {} : { comment: entry.comment }),
    ...(entry.emptyLayer ? { empty_layer: true } : {}),
  };
}

/** image-spec's `ImageConfig` and Docker's additions, empty fields left out. */
function briefConfig(config: ContainerConfig): Record<string, unknown> {
  const full = configInOrder(config);
  const order = [
    'User',
    'ExposedPorts',
    'Env',
    'Entrypoint',
    'Cmd',
    'Volumes',
    'WorkingDir',
  ] as const;
  const more = ['Labels', 'StopSignal', 'Healthcheck', 'ArgsEscaped', 'OnBuild', 'Shell'] as const;
  const out: Record<string, unknown> = {};
  for (const key of [...order, ...more]) {
    const value = full[key];
    // `OnBuild` is there even when nothing is in it.
    if (key === 'OnBuild') out[key] = value;
    else if (!isEmpty(value)) out[key] = value;
  }
  return out;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
