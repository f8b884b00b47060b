import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Fingerprint } from '../base';
import { runDocker, type FakeAnswer } from './fake-kernel';

/** Words of a command line; quotes keep blanks together. */
function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map((m) => (m[1] ?? m[2] ?? m[3])!);
}

interface ClientCase {
  line: string;
  now: number;
  stdout?: string;
  stderr?: string;
  exit: number;
  answers?: Record<string, number>;
}
interface Stored {
  status: number;
  text?: string;
  json?: unknown;
}
const load = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`./testdata/${name}`, import.meta.url), 'utf8'));

describe('the real client and ours say the same over the same answers', () => {
  const data = load('client.json') as { answers: Stored[]; cases: ClientCase[] };
  test.each(data.cases.map((item) => [item.line, item] as const))('docker %s', (_line, item) => {
    const result = runDocker(words(item.line), {
      nowUs: item.now * 1e6,
      answer: ({ method, path }): FakeAnswer => {
        const at = item.answers?.[`${method} ${path}`];
        if (at === undefined) throw new Error(`the real client did not ask ${method} ${path}`);
        const stored = data.answers[at]!;
        return stored.text === undefined
          ? { status: stored.status, json: stored.json }
          : { status: stored.status, body: stored.text };
      },
    });
    expect(result.stderr).toBe(item.stderr ?? '');
    expect(result.stdout).toBe(item.stdout ?? '');
    expect(result.exit).toBe(item.exit);
  });
});

test('--help of every command is that of 20.10', () => {
  const { commands } = load('help.json') as { commands: Record<string, string> };
  const wrong: string[] = [];
  for (const [path, digest] of Object.entries(commands)) {
    const result = runDocker([...path.split(' ').filter(Boolean), '--help'], {
      env: { HOME: '/nonexistent' },
      answer: () => ({ status: 500 }),
    });
    if (new Fingerprint().text(result.stdout).digest() !== digest) wrong.push(path);
  }
  expect(wrong).toEqual([]);
});

describe('progress of a service', () => {
  const states = ['new', 'assigned', 'preparing', 'starting', 'running'];
  /** Two tasks that go through the states, one step a poll. */
  function cluster() {
    let polls = -1;
    return ({ method, path }: { method: string; path: string }): FakeAnswer => {
      if (method === 'POST') return { status: 201, json: { ID: 'abc' } };
      if (path.includes('/distribution')) return { status: 404, json: { message: 'no' } };
      if (path.includes('/services/'))
        return {
          status: 200,
          json: { ID: 'abc', Spec: { Mode: { Replicated: { Replicas: 2 } } } },
        };
      if (path.includes('/nodes'))
        return { status: 200, json: [{ ID: 'n', Status: { State: 'ready' } }] };
      polls++;
      const state = states[Math.min(polls, states.length - 1)];
      const task = (Slot: number) => ({
        ID: `t${Slot}`,
        Slot,
        NodeID: 'n',
        DesiredState: 'running',
        Status: { State: state },
      });
      return { status: 200, json: [task(1), task(2)] };
    };
  }
  const command = ['service', 'create', '--name', 'two', '--replicas', '2', 'nosuch:1'];

  test('without a terminal: a line for each message, no bars', () => {
    const result = runDocker(command, { answer: cluster() });
    const lines = result.stdout.split('\n').filter((text, i, all) => text !== all[i - 1]);
    expect(lines).toEqual([
      'abc',
      'overall progress: 0 out of 2 tasks',
      '1/2:  ',
      '2/2:  ',
      'overall progress: 0 out of 2 tasks',
      'overall progress: 2 out of 2 tasks',
      'verify: Waiting 5 seconds to verify that tasks are stable...',
      'verify: Waiting 4 seconds to verify that tasks are stable...',
      'verify: Waiting 3 seconds to verify that tasks are stable...',
      'verify: Waiting 2 seconds to verify that tasks are stable...',
      'verify: Waiting 1 seconds to verify that tasks are stable...',
      'verify: Service converged',
      '',
    ]);
    expect(result.stderr).toBe(
      'image nosuch:1 could not be accessed on a registry to record\n' +
        'its digest. Each node will access nosuch:1 independently,\n' +
        'possibly leading to different nodes running different\nversions of the image.\n\n',
    );
  });

  test('on a terminal: lines are rewritten in place, as recorded', () => {
    const result = runDocker(command, {
      answer: cluster(),
      terminal: { cols: 120, rows: 40 },
    });
    expect(
      result.stdout.startsWith(
        'abc\n\n\x1b[1A\x1b[2K\roverall progress: 0 out of 2 tasks \r\x1b[1B' +
          '\n\x1b[1A\x1b[2K\r1/2:   \r\x1b[1B\n\x1b[1A\x1b[2K\r2/2:   \r\x1b[1B',
      ),
    ).toBe(true);
    expect(result.stdout).toContain(
      '\x1b[2A\x1b[2K\r1/2: assigned  [======================>                            ] \r\x1b[2B',
    );
  });
});

test('completion gives commands, flags and names', () => {
  const complete = (...line: string[]) =>
    runDocker(['__complete', ...line], {
      answer: ({ path }) => ({
        status: 200,
        json: path.includes('/services')
          ? [{ Spec: { Name: 'web' } }, { Spec: { Name: 'db' } }]
          : [],
      }),
    }).stdout;
  expect(complete('serv')).toBe('service\n');
  expect(complete('service', 'r')).toBe('rm\nrollback\n');
  expect(complete('service', 'rm', '')).toBe('db\nweb\n');
  expect(complete('service', 'rm', 'web', '')).toBe('db\n');
  expect(complete('node', 'update', '--av')).toBe('--availability\n');
  expect(complete('node', 'update', '--availability', 'd')).toBe('drain\n');
});
