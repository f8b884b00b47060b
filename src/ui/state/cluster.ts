/**
 * The one cluster that this page shows, made before anything is drawn: its workers load while React does.
 * Nothing heavier than the stores may be imported here.
 */
import type { ClusterHost } from '../../host';
import { createHost, firstNodes } from '../../host/create';
import { applyFailure, applyUpdate, useCluster } from './cluster-store';

let current: ClusterHost | undefined;

/** The cluster, once `startSession` has made it. */
export function host(): ClusterHost {
  if (!current) throw new Error('the session has not started');
  return current;
}

/** What an address may ask for: `?nodes=5&seed=7&host=inline`. */
export interface SessionOptions {
  readonly nodes: number;
  readonly seed: number;
  readonly kind: 'inline' | 'worker' | 'pool';
}

export function optionsFromAddress(search: string): SessionOptions {
  const query = new URLSearchParams(search);
  const whole = (name: string, fallback: number, low: number, high: number) => {
    const value = Number(query.get(name) ?? NaN);
    return Number.isInteger(value) && value >= low && value <= high ? value : fallback;
  };
  const nodes = whole('nodes', 3, 1, 200);
  const asked = query.get('host');
  const kind = asked === 'inline' || asked === 'pool' || asked === 'worker' ? asked : undefined;
  return {
    nodes,
    seed: whole('seed', 1, 0, 2 ** 31),
    kind: kind ?? (nodes > 12 || processors() <= FEW_PROCESSORS ? 'pool' : 'worker'),
  };
}

/** With no more than these, workers of their own only make machines load one after the other. */
const FEW_PROCESSORS = 2;

function processors(): number {
  return globalThis.navigator?.hardwareConcurrency ?? FEW_PROCESSORS + 1;
}

export async function startSession(options: SessionOptions): Promise<void> {
  const made = createHost(options.kind, {
    seed: options.seed,
    nodes: options.nodes,
    hub: 'real',
  });
  current = made;
  // Their terminals open at once; what stands on them comes with the first screens.
  useCluster.setState({ nodes: firstNodes(options.nodes) });
  made.subscribe(applyUpdate);
  made.onFailure(applyFailure);
  try {
    await made.start();
  } catch (error) {
    applyFailure(error instanceof Error ? error.message : String(error));
  }
}
