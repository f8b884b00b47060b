/**
 * From the stages of a Dockerfile to a build definition and an image (buildkit `dockerfile2llb/convert.go`,
 * its second half): each instruction changes the stage's state, its image, or both.
 */
import { parseDockerfile } from '../build/dockerfile';
import { BuildFailure } from '../build/failure';
import { goList, goQuoteHealth, goQuoteList, joinPath } from '../build/go-text';
import { parseInstruction, type Instruction } from '../build/instructions';
import { parsePortSpecs } from '../build/ports';
import { parseSignal } from '../containers/signal-names';
import { dispatchCopy } from './convert-copy';
import { dispatchRun } from './convert-run';
import {
  Words,
  addEnvironment,
  commandWords,
  commit,
  stepOf,
  type ConvertOptions,
} from './convert-state';
import { copySpec } from './image-spec';
import { llbNode } from './llb';
import { shownName } from './shown-name';
import { addSources, type BuildArg, type StagePlan } from './stages';

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Fills the states; the target's is the result. */
export function convert(options: ConvertOptions): void {
  for (const state of options.plan.reachable) if (!state.base) beginStage(state, options);
  for (const state of options.plan.reachable) {
    if (state.base) inherit(state, state.base);
    if (state.index === undefined) continue;
    initialize(state, options);
    runTriggers(state, options);
    for (const instruction of state.stage.instructions) dispatch(state, instruction, options);
  }
  const { config } = options.plan.target.image;
  if (options.labels.size === 0) return;
  config.Labels = { ...config.Labels, ...Object.fromEntries(options.labels) };
}

function beginStage(state: StagePlan, { forcePull }: ConvertOptions): void {
  if (state.isScratch) return;
  const name = state.imageName;
  const digest = state.digest === '' || name.includes('@') ? '' : `@${state.digest}`;
  const shown = shownName(state, `FROM ${name}${digest}`);
  const step = state.index === undefined ? '' : `${state.index}/from`;
  state.node = llbNode({ kind: 'image', reference: name, forcePull }, [], { name: shown, step });
}

function inherit(state: StagePlan, base: StagePlan): void {
  state.node = base.node;
  state.env = [...base.env];
  state.dir = base.dir;
  state.user = base.user;
  state.image = copySpec(base.image);
}

/** What the base image's configuration sets from the start. */
function initialize(state: StagePlan, _options: ConvertOptions): void {
  const { config } = state.image;
  const env = config.Env ?? [];
  if (!env.some((entry) => entry.startsWith('PATH=')))
    config.Env = [...env, `PATH=${DEFAULT_PATH}`];
  for (const entry of config.Env ?? []) {
    const mark = entry.indexOf('=');
    addEnvironment(
      state,
      mark < 0 ? entry : entry.slice(0, mark),
      mark < 0 ? '' : entry.slice(mark + 1),
    );
  }
  if (config.WorkingDir !== '') setDir(state, config.WorkingDir);
  else if (state.isScratch && !state.base) config.WorkingDir = '/';
  if (config.User !== '') state.user = config.User;
}

function runTriggers(state: StagePlan, options: ConvertOptions): void {
  const triggers = state.image.config.OnBuild ?? [];
  state.image.config.OnBuild = null;
  const { states } = options.plan;
  const byName = new Map<string, StagePlan>();
  for (const other of states) if (other.stage.name !== '') byName.set(other.stage.name, other);
  for (const trigger of triggers) {
    const { lines } = parseDockerfile(trigger);
    if (lines.length !== 1) throw new BuildFailure('onbuild trigger should be a single expression');
    const instruction = parseInstruction(lines[0]!);
    addSources(state, instruction, [...states], byName);
    dispatch(state, instruction, options);
  }
}

// --- state

function setDir(state: StagePlan, path: string): void {
  state.dir = path.startsWith('/') ? path : joinPath(state.dir === '' ? '/' : state.dir, path);
}

// --- instructions

function dispatch(state: StagePlan, instruction: Instruction, options: ConvertOptions): void {
  const words = new Words(state.env, options.escape);
  const { config } = state.image;
  switch (instruction.kind) {
    case 'run':
      return dispatchRun(state, instruction, options);
    case 'add':
    case 'copy':
      return dispatchCopy(state, instruction, options, words);
    case 'workdir':
      return dispatchWorkdir(state, instruction, options, words);
    case 'env':
      return dispatchEnv(state, instruction, words);
    case 'arg':
      return dispatchArg(state, instruction, options, words);
    case 'cmd':
      config.Cmd = commandWords(state, instruction.command);
      config.ArgsEscaped = true;
      state.commandSet = true;
      return commit(state, `CMD ${goQuoteList(config.Cmd)}`, false);
    case 'entrypoint':
      config.Entrypoint = commandWords(state, instruction.command);
      if (!state.commandSet) config.Cmd = null;
      return commit(state, `ENTRYPOINT ${goQuoteList(config.Entrypoint)}`, false);
    case 'onbuild':
      config.OnBuild = [...(config.OnBuild ?? []), instruction.expression];
      return;
    default:
      commit(state, dispatchSetting(state, instruction, words), false);
  }
}

type Setting = Extract<
  Instruction,
  {
    kind:
      | 'label'
      | 'maintainer'
      | 'user'
      | 'stopsignal'
      | 'healthcheck'
      | 'expose'
      | 'volume'
      | 'shell';
  }
>;

/** Answers the line of the history. */
function dispatchSetting(state: StagePlan, instruction: Setting, words: Words): string {
  const { image } = state;
  const { config } = image;
  switch (instruction.kind) {
    case 'label': {
      const pairs = instruction.pairs.map((p) => [words.one(p.key), words.one(p.value)] as const);
      config.Labels = { ...config.Labels, ...Object.fromEntries(pairs) };
      return `LABEL ${pairs.map(([key, value]) => `${key}=${value}`).join(' ')}`;
    }
    case 'maintainer':
      image.author = instruction.text;
      return `MAINTAINER ${instruction.text}`;
    case 'user':
      config.User = words.one(instruction.text);
      state.user = config.User;
      return `USER ${config.User}`;
    case 'stopsignal': {
      const signal = words.one(instruction.text);
      if (!parseSignal(signal)) throw new BuildFailure(`Invalid signal: ${signal}`);
      config.StopSignal = signal;
      return `STOPSIGNAL ${signal}`;
    }
    case 'healthcheck':
      config.Healthcheck = { ...instruction.health };
      return `HEALTHCHECK ${goQuoteHealth(instruction.health)}`;
    case 'expose':
      return expose(state, instruction.words, words);
    case 'volume': {
      const paths = instruction.words.map((word) => words.one(word));
      if (paths.includes('')) throw new BuildFailure('VOLUME specified can not be an empty string');
      const added = Object.fromEntries(paths.map((path) => [path, {}]));
      config.Volumes = { ...config.Volumes, ...added };
      return `VOLUME ${goList(paths)}`;
    }
    case 'shell':
      config.Shell = [...instruction.words];
      return `SHELL ${goList(instruction.words)}`;
  }
}

function expose({ image }: StagePlan, specs: readonly string[], words: Words): string {
  const ports = parsePortSpecs(specs.flatMap((word) => words.many(word)));
  const added = Object.fromEntries(ports.map((port) => [port, {}]));
  image.config.ExposedPorts = { ...image.config.ExposedPorts, ...added };
  const shown = Object.keys(added)
    .sort()
    .map((port) => `${port}:{}`);
  return `EXPOSE map[${shown.join(' ')}]`;
}

function dispatchEnv(
  state: StagePlan,
  instruction: Extract<Instruction, { kind: 'env' }>,
  words: Words,
): void {
  const pairs = instruction.pairs.map((p) => [words.one(p.key), words.one(p.value)] as const);
  const env = [...(state.image.config.Env ?? [])];
  for (const [key, value] of pairs) {
    addEnvironment(state, key, value);
    const at = env.findIndex((entry) => entry.split('=')[0] === key);
    if (at < 0) env.push(`${key}=${value}`);
    else env[at] = `${key}=${value}`;
  }
  state.image.config.Env = env;
  commit(state, `ENV ${pairs.map(([key, value]) => `${key}=${value}`).join(' ')}`, false);
}

function dispatchArg(
  state: StagePlan,
  instruction: Extract<Instruction, { kind: 'arg' }>,
  { buildArgs, plan }: ConvertOptions,
  words: Words,
): void {
  const shown: string[] = [];
  for (const arg of instruction.args) {
    const key = words.one(arg.key);
    const preset = arg.value === undefined ? undefined : words.one(arg.value);
    shown.push(preset === undefined ? key : `${key}=${preset}`);
    const value = buildArgs.get(key) ?? preset ?? metaValue(plan.metaArgs, key);
    if (value !== undefined) addEnvironment(state, key, value);
    state.buildArgs.push([key, value]);
  }
  commit(state, `ARG ${shown.join(' ')}`, false);
}

function metaValue(metaArgs: readonly BuildArg[], key: string): string | undefined {
  return metaArgs.findLast(([name]) => name === key)?.[1];
}

function dispatchWorkdir(
  state: StagePlan,
  instruction: Extract<Instruction, { kind: 'workdir' }>,
  options: ConvertOptions,
  words: Words,
): void {
  const { config } = state.image;
  const requested = words.one(instruction.text);
  setDir(state, requested);
  const path = requested.startsWith('/') ? requested : joinPath('/', config.WorkingDir, requested);
  config.WorkingDir = path;
  if (path === '/') return commit(state, `WORKDIR ${path}`, false);
  const made = joinPath('/', path);
  const owner = config.User;
  // Not even `--no-cache` makes it anew.
  state.node = llbNode(
    { kind: 'file', actions: [{ kind: 'mkdir', path: made, mode: 0o755, owner }] },
    [state.node],
    {
      name: shownName(state, instruction.original, { env: words.env, escape: options.escape }),
      step: stepOf(state, instruction),
    },
  );
  commit(state, `WORKDIR ${path}`, true);
}
