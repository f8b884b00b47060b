/** The lab in progress. The browser remembers the step; the cluster itself starts anew each time. */
import { create } from 'zustand';
import {
  allLabs,
  evaluateStep,
  goToStep,
  nextStep,
  notePrinted,
  startLab,
  type Lab,
  type LabProgress,
} from '../../labs';
import { useCluster } from '../state/cluster-store';
import { onPrinted } from '../terminal/terminal-session';

export const labs = allLabs();

interface LabState {
  readonly lab: Lab;
  readonly progress: LabProgress;
  /** Step that an earlier visit had reached; 0 if there was none. */
  readonly earlier: number;
}

export const useLab = create<LabState>(() => beginning(firstLab()));

function beginning(lab: Lab): LabState {
  return { lab, progress: startLab(lab), earlier: remembered(lab) };
}

/** The lab that the address names (`?lab=02-images`), or the one of the last visit, or the first. */
function firstLab(): Lab {
  const asked = new URLSearchParams(location.search).get('lab') ?? stored('drydock.lab');
  return labs.find(({ id }) => id === asked) ?? labs[0]!;
}

export const currentLab = (): Lab => useLab.getState().lab;

export function chooseLab(id: string): void {
  const lab = labs.find((each) => each.id === id);
  if (!lab) return;
  printed.clear();
  useLab.setState(beginning(lab));
  store('drydock.lab', id);
  lookSoon();
}

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
  progress = evaluateStep(currentLab(), progress, useCluster.getState().screens);
  if (progress !== before) useLab.setState({ progress });
}

export function moveStep(step: number): void {
  begin(goToStep(currentLab(), step));
}

export function nextLabStep(): void {
  begin(nextStep(currentLab(), useLab.getState().progress));
}

export function forgetEarlier(): void {
  useLab.setState({ earlier: 0 });
}

function begin(progress: LabProgress): void {
  printed.clear();
  useLab.setState({ progress, earlier: 0 });
  store(`drydock.lab.${currentLab().id}`, String(progress.step));
  lookSoon();
}

function remembered(lab: Lab): number {
  const step = Number(stored(`drydock.lab.${lab.id}`) ?? 0);
  return Number.isInteger(step) && step > 0 && step < lab.steps.length ? step : 0;
}

function stored(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function store(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // A page without storage starts at the first step each time.
  }
}
