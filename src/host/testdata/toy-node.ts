/** A worker of toy machines, for tests of the hosts. */
import { createToyMachine } from '../../sim/testdata/toy-machine';
import { serveNodes, type WorkerScope } from '../node-worker';

serveNodes(globalThis as unknown as WorkerScope, createToyMachine, (job) =>
  Promise.resolve(`${String(job)}!`),
);
