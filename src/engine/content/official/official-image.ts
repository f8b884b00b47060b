/**
 * How official images are written down: the instructions of their Dockerfiles and, for those that make
 * a layer, its sizes and files. History lines and the image's configuration follow from the
 * instructions, in the words of the builder that made the image.
 *
 * Knowingly different: sizes are those that the real layers show to three digits, files are few.
 */
import { encodeUtf8 } from '../../../base';
import type { CatalogueImage, CatalogueStep } from '../catalogue';
import { sha256Hex } from '../digest';
import type { ContainerConfig } from '../image';
import { LayerBuilder } from '../layer';

/** Unpacked size, compressed size, files. */
export type OfficialLayer = readonly [
  size: number,
  blobSize: number,
  fill?: (layer: LayerBuilder) => LayerBuilder,
];

export interface OfficialImage {
  readonly repository: string;
  readonly tags: readonly string[];
  readonly created: string;
  readonly base: CatalogueImage;
  readonly instructions: readonly string[];
  /** For each instruction that makes a layer (RUN, COPY, WORKDIR), in their order. */
  readonly layers: readonly OfficialLayer[];
  /** Built by the classic builder of that version; by BuildKit where it is absent. */
  readonly classic?: string;
}

const LAYERED = /^(RUN|COPY|WORKDIR) /;

export function officialImage(image: OfficialImage): CatalogueImage {
  const { repository, tags, created, base, classic } = image;
  return {
    repository,
    tags,
    created,
    config: configAfter(base.config, image.instructions),
    dockerVersion: classic ?? '',
    steps: [...base.steps.map((step) => ({ created: base.created, ...step })), ...stepsOf(image)],
  };
}

function stepsOf({ instructions, layers, created, classic }: OfficialImage): CatalogueStep[] {
  const mtimeUs = Math.floor(Date.parse(created) / 1000) * 1_000_000;
  const pending = [...layers];
  return instructions.map((line) => {
    const makesLayer = classic === undefined ? LAYERED.test(line) : /^(RUN|COPY) /.test(line);
    const by = { createdBy: classic === undefined ? modern(line) : classicLine(line) };
    const comment = classic === undefined ? { comment: 'buildkit.dockerfile.v0' } : {};
    if (!makesLayer) return { ...by, ...comment };
    const [size, blobSize, fill = (layer: LayerBuilder) => layer] = pending.shift() ?? [0, 32];
    const tree = () => fill(new LayerBuilder(mtimeUs)).build();
    return { ...by, ...comment, layer: { size, blobSize, tree } };
  });
}

/** An instruction as BuildKit writes it into the history. */
function modern(line: string): string {
  const [word = ''] = line.split(' ', 1);
  const rest = line.slice(word.length + 1);
  if (word === 'RUN') return `RUN ${rest.startsWith('|') ? '' : '/bin/sh -c '}${rest} # buildkit`;
  if (word === 'COPY') return `${line} # buildkit`;
  if (word === 'EXPOSE') return `EXPOSE map[${rest}/tcp:{}]`;
  return line;
}

/** The same by the classic builder. */
function classicLine(line: string): string {
  const [word = ''] = line.split(' ', 1);
  const rest = line.slice(word.length + 1);
  if (word === 'RUN') return `/bin/sh -c ${rest}`;
  if (word !== 'COPY') return `/bin/sh -c #(nop)  ${line}`;
  const [source = '', target = ''] = rest.split(' ');
  return `/bin/sh -c #(nop) COPY file:${sha256Hex(encodeUtf8(source))} in ${target} `;
}

/** Fills the gaps of a list of instructions; one whose value is not given is left out. */
export function withValues(
  instructions: readonly string[],
  values: Readonly<Record<string, string>>,
): string[] {
  return instructions
    .map((line) => line.replace(/%([A-Z0-9_]+)%/g, (gap, name: string) => values[name] ?? gap))
    .filter((line) => !/=%[A-Z0-9_]+%$/.test(line));
}

/** What the instructions make of a base's configuration. */
function configAfter(
  base: Partial<ContainerConfig>,
  instructions: readonly string[],
): Partial<ContainerConfig> {
  const config: Partial<ContainerConfig> = { ...base };
  for (const line of instructions) {
    const [word = ''] = line.split(' ', 1);
    apply(config, word, line.slice(word.length + 1));
  }
  return config;
}

function apply(config: Partial<ContainerConfig>, word: string, rest: string): void {
  switch (word) {
    case 'ENV':
      config.Env = rest.startsWith('MONGO_PACKAGE=')
        ? rest.split(' ').reduce(withVariable, config.Env ?? [])
        : withVariable(config.Env ?? [], rest);
      return;
    case 'CMD':
      config.Cmd = JSON.parse(rest) as string[];
      return;
    case 'ENTRYPOINT':
      config.Entrypoint = JSON.parse(rest) as string[];
      config.Cmd = null;
      return;
    case 'EXPOSE':
      config.ExposedPorts = { ...config.ExposedPorts, [`${rest}/tcp`]: {} };
      return;
    case 'VOLUME':
      for (const path of rest.slice(1, -1).split(' '))
        config.Volumes = { ...config.Volumes, [path]: {} };
      return;
    case 'WORKDIR':
      config.WorkingDir = rest;
      return;
    case 'USER':
      config.User = rest;
      return;
    case 'STOPSIGNAL':
      config.StopSignal = rest;
  }
}

function withVariable(env: readonly string[], setting: string): string[] {
  const name = setting.slice(0, setting.indexOf('=') + 1);
  const at = env.findIndex((entry) => entry.startsWith(name));
  return at < 0 ? [...env, setting] : env.map((entry, i) => (i === at ? setting : entry));
}
