/** COPY and ADD as an operation (buildkit `dispatchCopyFileOp`). */
import { BuildFailure } from '../build/failure';
import { joinPath } from '../build/go-text';
import type { Instruction } from '../build/instructions';
import { commit, stepOf, type ConvertOptions, type Words } from './convert-state';
import { llbNode, type CopyAction, type LlbNode } from './llb';
import { shownName } from './shown-name';
import type { StagePlan } from './stages';

type Copy = Extract<Instruction, { kind: 'add' | 'copy' }>;

const isUrl = (text: string) => text.startsWith('http://') || text.startsWith('https://');

export function dispatchCopy(
  state: StagePlan,
  instruction: Copy,
  options: ConvertOptions,
  words: Words,
): void {
  const add = instruction.kind === 'add';
  const owner = words.one(instruction.chown);
  const paths = instruction.paths.map((path) => words.one(path));
  const given = paths.pop()!;
  const stage = state.sources.get(instruction)?.[0];
  const source = stage ? stage.node : options.context;
  const inputs: (LlbNode | undefined)[] = [state.node];
  const shared = {
    kind: 'copy',
    dest: destination(state, given),
    owner,
    mode: /^[0-7]+$/.test(instruction.chmod) ? parseInt(instruction.chmod, 8) : undefined,
  } as const;
  const actions = paths.map((src): CopyAction => {
    if (!isUrl(src)) {
      const from = source ? inputIndex(inputs, source) : -1;
      return { ...shared, from, src, wildcard: true, unpack: add };
    }
    if (!add) throw new BuildFailure("source can't be a URL for COPY");
    const filename = fileNameOf(src);
    const http = llbNode({ kind: 'http', url: src, filename }, [], { name: src });
    const from = inputIndex(inputs, http);
    return { ...shared, from, src: filename, wildcard: false, unpack: false };
  });
  state.node = llbNode({ kind: 'file', actions }, inputs, {
    name: shownName(state, instruction.original, { env: words.env, escape: options.escape }),
    ignoreCache: state.ignoreCache,
    step: stepOf(state, instruction),
  });
  const shown = [...paths, given].join(' ');
  commit(state, `${add ? 'ADD' : 'COPY'} ${shown} # buildkit`, true);
  if (stage) return;
  for (const src of paths) if (!isUrl(src)) state.contextPaths.add(joinPath('/', src));
}

function inputIndex(inputs: (LlbNode | undefined)[], node: LlbNode): number {
  const at = inputs.indexOf(node, 1);
  return at < 0 ? inputs.push(node) - 1 : at;
}

/** Behind a slash everything lands in a directory. */
function destination({ dir }: StagePlan, given: string): string {
  const path = given.startsWith('/') ? joinPath('/', given) : joinPath('/', dir, given);
  return given === '.' || given === '' || given.endsWith('/') ? `${path}/` : path;
}

function fileNameOf(url: string): string {
  const path = /^https?:\/\/[^/?#]*([^?#]*)/.exec(url)?.[1] ?? '';
  const name = joinPath(path).slice(joinPath(path).lastIndexOf('/') + 1);
  return name === '' || name === '.' ? '__unnamed__' : name;
}
