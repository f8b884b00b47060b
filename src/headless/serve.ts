/**
 * `npm run serve -- --nodes N --port P`: a simulated cluster without a page. Node I answers the Engine
 * API on 127.0.0.1, port P+I-1, so that a real docker client can be pointed at it.
 */
import { parseArgs } from 'node:util';
import { createHost } from '../host/create';
import { installWorkers } from '../host/node/worker-threads';
import { listen } from './serve/listen';

const USAGE =
  'usage: npm run serve -- --nodes N --port P [--seed S] [--speed X] [--host inline|worker|pool]';

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '3' },
    port: { type: 'string', default: '2375' },
    seed: { type: 'string', default: '1' },
    speed: { type: 'string', default: '1' },
    host: { type: 'string', default: 'inline' },
    hub: { type: 'string', default: 'real' },
    'engine-version': { type: 'string' },
  },
});

async function main(): Promise<void> {
  const [nodes, port, seed] = [values.nodes, values.port, values.seed].map(Number);
  const speed = values.speed === 'max' ? Infinity : Number(values.speed);
  const { host: kind, hub } = values;
  const known = kind === 'inline' || kind === 'worker' || kind === 'pool';
  const good = [nodes, port, seed].every(Number.isInteger) && nodes! > 0 && speed >= 0;
  if (!known || !good || (hub !== 'real' && hub !== 'stand-in')) {
    console.error(USAGE);
    process.exit(2);
  }
  installWorkers();
  const version = values['engine-version'];
  const host = createHost(kind, {
    seed: seed!,
    nodes: nodes!,
    hub,
    speed,
    ...(version === undefined ? {} : { engineVersion: version }),
  });
  host.onFailure((message) => {
    console.error(message);
    process.exit(1);
  });
  await host.start();
  for (let number = 1; number <= nodes!; number++) {
    const at = port! + number - 1;
    await listen(host, `node${number}`, at);
    console.log(`node${number}: docker -H tcp://127.0.0.1:${at}`);
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => void host.stop().then(() => process.exit(0)));
  }
}

await main();
