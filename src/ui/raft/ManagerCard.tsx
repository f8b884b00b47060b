/** One manager's role, term, vote and election timer. */
import { Crown } from 'lucide-react';
import type { Manager } from '../state/sides';
import { TimerRing } from './TimerRing';

interface Props {
  readonly manager: Manager;
  readonly all: readonly Manager[];
  /** Seconds until it notices that it leads nobody; undefined unless it is such a leader. */
  readonly stepsDown: number | undefined;
  /** Which side of a partition it is on, from 0. */
  readonly side: number;
}

const ROLES = {
  leader: 'Leader',
  follower: 'Follower',
  candidate: 'Candidate',
  'pre-candidate': 'Pre-candidate',
} as const;

export function ManagerCard({ manager, all, stepsDown, side }: Props) {
  const { screen, raft } = manager;
  const nameOf = (id: string) =>
    id === '' ? 'nobody' : (raft.members.find((m) => m.raftId === id)?.name ?? nameById(all, id));
  const off = screen.power === 'off';
  return (
    <article
      className="raft-card"
      data-role={off ? 'off' : raft.role}
      data-cut={stepsDown !== undefined}
      data-side={side}
    >
      <header>
        <strong>
          {screen.name} {raft.role === 'leader' && !off && <Crown size={13} aria-hidden />}
        </strong>
        <code>term {raft.term}</code>
      </header>
      <p>
        {off
          ? 'Off: keeps its log on disk'
          : stepsDown === undefined
            ? ROLES[raft.role]
            : `Leader, cut off: steps down in ${stepsDown} s`}
      </p>
      <dl>
        <div>
          <dt>voted for</dt>
          <dd>{nameOf(raft.votedFor)}</dd>
        </div>
        <div>
          <dt>knows as leader</dt>
          <dd>{nameOf(raft.leader)}</dd>
        </div>
        <div>
          <dt>log, commit</dt>
          <dd>
            {raft.lastIndex}, {raft.commit}
          </dd>
        </div>
      </dl>
      {!off && (
        <TimerRing
          elapsed={raft.electionElapsed}
          timeout={raft.electionTimeout}
          leads={raft.role === 'leader'}
        />
      )}
    </article>
  );
}

function nameById(all: readonly Manager[], raftId: string): string {
  return all.find((m) => m.raft.raftId === raftId)?.screen.name ?? raftId.slice(0, 6);
}
