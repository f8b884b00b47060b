/** Random operations on a union filesystem over random layers. */
import type { RandomStream } from '../../../base';
import { hostileLab, type UnionFs } from '../../../engine';
import type { FileSystem } from '../../../kernel';
import { bytesOf } from './archives';

type Inode = FileSystem['root'];
const NAMES = ['a', 'b', 'dir', 'c', 'ü'];

/** A directory somewhere in there. */
function someDir(random: RandomStream, fs: UnionFs): Inode {
  let at: Inode = fs.root;
  for (let i = random.below(3); i > 0; i--) {
    const dirs = fs.entries(at).filter(({ type }) => type === 'dir');
    const entry = dirs[random.below(Math.max(1, dirs.length))];
    const next = entry && fs.lookup(at, entry.name);
    if (!next) return at;
    at = next;
  }
  return at;
}

export function someOperations(random: RandomStream, fs: UnionFs, count: number): void {
  for (let i = 0; i < count; i++) hostileLab.attempt(() => operate(random, fs));
}

function operate(random: RandomStream, fs: UnionFs): void {
  const dir = someDir(random, fs);
  const name = NAMES[random.below(NAMES.length)]!;
  const found = fs.lookup(dir, name);
  const owner = { uid: random.below(3), gid: random.below(3), mode: random.below(0o1000) };
  switch (random.below(9)) {
    case 0:
      fs.create(dir, name, { type: 'file', ...owner });
      return;
    case 1:
      fs.create(dir, name, { type: 'dir', ...owner });
      return;
    case 2:
      fs.create(dir, name, { type: 'symlink', ...owner, mode: 0o777, target: '../x' });
      return;
    case 3:
      if (found?.type === 'file')
        fs.write(found, random.below(50), bytesOf(random, random.below(90)));
      return;
    case 4:
      fs.unlink(dir, name);
      return;
    case 5:
      fs.rmdir(dir, name);
      return;
    case 6:
      fs.rename(dir, name, someDir(random, fs), NAMES[random.below(NAMES.length)]!);
      return;
    case 7:
      if (found) fs.link(found, someDir(random, fs), NAMES[random.below(NAMES.length)]!);
      return;
    default:
      if (found?.type === 'file') fs.truncate(found, random.below(200));
      // No call changes the mode of a symbolic link.
      else if (found && found.type !== 'symlink')
        fs.setAttributes(found, { ...owner, mtimeUs: random.below(1e9) });
  }
}
