/**
 * Where nothing is kept: for nodes whose disk is not wired. Their tasks do not survive the daemon.
 */
import type { TaskStorage } from '../leader';
import type { StoredTask } from '../store';

export class NoStorage implements TaskStorage {
  load(): readonly StoredTask[] {
    return [];
  }
  put(): void {}
  remove(): void {}
}
