/** The slim bar at the top: name, scene, time controls, commands, theme, help. */
import { CircleQuestionMark, Command, Moon, PanelLeft, Sun } from 'lucide-react';
import { useCluster } from '../state/cluster-store';
import { setHelp, setPalette, setTheme, toggleGuide, usePage } from '../state/page-store';
import './bar.css';
import { TimeControls } from './TimeControls';

export function TopBar({ phone }: { readonly phone: boolean }) {
  return (
    <header className="bar">
      <div className="bar-name">
        <img src="./icon.svg" width={22} height={22} alt="" />
        <strong>Drydock</strong>
        <Scene />
      </div>
      <TimeControls phone={phone} />
      <div className="bar-end">
        {!phone && <GuideButton />}
        <button
          type="button"
          className="bar-button"
          aria-label="Commands"
          aria-keyshortcuts="Control+K"
          onClick={() => setPalette(true)}
        >
          <Command size={14} aria-hidden /> <span>Commands</span> <kbd>Ctrl K</kbd>
        </button>
        <ThemeButton />
        {!phone && <HelpButton />}
      </div>
    </header>
  );
}

function Scene() {
  const count = useCluster((s) => s.nodes.length);
  if (count === 0) return null;
  return (
    <span className="bar-scene">
      {count === 1 ? 'One machine' : `${count} machines`}, simulated
    </span>
  );
}

function GuideButton() {
  const open = usePage((s) => s.guideOpen);
  const label = open ? 'Fold the guide' : 'Unfold the guide';
  return (
    <button
      type="button"
      className="bar-button"
      onClick={toggleGuide}
      aria-label={label}
      aria-expanded={open}
      title={label}
    >
      <PanelLeft size={16} aria-hidden />
    </button>
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

function HelpButton() {
  const open = usePage((s) => s.helpOpen);
  return (
    <button
      type="button"
      className="bar-button"
      aria-label="Help"
      aria-expanded={open}
      title="Help: signs and keys"
      onClick={() => setHelp(!open)}
    >
      <CircleQuestionMark size={16} aria-hidden />
    </button>
  );
}
