/**
 * A page that carries out the run of `npm run trace` in a browser and answers its hash.
 */
import { createHost, runTrace, type HostKind } from '../../src/host/create';

export interface TraceRequest {
  readonly kind: HostKind;
  readonly workers?: number;
  readonly seed: number;
  readonly nodes: number;
  readonly untilUs: number;
}

async function traceHash(request: TraceRequest): Promise<string> {
  const { kind, workers, seed, nodes, untilUs } = request;
  const pool = workers === undefined ? {} : { workers };
  const host = createHost(kind, {
    seed,
    nodes,
    hub: 'stand-in',
    speed: 0,
    paused: true,
    ...pool,
  });
  const failed = new Promise<never>((_resolve, reject) => {
    host.onFailure((message) => reject(new Error(message)));
  });
  try {
    return await Promise.race([runTrace(host, { nodes, untilUs }), failed]);
  } finally {
    await host.stop();
  }
}

Object.assign(globalThis, { traceHash });
