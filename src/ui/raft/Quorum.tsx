/** Quorum in words: how many there are, how many it takes, what may still fail. */
import type { Manager } from './RaftLens';

export function Quorum({ managers }: { readonly managers: readonly Manager[] }) {
  const on = managers.filter((m) => m.screen.power === 'on');
  const leader = [...on]
    .filter((m) => m.raft.role === 'leader')
    .sort((a, b) => b.raft.term - a.raft.term)[0];
  const speaker = leader ?? on[0] ?? managers[0]!;
  const members = speaker.raft.members.length || managers.length;
  const needed = Math.floor(members / 2) + 1;
  const there = speaker.raft.members.filter((m) => m.reachable).length || on.length;
  const spare = there - needed;
  return (
    <section>
      <h2>Quorum</h2>
      <p className="quorum-sum">
        {members} {members === 1 ? 'manager' : 'managers'}, majority <strong>{needed}</strong>
      </p>
      <p>
        {there} of {members} answer{there === 1 ? 's' : ''}.{' '}
        {spare < 0
          ? 'That is no majority: nothing can be written until more come back.'
          : spare === 0
            ? members === 1
              ? 'If it is lost, nothing can be changed until it is back.'
              : 'If one more is lost, the swarm stops taking writes.'
            : `${spare} more may be lost.`}
      </p>
      {members % 2 === 0 && (
        <p>
          {members} managers tolerate {members - needed} lost, no more than {members - 1} do.
        </p>
      )}
      {!leader && <p className="quorum-none">No leader now. Containers run on; changes wait.</p>}
    </section>
  );
}
