/** COPY, ADD and WORKDIR as they are carried out (moby/buildkit `solver/llbsolver/file`, fsutil `copy`). */
import { MILLISECOND_US, type Wakeable } from '../../base';
import { SysError, type FileSystem, type Inode } from '../../kernel';
import { archiveIn, readTree } from '../build/context-tar';
import { BuildFailure } from '../build/failure';
import { joinPath } from '../build/go-text';
import { findIn, readAll, resolveIn } from '../build/source';
import { sealLayer } from '../content/seal';
import type { UnionFs } from '../files/union-fs';
import { freezeUpper } from '../files/upper-tree';
import { newId } from '../ids';
import { wildcardMatches, hasWildcards } from './content-digest';
import { removeTree, Target, type FileOwner } from './file-target';
import type { CopyAction, FileAction, MkdirAction, Operation } from './llb';
import { ownerNamed } from './owners';
import type { Solver } from './solver';
import { EMPTY_RESULT, type StepWork, type Vertex } from './vertex';

const STEP_US = 24 * MILLISECOND_US;
const BYTES_PER_US = 180;

export class FileWork implements StepWork, Wakeable {
  constructor(
    private readonly solver: Solver,
    private readonly vertex: Vertex,
    private readonly op: Extract<Operation, { kind: 'file' }>,
  ) {}

  begin(): void {
    const { solver, vertex } = this;
    vertex.work = this;
    const fs = solver.open(vertex.inputs[0]?.result ?? EMPTY_RESULT);
    const root = `/var/lib/docker/overlay2/${newId(solver.core.ids)}/merged`;
    try {
      for (const action of this.op.actions) this.perform(fs, action, root);
    } catch (error) {
      if (!(error instanceof BuildFailure)) throw error;
      solver.core.runtime.setTimer(STEP_US, this, 'failed', error.message);
      return;
    }
    const layer = sealLayer(freezeUpper(fs.root.upper!));
    fs.release();
    const us = STEP_US + Math.ceil(layer.size / BYTES_PER_US);
    solver.core.runtime.setTimer(us, this, 'done', layer);
  }

  wake(tag: string, data: unknown): void {
    const { solver, vertex } = this;
    if (vertex.work !== this) return;
    if (tag === 'failed') solver.fail(vertex, data as string);
    else solver.completeWithLayer(vertex, data as ReturnType<typeof sealLayer>);
  }

  cancel(): void {}

  private perform(fs: UnionFs, action: FileAction, root: string): void {
    const owner = ownerNamed(fs, action.owner);
    const target = new Target(fs, root, owner);
    if (action.kind === 'mkdir') makeFolder(target, action);
    else this.copy(target, action);
  }

  private copy(target: Target, action: CopyAction): void {
    const result = this.vertex.inputs[action.from]?.result ?? EMPTY_RESULT;
    const source = this.solver.open(result);
    const paths =
      action.wildcard && hasWildcards(action.src)
        ? wildcardMatches(source, action.src).map(({ path }) => path)
        : [action.src];
    for (const path of paths) {
      if (action.unpack && this.unpack(target, action, source, path)) continue;
      copyOne(target, action, source, path);
    }
  }

  /** ADD of an archive; false for what is none. */
  private unpack(target: Target, action: CopyAction, source: FileSystem, path: string): boolean {
    const found = findIn(source, path);
    if (found?.inode.type !== 'file') return false;
    const packed = archiveIn(readAll(source, found.inode));
    if (!packed) return false;
    const archive = this.solver.open({ ...EMPTY_RESULT, tree: readTree(packed) });
    const into = target.makeFolder(action.dest);
    target.fillFolder(archive, archive.root, into, undefined, undefined);
    return true;
  }
}

function makeFolder(target: Target, { path, mode }: MkdirAction): void {
  target.makeFolder(path, mode);
}

/** `copy.Copy` of one source. */
function copyOne(target: Target, action: CopyAction, source: FileSystem, path: string): void {
  const found = findIn(source, path);
  const { dest, mode } = action;
  const slash = dest.lastIndexOf('/');
  const folder = dest.slice(0, slash);
  // The part before the last slash is made whatever comes.
  if (folder !== '') target.makeFolder(folder);
  if (!found) {
    const shown = `${target.rootName}${joinPath('/', path)}`;
    throw new BuildFailure(`lstat ${shown}: no such file or directory`);
  }
  const owner: FileOwner | undefined = action.owner === '' ? undefined : target.owner;
  if (found.inode.type === 'dir') {
    const place = resolveIn(target.fs, dest);
    if (place.rest.length === 0 && place.known.inode.type !== 'dir')
      throw new BuildFailure(
        `cannot copy to non-directory: ${target.rootName}${joinPath('/', dest)}`,
      );
    const into = target.makeFolder(dest, undefined, true);
    target.fillFolder(source, found.inode, into, owner, mode);
    return;
  }
  copyFile(target, source, found.inode, dest, baseName(path), owner, mode);
}

function copyFile(
  target: Target,
  source: FileSystem,
  inode: Inode,
  dest: string,
  name: string,
  owner: FileOwner | undefined,
  mode: number | undefined,
): void {
  const place = resolveIn(target.fs, dest);
  const isDir = place.rest.length === 0 && place.known.inode.type === 'dir';
  const path = isDir || dest.endsWith('/') ? joinPath(dest, name) : joinPath('/', dest);
  const slash = path.lastIndexOf('/');
  const parent = target.makeFolder(path.slice(0, slash));
  const last = path.slice(slash + 1);
  const old = target.fs.lookup(parent, last);
  if (old?.type === 'symlink') {
    const { known, rest } = resolveIn(target.fs, path);
    const resolved = joinPath('/', known.path, ...rest);
    if (resolved !== path) {
      copyFile(target, source, inode, resolved, name, owner, mode);
      return;
    }
  }
  if (old?.type === 'dir') {
    const shown = `${target.rootName}${path}`;
    throw new BuildFailure(`cannot replace to directory ${shown} with file`);
  }
  try {
    if (old) removeTree(target.fs, parent, last, old);
    target.putFile(source, inode, parent, last, owner, mode);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    throw new BuildFailure(`open ${target.rootName}${path}: ${error.errno}`);
  }
}

function baseName(path: string): string {
  const clean = joinPath('/', path);
  return clean.slice(clean.lastIndexOf('/') + 1);
}
