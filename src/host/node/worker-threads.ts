/**
 * Web Workers for Node, as much as the hosts use: the same entry files run in worker threads. Tests and
 * headless programs call `installWorkers` once; then `new Worker(url)` works as in a browser, also
 * within workers.
 */
import { Worker as Thread } from 'node:worker_threads';
import type { WorkerLike } from '../worker-fleet';

class NodeWorker implements WorkerLike {
  onmessage: ((event: MessageEvent) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  private readonly thread: Thread;

  constructor(entry: URL | string) {
    this.thread = new Thread(new URL('./thread.mjs', import.meta.url), {
      workerData: { entry: String(entry) },
    });
    this.thread.on('message', (data) => this.onmessage?.({ data } as MessageEvent));
    this.thread.on('error', (error: Error) =>
      this.onerror?.({ message: error.stack ?? error.message } as ErrorEvent),
    );
  }

  postMessage(message: unknown, transfer: readonly object[] = []): void {
    this.thread.postMessage(message, transfer as never);
  }

  terminate(): void {
    void this.thread.terminate();
  }
}

/** Gives this thread the `Worker` of browsers. */
export function installWorkers(): void {
  Object.assign(globalThis, { Worker: NodeWorker });
}
