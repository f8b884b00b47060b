/** The disk of a machine: how much room its filesystems share, and the disk-full fault. */
import { SysError } from '../syscalls';

export class Disk {
  usedBytes = 0;
  /** The disk-full fault: nothing can be added. */
  full = false;

  /** Work that was done for the call at hand (copy-up) and that its process has yet to pay for. */
  private workUs = 0;

  constructor(readonly totalBytes: number) {}

  get freeBytes(): number {
    return this.full ? 0 : Math.max(0, this.totalBytes - this.usedBytes);
  }

  /** Takes room, or throws ENOSPC. Negative gives it back. */
  take(bytes: number): void {
    if (bytes > 0 && bytes > this.freeBytes) throw new SysError('ENOSPC');
    this.usedBytes += bytes;
  }

  /** Somebody made it work for so long. */
  addWork(us: number): void {
    this.workUs += us;
  }

  /** What there was to do since the last time it was asked. */
  takeWork(): number {
    const us = this.workUs;
    this.workUs = 0;
    return us;
  }
}
