/** The page's frame: bar, guide, canvas, terminals, inspector, timeline (visual guide, "Layout"). */
import { Group, Panel, Separator } from 'react-resizable-panels';
import './App.css';
import { TopBar } from './bar/TopBar';
import { Canvas } from './canvas/Canvas';
import { Guide } from './guide/Guide';
import { Inspector } from './inspector/Inspector';
import { useCluster } from './state/cluster-store';
import { usePage } from './state/page-store';
import { TerminalPanel } from './terminal/TerminalPanel';
import { Timeline } from './timeline/Timeline';

export function App() {
  const guideOpen = usePage((s) => s.guideOpen);
  const selected = usePage((s) => s.selection !== undefined);
  const card = usePage((s) => s.card);
  const failure = useCluster((s) => s.failure);
  return (
    <div className="app" data-card={card} data-guide={guideOpen ? 'open' : 'folded'}>
      <TopBar />
      {failure !== undefined && <Failure message={failure} />}
      <main className="app-middle">
        <Guide />
        <div className="app-centre">
          <Group orientation="vertical">
            <Panel defaultSize="60%" minSize="15%" className="app-canvas">
              <Canvas />
              {selected && <Inspector />}
            </Panel>
            <Separator className="app-separator" aria-label="Height of the terminals" />
            <Panel defaultSize="40%" minSize="15%" className="app-terminals">
              <TerminalPanel />
            </Panel>
          </Group>
        </div>
      </main>
      <Timeline />
    </div>
  );
}

function Failure({ message }: { readonly message: string }) {
  return (
    <div className="app-failure" role="alert">
      <strong>The cluster stopped.</strong> {message}. Reload the page for a new one; the report
      holds the seed and the instant.
      <button type="button" onClick={() => void navigator.clipboard?.writeText(message)}>
        Copy the report
      </button>
    </div>
  );
}
