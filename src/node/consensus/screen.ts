/** A manager's raft state as the page shows it: reads only. */
import type { RaftLogEntry, RaftScreen } from '../../api';
import type { RaftNode } from '../../raft';
import type { ConsensusMemberState } from '../../swarm';
import { describeEntry } from './entries';

const LOG_LINES = 50;

export function raftScreen(
  node: RaftNode,
  raftId: string,
  members: readonly ConsensusMemberState[],
  nameOf: (nodeId: string) => string,
): RaftScreen {
  const { core } = node;
  const { log } = core;
  const lines: RaftLogEntry[] = [];
  const from = Math.max(log.firstIndex, log.lastIndex - LOG_LINES + 1);
  for (let index = from; index <= log.lastIndex; index++) {
    const entry = log.at(index);
    if (entry) lines.push(describeEntry(entry, nameOf));
  }
  return {
    raftId,
    role: core.role,
    term: core.term,
    votedFor: core.votedFor,
    leader: core.leader,
    commit: log.committed,
    applied: log.applied,
    lastIndex: log.lastIndex,
    log: lines,
    members: members.map((member) => ({
      raftId: member.raftId,
      nodeId: member.nodeId,
      name: nameOf(member.nodeId),
      address: member.address,
      reachable: member.reachable,
    })),
    electionElapsed: core.electionElapsed,
    electionTimeout: core.electionTimeout,
    progress:
      core.role === 'leader'
        ? [...core.progress].map(([id, progress]) => ({
            raftId: id,
            match: progress.match,
            next: progress.next,
            state: progress.state,
            active: id === raftId || progress.recentActive,
          }))
        : [],
    votes:
      core.role === 'candidate' || core.role === 'pre-candidate'
        ? [...core.votes].map(([id, granted]) => ({ raftId: id, granted }))
        : [],
  };
}
