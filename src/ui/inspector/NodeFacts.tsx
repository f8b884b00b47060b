/** One machine: who it is, what it runs, what it believes. */
import type { Node, NodeScreen } from '../../api';
import type { NodeState } from '../../host';
import { clusterRecords } from '../state/session';
import { useCluster } from '../state/cluster-store';
import { select } from '../state/page-store';
import { nodeActions } from '../topology/actions';
import { Actions, Facts, type Fact } from './Facts';

export function NodeFacts({ name }: { readonly name: string }) {
  const screen = useCluster((s) => s.screens[name]);
  const state = useCluster((s) => s.nodes.find((n) => n.name === name));
  const records = useCluster((s) => clusterRecords(s.screens));
  if (!screen || !state) return <p>{name} has shown nothing yet.</p>;
  const { containers } = screen;
  const record = records?.nodes.find((n) => n.ID === screen.info?.Swarm.NodeID);
  const facts = factsOf(screen, state, record);
  return (
    <>
      <h2>{name}</h2>
      <Facts facts={facts} />
      <h3>Containers</h3>
      {containers.length === 0 ? (
        <p>
          None. <code>docker run -d nginx</code> on {name} starts one.
        </p>
      ) : (
        <ul className="inspector-list">
          {containers.map((container) => (
            <li key={container.Id}>
              <button
                type="button"
                disabled={container.Labels['com.docker.swarm.task.id'] === undefined}
                onClick={() => {
                  const task = container.Labels['com.docker.swarm.task.id'];
                  if (task !== undefined) select({ kind: 'task', task });
                }}
              >
                {container.Names[0]?.slice(1).replace(/\.[a-z0-9]{25}$/, '')}
              </button>{' '}
              {container.Status}
            </li>
          ))}
        </ul>
      )}
      <Actions actions={nodeActions(state)} />
    </>
  );
}

function factsOf(screen: NodeScreen, state: NodeState, record: Node | undefined): Fact[] {
  const { info, raft, images, networks, gossip } = screen;
  const facts: Fact[] = [
    ['Address', screen.address],
    ['Power', state.power === 'off' ? 'off' : state.frozen ? 'on, frozen' : 'on'],
  ];
  if (info) {
    facts.push(
      ['Engine', `Docker ${info.ServerVersion}, ${info.NCPU} CPUs, ${gib(info.MemTotal)}`],
      ['Swarm', info.Swarm.LocalNodeState],
    );
    if (info.Swarm.NodeID !== '') facts.push(['Node id', info.Swarm.NodeID, 'id']);
  }
  if (record) {
    facts.push(
      ['Role', `${record.Spec.Role}, ${record.Spec.Availability}`],
      ['Managers say', `${record.Status.State}${reason(record.Status.Message)}`],
    );
  }
  if (raft) {
    facts.push([
      'Raft',
      `${raft.role}, term ${raft.term}, log ${raft.lastIndex}, commit ${raft.commit}`,
    ]);
  }
  if (gossip && gossip.members.length > 0) {
    const alive = gossip.members.filter((m) => m.state === 'alive').length;
    facts.push(['Gossip', `hears ${alive} of ${gossip.members.length} engines`]);
  }
  facts.push(
    [
      'Images',
      images.length === 0 ? 'none' : images.map((i) => i.RepoTags?.[0] ?? '<none>').join(', '),
    ],
    ['Networks', networks.map((n) => n.Name).join(', ') || 'none'],
  );
  return facts;
}

function reason(message: string | undefined): string {
  return message === undefined || message === '' ? '' : `: ${message}`;
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
