/** The working directory of a container is made where the image has none (moby `SetupWorkingDirectory`). */
import type { Inode } from '../../kernel';
import type { UnionFs } from '../files/union-fs';

export function makeWorkingDir(fs: UnionFs, path: string): void {
  let at: Inode = fs.root;
  for (const part of path.split('/').filter((text) => text !== '')) {
    const next = fs.lookup(at, part);
    // What is no plain directory is left to chdir to find out.
    if (next && next.type !== 'dir') return;
    at = next ?? fs.create(at, part, { type: 'dir', mode: 0o755, uid: 0, gid: 0 });
  }
}
