/** The canvas and its views: which lens is on the cluster now. */
import { lazy, Suspense } from 'react';
import { setView, usePage, type View } from '../state/page-store';
import { Because } from './Because';
import './canvas.css';

const Topology = lazy(() => import('../topology/Topology').then((m) => ({ default: m.Topology })));
const RaftLens = lazy(() => import('../raft/RaftLens').then((m) => ({ default: m.RaftLens })));

const VIEWS: readonly (readonly [View, string])[] = [
  ['topology', 'Topology'],
  ['raft', 'Raft'],
];

export function Canvas() {
  const view = usePage((s) => s.view);
  return (
    <section className="canvas" aria-label="Cluster">
      <div className="canvas-views" role="tablist" aria-label="Views of the cluster">
        {VIEWS.map(([name, label]) => (
          <button
            key={name}
            type="button"
            role="tab"
            aria-selected={view === name}
            onClick={() => setView(name)}
          >
            {label}
          </button>
        ))}
      </div>
      <div className="canvas-view" role="tabpanel">
        <Suspense fallback={null}>{view === 'raft' ? <RaftLens /> : <Topology />}</Suspense>
      </div>
      <Because />
    </section>
  );
}
