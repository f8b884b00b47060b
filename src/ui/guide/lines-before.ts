/** Which lines of a lab's solution bring a new cluster to a step. */
import type { SolutionLine } from '../../labs';
import { changesSomething } from '../state/telling';

/** Lines of the solution before a step that change the cluster, or wait for it. */
export function linesBefore(step: number, lines: readonly SolutionLine[]): SolutionLine[] {
  const kept: SolutionLine[] = [];
  let at = -1;
  for (const line of lines) {
    if (line.kind === 'step') at++;
    else if (at >= step) break;
    else if (line.kind === 'wait' || line.kind === 'write') kept.push(line);
    else if (/\bdocker\b/.test(line.command.text) && changesSomething(line.command.text)) {
      kept.push(line);
    }
  }
  return kept;
}
