/**
 * Makes a simulated cluster of the kind that was asked for. Nothing of the simulator is loaded on the
 * page's own thread unless the cluster is to live there.
 */
import { DEFAULT_SCENARIO, nodeAddress, nodeName, type Scenario } from '../sim';
import type { ClusterOptions, NodeState, Speed } from './cluster-host';
import { MessageHost, type Connect } from './message-host';
import type { SimulatedHost } from './sim-host';
import { connectWorker } from './worker-connection';

export type HostKind = 'inline' | 'worker' | 'pool';

export interface HostOptions
  extends ClusterOptions, Partial<Omit<Scenario, 'seed' | 'nodes' | 'hub'>> {
  /** 1 if not said. */
  readonly speed?: Speed;
  readonly paused?: boolean;
  /** Workers of the pool; one less than there are processors if not said. */
  readonly workers?: number;
}

/** The cluster starts with `start()`; listeners may subscribe before. */
export function createHost(kind: HostKind, options: HostOptions): SimulatedHost {
  const { speed = 1, paused = false, workers: asked, ...change } = options;
  const scenario: Scenario = { ...DEFAULT_SCENARIO, ...change };
  const workers = kind === 'pool' ? (asked ?? poolSize()) : 0;
  return new MessageHost({ scenario, speed, paused, workers }, connectionOf(kind));
}

/** The machines that a new cluster has, before it has told of them. */
export function firstNodes(count: number): readonly NodeState[] {
  return Array.from({ length: count }, (_, i) => ({
    name: nodeName(i + 1),
    address: nodeAddress(i + 1),
    power: 'on',
    frozen: false,
  }));
}

function connectionOf(kind: HostKind): Connect {
  if (kind !== 'inline') {
    return connectWorker(
      () => new Worker(new URL('../../workers/cluster.ts', import.meta.url), { type: 'module' }),
    );
  }
  return async (receive, broke) => {
    const { connectInline } = await import('./inline-connection');
    return connectInline(receive, broke);
  };
}

/** One processor is left to the page and to the conductor, which rarely work at once. */
function poolSize(): number {
  return Math.max(1, (globalThis.navigator?.hardwareConcurrency ?? 2) - 1);
}

export { runTrace, type TraceOptions } from './trace-run';
