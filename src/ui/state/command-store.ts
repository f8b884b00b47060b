/**
 * What the learner has done, as lines: commands typed in terminals, chaos by mouse, machines added. Each
 * has the id of the input that carried it, so that everything it caused can be told from the rest.
 */
import { create } from 'zustand';
import type { LoggedInput } from '../../host';
import { changesSomething } from './telling';

export interface CommandRecord {
  /** The input's id; messages, log entries and events that it led to carry it as their cause. */
  readonly id: number;
  /** Virtual time. */
  readonly at: number;
  /** Wall time (performance.now), for the trail that fades. */
  readonly wallAt: number;
  /** Machine it was typed on; '' for the network and for what the mouse did. */
  readonly node: string;
  readonly text: string;
  /** Whether it changed something or sent a request, rather than looked. */
  readonly changes: boolean;
}

const KEEP = 200;

export const useCommands = create<{ readonly commands: readonly CommandRecord[] }>(() => ({
  commands: [],
}));

/** Lines whose Return key is on its way, by machine. */
const pending = new Map<string, string[]>();

/** The learner pressed Return on this line. */
export function noteLine(node: string, line: string): void {
  const lines = pending.get(node) ?? [];
  lines.push(line);
  pending.set(node, lines);
}

/** Reads the log of inputs; those that are whole commands become records. */
export function noteInputs(inputs: readonly LoggedInput[]): void {
  const found: CommandRecord[] = [];
  for (const { id, at, node, label } of inputs) {
    const text = textOf(node, label);
    const changes = changesSomething(text);
    if (text !== '') found.push({ id, at, wallAt: performance.now(), node, text, changes });
  }
  if (found.length === 0) return;
  useCommands.setState(({ commands }) => ({ commands: [...commands, ...found].slice(-KEEP) }));
}

function textOf(node: string, label: string): string {
  if (label.startsWith('chaos ') || label.startsWith('add ') || label.startsWith('remove ')) {
    return label;
  }
  if (!label.startsWith('type ')) return '';
  // A pasted text may hold several Returns, and has one line noted for all of them.
  return label.includes('\\r') ? (pending.get(node)?.shift() ?? '').trim() : '';
}

/** The last thing the learner did that changed something: what the page explains. */
export function lastChange(
  commands: readonly CommandRecord[] = useCommands.getState().commands,
): CommandRecord | undefined {
  return commands.findLast((command) => command.changes);
}

export function commandById(
  commands: readonly CommandRecord[],
  id: number,
): CommandRecord | undefined {
  return id === 0 ? undefined : commands.find((command) => command.id === id);
}
