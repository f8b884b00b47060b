/**
 * Makes a manager's log on this machine's disk in each of the ways a manager can begin (swarmkit
 * `raft.go` JoinAndStart, `storage.go` loadAndStart).
 */
import type { Runtime } from '../../base';
import type { ConfChange, Entry } from '../../raft';
import type {
  Consensus,
  ConsensusFactory,
  ConsensusMember,
  ConsensusOwner,
  ConsensusStart,
} from '../../swarm';
import type { RaftDisk } from './disk';
import type { MembershipContext, SnapshotData } from './entries';
import type { ConsensusPorts, RaftWire } from './ports';
import { RaftConsensus, newRaftId } from './raft-consensus';

export class RaftConsensusFactory implements ConsensusFactory {
  constructor(
    private readonly runtime: Runtime,
    private readonly ports: ConsensusPorts,
    private readonly disk: RaftDisk,
  ) {}

  /** A member that went down before its first entry came knows no other one: it joins again. */
  hasState(): boolean {
    const { stored } = this.disk;
    return stored !== undefined && (stored.entries.length > 0 || stored.snapshot.index > 0);
  }

  erase(): void {
    this.disk.erase();
  }

  receiveEarly(fromAddress: string, message: unknown): void {
    const wire = message as RaftWire;
    if (wire.kind === 'health')
      this.ports.send(fromAddress, 'healthy', 16, { kind: 'healthy', id: wire.id });
  }

  create(owner: ConsensusOwner, start: ConsensusStart): Consensus {
    const members = this.prepare(start);
    return new RaftConsensus(this.runtime, this.ports, this.disk, owner, members);
  }

  /** Brings the disk into the state from which the log is to go on. */
  private prepare(start: ConsensusStart): readonly ConsensusMember[] {
    const { disk } = this;
    switch (start.kind) {
      case 'bootstrap': {
        const raftId = newRaftId(this.runtime);
        const member: ConsensusMember = Object.freeze({
          raftId,
          nodeId: start.nodeId,
          address: start.address,
        });
        const entry = membershipEntry(1, 1, 'add', member);
        disk.format(raftId, [entry], { term: 1, votedFor: '', commit: 1 });
        return [member];
      }
      case 'join': {
        const { raftId } = start.self;
        const { stored } = disk;
        // The same member again: its vote stands.
        const kept = stored?.raftId === raftId ? stored.hardState : undefined;
        disk.format(raftId, [], kept ?? { term: 0, votedFor: '', commit: 0 });
        return start.members;
      }
      case 'restart':
        return [];
      case 'force-new-cluster':
        this.forceAlone();
        return [];
    }
  }

  /** Drops what is not committed and commits the removal of every other member. */
  private forceAlone(): void {
    const stored = this.disk.stored!;
    const { commit, term } = stored.hardState;
    stored.entries = stored.entries.filter((entry) => entry.index <= commit);
    const members = new Map<string, ConsensusMember>();
    const data = stored.snapshot.data as SnapshotData | undefined;
    for (const member of data?.members ?? []) members.set(member.raftId, member);
    for (const entry of stored.entries) {
      if (entry.kind !== 'membership') continue;
      const change = entry.data as ConfChange;
      if (change.op === 'remove') members.delete(change.id);
      else members.set(change.id, (change.context as MembershipContext).member);
    }
    let index = stored.entries.at(-1)?.index ?? stored.snapshot.index;
    for (const member of members.values()) {
      if (member.raftId === stored.raftId) continue;
      stored.entries.push(membershipEntry(term, ++index, 'remove', member));
    }
    stored.hardState = { ...stored.hardState, commit: index };
  }
}

function membershipEntry(
  term: number,
  index: number,
  op: 'add' | 'remove',
  member: ConsensusMember,
): Entry {
  const context: MembershipContext = Object.freeze({ member, origin: '', cause: 0 });
  const data: ConfChange = Object.freeze({ op, id: member.raftId, context });
  return Object.freeze({ term, index, kind: 'membership', data, bytes: 64 });
}
