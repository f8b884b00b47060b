/**
 * Works through build definitions, everything at once that can be (moby/buildkit `solver/scheduler.go`,
 * `jobs.go`, `edge.go`): keys first, the cache's answer, then what has to be done. Steps of several builds
 * that are the same are done once.
 */
import type { EngineCore } from '../core';
import { BuildFailure } from '../build/failure';
import { digestOf } from '../content/digest';
import { UnionFs } from '../files/union-fs';
import { newId } from '../ids';
import type { Layer } from '../content/image';
import type { LayerNode } from '../content/layer';
import { BuildCache, type CachedResult } from './build-cache';
import { contentDigest } from './content-digest';
import { ExecWork } from './exec-op';
import { FileWork } from './file-op';
import { ImageWork } from './image-source';
import type { BuildJob } from './job';
import { nodesOf, type LlbNode } from './llb';
import { HttpWork } from './http-source';
import { LocalWork } from './local-source';
import { operationKey, slowInputs } from './keys';
import type { Sessions } from './session';
import { EMPTY_RESULT, Vertex, treesOf, type StepResult } from './vertex';

export class Solver {
  private readonly active = new Map<string, Vertex>();
  private advancing = false;
  private again = false;

  constructor(
    readonly core: EngineCore,
    readonly sessions: Sessions,
  ) {}

  get cache(): BuildCache {
    return this.core.disk.buildCache;
  }

  /** Takes a definition up for a build, which is told of every change. */
  request(job: BuildJob, top: LlbNode): Vertex {
    for (const node of nodesOf(top)) {
      let vertex = this.active.get(node.digest);
      if (!vertex || vertex.phase === 'failed') {
        const inputs = node.inputs.map((input) => input && this.active.get(input.digest));
        vertex = new Vertex(node, inputs);
        this.active.set(node.digest, vertex);
      }
      vertex.jobs.add(job);
      job.joined(vertex);
    }
    const vertex = this.active.get(top.digest)!;
    vertex.wanted = true;
    this.advance();
    return vertex;
  }

  /** A step that is under way or done for some build. */
  find(node: LlbNode): Vertex | undefined {
    return this.active.get(node.digest);
  }

  /** A build is over: what nobody else wants stops. */
  release(job: BuildJob): void {
    for (const vertex of [...this.active.values()]) {
      if (!vertex.jobs.delete(job) || vertex.jobs.size > 0) continue;
      this.active.delete(vertex.node.digest);
      const { work } = vertex;
      vertex.work = undefined;
      work?.cancel();
    }
  }

  /** Goes on wherever something can go on. */
  advance(): void {
    this.again = true;
    if (this.advancing) return;
    this.advancing = true;
    while (this.again) {
      this.again = false;
      for (const vertex of [...this.active.values()]) this.tick(vertex);
    }
    this.advancing = false;
  }

  private tick(vertex: Vertex): void {
    if (vertex.isOver || vertex.phase === 'running') return;
    const { kind } = vertex.node.op;
    if (vertex.inputs.some((input) => input?.phase === 'failed')) return;
    if (kind !== 'exec' && kind !== 'file') return this.startSource(vertex);
    try {
      this.lookIntoContexts(vertex);
    } catch (error) {
      if (!(error instanceof BuildFailure)) throw error;
      return this.fail(vertex, error.message, 'failed to compute cache key: ');
    }
    if (vertex.phase === 'new') this.probe(vertex);
    if (vertex.phase === 'missed') this.tryToStart(vertex);
  }

  private startSource(vertex: Vertex): void {
    const { op } = vertex.node;
    if (op.kind === 'image') {
      if (vertex.key === '') new ImageWork(this, vertex, op).resolve();
      else if (vertex.wanted) new ImageWork(this, vertex, op).pull();
    } else if (op.kind === 'local') new LocalWork(this, vertex, op).begin();
    else if (op.kind === 'http' || op.kind === 'git' || op.kind === 'upload')
      new HttpWork(this, vertex, op).begin();
  }

  // --- keys

  /** What is taken of a context counts by its content, as soon as it is there. */
  private lookIntoContexts(vertex: Vertex): void {
    for (const [index, selectors] of slowInputs(vertex.node)) {
      const input = vertex.inputs[index];
      if (!input?.result?.tree || vertex.contents.has(index)) continue;
      vertex.contents.set(index, this.digestOf(vertex, input.result, selectors));
    }
  }

  private digestOf(
    { looked }: Vertex,
    result: StepResult,
    selectors: Parameters<typeof contentDigest>[1],
  ): string {
    const { hashedModes: modes } = result;
    return contentDigest({ fs: this.open(result), modes, looked }, selectors);
  }

  private isContext(input: Vertex | undefined): boolean {
    return ['local', 'http', 'upload', 'git'].includes(input?.node.op.kind ?? '');
  }

  private probe(vertex: Vertex): void {
    const slow = slowInputs(vertex.node);
    for (let i = 0; i < vertex.inputs.length; i++) {
      const input = vertex.inputs[i];
      if (!input) continue;
      const known =
        this.isContext(input) && slow.has(i) ? vertex.contents.has(i) : input.key !== '';
      if (!known) return;
    }
    const fixed = vertex.inputs.map((input, i) => {
      if (!input) return '';
      return slow.has(i) ? '?' : input.key;
    });
    vertex.baseKey = digestOf([operationKey(vertex.node), ...fixed].join('\0'));
    const fast = vertex.inputs.map((input, i) => {
      if (!slow.has(i)) return '';
      return this.isContext(input) ? vertex.contents.get(i)! : (input?.key ?? '');
    });
    vertex.keys = [keyWith(vertex.baseKey, fast)];
    const found = vertex.node.ignoreCache ? undefined : this.cache.find(vertex.keys[0]!);
    if (found) this.completeCached(vertex, found);
    else {
      vertex.phase = 'missed';
      for (const input of vertex.inputs) if (input) input.wanted = true;
      this.again = true;
    }
  }

  /** The inputs are there: what they hold may still be what was there before. */
  private tryToStart(vertex: Vertex): void {
    if (vertex.inputs.some((input) => input && !input.result)) return;
    const looked = this.lookIntoStages(vertex);
    if (vertex.isOver) return;
    if (looked !== undefined) {
      vertex.keys = [looked, ...vertex.keys];
      const found = vertex.node.ignoreCache ? undefined : this.cache.find(looked);
      if (found) return this.completeCached(vertex, found);
    }
    vertex.phase = 'running';
    this.started(vertex);
    const { op } = vertex.node;
    if (op.kind === 'exec') new ExecWork(this, vertex, op).begin();
    else if (op.kind === 'file') new FileWork(this, vertex, op).begin();
  }

  /** Only where something was stored that it might be; undefined where there is nothing to look into. */
  private lookIntoStages(vertex: Vertex): string | undefined {
    const slow = slowInputs(vertex.node);
    const stages = [...slow].filter(([i]) => vertex.inputs[i] && !this.isContext(vertex.inputs[i]));
    if (stages.length === 0 || !this.cache.mayMatch(vertex.baseKey)) return undefined;
    try {
      return this.slowKey(vertex);
    } catch (error) {
      if (!(error instanceof BuildFailure)) throw error;
      this.fail(vertex, error.message, 'failed to compute cache key: ');
      return undefined;
    }
  }

  private slowKey(vertex: Vertex): string {
    const slow = slowInputs(vertex.node);
    const parts = vertex.inputs.map((input, i) => {
      const selectors = slow.get(i);
      if (!selectors || !input?.result) return '';
      return vertex.contents.get(i) ?? this.digestOf(vertex, input.result, selectors);
    });
    return keyWith(vertex.baseKey, parts);
  }

  // --- results

  private completeCached(vertex: Vertex, found: CachedResult): void {
    const [first] = vertex.keys;
    vertex.key = this.cache.canonicalKey(first!) ?? first!;
    vertex.cached = true;
    vertex.startedAt = this.core.unixUs;
    vertex.result = { ...EMPTY_RESULT, record: found.record, layers: found.layers };
    this.cache.use(found.record, this.core.unixUs);
    this.over(vertex, 'done');
  }

  /** A step has made a layer. */
  completeWithLayer(vertex: Vertex, layer: Layer): void {
    const below = vertex.inputs[0]?.result ?? EMPTY_RESULT;
    const layers = [...below.layers, layer];
    const id = newId(this.core.ids).slice(0, 25);
    const slow = slowInputs(vertex.node);
    if (slow.size > 0) vertex.keys = [...new Set([...vertex.keys, this.slowKey(vertex)])];
    this.cache.store(
      {
        id,
        kind: 'regular',
        description: descriptionOf(vertex.node),
        createdAt: this.core.unixUs,
        lastUsedAt: this.core.unixUs,
        usageCount: 1,
        parent: below.record,
        mutable: false,
        layers,
        name: '',
      },
      vertex.baseKey,
      vertex.keys,
    );
    vertex.key = vertex.keys[0]!;
    vertex.result = { ...EMPTY_RESULT, record: id, layers };
    this.over(vertex, 'done');
  }

  completeSource(vertex: Vertex, result: StepResult): void {
    vertex.result = result;
    this.over(vertex, 'done');
  }

  private over(vertex: Vertex, phase: 'done' | 'failed'): void {
    vertex.phase = phase;
    vertex.work = undefined;
    vertex.completedAt = this.core.unixUs;
    for (const job of [...vertex.jobs]) job.changed(vertex);
    this.advance();
  }

  fail(vertex: Vertex, message: string, before = ''): void {
    vertex.startedAt ??= this.core.unixUs;
    vertex.error = message;
    const jobs = [...vertex.jobs];
    this.over(vertex, 'failed');
    for (const job of jobs) job.stepFailed(vertex, new BuildFailure(`${before}${message}`));
  }

  started(vertex: Vertex): void {
    vertex.startedAt ??= this.core.unixUs;
    for (const job of [...vertex.jobs]) job.changed(vertex);
  }

  /** A bar within a step. */
  bar(
    vertex: Vertex,
    id: string,
    current: number,
    total: number,
    startedAt: number,
    done: boolean,
  ): void {
    for (const job of [...vertex.jobs]) job.bar(vertex, id, current, total, startedAt, done);
  }

  log(vertex: Vertex, stream: 1 | 2, data: Uint8Array): void {
    for (const job of [...vertex.jobs]) job.log(vertex, stream, data);
  }

  /** A result as a filesystem, to be written on top of. */
  open(result: StepResult, above?: LayerNode): UnionFs {
    const { kernel } = this.core;
    const trees = above ? [above, ...treesOf(result)] : treesOf(result);
    return new UnionFs(kernel.nextDevice(), trees, kernel.wallClock, kernel.disk);
  }
}

function keyWith(baseKey: string, parts: readonly string[]): string {
  return parts.every((part) => part === '') ? baseKey : digestOf([baseKey, ...parts].join('\0'));
}

/** As `docker system df -v` shows it. */
function descriptionOf({ op, name }: LlbNode): string {
  if (op.kind === 'exec') return `mount / from exec ${op.args.join(' ')}`;
  return name;
}
