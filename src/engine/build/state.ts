/** What a stage of a build has come to so far (moby `dispatchState`), and stages that are done. */
import { isApiError } from '../../api';
import { emptyConfig, type ContainerConfig, type Image } from '../content/image';
import type { ImageStore } from '../images/store';
import type { BuildArgs } from './build-args';
import { BuildFailure } from './failure';

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const DEFAULT_SHELL: readonly string[] = Object.freeze(['/bin/sh', '-c']);

export class StageState {
  config: ContainerConfig = emptyConfig();
  maintainer = '';
  /** A CMD stands in this stage. */
  commandSet = false;
  /** '' for scratch. */
  imageId = '';
  /** Triggers of the base image that have not run yet. */
  triggers: string[] = [];

  constructor(
    readonly name: string,
    readonly buildArgs: BuildArgs,
  ) {}

  /** `beginStage` */
  begin(image: Image | undefined): void {
    this.imageId = image?.id ?? '';
    this.config = copyConfig(image?.config ?? emptyConfig());
    this.config.OpenStdin = false;
    this.config.StdinOnce = false;
    const env = this.config.Env ?? [];
    if (!env.some((entry) => entry.split('=')[0] === 'PATH'))
      this.config.Env = [...env, `PATH=${DEFAULT_PATH}`];
    this.triggers = this.config.OnBuild ?? [];
    if (this.triggers.length > 0) this.config.OnBuild = null;
  }

  get shell(): readonly string[] {
    const { Shell: shell } = this.config;
    return shell && shell.length > 0 ? shell : DEFAULT_SHELL;
  }

  /** Names that an instruction sees: the environment, then arguments that are not in it. */
  get environment(): string[] {
    const env = this.config.Env ?? [];
    return [...env, ...this.buildArgs.filterAllowed(env)];
  }
}

/** Of its own lists and maps, which are then changed. Health is shared, as in `copyRunConfig`. */
export function copyConfig(config: ContainerConfig): ContainerConfig {
  const copy: ContainerConfig = { ...config };
  copy.Env = config.Env && [...config.Env];
  copy.Cmd = config.Cmd && [...config.Cmd];
  copy.Entrypoint = config.Entrypoint && [...config.Entrypoint];
  copy.OnBuild = config.OnBuild && [...config.OnBuild];
  copy.Labels = config.Labels && { ...config.Labels };
  copy.Volumes = config.Volumes && { ...config.Volumes };
  if (config.ExposedPorts) copy.ExposedPorts = { ...config.ExposedPorts };
  if (config.Shell) copy.Shell = [...config.Shell];
  return copy;
}

/** `stagesBuildResults` */
export class FinishedStages {
  private readonly byName = new Map<string, string>();
  private readonly inOrder: string[] = [];

  checkName(name: string): void {
    if (name !== '' && this.byName.has(name))
      throw new BuildFailure(`${name} stage name already used`);
  }

  add(name: string, imageId: string): void {
    if (name !== '') this.byName.set(name, imageId);
    this.inOrder.push(imageId);
  }

  named(name: string): string | undefined {
    return this.byName.get(name.toLowerCase());
  }

  /** By name or number; undefined where it is neither. */
  get(reference: string): string | undefined {
    const named = this.named(reference);
    if (named !== undefined) return named;
    if (!/^[+-]?\d+$/.test(reference)) return undefined;
    const index = Number(reference);
    if (index === this.inOrder.length) throw new BuildFailure('refers to current build stage');
    const found = this.inOrder[index];
    if (found === undefined) throw new BuildFailure('index out of bounds');
    return found;
  }
}

/** The image of an id that the build itself made. */
export function imageById(store: ImageStore, id: string): Image | undefined {
  if (id === '') return undefined;
  const image = store.find(id);
  if (isApiError(image)) throw new BuildFailure(image.message);
  return image;
}
