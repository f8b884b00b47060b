/**
 * What another order of the Dockerfile would have saved: a step that missed because of a file or an
 * argument, above steps that missed only because they stand on it and do not name what it brings.
 */
import type { BuildStage, BuildStepPlan, CacheMissCause, ReorderHint } from '../../api';

export interface StepStory {
  readonly step: string;
  readonly startedAt: number;
  endedAt: number | undefined;
  /** Of a miss. */
  cause: CacheMissCause | undefined;
  hit: boolean;
}

export function reorderHints(
  stages: readonly BuildStage[],
  stories: ReadonlyMap<string, StepStory>,
): ReorderHint[] {
  return stages.flatMap(({ steps }) =>
    steps.flatMap((step, at) => hintFor(steps, at, step, stories)),
  );
}

function hintFor(
  steps: readonly BuildStepPlan[],
  at: number,
  step: BuildStepPlan,
  stories: ReadonlyMap<string, StepStory>,
): ReorderHint[] {
  const cause = stories.get(step.id)?.cause;
  const names = namesOf(cause);
  if (names.length === 0) return [];
  const saved: BuildStepPlan[] = [];
  for (const later of steps.slice(at + 1)) {
    if (!later.makesLayer) continue;
    const story = stories.get(later.id);
    if (story?.cause?.kind !== 'parent' || names.some((name) => later.text.includes(name))) break;
    saved.push(later);
  }
  const last = saved.at(-1);
  if (!last) return [];
  const savedUs = saved.reduce((sum, { id }) => sum + lasted(stories.get(id)), 0);
  const count = saved.length === 1 ? '1 step' : `${saved.length} steps`;
  const text = `Behind "${last.text}", "${step.text}" would have left ${count} in the cache.`;
  return [{ step: step.id, behind: last.id, saved: saved.map(({ id }) => id), savedUs, text }];
}

function lasted(story: StepStory | undefined): number {
  return (story?.endedAt ?? 0) - (story?.startedAt ?? 0);
}

/** What a step below would have to name to need the change. */
function namesOf(cause: CacheMissCause | undefined): string[] {
  if (cause?.kind === 'argument') return [cause.name];
  if (cause?.kind !== 'files') return [];
  return cause.files.map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
}
