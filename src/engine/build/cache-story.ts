/**
 * Tells the X-ray of a build as it goes on, and why its steps were found in the cache or were not: each
 * step is held against the same step of the last build of the same name. Both builders tell it here.
 */
import type {
  BuildRecord,
  BuildStage,
  BuildStepPlan,
  BuildStepRecord,
  CacheExplanation,
  CacheMissCause,
} from '../../api';
import type { Runtime } from '../../base';
import { explain, type StepFacts } from './cache-cause';
import { reorderHints, type StepStory } from './reorder';

/** Facts of the last builds by their name; on the disk, so that it outlives the daemon. */
export class BuildMemory {
  count = 0;
  private readonly builds = new Map<string, ReadonlyMap<string, StepFacts>>();

  last(name: string): ReadonlyMap<string, StepFacts> | undefined {
    return this.builds.get(name);
  }

  remember(name: string, facts: ReadonlyMap<string, StepFacts>): void {
    this.builds.delete(name);
    this.builds.set(name, facts);
    const [oldest] = this.builds.keys();
    if (this.builds.size > BUILDS_MAX && oldest !== undefined) this.builds.delete(oldest);
  }
}

const BUILDS_MAX = 40;

export interface BuildSummary {
  readonly builder: BuildRecord['builder'];
  readonly tags: readonly string[];
  readonly dockerfile: string;
  readonly stages: readonly BuildStage[];
}

/** What is known of a step besides its text. */
export type KnownFacts = Omit<StepFacts, 'text'>;

export class CacheStory {
  private readonly build: string;
  private readonly name: string;
  private readonly plans = new Map<string, BuildStepPlan>();
  private readonly before: ReadonlyMap<string, StepFacts> | undefined;
  private readonly now = new Map<string, StepFacts>();
  private readonly stories = new Map<string, StepStory>();
  private readonly beganAt: number;

  constructor(
    private readonly runtime: Runtime,
    private readonly memory: BuildMemory,
    private readonly summary: BuildSummary,
  ) {
    const { builder, tags, dockerfile, stages } = summary;
    this.build = String(++memory.count);
    this.name = `${builder} ${dockerfile} ${tags[0] ?? ''}`;
    this.before = memory.last(this.name);
    this.beganAt = runtime.now;
    for (const { steps } of stages) for (const step of steps) this.plans.set(step.id, step);
    const record: BuildRecord = {
      kind: 'build',
      build: this.build,
      builder,
      tags,
      dockerfile,
      stages,
    };
    runtime.report(record);
  }

  private tell(
    step: string,
    part: Partial<BuildStepRecord> & Pick<BuildStepRecord, 'state'>,
  ): void {
    const { now } = this.runtime;
    const startedAt = this.stories.get(step)?.startedAt ?? now;
    const over = part.state === 'running' ? {} : { endedAt: now };
    const record: BuildStepRecord = {
      ...{ kind: 'build-step', build: this.build, step, startedAt },
      ...over,
      ...part,
    };
    this.runtime.report(record);
  }

  private story(step: string): StepStory {
    let story = this.stories.get(step);
    if (!story) {
      story = {
        step,
        startedAt: this.runtime.now,
        endedAt: undefined,
        cause: undefined,
        hit: false,
      };
      this.stories.set(step, story);
    }
    return story;
  }

  started(step: string): void {
    if (!this.plans.has(step)) return;
    this.story(step);
    this.tell(step, { state: 'running' });
  }

  /** A step that the cache has nothing to say of. */
  done(step: string, result: { readonly result: string; readonly bytes: number }): void {
    if (!this.plans.has(step)) return;
    this.story(step).endedAt = this.runtime.now;
    this.tell(step, { state: 'done', ...result });
  }

  hit(step: string, result: string, facts: KnownFacts): void {
    const plan = this.plans.get(step);
    if (!plan) return;
    // What was not looked into again is as it was.
    const known = this.before?.get(step)?.files;
    const files = facts.files.size > 0 || !known ? facts.files : known;
    this.now.set(step, { ...facts, files, text: plan.text });
    const story = this.story(step);
    story.endedAt = this.runtime.now;
    story.hit = true;
    const text = 'Nothing that this step looks at has changed since it was last done.';
    this.tell(step, { state: 'cached', result, cache: { hit: true, text } });
  }

  missed(
    step: string,
    result: { readonly result: string; readonly bytes: number },
    facts: KnownFacts,
    disabled: boolean,
  ): void {
    const plan = this.plans.get(step);
    if (!plan) return;
    const own: StepFacts = { ...facts, text: plan.text };
    this.now.set(step, own);
    const story = this.story(step);
    story.endedAt = this.runtime.now;
    const cause: CacheMissCause = disabled
      ? { kind: 'disabled' }
      : explain(this.before?.get(step), own, this.missedBefore(step));
    story.cause = cause;
    const cache: CacheExplanation = { hit: false, text: sentenceOf(cause), cause };
    this.tell(step, { state: 'done', cache, ...result });
  }

  /** The nearest step above in the stage that missed. */
  private missedBefore(step: string): string | undefined {
    const stage = this.summary.stages.find(({ steps }) => steps.some(({ id }) => id === step));
    const steps = stage?.steps ?? [];
    const at = steps.findIndex(({ id }) => id === step);
    return steps.slice(0, at).findLast(({ id }) => this.stories.get(id)?.cause)?.id;
  }

  failed(step: string, error: string): void {
    if (!this.plans.has(step)) return;
    this.story(step).endedAt = this.runtime.now;
    this.tell(step, { state: 'failed', error });
  }

  canceled(step: string): void {
    if (this.plans.has(step)) this.tell(step, { state: 'canceled' });
  }

  end(ok: boolean, image: string): void {
    const stories = [...this.stories.values()];
    if (ok) this.memory.remember(this.name, this.now);
    this.runtime.report({
      kind: 'build-end',
      build: this.build,
      ok,
      image,
      hits: stories.filter(({ hit }) => hit).length,
      misses: stories.filter(({ cause }) => cause).length,
      us: this.runtime.now - this.beganAt,
      hints: ok ? reorderHints(this.summary.stages, this.stories) : [],
    } as Parameters<Runtime['report']>[0]);
  }
}

function sentenceOf(cause: CacheMissCause): string {
  switch (cause.kind) {
    case 'first':
      return 'Nothing like it was done here before.';
    case 'disabled':
      return 'The build was told not to look (--no-cache).';
    case 'parent':
      return 'It stands on a step that was done anew.';
    case 'base':
      return 'The base image is another one than last time.';
    case 'instruction':
      return `The instruction has changed: it was ${JSON.stringify(cause.before)}.`;
    case 'argument':
      return `${cause.name} has another value: ${shown(cause.now)}, before ${shown(cause.before)}.`;
    case 'files': {
      const [first] = cause.files;
      const more = cause.total > 1 ? ` and ${cause.total - 1} more` : '';
      return first ? `${first.path}${more} ${first.change}.` : 'Files have changed.';
    }
  }
}

function shown(value: string): string {
  return value === '' ? 'none' : JSON.stringify(value);
}
