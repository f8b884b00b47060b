/** The terminals below the canvas: a tab for each node in the colour of its state, one or two in sight. */
import { Columns2, FilePen, Plus, Search, X } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { hideEditor, showFiles, useEditor } from '../editor/editor-store';
import { addNode } from '../state/session';
import { useCluster } from '../state/cluster-store';
import { setBeside, showTerminal, usePage } from '../state/page-store';
import { FindBar } from './FindBar';
import { TerminalScreen } from './TerminalScreen';
import './terminal.css';
import { keepTerminals, readTerminalsAloud, terminalOf, themeTerminals } from './terminal-session';

const EditorPane = lazy(() =>
  import('../editor/EditorPane').then((m) => ({ default: m.EditorPane })),
);

export function TerminalPanel() {
  const nodes = useCluster((s) => s.nodes);
  const theme = usePage((s) => s.theme);
  const screenReader = usePage((s) => s.screenReader);
  const [finding, setFinding] = useState(false);
  const shown = useShown();
  const editing = useEditor((s) => s.shown);
  const beside = usePage((s) => s.beside);
  const second = nodes.some((n) => n.name === beside) ? beside : undefined;

  useEffect(() => themeTerminals(theme), [theme]);
  useEffect(() => readTerminalsAloud(screenReader), [screenReader]);
  useEffect(() => keepTerminals(nodes.map((n) => n.name)), [nodes]);
  useFindKey(() => setFinding(true));

  if (shown === undefined) return <section className="terminals" aria-label="Terminals" />;
  return (
    <section className="terminals" aria-label="Terminals">
      <div className="terminal-bar">
        <div className="terminal-tabs" role="tablist" aria-label="Terminals of the nodes">
          {nodes.map((node) => (
            <Tab key={node.name} name={node.name} selected={node.name === shown} />
          ))}
        </div>
        <button
          type="button"
          className="terminal-tool"
          aria-label="Add a machine"
          title="Add a machine"
          onClick={() => void addNode()}
        >
          <Plus size={14} aria-hidden />
        </button>
        <span className="terminal-space" />
        <Tools {...{ shown, second, finding, editing }} find={() => setFinding(!finding)} />
      </div>
      {finding && (
        <FindBar
          find={(text, way) => terminalOf(shown, theme).find(text, way)}
          close={() => {
            setFinding(false);
            terminalOf(shown, theme).terminal.focus();
          }}
        />
      )}
      <div className="terminal-panes">
        <TerminalScreen key={shown} node={shown} slot={0} />
        {second !== undefined && <Second node={second} front={shown} />}
        {editing && (
          <Suspense fallback={null}>
            <EditorPane />
          </Suspense>
        )}
      </div>
    </section>
  );
}

interface ToolsProps {
  readonly shown: string;
  readonly second: string | undefined;
  readonly finding: boolean;
  readonly editing: boolean;
  readonly find: () => void;
}

function Tools({ shown, second, finding, editing, find }: ToolsProps) {
  return (
    <>
      <button
        type="button"
        className="terminal-tool"
        aria-label="Find in the terminal"
        title="Find in the terminal (Ctrl Shift F)"
        aria-pressed={finding}
        onClick={find}
      >
        <Search size={14} aria-hidden />
      </button>
      <button
        type="button"
        className="terminal-tool"
        aria-label="Edit a file"
        title="Edit a file of the machine (or type: edit app.py)"
        aria-pressed={editing}
        onClick={() => (editing ? hideEditor() : showFiles(shown))}
      >
        <FilePen size={14} aria-hidden />
      </button>
      <button
        type="button"
        className="terminal-tool terminal-split"
        aria-label="Two terminals side by side"
        title="Two terminals side by side"
        aria-pressed={second !== undefined}
        onClick={() => setBeside(second === undefined ? nextNode(shown) : undefined)}
      >
        <Columns2 size={14} aria-hidden />
      </button>
    </>
  );
}

function Second({ node, front }: { readonly node: string; readonly front: string }) {
  const nodes = useCluster((s) => s.nodes);
  const slot = node === front ? 1 : 0;
  return (
    <div className="terminal-second">
      <div className="terminal-second-bar">
        <select
          aria-label="Machine of the second terminal"
          value={node}
          onChange={(event) => setBeside(event.target.value)}
        >
          {nodes.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <button type="button" aria-label="Close the second" onClick={() => setBeside(undefined)}>
          <X size={14} aria-hidden />
        </button>
      </div>
      <TerminalScreen key={`${node}/${slot}`} node={node} slot={slot} />
    </div>
  );
}

function Tab({ name, selected }: { readonly name: string; readonly selected: boolean }) {
  const state = useCluster((s) => tabState(s, name));
  return (
    <button
      type="button"
      role="tab"
      aria-selected={selected}
      tabIndex={selected ? 0 : -1}
      className="terminal-tab"
      data-state={state}
      // A click leaves the focus to the terminal; arrow keys keep it on the tabs.
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => {
        showTerminal(name);
        if (selected) terminalOf(name, usePage.getState().theme).terminal.focus();
      }}
      onKeyDown={(event) => {
        if (event.key === 'ArrowRight') showTerminal(nextNode(name));
        if (event.key === 'ArrowLeft') showTerminal(nextNode(name, -1));
      }}
    >
      <span className="terminal-disc" aria-hidden />
      {name}
      <span className="visually-hidden">, {STATE_WORDS[state]}</span>
    </button>
  );
}

/** The node whose terminal is in front; one that is gone gives way to the first. */
function useShown(): string | undefined {
  const nodes = useCluster((s) => s.nodes);
  const front = usePage((s) => s.terminal);
  return nodes.some((n) => n.name === front) ? front : nodes[0]?.name;
}

function nextNode(name: string, step: 1 | -1 = 1): string {
  const names = useCluster.getState().nodes.map((n) => n.name);
  return names[(names.indexOf(name) + step + names.length) % names.length] ?? name;
}

function useFindKey(open: () => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (!event.ctrlKey || !event.shiftKey || event.code !== 'KeyF') return;
      event.preventDefault();
      open();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  });
}

type TabState = 'off' | 'frozen' | 'leader' | 'manager' | 'worker' | 'alone';

const STATE_WORDS: Readonly<Record<TabState, string>> = {
  off: 'no power',
  frozen: 'frozen',
  leader: 'leader',
  manager: 'manager',
  worker: 'worker',
  alone: 'not in a swarm',
};

function tabState(state: ReturnType<typeof useCluster.getState>, name: string): TabState {
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
