/** The labs that Drydock carries, in the order of their numbers. */
import { parseLab, parseSolution, type Lab, type SolutionLine } from './lab';

const LABS = import.meta.glob<string>('./content/*/lab.md', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const SOLUTIONS = import.meta.glob<string>('./content/*/solution.txt', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const idOf = (path: string) => path.split('/')[2]!;

/** All labs. Throws `LabError` where one of them is not well formed (a test keeps them so). */
export function allLabs(): readonly Lab[] {
  return Object.entries(LABS)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, source]) => parseLab(idOf(path), source));
}

/** The solution of a lab, line by line. */
export function solutionOf(id: string): readonly SolutionLine[] {
  const entry = Object.entries(SOLUTIONS).find(([path]) => idOf(path) === id);
  return entry ? parseSolution(id, entry[1]) : [];
}
