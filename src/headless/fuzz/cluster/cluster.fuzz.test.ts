/**
 * A small share of `npm run fuzz -- cluster`, and the proof that its checkers see what they are for: bugs
 * planted on purpose are reported. `FUZZ_SEED` runs one seed.
 */
import { expect, test } from 'vitest';
import { ClusterRun, formShape, shapeOf, type FormedSwarm } from './cluster-run';
import { MUTANTS } from './mutants';

const only = process.env['FUZZ_SEED'];
const SEEDS = only === undefined ? [1, 2, 3, 4, 5, 6] : [Number(only)];
/** Other seeds that are tried where the known one shows the bug no more. */
const MORE_SEEDS = 30;

const formed = new Map<number, FormedSwarm>();

function swarmFor(seed: number): FormedSwarm {
  const shape = shapeOf(seed);
  const swarm = formed.get(shape) ?? formShape(shape);
  formed.set(shape, swarm);
  return swarm;
}

test.each(SEEDS)('seed %i', (seed) => {
  const { violation, story } = new ClusterRun(swarmFor(seed), seed).run();
  expect(violation?.message, story.join('\n')).toBeUndefined();
});

test.each(MUTANTS)('is caught: $name', (mutant) => {
  const { caughtBy, seed } = mutant;
  const seeds = [seed, ...Array.from({ length: MORE_SEEDS }, (_, i) => i + 1)];
  const seen = seeds.some((each) => {
    const swarm = swarmFor(each);
    const takeOut = mutant.plant(swarm.cluster);
    try {
      const { violation } = new ClusterRun(swarm, each).run();
      return violation !== undefined && caughtBy.includes(violation.property);
    } finally {
      takeOut();
    }
  });
  expect(seen).toBe(true);
});
