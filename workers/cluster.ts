/**
 * Entry of the conductor's worker: it owns virtual time and the network, and makes the workers in which
 * the machines live.
 */
import { serveCluster } from '../src/host/cluster-worker';
import type { WorkerScope } from '../src/host/node-worker';

serveCluster(
  globalThis as unknown as WorkerScope,
  () => new Worker(new URL('./node.ts', import.meta.url), { type: 'module' }),
);
