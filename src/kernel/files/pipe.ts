/**
 * Pipes and FIFOs: 64 KiB between a writer and a reader (`fs/pipe.c`). Writes of up to 4096 bytes
 * are never mixed with others' (PIPE_BUF).
 */
import { NO_BYTES } from '../../base';
import type { OpenFile, Readiness } from '../open-file';
import { SysError } from '../syscalls';
import type { FileStat } from '../syscalls';
import { WaitQueue } from '../wait-queue';

export const PIPE_BYTES = 65536;
const ATOMIC_BYTES = 4096;

/** First in, first out; the pieces are shared with who wrote them. */
export class ByteQueue {
  private pieces: Uint8Array[] = [];
  private head = 0;
  size = 0;

  push(data: Uint8Array): void {
    if (data.length === 0) return;
    this.pieces.push(data);
    this.size += data.length;
  }

  /** At most `max` bytes, without more copying than needed. */
  take(max: number): Uint8Array {
    const want = Math.min(max, this.size);
    if (want === 0) return NO_BYTES;
    this.size -= want;
    const first = this.pieces[this.head]!;
    if (first.length >= want) return this.takeFromFirst(first, want);
    const out = new Uint8Array(want);
    for (let at = 0; at < want;) {
      const piece = this.pieces[this.head]!;
      const part = this.takeFromFirst(piece, Math.min(piece.length, want - at));
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  private takeFromFirst(first: Uint8Array, count: number): Uint8Array {
    if (count < first.length) {
      this.pieces[this.head] = first.subarray(count);
      return first.subarray(0, count);
    }
    this.head++;
    // What was read must not be kept from being freed.
    if (this.head === this.pieces.length) {
      this.pieces = [];
      this.head = 0;
    } else if (this.head > 32 && this.head * 2 > this.pieces.length) {
      this.pieces = this.pieces.slice(this.head);
      this.head = 0;
    }
    return first;
  }
}

export class Pipe {
  readonly waitQueue = new WaitQueue();
  readonly bytes = new ByteQueue();
  readers = 0;
  writers = 0;
  /** Ends ever opened: an opener of a FIFO waits for the count of the other side to move. */
  readersEver = 0;
  writersEver = 0;

  constructor(
    /** Inode number as in "pipe:[123]". */
    readonly ino: number,
    /** Stat of the FIFO it belongs to; undefined for a pipe without a name. */
    readonly stat: FileStat | undefined,
    readonly path: string,
    readonly createdUs: number,
  ) {}

  openEnd(reads: boolean, writes: boolean): PipeEnd {
    if (reads) {
      this.readers++;
      this.readersEver++;
    }
    if (writes) {
      this.writers++;
      this.writersEver++;
    }
    this.waitQueue.wakeAll();
    return new PipeEnd(this, reads, writes);
  }
}

export class PipeEnd implements OpenFile {
  readonly waitQueue: WaitQueue;

  constructor(
    readonly pipe: Pipe,
    private readonly reads: boolean,
    private readonly writes: boolean,
  ) {
    this.waitQueue = pipe.waitQueue;
  }

  read(max: number): Uint8Array | undefined {
    const { bytes } = this.pipe;
    if (bytes.size > 0 && max > 0) {
      const wasFull = bytes.size > PIPE_BYTES - ATOMIC_BYTES;
      const data = bytes.take(max);
      if (wasFull || bytes.size === 0) this.waitQueue.wakeAll();
      return data;
    }
    return this.pipe.writers === 0 || max === 0 ? NO_BYTES : undefined;
  }

  write(data: Uint8Array): number {
    const { bytes } = this.pipe;
    if (this.pipe.readers === 0) throw new SysError('EPIPE');
    const room = PIPE_BYTES - bytes.size;
    if (room === 0 || (data.length <= ATOMIC_BYTES && room < data.length)) return 0;
    const taken = Math.min(room, data.length);
    bytes.push(taken === data.length ? data : data.subarray(0, taken));
    this.waitQueue.wakeAll();
    return taken;
  }

  readiness(): Readiness {
    const { bytes, readers, writers } = this.pipe;
    return {
      read: this.reads && (bytes.size > 0 || writers === 0),
      write: this.writes && (readers === 0 || bytes.size <= PIPE_BYTES - ATOMIC_BYTES),
    };
  }

  stat(): FileStat {
    const us = this.pipe.createdUs;
    return (
      this.pipe.stat ?? {
        type: 'fifo',
        dev: 13,
        ino: this.pipe.ino,
        mode: 0o600,
        nlink: 1,
        uid: 0,
        gid: 0,
        size: 0,
        mtimeUs: us,
        atimeUs: us,
        ctimeUs: us,
        rdev: 0,
      }
    );
  }

  describe(): string {
    return this.pipe.stat ? this.pipe.path : `pipe:[${this.pipe.ino}]`;
  }

  reopen(): OpenFile {
    return this.pipe.openEnd(this.reads, this.writes);
  }

  close(): void {
    if (this.reads) this.pipe.readers--;
    if (this.writes) this.pipe.writers--;
    this.waitQueue.wakeAll();
  }
}
