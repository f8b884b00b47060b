/**
 * The run by which hosts are compared: a swarm is formed with a service on it, and time goes on to an
 * instant. Every input has a virtual time that follows from the run itself, so the hash is the same
 * wherever the machines live.
 */
import type { ExecAnswer, SimulatedHost } from './sim-host';

/** Inputs are given at whole hundredths of a second, and never before all windows have ended. */
const STEP_US = 10_000;
/** Machines that are managers, out of the first five. */
const MANAGERS = [1, 3, 5];

export interface TraceOptions {
  readonly nodes: number;
  readonly untilUs: number;
  readonly image?: string;
  /** Told of each command and of what it printed. */
  readonly report?: (line: string) => void;
}

/** Starts the host, which must be made paused, runs the story and answers the hash. */
export async function runTrace(host: SimulatedHost, options: TraceOptions): Promise<string> {
  const { nodes, untilUs, image = 'nginx:1.12' } = options;
  await host.start();
  await host.runTo(1_000_000);
  await run(host, options, 'node1', 'docker swarm init --advertise-addr eth0');
  const worker = await run(host, options, 'node1', 'docker swarm join-token -q worker');
  const manager = await run(host, options, 'node1', 'docker swarm join-token -q manager');
  for (let number = 2; number <= nodes; number++) {
    const token = (MANAGERS.includes(number) ? manager : worker).stdout.trim();
    const join = `docker swarm join --token ${token} 192.168.0.11:2377`;
    await run(host, options, `node${number}`, join);
  }
  const create = `docker service create --detach --name web --replicas ${nodes} --publish 80:80`;
  await run(host, options, 'node1', `${create} ${image}`);
  await host.runTo(untilUs);
  return host.traceHash();
}

async function run(
  host: SimulatedHost,
  { report }: TraceOptions,
  node: string,
  command: string,
): Promise<ExecAnswer> {
  const answer = await host.exec({ node, command });
  const { exitCode = 'none', stdout, stderr, endedAt } = answer;
  report?.(`${(endedAt / 1_000_000).toFixed(6)} ${node}$ ${command} (exit ${exitCode})`);
  const printed = `${stdout}${stderr}`.trimEnd();
  if (printed !== '') report?.(printed.replace(/^/gm, '  '));
  if (answer.exitCode !== 0) {
    throw new Error(`${node}: "${command}" ended with ${exitCode}: ${printed}`);
  }
  await host.runTo((Math.floor(endedAt / STEP_US) + 2) * STEP_US);
  return answer;
}
