/**
 * What an agent keeps on disk, so that its tasks survive a restart of the daemon (swarmkit
 * `agent/storage.go`, a bolt database). Secrets and configs are never stored.
 */
import type { StoredTask } from '../store';

export interface TaskStorage {
  /** Tasks that were assigned when the daemon ended, with their last status. */
  load(): readonly StoredTask[];
  put(task: StoredTask): void;
  remove(taskId: string): void;
}

/** Where nothing is kept: tests, and nodes whose disk is not wired yet. */
export class NoStorage implements TaskStorage {
  load(): readonly StoredTask[] {
    return [];
  }
  put(): void {}
  remove(): void {}
}
