/** The terminals below the canvas: a tab for each node, in the colour of its state. */
import { Plus } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { host } from '../state/session';
import { useCluster } from '../state/cluster-store';
import { showTerminal, usePage } from '../state/page-store';
import './terminal.css';
import { keepTerminals, terminalOf, themeTerminals } from './terminal-session';

export function TerminalPanel() {
  const nodes = useCluster((s) => s.nodes);
  const front = usePage((s) => s.terminal);
  const theme = usePage((s) => s.theme);
  const shown = nodes.some((n) => n.name === front) ? front : nodes[0]?.name;

  useEffect(() => themeTerminals(theme), [theme]);
  useEffect(() => keepTerminals(nodes.map((n) => n.name)), [nodes]);

  return (
    <section className="terminals" aria-label="Terminals">
      <div className="terminal-tabs" role="tablist" aria-label="Terminals of the nodes">
        {nodes.map((node) => (
          <Tab key={node.name} name={node.name} selected={node.name === shown} />
        ))}
        <button
          type="button"
          className="terminal-add"
          aria-label="Add a node"
          title="Add a node"
          onClick={() => void host().addNode().then(showTerminal)}
        >
          <Plus size={14} aria-hidden />
        </button>
      </div>
      {shown !== undefined && <Screen key={shown} node={shown} />}
    </section>
  );
}

function Tab({ name, selected }: { readonly name: string; readonly selected: boolean }) {
  const state = useCluster((s) => tabState(s, name));
  return (
    <button
      type="button"
      role="tab"
      aria-selected={selected}
      className="terminal-tab"
      data-state={state}
      onClick={() => showTerminal(name)}
    >
      <span className="terminal-disc" aria-hidden />
      {name}
      <span className="visually-hidden">, {state}</span>
    </button>
  );
}

function tabState(state: ReturnType<typeof useCluster.getState>, name: string): string {
  const node = state.nodes.find((n) => n.name === name);
  if (!node || node.power === 'off') return 'off';
  if (node.frozen) return 'frozen';
  const screen = state.screens[name];
  if (screen?.raft?.role === 'leader') return 'leader';
  if (screen?.info?.Swarm.LocalNodeState === 'active') {
    return screen.info.Swarm.ControlAvailable ? 'manager' : 'worker';
  }
  return 'alone';
}

/** The place where the front terminal's screen hangs. */
function Screen({ node }: { readonly node: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current!;
    const session = terminalOf(node, usePage.getState().theme);
    session.attach(element);
    session.terminal.focus();
    const observer = new ResizeObserver(() => session.resize());
    observer.observe(element);
    return () => observer.disconnect();
  }, [node]);
  return (
    <div className="terminal-screen" ref={place} role="tabpanel" aria-label={`${node}, terminal`} />
  );
}
