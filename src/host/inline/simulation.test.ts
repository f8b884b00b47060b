import { describe, expect, it } from 'vitest';
import { createToyMachine } from '../../sim/testdata/toy-machine';
import { Simulation } from '.';

function start(seed = 1): Simulation {
  return new Simulation({ seed, nodes: 3, createMachine: createToyMachine });
}

describe('a simulation driven by hand', () => {
  it('runs a command line to its end', () => {
    const simulation = start();
    simulation.runFor(1_000_000);
    const run = simulation.exec('node1', 'anything');
    expect(run).toMatchObject({ exitCode: 3, startedAt: 1_000_000, stderr: '' });
    expect(run.stdout).toBe(`at ${run.endedAt}\n`);
  });

  it('echoes what is typed while no time passes', () => {
    const simulation = start();
    const terminal = simulation.openTerminal('node2');
    simulation.type(terminal, 'ls');
    expect(terminal.text).toBe('$ ls');
    expect(simulation.now).toBe(0);
    simulation.closeTerminal(terminal);
    expect(terminal.closed).toBe(true);
  });

  it('answers API requests', () => {
    const simulation = start();
    const request = { method: 'GET', path: '/_ping', headers: {}, body: new Uint8Array() };
    const response = simulation.requestApi('node3', request)!;
    expect(response.status).toBe(200);
    expect(response.text()).toBe('GET /_ping on node3');
  });

  it('goes on alike from a clone in mid-command', () => {
    const simulation = start();
    const run = simulation.startExec('node1', 'wait');
    simulation.runFor(1_000);
    const copy = simulation.clone();
    for (const one of [simulation, copy]) one.runFor(100_000);
    expect(copy.execRun(run.exec)).toEqual(run);
    expect(copy.traceHash()).toBe(simulation.traceHash());
    expect(run.exitCode).toBe(3);
  });

  it('replays a saved run', () => {
    const simulation = start(5);
    simulation.exec('node1', 'x');
    simulation.chaos('partition node1');
    simulation.addNode();
    simulation.runFor(1_000_000);
    const again = Simulation.replay(simulation.save(), { createMachine: createToyMachine });
    expect(again.traceHash()).toBe(simulation.traceHash());
    expect(again.nodes).toEqual(['node1', 'node2', 'node3', 'node4']);
  });
});
