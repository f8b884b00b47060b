/**
 * `npm run trace -- --seed S --nodes N --until SECONDS --host inline|worker|pool [--workers W]`: forms a
 * swarm with a service on it, runs so long, and prints the hash of the run as its last line.
 */
import { parseArgs } from 'node:util';
import { createHost, runTrace } from '../host/create';
import { installWorkers } from '../host/node/worker-threads';

const USAGE =
  'usage: npm run trace -- --seed S --nodes N --until SECONDS --host inline|worker|pool [--workers W]';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    nodes: { type: 'string', default: '3' },
    until: { type: 'string', default: '60' },
    host: { type: 'string', default: 'inline' },
    workers: { type: 'string' },
    quiet: { type: 'boolean', default: false },
  },
});

async function main(): Promise<number> {
  const { host: kind, quiet } = values;
  const [seed, nodes, until] = [values.seed, values.nodes, values.until].map(Number);
  const workers = values.workers === undefined ? undefined : Number(values.workers);
  const known = kind === 'inline' || kind === 'worker' || kind === 'pool';
  const numbers = [seed, nodes, workers ?? 1].every(Number.isInteger) && Number(until) >= 0;
  if (!known || !numbers || nodes! < 1) {
    console.error(USAGE);
    return 2;
  }
  installWorkers();
  const host = createHost(kind, {
    seed: seed!,
    nodes: nodes!,
    hub: 'stand-in',
    speed: 0,
    paused: true,
    ...(workers === undefined ? {} : { workers }),
  });
  const failed = new Promise<never>((_resolve, reject) => {
    host.onFailure((message) => reject(new Error(message)));
  });
  try {
    const report = quiet ? () => undefined : (line: string) => console.log(line);
    const untilUs = Math.round(until! * 1_000_000);
    const run = runTrace(host, { nodes: nodes!, untilUs, report });
    console.log(await Promise.race([run, failed]));
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    await host.stop();
  }
}

process.exitCode = await main();
