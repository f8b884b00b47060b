/** Quorum in words: how many there are, how many it takes, what each side of a cut can do. */
import { joinNames, plural } from '../state/words';
import { majorityOf, membersOf, stepsDownIn, type Manager, type Side } from '../state/sides';

interface Props {
  readonly managers: readonly Manager[];
  readonly leader: Manager | undefined;
  readonly sides: readonly Side[];
}

export function Quorum({ managers, leader, sides }: Props) {
  const members = membersOf(leader ?? managers[0]!);
  const needed = majorityOf(members);
  const sum = (
    <p className="quorum-sum">
      {plural(members, 'manager')}, majority <strong>{needed}</strong>
    </p>
  );
  return (
    <section>
      <h2>Quorum</h2>
      {sum}
      {sides.length > 1 ? (
        sides.map((side) => (
          <SideText key={side.names.join()} side={side} members={members} needed={needed} />
        ))
      ) : (
        <p>{wholeText(sides[0]?.names.length ?? 0, members, needed)}</p>
      )}
      {members % 2 === 0 && (
        <p>
          {members} managers tolerate {members - needed} lost, no more than {members - 1} do.
        </p>
      )}
      {!leader && <p className="quorum-none">No leader now. Containers run on; changes wait.</p>}
    </section>
  );
}

function wholeText(there: number, members: number, needed: number): string {
  const answer = `${there} of ${members} can hear each other.`;
  const spare = there - needed;
  if (spare < 0)
    return `${answer} That is no majority: nothing can be written until more are back.`;
  if (spare > 0) return `${answer} ${spare} more may be lost.`;
  return members === 1
    ? `If it is lost, nothing can be changed until it is back.`
    : `${answer} If one more is lost, the swarm stops taking writes.`;
}

interface SideProps {
  readonly side: Side;
  readonly members: number;
  readonly needed: number;
}

function SideText({ side, members, needed }: SideProps) {
  const count = side.names.length;
  const enough = count >= needed;
  const leader = side.managers.find((m) => m.raft.role === 'leader');
  const name = leader?.screen.name;
  const seconds = leader && stepsDownIn(leader, side);
  const waiting = leader ? leader.raft.lastIndex - leader.raft.commit : 0;
  return (
    <p className="quorum-side" data-enough={enough}>
      <strong>{joinNames(side.names)}</strong>: {count} of {members},{' '}
      {enough ? 'a majority.' : 'no majority: cannot commit.'}{' '}
      {enough && (name ? `${name} leads and writes go on.` : 'An election is due.')}
      {!enough && seconds !== undefined && `${name} still believes it leads.`}
      {!enough && waiting > 0 && ` ${waiting === 1 ? '1 entry waits' : `${waiting} entries wait`}.`}
    </p>
  );
}
