/**
 * One build of the classic builder, step after step in virtual time (moby
 * `builder/dockerfile/builder.go`, `evaluator.go`). Plain data and references into the engine, so that
 * a machine can be cloned in the middle of a RUN.
 */
import { MILLISECOND_US, type Wakeable } from '../../base';
import {
  familiarString,
  isApiError,
  isReferenceError,
  parseReference,
  withDefaultTag,
  type ApiError,
  type ApiReceiver,
  type ImageReference,
} from '../../api';
import type { Container, ExitWaiter } from '../containers/container';
import type { Lifecycle } from '../containers/lifecycle';
import type { Image } from '../content/image';
import type { Completion, EngineCore } from '../core';
import type { UnionFs } from '../files/union-fs';
import { shortId } from '../ids';
import type { PullWatcher } from '../images/pulling';
import { BuildArgs } from './build-args';
import { CacheProbe } from './cache';
import { ClassicStory } from './classic-story';
import { parseDockerfile, type ParsedDockerfile } from './dockerfile';
import { BuildFailure, wrapFailure } from './failure';
import { findBase, type BaseImage } from './base-image';
import type { Instruction, Stage, Stages } from './instructions';
import { labelInstruction, parseInstruction, parseStages } from './instructions';
import type { BuildOptions } from './options';
import type { BuildOutput } from './output';
import { refusePlatform } from './platform';
import { FinishedStages, imageById, StageState } from './state';
import { RunReader, StepRunner } from './steps';
import { expandWord } from './words';

/** Between two steps: layer, records, and what dockerd does around them. */
const STEP_US = 90 * MILLISECOND_US;
/** A step that was found in the cache. */
const CACHED_STEP_US = 2 * MILLISECOND_US;

/** What the build waits for. */
type Waiting =
  | { readonly kind: 'pull'; readonly name: string; readonly then: 'base' | 'copy' }
  | { readonly kind: 'run'; readonly container: Container };

export class Build implements Wakeable, PullWatcher, ExitWaiter, Completion, ApiReceiver {
  readonly cache: CacheProbe;
  readonly finished = new FinishedStages();
  state: StageState;
  private readonly args: BuildArgs;
  private readonly parsed: Stages;
  private readonly stages: readonly Stage[];
  private readonly total: number;
  private current = 1;
  private stageIndex = -1;
  /** Next instruction of the stage. */
  private next = 0;
  private waiting: Waiting | undefined;
  private readonly steps: StepRunner;
  private over = false;
  private readonly story: ClassicStory;

  constructor(
    readonly core: EngineCore,
    readonly lifecycle: Lifecycle,
    readonly options: BuildOptions,
    readonly output: BuildOutput,
    readonly context: UnionFs,
    readonly owners: ReadonlyMap<string, string>,
    private readonly dockerfile: ParsedDockerfile,
  ) {
    this.cache = new CacheProbe(options.noCache, options.cacheFrom);
    this.args = new BuildArgs(options.buildArgs);
    this.parsed = parseStages(dockerfile.lines);
    this.stages = this.chooseStages();
    const { metaArgs } = this.parsed;
    this.total =
      metaArgs.length + this.stages.reduce((sum, stage) => sum + 1 + stage.instructions.length, 0);
    this.state = new StageState('', this.args.forStage());
    this.steps = new StepRunner(this);
    this.story = new ClassicStory(core, options, this.stages);
  }

  get escape(): string {
    return this.dockerfile.escape;
  }

  /** Up to the target, with the labels of the command line in the last stage. */
  private chooseStages(): readonly Stage[] {
    const { target, labels } = this.options;
    let { stages } = this.parsed;
    if (target !== '') {
      const at = stages.findLastIndex(
        (stage) => stage.name !== '' && stage.name === target.toLowerCase(),
      );
      if (at < 0) {
        const message = `failed to reach build target ${target} in Dockerfile`;
        throw new BuildFailure(message, undefined, 400);
      }
      stages = stages.slice(0, at + 1);
    }
    const last = stages.at(-1);
    if (!last || labels.size === 0) return stages;
    const extra = [...labels.keys()].sort().map((key) => labelInstruction(key, labels.get(key)!));
    return [...stages.slice(0, -1), { ...last, instructions: [...last.instructions, ...extra] }];
  }

  /** Says the first words and goes on by itself. */
  start(): void {
    const { warnings } = this.dockerfile;
    if (warnings.length > 0) this.output.stderr(`${warnings.join('\n')}\n`);
    this.guard(() => {
      for (const meta of this.parsed.metaArgs) this.metaArg(meta);
      if (this.stages.length === 0) throw new BuildFailure('unexpected EOF');
      this.continueIn(0);
    });
  }

  private metaArg(meta: Extract<Instruction, { kind: 'arg' }>): void {
    this.announce(meta.original);
    const { args } = this;
    const env = [...args.allMeta()].map(([key, value]) => `${key}=${value}`);
    for (const { key, value } of meta.args) {
      const name = expandWord(key, env, this.escape);
      const preset = value === undefined ? undefined : expandWord(value, env, this.escape);
      args.add(name, preset);
      args.addMeta(name, preset);
    }
  }

  private announce(text: string): void {
    this.output.stdout(`Step ${this.current}/${this.total} : ${text}`);
    this.output.stdout('\n');
    this.current++;
  }

  private continueIn(delayUs: number): void {
    this.core.runtime.setTimer(delayUs, this, 'next', undefined);
  }

  /** Turns what a step throws into the end of the build. */
  private guard(work: () => void): void {
    if (this.over) return;
    try {
      work();
    } catch (error) {
      if (!(error instanceof BuildFailure)) throw error;
      this.fail(error);
    }
  }

  wake(): void {
    this.guard(() => this.step());
  }

  /** One instruction, or the end. */
  private step(): void {
    const stage = this.stages[this.stageIndex];
    if (!stage) return this.nextStage();
    if (this.state.triggers.length > 0) return this.runTrigger();
    if (this.next >= stage.instructions.length) {
      this.endStage(stage);
      return this.nextStage();
    }
    const instruction = stage.instructions[this.next++]!;
    this.announce(instruction.original);
    this.story.began(this.stageIndex, this.next - 1, this.state);
    this.perform(instruction);
  }

  private perform(instruction: Instruction): void {
    const result = this.steps.perform(instruction);
    if (result === 'waiting') return;
    this.afterStep(result === 'cached');
  }

  private afterStep(cached: boolean): void {
    this.state.config.Image = this.state.imageId;
    this.story.ended(this.state.imageId, cached, this.steps.takeLooked(), this.options.noCache);
    // Triggers belong to their FROM: only the last of them is followed by the image.
    if (this.state.triggers.length === 0) this.sayImage();
    this.continueIn(cached ? CACHED_STEP_US : STEP_US);
  }

  private sayImage(): void {
    this.output.stdout(` ---> ${shortId(this.state.imageId)}\n`);
  }

  private runTrigger(): void {
    const line = parseDockerfile(this.state.triggers.shift()!).lines;
    if (line.length !== 1) throw new BuildFailure('onbuild trigger should be a single expression');
    this.state.config.Image = this.state.imageId;
    this.perform(parseInstruction(line[0]!));
  }

  // --- stages

  private nextStage(): void {
    this.stageIndex++;
    const stage = this.stages[this.stageIndex];
    if (!stage) return this.succeed();
    this.finished.checkName(stage.name);
    this.state = new StageState(stage.name, this.args.forStage());
    this.next = 0;
    this.announce(stage.original);
    this.cache.reset();
    const env = [...this.args.allMeta()].map(([key, value]) => `${key}=${value}`);
    if (stage.platform !== '') this.checkPlatform(stage.platform, env);
    const name = expandWord(stage.base, env, this.escape);
    if (name === '') throw new BuildFailure(`base name (${stage.base}) should not be blank`);
    const finished = this.finished.named(name);
    if (finished !== undefined) this.beginStage(imageById(this.core.disk.images, finished));
    else if (name === 'scratch') this.beginStage(undefined);
    else this.takeBase(findBase(this.core, name, this.options.pull), 'base');
  }

  /** There is only one platform here; what is none is refused. */
  private checkPlatform(text: string, env: readonly string[]): void {
    const platform = wrapFailure(`failed to process arguments for platform ${text}`, () =>
      expandWord(text, env, this.escape),
    );
    const refused = refusePlatform(platform);
    if (refused !== undefined)
      throw new BuildFailure(`failed to parse platform ${platform}: ${refused}`);
  }

  private takeBase(base: BaseImage, then: 'base' | 'copy'): void {
    if ('image' in base) this.beginStage(base.image);
    else this.pull(base.reference, then);
  }

  private pull(reference: ImageReference, then: 'base' | 'copy'): void {
    this.waiting = { kind: 'pull', name: familiarString(reference), then };
    this.core.puller.pull(reference, this);
  }

  private beginStage(image: Image | undefined): void {
    this.state.begin(image);
    this.story.based(this.stageIndex, this.state.imageId);
    this.state.config.Image = this.state.imageId;
    const { length } = this.state.triggers;
    if (length > 0)
      this.output.stdout(`# Executing ${length} build trigger${length > 1 ? 's' : ''}\n`);
    else this.sayImage();
    this.continueIn(CACHED_STEP_US);
  }

  private endStage(stage: Stage): void {
    const { imageId } = this.state;
    if (imageId !== '') this.output.line({ aux: { ID: imageId } });
    this.args.mergeReferenced(this.state.buildArgs);
    this.finished.add(stage.name, imageId);
  }

  // --- waiting for a pull

  pullLine(line: Readonly<Record<string, unknown>>): void {
    if (!this.over) this.output.line(line);
  }

  pullDone(result: Image | ApiError): void {
    const { waiting } = this;
    if (waiting?.kind !== 'pull') return;
    this.waiting = undefined;
    this.guard(() => {
      if (waiting.then === 'base') {
        if (isApiError(result)) throw new BuildFailure(result.message);
        this.beginStage(result);
      } else {
        this.steps.sourcePulled(isApiError(result) ? result : undefined);
        this.afterStep(false);
      }
    });
  }

  /** COPY --from of an image that is not here. */
  pullSource(reference: ImageReference): void {
    this.pull(reference, 'copy');
  }

  // --- waiting for a RUN

  run(container: Container): void {
    this.waiting = { kind: 'run', container };
    container.attachments.add(new RunReader(this.output));
    container.exitWaiters.add(this);
    this.lifecycle.start(container, this);
  }

  /** The container was started, or could not be. */
  done(error: ApiError | undefined): void {
    const { waiting } = this;
    if (!error || waiting?.kind !== 'run') return;
    this.waiting = undefined;
    waiting.container.exitWaiters.delete(this);
    waiting.container.attachments.clear();
    this.guard(() => {
      throw new BuildFailure(error.message);
    });
  }

  containerExited(container: Container): void {
    const { waiting } = this;
    if (waiting?.kind !== 'run' || waiting.container !== container) return;
    this.waiting = undefined;
    container.exitWaiters.delete(this);
    this.guard(() => {
      this.steps.runEnded(container);
      this.afterStep(false);
    });
  }

  containerRemoved(container: Container): void {
    if (this.waiting?.kind !== 'run' || this.waiting.container !== container) return;
    this.waiting = undefined;
    this.guard(() => {
      throw new BuildFailure(`No such container: ${container.id}`);
    });
  }

  // --- the end

  private succeed(): void {
    const unused = this.args.unused();
    if (unused.length > 0) {
      const list = `[${unused.join(' ')}]`;
      this.output.stdout(`[Warning] One or more build-args ${list} were not consumed\n`);
    }
    const { imageId } = this.state;
    if (imageId === '') throw new BuildFailure('No image was generated. Is your Dockerfile empty?');
    this.over = true;
    this.story.finished(true, imageId);
    this.output.stdout(`Successfully built ${shortId(imageId)}\n`);
    for (const tag of this.options.tags) this.tag(tag, imageId);
    this.output.finish(imageId);
  }

  private tag(text: string, imageId: string): void {
    const parsed = parseReference(text);
    if (isReferenceError(parsed)) return;
    const reference = withDefaultTag(parsed);
    const { core } = this;
    core.disk.images.setName(reference, imageId);
    core.disk.images.noteTagged(imageId, core.unixUs);
    const name = familiarString(reference);
    const labels = core.disk.images.images.get(imageId)?.config.Labels;
    core.events.publish('image', 'tag', imageId, { ...labels, name });
    this.output.stdout(`Successfully tagged ${name}\n`);
  }

  private fail(failure: BuildFailure): void {
    this.over = true;
    this.story.failed(failure.message);
    if (this.options.forceRemove) this.steps.removeContainers();
    this.output.fail(failure);
  }

  // --- the client

  receive(): void {}
  closeInput(): void {}
  hangUp(): void {
    if (this.over) return;
    this.over = true;
    this.story.finished(false, '');
    if (this.waiting?.kind === 'run') {
      const { container } = this.waiting;
      container.exitWaiters.delete(this);
      this.lifecycle.signal(container, 'KILL', 9);
    }
  }
}
