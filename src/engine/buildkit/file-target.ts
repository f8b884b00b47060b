/** Where files are copied to: a filesystem, and who owns what is made on the way. */
import type { FileSystem, Inode } from '../../kernel';
import { BuildFailure } from '../build/failure';
import { joinPath } from '../build/go-text';
import { readAll, resolveIn } from '../build/source';
import type { UnionFs } from '../files/union-fs';

export interface FileOwner {
  readonly uid: number;
  readonly gid: number;
}

export class Target {
  constructor(
    readonly fs: UnionFs,
    /** As messages show the place of the root. */
    readonly rootName: string,
    readonly owner: FileOwner,
  ) {}

  /** `MkdirAll`: what is missing is made, and is the owner's. */
  makeFolder(path: string, mode = 0o755, _contents = false): Inode {
    const { known, rest } = resolveIn(this.fs, path);
    let at: Inode = known.inode;
    if (at.type !== 'dir') {
      const shown = `${this.rootName}${joinPath('/', known.path)}`;
      throw new BuildFailure(`mkdir ${shown}: not a directory`);
    }
    for (const name of rest) {
      const next = at.type === 'dir' ? this.fs.lookup(at, name) : undefined;
      if (next && next.type !== 'dir') {
        const shown = `${this.rootName}${joinPath('/', path)}`;
        throw new BuildFailure(`mkdir ${shown}: not a directory`);
      }
      at = next ?? this.fs.create(at, name, { type: 'dir', mode, ...this.owner });
    }
    return at;
  }

  /** All that a directory holds, into another one. */
  fillFolder(
    from: FileSystem,
    source: Inode,
    into: Inode,
    owner: FileOwner | undefined,
    mode: number | undefined,
  ): void {
    for (const { name } of from.entries(source)) {
      const child = from.lookup(source, name);
      if (!child) continue;
      const old = this.fs.lookup(into, name);
      if (child.type === 'dir') {
        if (old && old.type !== 'dir')
          throw new BuildFailure(`cannot copy to non-directory: ${this.shown(old, name)}`);
        const stat = from.stat(child);
        const who = owner ?? { uid: stat.uid, gid: stat.gid };
        const own = { type: 'dir', mode: mode ?? stat.mode, ...who } as const;
        const made = old ?? this.fs.create(into, name, own);
        this.fillFolder(from, child, made, owner, mode);
        this.fs.setAttributes(made, { mode: own.mode, ...who, mtimeUs: stat.mtimeUs });
        continue;
      }
      if (old?.type === 'dir')
        throw new BuildFailure(`cannot replace to directory ${this.shown(old, name)} with file`);
      if (old) this.fs.unlink(into, name);
      this.putFile(from, child, into, name, owner, mode);
    }
  }

  private shown(inode: Inode, _name: string): string {
    return `${this.rootName}${this.fs.pathOf(inode as never)}`;
  }

  /** Anything but a directory, under a name that is free. */
  putFile(
    from: FileSystem,
    source: Inode,
    parent: Inode,
    name: string,
    owner: FileOwner | undefined,
    given: number | undefined,
  ): void {
    const { type, mode, uid, gid, rdev, mtimeUs } = from.stat(source);
    const who = owner ?? { uid, gid };
    const link = type === 'symlink' ? { target: from.readlink(source) } : {};
    const bits = type === 'symlink' ? mode : (given ?? mode);
    const made = this.fs.create(parent, name, { type, mode: bits, rdev, ...who, ...link });
    if (type === 'file') {
      const data = readAll(from, source);
      if (data.length > 0) this.fs.write(made, 0, data);
    }
    this.fs.setAttributes(made, { ...who, mtimeUs, ...(type === 'symlink' ? {} : { mode: bits }) });
  }
}

export function removeTree(fs: FileSystem, parent: Inode, name: string, inode: Inode): void {
  if (inode.type !== 'dir') return fs.unlink(parent, name);
  for (const entry of [...fs.entries(inode)]) {
    const child = fs.lookup(inode, entry.name);
    if (child) removeTree(fs, inode, entry.name, child);
  }
  fs.rmdir(parent, name);
}
