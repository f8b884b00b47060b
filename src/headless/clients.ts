/**
 * `npm run clients`: the lab's docker commands, typed by the real docker client (20.10, Debian's docker.io)
 * against `serve`, and by our own client on a cluster of its own; both as transcripts, compared beyond ids
 * and times. Ends with `N passed, N failed`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { createHost } from '../host/create';
import { compare } from './oracle/compare/transcripts.mjs';
import { Driver } from './oracle/driver';
import { listen } from './serve/listen';

const PORT = 23750;
const NODES = 3;
/** Wall time between two looks at the virtual clock. */
const POLL_MS = 20;
const CLIENT = '/usr/bin/docker';
const MOUNT = '--mount source=/etc/hostname,target=/usr/share/nginx/html/index.html,type=bind,ro';

interface Step {
  readonly node: string;
  readonly cmd: string;
  /** Saves the trimmed stdout under this name, for `@NAME@`. */
  readonly save?: string;
  /** Seconds of virtual time to let pass before the command. */
  readonly after?: number;
  readonly compare?: string;
  readonly columns?: readonly string[];
}

const PS_COLUMNS = ['NAME', 'IMAGE', 'DESIRED STATE', 'CURRENT STATE', 'ERROR', 'PORTS'];

const LAB: readonly Step[] = [
  { node: 'node1', cmd: 'docker version --format {{.Client.APIVersion}}' },
  { node: 'node1', cmd: 'docker node ls' },
  { node: 'node1', cmd: 'docker swarm init --advertise-addr eth0' },
  { node: 'node1', cmd: 'docker swarm join-token -q worker', save: 'WT' },
  { node: 'node2', cmd: 'docker swarm join --token @WT@ 192.168.0.11:2377' },
  { node: 'node3', cmd: 'docker swarm join --token @WT@ 192.168.0.11:2377' },
  { node: 'node1', cmd: 'docker node ls', after: 2 },
  { node: 'node2', cmd: 'docker node ls' },
  {
    node: 'node1',
    cmd: `docker service create --detach=true --name nginx1 --publish 80:80 ${MOUNT} nginx:1.12`,
  },
  { node: 'node1', cmd: 'docker service ls', after: 20 },
  { node: 'node1', cmd: 'docker service ps nginx1', columns: PS_COLUMNS },
  { node: 'node1', cmd: 'docker service update --replicas=5 --detach=true nginx1' },
  { node: 'node1', cmd: 'docker service ps nginx1', after: 20, columns: PS_COLUMNS },
  { node: 'node1', cmd: 'docker service inspect --pretty nginx1' },
  { node: 'node1', cmd: 'docker service logs nginx1', compare: 'loose' },
  { node: 'node1', cmd: 'docker service update --image nginx:1.13 --detach=true nginx1' },
  { node: 'node1', cmd: 'docker service ps nginx1', after: 60, columns: PS_COLUMNS },
  {
    node: 'node1',
    cmd: `docker service create --detach=true --name nginx2 --replicas=5 --publish 81:80 ${MOUNT} nginx:1.12`,
  },
  { node: 'node1', cmd: 'docker service ls', after: 30 },
  { node: 'node3', cmd: 'docker swarm leave' },
  { node: 'node1', cmd: 'docker node ls', after: 40 },
  { node: 'node1', cmd: 'docker service ls', columns: ['ID', 'NAME', 'MODE', 'IMAGE', 'PORTS'] },
  { node: 'node3', cmd: 'docker node ls' },
  { node: 'node1', cmd: 'docker service create --replicas 2 -d --name web alpine sleep 1000' },
  { node: 'node1', cmd: 'docker service scale -d web=1', after: 10 },
  { node: 'node1', cmd: 'docker service rm nginx1 nginx2 web nosuch' },
  { node: 'node1', cmd: 'docker images', after: 15 },
  { node: 'node1', cmd: 'docker info --format {{.Swarm.Managers}}' },
  { node: 'node1', cmd: 'docker swarm leave' },
  { node: 'node1', cmd: 'docker swarm leave --force' },
];

interface Result {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** Runs the steps with one way of typing; answers a transcript. */
async function type(
  run: (node: string, command: string) => Result | Promise<Result>,
  pass: (seconds: number) => void | Promise<void>,
): Promise<{ name: string; steps: object[] }> {
  const saved = new Map<string, string>();
  const steps: object[] = [];
  for (const step of LAB) {
    if (step.after !== undefined) await pass(step.after);
    const filled = step.cmd.replace(/@(\w+)@/g, (_, name: string) => saved.get(name) ?? '');
    const result = await run(step.node, filled);
    if (step.save !== undefined) saved.set(step.save, result.stdout.trim());
    steps.push({ ...step, ...result });
  }
  return { name: 'clients', steps };
}

function clientOf2010(): string {
  const version = () => spawnSync(CLIENT, ['--version'], { encoding: 'utf8' }).stdout ?? '';
  if (existsSync(CLIENT) && version().includes('20.10')) return CLIENT;
  console.log('Installing docker.io ...');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-qq'], { env, stdio: 'ignore' });
  const packages = ['install', '-y', '-qq', '--no-install-recommends', 'docker.io'];
  spawnSync('apt-get', packages, { env, stdio: 'ignore' });
  if (!version().includes('20.10')) throw new Error('no docker client 20.10 is to be had');
  return CLIENT;
}

function realClient(client: string, node: string, command: string): Promise<Result> {
  const port = PORT + Number(node.slice(4)) - 1;
  // The words need no quoting: none holds a blank.
  const [, ...words] = command.split(' ');
  return new Promise((resolve) => {
    const env = {
      PATH: process.env['PATH'],
      HOME: '/nonexistent',
      DOCKER_HOST: `tcp://127.0.0.1:${port}`,
    };
    const child = spawn(client, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    child.on('close', (code) => resolve({ stdout, stderr, exit: code ?? 255 }));
  });
}

async function typedByReal(): Promise<{ name: string; steps: object[] }> {
  const client = clientOf2010();
  const host = createHost('inline', {
    seed: 1,
    nodes: NODES,
    hub: 'stand-in',
    speed: 1,
    engineVersion: '20.10.24+dfsg1',
  });
  let now = 0;
  host.subscribe((update) => {
    now = update.clock.now;
  });
  await host.start();
  const servers = await Promise.all(
    Array.from({ length: NODES }, (_, i) => listen(host, `node${i + 1}`, PORT + i)),
  );
  const pass = async (seconds: number) => {
    const until = now + seconds * 1_000_000;
    host.setSpeed(50);
    while (now < until) await setTimeout(POLL_MS);
    host.setSpeed(1);
  };
  try {
    return await type((node, command) => realClient(client, node, command), pass);
  } finally {
    for (const server of servers) server.close();
    await host.stop();
  }
}

function typedByOurs(): Promise<{ name: string; steps: object[] }> {
  const driver = new Driver(NODES);
  return type(
    (node, command) => driver.exec(node, command),
    (seconds) => driver.runSeconds(seconds),
  );
}

const ours = await typedByOurs();
const real = await typedByReal();
const { passed, failed } = compare(real, ours);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
