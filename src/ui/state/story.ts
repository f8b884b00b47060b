/**
 * What managers did between two looks at them, in words: who stood for election and why, who voted for
 * whom, who won, what was committed. Read off the screens, so it is as fine as the page's updates are.
 */
import type { NodeScreen, RaftScreen } from '../../api';

export interface StoryEvent {
  readonly at: number;
  readonly node: string;
  readonly kind: 'stands' | 'votes' | 'wins' | 'steps-down' | 'commits';
  readonly text: string;
}

type Screens = Readonly<Record<string, NodeScreen>>;

export function storyOf(before: Screens, after: Screens, at: number): StoryEvent[] {
  const events: StoryEvent[] = [];
  for (const [node, screen] of Object.entries(after)) {
    const was = before[node]?.raft;
    const is = screen.raft;
    if (is === undefined || is === was) continue;
    const names = namesOf(after, is);
    for (const [kind, text] of changes(was, is, names)) events.push({ at, node, kind, text });
  }
  return events;
}

type Change = readonly [StoryEvent['kind'], string];

function changes(
  was: RaftScreen | undefined,
  is: RaftScreen,
  nameOf: (raftId: string) => string,
): Change[] {
  const found: Change[] = [];
  const { term } = is;
  const stood = is.role === 'candidate' || is.role === 'pre-candidate';
  if (stood && (was?.role !== is.role || was.term !== term)) {
    found.push(['stands', standing(was, term)]);
  }
  const voted = is.votedFor !== '' && is.votedFor !== is.raftId;
  if (voted && (was?.votedFor !== is.votedFor || was.term !== term)) {
    found.push(['votes', `votes for ${nameOf(is.votedFor)} in term ${term}`]);
  }
  if (is.role === 'leader' && was?.role !== 'leader') {
    found.push(['wins', `leads term ${term}`]);
  }
  if (was?.role === 'leader' && is.role !== 'leader') {
    found.push(['steps-down', `steps down in term ${term}`]);
  }
  if (is.role === 'leader' && was && is.commit > was.commit) {
    const count = is.commit - was.commit;
    const which = count === 1 ? `entry ${is.commit}` : `${count} entries, up to ${is.commit}`;
    found.push(['commits', `commits ${which}`]);
  }
  return found;
}

function standing(was: RaftScreen | undefined, term: number): string {
  if (!was || was.electionTimeout === 0) return `stands for election in term ${term}`;
  const silence = `no leader for ${was.electionTimeout} s`;
  return `${silence}: stands for election in term ${term}`;
}

function namesOf(screens: Screens, raft: RaftScreen): (raftId: string) => string {
  return (raftId) =>
    raft.members.find((m) => m.raftId === raftId)?.name ??
    Object.values(screens).find((s) => s.raft?.raftId === raftId)?.name ??
    raftId;
}
