/**
 * The Dockerfile frontend (buildkit `frontend/dockerfile/builder/build.go`): fetches the Dockerfile and the
 * patterns of what is ignored, looks the base images up, and hands a definition to the solver.
 */
import { MILLISECOND_US, decodeUtf8, type Wakeable } from '../../base';
import { readIgnoreFile } from '../../api';
import { archiveIn } from '../build/context-tar';
import { parseDockerfile, type ParsedDockerfile } from '../build/dockerfile';
import { BuildFailure } from '../build/failure';
import { joinPath } from '../build/go-text';
import { parseStages } from '../build/instructions';
import { findIn, readAll } from '../build/source';
import { convert } from './convert';
import { importInlineCache } from './inline-cache';
import { detectSyntax, fetchFrontend, knownFrontend, type SyntaxFrontend } from './syntax';
import { findImage, type FoundImage } from './image-source';
import { specOf, type ImageSpec } from './image-spec';
import type { BuildJob, Pseudo } from './job';
import { llbNode, type LlbNode } from './llb';
import { planStages, type StagePlan, type StagesPlan } from './stages';
import { CLIENT_SESSION } from './request';
import type { Vertex } from './vertex';

export interface Definition {
  /** Undefined: there is nothing to do (`FROM scratch` alone). */
  readonly target: LlbNode | undefined;
  readonly image: ImageSpec;
  readonly plan: StagesPlan;
  readonly cacheFrom: readonly string[];
}

const WORDS = 'failed to solve with frontend dockerfile.v0: ';
const DEFINITION = `${WORDS}failed to create LLB definition: `;
const METADATA_US = 4 * MILLISECOND_US;
const REMOTE_METADATA_US = 620 * MILLISECOND_US;
const IMPORT_US = 8 * MILLISECOND_US;

export class Frontend implements Wakeable {
  private dockerfileVertex: Vertex | undefined;
  private ignoreVertex: Vertex | undefined;
  private remoteVertex: Vertex | undefined;
  private dockerfile: Uint8Array | undefined;
  private ignore: Uint8Array | undefined;
  private ignoreDone = false;
  /** Where the files of a remote context are; undefined for the client's folder. */
  private context: LlbNode | undefined;
  private filename: string;
  private parsed: ParsedDockerfile | undefined;
  private excludes: readonly string[] = [];
  private readonly images = new Map<string, FoundImage>();
  private pending = 0;
  /** Set by a `# syntax=` line that was followed. */
  private frontend: SyntaxFrontend | undefined;
  private finished = false;

  constructor(private readonly job: BuildJob) {
    const { dockerfile } = job.options;
    this.filename = dockerfile === '' ? 'Dockerfile' : dockerfile;
  }

  begin(): void {
    const { remote } = this.job.options;
    if (this.job.uploaded) return this.fetchRemote({ kind: 'upload', url: this.uploadUrl() });
    if (remote === CLIENT_SESSION || remote === '') return this.fetchLocal();
    if (isGitContext(remote)) return this.fetchGit(remote);
    this.fetchRemote({ kind: 'http', url: remote, filename: 'context' });
  }

  private uploadUrl(): string {
    return `http://buildkit-session/${this.job.more.buildId}`;
  }

  private fetchRemote(
    op: { kind: 'upload'; url: string } | { kind: 'http'; url: string; filename: string },
  ): void {
    const node = llbNode(op, [], { name: '[internal] load remote build context' });
    this.remoteVertex = this.job.solver.request(this.job, node);
    if (this.remoteVertex.phase === 'done') this.solved(this.remoteVertex);
  }

  private fetchGit(url: string): void {
    const name = `[internal] load git source ${url}`;
    const node = llbNode({ kind: 'git', url }, [], { name });
    this.dockerfileVertex = this.job.solver.request(this.job, node);
  }

  private fetchLocal(): void {
    const { filename, job } = this;
    const dockerfile = this.localNode('dockerfile', `load build definition from ${filename}`, [
      filename,
      `${filename}.dockerignore`,
      ...(filename === 'Dockerfile' ? ['dockerfile'] : []),
    ]);
    const ignore = this.localNode('context', 'load .dockerignore', ['.dockerignore']);
    this.dockerfileVertex = job.solver.request(job, dockerfile);
    if (job.isOver) return;
    this.ignoreVertex = job.solver.request(job, ignore);
    for (const vertex of [this.dockerfileVertex, this.ignoreVertex])
      if (vertex.phase === 'done') this.solved(vertex);
  }

  private localNode(
    name: string,
    shown: string,
    followPaths: readonly string[] | undefined,
    excludes: readonly string[] = [],
  ): LlbNode {
    const session = this.job.more.session;
    const sharedKeyHint = followPaths?.[0] === '.dockerignore' ? 'context-.dockerignore' : name;
    return llbNode({ kind: 'local', name, session, sharedKeyHint, followPaths, excludes }, [], {
      name: `[internal] ${shown}`,
    });
  }

  /** Words before an error of a step that the frontend itself asked for; undefined for others. */
  wordsOf(vertex: Vertex): string | undefined {
    if (vertex === this.remoteVertex) return `${WORDS}failed to read downloaded context: `;
    if (vertex === this.dockerfileVertex) return `${WORDS}failed to read dockerfile: `;
    return vertex === this.ignoreVertex ? WORDS : undefined;
  }

  solved(vertex: Vertex): void {
    if (this.finished) return;
    if (vertex === this.syntaxVertex) return this.syntaxSolved();
    try {
      if (vertex === this.remoteVertex) this.remoteSolved(vertex);
      else if (vertex === this.ignoreVertex) {
        this.ignore ??= this.read(vertex, '.dockerignore');
        this.ignoreDone = true;
      } else if (vertex !== this.dockerfileVertex) return;
      const dockerfile = this.dockerfileVertex;
      if (this.ignoreDone && dockerfile?.phase === 'done') this.dockerfileSolved(dockerfile);
      this.afterFetch();
    } catch (error) {
      this.failWith(error);
    }
  }

  private failWith(error: unknown): void {
    if (!(error instanceof BuildFailure)) throw error;
    this.finished = true;
    this.job.fail(error);
  }

  /** An archive is unpacked, anything else is the Dockerfile itself. */
  private remoteSolved(vertex: Vertex): void {
    const { solver } = this.job;
    const data = this.read(vertex, 'context')!;
    this.remoteVertex = undefined;
    if (!archiveIn(data)) {
      this.filename = 'context';
      this.context = vertex.node;
      this.dockerfile = data;
      this.ignoreDone = true;
      return;
    }
    const copy = { kind: 'copy', from: 1, src: '/context', dest: '/', owner: '' } as const;
    const actions = [{ ...copy, mode: undefined, wildcard: false, unpack: true }];
    const node = llbNode({ kind: 'file', actions }, [undefined, vertex.node], {
      name: 'copy /context /',
    });
    this.context = node;
    this.ignoreDone = true;
    this.dockerfileVertex = solver.request(this.job, node);
    if (this.dockerfileVertex.phase === 'done') this.dockerfileSolved(this.dockerfileVertex);
  }

  private dockerfileSolved(vertex: Vertex): void {
    if (this.dockerfile) return;
    const own = `${WORDS}failed to read dockerfile: `;
    const fallback = this.filename === 'Dockerfile' ? this.read(vertex, 'dockerfile') : undefined;
    const data = this.read(vertex, this.filename, own) ?? fallback;
    if (!data) {
      const shown = `/var/lib/docker/tmp/buildkit-mount000000000/${this.missingName(vertex)}`;
      throw new BuildFailure(`${own}open ${shown}: no such file or directory`);
    }
    this.dockerfile = data;
    const beside = this.read(vertex, `${this.filename}.dockerignore`);
    if (beside) this.ignore = beside;
  }

  /** Of a link that leads nowhere the place that it means. */
  private missingName(vertex: Vertex): string {
    const fs = this.job.solver.open(vertex.result!);
    const entry = fs.lookup(fs.root, this.filename);
    return entry?.type === 'symlink' ? joinPath('/', fs.readlink(entry)).slice(1) : this.filename;
  }

  private read(vertex: Vertex, path: string, words?: string): Uint8Array | undefined {
    const fs = this.job.solver.open(vertex.result!);
    const found = findIn(fs, path);
    if (found?.inode.type === 'dir' && words !== undefined) {
      const shown = `/var/lib/docker/tmp/buildkit-mount000000000/${path}`;
      throw new BuildFailure(`${words}read ${shown}: is a directory`);
    }
    return found?.inode.type === 'file' ? readAll(fs, found.inode) : undefined;
  }

  private afterFetch(): void {
    if (!this.dockerfile || !this.ignoreDone || this.parsed) return;
    if (this.ignore) this.excludes = readIgnoreFile(decodeUtf8(this.ignore));
    const syntax = this.frontend ? undefined : detectSyntax(this.dockerfile);
    if (syntax !== undefined) {
      fetchFrontend(this.job, syntax, this);
      return;
    }
    this.readDefinition();
  }

  private syntaxVertex: Vertex | undefined;
  private syntaxText = '';

  /** Its image is being fetched. */
  awaitFrontend(vertex: Vertex, text: string): void {
    this.syntaxVertex = vertex;
    this.syntaxText = text;
    if (vertex.phase === 'done') this.solved(vertex);
  }

  private syntaxSolved(): void {
    this.syntaxVertex = undefined;
    const known = knownFrontend(this.syntaxText);
    const words = `not simulated: the frontend ${this.syntaxText}`;
    this.frontendFetched(known ?? new BuildFailure(words));
  }

  /** The frontend of a `# syntax=` line is here, or is not. */
  frontendFetched(result: SyntaxFrontend | BuildFailure): void {
    if (result instanceof BuildFailure) {
      const words = `${WORDS}failed to solve with frontend gateway.v0: `;
      return this.failWith(new BuildFailure(`${words}${result.message}`));
    }
    this.frontend = result;
    try {
      this.readDefinition();
    } catch (error) {
      this.failWith(error);
    }
  }

  private readDefinition(): void {
    const data = this.dockerfile!;
    this.inDefinition(() => {
      if (data.length === 0) throw new BuildFailure('the Dockerfile cannot be empty');
      const heredocs = this.frontend?.heredocs ?? false;
      this.parsed = parseDockerfile(decodeUtf8(data), { heredocs });
      if (!this.parsed.lines.some(({ command }) => command === 'from'))
        if (this.parsed.lines.every(({ command }) => command === 'arg')) throw new DaemonDied();
      this.loadMetadata(this.plan());
    });
  }

  private inDefinition(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (error instanceof DaemonDied) return this.failWith(new BuildFailure('unexpected EOF'));
      if (!(error instanceof BuildFailure)) throw error;
      const before = this.frontend
        ? `${WORDS}failed to solve with frontend gateway.v0: `
        : DEFINITION;
      const marshal = error.message.startsWith(MARSHAL);
      this.failWith(new BuildFailure(`${marshal ? WORDS : before}${error.message}`));
    }
  }

  private plan(): StagesPlan {
    const { options } = this.job;
    return planStages(parseStages(this.parsed!.lines), {
      buildArgs: this.buildArgs,
      target: options.target,
      noCache: options.noCache,
      escape: this.parsed!.escape,
    });
  }

  private get buildArgs(): ReadonlyMap<string, string> {
    const args = new Map<string, string>();
    for (const [key, value] of this.job.options.buildArgs) if (value !== null) args.set(key, value);
    return args;
  }

  // --- base images

  private loadMetadata(plan: StagesPlan): void {
    const names = new Map<string, StagePlan>();
    for (const state of plan.reachable) {
      if (state.base || state.isScratch || state.index === undefined) continue;
      const name = nameOrNone(state);
      if (name !== undefined) names.set(name, state);
    }
    this.pending = names.size;
    if (names.size === 0) return this.finish();
    for (const [name, state] of names) {
      const pseudo = this.job.beginPseudo(`[internal] load metadata for ${name}`);
      const found = this.lookUp(name, state);
      const here = !(found instanceof BuildFailure) && !found.manifest;
      const us = here ? METADATA_US : REMOTE_METADATA_US;
      this.job.core.runtime.setTimer(us, this, 'metadata', { name, pseudo, found });
    }
  }

  private lookUp(name: string, { platform }: StagePlan): FoundImage | BuildFailure {
    const { core, options } = this.job;
    const foreign = platform !== '' && !['linux', 'linux/amd64', 'amd64'].includes(platform);
    return findImage(core, name, options.pull || foreign);
  }

  wake(tag: string, data: unknown): void {
    if (this.finished || this.job.isOver) return;
    if (tag === 'import') return this.imported(data as { pseudo: Pseudo; index: number });
    const { name, pseudo, found } = data as {
      name: string;
      pseudo: Pseudo;
      found: FoundImage | BuildFailure;
    };
    if (found instanceof BuildFailure) {
      this.job.endPseudo(pseudo, found.message);
      return this.inDefinition(() => {
        throw found;
      });
    }
    this.job.endPseudo(pseudo);
    this.images.set(name, found);
    if (--this.pending === 0) this.finish();
  }

  // --- the definition

  private finish(): void {
    this.inDefinition(() => {
      const { badName } = this.plan();
      if (badName) throw badName;
      const first = this.converted(this.contextNode(undefined));
      const paths = new Set<string>();
      for (const state of first.reachable) for (const path of state.contextPaths) paths.add(path);
      const plan = this.converted(this.contextNode(paths));
      const { target } = plan;
      for (const state of plan.reachable) refuseEmpty(state.node);
      const { cacheFrom } = this.job.options;
      this.definition = { target: target.node, image: target.image, plan, cacheFrom };
    });
    if (this.finished) return;
    this.importCache(0);
  }

  private definition: Definition | undefined;

  private contextNode(paths: ReadonlySet<string> | undefined): LlbNode {
    if (this.context) return this.context;
    const wanted = [...(paths ?? [])];
    const follow = wanted.includes('/') ? undefined : narrowed(wanted);
    return this.localNode('context', 'load build context', follow, this.excludes);
  }

  private converted(context: LlbNode): StagesPlan {
    const plan = this.plan();
    for (const state of plan.reachable) {
      if (state.base || state.isScratch || state.index === undefined) continue;
      const found = this.images.get(state.imageName);
      if (found) state.image = specOf(found.image);
      state.digest = found?.manifest?.digest ?? '';
    }
    const { options } = this.job;
    convert({
      buildArgs: this.buildArgs,
      labels: options.labels,
      escape: this.parsed!.escape,
      forcePull: options.pull,
      network: ['', 'default'].includes(options.networkMode) ? '' : options.networkMode,
      extraHosts: options.extraHosts,
      plan,
      context,
    });
    return plan;
  }

  // --- caches to import

  private importCache(index: number): void {
    const name = this.job.options.cacheFrom[index];
    if (name === undefined) {
      this.finished = true;
      return this.job.solve(this.definition!);
    }
    const pseudo = this.job.beginPseudo(`importing cache manifest from ${name}`);
    this.job.core.runtime.setTimer(IMPORT_US, this, 'import', { pseudo, index });
  }

  private imported({ pseudo, index }: { pseudo: Pseudo; index: number }): void {
    const found = findImage(this.job.core, this.job.options.cacheFrom[index]!, false);
    if (found instanceof BuildFailure) this.job.endPseudo(pseudo, found.message);
    else {
      importInlineCache(this.job.solver, found.image);
      this.job.endPseudo(pseudo);
    }
    this.importCache(index + 1);
  }
}

/** A Dockerfile of nothing but ARG: the real daemon of 20.10 dies of it. */
class DaemonDied extends Error {}

const MARSHAL = 'failed to marshal LLB definition: ';

function refuseEmpty(node: LlbNode | undefined): void {
  const seen = new Set<LlbNode>();
  const visit = (at: LlbNode | undefined) => {
    if (!at || seen.has(at)) return;
    seen.add(at);
    for (const input of at.inputs) visit(input);
    if (at.op.kind === 'exec' && at.op.args.length === 0)
      throw new BuildFailure(`${MARSHAL}arguments are required`);
  };
  visit(node);
}

/** `normalizeContextPaths`: what lies below another one is not named. */
function narrowed(paths: readonly string[]): string[] {
  const names = paths.map((path) => joinPath('.', path.replace(/^\/+/, ''))).sort();
  return names.filter((name) => !names.some((other) => name.startsWith(`${other}/`)));
}

function nameOrNone(state: StagePlan): string | undefined {
  try {
    return state.imageName;
  } catch (error) {
    if (error instanceof BuildFailure) return undefined;
    throw error;
  }
}

function isGitContext(text: string): boolean {
  if (/^(git:\/\/|github\.com\/|git@)/.test(text)) return true;
  return /^https?:\/\/.*\.git(#.*)?$/.test(text);
}
