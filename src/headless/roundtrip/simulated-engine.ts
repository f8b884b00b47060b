/** One simulated engine on this thread, asked over its Engine API as the real one is. */
import { InlineCluster } from '../../host/inline';
import type { Answer } from './real-engine';

const SECOND_US = 1_000_000;
const LIMIT_US = 600 * SECOND_US;
const NODE = 'node1';

export class SimulatedEngine {
  private readonly cluster = new InlineCluster({
    seed: 1,
    nodes: 1,
    hub: 'stand-in',
    epochUs: Math.floor(Date.now() / 1000) * SECOND_US,
  });

  constructor() {
    this.cluster.runFor(SECOND_US);
  }

  ask(method: string, path: string, body?: Buffer, type = 'application/x-tar'): Answer {
    const headers: Record<string, string> = body
      ? { 'content-type': type, 'content-length': String(body.length) }
      : {};
    const bytes = new Uint8Array(body ?? []);
    const request = { method, path: `/v1.41${path}`, headers, body: bytes };
    const answer = this.cluster.requestApi(NODE, request, LIMIT_US);
    if (!answer) throw new Error(`no answer to ${method} ${path}`);
    return { status: answer.status, body: Buffer.from(answer.body) };
  }

  /** A command line at the machine's shell. */
  run(command: string): { text: string; code: number } {
    const result = this.cluster.exec(NODE, command, { stdin: '', timeoutUs: LIMIT_US });
    return { text: result.stdout + result.stderr, code: result.exitCode };
  }
}
