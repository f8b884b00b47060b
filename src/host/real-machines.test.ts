/** The real machine on every host of Node: the same seed and inputs, the same hash. */
import { afterAll, expect, it } from 'vitest';
import { createHost, runTrace, type HostKind } from './create';
import { installWorkers } from './node/worker-threads';
import type { SimulatedHost } from './sim-host';

installWorkers();

const hosts: SimulatedHost[] = [];

afterAll(async () => {
  for (const host of hosts) await host.stop();
});

async function hashOn(kind: HostKind, workers?: number): Promise<string> {
  const some = workers === undefined ? {} : { workers };
  const host = createHost(kind, {
    seed: 2,
    nodes: 3,
    hub: 'stand-in',
    speed: 0,
    paused: true,
    ...some,
  });
  hosts.push(host);
  const failed = new Promise<never>((_resolve, reject) => {
    host.onFailure((message) => reject(new Error(message)));
  });
  return Promise.race([runTrace(host, { nodes: 3, untilUs: 20_000_000 }), failed]);
}

it('has the same hash inline, on one, two and three workers', async () => {
  const inline = await hashOn('inline');
  expect(await hashOn('pool', 1)).toBe(inline);
  expect(await hashOn('pool', 2)).toBe(inline);
  expect(await hashOn('worker')).toBe(inline);
}, 300_000);
