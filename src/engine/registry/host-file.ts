/** Files of the machine's own root that the daemon reads: hosts, resolv.conf, daemon.json. */
import { decodeUtf8 } from '../../base';
import { SysError, type Kernel } from '../../kernel';

const BYTES_MAX = 65536;

/** Its text; '' where there is none. */
export function readHostFile(kernel: Kernel, path: string): string {
  try {
    const { inode } = kernel.find(path);
    if (inode.type !== 'file') return '';
    const open = inode.fs.openInode(inode, false);
    return decodeUtf8(open.fs.read(open, 0, BYTES_MAX));
  } catch (error) {
    if (error instanceof SysError) return '';
    throw error;
  }
}
