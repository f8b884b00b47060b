/** What can be done to a machine or a link by mouse; each is a line that `chaos` takes in a terminal. */
import type { LinkState, NodeState } from '../../host';

export interface Action {
  readonly label: string;
  /** The chaos line; the menu shows it, so that the words are learnt by the way. */
  readonly line: string;
}

export function nodeActions({ name, power, frozen }: NodeState): readonly Action[] {
  if (power === 'off') return [{ label: 'Switch on', line: `start ${name}` }];
  return [
    { label: 'Crash', line: `crash ${name}` },
    { label: 'Restart', line: `restart ${name}` },
    { label: 'Stop in good order', line: `stop ${name}` },
    frozen ? { label: 'Thaw', line: `thaw ${name}` } : { label: 'Freeze', line: `freeze ${name}` },
    { label: 'Isolate from all others', line: `partition ${name}` },
  ];
}

export function isChanged(link: LinkState | undefined): boolean {
  return link !== undefined && (link.cut || link.lossPermille > 0 || link.delayUs >= SLOW_US);
}
/** From here on a link counts as slow; the room's own delay is far below. */
export const SLOW_US = 20_000;

export function linkActions(
  a: string,
  b: string,
  there: LinkState | undefined,
  back: LinkState | undefined,
): readonly Action[] {
  const actions: Action[] = [];
  if (!there?.cut || !back?.cut) actions.push({ label: 'Cut both ways', line: `cut ${a} ${b}` });
  if (!there?.cut) actions.push({ label: `Cut ${a} to ${b}`, line: `cut ${a} to ${b}` });
  if (!back?.cut) actions.push({ label: `Cut ${b} to ${a}`, line: `cut ${b} to ${a}` });
  actions.push(
    { label: 'Delay by 200 ms', line: `delay ${a} ${b} 200ms` },
    { label: 'Lose one in five', line: `loss ${a} ${b} 20%` },
  );
  if (isChanged(there) || isChanged(back)) actions.push({ label: 'Heal', line: `heal ${a} ${b}` });
  return actions;
}
