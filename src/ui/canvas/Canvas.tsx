/** The canvas and its views: which lens is on the cluster now. */
import { lazy, Suspense, type ComponentType } from 'react';
import { setView, usePage, type View } from '../state/page-store';
import { Because } from './Because';
import { Boundary } from './Boundary';
import './canvas.css';

const Topology = lazy(() => import('../topology/Topology').then((m) => ({ default: m.Topology })));
const RaftLens = lazy(() => import('../raft/RaftLens').then((m) => ({ default: m.RaftLens })));
const Services = lazy(() => import('../services/Services').then((m) => ({ default: m.Services })));
const Requests = lazy(() => import('../request/Requests').then((m) => ({ default: m.Requests })));
const LayersLens = lazy(() =>
  import('../layers/LayersLens').then((m) => ({ default: m.LayersLens })),
);
const ContainerLens = lazy(() =>
  import('../containers/ContainerLens').then((m) => ({ default: m.ContainerLens })),
);

const VIEWS: readonly (readonly [View, string, ComponentType])[] = [
  ['topology', 'Topology', Topology],
  ['raft', 'Raft', RaftLens],
  ['services', 'Services', Services],
  ['request', 'Request', Requests],
  ['layers', 'Layers', LayersLens],
  ['containers', 'Containers', ContainerLens],
];

export function Canvas() {
  const view = usePage((s) => s.view);
  const [, label, Lens] = VIEWS.find(([name]) => name === view)!;
  const step = (by: number) => {
    const at = VIEWS.findIndex(([name]) => name === view);
    setView(VIEWS[(at + by + VIEWS.length) % VIEWS.length]![0]);
  };
  return (
    <section className="canvas" aria-label="Cluster">
      <div className="canvas-views" role="tablist" aria-label="Views of the cluster">
        {VIEWS.map(([name, text]) => (
          <button
            key={name}
            type="button"
            role="tab"
            aria-selected={view === name}
            tabIndex={view === name ? 0 : -1}
            onClick={() => setView(name)}
            onKeyDown={(event) => {
              if (event.key === 'ArrowRight') step(1);
              if (event.key === 'ArrowLeft') step(-1);
            }}
          >
            {text}
          </button>
        ))}
      </div>
      <div className="canvas-view" role="tabpanel" aria-label={label}>
        <Boundary name={label} key={view}>
          <Suspense fallback={null}>
            <Lens />
          </Suspense>
        </Boundary>
      </div>
      <Because />
    </section>
  );
}
