/** The disk of a machine: how much room its filesystems share, and the disk-full fault. */
import { SysError } from '../syscalls';

export class Disk {
  usedBytes = 0;
  /** The disk-full fault: nothing can be added. */
  full = false;

  constructor(readonly totalBytes: number) {}

  get freeBytes(): number {
    return this.full ? 0 : Math.max(0, this.totalBytes - this.usedBytes);
  }

  /** Takes room, or throws ENOSPC. Negative gives it back. */
  take(bytes: number): void {
    if (bytes > 0 && bytes > this.freeBytes) throw new SysError('ENOSPC');
    this.usedBytes += bytes;
  }
}
