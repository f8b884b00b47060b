/**
 * What runs in the conductor's worker: the driver, reached over two ports that the page sends first,
 * one for control (comlink) and one for streams (raw batches). comlink listens to all that comes over
 * its port, so the two are never one.
 */
import { expose, transfer } from 'comlink';
import type { ApiRequest, LookAnswer } from '../api';
import { ClusterDriver } from './driver';
import type { FromCluster, ToCluster } from './messages';
import type { WorkerScope } from './node-worker';
import { WorkerFleet, type WorkerLike } from './worker-fleet';

/** The first and only message to the worker itself. */
export interface Ports {
  readonly control: MessagePort;
  readonly streams: MessagePort;
}

/** A driver whose answers to looks go on without a copy: here they are copies of a worker's already. */
class ServedDriver extends ClusterDriver {
  override async look(node: string, request: ApiRequest): Promise<LookAnswer> {
    const answer = await super.look(node, request);
    return answer.body.length > 0 ? transfer(answer, [answer.body.buffer]) : answer;
  }
}

/** Serves a cluster whose machines live in workers that `spawn` makes. */
export function serveCluster(scope: WorkerScope, spawn: () => WorkerLike): void {
  scope.onmessage = ({ data }) => {
    const { control, streams } = data as Ports;
    const driver = new ServedDriver(
      (plan) => new WorkerFleet(spawn, plan.workers, plan.scenario.nodes),
      (batch: readonly FromCluster[]) => streams.postMessage(batch),
    );
    streams.onmessage = (event) => driver.receive(event.data as readonly ToCluster[]);
    expose(driver, control);
  };
}
