import { expect, test } from 'vitest';
import { pendingBecause } from './pending-words';

test('the reasons of the scheduler become a sentence', () => {
  expect(
    pendingBecause(
      'no suitable node (scheduling constraints not satisfied on 2 nodes; 1 node not available for new tasks)',
    ),
  ).toBe(
    'no node fits: 2 nodes that its constraints rule out, 1 node not ready, drained or paused',
  );
  expect(pendingBecause('no suitable node (insufficient resources on 3 nodes)')).toBe(
    'no node fits: 3 nodes without the processors or memory that it reserves',
  );
  expect(pendingBecause('No such image: nope:1')).toBe('No such image: nope:1');
});
