/**
 * Sources that are no files of the client: what came with the request, and addresses. This world has
 * nothing at any address, which is told as the real one tells it.
 */
import { MILLISECOND_US, type Wakeable } from '../../base';
import { digestOf } from '../content/digest';
import { LayerBuilder } from '../content/layer';
import type { Operation } from './llb';
import type { Solver } from './solver';
import { EMPTY_RESULT, type StepWork, type Vertex } from './vertex';

const REFUSED_US = 3 * MILLISECOND_US;
const READ_US = 6 * MILLISECOND_US;

type Remote = Extract<Operation, { kind: 'http' | 'git' | 'upload' }>;

export class HttpWork implements StepWork, Wakeable {
  constructor(
    private readonly solver: Solver,
    private readonly vertex: Vertex,
    private readonly op: Remote,
  ) {}

  begin(): void {
    const { solver, vertex, op } = this;
    vertex.phase = 'running';
    vertex.work = this;
    solver.started(vertex);
    solver.core.runtime.setTimer(op.kind === 'upload' ? READ_US : REFUSED_US, this, 'end');
  }

  wake(): void {
    const { solver, vertex, op } = this;
    if (vertex.work !== this) return;
    if (op.kind === 'upload') return this.finishUpload(op.url);
    if (op.kind === 'git') return this.refuseGit(op.url);
    const message = `Get ${JSON.stringify(op.url)}: ${dialFailure(op.url)}`;
    solver.fail(vertex, message, 'failed to load cache key: ');
  }

  /** The body as the one file "context". */
  private finishUpload(url: string): void {
    const body = [...this.vertex.jobs].map((job) => job.uploaded).find((data) => data);
    const data = body ?? new Uint8Array(0);
    const tree = new LayerBuilder(0).build();
    const file = { type: 'file', mode: 0o600, uid: 0, gid: 0, mtimeUs: 0, data } as const;
    const children = new Map([['context', Object.freeze(file)]]);
    this.vertex.key = digestOf(url);
    const root = Object.freeze({ ...tree, children });
    this.solver.completeSource(this.vertex, { ...EMPTY_RESULT, tree: root });
  }

  private refuseGit(url: string): void {
    const { solver, vertex } = this;
    const [, host = '', port] = /^(?:[a-z]+:\/\/|git@)?([^/:]+)(?::(\d+))?/.exec(url) ?? [];
    const folder = `/var/lib/docker/overlay2/${digestOf(url).slice(7)}/diff/`;
    const say = (text: string) => solver.log(vertex, 2, new TextBytes(text).bytes);
    solver.log(vertex, 1, new TextBytes(`Initialized empty Git repository in ${folder}\n`).bytes);
    if (url.startsWith('git://')) {
      say(`fatal: unable to connect to ${host}:\n`);
      say(`${host}[0: ${host}]: errno=Connection refused\n\n`);
    } else {
      const to = `${host} port ${port ?? (url.startsWith('https') ? 443 : 80)}`;
      const reason = `Failed to connect to ${to} after 0 ms: Couldn't connect to server`;
      say(`fatal: unable to access '${url}/': ${reason}\n`);
    }
    const message = `failed to fetch remote ${url}: exit status 128`;
    solver.fail(vertex, message, 'failed to load cache key: ');
  }

  cancel(): void {}
}

class TextBytes {
  readonly bytes: Uint8Array;
  constructor(text: string) {
    this.bytes = Uint8Array.from(text, (ch) => ch.charCodeAt(0));
  }
}

/** Nobody listens at numbers, and names are not known. */
function dialFailure(url: string): string {
  const [, host = '', given] = /^https?:\/\/([^/:?#]*)(?::(\d+))?/.exec(url) ?? [];
  const port = given ?? (url.startsWith('https') ? '443' : '80');
  if (host === 'localhost') return `dial tcp [::1]:${port}: connect: connection refused`;
  if (/^[\d.]+$/.test(host)) return `dial tcp ${host}:${port}: connect: connection refused`;
  return `dial tcp: lookup ${host} on 192.168.0.100:53: no such host`;
}
