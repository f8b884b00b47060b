/** Programs of learners: Python as CPython runs it, served over the simulated network, and stopped. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { SECOND_US } from '../../base';
import { InlineCluster } from './inline-cluster';

/** Recorded from CPython 3.11; what its errors say is the same in 3.10 for these. */
interface Case {
  readonly code: string;
  readonly stdout: string;
  readonly exit: number;
  /** The last line on standard error. */
  readonly error: string;
}
const CASES = JSON.parse(
  readFileSync(new URL('../testdata/python-cases.json', import.meta.url), 'utf8'),
) as readonly Case[];

const IMAGE = 'python:3.10.5-alpine';
const APP = `from flask import Flask
import redis, time
app = Flask(__name__)
cache = redis.Redis(host='db')
@app.route('/')
def hello():
    return 'seen %d times' % cache.incr('hits')
@app.route('/boom')
def boom():
    return str(1 / 0)
@app.route('/slow')
def slow():
    time.sleep(1)
    return 'late'
app.run(host='0.0.0.0')
`;
const DOCKERFILE = `FROM ${IMAGE}
RUN pip install flask redis
CMD ["python", "-u", "app.py"]
COPY app.py /app.py
`;

const shellWord = (text: string) => `'${text.replaceAll("'", `'"'"'`)}'`;

function machine(): InlineCluster {
  const cluster = new InlineCluster({ seed: 1, nodes: 1, hub: 'real' });
  cluster.runFor(SECOND_US);
  return cluster;
}

function run(cluster: InlineCluster, command: string) {
  return cluster.exec('node1', command, { timeoutUs: 120 * SECOND_US });
}

describe('python', () => {
  const cluster = machine();
  beforeAll(() => {
    run(cluster, `docker run -d --name py ${IMAGE} sleep 1000000`);
  });

  test.each(CASES)('$code', ({ code, stdout, exit, error }) => {
    const answer = run(cluster, `docker exec py python -c ${shellWord(code)}`);
    expect(answer.stdout).toBe(stdout);
    expect(answer.stderr.trimEnd().split('\n').at(-1)).toBe(error);
    expect(answer.exitCode).toBe(exit);
  });

  test('what is not there says so', () => {
    for (const code of [
      'import threading',
      'import os; os.walk("/")',
      'print(1j)',
      'bytearray()',
    ]) {
      const answer = run(cluster, `docker exec py python -c ${shellWord(code)}`);
      expect(answer.stderr).toContain('python: not simulated: ');
      expect(answer.exitCode).toBe(125);
    }
  });
});

describe('a server of flask', () => {
  const cluster = machine();
  beforeAll(() => {
    run(
      cluster,
      `printf %s ${shellWord(APP)} > app.py; printf %s ${shellWord(DOCKERFILE)} > Dockerfile`,
    );
    run(cluster, 'docker build -t app . && docker network create net');
    run(cluster, 'docker run -d --name db --network net redis');
    run(cluster, 'docker run -d --name web --network net -p 8000:5000 app');
    cluster.runFor(2 * SECOND_US);
  });

  test('asks redis, and answers', () => {
    expect(run(cluster, 'curl -s localhost:8000').stdout).toBe('seen 1 times');
    expect(run(cluster, 'curl -s localhost:8000').stdout).toBe('seen 2 times');
  });

  test('logs its requests and its tracebacks', () => {
    run(cluster, 'curl -s localhost:8000/boom');
    const { stderr } = run(cluster, 'docker logs web');
    expect(stderr).toContain('"GET / HTTP/1.1" 200 -');
    expect(stderr).toContain('  File "/app.py", line 10, in boom\n');
    expect(stderr).toContain('ZeroDivisionError: division by zero\n');
  });

  test('goes on alike when the machine is copied in the middle of a request', () => {
    const terminal = cluster.openTerminal('node1');
    cluster.type(terminal, 'curl -s localhost:8000/slow > out\r');
    cluster.runFor(SECOND_US / 2);
    const copy = cluster.clone();
    const ends = [cluster, copy].map((each) => {
      each.runFor(2 * SECOND_US);
      return [run(each, 'cat out').stdout, run(each, 'docker logs web').stderr];
    });
    expect(ends[0]![0]).toBe('late');
    expect(ends[1]).toEqual(ends[0]);
  });
});

describe('runaway code', () => {
  const cluster = machine();

  test('is killed', () => {
    run(cluster, `docker run -d --name loop ${IMAGE} python -c 'while True: pass'`);
    cluster.runFor(SECOND_US);
    run(cluster, 'docker kill loop');
    expect(run(cluster, "docker inspect -f '{{.State.ExitCode}}' loop").stdout).toBe('137\n');
  });

  test('that takes all memory ends by the limit', () => {
    const code = shellWord('a = []\nwhile True: a.append("x" * 100000)');
    const answer = run(cluster, `docker run --name big --memory 50m ${IMAGE} python -c ${code}`);
    expect(answer.exitCode).toBe(137);
    expect(run(cluster, "docker inspect -f '{{.State.OOMKilled}}' big").stdout).toBe('true\n');
  });

  test('takes ^C', () => {
    const terminal = cluster.openTerminal('node1');
    cluster.type(terminal, `docker run -it --rm ${IMAGE} python -c 'while True: pass'\r`);
    cluster.runFor(2 * SECOND_US);
    cluster.type(terminal, '\u0003');
    cluster.runFor(SECOND_US);
    cluster.type(terminal, 'echo status $?\r');
    cluster.runFor(SECOND_US);
    expect(terminal.text).toContain('KeyboardInterrupt');
    expect(terminal.text).toContain('status 130');
  });
});
