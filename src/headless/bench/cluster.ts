/**
 * How fast a whole cluster runs on one thread: 3 managers, 4 workers, 50 tasks, nothing else to do.
 */
import { InlineCluster } from '../../host/inline';
import type { Measurement } from './row';

const MANAGERS = ['node1', 'node2', 'node3'];
const WORKERS = ['node4', 'node5', 'node6', 'node7'];
const TASKS = 50;
/** Virtual time for the tasks to start. */
const SETTLE_US = 120_000_000;
const MEASURED_US = 600_000_000;

function run(cluster: InlineCluster, node: string, command: string): string {
  const { stdout, stderr, exitCode } = cluster.exec(node, command);
  if (exitCode !== 0) throw new Error(`${node}: ${command}: ${stderr}`);
  return stdout.trim();
}

/** A swarm of that size with all its tasks running. */
export function formSwarm(): InlineCluster {
  const cluster = new InlineCluster({ seed: 1, nodes: MANAGERS.length + WORKERS.length });
  cluster.runFor(1_000_000);
  run(cluster, 'node1', 'docker swarm init --advertise-addr eth0');
  for (const [role, nodes] of [
    ['manager', MANAGERS.slice(1)],
    ['worker', WORKERS],
  ] as const) {
    const token = run(cluster, 'node1', `docker swarm join-token -q ${role}`);
    for (const node of nodes) {
      run(cluster, node, `docker swarm join --token ${token} 192.168.0.11:2377`);
    }
  }
  const create = `docker service create --detach --name web --replicas ${TASKS}`;
  run(cluster, 'node1', `${create} --publish 80:80 nginx:1.12`);
  cluster.runFor(SETTLE_US);
  return cluster;
}

export const measureCluster: Measurement = () => {
  const cluster = formSwarm();
  const replicas = run(cluster, 'node1', 'docker service ls --format {{.Replicas}}');
  const before = process.hrtime.bigint();
  cluster.runFor(MEASURED_US);
  const wallSeconds = Number(process.hrtime.bigint() - before) / 1e9;
  const rate = MEASURED_US / 1_000_000 / wallSeconds;
  return [
    {
      what: `virtual seconds per wall second, 3 managers + 4 workers, ${replicas} tasks`,
      value: rate.toFixed(0),
      aim: 'over 500',
    },
  ];
};
