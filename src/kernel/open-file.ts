/**
 * What a descriptor points at. Models `struct file` with its `file_operations`: regular files, pipe
 * ends, terminals, devices, sockets (net/) and Engine API exchanges all look alike from here.
 *
 * Calls never block: where the real ones would, they answer "not now" and the caller waits on
 * `waitQueue` and calls again. Errors are thrown as `SysError`.
 */
import type { Process } from './process';
import type { FileStat, SocketAddress } from './syscalls';
import type { Terminal } from './terminal/terminal';
import type { WaitQueue } from './wait-queue';

export interface OpenFile {
  /** Woken whenever reading, writing or accepting may have become possible, also by hang-up. */
  readonly waitQueue: WaitQueue;
  /** Up to `max` bytes; empty at the end; undefined when there is nothing yet. */
  read(max: number, caller: Process): Uint8Array | undefined;
  /** How many bytes were taken; 0 (of more than 0) when there is no room yet. */
  write(data: Uint8Array, caller: Process): number;
  /** What would not block now. The end of input and a hang-up count as readable. */
  readiness(): Readiness;
  stat(): FileStat;
  /** Target of its link in /proc/PID/fd: a path, "pipe:[123]", "socket:[124]". */
  describe(): string;
  /** The last descriptor was closed. Called once. */
  close(): void;
  /** The new offset. Absent: ESPIPE. */
  seek?(offset: number, whence: 'set' | 'cur' | 'end'): number;
  /** Absent: EINVAL. */
  truncate?(size: number): void;
  /** Opens the same thing anew through /proc/PID/fd; absent: the new descriptor is a dup. */
  reopen?(): OpenFile;
  /** Listening sockets: the next connection, undefined when there is none yet. Absent: EINVAL. */
  accept?(): AcceptedFile | undefined;
  /** Connected sockets and API exchanges: closes the sending side. Absent: ENOTSOCK's stand-in. */
  shutdown?(): void;
  /** Set where this is a terminal. */
  readonly terminal?: Terminal;
}

export interface Readiness {
  readonly read: boolean;
  readonly write: boolean;
}

export interface AcceptedFile {
  readonly file: OpenFile;
  readonly peer: SocketAddress;
  readonly local: SocketAddress;
}
