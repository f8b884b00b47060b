/**
 * What the entries of swarm's log hold (swarmkit `api.InternalRaftRequest` and the context of its
 * membership changes), and the line that the screen shows for each.
 */
import type { RaftLogEntry } from '../../api';
import type { ConfChange, Entry } from '../../raft';
import type { ConsensusMember, StoreChange } from '../../swarm';
import { aboutChanges } from './about-changes';

/** A transaction of the store. */
export interface CommandData {
  readonly changes: readonly StoreChange[];
  readonly summary: string;
  /** Which proposal of which member's life this is. */
  readonly origin: string;
  readonly cause: number;
}

/** Goes with a membership change. */
export interface MembershipContext {
  readonly member: ConsensusMember;
  readonly origin: string;
  readonly cause: number;
}

/** What a snapshot holds besides raft's own part. */
export interface SnapshotData {
  readonly members: readonly ConsensusMember[];
  readonly removed: readonly string[];
  readonly store: unknown;
}

export function commandOf(entry: Entry): CommandData | undefined {
  return entry.data as CommandData | undefined;
}

export function describeEntry(entry: Entry, nameOf: (nodeId: string) => string): RaftLogEntry {
  const { index, term } = entry;
  if (entry.kind === 'membership') {
    const change = entry.data as ConfChange;
    const { member, cause } = change.context as MembershipContext;
    const verb = change.op === 'remove' ? 'removed' : change.op === 'update' ? 'moved' : 'added';
    const summary = `manager ${nameOf(member.nodeId)} ${verb}`;
    return { index, term, kind: 'membership', summary, cause };
  }
  const command = commandOf(entry);
  if (!command) return { index, term, kind: 'empty', summary: 'new leader', cause: 0 };
  const { summary, cause } = command;
  return { index, term, kind: 'command', summary, cause, ...aboutChanges(command.changes, nameOf) };
}
