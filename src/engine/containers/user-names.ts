/** Names of the machine's own users: `docker top` runs the host's `ps`. */
import { decodeUtf8 } from '../../base';
import { SysError, type Kernel } from '../../kernel';

export function readUserNames(kernel: Kernel): Map<number, string> {
  const names = new Map([[0, 'root']]);
  try {
    const { inode } = kernel.find('/etc/passwd');
    const text = decodeUtf8(inode.fs.read(inode, 0, inode.fs.stat(inode).size));
    for (const line of text.split('\n')) {
      const fields = line.split(':');
      const uid = Number(fields[2]);
      if (fields.length > 2 && !names.has(uid)) names.set(uid, fields[0]!);
    }
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
  return names;
}
