/**
 * Reaches a cluster in a worker of its own.
 */
import { wrap } from 'comlink';
import type { Ports } from './cluster-worker';
import type { ClusterControl, FromCluster } from './messages';
import type { Connect } from './message-host';
import type { WorkerLike } from './worker-fleet';

/** A connection over two fresh ports to the worker that `spawn` makes. */
export function connectWorker(spawn: () => WorkerLike): Connect {
  return (receive, broke) => {
    const worker = spawn();
    const control = new MessageChannel();
    const streams = new MessageChannel();
    worker.onerror = (event) => broke(`the cluster's worker is gone: ${event.message}`);
    streams.port1.onmessage = ({ data }) => receive(data as readonly FromCluster[]);
    const ports: Ports = { control: control.port2, streams: streams.port2 };
    worker.postMessage(ports, [control.port2, streams.port2]);
    return Promise.resolve({
      control: wrap<ClusterControl>(control.port1),
      post: (batch) => streams.port1.postMessage(batch),
      close: () => {
        worker.terminate();
        control.port1.close();
        streams.port1.close();
      },
    });
  };
}
