/** A conductor's worker whose machines are toys, for tests of the hosts. */
import { serveCluster } from '../cluster-worker';
import type { WorkerScope } from '../node-worker';

serveCluster(
  globalThis as unknown as WorkerScope,
  () => new Worker(new URL('./toy-node.ts', import.meta.url), { type: 'module' }),
);
