/**
 * A container's log as the json-file driver keeps it: one entry a line, long lines in pieces of 16 KiB,
 * each with its stream and time (moby `daemon/logger/copier.go`, `jsonfilelog`). Held in memory with a
 * limit of its own; the real default has none.
 */
import { concatBytes } from '../../base';

export interface LogEntry {
  readonly stream: 'stdout' | 'stderr';
  /** Unix microseconds. */
  readonly at: number;
  /** With the line feed, where the line had one. */
  readonly line: Uint8Array;
}

export interface LogListener {
  logged(entry: LogEntry): void;
  logClosed(): void;
}

/** `defaultBufSize` of the copier: where a line without an end is cut. */
const PIECE_BYTES = 16 * 1024;
/** Bytes that one container may keep; older entries go first. */
const LOG_BYTES_MAX = 4 * 1024 * 1024;

export class ContainerLog {
  private entries: LogEntry[] = [];
  /** Entries before this one are forgotten; they are cut off once they are the greater part. */
  private first = 0;
  private bytes = 0;
  private readonly partial = new Map<string, Uint8Array>();
  private readonly listeners = new Set<LogListener>();

  constructor(
    /** `none`: nothing is kept. */
    readonly driver: string,
  ) {}

  get all(): readonly LogEntry[] {
    return this.first === 0 ? this.entries : this.entries.slice(this.first);
  }

  /** True for drivers whose logs can be read back. */
  get readable(): boolean {
    return this.driver === 'json-file' || this.driver === 'local' || this.driver === 'journald';
  }

  append(stream: 'stdout' | 'stderr', data: Uint8Array, at: number): void {
    if (this.driver === 'none') return;
    const held = this.partial.get(stream);
    const bytes = held ? concatBytes([held, data]) : data;
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(10, start);
      if (end < 0) break;
      this.add({ stream, at, line: bytes.subarray(start, end + 1) });
      start = end + 1;
    }
    while (bytes.length - start >= PIECE_BYTES) {
      this.add({ stream, at, line: bytes.subarray(start, start + PIECE_BYTES) });
      start += PIECE_BYTES;
    }
    if (start < bytes.length) this.partial.set(stream, bytes.subarray(start));
    else this.partial.delete(stream);
  }

  /** The container ended: what had no line feed is written as it is, followers are told. */
  close(at: number): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      const rest = this.partial.get(stream);
      if (rest) this.add({ stream, at, line: rest });
    }
    this.partial.clear();
    for (const listener of [...this.listeners]) listener.logClosed();
  }

  follow(listener: LogListener): void {
    this.listeners.add(listener);
  }

  unfollow(listener: LogListener): void {
    this.listeners.delete(listener);
  }

  private add(entry: LogEntry): void {
    this.entries.push(entry);
    this.bytes += entry.line.length;
    while (this.bytes > LOG_BYTES_MAX && this.entries.length - this.first > 1) {
      this.bytes -= this.entries[this.first]!.line.length;
      this.first++;
    }
    if (this.first > this.entries.length / 2 && this.first > 1000) {
      this.entries = this.entries.slice(this.first);
      this.first = 0;
    }
    for (const listener of [...this.listeners]) listener.logged(entry);
  }
}

export interface LogSelection {
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** Lines from the end; -1 for all. */
  readonly tail: number;
  /** Unix microseconds. */
  readonly since: number | undefined;
  readonly until: number | undefined;
}

/** Past entries that a reader wants. The tail is counted before the streams are chosen. */
export function selectEntries(log: ContainerLog, want: LogSelection): readonly LogEntry[] {
  let entries = log.all;
  if (want.tail >= 0) entries = want.tail === 0 ? [] : entries.slice(-want.tail);
  return entries.filter((entry) => wantsEntry(entry, want));
}

export function wantsEntry(entry: LogEntry, want: LogSelection): boolean {
  if (entry.stream === 'stdout' ? !want.stdout : !want.stderr) return false;
  if (want.since !== undefined && entry.at < want.since) return false;
  return want.until === undefined || entry.at <= want.until;
}
