/**
 * Instructions that only change the image's settings (moby `builder/dockerfile/dispatchers.go`). Each
 * changes the stage and answers the sentence that the history shows behind `#(nop)`.
 */
import { parseSignal } from '../containers/signal-names';
import { BuildFailure } from './failure';
import { goList, goQuoteHealth, goQuoteList, joinPath } from './go-text';
import type { CommandLine, Instruction, Pair } from './instructions';
import { parsePortSpecs } from './ports';
import type { StageState } from './state';
import { expandWord, expandWords } from './words';

export type ConfigInstruction = Exclude<Instruction, { kind: 'add' | 'copy' | 'run' | 'workdir' }>;

/** What an instruction's words are expanded with. */
export class Expander {
  constructor(
    readonly env: readonly string[],
    readonly escape: string,
  ) {}
  word(text: string): string {
    return expandWord(text, this.env, this.escape);
  }
  words(text: string): string[] {
    return expandWords(text, this.env, this.escape);
  }
}

export interface StepOutput {
  stdout(text: string): void;
}

export function applyConfigStep(
  state: StageState,
  instruction: ConfigInstruction,
  expander: Expander,
  output: StepOutput,
): string {
  const { config } = state;
  switch (instruction.kind) {
    case 'env':
      return setEnvironment(state, expandPairs(instruction.pairs, expander));
    case 'label': {
      const { pairs, literal } = instruction;
      return setLabels(state, literal ? pairs : expandPairs(pairs, expander));
    }
    case 'maintainer':
      state.maintainer = instruction.text;
      return `MAINTAINER ${instruction.text}`;
    case 'user':
      config.User = expander.word(instruction.text);
      return `USER ${config.User}`;
    case 'stopsignal': {
      const signal = expander.word(instruction.text);
      if (!parseSignal(signal)) throw new BuildFailure(`Invalid signal: ${signal}`);
      config.StopSignal = signal;
      return `STOPSIGNAL ${signal}`;
    }
    case 'onbuild':
      config.OnBuild = [...(config.OnBuild ?? []), instruction.expression];
      return `ONBUILD ${instruction.expression}`;
    case 'cmd':
      config.Cmd = resolveCommand(instruction.command, state);
      if (instruction.command.words.length > 0) state.commandSet = true;
      return `CMD ${goQuoteList(config.Cmd)}`;
    case 'entrypoint':
      config.Entrypoint = resolveCommand(instruction.command, state);
      if (!state.commandSet) config.Cmd = null;
      if (config.Entrypoint.length === 0) config.Entrypoint = null;
      return `ENTRYPOINT ${goQuoteList(config.Entrypoint)}`;
    case 'healthcheck':
      return setHealthcheck(state, instruction, output);
    case 'expose':
      return expose(state, instruction.words, expander);
    case 'volume':
      return addVolumes(
        state,
        instruction.words.map((word) => expander.word(word)),
      );
    case 'arg':
      return declareArgs(state, instruction, expander);
    case 'shell':
      config.Shell = [...instruction.words];
      return `SHELL ${goList(instruction.words)}`;
  }
}

function expandPairs(pairs: readonly Pair[], expander: Expander): Pair[] {
  return pairs.map(({ key, value }) => ({
    key: expander.word(key),
    value: expander.word(value),
  }));
}

function setEnvironment({ config }: StageState, pairs: readonly Pair[]): string {
  const env = [...(config.Env ?? [])];
  for (const { key, value } of pairs) {
    const at = env.findIndex((entry) => entry.split('=')[0] === key);
    if (at < 0) env.push(`${key}=${value}`);
    else env[at] = `${key}=${value}`;
  }
  config.Env = env;
  return `ENV ${pairs.map(({ key, value }) => `${key}=${value}`).join(' ')}`;
}

function setLabels({ config }: StageState, pairs: readonly Pair[]): string {
  const labels = { ...config.Labels };
  for (const { key, value } of pairs) labels[key] = value;
  config.Labels = Object.fromEntries(
    Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
  return `LABEL ${pairs.map(({ key, value }) => `${key}=${value}`).join(' ')}`;
}

/** `resolveCmdLine` */
export function resolveCommand(command: CommandLine, state: StageState): string[] {
  return command.shell ? [...state.shell, ...command.words] : [...command.words];
}

function setHealthcheck(
  { config }: StageState,
  { health }: Extract<Instruction, { kind: 'healthcheck' }>,
  output: StepOutput,
): string {
  const old = config.Healthcheck?.Test ?? [];
  if (old.length > 0 && old[0] !== 'NONE')
    output.stdout(`Note: overriding previous HEALTHCHECK: ${goList(old)}\n`);
  config.Healthcheck = { ...health };
  return `HEALTHCHECK ${goQuoteHealth(health)}`;
}

function expose({ config }: StageState, words: readonly string[], expander: Expander): string {
  const specs = words.flatMap((word) => expander.words(word));
  const ports = { ...config.ExposedPorts };
  for (const port of parsePortSpecs(specs)) ports[port] = {};
  config.ExposedPorts = Object.fromEntries(
    Object.entries(ports).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return `EXPOSE ${specs.join(' ')}`;
}

function addVolumes({ config }: StageState, paths: readonly string[]): string {
  const volumes = { ...config.Volumes };
  for (const path of paths) {
    if (path === '') throw new BuildFailure('VOLUME specified can not be an empty string');
    volumes[path] = {};
  }
  config.Volumes = Object.fromEntries(Object.entries(volumes).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `VOLUME ${goList(paths)}`;
}

function declareArgs(
  { buildArgs }: StageState,
  { args }: Extract<Instruction, { kind: 'arg' }>,
  expander: Expander,
): string {
  const words = args.map(({ key, value }) => {
    const name = expander.word(key);
    const preset = value === undefined ? undefined : expander.word(value);
    buildArgs.add(name, preset);
    return preset === undefined ? name : `${name}=${preset}`;
  });
  return `ARG ${words.join(' ')}`;
}

/** `normalizeWorkdirUnix` */
export function normalizeWorkdir(current: string, requested: string): string {
  if (requested === '') throw new BuildFailure('cannot normalize nothing');
  return requested.startsWith('/') ? requested : joinPath('/', current, requested);
}
