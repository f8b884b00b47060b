/**
 * What a simulated cluster can do beyond `ClusterHost`: headless programs run command lines to their
 * end, go to an instant at full speed, and compare runs by their hash.
 */
import type { ClockState, ClusterHost } from './cluster-host';
import type { ExecAnswer, ExecRequest } from './messages';

export type { ExecAnswer, ExecRequest };

export interface SimulatedHost extends ClusterHost {
  /** Paused: at full speed until the command has ended. Running: at the set pace. */
  exec(request: ExecRequest): Promise<ExecAnswer>;
  /** At full speed, whatever the pace, to that virtual instant. */
  runTo(at: number): Promise<void>;
  clock(): Promise<ClockState>;
  traceHash(): Promise<string>;
  /** Seed, scenario and inputs as text: with it the run repeats. */
  saveRun(): Promise<string>;
}
