/**
 * The instructions of a Dockerfile as data, each checked as far as it can be without running it
 * (buildkit `frontend/dockerfile/instructions/parse.go`, 20.10). Nothing is expanded yet.
 */
import type { HealthConfig } from '../../api';
import { BuildFailure } from './failure';
import { checkMount, parseFlags } from './flags';
import type { Line } from './dockerfile';
import { goQuote, trimSpace } from './go-text';
import { parseHealthcheck } from './healthcheck';

export interface Pair {
  readonly key: string;
  readonly value: string;
}
export interface Argument {
  readonly key: string;
  readonly value: string | undefined;
}
/** A command in exec form or in shell form (`ShellDependantCmdLine`). */
export interface CommandLine {
  readonly words: readonly string[];
  readonly shell: boolean;
}

export type Instruction = { readonly original: string } & (
  | { readonly kind: 'env'; readonly pairs: readonly Pair[] }
  | { readonly kind: 'label'; readonly pairs: readonly Pair[]; readonly literal: boolean }
  | { readonly kind: 'maintainer'; readonly text: string }
  | {
      readonly kind: 'add' | 'copy';
      /** Sources, then the destination. */
      readonly paths: readonly string[];
      readonly chown: string;
      readonly chmod: string;
      readonly from: string;
    }
  | { readonly kind: 'onbuild'; readonly expression: string }
  | { readonly kind: 'workdir'; readonly text: string }
  | { readonly kind: 'user' | 'stopsignal'; readonly text: string }
  | {
      readonly kind: 'run';
      readonly command: CommandLine;
      readonly flags: readonly string[];
      /** Values of `--mount`, which only BuildKit has. */
      readonly mounts: readonly string[];
    }
  | { readonly kind: 'cmd' | 'entrypoint'; readonly command: CommandLine }
  | { readonly kind: 'healthcheck'; readonly health: HealthConfig }
  | { readonly kind: 'expose' | 'volume'; readonly words: readonly string[] }
  | { readonly kind: 'arg'; readonly args: readonly Argument[] }
  | { readonly kind: 'shell'; readonly words: readonly string[] }
);

export interface Stage {
  readonly original: string;
  readonly base: string;
  readonly platform: string;
  /** '' for a stage without a name. */
  readonly name: string;
  readonly instructions: readonly Instruction[];
}

export interface Stages {
  readonly stages: readonly Stage[];
  /** ARGs before the first FROM. */
  readonly metaArgs: readonly Extract<Instruction, { kind: 'arg' }>[];
}

/** `instructions.Parse` */
export function parseStages(lines: readonly Line[]): Stages {
  const metaArgs: Extract<Instruction, { kind: 'arg' }>[] = [];
  const stages: { head: Omit<Stage, 'instructions'>; instructions: Instruction[] }[] = [];
  for (const line of lines) {
    if (line.command === 'from') {
      stages.push({ head: located(line, parseFrom), instructions: [] });
      continue;
    }
    const instruction = located(line, parseInstruction);
    const stage = stages.at(-1);
    if (stage) stage.instructions.push(instruction);
    else if (instruction.kind === 'arg') metaArgs.push(instruction);
    else throw new BuildFailure('no build stage in current context', undefined, 400);
  }
  return { metaArgs, stages: stages.map(({ head, instructions }) => ({ ...head, instructions })) };
}

function located<T>(line: Line, parse: (line: Line) => T): T {
  try {
    return parse(line);
  } catch (error) {
    if (!(error instanceof BuildFailure)) throw error;
    const where = `dockerfile parse error line ${line.startLine}`;
    throw new BuildFailure(`${where}: ${error.message}`, undefined, 400);
  }
}

const STAGE_NAME = /^[a-z][a-z0-9-_.]*$/;

function parseFrom(line: Line): Omit<Stage, 'instructions'> {
  const { args } = line;
  let name = '';
  if (args.length === 3 && args[1]!.toLowerCase() === 'as') {
    name = args[2]!.toLowerCase();
    if (!STAGE_NAME.test(name)) {
      const rule = "name can't start with a number or contain symbols";
      throw new BuildFailure(`invalid name for build stage: ${goQuote(args[2]!)}, ${rule}`);
    }
  } else if (args.length !== 1)
    throw new BuildFailure('FROM requires either one or three arguments');
  const flags = parseFlags(line, { text: ['platform'] });
  const platform = flags.text.get('platform') ?? '';
  return { original: trimSpace(line.original), base: args[0]!, platform, name };
}

/** `ParseInstruction` */
export function parseInstruction(line: Line): Instruction {
  const original = trimSpace(line.original);
  switch (line.command) {
    case 'env':
      return { original, kind: 'env', pairs: pairsOf(line) };
    case 'label':
      return { original, kind: 'label', pairs: pairsOf(line), literal: false };
    case 'maintainer':
      return { original, kind: 'maintainer', text: oneArgument(line) };
    case 'workdir':
      return { original, kind: 'workdir', text: oneArgument(line) };
    case 'user':
    case 'stopsignal':
      return { original, kind: line.command, text: oneArgument(line) };
    case 'add':
    case 'copy':
      return parseCopy(line, line.command, original);
    case 'onbuild':
      return parseOnbuild(line, original);
    case 'run':
      return parseRun(line, original);
    case 'cmd':
    case 'entrypoint':
      parseFlags(line);
      return { original, kind: line.command, command: commandOf(line) };
    case 'healthcheck':
      return { original, kind: 'healthcheck', health: parseHealthcheck(line) };
    case 'expose':
    case 'volume':
      return { original, kind: line.command, words: wordsOf(line, line.command) };
    case 'arg':
      return { original, kind: 'arg', args: parseArgs(line) };
    case 'shell':
      return { original, kind: 'shell', words: parseShell(line) };
    default:
      throw new BuildFailure(`unknown instruction: ${line.command.toUpperCase()}`);
  }
}

function atLeastOne(line: Line): void {
  if (line.args.length === 0)
    throw new BuildFailure(`${line.command.toUpperCase()} requires at least one argument`);
}

function pairsOf(line: Line): Pair[] {
  parseFlags(line);
  atLeastOne(line);
  const pairs: Pair[] = [];
  for (let i = 0; i + 1 < line.args.length; i += 2) {
    if (line.args[i] === '')
      throw new BuildFailure(`${line.command.toUpperCase()} names can not be blank`);
    pairs.push({ key: line.args[i]!, value: line.args[i + 1]! });
  }
  return pairs;
}

function oneArgument(line: Line): string {
  if (line.args.length !== 1)
    throw new BuildFailure(`${line.command.toUpperCase()} requires exactly one argument`);
  parseFlags(line);
  return line.args[0]!;
}

function parseCopy(line: Line, kind: 'add' | 'copy', original: string): Instruction {
  if ((line.heredocs ?? []).length > 0)
    throw new BuildFailure(`not simulated: heredocs in ${kind.toUpperCase()}`);
  const { args } = line;
  if (args.length < 2) {
    const what = 'requires at least two arguments, but only one was provided';
    throw new BuildFailure(`${kind.toUpperCase()} ${what}. Destination could not be determined`);
  }
  const names = kind === 'add' ? ['chown', 'chmod'] : ['chown', 'from', 'chmod'];
  const { text } = parseFlags(line, { text: names });
  return {
    original,
    kind,
    paths: args,
    chown: text.get('chown') ?? '',
    chmod: text.get('chmod') ?? '',
    from: text.get('from') ?? '',
  };
}

function parseOnbuild(line: Line, original: string): Instruction {
  atLeastOne(line);
  parseFlags(line);
  const trigger = trimSpace(line.args[0]!).toUpperCase();
  if (trigger === 'ONBUILD')
    throw new BuildFailure("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
  if (trigger === 'MAINTAINER' || trigger === 'FROM')
    throw new BuildFailure(`${trigger} isn't allowed as an ONBUILD trigger`);
  const expression = line.original.replace(/^\s*ONBUILD\s*/i, '');
  return { original, kind: 'onbuild', expression };
}

function commandOf(line: Line): CommandLine {
  const heredocs = line.heredocs ?? [];
  if (heredocs.length > 0) {
    const text = line.args.join(' ');
    const [first] = heredocs;
    // Alone it is the script; behind a command the shell reads it.
    if (heredocs.length === 1 && text === first!.word)
      return { words: [first!.content], shell: true };
    const bodies = heredocs.map(({ content, name }) => `${content}${name}\n`).join('');
    return { words: [`${text}\n${bodies}`], shell: true };
  }
  if (line.json) return { words: line.args, shell: false };
  return { words: line.args.length === 0 ? [] : [line.args.join(' ')], shell: true };
}

function parseRun(line: Line, original: string): Instruction {
  const flags = parseFlags(line, { list: ['mount'] });
  const mounts = flags.list.get('mount') ?? [];
  for (const mount of mounts) checkMount(mount);
  return { original, kind: 'run', command: commandOf(line), flags: flags.used, mounts };
}

function wordsOf(line: Line, kind: 'expose' | 'volume'): string[] {
  atLeastOne(line);
  parseFlags(line);
  if (kind === 'expose') return [...line.args].sort();
  const words = line.args.map(trimSpace);
  if (words.includes('')) throw new BuildFailure('VOLUME specified can not be an empty string');
  return words;
}

function parseArgs(line: Line): Argument[] {
  atLeastOne(line);
  return line.args.map((text) => {
    const mark = text.indexOf('=');
    if (mark === 0) throw new BuildFailure('ARG names can not be blank');
    return mark < 0
      ? { key: text, value: undefined }
      : { key: text.slice(0, mark), value: text.slice(mark + 1) };
  });
}

function parseShell(line: Line): readonly string[] {
  parseFlags(line);
  atLeastOne(line);
  if (!line.json) throw new BuildFailure('SHELL requires the arguments to be in JSON form');
  return line.args;
}

/** `LABEL` of `docker build --label`: nothing in it is expanded. */
export function labelInstruction(key: string, value: string): Instruction {
  return {
    original: `LABEL ${key}=${value}`,
    kind: 'label',
    pairs: [{ key, value }],
    literal: true,
  };
}
