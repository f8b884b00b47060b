/**
 * What the instructions of a stage do: look into the cache, make a container or a layer, commit (moby
 * `builder/dockerfile/dispatchers.go`, `internals.go`, `containerbackend.go`).
 */
import { isApiError, type ApiError } from '../../api';
import type { StreamReader } from '../containers/attach';
import type { Container } from '../containers/container';
import { createContainer } from '../containers/create';
import { defaultHostConfig, type HostConfig } from '../containers/host-config';
import { readContainerFile } from '../containers/users';
import type { ContainerConfig, Image, Layer } from '../content/image';
import type { LayerNode } from '../content/layer';
import { UnionFs } from '../files/union-fs';
import { newId, shortId } from '../ids';
import { formatTime } from '../time';
import { findBase } from './base-image';
import type { Build } from './build';
import { childImage, layerOf } from './child-image';
import { applyConfigStep, Expander, normalizeWorkdir, resolveCommand } from './config-steps';
import { collectSources, copyInto, hashOfSources, type CopySource, type Owner } from './copying';
import { BuildFailure, wrapFailure } from './failure';
import type { Instruction } from './instructions';
import type { BuildOutput } from './output';
import { copyConfig, imageById } from './state';
import { findIn } from './source';
import { SysError } from '../../kernel';

type Copy = Extract<Instruction, { kind: 'add' | 'copy' }>;
export type StepResult = 'done' | 'cached' | 'waiting';

const NEEDS_BUILDKIT =
  'option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build ' +
  'images with BuildKit enabled';

const NO_OWNERS: ReadonlyMap<string, string> = new Map();

/** Hands what a RUN writes to the client. */
export class RunReader implements StreamReader {
  constructor(private readonly target: BuildOutput) {}
  output(stream: 'stdout' | 'stderr', data: Uint8Array): void {
    this.target.runOutput(stream, data);
  }
  end(): void {}
}

export class StepRunner {
  /** Made by the steps and not removed yet. */
  private readonly containers: Container[] = [];
  /** Settings that the image of the RUN under way keeps of its container. */
  private runConfig: ContainerConfig | undefined;
  private pendingCopy: Copy | undefined;
  /** Files that the step looks at, with digests of what counts of them. */
  private looked = new Map<string, string>();

  /** For the story of the cache; asked once a step. */
  takeLooked(): ReadonlyMap<string, string> {
    const { looked } = this;
    this.looked = new Map();
    return looked;
  }

  constructor(private readonly build: Build) {}

  perform(instruction: Instruction): StepResult {
    switch (instruction.kind) {
      case 'run':
        return this.run(instruction);
      case 'add':
      case 'copy':
        return this.copy(instruction);
      case 'workdir':
        return this.workdir(instruction.text);
      default: {
        const { state, output } = this.build;
        const message = applyConfigStep(state, instruction, this.expander(), output);
        return this.commitSettings(['#(nop) ', message], undefined);
      }
    }
  }

  private expander(): Expander {
    return new Expander(this.build.state.environment, this.build.escape);
  }

  private get image(): Image | undefined {
    return imageById(this.build.core.disk.images, this.build.state.imageId);
  }

  /** True if an image of this step is there already. */
  private probe(config: ContainerConfig): boolean {
    const { build } = this;
    const found = build.cache.probe(build.core.disk.images, build.state.imageId, config);
    if (!found) return false;
    build.output.stdout(' ---> Using cache\n');
    build.state.imageId = found.id;
    return true;
  }

  // --- settings

  private commitSettings(words: readonly string[], folder: string | undefined): StepResult {
    const { state } = this.build;
    const config = copyConfig(state.config);
    config.Cmd = [...state.shell, ...words];
    if (this.probe(config)) return 'cached';
    if (folder !== undefined) makeFolder(this.openImage(this.image), folder);
    const container = this.create(config);
    // The container's settings are the stage's own object there: health is filled up from the parent.
    if (container.config.Healthcheck) state.config.Healthcheck = container.config.Healthcheck;
    if (folder !== undefined) makeFolder(container.fs, folder);
    const merged = { ...container.config, Volumes: config.Volumes };
    this.commit(container.id, merged, layerOf(container.fs));
    return this.afterCommit();
  }

  private workdir(text: string): StepResult {
    const { state } = this.build;
    const path = normalizeWorkdir(state.config.WorkingDir, this.expander().word(text));
    state.config.WorkingDir = path;
    return this.commitSettings([`#(nop) WORKDIR ${path}`], path);
  }

  // --- RUN

  private run(instruction: Extract<Instruction, { kind: 'run' }>): StepResult {
    const { state } = this.build;
    if (instruction.flags.length > 0)
      throw new BuildFailure(`the --${instruction.flags[0]!} ${NEEDS_BUILDKIT}`);
    const command = resolveCommand(instruction.command, state);
    const env = state.config.Env ?? [];
    const args = state.buildArgs.filterAllowed(env);
    const saved = args.length > 0 ? [...this.argumentPrefix(args), ...command] : command;
    const probe = copyConfig(state.config);
    probe.Cmd = saved;
    if (saved.length > 0) probe.Entrypoint = null;
    if (this.probe(probe)) return 'cached';
    const config = copyConfig(state.config);
    config.Cmd = command;
    config.Env = [...env, ...args];
    if (saved.length > 0) config.Entrypoint = [];
    config.Healthcheck = { Test: ['NONE'] };
    this.runConfig = probe;
    const container = this.create(config);
    if (command.some((word) => word.includes('\0'))) throw this.refuseZero(command);
    this.build.run(container);
    return 'waiting';
  }

  /** No argument of a program can hold a zero byte: runc's init says so and exits with 1. */
  private refuseZero(command: readonly string[]): BuildFailure {
    this.build.output.stderr(`exec ${command[0]!}: invalid argument\n`);
    return runFailure(command, 1);
  }

  /** `prependEnvOnCmd`: the arguments are part of the cache's key. */
  private argumentPrefix(args: readonly string[]): string[] {
    const { buildArgs } = this.build.state;
    const counted = args
      .filter((entry) => buildArgs.isReferencedOrNotPredefined(entry.split('=')[0]!))
      .sort();
    return [`|${counted.length}`, ...counted];
  }

  runEnded(container: Container): void {
    const { exitCode } = container;
    if (exitCode !== 0) throw runFailure(container.config.Cmd ?? [], exitCode);
    this.commit(container.id, this.runConfig!, layerOf(container.fs));
    this.runConfig = undefined;
    this.afterCommit();
  }

  // --- COPY and ADD

  private copy(instruction: Copy): StepResult {
    if (instruction.chmod !== '') throw new BuildFailure(`the --chmod ${NEEDS_BUILDKIT}`);
    if (instruction.from === '') return this.copyFrom(instruction, this.contextSource);
    const { build } = this;
    const source = wrapFailure(`invalid from flag value ${instruction.from}`, () => {
      const stage = build.finished.get(instruction.from);
      if (stage !== undefined) return { image: imageById(build.core.disk.images, stage) };
      return findBase(build.core, instruction.from, build.options.pull);
    });
    if ('image' in source) return this.copyFrom(instruction, this.imageSource(source.image));
    this.pendingCopy = instruction;
    build.pullSource(source.reference);
    return 'waiting';
  }

  /** The image of `--from` has come, or not. */
  sourcePulled(error: ApiError | undefined): void {
    const instruction = this.pendingCopy!;
    this.pendingCopy = undefined;
    const source = wrapFailure(`invalid from flag value ${instruction.from}`, () => {
      if (error) throw new BuildFailure(error.message);
      return findBase(this.build.core, instruction.from, false);
    });
    if ('image' in source) this.copyFrom(instruction, this.imageSource(source.image));
  }

  private get contextSource(): CopySource {
    const { context, owners } = this.build;
    return { fs: context, isContext: true, owners };
  }

  private imageSource(image: Image | undefined): CopySource {
    return { fs: this.openImage(image), isContext: false, owners: NO_OWNERS };
  }

  private openImage(image: Image | undefined): UnionFs {
    return this.openLayers((image?.layers ?? []).map((layer) => layer.tree).reverse());
  }

  private openLayers(layers: readonly LayerNode[]): UnionFs {
    const { kernel } = this.build.core;
    return new UnionFs(kernel.nextDevice(), layers, kernel.wallClock, kernel.disk);
  }

  private copyFrom(instruction: Copy, source: CopySource): StepResult {
    const { state, core } = this.build;
    const expander = this.expander();
    const chown = expander.word(instruction.chown);
    const paths = instruction.paths.map((path) => expander.word(path));
    const command = instruction.kind === 'add' ? 'ADD' : 'COPY';
    const infos = collectSources({ ...source, looked: this.looked }, paths, command);
    const destination = paths.at(-1)!;
    const who = chown === '' ? '' : `--chown=${chown}`;
    const config = copyConfig(state.config);
    const comment = `${command} ${who}${hashOfSources(infos)} in ${destination} `;
    config.Cmd = [...state.shell, `#(nop) ${comment}`];
    if (this.probe(config)) return 'cached';
    const fs = this.openImage(this.image);
    const owner = chown === '' ? { uid: 0, gid: 0 } : ownerOf(fs, chown);
    copyInto(fs, {
      source,
      infos,
      destination,
      workingDir: state.config.WorkingDir,
      owner: instruction.from !== '' && chown === '' ? undefined : owner,
      unpack: instruction.kind === 'add',
      rootName: `/var/lib/docker/overlay2/${newId(core.ids)}/merged`,
    });
    this.commit('', config, layerOf(fs));
    return 'done';
  }

  // --- containers and images

  private create(config: ContainerConfig): Container {
    const { core, state, output } = this.build;
    const request = {
      ...config,
      Volumes: mountable(config.Volumes),
      Image: state.imageId,
      HostConfig: this.hostConfig(),
    };
    const created = createContainer(core, request, { name: '', platform: '' });
    if (isApiError(created)) throw new BuildFailure(created.message);
    const { container, warnings } = created;
    this.containers.push(container);
    for (const warning of warnings) output.stdout(` ---> [Warning] ${warning}\n`);
    output.stdout(` ---> Running in ${shortId(container.id)}\n`);
    return container;
  }

  private hostConfig(): HostConfig {
    const { networkMode, memory, shmSize, extraHosts } = this.build.options;
    const host = defaultHostConfig();
    return {
      ...host,
      NetworkMode: networkMode === '' ? 'default' : networkMode,
      Memory: memory,
      ShmSize: shmSize === 0 ? host.ShmSize : shmSize,
      ExtraHosts: extraHosts.length > 0 ? [...extraHosts] : null,
    };
  }

  private commit(containerId: string, config: ContainerConfig, layer: Layer | undefined): void {
    const { core, state } = this.build;
    const image = childImage(this.image, {
      created: formatTime(core.unixUs),
      author: state.maintainer,
      containerId,
      config: state.config,
      containerConfig: config,
      layer,
      dockerVersion: core.engineVersion,
    });
    core.disk.images.add(image);
    state.imageId = image.id;
  }

  private afterCommit(): StepResult {
    const { remove, forceRemove } = this.build.options;
    if (remove || forceRemove) this.removeContainers();
    return 'done';
  }

  removeContainers(): void {
    const { lifecycle, output } = this.build;
    for (const container of this.containers.splice(0)) {
      container.removeVolumes = true;
      lifecycle.removeNow(container, undefined);
      output.stdout(`Removing intermediate container ${shortId(container.id)}\n`);
    }
  }
}

function runFailure(command: readonly string[], exitCode: number): BuildFailure {
  const shown = command.join(' ');
  return new BuildFailure(`The command '${shown}' returned a non-zero code: ${exitCode}`, exitCode);
}

/** A volume whose path is not absolute stands in the image and is never mounted. */
function mountable(volumes: ContainerConfig['Volumes']): ContainerConfig['Volumes'] {
  if (!volumes) return volumes;
  return Object.fromEntries(Object.entries(volumes).filter(([path]) => path.startsWith('/')));
}

/** `ContainerCreateWorkdir` */
function makeFolder(fs: UnionFs, path: string): void {
  const parts = path.split('/').filter((part) => part !== '');
  let known = '';
  for (const part of parts) {
    const parent = findIn(fs, known)!.inode;
    known += `/${part}`;
    const found = findIn(fs, known);
    if (found && found.inode.type !== 'dir')
      throw new BuildFailure(`Cannot mkdir: ${path} is not a directory`);
    if (found) continue;
    try {
      fs.create(parent, part, { type: 'dir', mode: 0o755, uid: 0, gid: 0 });
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      throw new BuildFailure(`mkdir ${path}: file exists`);
    }
  }
}

/** `parseChownFlag` */
function ownerOf(fs: UnionFs, chown: string): Owner {
  const mark = chown.indexOf(':');
  const user = mark < 0 ? chown : chown.slice(0, mark);
  const group = mark < 0 ? chown : chown.slice(mark + 1);
  return wrapFailure('unable to convert uid/gid chown string to host mapping', () => {
    const uid = lookUp(fs, '/etc/passwd', user);
    if (uid === undefined)
      throw new BuildFailure(`can't find uid for user ${user}: no such user: ${user}`);
    const gid = lookUp(fs, '/etc/group', group);
    if (gid === undefined)
      throw new BuildFailure(`can't find gid for group ${group}: no such group: ${group}`);
    return { uid, gid };
  });
}

function lookUp(fs: UnionFs, file: string, name: string): number | undefined {
  if (/^\d+$/.test(name)) return Number(name);
  for (const line of readContainerFile(fs, file).split('\n')) {
    const fields = line.split(':');
    if (name !== '' && fields[0] === name) return Number(fields[2]);
  }
  return undefined;
}
