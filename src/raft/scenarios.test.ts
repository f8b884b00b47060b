import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isRaftFile, runRaftCase } from '../headless/oracle/raft';

const file = new URL('./testdata/scenarios.json', import.meta.url);
const content: unknown = JSON.parse(readFileSync(file, 'utf8'));

test('the core behaves as etcd raft does, case by case', () => {
  if (!isRaftFile(content)) throw new Error('no cases');
  const failed = content.scenarios.flatMap((scenario) => {
    const reasons = runRaftCase(scenario);
    return reasons.length === 0 ? [] : [`${scenario.id}: ${reasons[0]}`];
  });
  expect(failed).toEqual([]);
  expect(content.scenarios.length).toBeGreaterThan(60);
});
