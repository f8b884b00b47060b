/**
 * A connection to the daemon's socket, as its client holds it: reading gives the answer's body,
 * writing feeds a hijacked or streaming call. Models the unix socket /var/run/docker.sock.
 */
import type { ApiCall, ApiHead, ApiSink } from '../api';
import { NO_BYTES } from '../base';
import { ByteQueue } from './files/pipe';
import type { OpenFile, Readiness } from './open-file';
import { SysError, type FileStat } from './syscalls';
import { WaitQueue } from './wait-queue';

export class ApiFile implements OpenFile, ApiSink {
  readonly waitQueue = new WaitQueue();
  answer: ApiHead | undefined;
  ended = false;
  private readonly bytes = new ByteQueue();
  private call: ApiCall | undefined;
  private inputClosed = false;

  constructor(private readonly ino: number) {}

  /** The exchange under way. */
  attach(call: ApiCall): void {
    this.call = call;
  }

  head(head: ApiHead): void {
    this.answer = head;
    this.waitQueue.wakeAll();
  }

  data(bytes: Uint8Array): void {
    this.bytes.push(bytes);
    this.waitQueue.wakeAll();
  }

  end(): void {
    this.ended = true;
    this.waitQueue.wakeAll();
  }

  read(max: number): Uint8Array | undefined {
    if (this.bytes.size > 0) return this.bytes.take(max);
    return this.ended ? NO_BYTES : undefined;
  }

  write(data: Uint8Array): number {
    if (this.ended || this.inputClosed) throw new SysError('EPIPE');
    this.call?.receive(data);
    return data.length;
  }

  readiness(): Readiness {
    return { read: this.bytes.size > 0 || this.ended, write: true };
  }

  shutdown(): void {
    if (this.inputClosed) return;
    this.inputClosed = true;
    this.call?.closeInput();
  }

  stat(): FileStat {
    const zero = { nlink: 1, uid: 0, gid: 0, size: 0, mtimeUs: 0, atimeUs: 0, ctimeUs: 0 };
    return { type: 'socket', dev: 8, ino: this.ino, mode: 0o777, rdev: 0, ...zero };
  }

  describe(): string {
    return `socket:[${this.ino}]`;
  }

  close(): void {
    if (!this.ended) this.call?.hangUp();
  }

  /** The process that waited for the head was killed. */
  cancel(): void {
    this.close();
  }
}
