/** One machine: who it is, what it runs, what it believes. */
import { useCluster } from '../state/cluster-store';

export function NodeFacts({ name }: { readonly name: string }) {
  const screen = useCluster((s) => s.screens[name]);
  if (!screen) return <p>{name} has shown nothing yet.</p>;
  const { info, raft, containers } = screen;
  const facts: readonly (readonly [string, string])[] = [
    ['Address', screen.address],
    ['Power', screen.power],
    ['Swarm', info?.Swarm.LocalNodeState ?? 'no daemon'],
    ['Node id', info?.Swarm.NodeID === '' ? 'none' : (info?.Swarm.NodeID ?? 'none')],
    [
      'Raft',
      raft
        ? `${raft.role}, term ${raft.term}, log ${raft.lastIndex}, commit ${raft.commit}`
        : 'no member',
    ],
    ['Containers', String(containers.length)],
  ];
  return (
    <>
      <h2>{name}</h2>
      <dl className="facts">
        {facts.map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
