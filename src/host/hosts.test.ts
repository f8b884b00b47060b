import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_SCENARIO, LocalCluster, parseRun } from '../sim';
import { createToyMachine } from '../sim/testdata/toy-machine';
import type { ClusterUpdate } from './cluster-host';
import { connectLocal } from './local-connection';
import { MessageHost, type Connect } from './message-host';
import { installWorkers } from './node/worker-threads';
import { connectWorker } from './worker-connection';

installWorkers();

const started: MessageHost[] = [];

const local = connectLocal(createToyMachine, (job) => Promise.resolve(`${String(job)}!`));
const worker = connectWorker(
  () => new Worker(new URL('./testdata/toy-cluster.ts', import.meta.url), { type: 'module' }),
);

async function open(connect: Connect, workers: number, speed = 0): Promise<MessageHost> {
  const scenario = { ...DEFAULT_SCENARIO, seed: 11, nodes: 4 };
  const host = new MessageHost({ scenario, speed, paused: speed === 0, workers }, connect);
  started.push(host);
  await host.start();
  return host;
}

afterEach(async () => {
  for (const host of started.splice(0)) await host.stop();
});

/** The same story on every host; answers the hash and the saved run. */
async function story(host: MessageHost): Promise<{ hash: string; run: string; stdout: string }> {
  await host.runTo(300_000);
  const { stdout } = await host.exec({ node: 'node1', command: 'compute' });
  const second = await host.exec({ node: 'node2', command: 'wait' });
  await host.runTo(500_000);
  await host.chaos('freeze node3');
  await host.addNode();
  await host.runTo(700_000);
  await host.chaos('undo');
  await host.chaos('delay all 3ms');
  await host.removeNode('node2');
  await host.runTo(1_000_000);
  return {
    hash: await host.traceHash(),
    run: await host.saveRun(),
    stdout: stdout + second.stdout,
  };
}

describe('the same run on every host', () => {
  it('has the same hash inline, on 1, 2 and many workers', async () => {
    const inline = await story(await open(local, 0));
    for (const workers of [1, 2, 0]) {
      expect(await story(await open(worker, workers))).toEqual(inline);
    }
    const saved = parseRun(inline.run)!;
    const again = new LocalCluster(saved.scenario, createToyMachine, (job) => `${String(job)}!`);
    again.conductor.load(saved);
    again.runUntil(saved.until);
    expect(again.traceHash()).toBe(inline.hash);
  });
});

describe.each([
  ['inline', local],
  ['worker', worker],
])('the %s host', (_name, connect) => {
  it('echoes in a terminal while paused', async () => {
    const host = await open(connect, 2);
    const text = await new Promise<string>((resolve) => {
      let seen = '';
      const terminal = host.openTerminal('node1', 80, 24, {
        data: (data) => {
          seen += data;
          if (seen.length >= 4) resolve(seen);
        },
        closed: () => undefined,
      });
      terminal.write('l');
      terminal.write('s');
    });
    expect(text).toBe('$ ls');
    expect((await host.clock()).now).toBe(0);
  });

  it('answers API requests', async () => {
    const host = await open(connect, 1);
    const request = { method: 'GET', path: '/_ping', headers: {}, body: new Uint8Array() };
    const { status, body } = await host.requestApi('node2', request);
    expect([status, new TextDecoder().decode(body)]).toEqual([200, 'GET /_ping on node2']);
  });

  it('tells the page what changed', async () => {
    const host = await open(connect, 2);
    const updates: ClusterUpdate[] = [];
    await new Promise<void>((resolve) => {
      host.subscribe((update) => {
        updates.push(update);
        if (update.links.some((link) => link.cut) && update.traffic.gossip > 0) resolve();
      });
      void host.chaos('cut node1 to node2').then(() => host.runTo(500_000));
    });
    const last = updates.at(-1)!;
    expect(Object.keys(updates[0]!.screens)).toEqual(['node1', 'node2', 'node3', 'node4']);
    expect(last.links.length).toBe(12);
    expect(updates.flatMap((update) => update.inputs)).toMatchObject([
      { id: 1, label: 'chaos cut node1 to node2' },
    ]);
    expect(last.screens['node1']?.images).not.toEqual([]);
  });

  it('keeps to the pace and steps single events', async () => {
    // Before the host starts: at 1x virtual time is never ahead of the wall's, however slow that is.
    const before = performance.now();
    const host = await open(connect, 1, 1);
    await host.exec({ node: 'node1', command: 'wait' });
    host.pause();
    const { now } = await host.clock();
    expect(now / 1000).toBeLessThan(performance.now() - before + 5);
    host.stepEvent();
    await host.runTo(now);
    expect((await host.clock()).now).toBeGreaterThan(now);
  });
});
