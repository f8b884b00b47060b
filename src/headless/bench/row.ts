/**
 * One line of the bench's table. A figure is a ratio within one run wherever it can be, since machines
 * differ and are never idle.
 */
export interface Row {
  readonly what: string;
  readonly value: string;
  /** What is aimed at, in the same unit; '' if nothing is. */
  readonly aim: string;
}

/** A measurement; it may print what it is doing to stderr. */
export type Measurement = () => readonly Row[] | Promise<readonly Row[]>;

/** CPU seconds that this process spends in `work`. */
export function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000_000;
}

/** The middle one of several runs. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
