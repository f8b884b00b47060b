/** What a build by BuildKit reports for the Layers lens: its graph, its steps, why they missed. */
import type { BuildEdge, BuildStage, BuildStepPlan } from '../../api';
import { CacheStory } from '../build/cache-story';
import type { Instruction } from '../build/instructions';
import type { Definition } from './frontend';
import type { BuildJob } from './job';
import { parseMountFlag } from './mount-flags';
import type { StagePlan } from './stages';
import type { Vertex } from './vertex';

export class BuildXray {
  private story: CacheStory | undefined;

  constructor(private readonly job: BuildJob) {}

  begin({ plan }: Definition): void {
    const { core, options } = this.job;
    const used = new Set(plan.reachable);
    const stages = plan.states
      .filter((state) => state.index !== undefined)
      .map((state) => stageOf(state, used.has(state)));
    this.story = new CacheStory(core.runtime, core.disk.buildMemory, {
      builder: 'buildkit',
      tags: options.tags,
      dockerfile: options.dockerfile,
      stages,
    });
  }

  changed(vertex: Vertex): void {
    const { step, op } = vertex.node;
    const { story } = this;
    if (!story || step === '') return;
    if (vertex.phase === 'running') return story.started(step);
    if (vertex.phase === 'failed') return story.failed(step, vertex.error);
    if (vertex.phase !== 'done') return;
    const layer = vertex.result?.layers.at(-1);
    const result = layer?.diffId ?? '';
    if (op.kind === 'image') return story.done(step, { result, bytes: 0 });
    const facts = factsOf(vertex);
    if (vertex.cached) story.hit(step, result, facts);
    else story.missed(step, { result, bytes: layer?.size ?? 0 }, facts, vertex.node.ignoreCache);
  }

  canceled(vertex: Vertex): void {
    this.story?.canceled(vertex.node.step);
  }

  end(ok: boolean, image: string): void {
    this.story?.end(ok, image);
    this.story = undefined;
  }
}

/** What the cache looks at, by name, so that two builds can be compared. */
function factsOf(vertex: Vertex) {
  const { op } = vertex.node;
  const parent = vertex.inputs[0]?.key ?? '';
  const variables = new Map<string, string>();
  if (op.kind === 'exec')
    for (const entry of op.env) {
      const mark = entry.indexOf('=');
      variables.set(entry.slice(0, mark), entry.slice(mark + 1));
    }
  return { parent, variables, files: vertex.looked };
}

function stageOf(state: StagePlan, used: boolean): BuildStage {
  const { stage, base, index } = state;
  const from: BuildStepPlan = {
    id: `${index}/from`,
    text: stage.original,
    instruction: 'FROM',
    makesLayer: false,
    from: [],
  };
  const steps = stage.instructions.map((instruction, at): BuildStepPlan => {
    const makesLayer = ['run', 'copy', 'add', 'workdir'].includes(instruction.kind);
    return {
      id: `${index}/${at}`,
      text: instruction.original,
      instruction: instruction.kind.toUpperCase(),
      makesLayer,
      from: edgesOf(state, instruction),
    };
  });
  return {
    id: String(index),
    name: stage.name === '' ? `stage-${index}` : stage.name,
    baseImage: base ? '' : state.baseName,
    baseStage: base ? String(base.index) : '',
    used,
    steps: [from, ...steps],
  };
}

function edgesOf(state: StagePlan, instruction: Instruction): BuildEdge[] {
  const sources = state.sources.get(instruction);
  if (instruction.kind === 'copy' || instruction.kind === 'add')
    return [edgeOf(sources?.[0], instruction.paths.slice(0, -1))];
  if (instruction.kind !== 'run') return [];
  return instruction.mounts.flatMap((text, i) => {
    const mount = parseMountFlag(text);
    return mount.type === 'bind' ? [edgeOf(sources?.[i], [mount.source || '/'])] : [];
  });
}

function edgeOf(source: StagePlan | undefined, paths: readonly string[]): BuildEdge {
  if (!source) {
    const url = paths.find((path) => /^https?:\/\//.test(path));
    return url ? { kind: 'url', name: url, paths } : { kind: 'context', name: '', paths };
  }
  if (source.index === undefined) return { kind: 'image', name: source.baseName, paths };
  return { kind: 'stage', name: String(source.index), paths };
}
