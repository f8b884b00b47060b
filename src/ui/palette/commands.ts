/** Everything that the page can do, as a list to search. */
import { host } from '../state/cluster';
import { addNode, chaos, clusterRecords } from '../state/session';
import type { ClusterState } from '../state/cluster-store';
import {
  select,
  setBeside,
  setCutting,
  setHelp,
  setScreenReader,
  setTheme,
  setView,
  showCard,
  showTerminal,
  toggleGuide,
  usePage,
} from '../state/page-store';
import { chooseLab, currentLab, labs, moveStep, useLab } from '../guide/lab-store';
import { runCommand } from '../guide/run-command';
import { nodeActions } from '../topology/actions';

export interface PaletteItem {
  readonly group: string;
  readonly label: string;
  /** Keys or the chaos line that does the same. */
  readonly hint?: string;
  run(): void;
}

export function paletteItems(state: ClusterState): PaletteItem[] {
  return [
    ...stepItems(),
    ...viewItems(),
    ...timeItems(state),
    ...nodeItems(state),
    ...serviceItems(state),
    ...pageItems(),
  ];
}

function stepItems(): PaletteItem[] {
  const step = currentLab().steps[useLab.getState().progress.step];
  const commands = (step?.parts ?? []).flatMap((part) =>
    part.kind === 'command' ? [part.command] : [],
  );
  return commands.map((command) => ({
    group: 'This step of the lab',
    label: command.text,
    hint: command.node,
    run: () => void runCommand(command),
  }));
}

function viewItems(): PaletteItem[] {
  const views = [
    ['topology', 'Topology: machines, tasks, messages'],
    ['raft', 'Raft: managers, logs, quorum'],
    ['services', 'Services: what was wished, what runs'],
    ['request', 'Request: hop by hop'],
    ['layers', 'Layers: what images are made of, copy-up, builds'],
    ['containers', 'Containers: processes, namespaces, limits'],
  ] as const;
  return views.map(([view, label]) => ({
    group: 'Views',
    label,
    run: () => {
      setView(view);
      showCard('canvas');
    },
  }));
}

function timeItems({ clock }: ClusterState): PaletteItem[] {
  const faster = [
    [0.1, 'Time at a tenth'],
    [1, 'Time as it is'],
    [10, 'Time ten times faster'],
    [Infinity, 'Time as fast as it goes'],
  ] as const;
  return [
    {
      group: 'Time',
      label: clock.paused ? 'Let time run' : 'Pause time',
      run: () => (clock.paused ? host().resume() : host().pause()),
    },
    ...faster.map(([speed, label]) => ({
      group: 'Time',
      label,
      run: () => {
        host().setSpeed(speed);
        host().resume();
      },
    })),
  ];
}

function nodeItems(state: ClusterState): PaletteItem[] {
  const each = state.nodes.flatMap((node): PaletteItem[] => [
    {
      group: 'Machines',
      label: `Terminal of ${node.name}`,
      run: () => {
        showTerminal(node.name);
        showCard('terminal');
      },
    },
    {
      group: 'Machines',
      label: `Inspect ${node.name}`,
      run: () => select({ kind: 'node', node: node.name }),
    },
    ...nodeActions(node).map(({ label, line }) => ({
      group: 'Break and mend',
      label: `${label}: ${node.name}`,
      hint: `chaos ${line}`,
      run: () => void chaos(line),
    })),
  ]);
  const names = state.nodes.map((n) => n.name);
  const cuts = names.flatMap((a, i) =>
    names.slice(i + 1).map((b) => ({
      group: 'Break and mend',
      label: `Cut the link between ${a} and ${b}`,
      hint: `chaos cut ${a} ${b}`,
      run: () => void chaos(`cut ${a} ${b}`),
    })),
  );
  return [
    ...each,
    ...(names.length <= 7 ? cuts : []),
    {
      group: 'Break and mend',
      label: 'Heal all links',
      hint: 'chaos heal',
      run: () => void chaos('heal'),
    },
    {
      group: 'Break and mend',
      label: 'Take the last step back',
      hint: 'chaos undo',
      run: () => void chaos('undo'),
    },
    {
      group: 'Break and mend',
      label: 'Cut links by drawing a line',
      run: () => {
        setView('topology');
        setCutting(true);
      },
    },
    { group: 'Machines', label: 'Add a machine', run: () => void addNode() },
  ];
}

function serviceItems(state: ClusterState): PaletteItem[] {
  return (clusterRecords(state.screens)?.services ?? []).map((service) => ({
    group: 'Services',
    label: `Inspect ${service.Spec.Name ?? service.ID}`,
    run: () => select({ kind: 'service', service: service.ID }),
  }));
}

function pageItems(): PaletteItem[] {
  const { theme, screenReader, beside, terminal } = usePage.getState();
  const other = theme === 'dark' ? 'light' : 'dark';
  return [
    { group: 'Page', label: `Change to ${other}`, run: () => setTheme(other) },
    { group: 'Page', label: 'Fold or unfold the guide', run: toggleGuide },
    {
      group: 'Page',
      label: beside === undefined ? 'Two terminals side by side' : 'One terminal',
      run: () => setBeside(beside === undefined ? terminal : undefined),
    },
    {
      group: 'Page',
      label: screenReader ? 'Terminals without screen reader' : 'Terminals for a screen reader',
      run: () => setScreenReader(!screenReader),
    },
    { group: 'Page', label: 'Help: keys and signs', run: () => setHelp(true) },
    ...labs.map(({ id, title }) => ({ group: 'Lab', label: title, run: () => chooseLab(id) })),
    ...currentLab().steps.map((step, i) => ({
      group: 'Lab',
      label: `Step ${i + 1}: ${step.title}`,
      run: () => moveStep(i),
    })),
  ];
}
