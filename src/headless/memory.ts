/**
 * `npm run memory [-- --hours H]`: the lab's cluster, with its services, requests and a machine that comes and
 * goes, for an hour of virtual time at full speed. The JavaScript heap after collection must not grow by
 * more than 10 %. Ends with `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SECOND_US } from '../base';
import { InlineCluster } from '../host/inline';

const MOUNT = '--mount source=/etc/hostname,target=/usr/share/nginx/html/index.html,type=bind,ro';
/** Rings of history fill up (task history, logs for slow followers); growth counts from then on. */
const WARM_UP_SECONDS = 600;
const ROUND_SECONDS = 60;
const WARM_UP_ROUNDS = WARM_UP_SECONDS / ROUND_SECONDS;
const MAX_GROWTH = 0.1;

const { values } = parseArgs({ options: { hours: { type: 'string', default: '1' } } });

function heapBytes(): number {
  const collect = (globalThis as { gc?: () => void }).gc!;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

function form(): InlineCluster {
  const cluster = new InlineCluster({ seed: 1, nodes: 3, hub: 'real' });
  cluster.runFor(SECOND_US);
  cluster.exec('node1', 'docker swarm init --advertise-addr eth0');
  const token = cluster.exec('node1', 'docker swarm join-token -q worker').stdout.trim();
  for (const node of ['node2', 'node3']) {
    cluster.exec(node, `docker swarm join --token ${token} 192.168.0.11:2377`);
  }
  for (const [name, port] of [
    ['nginx1', 80],
    ['nginx2', 81],
  ] as const) {
    const publish = `--replicas 5 --publish ${port}:80`;
    cluster.exec('node1', `docker service create --name ${name} ${publish} ${MOUNT} nginx:1.12`);
  }
  return cluster;
}

/** A minute of use; every tenth changes a service and loses a machine for a while. */
function round(cluster: InlineCluster, number: number): void {
  for (const node of cluster.nodes) cluster.exec(node, 'curl -s localhost:80 localhost:81');
  cluster.exec('node1', 'docker service ls; docker service ps nginx1; docker node ls');
  // At first often, so that the history of each slot is as long as it gets.
  const changes = number < WARM_UP_ROUNDS ? number % 2 === 1 : number % 10 === 3;
  if (changes) cluster.exec('node1', 'docker service update -d --force nginx1');
  if (number % 10 === 6) cluster.power('node3', 'off');
  if (number % 10 === 8) cluster.power('node3', 'on');
  cluster.runFor(ROUND_SECONDS * SECOND_US);
  cluster.takeXray();
}

function main(): number {
  const seconds = Number(values.hours) * 3600;
  const cluster = form();
  let number = 0;
  const runTo = (at: number) => {
    while (cluster.now < at * SECOND_US) {
      round(cluster, number++);
      if (number % 10 === 0) {
        const minutes = Math.round(cluster.now / SECOND_US / 60);
        console.log(`${minutes} min: ${(heapBytes() / 1e6).toFixed(1)} MB`);
      }
    }
  };
  runTo(WARM_UP_SECONDS);
  const before = heapBytes();
  runTo(WARM_UP_SECONDS + seconds);
  const after = heapBytes();
  const growth = after / before - 1;
  const ok = growth <= MAX_GROWTH;
  const [from, to] = [before, after].map((bytes) => (bytes / 1e6).toFixed(1));
  console.log(
    `${ok ? 'ok' : 'FAILED'}: ${from} MB before, ${to} MB after ${values.hours} h of virtual time: ${(growth * 100).toFixed(1)} % (limit 10 %)`,
  );
  console.log(ok ? '1 passed, 0 failed' : '0 passed, 1 failed');
  return ok ? 0 : 1;
}

if ('gc' in globalThis) process.exitCode = main();
else {
  // Collection on demand needs a flag of the engine.
  const flags = [...process.execArgv, '--expose-gc'];
  const self = fileURLToPath(import.meta.url);
  const run = spawnSync(process.execPath, [...flags, self, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exitCode = run.status ?? 1;
}
