import { describe, expect, it } from 'vitest';
import { DEFAULT_SCENARIO, LocalCluster } from '.';
import { createToyMachine } from './testdata/toy-machine';

/** Runs lines one after the other in a room of four; answers what the last one said. */
function check(...lines: string[]): { text: string; exitCode: number; room: LocalCluster } {
  const room = new LocalCluster({ ...DEFAULT_SCENARIO, nodes: 4 }, createToyMachine);
  room.runUntil(1_000);
  let answer = { text: '', exitCode: 0 };
  for (const line of lines) {
    room.conductor.giveChaos(line);
    room.runUntil(room.now + 10);
    answer = room.conductor.takeAnswers()[0]!;
  }
  return { text: answer.text, exitCode: answer.exitCode, room };
}

describe('chaos says what it did', () => {
  it.each([
    ['crash node2', 'crash node2\n'],
    ['crash node2,node3', 'crash node2 node3\n'],
    ['cut node1 node2', 'cut node1 <-> node2\n'],
    ['cut node1 -> node2', 'cut node1 -> node2\n'],
    ['cut node1->node2', 'cut node1 -> node2\n'],
    ['cut node1 to node2', 'cut node1 -> node2\n'],
    ['partition node1,node2 | node3,node4', 'partition node1,node2 | node3,node4\n'],
    ['partition node1,node2', 'partition node1,node2 | node3,node4\n'],
    ['partition node1 / node2 / node3', 'partition node1 | node2 | node3\n'],
    ['delay node1 node2 200ms', 'delay of 200ms on node1 <-> node2\n'],
    ['delay all 1.5s 20ms', 'delay of 1.5s on all links\n'],
    ['loss node1 node2 10%', 'loss of 10% on node1 <-> node2\n'],
    ['duplicate node1 to node2 2.5%', 'duplicate of 2.5% on node1 -> node2\n'],
    ['bandwidth node1 node2 10mbit', 'bandwidth of 10mbit on node1 <-> node2\n'],
    ['drop node1 node2', 'drop the next message node1 -> node2\n'],
    ['slow-disk node1 500ms', 'writes on node1 take 500ms\n'],
    ['disk-full node1', 'the disk of node1 is full\n'],
    ['skew node1 -30s', 'the clock of node1 is 30s behind\n'],
    ['kill web.1 on node3', 'kill web.1 on node3\n'],
    ['oom web.1 on node3', 'oom web.1 on node3\n'],
    ['registry down', 'the registry is down\n'],
    ['power-cut', 'the room has no power\n'],
    ['heal', 'healed all links\n'],
    ['list', 'nothing is broken\n'],
  ])('%s', (line, text) => {
    expect(check(line)).toMatchObject({ text, exitCode: 0 });
  });
});

describe('chaos says what is wrong', () => {
  it.each([
    ['explode', 'chaos: "explode" is not a chaos command; see "chaos help"\n', 2],
    ['crash', 'chaos: missing a node\nusage: chaos crash NODE...\n', 2],
    ['crash nodeX', 'chaos: no such node: nodeX (there are node1, node2, node3, node4)\n', 1],
    ['start node1', 'chaos: node1 is running already\n', 1],
    ['thaw node1', 'chaos: node1 is not frozen\n', 1],
    ['cut node1 node1', 'chaos: node1 has no link to itself\n', 2],
    [
      'cut node1 -',
      'chaos: the shell takes ">" for a redirection; write "A to B" for one way\n',
      2,
    ],
    ['delay node1 node2 fast', 'chaos: "fast" is no time; write it like 200ms\n', 2],
    ['loss node1 node2 300%', 'chaos: "300%" is no share; write it like 10%\n', 2],
    ['heal node1 node2 now', 'chaos: unexpected "now"\nusage: chaos heal [A B]\n', 2],
    ['undo', 'chaos: nothing to undo\n', 1],
  ])('%s', (line, text, exitCode) => {
    expect(check(line)).toMatchObject({ text, exitCode });
  });
});

describe('chaos undo', () => {
  it.each([
    'freeze node1',
    'crash node2',
    'stop node2',
    'cut node1 node2',
    'cut node1 to node2',
    'partition node1,node2 / node3',
    'delay node1 node2 200ms',
    'loss all 10%',
    'drop node1 node2 3',
    'slow-disk node1 500ms',
    'disk-full node1',
    'skew node1 5m',
    'registry down',
    'power-cut',
  ])('takes back: %s', (line) => {
    expect(check(line, 'list').text).not.toBe('nothing is broken\n');
    expect(check(line, 'undo').text).toMatch(/^undone: /);
    expect(check(line, 'undo', 'list').text).toBe('nothing is broken\n');
  });

  it('refuses what nothing can take back', () => {
    expect(check('restart node1', 'undo').exitCode).toBe(1);
  });

  it('goes back to what was before, not to the usual', () => {
    const { text } = check('delay node1 to node2 1s', 'delay node1 to node2 2s', 'undo', 'list');
    expect(text).toBe('node1 -> node2: delay 1s\n');
  });
});

describe('chaos list and help', () => {
  it('lists in words', () => {
    const { text } = check('crash node3', 'loss node1 to node2 10%', 'skew node1 30s', 'list');
    expect(text).toBe('node1: the clock is off by 30s\nnode3 is down\nnode1 -> node2: loss 10%\n');
  });

  it('helps', () => {
    expect(check('help').text).toContain('  crash NODE...');
    expect(check('').text).toContain('usage: chaos COMMAND');
    expect(check('help cut').text).toBe(
      'usage: chaos cut A B\n\ncut a link; "cut A to B" cuts one way\n',
    );
  });
});

it('can break all links of a machine that has none', () => {
  const room = new LocalCluster({ ...DEFAULT_SCENARIO, nodes: 1 }, createToyMachine);
  room.conductor.giveChaos('loss all 10%');
  room.runUntil(1_000);
  expect(room.conductor.takeAnswers()[0]!.text).toBe('loss of 10% on all links\n');
});
