/** What the timings are measured by: a scenario runs once for each seed and answers figures by name. */
import type { Figures, World } from './world';

/** A swarm to start from. */
export interface Base {
  readonly managers: number;
  readonly workers: number;
}

export interface Scenario {
  /** Names that it gives, or their beginnings. */
  readonly gives: readonly string[];
  readonly base: Base;
  /** Seeds where fewer do than a timer asks for: a load or a count. */
  readonly seeds?: number;
  /** Begins with a swarm of the base; with no managers, with machines in no swarm. */
  run(world: World): Figures;
}

export const ONE_MANAGER: Base = { managers: 1, workers: 2 };
export const THREE_MANAGERS: Base = { managers: 3, workers: 0 };
export const FIVE_MANAGERS: Base = { managers: 5, workers: 0 };

/** The figures with a name before each. */
export function named(prefix: string, figures: Figures): Figures {
  return Object.fromEntries(Object.entries(figures).map(([name, v]) => [`${prefix}.${name}`, v]));
}
