/**
 * `npm run oracle -- dockerfile`: Dockerfiles built by the classic builder, compared with the real one's
 * texts, exit codes, cache hits and images. What BuildKit made of the same cases is not judged.
 */
import {
  judgeCache,
  judgeErrors,
  judgeExpansion,
  judgeResults,
  type DockerfileCase,
  type Head,
  type Judge,
} from './dockerfile/judges';
import { DockerfileWorld } from './dockerfile/world';
import type { OracleRunner } from './runner';

interface CaseFile {
  readonly topic?: string;
  readonly head: Head;
  readonly cases: readonly DockerfileCase[];
}

function isCaseFile(value: unknown): value is CaseFile {
  const v = value as Partial<CaseFile> | null;
  return Array.isArray(v?.cases) && typeof v.cases[0]?.id === 'string' && v.head !== undefined;
}

/** Recognised by what a case holds; undefined: BuildKit's alone. */
function judgeOf(kase: DockerfileCase): Judge | undefined {
  if (kase.steps) return judgeCache;
  if (!kase.classic) return undefined;
  if (kase.cmd !== undefined) return judgeErrors;
  return 'expression' in kase ? judgeExpansion : judgeResults;
}

let fresh: DockerfileWorld | undefined;

export const runDockerfileFile: OracleRunner = (_file, content, options) => {
  if (!isCaseFile(content)) return undefined;
  fresh ??= DockerfileWorld.create();
  let passed = 0;
  let failed = 0;
  let buildKit = 0;
  for (const kase of content.cases) {
    if (options.only.length > 0 && !options.only.some((p) => kase.id.startsWith(p))) continue;
    const judge = judgeOf(kase);
    if (!judge) {
      buildKit++;
      continue;
    }
    const flaws = judge(fresh.clone(), kase, content.head);
    if (flaws.length === 0) passed++;
    else {
      failed++;
      options.print(`FAIL ${kase.id}`);
      for (const flaw of flaws) options.print(`    ${flaw}`);
    }
  }
  if (buildKit > 0)
    options.print(`${buildKit} cases of BuildKit fail: not simulated (DOCKER_BUILDKIT=1)`);
  return { passed, failed: failed + buildKit };
};
