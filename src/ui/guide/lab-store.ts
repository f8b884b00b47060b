/** The lab in progress, remembered by the browser (only the step: the cluster itself starts anew). */
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
import type { ClusterState } from '../state/cluster-store';
import { onPrinted } from '../terminal/terminal-session';

export const lab = allLabs()[0]!;

export const useLab = create<{ readonly progress: LabProgress }>(() => ({
  progress: startLab(lab),
}));

onPrinted((node, text) =>
  useLab.setState(({ progress }) => ({ progress: notePrinted(progress, node, text) })),
);

export function evaluateLab(screens: ClusterState['screens']): void {
  const { progress } = useLab.getState();
  const next = evaluateStep(lab, progress, screens);
  if (next !== progress) useLab.setState({ progress: next });
}

export function moveStep(step: number): void {
  useLab.setState({ progress: goToStep(lab, step) });
}

export function nextLabStep(): void {
  useLab.setState(({ progress }) => ({ progress: nextStep(lab, progress) }));
}
