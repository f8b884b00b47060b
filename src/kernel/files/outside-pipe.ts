/**
 * Pipes whose other end is not a process but the daemon: it collects what a container writes and
 * feeds what a client sends (containerd-shim's FIFOs in the real system).
 */
import { NO_BYTES } from '../../base';
import type { OpenFile, Readiness } from '../open-file';
import { SysError } from '../syscalls';
import type { FileStat } from '../syscalls';
import { WaitQueue } from '../wait-queue';
import { ByteQueue } from './pipe';

/** The daemon's end of a pipe that a process writes. */
export interface OutputListener {
  /** `tag` is what the pipe was opened with ("stdout"). */
  onOutput(tag: string, data: Uint8Array): void;
  /** The last descriptor of it was closed. */
  onOutputEnd(tag: string): void;
}

function pipeStat(ino: number): FileStat {
  const zero = { nlink: 1, uid: 0, gid: 0, size: 0, mtimeUs: 0, atimeUs: 0, ctimeUs: 0, rdev: 0 };
  return { type: 'fifo', dev: 13, ino, mode: 0o600, ...zero };
}

/** Takes everything at once and hands it to its listener. */
export class OutputPipe implements OpenFile {
  readonly waitQueue = new WaitQueue();

  constructor(
    private readonly ino: number,
    private readonly listener: OutputListener,
    private readonly tag: string,
  ) {}

  read(): Uint8Array | undefined {
    throw new SysError('EBADF');
  }

  write(data: Uint8Array): number {
    if (data.length > 0) this.listener.onOutput(this.tag, data);
    return data.length;
  }

  readiness(): Readiness {
    return { read: false, write: true };
  }

  stat(): FileStat {
    return pipeStat(this.ino);
  }

  describe(): string {
    return `pipe:[${this.ino}]`;
  }

  close(): void {
    this.listener.onOutputEnd(this.tag);
  }
}

/** Fed from outside; a process reads it. */
export class InputPipe implements OpenFile {
  readonly waitQueue = new WaitQueue();
  private readonly bytes = new ByteQueue();
  private ended = false;
  private closed = false;

  constructor(private readonly ino: number) {}

  feed(data: Uint8Array): void {
    if (this.closed || this.ended) return;
    this.bytes.push(data);
    this.waitQueue.wakeAll();
  }

  /** No more will come: readers see the end of the file. */
  end(): void {
    this.ended = true;
    this.waitQueue.wakeAll();
  }

  /** Nobody can read it any more. */
  get isClosed(): boolean {
    return this.closed;
  }

  read(max: number): Uint8Array | undefined {
    if (this.bytes.size > 0) return this.bytes.take(max);
    return this.ended ? NO_BYTES : undefined;
  }

  write(): number {
    throw new SysError('EBADF');
  }

  readiness(): Readiness {
    return { read: this.bytes.size > 0 || this.ended, write: false };
  }

  stat(): FileStat {
    return pipeStat(this.ino);
  }

  describe(): string {
    return `pipe:[${this.ino}]`;
  }

  close(): void {
    this.closed = true;
  }
}
