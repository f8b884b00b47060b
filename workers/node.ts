/**
 * Entry of a worker of machines: one simulated node, or a share of many. The conductor's worker makes it.
 */
import { serveNodes, type WorkerScope } from '../src/host/node-worker';
import { createMachine } from '../src/node';

serveNodes(globalThis as unknown as WorkerScope, createMachine);
