/** A fixed small share of `npm run fuzz`: random lines, keystrokes and requests on a swarm of three. */
import { expect, it } from 'vitest';
import { FuzzFailure, FuzzSession, formSwarm } from './session';

const SEEDS = [1, 2, 3, 4];
const INPUTS = 40;

it('survives whatever is typed', () => {
  const swarm = formSwarm(1);
  for (const seed of SEEDS) {
    let number = 0;
    try {
      new FuzzSession(swarm, seed).run(INPUTS, () => number++);
    } catch (error) {
      if (!(error instanceof FuzzFailure)) throw error;
      const { kind, node, text } = error.given;
      const replay = `npm run fuzz -- --seeds ${seed} --lines ${number}`;
      expect.fail(`${replay}: ${kind} on ${node}: ${JSON.stringify(text)}\n${error.why}`);
    }
  }
});
