/** The Raft view: every manager with what it believes, the logs side by side, and the arithmetic. */
import { useMemo, useState } from 'react';
import { useCluster } from '../state/cluster-store';
import { majorityOf, managersOf, membersOf, sidesOf, stepsDownIn } from '../state/sides';
import { useIsPhone } from '../phone/use-is-phone';
import { LogStrip } from './LogStrip';
import { ManagerCard } from './ManagerCard';
import { Quorum } from './Quorum';
import { columnsOf } from './columns';
import { Story } from './Story';
import './raft.css';

export function RaftLens() {
  const screens = useCluster((s) => s.screens);
  const nodes = useCluster((s) => s.nodes);
  const links = useCluster((s) => s.links);
  const [told, tell] = useState('');
  const phone = useIsPhone();
  const managers = useMemo(() => managersOf(screens), [screens]);
  if (managers.length === 0) return <NoManagers />;
  const leader = managers
    .filter((m) => m.raft.role === 'leader' && m.screen.power === 'on')
    .sort((a, b) => b.raft.term - a.raft.term)[0];
  const columns = columnsOf(
    managers.map((m) => m.raft.lastIndex),
    phone ? 3 : 6,
  );
  const members = membersOf(leader ?? managers[0]!);
  const sides = sidesOf(managers, nodes, links);
  const sideOf = (name: string) => sides.find((side) => side.names.includes(name));
  return (
    <div className="raft" tabIndex={0} role="region" aria-label="Raft">
      <div className="raft-main">
        <div className="raft-cards">
          {managers.map((manager) => (
            <ManagerCard
              key={manager.screen.name}
              manager={manager}
              all={managers}
              stepsDown={stepsDownIn(manager, sideOf(manager.screen.name))}
              side={sides.length > 1 ? sides.indexOf(sideOf(manager.screen.name)!) : 0}
            />
          ))}
        </div>
        <h2>
          Logs{' '}
          <small>
            an entry counts once {majorityOf(members)} of {members} hold it
          </small>
        </h2>
        <div className="raft-logs">
          {managers.map((manager) => (
            <LogStrip
              key={manager.screen.name}
              manager={manager}
              columns={columns}
              leader={leader}
              onTell={tell}
            />
          ))}
        </div>
        <p className="raft-told" aria-live="off">
          {told ||
            'Dashed: not committed. The gold bar: up to here committed, as that manager knows.'}
        </p>
      </div>
      <aside className="raft-side" aria-label="Quorum">
        <Quorum managers={managers} leader={leader} sides={sides} />
        <Story />
      </aside>
    </div>
  );
}

function NoManagers() {
  return (
    <div className="raft-empty">
      <p>
        Raft begins with the first manager. Type{' '}
        <code>docker swarm init --advertise-addr eth0</code> on node1, and this view shows its log.
      </p>
    </div>
  );
}
