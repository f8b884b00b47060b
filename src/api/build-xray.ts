/**
 * What a build reports for the Layers lens: its stages as a graph, each step's state and time, and why a
 * step came from the cache or did not. Real builders know all of this and say little of it.
 *
 * One `build` record opens a build (the whole graph, every step waiting), a `build-step` record follows
 * each time a step changes, a `build-end` record closes it. A viewer merges by `build` and step `id`.
 */

/** A stage: its base, its steps, and the stages that it takes files from. */
export interface BuildStage {
  /** Index in the Dockerfile, as text; the key of edges. */
  readonly id: string;
  /** Its name, "stage-N" without one. */
  readonly name: string;
  /** An image's name as written and expanded, "scratch", or '' where the base is a stage. */
  readonly baseImage: string;
  /** Id of the stage that it begins with; '' for an image. */
  readonly baseStage: string;
  /** False: nothing that is wanted needs it (BuildKit skips it). */
  readonly used: boolean;
  readonly steps: readonly BuildStepPlan[];
}

/** A step before anything is known of it. */
export interface BuildStepPlan {
  /** Unique in the build. */
  readonly id: string;
  /** The instruction as written, on one line. */
  readonly text: string;
  /** "RUN", "COPY", ... and "FROM" for the first one of a stage. */
  readonly instruction: string;
  /** It changes files: a layer comes of it (or may). The others change settings only. */
  readonly makesLayer: boolean;
  /** Where files come from, for COPY, ADD and RUN --mount. */
  readonly from: readonly BuildEdge[];
}

/** A stage that files come from, an image, the build context, or an address. */
export interface BuildEdge {
  readonly kind: 'stage' | 'image' | 'context' | 'url';
  /** Stage id, image name, '' for the context, or the address. */
  readonly name: string;
  readonly paths: readonly string[];
}

export interface BuildRecord {
  readonly kind: 'build';
  /** Unique on its machine. */
  readonly build: string;
  readonly builder: 'classic' | 'buildkit';
  readonly tags: readonly string[];
  readonly dockerfile: string;
  /** In the Dockerfile's order. */
  readonly stages: readonly BuildStage[];
}

export type BuildStepState =
  /** A step is waiting before its first record. */
  'running' | 'cached' | 'done' | 'failed' | 'canceled';

export interface BuildStepRecord {
  readonly kind: 'build-step';
  readonly build: string;
  /** `BuildStepPlan.id` */
  readonly step: string;
  readonly state: BuildStepState;
  /** Virtual time of the machine. */
  readonly startedAt: number;
  /** Of a step that is over. */
  readonly endedAt?: number;
  /** The cache's answer; absent where there is no question (FROM) or no answer yet. */
  readonly cache?: CacheExplanation;
  /** Image (classic) or layer (BuildKit) that it left behind: a digest, '' for none. */
  readonly result?: string;
  /** Bytes of the layer that it left behind. */
  readonly bytes?: number;
  readonly error?: string;
}

/** Why a step was found in the cache, or was not. */
export interface CacheExplanation {
  readonly hit: boolean;
  /** One sentence for people. */
  readonly text: string;
  /** Of a miss. */
  readonly cause?: CacheMissCause;
}

export type CacheMissCause =
  /** No earlier build has come here. */
  | { readonly kind: 'first' }
  /** `--no-cache`. */
  | { readonly kind: 'disabled' }
  /** The step before missed, and that alone is enough. */
  | { readonly kind: 'parent'; readonly step: string }
  /** The base image is another one than last time. */
  | { readonly kind: 'base'; readonly before: string; readonly now: string }
  /** The instruction reads differently. */
  | { readonly kind: 'instruction'; readonly before: string; readonly now: string }
  /** A build argument or a variable of the environment has another value. */
  | {
      readonly kind: 'argument';
      readonly name: string;
      /** '' where it had none. */
      readonly before: string;
      readonly now: string;
    }
  /** Files that are copied have changed; the first few of them. */
  | { readonly kind: 'files'; readonly files: readonly ChangedFile[]; readonly total: number };

/** Digests are of content and what else the cache looks at (mode, owner, name). */
export interface ChangedFile {
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** '' where there was none. */
  readonly before: string;
  readonly now: string;
}

/** What another order of the Dockerfile would have saved. */
export interface ReorderHint {
  /** The step that missed because of a file or argument... */
  readonly step: string;
  /** ...and could stand behind this one, which does not look at what it brings. */
  readonly behind: string;
  /** Steps that would then have been found in the cache. */
  readonly saved: readonly string[];
  /** Virtual time that these took. */
  readonly savedUs: number;
  readonly text: string;
}

export interface BuildEndRecord {
  readonly kind: 'build-end';
  readonly build: string;
  readonly ok: boolean;
  /** Image id, '' for none. */
  readonly image: string;
  readonly hits: number;
  readonly misses: number;
  readonly us: number;
  readonly hints: readonly ReorderHint[];
}

export type BuildXrayRecord = BuildRecord | BuildStepRecord | BuildEndRecord;
