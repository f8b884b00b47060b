/** The lab in progress. The browser remembers the step; the cluster itself starts anew each time. */
import { create } from 'zustand';
import {
  allLabs,
  evaluateStep,
  goToStep,
  nextStep,
  notePrinted,
  startLab,
  type LabProgress,
} from '../../labs';
import { useCluster } from '../state/cluster-store';
import { onPrinted } from '../terminal/terminal-session';

export const lab = allLabs()[0]!;

interface LabState {
  readonly progress: LabProgress;
  /** Step that an earlier visit had reached; 0 if there was none. */
  readonly earlier: number;
}

export const useLab = create<LabState>(() => ({
  progress: startLab(lab),
  earlier: remembered(),
}));

/** What terminals printed since the last look, so that a flood of output is read once. */
const printed = new Map<string, string>();
const LOOK_MS = 150;
let looking: ReturnType<typeof setTimeout> | undefined;

onPrinted((node, text) => {
  printed.set(node, (printed.get(node) ?? '') + text);
  lookSoon();
});
useCluster.subscribe((state, before) => {
  if (state.screens !== before.screens) lookSoon();
});

function lookSoon(): void {
  looking ??= setTimeout(() => {
    looking = undefined;
    look();
  }, LOOK_MS);
}

function look(): void {
  const before = useLab.getState().progress;
  let progress = before;
  for (const [node, text] of printed) progress = notePrinted(progress, node, text);
  printed.clear();
  progress = evaluateStep(lab, progress, useCluster.getState().screens);
  if (progress !== before) useLab.setState({ progress });
}

export function moveStep(step: number): void {
  begin(goToStep(lab, step));
}

export function nextLabStep(): void {
  begin(nextStep(lab, useLab.getState().progress));
}

export function forgetEarlier(): void {
  useLab.setState({ earlier: 0 });
}

function begin(progress: LabProgress): void {
  printed.clear();
  useLab.setState({ progress, earlier: 0 });
  try {
    localStorage.setItem(`drydock.lab.${lab.id}`, String(progress.step));
  } catch {
    // A page without storage starts at the first step each time.
  }
  lookSoon();
}

function remembered(): number {
  try {
    const step = Number(localStorage.getItem(`drydock.lab.${lab.id}`) ?? 0);
    return Number.isInteger(step) && step > 0 && step < lab.steps.length ? step : 0;
  } catch {
    return 0;
  }
}
