import { expect, it } from 'vitest';
import { RandomSource, Runtime, encodeUtf8, toHex } from '../../base';
import {
  Disk,
  MemoryFileSystem,
  SysError,
  WallClock,
  type FileSystem,
  type Inode,
} from '../../kernel';
import { LayerBuilder } from '../content/layer';
import { UnionFs } from './union-fs';

const NAMES = ['a', 'b', 'c', 'd'];

/** What a filesystem shows, apart from numbers of inodes and directories' link counts. */
function picture(fs: FileSystem, dir: Inode = fs.root, path = ''): string[] {
  return fs
    .entries(dir)
    .map((entry) => entry.name)
    .sort()
    .flatMap((name) => {
      const inode = fs.lookup(dir, name)!;
      const { type, mode, size } = fs.stat(inode);
      const line = `${path}/${name} ${type} ${mode.toString(8)}`;
      if (type === 'dir') return [line, ...picture(fs, inode, `${path}/${name}`)];
      return [`${line} ${toHex(fs.read(inode, 0, size))}`];
    });
}

function folder(fs: FileSystem, names: readonly string[]): Inode | undefined {
  let at: Inode | undefined = fs.root;
  for (const name of names) at = at?.type === 'dir' ? fs.lookup(at, name) : undefined;
  return at?.type === 'dir' ? at : undefined;
}

interface Operation {
  readonly kind: number;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly text: string;
}

function apply(fs: FileSystem, { kind, from, to, text }: Operation): string {
  const dir = folder(fs, from.slice(0, -1));
  const other = folder(fs, to.slice(0, -1));
  if (!dir || !other) return 'no folder';
  const name = from.at(-1)!;
  const owner = { uid: 0, gid: 0 };
  try {
    const there = fs.lookup(dir, name);
    if (kind === 0) fs.create(dir, name, { type: 'dir', mode: 0o755, ...owner });
    else if (kind === 1) fs.create(dir, name, { type: 'file', mode: 0o644, ...owner });
    else if (kind === 2) fs.unlink(dir, name);
    else if (kind === 3) fs.rmdir(dir, name);
    else if (kind === 4) fs.rename(dir, name, other, to.at(-1)!);
    else if (there?.type === 'file' && kind === 5) fs.link(there, other, to.at(-1)!);
    else if (there?.type === 'file' && kind === 6)
      fs.write(fs.openInode(there, true), 1, encodeUtf8(text));
    else if (there && kind === 7) fs.setAttributes(there, { mode: 0o700 });
    return 'ok';
  } catch (error) {
    if (error instanceof SysError) return error.errno;
    throw error;
  }
}

function copyInto(from: FileSystem, source: Inode, to: FileSystem, target: Inode): void {
  for (const { name } of from.entries(source)) {
    const inode = from.lookup(source, name)!;
    const { type, mode, size } = from.stat(inode);
    const made = to.create(target, name, { type, mode, uid: 0, gid: 0 });
    if (type === 'dir') copyInto(from, inode, to, made);
    else to.write(made, 0, from.read(inode, 0, size));
  }
}

it('shows what a plain filesystem would, but for directories that cannot be renamed', () => {
  for (let seed = 1; seed <= 12; seed++) {
    const random = new RandomSource(seed).stream('union');
    const pick = () => NAMES[random.below(NAMES.length)]!;
    const path = () => Array.from({ length: 1 + random.below(3) }, pick);
    const layers = [1, 2, 3].map((n) => {
      const builder = new LayerBuilder(n);
      for (let i = 0; i < 5; i++) builder.dir(`/${pick()}`).dir(`/${pick()}/${pick()}`);
      return builder.file('/e', `e${n}`).file(`/f${n}`, 'lower').build();
    });
    const clock = new WallClock(new Runtime(seed, 'fuzz'), 0);
    const union = new UnionFs(1, layers, clock, new Disk(1 << 30));
    const plain = new MemoryFileSystem({ type: 'tmpfs', dev: 2, clock });
    copyInto(union, union.root, plain, plain.root);
    for (let i = 0; i < 80; i++) {
      const from = random.below(8) === 0 ? ['e'] : path();
      const operation = { kind: random.below(8), from, to: path(), text: `t${i}` };
      const answer = apply(union, operation);
      if (answer === 'EXDEV') continue;
      const where = `seed ${seed}, operation ${i} ${JSON.stringify(operation)}`;
      expect(answer, where).toBe(apply(plain, operation));
      expect(picture(union), where).toEqual(picture(plain));
    }
  }
});
