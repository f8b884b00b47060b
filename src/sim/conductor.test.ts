import { describe, expect, it } from 'vitest';
import { DEFAULT_SCENARIO, LocalCluster, parseRun, serialiseRun, type Scenario } from '.';
import { createToyMachine, type ToyMachine } from './testdata/toy-machine';

function cluster(change: Partial<Scenario> = {}): LocalCluster {
  return new LocalCluster({ ...DEFAULT_SCENARIO, ...change }, createToyMachine, (job) => `${job}!`);
}

function toy(room: LocalCluster, node: string): ToyMachine {
  return room.machine(node) as ToyMachine;
}

const SECOND = 1_000_000;

describe('a run', () => {
  it('repeats for the same seed and differs for another', () => {
    const hashes = [1, 1, 2].map((seed) => {
      const room = cluster({ seed });
      room.runUntil(SECOND);
      return room.traceHash();
    });
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[0]).not.toBe(hashes[2]);
  });

  it('does not depend on how it is cut into windows', () => {
    const whole = cluster();
    whole.runUntil(SECOND);
    const pieces = cluster();
    for (let at = 0; at < SECOND; at += 1 + ((at * 7919) % 777)) pieces.runUntil(at);
    pieces.runUntil(SECOND);
    const single = cluster();
    while (single.now < 990_000) single.stepEvent();
    single.runUntil(SECOND);
    expect(pieces.traceHash()).toBe(whole.traceHash());
    expect(single.traceHash()).toBe(whole.traceHash());
  });

  it('goes on alike from a clone, and apart from it', () => {
    const room = cluster();
    room.runUntil(300_000);
    room.conductor.giveChaos('freeze node2');
    room.runUntil(333_333);
    const copy = room.clone();
    room.conductor.giveChaos('thaw node2');
    room.runUntil(SECOND);
    expect(copy.now).toBe(333_333);
    copy.conductor.giveChaos('thaw node2');
    copy.runUntil(SECOND);
    expect(copy.traceHash()).toBe(room.traceHash());
    copy.conductor.giveChaos('crash node1');
    copy.runUntil(2 * SECOND);
    room.runUntil(2 * SECOND);
    expect(copy.traceHash()).not.toBe(room.traceHash());
  });

  it('is saved as seed, scenario and inputs, and runs again from them', () => {
    const room = cluster({ seed: 9 });
    room.runUntil(100_000);
    room.conductor.give('node1', { kind: 'exec', exec: 'x1', command: 'wait', stdin: '' });
    room.stepEvent();
    room.stepEvent();
    room.stepEvent();
    room.conductor.give('node2', {
      kind: 'write-file',
      path: '/x',
      data: new Uint8Array([1, 2, 255]),
      mode: 0o644,
    });
    room.conductor.giveChaos('cut node1 to node3');
    room.runUntil(400_000);
    const name = room.conductor.addNode();
    room.runUntil(500_000);
    room.conductor.removeNode('node2');
    room.conductor.giveChaos(`crash ${name}`);
    room.runUntil(SECOND);
    const saved = parseRun(serialiseRun(room.conductor.save()))!;
    const again = cluster(saved.scenario);
    again.conductor.load(saved);
    again.runUntil(saved.until);
    expect(again.traceHash()).toBe(room.traceHash());
    expect(again.conductor.nodes.map((node) => node.config.name)).toEqual([
      'node1',
      'node3',
      'node4',
    ]);
  });
});

describe('inputs', () => {
  it('are stepped at the paused instant', () => {
    const room = cluster();
    room.runUntil(123_456);
    room.conductor.give('node1', { kind: 'terminal-open', terminal: 't1', cols: 80, rows: 24 });
    const id = room.conductor.give('node1', {
      kind: 'terminal-data',
      terminal: 't1',
      data: 'x',
    });
    room.runUntil(room.now);
    expect(room.now).toBe(123_456);
    const exported = room.conductor.takeExported().filter(({ at }) => at === 123_456);
    expect(exported.map(({ output }) => output)).toContainEqual({
      kind: 'terminal',
      terminal: 't1',
      data: 'x',
      cause: id,
    });
  });

  it('get computations answered at the same instant', () => {
    const room = cluster();
    room.runUntil(1_000);
    room.conductor.give('node1', { kind: 'exec', exec: 'x1', command: 'compute', stdin: '' });
    room.runUntil(1_000);
    const [output] = room.conductor.takeExported();
    expect(output).toMatchObject({ at: 1_000, output: { data: '1000! at 1000\n' } });
  });

  it('carry their id as the cause of what follows', () => {
    const room = cluster({ nodes: 2 });
    room.runUntil(1_000);
    const id = room.conductor.give('node1', { kind: 'exec', exec: 'x1', command: 'w', stdin: '' });
    room.runUntil(20_000);
    const causes = room.conductor.takeExported().map(({ output }) => output.cause);
    expect(causes).toEqual([id, id]);
  });
});

describe('faults', () => {
  function run(room: LocalCluster, line: string): string {
    room.conductor.giveChaos(line);
    room.runUntil(room.conductor.edge());
    return room.conductor.takeAnswers()[0]!.text;
  }

  it('a frozen node holds inputs and timers until it is thawed', () => {
    const room = cluster();
    room.runUntil(100_000);
    run(room, 'freeze node2');
    const before = toy(room, 'node2').seen.length;
    room.runUntil(300_000);
    expect(toy(room, 'node2').seen.length).toBe(before);
    run(room, 'thaw node2');
    room.runUntil(300_001);
    const seen = toy(room, 'node2').seen.slice(before);
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.every((line) => line.startsWith('300000 '))).toBe(true);
    expect(seen).toContain('300000 timer');
    expect(seen).toContain('300000 message');
  });

  it('a crash resets all peers and whoever writes later; a cut link is silent', () => {
    const room = cluster();
    room.runUntil(100_000);
    run(room, 'cut node2 node3');
    run(room, 'crash node2');
    room.runUntil(101_000);
    expect(toy(room, 'node1').resets).toEqual(['192.168.0.12']);
    expect(toy(room, 'node3').resets).toEqual([]);
    room.runUntil(SECOND);
    expect(toy(room, 'node1').resets.length).toBeGreaterThan(3);
    expect(toy(room, 'node3').resets).toEqual([]);
    run(room, 'restart node2');
    room.runUntil(1_100_000);
    expect(toy(room, 'node2').power).toBe('on');
  });

  it('an orderly stop resets peers when the daemon has gone', () => {
    const room = cluster();
    run(room, 'stop node1');
    room.runUntil(1_000);
    expect(toy(room, 'node2').resets).toEqual(['192.168.0.11']);
    expect(room.conductor.node('node1')!.power).toBe('off');
  });

  it('a crash forgets writes that were not answered', () => {
    const room = cluster();
    run(room, 'slow-disk node1 100ms');
    room.runUntil(90_000);
    run(room, 'crash node1');
    room.runUntil(SECOND);
    expect(toy(room, 'node1').seen.some((line) => line.endsWith('persisted'))).toBe(false);
  });

  it('lookahead follows the links', () => {
    const room = cluster();
    run(room, 'delay all 10us');
    expect(room.conductor.lan.network.minDelayUs()).toBe(50);
    run(room, 'delay all 10ms');
    expect(room.conductor.lan.network.minDelayUs()).toBe(10_000);
    room.runUntil(SECOND);
    expect(toy(room, 'node1').greetings).toBeGreaterThan(10);
  });

  it('chaos typed in a terminal is answered there', () => {
    const room = cluster();
    room.runUntil(5_000);
    room.conductor.give('node1', { kind: 'terminal-open', terminal: 't1', cols: 80, rows: 24 });
    room.conductor.give('node1', {
      kind: 'terminal-data',
      terminal: 't1',
      data: 'chaos cut node1 node2',
    });
    room.runUntil(10_000);
    const last = room.conductor.takeExported().at(-1)!;
    expect(last.output).toMatchObject({ kind: 'terminal', data: 'cut node1 <-> node2\n' });
    expect(last.at).toBe(5_200);
    expect(room.conductor.lan.network.settings('node2', 'node1').cut).toBe(true);
  });
});
