/** What the instructions of a stage share while they are turned into operations. */
import type { CommandLine, Instruction } from '../build/instructions';
import { expandWord, expandWords } from '../build/words';
import type { LlbNode } from './llb';
import type { StagePlan, StagesPlan } from './stages';

const DEFAULT_SHELL: readonly string[] = Object.freeze(['/bin/sh', '-c']);
const HISTORY_COMMENT = 'buildkit.dockerfile.v0';

export interface ConvertOptions {
  readonly buildArgs: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
  readonly escape: string;
  readonly forcePull: boolean;
  readonly network: string;
  /** "name:address" */
  readonly extraHosts: readonly string[];
  readonly plan: StagesPlan;
  /** Makes the node of the build context, once all paths of it are known. */
  readonly context: LlbNode;
}

/** Of a name that is there the new value goes to the end (`EnvList.AddOrReplace`). */
export function addEnvironment(state: StagePlan, name: string, value: string): void {
  state.env = state.env.filter((entry) => entry.split('=')[0] !== name);
  state.env.push(`${name}=${value}`);
}

export function commit(state: StagePlan, text: string, withLayer: boolean): void {
  state.image.history.push({
    created: '',
    createdBy: text,
    comment: HISTORY_COMMENT,
    emptyLayer: !withLayer,
  });
}

/** `withShell` */
export function commandWords({ image }: StagePlan, command: CommandLine): string[] {
  if (!command.shell) return [...command.words];
  const { Shell: shell } = image.config;
  return [...(shell && shell.length > 0 ? shell : DEFAULT_SHELL), command.words.join(' ')];
}

export class Words {
  constructor(
    readonly env: readonly string[],
    readonly escape: string,
  ) {}
  one(text: string): string {
    return expandWord(text, this.env, this.escape);
  }
  many(text: string): string[] {
    return expandWords(text, this.env, this.escape);
  }
}

/** Key of a step for the X-ray: stage and place in it; triggers have none. */
export function stepOf(state: StagePlan, instruction: Instruction): string {
  const at = state.stage.instructions.indexOf(instruction);
  return at < 0 ? '' : `${state.index}/${at}`;
}
