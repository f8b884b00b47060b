/**
 * `npm run oracle -- dockerfile`: Dockerfiles built by both builders, compared with the real ones' texts,
 * exit codes, cache hits and images. A case passes if both agree.
 */
import {
  judgeBuildKitCache,
  judgeBuildKitErrors,
  judgeBuildKitExpansion,
  judgeBuildKitResults,
  judgePlain,
} from './dockerfile/buildkit-judges';
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

/** Recognised by what a case holds: who judges what each builder made of it. */
function judgesOf(kase: DockerfileCase): { classic?: Judge; buildkit?: Judge } {
  if (kase.steps) return { classic: judgeCache, buildkit: judgeBuildKitCache };
  if (!kase.classic) return { buildkit: judgePlain };
  if (kase.cmd !== undefined) return { classic: judgeErrors, buildkit: judgeBuildKitErrors };
  if ('expression' in kase) return { classic: judgeExpansion, buildkit: judgeBuildKitExpansion };
  return { classic: judgeResults, buildkit: judgeBuildKitResults };
}

let fresh: DockerfileWorld | undefined;

export const runDockerfileFile: OracleRunner = (_file, content, options) => {
  if (!isCaseFile(content)) return undefined;
  fresh ??= DockerfileWorld.create();
  let passed = 0;
  let failed = 0;
  for (const kase of content.cases) {
    if (options.only.length > 0 && !options.only.some((p) => kase.id.startsWith(p))) continue;
    const { classic, buildkit } = judgesOf(kase);
    const flaws = classic?.(fresh.clone(), kase, content.head) ?? [];
    const same = kase.steps
      ? kase.steps[0]?.buildkit
      : (kase.buildkit ?? kase.stderr ?? kase.screen);
    if (buildkit && same !== undefined)
      for (const flaw of buildkit(fresh.clone(true), kase, content.head))
        flaws.push(`buildkit ${flaw}`);
    if (flaws.length === 0) passed++;
    else {
      failed++;
      options.print(`FAIL ${kase.id}`);
      for (const flaw of flaws) options.print(`    ${flaw}`);
    }
  }
  return { passed, failed };
};
