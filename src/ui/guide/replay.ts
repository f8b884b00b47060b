/**
 * Does the earlier steps of a lab again in a new cluster: the lines of the lab's own solution, typed into
 * the nodes' terminals while virtual time runs as fast as it can. Lines that only look are left out.
 */
import { create } from 'zustand';
import { fileOf, solutionOf, type SolutionLine } from '../../labs';
import { useCluster } from '../state/cluster-store';
import { host } from '../state/cluster';
import { fillTokens, leaderName } from '../state/session';
import { showTerminal, usePage } from '../state/page-store';
import { onPrinted, terminalOf } from '../terminal/terminal-session';
import { currentLab, moveStep } from './lab-store';
import { writeLabFile } from './run-command';
import { linesBefore } from './lines-before';

interface Replay {
  /** Step that it leads to; 0 while nothing is repeated. */
  readonly step: number;
  /** What is being done: "node1: docker swarm init ...". */
  readonly doing: string;
  readonly done: number;
  readonly total: number;
  /** Why it ended early; '' if it did not. */
  readonly trouble: string;
}

const IDLE: Replay = { step: 0, doing: '', done: 0, total: 0, trouble: '' };
export const useReplay = create<Replay>(() => IDLE);

const LOOK_MS = 60;
/** A line that takes longer than this (wall time) is given up. */
const PATIENCE_MS = 60_000;

export function stopReplay(): void {
  useReplay.setState(IDLE);
}

/** Repeats what comes before a step, then goes to it. */
export async function replayTo(step: number): Promise<void> {
  const lines = linesBefore(step, solutionOf(currentLab().id));
  const { speed } = useCluster.getState().clock;
  useReplay.setState({ step, doing: '', done: 0, total: lines.length, trouble: '' });
  host().resume();
  host().setSpeed(Infinity);
  try {
    for (const [done, line] of lines.entries()) {
      if (useReplay.getState().step !== step) return;
      useReplay.setState({ doing: wordsOf(line), done });
      if (line.kind !== 'step') await perform(line);
    }
    stopReplay();
    moveStep(step);
  } catch (error) {
    const trouble = error instanceof Error ? error.message : String(error);
    useReplay.setState({ step: 0, trouble });
  } finally {
    host().setSpeed(speed);
  }
}

function wordsOf(line: SolutionLine): string {
  if (line.kind === 'command') return `${line.command.node}: ${line.command.text}`;
  if (line.kind === 'write') return `write ${line.path}`;
  return line.kind === 'wait' ? `until ${line.check.sentence}` : line.title;
}

async function perform(line: Exclude<SolutionLine, { kind: 'step' }>): Promise<void> {
  if (line.kind === 'wait') {
    const holds = () =>
      line.check.evaluate({ screens: useCluster.getState().screens, printed: {} }).done;
    return until(holds, wordsOf(line));
  }
  if (line.kind === 'write') {
    const step = currentLab().steps.find(({ title }) => title === line.step);
    const file = fileOf(step, line.path);
    if (file) await writeLabFile(file);
    return;
  }
  const { node, text } = line.command;
  if (text.includes('{')) await until(() => leaderName() !== undefined, 'until there is a leader');
  showTerminal(node);
  const session = terminalOf(node, usePage.getState().theme);
  session.start();
  await until(() => session.atPrompt(), `the prompt of ${node}`);
  let printed = '';
  const forget = onPrinted((from, piece) => {
    if (from === node) printed += piece;
  });
  try {
    session.type(`${await fillTokens(text)}\r`);
    await until(() => printed.includes('\n') && session.atPrompt(), wordsOf(line));
  } finally {
    forget();
  }
}

async function until(holds: () => boolean, what: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (useReplay.getState().step === 0) return;
    if (performance.now() > end) throw new Error(`it stopped at ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
