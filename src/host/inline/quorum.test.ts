/** Swarms of 3, 4, 5 and 7 managers: how many may die, and what a swarm without quorum still does. */
import { describe, expect, it } from 'vitest';
import { InlineCluster } from '.';

const SECOND = 1_000_000;
const NO_LEADER =
  "Error response from daemon: rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few managers are online. Make sure more than half of the managers are online.\n";

function form(managers: number): InlineCluster {
  const cluster = new InlineCluster({ seed: managers, nodes: managers, hub: 'stand-in' });
  cluster.runFor(SECOND);
  run(cluster, 'node1', 'docker swarm init --advertise-addr eth0');
  const token = run(cluster, 'node1', 'docker swarm join-token -q manager').trim();
  for (const node of cluster.nodes.slice(1)) {
    run(cluster, node, `docker swarm join --token ${token} 192.168.0.11:2377`);
  }
  cluster.runFor(5 * SECOND);
  return cluster;
}

function run(cluster: InlineCluster, node: string, command: string): string {
  const result = cluster.exec(node, command);
  expect(result.stderr, `${node}$ ${command}`).toBe('');
  expect(result.exitCode, `${node}$ ${command}`).toBe(0);
  return result.stdout;
}

function services(cluster: InlineCluster, node: string): string[] {
  return run(cluster, node, "docker service ls --format '{{.Name}}'").trim().split('\n');
}

function create(name: string): string {
  return `docker service create -d --name ${name} nginx:1.12`;
}

describe.each([
  [3, 1],
  [4, 1],
  [5, 2],
  [7, 3],
])('%i managers', (managers, tolerated) => {
  it(`go on without ${tolerated}, stop without one more, and resume`, () => {
    const cluster = form(managers);
    const doomed = cluster.nodes.slice(0, tolerated);
    const next = cluster.nodes[tolerated]!;
    const last = cluster.nodes[managers - 1]!;
    run(cluster, 'node1', create('before'));

    // The leader is among the dead: the others elect one of them.
    for (const node of doomed) cluster.power(node, 'off');
    cluster.runFor(45 * SECOND);
    run(cluster, last, create('during'));

    cluster.power(next, 'off');
    cluster.runFor(60 * SECOND);
    const refused = cluster.exec(last, create('never'));
    expect(refused.stderr).toBe(NO_LEADER);
    expect(refused.exitCode).toBe(1);
    const looked = cluster.exec(last, 'docker node ls');
    expect(looked).toMatchObject({ stdout: '', stderr: NO_LEADER, exitCode: 1 });
    // What needs no swarm goes on.
    expect(cluster.exec(last, 'docker run --rm hello-world').exitCode).toBe(0);

    cluster.power(next, 'on');
    cluster.runFor(45 * SECOND);
    run(cluster, last, create('after'));
    expect(services(cluster, last).sort()).toEqual(['after', 'before', 'during']);
    expect(services(cluster, next).sort()).toEqual(['after', 'before', 'during']);
  });
});
