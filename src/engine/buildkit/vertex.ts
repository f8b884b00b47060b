/** One step of a build under way, shared by all builds that have it (moby/buildkit `solver/edge.go`). */
import type { Layer } from '../content/image';
import type { LayerNode } from '../content/layer';
import type { BuildJob } from './job';
import type { LlbNode } from './llb';

/** What a step led to: a stack of layers, or a tree of its own (contexts, downloads). */
export interface StepResult {
  /** Id of the cache's record; '' where there is none. */
  readonly record: string;
  /** Lowest first. */
  readonly layers: readonly Layer[];
  readonly tree: LayerNode | undefined;
  /** Modes of directories that count for the cache in place of the true ones. */
  readonly hashedModes: ReadonlyMap<string, number>;
}

export const EMPTY_RESULT: StepResult = Object.freeze({
  record: '',
  layers: [],
  tree: undefined,
  hashedModes: new Map<string, number>(),
});

/** Something under way for a step. */
export interface StepWork {
  /** Nobody wants it any more. */
  cancel(): void;
}

export type VertexPhase =
  /** Its key is not known yet. */
  | 'new'
  /** The cache has nothing: the inputs' results are needed. */
  | 'missed'
  | 'running'
  | 'done'
  | 'failed';

export class Vertex {
  phase: VertexPhase = 'new';
  /** What keys of later steps are made of; '' while it is not known. */
  key = '';
  /** Key of the operation and its inputs without those that are looked into. */
  baseKey = '';
  /** All keys that mean this result, the canonical one first. */
  keys: readonly string[] = [];
  result: StepResult | undefined;
  /** Somebody needs more than the key. */
  wanted = false;
  work: StepWork | undefined;
  /** Digest of what is taken of each input that is looked into, by input. */
  readonly contents = new Map<number, string>();
  /** Files that were looked into on the way, with their digests. */
  readonly looked = new Map<string, string>();
  // As shown. Unix microseconds.
  startedAt: number | undefined;
  completedAt: number | undefined;
  cached = false;
  error = '';
  readonly jobs = new Set<BuildJob>();

  constructor(
    readonly node: LlbNode,
    readonly inputs: readonly (Vertex | undefined)[],
  ) {}

  get isOver(): boolean {
    return this.phase === 'done' || this.phase === 'failed';
  }
}

/** Trees of a result, topmost first, for a union filesystem. */
export function treesOf({ layers, tree }: StepResult): LayerNode[] {
  const below = layers.map((layer) => layer.tree).reverse();
  return tree ? [tree, ...below] : below;
}
