/** `npm run oracle -- raft`: counts cases. */
import type { OracleRunner } from './runner';
import { isRaftFile, observeRaftCase, runRaftCase } from './raft';

export const runRaftFile: OracleRunner = (file, content, options) => {
  if (!isRaftFile(content)) return undefined;
  let passed = 0;
  let failed = 0;
  const chosen = content.scenarios.filter(
    ({ id }) => options.only.length === 0 || options.only.some((prefix) => id.startsWith(prefix)),
  );
  for (const test of chosen) {
    const failures = runRaftCase(test);
    if (failures.length === 0) passed++;
    else {
      failed++;
      options.print(`FAILED ${test.id}`);
      for (const failure of failures.slice(0, 5)) options.print(`  ${failure}`);
    }
  }
  options.write?.(file, { ...content, scenarios: chosen.map(observeRaftCase) });
  return { passed, failed };
};
