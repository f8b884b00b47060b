/** What a build of the classic builder reports for the Layers lens. */
import type { BuildEdge, BuildStage } from '../../api';
import type { EngineCore } from '../core';
import { CacheStory } from './cache-story';
import type { Instruction, Stage } from './instructions';
import type { BuildOptions } from './options';
import type { StageState } from './state';

const LAYERS = ['run', 'copy', 'add', 'workdir'];

export class ClassicStory {
  private readonly story: CacheStory;
  private step = '';
  private parent = '';
  private variables: ReadonlyMap<string, string> = new Map();

  constructor(
    private readonly core: EngineCore,
    options: BuildOptions,
    stages: readonly Stage[],
  ) {
    this.story = new CacheStory(core.runtime, core.disk.buildMemory, {
      builder: 'classic',
      tags: options.tags,
      dockerfile: options.dockerfile,
      stages: stages.map((stage, index) => stageOf(stage, index, stages)),
    });
  }

  based(stage: number, result: string): void {
    this.story.done(`${stage}/from`, { result, bytes: 0 });
  }

  began(stage: number, at: number, state: StageState): void {
    this.step = `${stage}/${at}`;
    this.parent = state.imageId;
    this.variables = new Map(
      state.environment.map((entry) => {
        const mark = entry.indexOf('=');
        return [entry.slice(0, mark), entry.slice(mark + 1)] as const;
      }),
    );
    this.story.started(this.step);
  }

  /** Triggers of a base have no step of their own. */
  ended(
    result: string,
    cached: boolean,
    files: ReadonlyMap<string, string>,
    disabled: boolean,
  ): void {
    const { step, parent, variables } = this;
    this.step = '';
    if (step === '') return;
    const facts = { parent, variables, files };
    if (cached) return this.story.hit(step, result, facts);
    const bytes = this.core.disk.images.images.get(result)?.layers.at(-1)?.size ?? 0;
    this.story.missed(step, { result, bytes }, facts, disabled);
  }

  failed(message: string): void {
    if (this.step !== '') this.story.failed(this.step, message);
    this.finished(false, '');
  }

  finished(ok: boolean, image: string): void {
    this.story.end(ok, image);
  }
}

function stageOf(stage: Stage, index: number, stages: readonly Stage[]): BuildStage {
  const base = indexOf(stage.base, stages.slice(0, index));
  const from = {
    ...{ id: `${index}/from`, text: stage.original, instruction: 'FROM', makesLayer: false },
    from: [],
  };
  const steps = stage.instructions.map((instruction, at) => ({
    id: `${index}/${at}`,
    text: instruction.original,
    instruction: instruction.kind.toUpperCase(),
    makesLayer: LAYERS.includes(instruction.kind),
    from: edgesOf(instruction, stages),
  }));
  return {
    id: String(index),
    name: stage.name === '' ? `stage-${index}` : stage.name,
    baseImage: base < 0 ? stage.base : '',
    baseStage: base < 0 ? '' : String(base),
    used: true,
    steps: [from, ...steps],
  };
}

function indexOf(name: string, stages: readonly Stage[]): number {
  return stages.findLastIndex((stage) => stage.name !== '' && stage.name === name.toLowerCase());
}

function edgesOf(instruction: Instruction, stages: readonly Stage[]): BuildEdge[] {
  if (instruction.kind !== 'copy' && instruction.kind !== 'add') return [];
  const paths = instruction.paths.slice(0, -1);
  const { from } = instruction;
  if (from === '') {
    const url = paths.find((path) => /^https?:\/\//.test(path));
    return [url ? { kind: 'url', name: url, paths } : { kind: 'context', name: '', paths }];
  }
  const at = /^\d+$/.test(from) ? Number(from) : indexOf(from, stages);
  if (at >= 0) return [{ kind: 'stage', name: String(at), paths }];
  return [{ kind: 'image', name: from, paths }];
}
