/**
 * One build by BuildKit, from the request to its last word (moby `builder/builder-next/builder.go`,
 * buildkit `solver/llbsolver/solver.go`): the frontend's definition, the solver's work, the exporter.
 */
import {
  toBase64Trace,
  type ApiCall,
  type ApiReceiver,
  type BuildStatus,
  type BuildVertex,
  type VertexStatus,
} from './wire';
import { BuildFailure } from '../build/failure';
import type { BuildOptions } from '../build/options';
import type { EngineCore } from '../core';
import { Exporter } from './exporter';
import { Frontend, type Definition } from './frontend';
import { newId } from '../ids';
import type { BuildKitOptions } from './request';
import type { BuildSession } from './session';
import type { Solver } from './solver';
import { EMPTY_RESULT, type Vertex } from './vertex';
import { BuildXray } from './xray';

/** What shows itself as a step and is none of the graph: metadata, exports. */
export interface Pseudo {
  readonly digest: string;
  readonly name: string;
  readonly startedAt: number;
}

export class BuildJob implements ApiReceiver {
  readonly session: BuildSession | undefined;
  /** Body of the request, for a context that came with it. */
  uploaded: Uint8Array | undefined;
  private over = false;
  /** With `q=1`: what would have been said. */
  private held: string[] = [];
  private readonly running = new Set<Vertex>();
  private readonly pseudo = new Map<string, Pseudo>();
  private frontend: Frontend | undefined;
  private awaited: Vertex | undefined;
  private definition: Definition | undefined;
  readonly xray: BuildXray;

  constructor(
    readonly core: EngineCore,
    readonly solver: Solver,
    readonly options: BuildOptions,
    readonly more: BuildKitOptions,
    private readonly call: ApiCall,
  ) {
    this.session = solver.sessions.find(more.session);
    this.xray = new BuildXray(this);
  }

  begin(uploaded: Uint8Array | undefined): void {
    this.uploaded = uploaded;
    this.call.begin(200, { 'Content-Type': 'application/json' });
    this.frontend = new Frontend(this);
    this.frontend.begin();
  }

  // --- what the client is told

  private say(line: unknown): void {
    const text = `${JSON.stringify(line)}\r\n`;
    if (this.options.quiet) this.held.push(text);
    else this.call.write(text);
  }

  private tell(part: Partial<BuildStatus>): void {
    if (this.over) return;
    this.say({ id: 'moby.buildkit.trace', aux: toBase64Trace(part) });
  }

  joined(vertex: Vertex): void {
    this.tell({ vertexes: [shown(vertex)] });
  }

  changed(vertex: Vertex): void {
    if (this.over) return;
    if (vertex.isOver) this.running.delete(vertex);
    else this.running.add(vertex);
    this.tell({ vertexes: [shown(vertex)] });
    this.xray.changed(vertex);
    if (vertex.phase === 'done') this.frontend?.solved(vertex);
    if (vertex === this.awaited && vertex.phase === 'done') this.solvedAll();
  }

  bar(
    vertex: Pick<Vertex, 'node'>,
    id: string,
    current: number,
    total: number,
    startedAt: number,
    done: boolean,
  ): void {
    this.status(vertex.node.digest, id, current, total, startedAt, done);
  }

  status(
    digest: string,
    id: string,
    current: number,
    total: number,
    startedAt: number,
    done: boolean,
  ): void {
    const now = this.core.unixUs;
    const status: VertexStatus = {
      ...{ id, vertex: digest, current, total, timestamp: now, started: startedAt },
      ...(done ? { completed: now } : {}),
    };
    this.tell({ statuses: [status] });
  }

  log(vertex: Vertex, stream: 1 | 2, data: Uint8Array): void {
    const timestamp = this.core.unixUs;
    this.tell({ logs: [{ vertex: vertex.node.digest, timestamp, stream, data }] });
  }

  // --- steps that are none of the graph

  beginPseudo(name: string): Pseudo {
    const digest = `sha256:${newId(this.core.ids)}`;
    const pseudo = { digest, name, startedAt: this.core.unixUs };
    this.pseudo.set(digest, pseudo);
    this.tell({ vertexes: [pseudoVertex(pseudo, undefined, '')] });
    return pseudo;
  }

  endPseudo(pseudo: Pseudo, error = ''): void {
    if (!this.pseudo.delete(pseudo.digest)) return;
    this.tell({ vertexes: [pseudoVertex(pseudo, this.core.unixUs, error)] });
  }

  // --- the build

  /** The frontend is through. */
  solve(definition: Definition): void {
    this.definition = definition;
    this.xray.begin(definition);
    const { target } = definition;
    if (!target) return this.export();
    this.awaited = this.solver.request(this, target);
    if (this.awaited.phase === 'done') this.solvedAll();
  }

  private solvedAll(): void {
    if (this.over || !this.definition) return;
    this.awaited = undefined;
    this.export();
  }

  private export(): void {
    const { target } = this.definition!;
    const result = target && this.solver.find(target)?.result;
    new Exporter(this, this.definition!, result ?? EMPTY_RESULT).begin();
  }

  stepFailed(vertex: Vertex, failure: BuildFailure): void {
    this.running.delete(vertex);
    const words = this.frontend?.wordsOf(vertex);
    this.fail(words === undefined ? failure : new BuildFailure(`${words}${failure.message}`));
  }

  fail(failure: BuildFailure): void {
    if (this.over) return;
    for (const pseudo of [...this.pseudo.values()]) this.endPseudo(pseudo, 'context canceled');
    for (const vertex of this.running) {
      const canceled = shown(vertex);
      const completed = this.core.unixUs;
      this.tell({ vertexes: [{ ...canceled, completed, error: 'context canceled' }] });
      this.xray.canceled(vertex);
    }
    this.xray.end(false, '');
    this.over = true;
    this.solver.release(this);
    for (const text of this.held.splice(0)) this.call.write(text);
    const { message } = failure;
    this.call.write(`${JSON.stringify({ errorDetail: { message }, error: message })}\r\n`);
    this.call.end();
  }

  /** All is done; '' where no image came of it. */
  finish(imageId: string): void {
    if (this.over) return;
    this.xray.end(true, imageId);
    if (imageId !== '') this.say({ id: 'moby.image.id', aux: { ID: imageId } });
    this.over = true;
    this.solver.release(this);
    if (this.options.quiet) this.call.write(`${JSON.stringify({ stream: `${imageId}\n` })}\r\n`);
    this.call.end();
  }

  get isOver(): boolean {
    return this.over;
  }

  // --- the client's connection

  receive(): void {}
  closeInput(): void {}
  hangUp(): void {
    this.cancel();
  }

  cancel(): void {
    if (this.over) return;
    this.xray.end(false, '');
    this.over = true;
    this.solver.release(this);
    this.call.end();
  }
}

function shown(vertex: Vertex): BuildVertex {
  const { node, startedAt, completedAt, cached, error } = vertex;
  return {
    digest: node.digest,
    inputs: node.inputs.flatMap((input) => (input ? [input.digest] : [])),
    name: node.name,
    cached,
    error,
    ...(startedAt === undefined ? {} : { started: startedAt }),
    ...(completedAt === undefined ? {} : { completed: completedAt }),
  };
}

function pseudoVertex(
  { digest, name, startedAt }: Pseudo,
  completed: number | undefined,
  error: string,
): BuildVertex {
  return {
    ...{ digest, name, inputs: [], cached: false, error, started: startedAt },
    ...(completed === undefined ? {} : { completed }),
  };
}
