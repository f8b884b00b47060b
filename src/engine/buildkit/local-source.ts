/** Files of the client as a source: what changed since the last time is fetched over the session. */
import { DIFF_COPY, readPacket, writePacket, type GrpcStatus, type Header } from '../../api';
import { MILLISECOND_US, type Wakeable } from '../../base';
import { newId } from '../ids';
import type { Operation } from './llb';
import type { BuildSession, SessionCaller } from './session';
import type { Solver } from './solver';
import { Receiving } from './synced-files';
import type { StepWork, Vertex } from './vertex';

/** Round trips of the session. */
const BEGIN_US = 8 * MILLISECOND_US;
/** A client's files over a local socket. */
const BYTES_PER_US = 200;

type Local = Extract<Operation, { kind: 'local' }>;

export class LocalWork implements StepWork, SessionCaller, Wakeable {
  private session: BuildSession | undefined;
  private stream = 0;
  private bytes = 0;
  private receiving: Receiving;
  private beganAt = 0;
  private failure = '';

  constructor(
    private readonly solver: Solver,
    private readonly vertex: Vertex,
    private readonly op: Local,
  ) {
    this.receiving = new Receiving(undefined);
  }

  private get key(): string {
    return `${this.op.name}:${this.op.sharedKeyHint}:${this.session?.sharedKey ?? ''}`;
  }

  begin(): void {
    const { solver, vertex, op } = this;
    vertex.phase = 'running';
    vertex.work = this;
    solver.started(vertex);
    this.session = solver.sessions.find(op.session);
    if (!this.session) return solver.fail(vertex, `no active sessions`);
    if (!this.session.offers(DIFF_COPY))
      return solver.fail(vertex, `method ${DIFF_COPY} not supported by the client`);
    this.receiving = new Receiving(solver.cache.contexts.get(this.key));
    this.beganAt = solver.core.unixUs;
    this.stream = this.session.call(DIFF_COPY, this.metadata(), this);
  }

  private metadata(): Header[] {
    const { name, followPaths, excludes } = this.op;
    return [
      ['dir-name', name],
      ...(followPaths ?? []).map((path): Header => ['followpaths', path]),
      ...excludes.map((pattern): Header => ['exclude-patterns', pattern]),
    ];
  }

  answered(stream: number, data: Uint8Array): void {
    const { session, receiving } = this;
    const packet = readPacket(data);
    if (!session || !packet) return;
    this.bytes += data.length;
    switch (packet.kind) {
      case 'stat': {
        if (!packet.stat) receiving.listed = true;
        const wanted = packet.stat && receiving.take(packet.stat);
        if (wanted !== undefined)
          session.send(stream, writePacket({ kind: 'request', id: wanted }));
        break;
      }
      case 'data':
        receiving.takeData(packet.id, packet.data);
        break;
      case 'error':
        this.failure = `error from sender: ${packet.message}`;
        session.cancel(stream);
        return this.end();
      case 'fin':
        session.halfClose(stream);
        return this.end();
      case 'request':
    }
    if (packet.kind !== 'request' && receiving.complete)
      session.send(stream, writePacket({ kind: 'fin' }));
  }

  ended(_stream: number, status: GrpcStatus): void {
    if (this.vertex.phase !== 'running' || this.failure !== '') return;
    if (status.code === 0) return;
    this.failure = `rpc error: code = Unknown desc = ${status.message}`;
    this.end();
  }

  private end(): void {
    const us = BEGIN_US + Math.ceil(this.bytes / BYTES_PER_US);
    this.solver.core.runtime.setTimer(us, this, 'end');
  }

  wake(): void {
    const { solver, vertex, op } = this;
    if (vertex.work !== this) return;
    const what = op.name === 'dockerfile' ? 'dockerfile' : 'context';
    solver.bar(vertex, `transferring ${what}:`, this.bytes, 0, this.beganAt, true);
    if (this.failure !== '') return solver.fail(vertex, this.failure);
    const files = this.receiving.finish();
    const { cache, core } = solver;
    cache.contexts.set(this.key, files);
    const record = cache.recordNamed('source.local', this.key);
    if (record) cache.use(record.id, core.unixUs);
    else {
      const id = newId(core.ids).slice(0, 25);
      const description = `local source for ${op.name}`;
      cache.store(
        {
          ...{ id, kind: 'source.local', description, createdAt: core.unixUs, parent: '' },
          ...{ lastUsedAt: core.unixUs, usageCount: 1, mutable: true, layers: [], name: this.key },
        },
        '',
        [],
      );
    }
    const { hashedModes } = files;
    solver.completeSource(vertex, { record: '', layers: [], tree: files.tree(), hashedModes });
  }

  cancel(): void {
    if (this.stream !== 0) this.session?.cancel(this.stream);
  }
}
