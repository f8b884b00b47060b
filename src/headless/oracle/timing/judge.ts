/**
 * The rule for each kind of measurement. A timer's median over at least 20 seeds lies between the
 * measured least and most, with 20 % more on each side; where the real system was measured fewer than
 * five times, within the wider band that its constants imply. A load was bound by the recording machine:
 * we may be quicker. A fact is a count.
 */
export interface Measurement {
  readonly name: string;
  readonly what: string;
  readonly n: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly unit: string;
  readonly kind: 'timer' | 'load' | 'fact';
}

export const TIMER_SEEDS = 20;
const FEW = 5;
const MARGIN = 0.2;
/** Without a constant to go by, few repetitions get so much on each side. */
const WIDE_MARGIN = 0.4;
/** What polling adds on either side. */
const POLL_SECONDS = 0.05;

/** Bands in seconds that the constants imply: heartbeats, election ticks, periods of grace. */
const BANDS: readonly (readonly [RegExp, number, number])[] = [
  // Three periods of 4.5 to 5.5 s after the last heartbeat, which is up to one period old.
  [/^(3|10)\..*\.down$|follower_kill\.down$/, 8, 16.6],
  // Ten to nineteen ticks of a second, the first of them begun; a split vote takes a second round.
  [/raft_(new_leader|first_candidate)$|new_leader_first$|old_leader_unreachable$/, 9, 21],
  // An election, then twice three periods.
  [/old_leader_down$/, 36, 54],
  [/raft_old_leader_steps_down$/, 9, 21],
  [/last_normal_answer_started$/, 9, 20],
  [/no_leader_(error|from)$/, 20, 30],
  [/recovery_node_ls$|recovered_after$/, 5, 35],
  // The stages of a start, the quickest and the slowest of each that were seen.
  [/^(2|9)\..*\.all_running$/, 0.44, 2.9],
  // The same as without the delay, which is never reached.
  [/fail\.pause\.delay3/, 2, 10],
  [/recovery_all_running$/, 5, 60],
];

export interface Verdict {
  readonly ok: boolean;
  readonly low: number;
  readonly high: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function judge(measured: Measurement, simulated: readonly number[]): Verdict {
  const { kind, min, max, n, name } = measured;
  const value = median(simulated);
  let [low, high] = [min, max];
  if (kind === 'load') [low, high] = [0, max + POLL_SECONDS];
  else if (kind === 'timer') {
    const margin = n < FEW ? WIDE_MARGIN : MARGIN;
    low = min * (1 - margin) - POLL_SECONDS;
    high = max * (1 + margin) + POLL_SECONDS;
    const band = n < FEW ? BANDS.find(([pattern]) => pattern.test(name)) : undefined;
    if (band) [low, high] = [Math.min(low, band[1]), Math.max(high, band[2])];
  }
  return { ok: value >= low && value <= high, low, high };
}
