/**
 * What runs in the conductor's worker: the driver, reached over two ports that the page sends first,
 * one for control (comlink) and one for streams (raw batches). comlink listens to all that comes over
 * its port, so the two are never one.
 */
import { expose } from 'comlink';
import { ClusterDriver } from './driver';
import type { FromCluster, ToCluster } from './messages';
import type { WorkerScope } from './node-worker';
import { WorkerFleet, type WorkerLike } from './worker-fleet';

/** The first and only message to the worker itself. */
export interface Ports {
  readonly control: MessagePort;
  readonly streams: MessagePort;
}

/** Serves a cluster whose machines live in workers that `spawn` makes. */
export function serveCluster(scope: WorkerScope, spawn: () => WorkerLike): void {
  scope.onmessage = ({ data }) => {
    const { control, streams } = data as Ports;
    const driver = new ClusterDriver(
      (plan) => new WorkerFleet(spawn, plan.workers, plan.scenario.nodes),
      (batch: readonly FromCluster[]) => streams.postMessage(batch),
    );
    streams.onmessage = (event) => driver.receive(event.data as readonly ToCluster[]);
    expose(driver, control);
  };
}
