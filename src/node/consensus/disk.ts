/**
 * What a manager's raft directory holds: the write-ahead log and the last snapshot (swarmkit
 * `manager/state/raft/storage`). It is part of the machine's disk: it survives power-off, and holds
 * only what was answered as durable. Differs: one record in place of files, not encrypted.
 */
import { EMPTY_SNAPSHOT, type Entry, type HardState, type Snapshot } from '../../raft';

export interface StoredLog {
  readonly raftId: string;
  hardState: HardState;
  snapshot: Snapshot;
  /** Entries after the snapshot's index minus what was kept for slow followers. */
  entries: Entry[];
}

/** What one Ready asks to save. */
export interface LogWrite {
  readonly hardState: HardState | undefined;
  readonly snapshot: Snapshot | undefined;
  readonly entries: readonly Entry[];
}

export class RaftDisk {
  stored: StoredLog | undefined;

  erase(): void {
    this.stored = undefined;
  }

  format(raftId: string, entries: readonly Entry[], hardState: HardState): StoredLog {
    this.stored = { raftId, hardState, snapshot: EMPTY_SNAPSHOT, entries: [...entries] };
    return this.stored;
  }

  /** Puts a finished write in. New entries replace those from their first index on. */
  save(write: LogWrite): void {
    const { stored } = this;
    if (!stored) return;
    if (write.snapshot) {
      stored.snapshot = write.snapshot;
      stored.entries = [];
    }
    const first = write.entries[0];
    if (first) {
      while (stored.entries.length > 0 && stored.entries.at(-1)!.index >= first.index)
        stored.entries.pop();
      stored.entries.push(...write.entries);
    }
    if (write.hardState) this.saveHardState(write.hardState);
  }

  /** The commit index may lag behind what other members know, never pass what is held here. */
  saveHardState(hardState: HardState): void {
    const { stored } = this;
    if (!stored) return;
    const last = stored.entries.at(-1)?.index ?? stored.snapshot.index;
    stored.hardState = { ...hardState, commit: Math.min(hardState.commit, last) };
  }

  /** A snapshot of our own: entries up to `keepFrom` are no longer needed. */
  compact(snapshot: Snapshot): void {
    const { stored } = this;
    if (!stored) return;
    stored.snapshot = snapshot;
    stored.entries = stored.entries.filter((entry) => entry.index > snapshot.index);
  }
}

/** Bytes that a write costs on the disk. */
export function writeBytes(write: LogWrite): number {
  let bytes = 64;
  for (const entry of write.entries) bytes += entry.bytes + 32;
  if (write.snapshot) bytes += snapshotBytes(write.snapshot);
  return bytes;
}

export function snapshotBytes(snapshot: Snapshot): number {
  return JSON.stringify(snapshot.data ?? null).length;
}
