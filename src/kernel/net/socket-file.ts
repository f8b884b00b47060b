/**
 * What connected and listening sockets have in common as open files.
 */
import type { FileStat } from '../syscalls';

/** `fstat` of a socket. */
export function socketStat(inode: number): FileStat {
  return {
    type: 'socket',
    dev: 8,
    ino: inode,
    mode: 0o777,
    nlink: 1,
    uid: 0,
    gid: 0,
    size: 0,
    mtimeUs: 0,
    atimeUs: 0,
    ctimeUs: 0,
    rdev: 0,
  };
}
