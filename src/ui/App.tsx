/** The page's frame: bar, guide, canvas, terminals, inspector, timeline (visual guide, "Layout"). */
import { lazy, Suspense, useEffect } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import './App.css';
import { DropPlace } from './archive/DropPlace';
import { TopBar } from './bar/TopBar';
import { Boundary } from './canvas/Boundary';
import { Canvas } from './canvas/Canvas';
import { Guide } from './guide/Guide';
import { Inspector } from './inspector/Inspector';
import { Cards } from './phone/Cards';
import { useIsPhone } from './phone/use-is-phone';
import { useCluster } from './state/cluster-store';
import { usePage } from './state/page-store';
import { usePageKeys } from './state/page-keys';
import { TerminalPanel } from './terminal/TerminalPanel';
import { Timeline } from './timeline/Timeline';

const loadPalette = () => import('./palette/Palette');
const Palette = lazy(() => loadPalette().then((m) => ({ default: m.Palette })));
/** The palette comes once the page stands still, so that its first letter is not lost. */
const PALETTE_AFTER_MS = 2500;
const Help = lazy(() => import('./help/Help').then((m) => ({ default: m.Help })));

export function App() {
  const guideOpen = usePage((s) => s.guideOpen);
  const paletteOpen = usePage((s) => s.paletteOpen);
  const helpOpen = usePage((s) => s.helpOpen);
  const failure = useCluster((s) => s.failure);
  const phone = useIsPhone();
  usePageKeys();
  useEffect(() => {
    const timer = setTimeout(() => void loadPalette(), PALETTE_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="app" data-guide={guideOpen ? 'open' : 'folded'} data-phone={phone}>
      <TopBar phone={phone} />
      {failure !== undefined && <Failure message={failure} />}
      {phone ? <Cards /> : <Desk />}
      {!phone && <Timeline />}
      <DropPlace />
      <Suspense fallback={null}>
        {paletteOpen && <Palette />}
        {helpOpen && <Help />}
      </Suspense>
    </div>
  );
}

function Desk() {
  const selected = usePage((s) => s.selection !== undefined);
  return (
    <main className="app-middle">
      <Boundary name="The guide">
        <Guide />
      </Boundary>
      <div className="app-centre">
        <Group orientation="vertical">
          <Panel defaultSize="60%" minSize="15%" className="app-canvas">
            <Canvas />
            {selected && (
              <Boundary name="The inspector">
                <Inspector />
              </Boundary>
            )}
          </Panel>
          <Separator className="app-separator" aria-label="Height of the terminals" />
          <Panel defaultSize="40%" minSize="15%" className="app-terminals">
            <TerminalPanel />
          </Panel>
        </Group>
      </div>
    </main>
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
