/**
 * `# syntax=IMAGE` (buildkit `dockerfile2llb/directives.go`, `frontend/gateway`): the Dockerfile is read by
 * the frontend of that image, which is looked up and fetched first.
 *
 * Differs: the frontends that are known are Docker's own; they run inside the simulator.
 */
import { MILLISECOND_US, decodeUtf8, type Wakeable } from '../../base';
import { fullName, isReferenceError, parseReference, withDefaultTag } from '../../api';
import { BuildFailure } from '../build/failure';
import type { Frontend } from './frontend';
import { findImage, type FoundImage } from './image-source';
import type { BuildJob, Pseudo } from './job';
import { llbNode } from './llb';

export interface SyntaxFrontend {
  readonly heredocs: boolean;
}

const RESOLVE_US = 560 * MILLISECOND_US;
const DIRECTIVE = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/;

/** The image of the first lines, while they are directives. */
export function detectSyntax(dockerfile: Uint8Array): string | undefined {
  for (const line of decodeUtf8(dockerfile)
    .replace(/^\ufeff/, '')
    .split('\n')) {
    const match = DIRECTIVE.exec(line.replace(/\r$/, ''));
    if (!match) return undefined;
    if (match[1]!.toLowerCase() === 'syntax') return match[2]!.split(' ')[0];
  }
  return undefined;
}

export function fetchFrontend(job: BuildJob, text: string, frontend: Frontend): void {
  new SyntaxFetch(job, text, frontend).begin();
}

class SyntaxFetch implements Wakeable {
  private name = '';
  private pseudo: Pseudo | undefined;
  private found: FoundImage | BuildFailure | undefined;

  constructor(
    private readonly job: BuildJob,
    private readonly text: string,
    private readonly frontend: Frontend,
  ) {}

  begin(): void {
    const reference = parseReference(this.text);
    if (isReferenceError(reference))
      return this.frontend.frontendFetched(new BuildFailure(reference.referenceError));
    const { tag, digest } = withDefaultTag(reference);
    this.name = `${fullName(reference)}${digest === undefined ? `:${tag}` : `@${digest}`}`;
    this.pseudo = this.job.beginPseudo(`resolve image config for ${this.name}`);
    this.found = findImage(this.job.core, this.name, false);
    this.job.core.runtime.setTimer(RESOLVE_US, this, 'resolved');
  }

  wake(): void {
    const { job, found } = this;
    if (job.isOver) return;
    if (found instanceof BuildFailure) {
      job.endPseudo(this.pseudo!, found.message);
      return this.frontend.frontendFetched(found);
    }
    job.endPseudo(this.pseudo!);
    const digest = found?.manifest ? `@${found.manifest.digest}` : '';
    const node = llbNode({ kind: 'image', reference: this.name, forcePull: false }, [], {
      name: `docker-image://${this.name}${digest}`,
    });
    this.frontend.awaitFrontend(job.solver.request(job, node), this.text);
  }
}

/** What the frontends of Docker can do more; undefined for an image that is none of them. */
export function knownFrontend(text: string): SyntaxFrontend | undefined {
  const match = /^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?(?::([\w.-]+))?/.exec(text);
  if (!match) return undefined;
  const tag = match[1] ?? 'latest';
  const version = /^(\d+)(?:\.(\d+))?/.exec(tag);
  if (!version) return { heredocs: true };
  const minor = version[2] === undefined ? Infinity : Number(version[2]);
  return { heredocs: Number(version[1]) > 1 || (Number(version[1]) === 1 && minor >= 4) };
}
