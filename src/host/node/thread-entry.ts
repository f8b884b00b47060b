/**
 * The first file of a worker thread: makes the globals that a browser's worker has, then runs the entry
 * file that the worker was made for.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { installWorkers } from './worker-threads';

const port = parentPort!;
let handler: ((event: { data: unknown }) => void) | null = null;
// Messages that come before the entry file has been loaded.
const early: unknown[] = [];

port.on('message', (data: unknown) => {
  if (handler) handler({ data });
  else early.push(data);
});
Object.assign(globalThis, {
  self: globalThis,
  postMessage: (message: unknown, transfer: readonly object[] = []) =>
    port.postMessage(message, transfer as never),
});
Object.defineProperty(globalThis, 'onmessage', {
  get: () => handler,
  set: (value: typeof handler) => {
    handler = value;
    for (const data of early.splice(0)) value?.({ data });
  },
});
installWorkers();
await import((workerData as { entry: string }).entry);
