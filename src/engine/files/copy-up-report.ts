/** Tells the X-ray of each copy-up in a container's filesystem. */
import type { Runtime } from '../../base';
import type { CopyUpRecord } from '../../api';
import type { CopyUpWatcher, UnionFs } from './union-fs';
import type { UnionInode } from './union-inode';

export class CopyUpReporter implements CopyUpWatcher {
  constructor(
    private readonly runtime: Runtime,
    /** Container id. */
    private readonly container: string,
  ) {}

  copiedUp(_fs: UnionFs, path: string, type: UnionInode['type'], bytes: number, us: number): void {
    const shown = type === 'file' || type === 'dir' ? type : 'other';
    const { container } = this;
    const record: CopyUpRecord = { kind: 'copy-up', container, path, type: shown, bytes, us };
    this.runtime.report(record);
  }
}
