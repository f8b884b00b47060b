/** The descriptor table of a process, and open file descriptions (`struct files_struct`). */
import type { OpenFile } from './open-file';
import { SysError } from './syscalls';

/** RLIMIT_NOFILE as Docker and login sessions have it. */
export const DESCRIPTORS_MAX = 1024;

/** One open file with the count of descriptors that share it, over all processes. */
export class Description {
  references = 0;
  constructor(
    readonly file: OpenFile,
    readonly readable: boolean,
    readonly writable: boolean,
  ) {}

  release(): void {
    this.references--;
    if (this.references === 0) this.file.close();
  }
}

export class DescriptorTable {
  private readonly table = new Map<number, Description>();

  get(fd: number): Description {
    const description = this.table.get(fd);
    if (!description) throw new SysError('EBADF');
    return description;
  }

  find(fd: number): Description | undefined {
    return this.table.get(fd);
  }

  /** The numbers in use, ascending. */
  numbers(): number[] {
    return [...this.table.keys()].sort((a, b) => a - b);
  }

  lowestFree(min: number): number {
    let fd = min;
    while (this.table.has(fd)) fd++;
    if (fd >= DESCRIPTORS_MAX) throw new SysError('EMFILE');
    return fd;
  }

  /** Puts it at the lowest free number. */
  add(description: Description, min = 0): number {
    const fd = this.lowestFree(min);
    this.set(fd, description);
    return fd;
  }

  /** Puts it at a number; what was there is closed. */
  set(fd: number, description: Description): void {
    if (fd < 0 || fd >= DESCRIPTORS_MAX) throw new SysError('EBADF');
    description.references++;
    const before = this.table.get(fd);
    this.table.set(fd, description);
    before?.release();
  }

  close(fd: number): void {
    const description = this.get(fd);
    this.table.delete(fd);
    description.release();
  }

  closeAll(): void {
    const all = [...this.table.values()];
    this.table.clear();
    for (const description of all) description.release();
  }
}
