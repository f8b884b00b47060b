/**
 * The stages of a Dockerfile and what they need of each other (buildkit `dockerfile2llb/convert.go`, its
 * first half): bases, sources of COPY and mounts, which of them the target reaches.
 */
import { isReferenceError, parseReference, withDefaultTag, fullName } from '../../api';
import { BuildFailure } from '../build/failure';
import type { Instruction, Stage, Stages } from '../build/instructions';
import { expandWord } from '../build/words';
import { refusePlatform } from '../build/platform';
import { emptySpec, type ImageSpec } from './image-spec';
import type { LlbNode } from './llb';
import { parseMountFlag } from './mount-flags';

/** `NAME` and its value, undefined where it has none. */
export type BuildArg = readonly [name: string, value: string | undefined];

/** One stage, or an image that a COPY or a mount names (`dispatchState`). */
export class StagePlan {
  base: StagePlan | undefined;
  /** For the shown names; '' for a lone stage and for what is no stage. */
  shownName: string;
  /** Steps that are shown, and how many of them have been. */
  total = 0;
  shown = 0;
  /** Stages that it takes files from, by instruction and mount. */
  readonly sources = new Map<Instruction, readonly (StagePlan | undefined)[]>();
  readonly needs = new Set<StagePlan>();
  image: ImageSpec = emptySpec();
  // What is built up (`llb.State`).
  node: LlbNode | undefined;
  env: string[] = [];
  dir = '';
  user = '';
  buildArgs: BuildArg[] = [];
  commandSet = false;
  readonly contextPaths = new Set<string>();
  /** Of its image in the registry; '' for one that is here. */
  digest = '';

  constructor(
    readonly stage: Stage,
    /** Expanded. */
    readonly baseName: string,
    /** Undefined for what is no stage of the file. */
    readonly index: number | undefined,
    readonly ignoreCache: boolean,
    /** As given behind `--platform`; '' for none. */
    readonly platform: string,
  ) {
    this.shownName = index === undefined ? '' : stage.name || `stage-${index}`;
  }

  get isScratch(): boolean {
    return this.baseName === 'scratch';
  }

  /** Complete name of the base image. */
  get imageName(): string {
    const reference = parseReference(this.baseName);
    if (isReferenceError(reference)) {
      const quoted = JSON.stringify(this.baseName);
      const message = `failed to parse stage name ${quoted}: ${reference.referenceError}`;
      throw new BuildFailure(message);
    }
    const { tag, digest } = withDefaultTag(reference);
    const name = fullName(reference);
    return `${name}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
  }
}

export interface PlanOptions {
  readonly buildArgs: ReadonlyMap<string, string>;
  readonly target: string;
  readonly noCache: boolean;
  readonly escape: string;
}

export interface StagesPlan {
  readonly states: readonly StagePlan[];
  readonly target: StagePlan;
  /** Those that the target reaches, in the file's order. */
  readonly reachable: readonly StagePlan[];
  readonly metaArgs: readonly BuildArg[];
  /** A name of an image that is none; found out while the others are being looked up. */
  readonly badName: BuildFailure | undefined;
}

const PLATFORM_ARGS: readonly BuildArg[] = [
  ['BUILDPLATFORM', 'linux/amd64'],
  ['BUILDOS', 'linux'],
  ['BUILDARCH', 'amd64'],
  ['BUILDVARIANT', ''],
  ['TARGETPLATFORM', 'linux/amd64'],
  ['TARGETOS', 'linux'],
  ['TARGETARCH', 'amd64'],
  ['TARGETVARIANT', ''],
];

export function planStages(parsed: Stages, options: PlanOptions): StagesPlan {
  const metaArgs = collectMetaArgs(parsed, options);
  const env = environmentOf(metaArgs);
  const states: StagePlan[] = [];
  const byName = new Map<string, StagePlan>();
  parsed.stages.forEach((stage, index) => {
    const state = planStage(stage, index, env, options);
    state.base = byName.get(state.baseName);
    states.push(state);
    if (stage.name !== '') byName.set(stage.name, state);
    state.total = countSteps(state);
  });
  const last = states.at(-1);
  if (!last) throw new BuildFailure('dockerfile contains no stages to build');
  const target = options.target === '' ? last : byName.get(options.target.toLowerCase());
  if (!target) throw new BuildFailure(`target stage ${options.target} could not be found`);
  for (const state of [...states])
    for (const instruction of state.stage.instructions)
      addSources(state, instruction, states, byName);
  refuseCircles(states);
  if (states.length === 1) states[0]!.shownName = '';
  const reached = new Set<StagePlan>();
  reach(target, reached);
  const reachable = states.filter((state) => reached.has(state));
  return { states, target, metaArgs, reachable, badName: firstBadName(states) };
}

/** Refused even where nobody needs it. */
function firstBadName(states: readonly StagePlan[]): BuildFailure | undefined {
  for (const state of states) {
    if (state.base || state.isScratch) continue;
    try {
      void state.imageName;
    } catch (error) {
      if (error instanceof BuildFailure) return error;
      throw error;
    }
  }
  return undefined;
}

function collectMetaArgs(parsed: Stages, { buildArgs, escape }: PlanOptions): BuildArg[] {
  const out: BuildArg[] = PLATFORM_ARGS.map(([name, value]) => [
    name,
    buildArgs.get(name) ?? value,
  ]);
  for (const { args } of parsed.metaArgs) {
    for (const { key, value } of args) {
      const preset = value === undefined ? undefined : tryExpand(value, environmentOf(out), escape);
      out.push([key, buildArgs.get(key) ?? preset]);
    }
  }
  return out;
}

/** Errors of these expansions are dropped there, and the value with them. */
function tryExpand(value: string, env: readonly string[], escape: string): string {
  try {
    return expandWord(value, env, escape);
  } catch (error) {
    if (error instanceof BuildFailure) return '';
    throw error;
  }
}

/** The last of a name counts. */
export function environmentOf(args: readonly BuildArg[]): string[] {
  const values = new Map<string, string>();
  for (const [name, value] of args) values.set(name, value ?? '');
  return [...values].map(([name, value]) => `${name}=${value}`);
}

function planStage(
  stage: Stage,
  index: number,
  env: readonly string[],
  { escape, noCache }: PlanOptions,
): StagePlan {
  const baseName = expandWord(stage.base, env, escape);
  if (baseName === '') throw new BuildFailure(`base name (${stage.base}) should not be blank`);
  let platform = '';
  if (stage.platform !== '') {
    platform = expandWord(stage.platform, env, escape);
    const refused = refusePlatform(platform);
    if (refused !== undefined)
      throw new BuildFailure(`failed to parse platform ${platform}: ${refused}`);
  }
  return new StagePlan(stage, baseName, index, noCache, platform);
}

function countSteps({ stage, isScratch, base }: StagePlan): number {
  const steps = stage.instructions.filter(({ kind }) =>
    ['add', 'copy', 'run', 'workdir'].includes(kind),
  );
  return steps.length + (isScratch || base ? 0 : 1);
}

/** `toCommand`: finds the stages that an instruction names; others become images. */
export function addSources(
  state: StagePlan,
  instruction: Instruction,
  states: StagePlan[],
  byName: ReadonlyMap<string, StagePlan>,
): void {
  const names = sourceNames(instruction);
  if (!names) return;
  const found = names.map((name) => (name === '' ? undefined : findSource(name, states, byName)));
  state.sources.set(instruction, found);
  for (const source of found) if (source) state.needs.add(source);
}

function sourceNames(instruction: Instruction): string[] | undefined {
  if (instruction.kind === 'copy') return instruction.from === '' ? undefined : [instruction.from];
  if (instruction.kind !== 'run' || instruction.mounts.length === 0) return undefined;
  return instruction.mounts.map((text) => {
    const mount = parseMountFlag(text);
    return mount.from === '' && mount.type === 'cache' ? 'scratch' : mount.from;
  });
}

function findSource(
  name: string,
  states: StagePlan[],
  byName: ReadonlyMap<string, StagePlan>,
): StagePlan {
  if (/^[+-]?\d+$/.test(name)) {
    const found = states[Number(name)];
    if (!found) throw new BuildFailure(`invalid stage index ${Number(name)}`);
    return found;
  }
  const known = byName.get(name.toLowerCase());
  if (known) return known;
  const stage: Stage = { original: '', base: name, platform: '', name: '', instructions: [] };
  const image = new StagePlan(stage, name, undefined, false, '');
  states.push(image);
  return image;
}

function refuseCircles(states: readonly StagePlan[]): void {
  const done = new Set<StagePlan>();
  const visit = (state: StagePlan, path: Set<StagePlan>) => {
    if (path.has(state))
      throw new BuildFailure(`circular dependency detected on stage: ${state.shownName}`);
    if (done.has(state)) return;
    path.add(state);
    for (const next of state.needs) visit(next, path);
    if (state.base) visit(state.base, path);
    path.delete(state);
    done.add(state);
  };
  for (const state of states) visit(state, new Set());
}

export function reach(state: StagePlan, reached: Set<StagePlan>): void {
  if (reached.has(state)) return;
  reached.add(state);
  if (state.base) reach(state.base, reached);
  for (const next of state.needs) reach(next, reached);
}
