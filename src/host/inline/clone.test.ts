/** A swarm that is copied while commands run on it: both go on alike, and then apart. */
import { describe, expect, it } from 'vitest';
import { InlineCluster } from '.';

const SECOND = 1_000_000;
const PROMPT = /\$ $|# $/;

function form(): InlineCluster {
  const cluster = new InlineCluster({ seed: 3, nodes: 3, hub: 'stand-in' });
  cluster.runFor(SECOND);
  cluster.exec('node1', 'docker swarm init --advertise-addr eth0');
  const token = cluster.exec('node1', 'docker swarm join-token -q worker').stdout.trim();
  for (const node of ['node2', 'node3']) {
    cluster.exec(node, `docker swarm join --token ${token} 192.168.0.11:2377`);
  }
  cluster.exec('node1', 'docker service create -d --name web --replicas 2 -p 80:80 nginx:1.12');
  cluster.runFor(10 * SECOND);
  return cluster;
}

/** Copies after so long, and has both go on alike. */
function fork(cluster: InlineCluster, afterUs: number, untilUs: number): InlineCluster {
  cluster.runFor(afterUs);
  const copy = cluster.clone();
  for (const one of [cluster, copy]) one.runFor(untilUs);
  expect(copy.traceHash()).toBe(cluster.traceHash());
  return copy;
}

describe('a swarm copied in mid-command', () => {
  it('creates a service in the foreground, twice', () => {
    const cluster = form();
    const run = cluster.startExec('node1', 'docker service create --name two nginx:1.13');
    const copy = fork(cluster, 300_000, 15 * SECOND);
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout).toMatch(/verify: Service converged/);
    expect(copy.execRun(run.exec)).toEqual(run);
  });

  it('answers curl, twice', () => {
    const cluster = form();
    const run = cluster.startExec('node3', 'for i in 1 2 3 4; do curl -s localhost:80; done');
    const copy = fork(cluster, 4_000, SECOND);
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain('<');
    expect(copy.execRun(run.exec)).toEqual(run);
  });

  it('watches in a terminal, alike and then apart', () => {
    const cluster = form();
    const terminal = cluster.openTerminal('node1');
    cluster.runFor(100_000);
    cluster.type(terminal, 'watch -n 1 docker service ps web\r');
    const copy = fork(cluster, 1_500_000, 3 * SECOND);
    const twin = copy.terminal(terminal.terminal)!;
    expect(terminal.text).toContain('web.1');
    expect(twin.text).toBe(terminal.text);

    copy.exec('node1', 'docker service scale -d web=3');
    for (const one of [cluster, copy]) one.runFor(5 * SECOND);
    expect(twin.text).toContain('web.3');
    expect(terminal.text).not.toContain('web.3');
    for (const [one, its] of [
      [cluster, terminal],
      [copy, twin],
    ] as const) {
      one.type(its, '\u0003');
      one.runFor(SECOND);
      expect(its.text).toMatch(PROMPT);
    }
    expect(copy.traceHash()).not.toBe(cluster.traceHash());
  });
});

describe('a terminal copied while it is used', () => {
  it.each([
    ['sleep 100', 'echo $((40+2))', '42'],
    ['f() { echo "<$1>"; }; x=5; sleep 50 & cd /tmp', 'f $x$PWD', '<5/tmp>'],
    ['cat', 'echo $((40+2))', '42'],
    ['docker run -it alpine sh', 'hostname; echo $((40+2))', '42'],
    ['for i in 1 2 3 4 5 6 7 8 9; do echo $i; sleep 0.3; done', 'echo $i', '\n'],
    ['( sleep 1.8 & ) ; ( sleep 2.2 & )', 'echo $((40+2))', '42'],
    ['echo "unfinished', 'echo $((40+2))', '42'],
  ])('%s', (first, second, expected) => {
    const cluster = new InlineCluster({ seed: 4, nodes: 1, hub: 'stand-in' });
    cluster.runFor(SECOND);
    const terminal = cluster.openTerminal('node1');
    cluster.runFor(SECOND / 10);
    cluster.type(terminal, `${first}\r`);
    const copy = fork(cluster, 1_500_000, SECOND / 2);
    const twin = copy.terminal(terminal.terminal)!;
    for (const [one, its] of [
      [copy, twin],
      [cluster, terminal],
    ] as const) {
      one.type(its, '\u0003');
      one.runFor(SECOND);
      one.type(its, `${second}\r`);
      one.runFor(SECOND);
      expect(its.text).toContain(expected);
    }
    expect(twin.text).toBe(terminal.text);
    expect(copy.traceHash()).toBe(cluster.traceHash());
  });
});
