/** Majority arithmetic over a set of voters (etcd-io/raft `quorum/majority.go`). */
import type { RaftId } from './message';

/** How many of `voters` make a majority. */
export function majority(voters: number): number {
  return Math.floor(voters / 2) + 1;
}

/**
 * The highest index that a majority has: the n/2+1st highest of their matches. Without voters every
 * index counts as committed, as in etcd.
 */
export function committedIndex(
  voters: ReadonlySet<RaftId>,
  matchOf: (id: RaftId) => number,
): number {
  const count = voters.size;
  if (count === 0) return Infinity;
  const matches: number[] = [];
  for (const id of voters) {
    const match = matchOf(id);
    let i = matches.length;
    matches.push(match);
    // Insertion sort, descending: clusters have a handful of members.
    while (i > 0 && matches[i - 1]! < match) {
      matches[i] = matches[i - 1]!;
      i--;
    }
    matches[i] = match;
  }
  return matches[majority(count) - 1]!;
}

export type VoteResult = 'won' | 'lost' | 'pending';

/** Outcome of an election: lost as soon as a majority can no longer say yes. */
export function voteResult(
  voters: ReadonlySet<RaftId>,
  votes: ReadonlyMap<RaftId, boolean>,
): VoteResult {
  if (voters.size === 0) return 'won';
  let yes = 0;
  let missing = 0;
  for (const id of voters) {
    const vote = votes.get(id);
    if (vote === undefined) missing++;
    else if (vote) yes++;
  }
  const needed = majority(voters.size);
  if (yes >= needed) return 'won';
  return yes + missing >= needed ? 'pending' : 'lost';
}
