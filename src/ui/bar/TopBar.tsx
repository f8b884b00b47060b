/** The slim bar at the top: name, scene, time controls, commands, theme. */
import { Command, Moon, PanelLeft, Pause, Play, StepForward, Sun } from 'lucide-react';
import { host } from '../state/session';
import { useCluster } from '../state/cluster-store';
import { setPalette, setTheme, toggleGuide, usePage } from '../state/page-store';
import './bar.css';
import { Clock } from './Clock';

const SPEEDS = [
  [0.1, '0.1×'],
  [1, '1×'],
  [10, '10×'],
  [Infinity, 'max'],
] as const;

export function TopBar() {
  return (
    <header className="bar">
      <div className="bar-name">
        <img src="./icon.svg" width={22} height={22} alt="" />
        <strong>Drydock</strong>
        <Scene />
      </div>
      <TimeControls />
      <div className="bar-end">
        <button
          type="button"
          className="bar-button"
          onClick={toggleGuide}
          aria-label="Fold the guide"
          title="Fold the guide"
        >
          <PanelLeft size={16} aria-hidden />
        </button>
        <button type="button" className="bar-button" onClick={() => setPalette(true)}>
          <Command size={14} aria-hidden /> Commands <kbd>Ctrl K</kbd>
        </button>
        <ThemeButton />
      </div>
    </header>
  );
}

function Scene() {
  const count = useCluster((s) => s.nodes.length);
  return <span className="bar-scene">{count} machines, simulated</span>;
}

function TimeControls() {
  const paused = useCluster((s) => s.clock.paused);
  const speed = useCluster((s) => s.clock.speed);
  return (
    <div className="bar-time" role="group" aria-label="Time">
      <button
        type="button"
        className="bar-step"
        aria-label={paused ? 'Let time run' : 'Pause time'}
        title={paused ? 'Let time run' : 'Pause time'}
        aria-pressed={paused}
        onClick={() => (paused ? host().resume() : host().pause())}
      >
        {paused ? <Play size={14} aria-hidden /> : <Pause size={14} aria-hidden />}
      </button>
      <button
        type="button"
        className="bar-step"
        aria-label="One event"
        title="One event (while paused)"
        disabled={!paused}
        onClick={() => host().stepEvent()}
      >
        <StepForward size={14} aria-hidden />
      </button>
      <Clock />
      {SPEEDS.map(([value, label]) => (
        <button
          key={label}
          type="button"
          className="bar-speed"
          aria-pressed={!paused && speed === value}
          onClick={() => {
            host().setSpeed(value);
            host().resume();
          }}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

function ThemeButton() {
  const theme = usePage((s) => s.theme);
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <button
      type="button"
      className="bar-button"
      aria-label={`Change to ${other}`}
      title={`Change to ${other}`}
      onClick={() => setTheme(other)}
    >
      {theme === 'dark' ? <Sun size={16} aria-hidden /> : <Moon size={16} aria-hidden />}
    </button>
  );
}
