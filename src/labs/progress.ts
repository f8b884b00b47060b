/**
 * A person's way through a lab: the current step, what the terminals printed since it began, and which
 * checks hold. Plain values in, plain values out; the page and the tests share it.
 */
import type { NodeScreen } from '../api';
import type { CheckResult, LabView } from './check';
import type { Lab } from './lab';

export interface LabProgress {
  readonly step: number;
  /** Once a check held it counts, though the cluster moves on. */
  readonly results: readonly CheckResult[];
  readonly printed: Readonly<Record<string, string>>;
  readonly finished: boolean;
}

/** Kept of each node's output: enough for a long listing. */
const PRINTED_MAX = 20_000;

export function startLab(lab: Lab): LabProgress {
  return beginStep(lab, 0);
}

function beginStep(lab: Lab, step: number): LabProgress {
  const results = (lab.steps[step]?.checks ?? []).map(() => ({ done: false, progress: '' }));
  return { step, results, printed: {}, finished: step >= lab.steps.length };
}

/** A terminal of `node` printed something. */
export function notePrinted(progress: LabProgress, node: string, text: string): LabProgress {
  const before = progress.printed[node] ?? '';
  const after = (before + stripControls(text)).slice(-PRINTED_MAX);
  return { ...progress, printed: { ...progress.printed, [node]: after } };
}

/** Looks at the cluster again. Identical progress is returned as the same object. */
export function evaluateStep(
  lab: Lab,
  progress: LabProgress,
  screens: Readonly<Record<string, NodeScreen>>,
): LabProgress {
  const step = lab.steps[progress.step];
  if (!step) return progress;
  const view: LabView = { screens, printed: progress.printed };
  let changed = false;
  const results = step.checks.map((check, i) => {
    const before = progress.results[i];
    if (before?.done) return before;
    const now = check.evaluate(view);
    if (before && before.done === now.done && before.progress === now.progress) return before;
    changed = true;
    return now;
  });
  return changed ? { ...progress, results } : progress;
}

export function stepDone(progress: LabProgress): boolean {
  return progress.results.length > 0 && progress.results.every((result) => result.done);
}

export function nextStep(lab: Lab, progress: LabProgress): LabProgress {
  return beginStep(lab, progress.step + 1);
}

/** Goes to any step, forwards or back. */
export function goToStep(lab: Lab, step: number): LabProgress {
  return beginStep(lab, Math.max(0, Math.min(step, lab.steps.length - 1)));
}

/** Text without the terminal's control sequences. */
export function stripControls(text: string): string {
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]|\u001b\][^\u0007]*\u0007|\u001b[()=>].?/g, '');
}
