/** Tools at the edge of the picture: add a machine, cut links, mend all. */
import { Plus, Scissors, Wrench } from 'lucide-react';
import { host } from '../state/cluster';
import { addNode, chaos } from '../state/session';
import { useCluster } from '../state/cluster-store';
import { setCutting, usePage } from '../state/page-store';
import { isChanged } from './actions';

export function RoomTools() {
  const cutting = usePage((s) => s.cutting);
  const several = useCluster((s) => s.nodes.length > 1);
  const broken = useCluster((s) => s.links.some(isChanged));
  const ready = useCluster((s) => s.ready);
  return (
    <div className="room-tools" role="toolbar" aria-label="Machines and links">
      <button
        type="button"
        disabled={!ready || !host().can.addNodes}
        onClick={() => void addNode()}
        title="Add a machine to the room"
      >
        <Plus size={14} aria-hidden /> Machine
      </button>
      <button
        type="button"
        aria-pressed={cutting}
        disabled={!several}
        onClick={() => setCutting(!cutting)}
        title="Draw a line across links to cut them"
      >
        <Scissors size={14} aria-hidden /> Cut links
      </button>
      {broken && (
        <button type="button" onClick={() => void chaos('heal')} title="chaos heal">
          <Wrench size={14} aria-hidden /> Heal all
        </button>
      )}
    </div>
  );
}
