import { describe, expect, it } from 'vitest';
import { createToyMachine } from '../../sim/testdata/toy-machine';
import { InlineCluster } from '.';

function start(seed = 1): InlineCluster {
  return new InlineCluster({ seed, nodes: 3, createMachine: createToyMachine });
}

describe('a cluster driven by hand', () => {
  it('runs a command line to its end', () => {
    const cluster = start();
    cluster.runFor(1_000_000);
    const run = cluster.exec('node1', 'anything');
    expect(run).toMatchObject({ exitCode: 3, startedAt: 1_000_000, stderr: '' });
    expect(run.stdout).toBe(`at ${run.endedAt}\n`);
  });

  it('echoes what is typed while no time passes', () => {
    const cluster = start();
    const terminal = cluster.openTerminal('node2');
    cluster.type(terminal, 'ls');
    expect(terminal.text).toBe('$ ls');
    expect(cluster.now).toBe(0);
    cluster.closeTerminal(terminal);
    expect(terminal.closed).toBe(true);
  });

  it('answers API requests', () => {
    const cluster = start();
    const request = { method: 'GET', path: '/_ping', headers: {}, body: new Uint8Array() };
    const response = cluster.requestApi('node3', request)!;
    expect(response.status).toBe(200);
    expect(response.text()).toBe('GET /_ping on node3');
  });

  it('goes on alike from a clone in mid-command', () => {
    const cluster = start();
    const run = cluster.startExec('node1', 'wait');
    cluster.runFor(1_000);
    const copy = cluster.clone();
    for (const one of [cluster, copy]) one.runFor(100_000);
    expect(copy.execRun(run.exec)).toEqual(run);
    expect(copy.traceHash()).toBe(cluster.traceHash());
    expect(run.exitCode).toBe(3);
  });

  it('replays a saved run', () => {
    const cluster = start(5);
    cluster.exec('node1', 'x');
    cluster.chaos('partition node1');
    cluster.addNode();
    cluster.runFor(1_000_000);
    const again = InlineCluster.replay(cluster.save(), { createMachine: createToyMachine });
    expect(again.traceHash()).toBe(cluster.traceHash());
    expect(again.nodes).toEqual(['node1', 'node2', 'node3', 'node4']);
  });
});
