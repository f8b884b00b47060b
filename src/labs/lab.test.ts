import { expect, test } from 'vitest';
import { LabError, allLabs, parseCheck, parseLab, solutionOf } from './index';

test('every lab is well formed and its solution names its steps', () => {
  for (const lab of allLabs()) {
    for (const step of lab.steps) expect(step.checks.length, step.title).toBeGreaterThan(0);
    const titles = solutionOf(lab.id).flatMap((line) => (line.kind === 'step' ? [line.title] : []));
    expect(titles).toEqual(lab.steps.map((step) => step.title));
  }
});

test('a wrong lab says where it is wrong', () => {
  const head = '---\ntitle: x\nminutes: 1\nnodes: 1\nseed: 1\n---\n';
  expect(() => parseLab('x', 'no fields')).toThrow(LabError);
  expect(() => parseLab('x', `${head}## One\n\`\`\`check\nthe moon is full\n\`\`\`\n`)).toThrow(
    'x:8: this check is not understood: the moon is full',
  );
  expect(() => parseLab('x', `${head}## One\n\`\`\`run\nls\n\`\`\`\n`)).toThrow('names its node');
});

test('checks look at the cluster and at what was printed', () => {
  const check = parseCheck('node1 printed the names of 2 nodes')!;
  const screen = { cluster: undefined } as never;
  const view = {
    screens: { node1: screen, node2: screen },
    printed: { node1: 'node1\r\nx node2' },
  };
  expect(check.evaluate(view)).toEqual({ done: false, progress: '1 of 2 so far' });
  const both = { ...view, printed: { node1: 'node1\r\nnode2\r\n' } };
  expect(check.evaluate(both).done).toBe(true);
});
