/**
 * Base images (moby `builder/builder-next/adapters/containerimage`): what is here is taken as it is, what
 * is not comes from the registry and stays in BuildKit's store, not among the images.
 */
import { MILLISECOND_US, SECOND_US, type Wakeable } from '../../base';
import {
  isApiError,
  isReferenceError,
  parseReference,
  withDefaultTag,
  type ApiError,
  type ImageReference,
} from '../../api';
import type { EngineCore } from '../core';
import type { Image, Layer, Manifest } from '../content/image';
import { chainsOf } from '../images/store';
import { BuildFailure } from '../build/failure';
import { chainOf } from './build-cache';
import type { Operation } from './llb';
import type { Solver } from './solver';
import { EMPTY_RESULT, type StepWork, type Vertex } from './vertex';

const REMOTE_US = 640 * MILLISECOND_US;
const BYTES_PER_SECOND = 12_500_000;
const UNPACKED_PER_SECOND = 80_000_000;
const TICK_US = 100 * MILLISECOND_US;
const SMALL_US = 60 * MILLISECOND_US;

export interface FoundImage {
  readonly image: Image;
  /** Undefined for one that was here. */
  readonly manifest: Manifest | undefined;
}

/** By reference, here or in the registry, in BuildKit's words. */
export function findImage(
  core: EngineCore,
  text: string,
  forcePull: boolean,
): FoundImage | BuildFailure {
  const reference = parseReference(text);
  if (isReferenceError(reference)) return new BuildFailure(reference.referenceError);
  if (!forcePull) {
    const image = core.disk.images.find(text);
    if (!isApiError(image)) return { image, manifest: undefined };
  }
  const found = core.puller.lookUp(withDefaultTag(reference));
  if (isApiError(found)) return new BuildFailure(remoteWords(reference, found));
  return { image: found.image, manifest: found };
}

/** containerd's resolver speaks otherwise than the daemon's own. */
function remoteWords(reference: ImageReference, error: ApiError): string {
  const { domain, path } = reference;
  const tagged = withDefaultTag(reference);
  const name = tagged.digest ?? tagged.tag ?? 'latest';
  if (error.message.includes('manifest unknown')) return `${domain}/${path}:${name}: not found`;
  if (error.message.startsWith('pull access denied')) {
    const reason = 'server message: insufficient_scope: authorization failed';
    return `pull access denied, repository does not exist or may require authorization: ${reason}`;
  }
  const dial = /: (dial tcp .*|net\/http: .*)$/.exec(error.message)?.[1];
  if (dial === undefined) return error.message;
  const insecure = /^(127\.|192\.168\.0\.|localhost(:|$))/.test(domain);
  const url = `${insecure ? 'http' : 'https'}://${hostOf(domain)}/v2/${path}/manifests/${name}`;
  return `failed to do request: Head ${JSON.stringify(url)}: ${dial}`;
}

function hostOf(domain: string): string {
  return domain === 'docker.io' ? 'registry-1.docker.io' : domain;
}

interface LayerPull {
  readonly layer: Layer;
  readonly startsAt: number;
  readonly endsAt: number;
  told: boolean;
}

export class ImageWork implements StepWork, Wakeable {
  private pulls: LayerPull[] = [];
  private extracting: LayerPull[] = [];
  private found: FoundImage | undefined;

  constructor(
    private readonly solver: Solver,
    private readonly vertex: Vertex,
    private readonly op: Extract<Operation, { kind: 'image' }>,
  ) {}

  /** The key is known without the layers. */
  resolve(): void {
    const { solver, vertex, op } = this;
    const found = findImage(solver.core, op.reference, op.forcePull);
    if (found instanceof BuildFailure) return this.fail(found);
    vertex.key = `image:${chainOf(found.image.layers)}`;
    vertex.keys = [vertex.key];
    if (this.isHere(found)) {
      solver.started(vertex);
      this.complete(found.image);
    } else if (vertex.wanted) this.pull();
    else solver.advance();
  }

  private fail(failure: BuildFailure): void {
    const { solver, vertex, op } = this;
    vertex.phase = 'running';
    vertex.work = this;
    solver.started(vertex);
    solver.bar(vertex, `resolve ${op.reference}`, 0, 0, solver.core.unixUs, true);
    solver.core.runtime.setTimer(REMOTE_US, this, 'failed', failure.message);
  }

  private isHere({ image, manifest }: FoundImage): boolean {
    if (!manifest) return true;
    const { cache, core } = this.solver;
    const present = core.disk.images.chainIds();
    return chainsOf(image).every((chain) => present.has(chain) || cache.pulled.has(chain));
  }

  private complete(image: Image): void {
    const { solver, vertex } = this;
    solver.completeSource(vertex, { ...EMPTY_RESULT, layers: image.layers });
  }

  pull(): void {
    const { solver, vertex, op } = this;
    const { core, cache } = solver;
    const found = findImage(core, op.reference, op.forcePull);
    if (found instanceof BuildFailure) return this.fail(found);
    vertex.phase = 'running';
    vertex.work = this;
    this.found = found;
    solver.started(vertex);
    const { image, manifest } = found;
    const now = core.unixUs;
    const name = manifest ? `${op.reference.replace(/@.*/, '')}@${manifest.digest}` : op.reference;
    solver.bar(vertex, `resolve ${name}`, 0, 0, now, true);
    if (manifest) {
      solver.bar(vertex, manifest.digest, manifest.size, manifest.size, now, true);
      const bytes = (image.configText ?? '').length;
      solver.bar(vertex, image.id, bytes, bytes, now, true);
    }
    const present = core.disk.images.chainIds();
    const chains = chainsOf(image);
    image.layers.forEach((layer, i) => {
      if (present.has(chains[i]!) || cache.pulled.has(chains[i]!)) return;
      const us = SMALL_US + Math.round((layer.blobSize / BYTES_PER_SECOND) * SECOND_US);
      this.pulls.push({ layer, startsAt: now, endsAt: now + us, told: false });
    });
    this.tick();
  }

  wake(tag: string, data: unknown): void {
    if (this.vertex.work !== this) return;
    if (tag === 'failed')
      this.solver.fail(this.vertex, data as string, 'failed to load cache key: ');
    else this.tick();
  }

  private tick(): void {
    const { solver, vertex } = this;
    const now = solver.core.unixUs;
    for (const pull of this.pulls) {
      const { layer, startsAt, endsAt } = pull;
      if (pull.told) continue;
      const done = now >= endsAt;
      const share = done ? 1 : (now - startsAt) / (endsAt - startsAt);
      const current = Math.floor(layer.blobSize * share);
      solver.bar(vertex, layer.blobDigest, current, layer.blobSize, startsAt, done);
      pull.told = done;
    }
    this.extract(now);
    if (this.extracting.length === this.pulls.length && this.extracting.every((e) => e.told)) {
      for (const chain of chainsOf(this.found!.image)) solver.cache.pulled.add(chain);
      return this.complete(this.found!.image);
    }
    const ends = [...this.pulls, ...this.extracting].filter((e) => !e.told).map((e) => e.endsAt);
    const next = Math.min(TICK_US, ...ends.map((at) => Math.max(1, at - now)));
    solver.core.runtime.setTimer(next, this, 'tick');
  }

  /** In their order, one after the other. */
  private extract(now: number): void {
    const { solver, vertex } = this;
    for (let i = 0; i < this.pulls.length; i++) {
      if (!this.pulls[i]!.told) return;
      let entry = this.extracting[i];
      if (!entry) {
        const { layer } = this.pulls[i]!;
        const us = SMALL_US + Math.round((layer.size / UNPACKED_PER_SECOND) * SECOND_US);
        entry = { layer, startsAt: now, endsAt: now + us, told: false };
        this.extracting.push(entry);
        solver.bar(vertex, `extracting ${layer.blobDigest}`, 0, 0, now, false);
      }
      if (entry.told) continue;
      if (now < entry.endsAt) return;
      entry.told = true;
      solver.bar(vertex, `extracting ${entry.layer.blobDigest}`, 0, 0, entry.startsAt, true);
    }
  }

  cancel(): void {}
}
