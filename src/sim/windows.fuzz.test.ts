/**
 * Random faults at random instants: the hash is the same however a run is cut into windows, from a
 * clone, and from its saved inputs. `FUZZ_SEED` repeats one seed.
 */
import { expect, it } from 'vitest';
import { RandomStream } from '../base';
import { DEFAULT_SCENARIO, LocalCluster } from '.';
import { createToyMachine } from './testdata/toy-machine';

const END_US = 600_000;
const only = process.env['FUZZ_SEED'];
const seeds = only === undefined ? Array.from({ length: 40 }, (_, i) => i + 1) : [Number(only)];

function randomLine(random: RandomStream): string {
  const node = () => `node${random.between(1, 4)}`;
  return random.pick([
    () => `crash ${node()}`,
    () => `restart ${node()}`,
    () => `stop ${node()}`,
    () => `start ${node()}`,
    () => `freeze ${node()}`,
    () => `thaw ${node()}`,
    () => `cut ${node()} ${node()}`,
    () => `cut ${node()} to ${node()}`,
    () => `partition ${node()}`,
    () => `delay ${node()} ${node()} ${random.between(0, 9000)}us`,
    () => `delay all ${random.between(0, 900)}us 1ms`,
    () => `loss all ${random.between(0, 30)}%`,
    () => `duplicate all ${random.between(0, 30)}%`,
    () => `reorder all ${random.between(0, 30)}%`,
    () => `bandwidth ${node()} ${node()} 100kbit`,
    () => `drop ${node()} ${node()} 2`,
    () => `slow-disk ${node()} ${random.between(0, 50)}ms`,
    () => 'heal',
    () => 'undo',
  ])();
}

function start(seed: number): LocalCluster {
  return new LocalCluster({ ...DEFAULT_SCENARIO, seed, nodes: 4 }, createToyMachine);
}

it.each(seeds)('seed %i', (seed) => {
  const random = new RandomStream(seed, 'fuzz');
  const live = start(seed);
  while (live.now < END_US) {
    if (random.chance(1, 3)) for (let i = random.below(9); i > 0; i--) live.stepEvent();
    else live.runUntil(live.now + random.below(30_000));
    if (random.chance(1, 8)) live.conductor.addNode();
    if (random.chance(1, 9)) live.conductor.removeNode(`node${random.between(2, 6)}`);
    live.conductor.giveChaos(randomLine(random));
    const data = `chaos ${randomLine(random)}`;
    live.conductor.give('node1', { kind: 'terminal-data', terminal: 't1', data });
  }
  live.runUntil(live.conductor.edge());
  const saved = live.conductor.save();

  const whole = start(seed);
  whole.conductor.load(saved);
  whole.runUntil(saved.until / 2);
  const copy = whole.clone();
  whole.runUntil(saved.until);
  expect(whole.traceHash()).toBe(live.traceHash());
  for (let at = copy.now; at < saved.until; at += 1 + random.below(700)) copy.runUntil(at);
  copy.runUntil(saved.until);
  expect(copy.traceHash()).toBe(live.traceHash());
});
